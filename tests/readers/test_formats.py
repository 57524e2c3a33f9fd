"""One entry makes a format: reading, sniffing, the command line and the documentation follow the table."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from analyzer.errors import UsageError
from analyzer.readers import formats, read
from analyzer.readers.formats import Format, format_by_ending, format_named, format_of, register
from analyzer.vocabulary import InputFormat

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"

PACKAGE = """
from analyzer.readers import Format
from analyzer.readers.plaintext.reader import read_plaintext

FORMAT = Format(
    name="gemtext",
    reader="other_package:read_gemtext",
    signs=((95, lambda head: head.startswith("=> gemini:")),),
)


def read_gemtext(text, **known):
    return read_plaintext(text.partition("\\n")[2], **known)
"""
USE = """
import json, sys
from analyzer import read
from analyzer.batch.inputs import Ended, Inputs
from analyzer.readers import read_many
from analyzer.readers.formats import format_of

path = sys.argv[1]
text = open(path, encoding="utf-8").read()
print(json.dumps({
    "sniffed": format_of(text).name,
    "read": read(text, title="T").text,
    "named": read("The foundry opened.\\nIt is old.", title="T", format="gemtext").text,
    "many": [article.text for article in read_many(path)],
    "command line": [item.read().text for item in Inputs((path,)).events() if not isinstance(item, Ended)],
}))
"""


def test_the_formats_of_an_article_are_those_of_the_table() -> None:
    assert set(get_args(InputFormat)) == set(formats()) - {"table"}


@pytest.mark.parametrize("name", sorted(formats()))
def test_every_reader_loads_and_is_documented(name: str) -> None:
    known = format_named(name)
    assert callable(known.load())
    assert f"| `{name}` |" in DOCS.read_text("utf-8")
    assert f"`{known.reader.partition(':')[0]}`" in DOCS.read_text("utf-8")


def test_the_documentation_names_no_format_that_the_table_lacks() -> None:
    rows = [line.split("|")[1].strip(" `") for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(formats())


def test_the_sign_of_the_highest_rank_decides() -> None:
    page_with_links = "<!doctype html><p>[[a]] and '''b'''</p><p>[[c]]</p>"
    assert format_of(page_with_links).name == "html"
    assert format_of("<p>[[a]] and '''b'''</p><p>[[c]]</p>").name == "wikitext"


def test_a_table_is_told_by_its_ending_alone() -> None:
    found = format_by_ending(Path("articles.CSV"))
    assert found is not None and found.name == "table" and found.many
    assert format_by_ending(Path("article.txt")) is None


def test_an_unknown_name_and_a_second_meaning_of_one_are_refused() -> None:
    with pytest.raises(UsageError, match="expected one of dump, enterprise"):
        format_named("docx")
    with pytest.raises(UsageError, match="second format named 'html'"):
        register(Format(name="html", reader="elsewhere:read"))
    with pytest.raises(UsageError, match="fetched from its address"):
        read("A text.", format="mediawiki")


def test_a_format_of_another_package_is_found_by_read_by_sniffing_and_by_the_command_line(
    written_package: Callable[..., Path],
) -> None:
    place = written_package("other_package", PACKAGE, "npov_analyzer.formats", "gemtext = other_package:FORMAT")
    page = place / "page.gmi"
    page.write_text("=> gemini://example.org\nThe foundry opened in 1911.", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(place)!r})\n{USE}", str(page)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    prose = "The foundry opened in 1911."
    assert json.loads(done.stdout) == {
        "sniffed": "gemtext", "read": prose, "named": "It is old.", "many": [prose], "command line": [prose],
    }  # fmt: skip
