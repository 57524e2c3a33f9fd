"""Tables of the user's own (``--sources``, ``--gazetteer``, ``--pages @FILE``): what is none is refused by its line."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.annotate.sources.context import read_own
from analyzer.batch.inputs import listed
from analyzer.errors import UnreadableInput
from analyzer.lexicons.domains import user_table
from analyzer.lexicons.own import MAX_BYTES


def sources(path: Path) -> None:
    with user_table(path):
        pass


def titles(path: Path) -> None:
    listed(f"@{path}")


READERS: dict[str, Callable[[Path], object]] = {"sources": sources, "gazetteer": read_own, "titles": titles}
GOOD = {"sources": b"domain\tverdict\na.example\treliable\n", "gazetteer": b"The Mill\tngo\n", "titles": b"The Mill\n"}


@pytest.mark.parametrize("name", READERS)
def test_a_good_table_is_read_whatever_its_line_ends(name: str, tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    for data in (GOOD[name], b"\xef\xbb\xbf" + GOOD[name].replace(b"\n", b"\r\n"), GOOD[name].rstrip()):
        path.write_bytes(data)
        READERS[name](path)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("more", "line"),
    [
        (b"\xff\xfe", 1),
        (b"a\x00b", 1),
        (b"a\x1b[2Jb", 1),
        (b"x" * 100_000, 1),
        (b"# note\n\n\n\xe9", 4),
    ],
)
def test_a_malformed_table_is_refused_by_its_line(name: str, more: bytes, line: int, tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_bytes(GOOD[name] + more + b"\n")
    line += GOOD[name].count(b"\n")
    with pytest.raises(UnreadableInput, match=rf"own\.tsv:{line}: ") as caught:
        READERS[name](path)
    assert caught.value.code == "own table" and len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "row",
    [
        "a.example",
        "a.example\t",
        "\treliable",
        "https://a.example/\treliable",
        "a b\treliable",
        "a.example\tr\tx\ty\tz",
    ],
)
def test_a_row_of_sources_without_a_domain_or_verdict_is_refused_by_its_line(row: str, tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text(f"# mine\ndomain\tverdict\tname\nb.example\treliable\tB\n{row}\n")
    with pytest.raises(UnreadableInput, match=r"own\.tsv:4: expected 3 cells") as caught:
        sources(path)
    assert caught.value.code == "own table"


@pytest.mark.parametrize("row", ["The Mill", "The Mill\tmill", "\tngo", "x" * 600 + "\tngo"])
def test_a_row_of_a_gazetteer_without_name_and_type_is_refused_by_its_line(row: str, tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text(f"name\ttype\nB\tngo\n{row}\n")
    with pytest.raises(UnreadableInput, match=r"own\.tsv:3: expected name"):
        read_own(path)


@pytest.mark.parametrize("name", READERS)
def test_a_file_without_end_and_one_that_is_too_large_are_refused(name: str, tmp_path: Path) -> None:
    large = tmp_path / "own.tsv"
    with large.open("wb") as out:
        out.truncate(MAX_BYTES + 1)
    places = [large, tmp_path, tmp_path / "none.tsv", *(path for path in (Path("/dev/zero"),) if path.exists())]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        places.append(tmp_path / "pipe")
    begun = time.monotonic()
    for path in places:
        with pytest.raises(UnreadableInput, match=str(path)):
            READERS[name](path)
    assert time.monotonic() - begun < 20
