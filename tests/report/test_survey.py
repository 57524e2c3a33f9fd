"""The overview of a batch: numbers of many reports, in the terminal and as a page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.records import Reference
from analyzer.report.datasets import rows_of
from analyzer.report.html.survey import render_survey as render_page
from analyzer.report.survey import ORDERS
from analyzer.report.terminal.canvas import Canvas
from analyzer.report.terminal.survey import render_survey
from analyzer.vocabulary import STANCES

from .example_report import build_report
from .renew_golden import survey_of


def report_of(title: str, neutrality: float | None = 0.5, words: int = 100):
    report = build_report()
    summary = replace(report.summary, neutrality_score=neutrality, words=words)
    references = (Reference(label="1", text="Ledger", domain="ledger.example", source_type="media"),) * 2
    article = replace(report.article, title=title, id=title, references=references)
    return replace(report, article=article, summary=summary)


def test_the_least_neutral_article_comes_first_and_one_without_a_score_last():
    survey = survey_of(report_of("Good", 0.9), report_of("None", None), report_of("Bad", 0.1), report_of("Fair", 0.4))
    assert [line.title for line in survey.lines()] == ["Bad", "Fair", "Good", "None"]


def test_articles_of_one_title_are_told_apart_by_their_ids():
    one, other = report_of("Mill"), report_of("Mill", 0.9)
    other = replace(other, article=replace(other.article, id="mill-2.wikitext"))
    assert [line.title for line in survey_of(one, other, report_of("Lake", 0.95)).lines()] == [
        "Mill",
        "Mill (mill-2.wikitext)",
        "Lake",
    ]


def test_each_order_gives_every_article_a_place_of_its_own():
    survey = survey_of(*(report_of(f"A{n}", n / 10, words=n) for n in range(6)))
    for name, *_ in ORDERS:
        assert sorted(line.places[name] for line in survey.lines()) == list(range(6))
    longest = min(survey.lines(), key=lambda line: line.places["words"])
    assert longest.title == "A5"


def test_no_more_articles_are_kept_than_come_first_in_some_order():
    survey = survey_of(*(report_of(f"A{n}", n / 100, words=n) for n in range(60)), most=2)
    titles = {line.title for line in survey.lines()}
    assert {"A0", "A1", "A59", "A58"} <= titles and len(titles) <= 2 * len(ORDERS)
    assert survey.articles == 60


def test_voices_banners_and_domains_are_counted_over_all_articles():
    once, twice = survey_of(report_of("A")), survey_of(report_of("A"), report_of("B"))
    assert [[2 * count for count in row[1]] for row in once.stances()] == [list(row[1]) for row in twice.stances()]
    assert [(name, 2 * stands) for name, stands, *_ in once.banners()] == [row[:2] for row in twice.banners()]
    assert once.cited() and [(domain, 2 * count) for domain, count, _ in once.cited()] == [
        row[:2] for row in twice.cited()
    ]


def test_the_terminal_shows_every_part_within_its_width():
    text = render_survey(survey_of(report_of("Bad \x1b[2J", 0.1), report_of("Good", 0.9)), Canvas(80))
    for part in ("2 articles", "ARTICLES", "VOICES", "BANNERS", "ISSUES", "DOMAINS", "Bad"):
        assert part in text
    assert max(map(len, text.splitlines())) <= 80 and "\x1b" not in text


def test_the_page_has_no_script_but_its_own_and_escapes_what_articles_chose():
    page = render_page(survey_of(report_of("<script>alert(1)</script>", 0.1)))
    assert page.count("<script") == 1 and "&lt;script&gt;alert(1)" in page
    assert "script-src 'sha256-" in page and "default-src 'none'" in page
    assert all(f"#by-{name}:checked" in page for name, *_ in ORDERS)


def test_each_count_of_the_page_stands_under_its_stance():
    page = render_page(survey_of(report_of("A")))
    table = re.search(r"Who is heard, and on which side</h2>.*?</table>", page).group(0)
    assert re.findall(r'<th class="n">(\w+)</th>', table) == list(STANCES)
    row = re.search(r"<td>unnamed</td>(.*?)</tr>", table).group(1)
    assert re.findall(r'<td class="n">(\d)</td>', row) == ["1", "1", "0", "0"]


def npov(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_folder_of_reports_is_summarised(tmp_path: Path):
    (tmp_path / "a.json").write_text(report_of("Bad", 0.1).to_json(), "utf-8")
    (tmp_path / "b.jsonl").write_text(report_of("Good", 0.9).to_json() + "\n", "utf-8")
    result = npov("summary", tmp_path)
    assert result.exit_code == 0 and "2 articles" in result.stdout
    page = tmp_path / "page.html"
    assert npov("summary", tmp_path, "--format", "html", "--out", page).exit_code == 0
    assert "Bad" in page.read_text("utf-8")


def test_a_folder_of_nothing_is_refused(tmp_path: Path):
    result = npov("summary", tmp_path)
    assert result.exit_code == 3 and "no tables and no reports" in result.stderr
    (tmp_path / "x.json").write_text(json.dumps({"a": 1}))
    assert npov("summary", tmp_path).exit_code == 3
    assert npov("summary", tmp_path / "none").exit_code == 3


def test_tables_and_reports_of_one_batch_give_one_summary(tmp_path: Path):
    pytest.importorskip("pyarrow")
    import pyarrow.parquet as parquet

    from analyzer.report.datasets import table_of

    report = report_of("Bad", 0.1)
    for dataset, rows in {**rows_of(report, 0, "x"), "rejected": []}.items():
        (tmp_path / "tables" / dataset).mkdir(parents=True)
        parquet.write_table(table_of(dataset, rows), tmp_path / "tables" / dataset / "part-00000.parquet")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/a.json").write_text(report.to_json(), "utf-8")
    assert npov("summary", tmp_path / "tables").stdout == npov("summary", tmp_path / "reports").stdout
