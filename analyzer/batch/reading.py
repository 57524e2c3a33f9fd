"""A folder that a batch wrote, or one of reports, read back part by part as rows of the tables."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from analyzer.batch.folder import MANIFEST
from analyzer.errors import UnreadableInput
from analyzer.records import Report
from analyzer.report.datasets import COLUMNS, FIRST, rows_of

Rows = dict[str, list[dict[str, Any]]]
_REPORTS = (".json", ".jsonl", ".ndjson", ".jsonl.gz")
# What a survey looks at.
SURVEYED = {
    "articles": ("title", "id", "verdict", "words", "sentences", "neutrality_score", "spam_score", "balance",
                 "issues_found", "banners"),
    "sources": ("source_type", "critique", "endorsement", "mixed", "neutral"),
    "banners": ("banner", "verdict", "stale"),
    "issues": ("issue", "score", "verdict"),
    "references": ("article", "domain", "source_type"),
    "rejected": ("kind",),
}  # fmt: skip


def files_of(folder: Path) -> list[Path]:
    """Return the files that :func:`parts` may read, and the manifest: what must not be written over."""
    return [path for path in folder.rglob("*") if path.name.endswith((*_REPORTS, ".parquet"))]


def parts(folder: Path) -> Iterator[Rows]:
    """Yield the rows of a folder, a shard or a report at a time; tables where it has them, else reports.

    Raises :class:`UnreadableInput` where it holds neither.
    """
    if not folder.is_dir():
        raise UnreadableInput(f"{folder} is no directory; expected one that npov batch wrote, or one of reports.")
    shards = sorted((folder / "articles").glob("*.parquet"))
    if shards:
        for shard in shards:
            yield _shard(folder, shard.name)
        return
    files = sorted(path for path in folder.rglob("*") if path.name.endswith(_REPORTS) and path.name != MANIFEST)
    count = 0
    for path in files:
        if path.parent.name in ("shards", "rejected"):
            continue
        for report in _reports(path):
            yield _rows(report, count)
            count += 1
    if not count:
        raise UnreadableInput(f"{folder} holds no tables and no reports; expected what npov batch or npov check wrote.")


def _shard(folder: Path, name: str) -> Rows:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise UnreadableInput(
            f"{folder} holds Parquet tables, which need pyarrow. Install npov-analyzer[batch]."
        ) from error
    rows: Rows = {}
    for dataset, columns in SURVEYED.items():
        path = folder / dataset / name
        try:
            rows[dataset] = parquet.read_table(path, columns=list(columns)).to_pylist()
        except (ArrowException, OSError) as error:
            raise UnreadableInput(f"{path} cannot be read ({error}); run the batch again, it mends itself.") from error
    return rows


def _reports(path: Path) -> Iterator[Report]:
    opened = gzip.open if path.name.endswith(".gz") else open
    try:
        with opened(path, "rb") as stream:
            text = stream.read() if path.suffix == ".json" else None
            for line in [text] if text is not None else stream:
                if line.strip():
                    yield Report.from_json(line)
    except (msgspec.DecodeError, EOFError, OSError) as error:
        raise UnreadableInput(
            f"{path} is no report of this version ({error}); expected one of npov batch or npov check --format json."
        ) from error


def _rows(report: Report, number: int) -> Rows:
    named = {}
    for dataset, rows in rows_of(report, number, "").items():
        names = [*FIRST, *COLUMNS[dataset]]
        named[dataset] = [dict(zip(names, row, strict=True)) for row in rows]
    return named
