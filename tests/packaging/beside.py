"""Tells whether the package installs beside others that its users have: ``make beside``.

    python tests/packaging/beside.py
    python tests/packaging/beside.py 3.13 datatrove

uv resolves each other package alone and then together with ours, from the registry's metadata; nothing is installed.
They fit where both get the same version of it. Which cannot, and why, stands in docs/installing.md.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from building import ROOT, VERSIONS, Failure, built, run

NEIGHBOURS = (
    "textdescriptives",
    "spacy-transformers",
    "datatrove",
    "datatrove[processing]",
    "dask[dataframe]",
    "distributed",
)


def resolved(version: str, folder: Path, *requirements: str) -> dict[str, str]:
    """Return the versions that a Python version would get, by name; raises Failure where there are none."""
    asked = folder / "asked.in"
    asked.write_text("\n".join(requirements) + "\n", "utf-8")
    uv = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
    lines = run([*uv, "--only-binary", ":all:", "--python-version", version, asked], folder)
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lines, re.MULTILINE))


def fits(version: str, neighbour: str, wheel: Path, folder: Path) -> tuple[bool, str]:
    """Return whether one package and ours fit into one environment, and that in words."""
    name = neighbour.partition("[")[0]
    try:
        alone = resolved(version, folder, neighbour)[name]
    except Failure:
        return True, "has no wheels for this Python, without ours either"
    try:
        both = resolved(version, folder, neighbour, f"npov-analyzer @ {wheel.as_uri()}")
    except Failure as failure:
        return False, f"{alone} does not fit\n{failure}"
    beside = ", ".join(f"{each} {both[each]}" for each in ("spacy", "numpy", "tokenizers"))
    if both[name] != alone:
        return False, f"{alone} does not fit, {both[name]} does ({beside})"
    return True, f"{alone} fits ({beside})"


def main(*arguments: str) -> int:
    """Run the script; returns 1 where one does not fit."""
    versions = [each for each in arguments if re.fullmatch(r"3\.\d+", each)] or VERSIONS
    neighbours = [each for each in arguments if each not in versions] or NEIGHBOURS
    all_fit = True
    with tempfile.TemporaryDirectory() as scratch:
        wheel = built(ROOT, Path(scratch) / "dist")
        for version in versions:
            for neighbour in neighbours:
                fit, told = fits(version, neighbour, wheel, Path(scratch))
                print(f"python{version}, {neighbour}: {told}", flush=True)
                all_fit &= fit
    return int(not all_fit)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
