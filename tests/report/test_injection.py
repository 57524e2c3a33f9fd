"""Every text that an article can choose is hostile; nothing in a report may come alive."""

import csv
import io
import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analyzer.records import Rejection, Report
from analyzer.report import json, markdown, table
from analyzer.report.html import page as html
from analyzer.report.notebook.collection import Reports
from analyzer.report.notebook.shown import render_text
from analyzer.report.terminal import report as terminal

from .example_report import poisoned

PAYLOADS = {
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "style": "</style><style>*{display:none}</style>",
    "comment": "--><svg/onload=alert(1)><!--",
    "entity": "&lt;script&gt;",
    "ansi": "\x1b[2J\x1b]0;title\x07\x9b31m",
    "markup": "[bold red]x[/] [link=http://bad.example]y[/link] :smile:",
    "bidi": "safe\u202egnp.exe\u2066\u200f",
    "markdown": "# h\n- x\n| a | b |\n```\n![i](http://bad.example/a.png) <b>*x*</b>",
    "formula": "=cmd|' /C calc'!A0",
    "surrogate": "a\ud800b",
    "newlines": "a\r\nb\n\n\nc\x00d",
}
WIDTHS = (40, 80, 120)


class Tags(HTMLParser):
    """Collects tags and attributes of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.depth = [], [], 0

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


def parsed(page):
    tags = Tags()
    tags.feed(page)
    return tags


@pytest.fixture(params=PAYLOADS, ids=list(PAYLOADS))
def hostile(request):
    return poisoned(PAYLOADS[request.param])


def many(report):
    title = report.article.title
    return Reports([report, Rejection(input=title, name=title, kind="failed", reason=title)])._repr_html_()


NOTEBOOK = [Report._repr_html_, many, *(partial(render_text, style=style) for style in ("stance", "sources", "marks"))]


@pytest.mark.parametrize("render", [html.render_page, *NOTEBOOK])
def test_html_holds_no_tag_or_handler_of_the_article(hostile, render):
    page = parsed(render(hostile))
    alike = re.sub(r".*\w.*", "plain words", hostile.article.title)  # as many lines, those without a word as they are
    plain = parsed(render(poisoned(alike)))
    assert sorted(page.tags) == sorted(plain.tags)
    assert {name for name, _ in page.attributes} == {name for name, _ in plain.attributes}
    for name, value in page.attributes:
        assert not (name == "href" and value.lower().lstrip().startswith(("javascript", "data")))


def test_no_template_passes_anything_by_the_escape():
    templates = list((Path(html.__file__).parent / "templates").glob("*.jinja"))
    assert templates
    for path in templates:
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", path.read_text("utf-8")), path.name


@pytest.mark.parametrize("render", [html.render_page, *NOTEBOOK])
def test_html_shows_no_acting_character(hostile, render):
    page = render(hostile)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    page.encode("utf-8")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_terminal_gets_no_control_of_the_article(hostile, width):
    text = terminal.render(hostile, width=width, sentences=True, all_issues=True)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


def test_in_colour_only_colours_are_escape_sequences(hostile):
    text = terminal.render(hostile, colour=True, sentences=True)
    assert "\x1b" not in re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_rich_markup_of_the_article_is_shown_as_written():
    text = " ".join(terminal.render(poisoned("[bold red]x[/] :smile:"), width=120, sentences=True).split())
    assert "[bold red]x[/] :smile:" in text


def test_markdown_has_the_same_lines_whatever_the_article_says(hostile):
    text = markdown.render(hostile, sentences=True)
    plain = markdown.render(poisoned("plain words"), sentences=True)
    starts = [line[:2] for line in text.splitlines()]
    assert starts == [line[:2] for line in plain.splitlines()]
    assert not re.search(r"<(?!br>)", text)
    assert "http:" not in text.replace(r"http\:", "")


def test_markdown_tables_keep_their_columns(hostile):
    def columns(text):
        return [len(re.split(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")]

    assert columns(markdown.render(hostile, sentences=True)) == columns(markdown.render(poisoned("x"), sentences=True))


@pytest.mark.parametrize("name", table.COLUMNS)
def test_no_csv_cell_is_computed_and_columns_keep_their_place(hostile, name):
    rows = list(csv.reader(io.StringIO(table.render([hostile], name), newline="")))
    assert {len(row) for row in rows} == {2 + len(table.COLUMNS[name])} and len(rows) > 1
    for cell in rows[1]:
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))


def test_json_is_one_line_that_reads_back(hostile):
    line = json.one_line(hostile)
    assert "\n" not in line
    assert len(Report.from_json(line).article.text) == len(hostile.article.text)
    assert Report.from_json(json.pretty(hostile)) == Report.from_json(line)
