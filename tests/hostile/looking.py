"""What a case is put through besides the command: each format that it can be read as, and each that it can be shown in.

Runs in the process of :mod:`child`; a complaint is a line on standard output, and the exit code their number.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

from soundness import sound_article, sound_report

from analyzer import Rejection, Report, analyze_many
from analyzer.cli.output import Output
from analyzer.cli.writer import ReportFormat, Style, TableName, Writer
from analyzer.errors import AnalyzerError
from analyzer.readers import read_many
from analyzer.report.notebook.shown import render_text

BASELINE: Counter[str] = Counter()  # the tags of the page of a harmless article
ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ALIVE = ("script", "iframe", "object", "embed", "base", "form", "frame", "applet", "link", "meta")


def look(spec: dict[str, Any], pipeline: Any) -> int:
    """Return the number of complaints."""
    complaints: list[str] = []

    def tried(what: str, action: Callable[[], object]) -> None:
        try:
            action()
        except Exception as error:
            told = str(error).partition("\n")[0][:300]
            complaints.append(f"{what}: {type(error).__name__}: {told}")

    for form, path in spec["read"]:
        tried(f"read as {form}", lambda form=form, path=path: read(Path(path), form))
    reports = list(stored(Path(spec["report"])))
    for at, report in enumerate(reports[:3]):
        tried("the report", lambda report=report: sound_report(report))
        tried("shown", lambda report=report, at=at: shown(report, Path(spec["folder"]) / "out" / str(at)))
    if spec["again"] and len(reports) == 1:
        tried("analyze_many", lambda: same(Path(spec["again"]), reports[0], pipeline))
    for complaint in complaints:
        print(complaint.encode("unicode_escape").decode())
    return min(len(complaints), 60)


def read(path: Path, form: str) -> None:
    """Read a file in a format; a refusal is fine, an unsound article is not."""
    try:
        for article in read_many(path, format=form):  # type: ignore[arg-type]
            sound_article(article)
    except AnalyzerError as error:
        assert len(str(error)) < 4000, "a message of over 4,000 characters"


def stored(path: Path) -> Iterator[Report]:
    """Yield the reports that the command wrote: one over many lines, or one a line."""
    text = path.read_text("utf-8") if path.exists() else ""
    for each in [text] if text.startswith("{\n") else text.splitlines():
        yield Report.from_json(each)


def same(path: Path, report: Report, pipeline: Any) -> None:
    """Assert that Python gives what the command gave."""
    found = list(analyze_many([path], pipeline=pipeline, errors="record"))
    if len(found) == 1 and isinstance(found[0], Rejection) and found[0].code == "no article":
        return  # a file of many articles is for read_many
    assert len(found) == 1 and isinstance(found[0], Report), found
    assert found[0].to_json() == report.to_json(), "another report than the command's"


def rendered(report: Report, folder: Path) -> None:
    """Write a report in every format."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in get_args(ReportFormat):
        for table in get_args(TableName) if form == "csv" else ("articles",):
            name = f"report.{table}.csv" if form == "csv" else f"report.{form}"
            writer = Writer(Output(folder / name), Style(form, table, 80, sentences=True, all_issues=True))
            writer.write(report, "article.txt")
            writer.close()
    if len(report.article.text) < 20_000:
        pages = [report._repr_html_(), *(render_text(report, style) for style in ("stance", "sources", "marks"))]
        (folder / "notebook.html").write_text("\n".join(pages), "utf-8")


def shown(report: Report, folder: Path) -> None:
    """Assert that a report in every format holds nothing that acts."""
    rendered(report, folder)
    for path in sorted(folder.iterdir()):
        text = path.read_text("utf-8")
        if path.suffix not in (".json", ".sarif"):
            found = ACTING.search(text)
            assert not found, f"{path.name} holds {found and found[0]!a}"
        else:
            json.loads(text)
        if path.name == "report.html":
            _page_is_dead(text, BASELINE)
        elif path.suffix == ".html":
            _page_is_dead(text, Counter())
        elif path.suffix == ".csv":
            _no_cell_is_computed(text)


def _no_cell_is_computed(text: str) -> None:
    import csv
    import io

    csv.field_size_limit(1 << 30)
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            if cell.lstrip().startswith(("=", "+", "-", "@")):
                float(cell)  # a number is no formula


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs


def tags_of(page: str) -> Counter[str]:
    """Return how often each tag stands in a page."""
    parsed = _Tags()
    parsed.feed(page)
    return parsed.tags


def _page_is_dead(page: str, plain: Counter[str]) -> None:
    parsed = _Tags()
    parsed.feed(page)
    for tag in ALIVE:
        assert parsed.tags[tag] <= plain[tag], f"<{tag}> in a page"
    for name, value in parsed.attributes:
        assert not name.startswith("on"), f"{name} in a page"
        unsafe = name in ("href", "src") and (value or "").lower().lstrip().startswith(
            ("javascript", "data:text", "vb")
        )
        assert not unsafe, f"{name}={value!r} in a page"
