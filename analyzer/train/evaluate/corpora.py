"""The labelled corpora: where each lies under the data folder, and its rows. Test splits are never named here."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from analyzer.train.core.recipe import DataMissing, read_jsonl

Row = dict[str, Any]
TASKS: Row = tomllib.loads((files(__package__) / "tasks.toml").read_text("utf-8"))
FOLDERS: dict[str, str] = TASKS["corpora"]


def dev_rows(root: Path, name: str) -> list[Row]:
    """Return the dev rows of a corpus; raises :class:`DataMissing` that names the file."""
    return _rows(root, name, "dev")


def train_rows(root: Path, name: str) -> list[Row]:
    """Return the train rows of a corpus (baselines are fitted on them)."""
    return _rows(root, name, "train")


def _rows(root: Path, name: str, split: str) -> list[Row]:
    path = root / FOLDERS[name] / TASKS["files"].get(name, {}).get(split, f"{split}.jsonl")
    if not path.is_file():
        raise DataMissing(f"{path}: corpus {name!r} is missing. Say where the corpora are with --data DIR.")
    return list(read_jsonl(path))
