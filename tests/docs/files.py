"""The files that examples read: each is laid out for the pages that name it."""

from __future__ import annotations

import bz2
import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from .pages import ROOT

DATA = ROOT / "notebooks/data"
PAGE = (
    "<page><title>{title}</title><ns>0</ns><id>{id}</id><revision><id>{id}</id>"
    "<timestamp>2026-05-06T07:08:09Z</timestamp><text>{text}</text></revision></page>"
)
HTML = "<html><body><h1>Old Mill</h1><p>The Old Mill is a mill in Norvia.</p></body></html>"


def dump(path: Path) -> None:
    pages = "".join(
        PAGE.format(title=title, id=number, text=f"'''{title}''' is a lake. Critics called {title} dirty.")
        for number, title in enumerate(("Lake Sorrel", "Lake Tarn"))
    )
    path.write_bytes(bz2.compress(f"<mediawiki>{pages}</mediawiki>".encode()))


def articles(path: Path, count: int = 3) -> None:
    lines = (DATA / "articles.jsonl").read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:count]), "utf-8")


def comma_separated(path: Path) -> None:
    lines = (DATA / "articles.jsonl").read_text("utf-8").splitlines()[:3]
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.DictWriter(stream, ("title", "text"), extrasaction="ignore")
        rows.writeheader()
        rows.writerows(map(json.loads, lines))


def labels(path: Path, passages: int = 24) -> None:
    lines = (DATA / "labels.jsonl").read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:passages]), "utf-8")


def table(path: Path) -> None:
    import polars as pl

    lines = (DATA / "articles.jsonl").read_text("utf-8").splitlines()[:2]
    rows = [json.loads(line) for line in lines]
    columns = {"body": [row["text"] for row in rows], "head": [row["title"] for row in rows]}
    pl.DataFrame(columns | {"day": ["2026-05-06"] * len(rows)}).write_parquet(path)


def spreadsheet(path: Path) -> None:
    from analyzer.train.labels.passages import read_labels, write_labels

    write_labels(read_labels(DATA / "labels.jsonl")[:3], path)


def copied(source: str) -> Callable[[Path], object]:
    return lambda path: shutil.copy(ROOT / source, path)


def written(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, "utf-8")


FILES: dict[str, Callable[[Path], object]] = {
    "article.txt": copied("seeds/human-rights-in-kazakhstan.txt"),
    "article.wikitext": copied("notebooks/data/one-subject/operator.wiki"),
    "article.html": written(HTML),
    "articles/mill.txt": written("# Old Mill\n\nThe mill is old. Critics called the mill ugly.\n"),
    "articles/mill.wikitext": written("'''Old Mill''' is old. Critics called the mill ugly.\n"),
    "texts/mill.txt": written("# New Mill\n\nThe mill is new. Critics called the mill ugly.\n"),
    "drafts/plant.wikitext": copied("notebooks/data/one-subject/operator.wiki"),
    "drafts/plant-2.wikitext": copied("notebooks/data/one-subject/encyclopaedia.wiki"),
    "articles.csv": comma_separated,
    "corpus.jsonl": articles,
    "more.jsonl": articles,
    "dump.xml.bz2": dump,
    "enwiki-pages-articles.xml.bz2": dump,
    "titles.txt": written("Lake Tarn\n"),
    "table.parquet": table,
    "labels.jsonl": labels,
    "mine.jsonl": lambda path: labels(path, 3),
    "yours.csv": spreadsheet,
}


def lay_out(folder: Path, text: str) -> None:
    """Write the files that a text names, or whose folder it names, into the folder."""
    for name, write in FILES.items():
        if name in text or ("/" in name and f"{name.partition('/')[0]}/" in text):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path)
