"""Installs the wheel with the lowest, or the highest, version of each direct dependency: ``make bounds``.

    python tests/packaging/bounds.py lowest 3.11
    python tests/packaging/bounds.py highest 3.13 --tests tests/contracts tests/readers

Holds there: reports on articles in four formats, with two engines, are those of this environment but for what they say
of versions and, by ``TOLERANCE`` at most, for numbers; pages and the terminal's report are written; a model is trained.
``--tests`` runs tests of the checkout there as well. Which version of each is the lowest that the ranges admit, and
that has a wheel for this Python, is uv's to find.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from building import ROOT, VERSIONS, Failure, built, declared, interpreter, run

ARTICLES = (
    ROOT / "seeds/human-rights-in-kazakhstan.txt",
    *(ROOT / "tests/readers/fixtures" / name for name in ("marlow.html", "marlow.wikitext", "wiki.xml")),
)
LABELS = ROOT / "notebooks/data/labels.jsonl"
ENGINES = ("fast", "accurate")
# Of a probability or score: spaCy 3.8.2 and 3.8.7 move some by .013. No label may differ.
TOLERANCE = 0.02
RESOLUTIONS = {"lowest": "lowest-direct", "highest": "highest"}


def reports(python: Path | str, folder: Path, engine: str) -> list[dict]:
    """Return the reports of an environment on the articles, without what they say of versions."""
    words = [python, "-m", "analyzer", "check", *ARTICLES, "--format", "json", "--engine", engine]
    found = [json.loads(line) for line in run(words, folder).splitlines()]
    for report in found:
        del report["provenance"]
    return found


def install(python: str, wheel: Path, folder: Path, resolution: str, *others: str) -> Path:
    """Return the interpreter of a new environment with the wheel in it."""
    run([python, "-m", "venv", "--without-pip", folder / "env"], folder)
    made = folder / "env/bin/python"
    asked = folder / "requirements.txt"
    asked.write_text("".join(f"{each}\n" for group in ("", "batch") for each in declared()[group]), "utf-8")
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--only-binary", ":all:", "--python", made]
    # Of a wheel's needs none would be a direct one to uv: they are named to it, and the wheel is put beside them.
    run([*uv, "--resolution", RESOLUTIONS[resolution], "-r", asked, *others], folder)
    run([*uv, "--no-deps", wheel], folder)
    return made


def versions(python: Path, folder: Path) -> dict[str, str]:
    """Return the version of each direct dependency in an environment."""
    code = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    names = [requirement.name for requirement in declared()[""]]
    return dict(zip(names, run([python, "-c", code, *names], folder).split(), strict=True))


def differences(here: Any, there: Any, where: str = "") -> Iterator[tuple[str, float]]:
    """Yield where two reports differ, and by how much: infinitely where one of the two is no number."""
    if isinstance(here, dict) and isinstance(there, dict) and here.keys() == there.keys():
        for key in here:
            yield from differences(here[key], there[key], f"{where}.{key}")
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for number, (one, other) in enumerate(zip(here, there, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif isinstance(here, float) and isinstance(there, float):
        if here != there:
            yield where, abs(here - there)
    elif here != there:
        yield f"{where}: {here!r:.80} -> {there!r:.80}", math.inf


def hold(python: Path, folder: Path) -> None:
    """Raise Failure where an environment does not do what this one does."""
    for engine in ENGINES:
        here, there = (reports(each, folder, engine) for each in (sys.executable, python))
        found = list(differences(here, there))
        where, most = max(found, key=lambda each: each[1], default=("", 0.0))
        if most > TOLERANCE:
            raise Failure(f"engine {engine}: {len(found)} differences, such as {where} by {most}")
        told = f"the same but for {len(found)} numbers, by {most:.4f} at most ({where})" if found else "the same"
        print(f"  {len(here)} reports of engine {engine}: {told}", flush=True)
    for form in ("terminal", "html", "markdown"):
        if not run([python, "-m", "analyzer", "check", ARTICLES[0], "--format", form], folder):
            raise Failure(f"--format {form} wrote nothing")
    run([python, "-m", "analyzer", "train", "stance", "--labels", LABELS, "--labels-only", "--out", "mine"], folder)
    print("  pages are written, a model is trained", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the script; returns 1 where an environment does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("resolution", choices=RESOLUTIONS)
    parser.add_argument("versions", nargs="*", default=VERSIONS)
    parser.add_argument("--tests", nargs="+", default=[], help="tests of the checkout to run there")
    parser.add_argument("--keep", type=Path, help="a folder that stays")
    asked = parser.parse_args(arguments)
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        place = asked.keep or Path(scratch)
        wheel = built(ROOT, Path(scratch) / "dist")
        for version in asked.versions:
            began, folder, python = time.monotonic(), place / f"{asked.resolution}-{version}", interpreter(version)
            if python is None:
                print(f"python{version}: not on this machine, or without venv")
                continue
            folder.mkdir(parents=True)
            try:
                made = install(
                    python, wheel, folder, asked.resolution, *(["pytest", "hypothesis"] if asked.tests else [])
                )
                found = versions(made, folder)
                print(f"python{version}, {asked.resolution}:", ", ".join(f"{n} {v}" for n, v in found.items()))
                hold(made, folder)
                if asked.tests:
                    print(re.sub(r"(?m)^", "  ", run([made, "-m", "pytest", "-q", *asked.tests], ROOT)[-2000:]))
            except Failure as failure:
                print(failure)
                failed = 1
            print(f"  {time.monotonic() - began:.0f} s")
    return failed


if __name__ == "__main__":
    sys.exit(main())
