"""The seed's report in every output format, as stored in ``golden/``.

``python tests/report/renew_golden.py`` analyses the seed and writes all of them anew: look at the difference before
you commit it. What another build of the same program changes, the package's version and the models' digests, is left
out of the stored report and so of everything that is drawn from it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from msgspec.structs import replace

import analyzer
from analyzer.cli.writer import ReportFormat
from analyzer.records import Rejection, Report
from analyzer.report import json, lint, markdown, sarif, table, wikitext
from analyzer.report.compare import Comparison, compare
from analyzer.report.datasets import COLUMNS, FIRST, rows_of
from analyzer.report.html.page import render_page, render_pages
from analyzer.report.html.survey import render_survey as survey_page
from analyzer.report.notebook.collection import Reports
from analyzer.report.survey import Survey
from analyzer.report.terminal.canvas import Canvas
from analyzer.report.terminal.compare import render_comparison
from analyzer.report.terminal.report import render
from analyzer.report.terminal.survey import render_survey
from analyzer.report.verdict import verdict
from analyzer.vocabulary import DEFAULT_ENGINE, VERSION

GOLDEN = Path(__file__).parent / "golden"
SEED = Path(__file__).parents[2] / "seeds/human-rights-in-kazakhstan.txt"

REJECTED = Rejection(input="<a>.txt", name="<a>.txt", kind="unreadable", reason="it is empty")


ORIGIN = lint.Origin("article.txt")


def _table(name: table.TableName, report: Report) -> str:
    return table.render([report], name)


def _log(report: Report) -> str:
    log = sarif.Log()
    log.add(report, ORIGIN)
    return log.render().replace(VERSION, "version")


def survey_of(*reports: Report, most: int = 100) -> Survey:
    """Return what a batch of these reports comes to."""
    survey = Survey(most=most)
    for number, report in enumerate(reports):
        rows = rows_of(report, number, "test")
        survey.add(
            {name: [dict(zip([*FIRST, *COLUMNS[name]], row, strict=True)) for row in rows[name]] for name in rows}
        )
    return survey


everything = partial(render, sentences=True, all_issues=True)
REPORTS: dict[str, Callable[[Report], str]] = {
    "report.json": json.pretty,
    "report.jsonl": lambda report: json.one_line(report) + "\n",
    "terminal.txt": render,
    "terminal-colour.txt": partial(render, colour=True),
    "terminal-everything.txt": everything,
    "terminal-everything-colour.txt": partial(everything, width=120, colour=True),
    "terminal-everything-ascii.txt": partial(everything, width=60, ascii_only=True),
    "report.md": markdown.render,
    "report-everything.md": partial(markdown.render, sentences=True, all_issues=True),
    **{f"{name}.csv": partial(_table, name) for name in table.COLUMNS},
    "talk.wikitext": partial(wikitext.render, today=date(2026, 11, 28)),
    "lint.txt": lambda report: lint.render(report, ORIGIN),
    "log.sarif": _log,
    "page.html": render_page,
    "page-of-two.html": lambda report: render_pages([report, later_version(report)]),
    "survey.txt": lambda report: render_survey(survey_of(report, later_version(report)), Canvas(100)),
    "survey.html": lambda report: survey_page(survey_of(report, later_version(report))),
    "notebook.html": Report._repr_html_,
    "notebook-of-two.html": lambda report: Reports([report, later_version(report), REJECTED])._repr_html_(),
    **{f"notebook-{style}.html": partial(Report.render, style=style) for style in ("stance", "sources", "marks")},
}
# Which of them show each format of `npov check`.
OF_FORMAT: dict[ReportFormat, tuple[str, ...]] = {
    "terminal": tuple(name for name in REPORTS if name.startswith("terminal")),
    "json": ("report.json", "report.jsonl"),
    "html": ("page.html", "page-of-two.html"),
    "markdown": ("report.md", "report-everything.md"),
    "csv": tuple(f"{name}.csv" for name in table.COLUMNS),
    "wikitext": ("talk.wikitext",),
    "lint": ("lint.txt",),
    "sarif": ("log.sarif",),
}
COMPARISONS: dict[str, Callable[[Comparison], str]] = {
    "compare.json": lambda comparison: comparison.to_json() + "\n",
    "compare.txt": render_comparison,
    "compare-colour.txt": partial(render_comparison, width=120, colour=True),
    "compare-ascii.txt": partial(render_comparison, ascii_only=True),
}


def analysed() -> Report:
    """Return the report on the seed by the default engine, without what differs between two builds."""
    report = analyzer.analyze(SEED, pipeline=analyzer.load_pipeline(engine=DEFAULT_ENGINE))
    models = dict.fromkeys(report.provenance.models, "digest")
    return replace(report, provenance=replace(report.provenance, package="version", models=models))


def stored() -> Report:
    """Return the report as stored."""
    return Report.from_json((GOLDEN / "report.json").read_bytes())


def later_version(report: Report) -> Report:
    """Return a report as a later version of the article might get it: each kind of change once."""
    first, second, third, *rest = report.sentences
    changed = (
        replace(first, stance="critique", text=first.text + " It is so still."),
        replace(second, stance="mixed"),
        *rest[:-1],
        replace(third, index=len(rest) + 1, text="A sentence that was not there."),
    )
    sources = (replace(report.sources[0], sentences=report.sources[0].sentences + 1), *report.sources[1:-1])
    issues = tuple(
        replace(issue, score=None if number == 1 else round(issue.score / 2, 4), verdict="not raised", claimed_by=())
        if issue.score and number < 4
        else issue
        for number, issue in enumerate(report.issues)
    )
    summary = replace(report.summary, neutrality_score=0.25, balance=-0.5, spam_score=None)
    header = replace(report.article, revision="2", subject=report.article.title, notices=("Latin-1 was assumed",))
    banners = (report.banners[0], replace(report.banners[0], id="advert", section="Media", scope="section"))
    later = replace(
        report,
        article=header,
        sentences=changed,
        sources=sources,
        issues=issues,
        summary=summary,
        banners=banners,
    )
    return replace(later, summary=replace(summary, verdict=verdict(later)))


def drawn(report: Report) -> dict[str, str]:
    """Return the text of every file in ``golden/``."""
    comparison = compare(report, later_version(report))
    return {name: draw(report) for name, draw in REPORTS.items()} | {
        name: draw(comparison) for name, draw in COMPARISONS.items()
    }


if __name__ == "__main__":
    (GOLDEN / "report.json").write_text(json.pretty(analysed()), "utf-8", newline="")
    for name, text in drawn(stored()).items():
        (GOLDEN / name).write_text(text, "utf-8", newline="")
