"""A folder that a batch wrote or still writes, or one of reports, read back part by part as rows of the tables."""

import gzip
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from analyzer.batch.account import Account
from analyzer.batch.folder import MANIFEST, Folder, Manifest
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
    "issues": ("issue", "found", "verdict"),
    "references": ("article", "domain", "source_type"),
    "rejected": ("kind",),
}  # fmt: skip


def files_of(folder: Path) -> list[Path]:
    """Return the files that :func:`parts` may read, and the manifest: what must not be written over."""
    return [path for path in folder.rglob("*") if path.name.endswith((*_REPORTS, ".parquet"))]


def parts(folder: Path) -> Iterator[Rows]:
    """Yield the rows of a folder, a shard or a report at a time; tables where it has them, else reports.

    Of a batch only shards that are there whole count, so that one that is under way or was broken off can be read.
    Raises :class:`UnreadableInput` where there is nothing to read.
    """
    if not folder.is_dir():
        raise UnreadableInput(f"{folder} is no directory; expected one that npov batch wrote, or one of reports.")
    whole = _whole(folder)
    shards = [path.name for path in sorted((folder / "articles").glob("*.parquet")) if _counts(path, whole)]
    count = 0
    for rows in (_shard(folder, name) for name in shards) if shards else _of_reports(folder, whole):
        count += 1
        yield rows
    if not count and whole is not None:
        raise UnreadableInput(f"{folder} holds a batch whose first shard is not written yet. Wait, or go on with it.")
    if not count:
        raise UnreadableInput(f"{folder} holds no tables and no reports; expected what npov batch or npov check wrote.")


def _whole(folder: Path) -> frozenset[str] | None:
    """Return the parts of a batch that are there whole; None where no batch wrote the folder."""
    if _manifest(folder) is None:
        return None
    return frozenset(f"part-{number:05}" for number in Folder(folder, write=()).done())


def _counts(path: Path, whole: frozenset[str] | None) -> bool:
    return whole is None or path.name.partition(".")[0] in whole


def _of_reports(folder: Path, whole: frozenset[str] | None) -> Iterator[Rows]:
    """Yield the rows of each report, and of what a batch rejected."""
    found = sorted(path for path in folder.rglob("*") if path.name.endswith(_REPORTS) and _counts(path, whole))
    count = 0
    for path in found:
        if whole is not None and path.parent.name == "rejected":
            yield {"rejected": [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]}
        elif path.name != MANIFEST and path.parent.name not in ("shards", "rejected"):
            for report in _reports(path):
                yield _rows(report, count)
                count += 1


def told_account(folder: Path) -> str:
    """Return the account of a batch in words, and whether it goes on; nothing of a folder that no batch wrote."""
    manifest = _manifest(folder)
    if manifest is None:
        return ""
    if manifest.account is not None:
        return str(manifest.account)
    done = Folder(folder, write=()).done()
    return f"not complete, so far {Account.total(record.account for record in done.values())}"


def _manifest(folder: Path) -> Manifest | None:
    with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    return None


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
