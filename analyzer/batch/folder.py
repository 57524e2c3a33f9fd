"""The folder that a batch writes: shards that are there whole or not at all, and what tells how far it has come.

    DIR/manifest.json               settings, inputs, models; at the end the account of the whole batch
    DIR/shards/00000.json           one a shard, written last: what it holds, and the size and digest of its files
    DIR/articles/part-00000.parquet and so on for each dataset (``report.datasets.COLUMNS``)
    DIR/reports/part-00000.jsonl.gz whole reports, where they are wanted
    DIR/rejected/part-00000.parquet what got no report, and why (.jsonl where no tables are written)

A file is written beside its place, flushed to the disk, then renamed. Nothing in the folder depends on the time, on
the number of workers, or on how often the batch was broken off.
"""

import gzip
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from analyzer.batch.account import Account
from analyzer.batch.plan import Shard
from analyzer.errors import UsageError
from analyzer.records import SCHEMA_VERSION, Provenance, Rejection
from analyzer.report.datasets import COLUMNS, TABLES_SCHEMA, rejected_row, schema, table_of

MANIFEST = "manifest.json"
_PARTIAL = ".partial"
_FOLDERS = (*COLUMNS, "screened", "rejected", "reports", "shards")
_ROWS_A_GROUP = 1 << 17


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a shard."""

    bytes: int
    sha256: str


class ShardRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a shard holds: articles from number ``first`` on, its account, and its files."""

    shard: int
    first: int
    account: Account
    files: dict[str, Written]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch is made of; ``account`` is there when it is complete."""

    made_by: str = "npov batch"
    tables_schema: str = TABLES_SCHEMA
    report_schema: str = SCHEMA_VERSION
    settings: dict[str, Any]
    inputs: list[dict[str, Any]]
    provenance: Provenance | None = None
    complete: bool = False
    shards: int | None = None
    account: Account | None = None


class Folder:
    """The folder of a batch; enter :meth:`locked` before anything is written."""

    def __init__(self, path: Path, *, write: tuple[str, ...], screened: bool = False) -> None:
        self.path, self._write = path, write
        self._datasets = (*COLUMNS, "screened") if screened else tuple(COLUMNS)
        self._metadata: dict[bytes, bytes] = {}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out; raises UsageError where one is going on, or where the folder cannot be made."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.path / ".lock", timeout=0)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise UsageError(
                f"{self.path} is being written to by another run. Wait for it to end, or name another directory."
            ) from None
        except OSError as error:
            raise UsageError(
                f"--out {self.path}: {error.strerror}; expected a directory that can be written to. Name another."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def manifest(self) -> Manifest | None:
        """Return what an earlier run has left; raises UsageError where that is no batch."""
        where = self.path / MANIFEST
        try:
            return msgspec.json.decode(where.read_bytes(), type=Manifest)
        except FileNotFoundError:
            strangers = sorted(found.name for found in self.path.iterdir() if not found.name.startswith("."))
            if strangers:
                raise UsageError(
                    f"{self.path} holds {strangers[0]!r} and no {MANIFEST}; expected an empty directory or a batch "
                    "that was begun there. Name another directory."
                ) from None
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{where} cannot be read ({error}): another version wrote it, or it was damaged. Begin anew with "
                "--overwrite, or name another directory."
            ) from error

    def begin(self, manifest: Manifest) -> None:
        """Write the manifest of a batch that is not complete."""
        told = {"tables_schema": TABLES_SCHEMA, "provenance": manifest.provenance}
        self._metadata = {f"npov_{name}".encode(): msgspec.json.encode(value) for name, value in told.items()}
        self._write_file(MANIFEST, _as_json(manifest))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest of a complete batch."""
        self._write_file(MANIFEST, _as_json(manifest))

    def clear(self) -> bool:
        """Delete what a batch wrote here, and nothing else; return whether there was one."""
        if not (self.path / MANIFEST).exists():
            return False
        for found in self._own_files():
            found.unlink()
        for name in _FOLDERS:
            folder = self.path / name
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        (self.path / MANIFEST).unlink()
        return True

    def tidy(self) -> None:
        """Delete what a run left half written."""
        for found in self._own_files():
            if found.name.endswith(_PARTIAL):
                found.unlink()
        (self.path / f".{MANIFEST}{_PARTIAL}").unlink(missing_ok=True)

    def _own_files(self) -> Iterator[Path]:
        for name in _FOLDERS:
            for pattern in ("part-*", "[0-9]*.json", f".*{_PARTIAL}"):
                yield from (self.path / name).glob(pattern)

    def done(self) -> dict[int, ShardRecord]:
        """Return the shards that are there whole."""
        found = {}
        for where in sorted((self.path / "shards").glob("[0-9]*.json")):
            try:
                record = msgspec.json.decode(where.read_bytes(), type=ShardRecord)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            if all(self._is_there(name, written) for name, written in record.files.items()):
                found[record.shard] = record
        return found

    def _is_there(self, name: str, written: Written) -> bool:
        try:
            return (self.path / name).stat().st_size == written.bytes
        except OSError:
            return False

    def write_shard(self, shard: Shard) -> ShardRecord:
        """Write the files of a shard, and at last that it is there."""
        account = Account.of(shard)
        rejected = list(_rejected(shard))
        part = f"part-{shard.number:05}"
        files = {}
        if "tables" in self._write:
            for dataset in self._datasets:
                files[f"{dataset}/{part}.parquet"] = self._parquet(dataset, part, _joined(dataset, shard))
            rows = [rejected_row(row, at) for at, row in rejected]
            files[f"rejected/{part}.parquet"] = self._parquet("rejected", part, table_of("rejected", rows))
        else:
            lines = [msgspec.json.encode({"article": at, **msgspec.to_builtins(row)}) + b"\n" for at, row in rejected]
            files[f"rejected/{part}.jsonl"] = self._write_file(f"rejected/{part}.jsonl", b"".join(lines))
        if "reports" in self._write:
            name = f"reports/{part}.jsonl.gz"
            files[name] = self._write_file(name, lambda stream: _pack(stream, shard))
        record = ShardRecord(shard=shard.number, first=shard.first, account=account, files=files)
        self._write_file(f"shards/{shard.number:05}.json", _as_json(record))
        return record

    def _parquet(self, dataset: str, part: str, table: Any) -> Written:  # noqa: ANN401 - pyarrow is not typed
        from pyarrow import parquet

        table = table.replace_schema_metadata(self._metadata)
        return self._write_file(
            f"{dataset}/{part}.parquet",
            lambda stream: parquet.write_table(table, stream, compression="zstd", row_group_size=_ROWS_A_GROUP),
        )

    def _write_file(self, name: str, content: bytes | Callable[[BinaryIO], None]) -> Written:
        """Write a file so that it is there whole or not at all, and stays there when the power goes."""
        target = self.path / name
        partial = target.with_name(f".{target.name}{_PARTIAL}")
        try:
            target.parent.mkdir(exist_ok=True)
            with partial.open("w+b") as stream:
                if isinstance(content, bytes):
                    stream.write(content)
                else:
                    content(stream)
                stream.flush()
                os.fsync(stream.fileno())
                stream.seek(0)
                digest, size = hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell()
            partial.replace(target)
            _flush_folder(target.parent)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise UsageError(
                f"cannot write {target}: {error.strerror or error}. What is done is kept: make room or change the "
                "permissions, and the same command goes on from there."
            ) from error
        return Written(bytes=size, sha256=digest)


def _flush_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _as_json(record: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record, order="deterministic"), indent=2) + b"\n"


def _joined(dataset: str, shard: Shard) -> Any:  # noqa: ANN401 - pyarrow is not typed
    """Return the rows of a shard as one table without a trace of the tasks that they came from."""
    import pyarrow as pa

    parts = [part for result in shard.in_order() for part in result.tables.get(dataset, ())]
    tables = [pa.ipc.open_stream(part).read_all() for part in parts]
    return pa.concat_tables(tables).combine_chunks() if tables else schema(dataset).empty_table()


def _rejected(shard: Shard) -> Iterator[tuple[int, Rejection]]:
    """Yield what got no report, with the number of the article."""
    at = shard.first
    for result in shard.in_order():
        for row in result.told:
            if row.rejected is not None:
                yield at, row.rejected
            at += 1


def _pack(stream: BinaryIO, shard: Shard) -> None:
    lines: Iterable[bytes] = (line for result in shard.in_order() for line in result.reports)
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=stream, mtime=0) as packed:
        for line in lines:
            packed.write(line + b"\n")
