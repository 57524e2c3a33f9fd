"""The built wheel in new environments, as somebody has it who installs the package; and notebooks run there.

What the wheel asks for is lent from the environment of the tests, so that no network is needed; what it does not ask
for is not there, whatever else the tests have.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
NAME = "npov-analyzer"
FOLDER = ROOT / "notebooks"
PAGES = ROOT / "docs/notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SECONDS = 1200  # for a kernel to start, and for a cell, on a machine that does other things as well
EXECUTE = "from nbclient.cli import main; main()"  # what the command `jupyter execute` runs


def environment(folder: Path, wheel: Path, extra: str = "") -> Path:
    """Return the interpreter of a new environment with the wheel, with this extra of it or with none."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    site = next((folder / "lib").glob("python*/site-packages"))
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    if subprocess.run(install, capture_output=True).returncode:  # no pip here: a wheel is a zip archive
        zipfile.ZipFile(wheel).extractall(site)
    lent = site / "lent"
    lent.mkdir()
    (package,) = distributions(name=NAME, path=[str(site)])
    for library in asked_for(package, extra):
        for entry in {file.parts[0] for file in library.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not entry.endswith(".pth") and not (lent / entry).exists():
                (lent / entry).symlink_to(library.locate_file(entry))
    (site / "lent.pth").write_text(f"{lent}\n")
    return python


def asked_for(package: Distribution, extra: str) -> Iterator[Distribution]:
    """Yield the libraries that a package needs with an extra, and what these need in turn."""
    known, waiting = {}, [(NAME, extra), (NAME, "")]
    done = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in done:
            continue
        done.add((name, extra))
        if name not in known:
            known[name] = package if name == NAME else installed(name)
            if name != NAME:
                yield known[name]
        for line in known[name].requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(needed.name, each) for each in ("", *needed.extras)]


def installed(name: str) -> Distribution:
    """Return a library that is installed here; skips the test by name where it is not."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        pytest.skip(f"no {name}: pip install -e .[dev]")


def call(python: Path, folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the interpreter from another folder, with nothing of the checkout in reach."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "NPOV", "JUPYTER"))}
    return subprocess.run(
        [str(python), *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", env=clean | variables
    )


def with_kernel(folder: Path, wheel: Path) -> Path:
    """Return the interpreter of a new environment that has the wheel with its extra for notebooks, and a kernel."""
    python = environment(folder, wheel, "notebook")
    done = call(python, folder, "-m", "ipykernel", "install", "--sys-prefix")
    assert done.returncode == 0, done.stderr
    return python


def executed(path: Path, python: Path, scratch: Path, startup: Path | None = None) -> Any:
    """Return the notebook with its outputs, run by the interpreter's kernel in a copy of the folder.

    ``startup`` is run in the kernel before the first cell. What goes wrong fails the test with what the cell said.
    """
    import nbformat

    copy, settings = scratch / "notebooks", scratch / "ipython"
    shutil.copytree(FOLDER, copy, dirs_exist_ok=True)
    if startup is not None:
        (settings / "profile_default/startup").mkdir(parents=True)
        shutil.copy(startup, settings / "profile_default/startup")
    command = ("-c", EXECUTE, "--inplace", f"--timeout={SECONDS}", f"--startup_timeout={SECONDS}", path.name)
    own = {"IPYTHONDIR": settings, "JUPYTER_CONFIG_DIR": scratch / "config", "JUPYTER_DATA_DIR": scratch / "data"}
    run = call(python, copy, *command, **{name: str(folder) for name, folder in own.items()})
    assert run.returncode == 0, run.stderr[-4000:]
    return nbformat.read(copy / path.name, as_version=4)
