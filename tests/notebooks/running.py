"""Notebooks as they stand in git, run from a copy of their folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
PAGES = ROOT / "docs/notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SECONDS = 300  # for a cell, on a machine that does other things as well


def executed(path: Path, scratch: Path, *arguments: str) -> Any:
    """Return the notebook with its outputs, run in a copy of the folder; raises where a cell fails."""
    import nbformat
    from nbclient import NotebookClient

    copy = scratch / "notebooks"
    shutil.copytree(FOLDER, copy, dirs_exist_ok=True)
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        extra_arguments=list(arguments),
        resources={"metadata": {"path": str(copy)}},
    )
    return client.execute()
