"""Built packages of a project, and empty environments to install them into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.11", "3.13")  # of Python: the oldest and the newest that are promised


class Failure(Exception):
    """What was run and did not do what it should, with what it printed."""


def run(command: Iterable[str | Path], folder: Path, *, shell_path: Path | None = None) -> str:
    """Run a command with nothing of the checkout in reach; returns what it printed, raises Failure where it failed.

    ``shell_path``: a folder of programs that are found before all others.
    """
    words = [str(word) for word in command]
    own = ("PYTHON", "NPOV", "VIRTUAL_ENV", "JUPYTER")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(own)}
    if shell_path:
        clean["PATH"] = f"{shell_path}{os.pathsep}{clean['PATH']}"
    done = subprocess.run(
        words, cwd=folder, env=clean, capture_output=True, stdin=subprocess.DEVNULL, text=True, encoding="utf-8"
    )
    if done.returncode:
        raise Failure(f"{' '.join(words)}\nexit code {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def built(project: Path, out: Path, kind: str = "wheel") -> Path:
    """Return the wheel or source archive (``sdist``) of a project, built without network by the installed backend."""
    out.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", out], project)
    (path,) = out.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return path


def unpacked(archive: Path, out: Path) -> Path:
    """Return the one folder of a source archive, unpacked."""
    with tarfile.open(archive) as opened:
        opened.extractall(out, filter="data")
    (folder,) = out.iterdir()
    return folder


def interpreter(version: str) -> str | None:
    """Return this machine's interpreter of a version; None where it has none that can make environments."""
    found = shutil.which(f"python{version}")
    usable = found and not subprocess.run([found, "-c", "import venv, ensurepip"], capture_output=True).returncode
    return found if usable else None


def registry_answers(scratch: Path) -> bool:
    """Tell whether pip reaches a package registry, by a package of some kilobytes."""
    try:
        run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", scratch, "threadpoolctl"], scratch)
    except Failure:
        return False
    return True


def declared() -> dict[str, list[Requirement]]:
    """Return what pyproject.toml asks for by extra, that of the bare package under the empty name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {name: [Requirement(line) for line in lines] for name, lines in groups.items()}
