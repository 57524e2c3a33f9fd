"""What an input is: format, encoding and compression by content, and refusals that say what was met."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path

import pytest

from analyzer.errors import UnreadableInput, UsageError
from analyzer.readers import read, read_many
from analyzer.readers import sniff as sniffing
from analyzer.readers.formats import format_of
from analyzer.readers.sniff import decode

PROSE = "The foundry opened in 1911. It closed a year later."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PROSE, "plaintext"),
        ("This article has multiple issues. (May 2017) |\n|\n---|\n|\n" + PROSE, "plaintext"),
        ("== History ==\n" + PROSE, "plaintext"),
        ("# Title\n\n" + PROSE + " [1]\n\n## History\n", "plaintext"),
        ("The set {\\displaystyle {{a},{b}}} is small. If a < b and b > c then <p> holds.", "plaintext"),
        ("{{Advert|date=May 2017}}\n" + PROSE, "wikitext"),
        ("'''Old Foundry''' is a [[museum]] in [[Norrby]].", "wikitext"),
        ("The [[museum]] opened.<ref>{{cite book|title=X}}</ref> It closed.", "wikitext"),
        ("#REDIRECT [[Old Foundry]]", "wikitext"),
        ("<!DOCTYPE html><html><body><p>Text</p></body></html>", "html"),
        ("\n <html lang='en'><head></head><body><p>x</p></body></html>", "html"),
        ("<section><p>One.</p><p>Two.</p></section>", "html"),
        ('<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/">', "dump"),
        ('<?xml version="1.0"?>\n<mediawiki><page>', "dump"),
        ('{"name":"Old Foundry","article_body":{"html":"x"}}', "enterprise"),
        ('[{"name":"Old Foundry","infobox":[],"article_sections":[{"type":"section"}]}]', "enterprise"),
        ("{ a brace opens this sentence of plain text }", "plaintext"),
    ],
)
def test_formats_are_told_by_content(text: str, expected: str) -> None:
    assert format_of(text).name == expected


def test_a_tar_archive_is_a_snapshot() -> None:
    assert format_of(b"a" * 257 + b"ustar\x0000" + b"\0" * 100).name == "enterprise"


@pytest.mark.parametrize(
    ("data", "text", "told"),
    [
        ("Norrby – café".encode(), "Norrby – café", None),
        (b"\xef\xbb\xbfNorrby", "Norrby", None),
        ("Norrby – café".encode("utf-16"), "Norrby – café", "UTF-16"),
        ("Norrby is a town of the coast".encode("utf-16-le"), "Norrby is a town of the coast", "UTF-16-LE"),
        ("Norrby is a town of the coast".encode("utf-16-be"), "Norrby is a town of the coast", "UTF-16-BE"),
        ("Norrby".encode("utf-32"), "Norrby", "UTF-32"),
        ("a café “here”".encode("cp1252"), "a café “here”", "cp1252"),
        (b"caf\xe9 \x81 here", "café \x81 here", "Latin-1"),
        ("åäö åäö åäö ".encode() + b"\xff", "åäö åäö åäö \ufffd", "not UTF-8"),
        ("it doesnâ€™t open".encode(), "it doesn’t open", "read as another encoding"),
        ("“It opens,” says Café Ö — ⁰".encode(), "“It opens,” says Café Ö — ⁰", None),
        (
            "“It opens,” says Rodríguez.\n".encode().decode("latin-1").encode() + "⁰ Àé Ã O».".encode(),
            "“It opens,” says Rodríguez.\n⁰ Àé Ã O».",
            "1 line had",
        ),
    ],
)
def test_encodings_are_told_and_guesses_are_said(data: bytes, text: str, told: str | None) -> None:
    read_text, notices = decode(data)
    assert read_text == text
    assert len(notices) == (told is not None)
    assert all(told in notice for notice in notices)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"  \n\t", "empty"),
        (b"%PDF-1.7 abc", "PDF"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (bytes(range(256)) * 10, "binary"),
        (b"\0" * 5000, "binary"),
    ],
)
def test_what_is_no_text_is_refused_with_what_was_met_and_what_to_do(data: bytes, word: str) -> None:
    with pytest.raises(UnreadableInput, match=word) as caught:
        decode(data, "old.txt")
    message = str(caught.value)
    assert "old.txt" in message and "expected" in message and message.rstrip().endswith(".")
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(("pack", "ending"), [(bz2.compress, "bz2"), (gzip.compress, "gz"), (lzma.compress, "xz")])
def test_compressed_text_is_read_whatever_its_name(tmp_path: Path, pack: object, ending: str) -> None:
    path = tmp_path / f"Old_Foundry.txt.{ending}"
    path.write_bytes(pack(PROSE.encode()))  # type: ignore[operator]
    article = read(path)
    assert (article.text, article.id) == (PROSE, f"Old_Foundry.txt.{ending}")
    assert read(pack(PROSE.encode())).text == PROSE  # type: ignore[operator]


def test_a_damaged_or_exploding_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(PROSE.encode() * 100)[:-20])
    with pytest.raises(UnreadableInput, match="damaged"):
        read(path)
    monkeypatch.setattr(sniffing, "MAX_BYTES", 1 << 20)
    path.write_bytes(gzip.compress(b"a" * (2 << 20)))
    with pytest.raises(UnreadableInput, match="more than 1 MiB"):
        read(path)


def test_directories_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="directory"):
        read(tmp_path)
    with pytest.raises(UnreadableInput, match="does not exist"):
        read(tmp_path / "none.txt")
    with pytest.raises(UnreadableInput, match="does not exist"):
        read("no-such-file.txt")


def test_a_line_that_names_a_file_is_the_file_and_other_strings_are_text(tmp_path: Path) -> None:
    path = tmp_path / "Old_Foundry.txt"
    path.write_text(PROSE, "utf-8")
    assert read(str(path)).id == "Old_Foundry"
    assert read("A sentence on the foundry.txt that is no name.").text.startswith("A sentence")
    assert read(PROSE).text == PROSE


def test_a_format_given_overrules_what_the_content_tells() -> None:
    text = "'''Old Foundry''' is a [[museum]] in [[Norrby]]."
    assert read(text, format="plaintext").text == text
    assert read(text, format="plaintext").format == "plaintext"
    assert read(text).format == "wikitext"
    assert read("<html><body><p>The foundry is old.</p></body></html>").format == "html"


def test_an_input_of_many_articles_is_for_read_many(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_text(
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><siteinfo></siteinfo><page><title>Old Foundry'
        "</title><ns>0</ns><id>7</id><revision><id>9</id><text>'''Old Foundry''' is a [[museum]].</text></revision>"
        "</page></mediawiki>",
        "utf-8",
    )
    with pytest.raises(UsageError, match="read_many"):
        read(path)
    assert [a.title for a in read_many(path)] == ["Old Foundry"]
    assert [a.title for a in read_many(PROSE, title="Given")] == ["Given"]


def test_notices_of_decoding_reach_the_article(tmp_path: Path) -> None:
    path = tmp_path / "cafe.txt"
    path.write_bytes("The café opened in 1911.".encode("cp1252"))
    assert "cp1252" in read(path).notices[0]
