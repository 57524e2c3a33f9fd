"""The dev sets: where each lies under the data folder, and how it is read. Test splits are never named here."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from analyzer.train.core.recipe import DataMissing, read_jsonl

Row = dict[str, Any]


@dataclass(frozen=True)
class Corpus:
    """A corpus by its dev file and, for the baselines, its train file (relative to the data folder)."""

    name: str
    dev: str
    train: str
    scorer: str | None = None


CORPORA: dict[str, Corpus] = {
    corpus.name: corpus
    for corpus in (
        Corpus("gold", "gold/dev.jsonl", "gold/train.jsonl", "gold/score_gold.py"),
        *(
            Corpus(name, f"corpora/{folder}/{dev}.jsonl", f"corpora/{folder}/train.jsonl", f"corpora/{scorer}.py")
            for name, folder, dev, scorer in (
                ("polnear", "polnear", "dev", "score_attribution"),
                ("gum", "gum_attribution", "dev", "score_attribution"),
                ("newsmtsc", "newsmtsc", "dev_mt", "score_stance"),
                ("dse", "dse", "dev", "score_stance"),
            )
        ),
        *(
            Corpus(name, f"corpora/{folder}/dev.jsonl", f"corpora/{folder}/train.jsonl")
            for name, folder in (
                ("weasel", "weasel_conll2010"),
                ("szeged", "szeged_wiki_uncertainty"),
                ("hube-cw-hard", "hube_fetahu"),
                ("puffery", "puffery"),
                ("wnc", "wnc_sample"),
                ("composed-articles", "composed_articles"),
            )
        ),
        Corpus("wiki-banners", "corpora/wiki_banners/dev.jsonl.xz", "corpora/wiki_banners/train.jsonl.xz"),
    )
}


def dev_rows(root: Path, name: str) -> list[Row]:
    """Return the dev rows of a corpus; raises :class:`DataMissing` that names the file."""
    return _rows(root / CORPORA[name].dev, name)


def train_rows(root: Path, name: str) -> list[Row]:
    """Return the train rows of a corpus (baselines are fitted on them)."""
    return _rows(root / CORPORA[name].train, name)


def scorer(root: Path, name: str) -> ModuleType:
    """Return the corpus's own scorer, which defines its figures, loaded from the data folder by path."""
    given = CORPORA[name].scorer
    if given is None:
        raise DataMissing(f"corpus {name!r} has no scorer of its own.")
    path = root / given
    if not path.is_file():
        raise DataMissing(f"{path}: the scorer of {name!r} is missing; it lies beside the corpus. Say --data DIR.")
    return _load_module(path)


@cache
def _load_module(path: Path) -> ModuleType:
    """Return the module at the path."""
    spec = importlib.util.spec_from_file_location(f"_npov_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise DataMissing(f"{path}: cannot be loaded as Python.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _rows(path: Path, name: str) -> list[Row]:
    """Return the rows of a file."""
    if not path.is_file():
        raise DataMissing(f"{path}: corpus {name!r} is missing. Say where the corpora are with --data DIR.")
    return list(read_jsonl(path))
