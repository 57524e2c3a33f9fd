"""The labelled corpora: where each lies under the data folder, and its rows. Test splits are never named here."""

from pathlib import Path
from typing import Any

from analyzer.train.core.recipe import DataMissing, read_jsonl

Row = dict[str, Any]
# Each has its dev set, and the train set that baselines are fitted on, as files of these names.
FOLDERS = {
    "gold": "gold",
    "articles": "gold/articles",
    "polnear": "corpora/polnear",
    "gum": "corpora/gum_attribution",
    "newsmtsc": "corpora/newsmtsc",
    "dse": "corpora/dse",
    "weasel": "corpora/weasel_conll2010",
    "szeged": "corpora/szeged_wiki_uncertainty",
    "hube-cw-hard": "corpora/hube_fetahu",
    "puffery": "corpora/puffery",
    "wnc": "corpora/wnc_sample",
    "composed-articles": "corpora/composed_articles",
    "wiki-banners": "corpora/wiki_banners",
}
_OTHER_NAMES = {
    ("newsmtsc", "dev"): "dev_mt.jsonl",
    ("articles", "dev"): "dev.jsonl.xz",
    ("articles", "train"): "train.jsonl.xz",
    ("wiki-banners", "dev"): "dev.jsonl.xz",
    ("wiki-banners", "train"): "train.jsonl.xz",
}


def dev_rows(root: Path, name: str) -> list[Row]:
    """Return the dev rows of a corpus; raises :class:`DataMissing` that names the file."""
    return _rows(root, name, "dev")


def train_rows(root: Path, name: str) -> list[Row]:
    """Return the train rows of a corpus (baselines are fitted on them)."""
    return _rows(root, name, "train")


def _rows(root: Path, name: str, split: str) -> list[Row]:
    """Return the rows of a file."""
    path = root / FOLDERS[name] / _OTHER_NAMES.get((name, split), f"{split}.jsonl")
    if not path.is_file():
        raise DataMissing(f"{path}: corpus {name!r} is missing. Say where the corpora are with --data DIR.")
    return list(read_jsonl(path))
