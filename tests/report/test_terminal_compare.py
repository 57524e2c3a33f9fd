import re

from msgspec.structs import replace

from analyzer.report.compare import compare
from analyzer.report.terminal.compare import render_comparison

from .example_report import build_report, poisoned


def changed():
    report = build_report()
    sentences = (replace(report.sentences[0], stance="neutral"), *report.sentences[1:-1])
    issues = (replace(report.issues[0], score=0.2, verdict="not raised", claimed_by=()), *report.issues[1:])
    return replace(
        report,
        sentences=sentences,
        issues=issues,
        banners=report.banners[1:],
        sources=report.sources[1:],
        summary=replace(report.summary, neutrality_score=0.8),
    )


def test_equal_reports_have_nothing_to_tell():
    assert "nothing changed" in render_comparison(compare(build_report(), build_report()))


def test_scores_banners_sources_and_sentences_that_changed_are_told():
    text = render_comparison(compare(build_report(), changed()), width=120)
    assert re.search(r"neutrality score +0\.55 → 0\.80", text)
    assert re.search(r"Reads like an advertisement +0\.62 → 0\.20 +−0\.42 +supported → not raised", text)
    assert re.search(r"− +advert", text)
    assert re.search(r"The Lantern Institute +ngo +2 → 0 sentences", text)
    assert re.search(r"= +critique → neutral +Press freedom", text)
    assert re.search(r"− +neutral +The media museum opened", text)


def test_a_stance_that_is_unsure_is_marked_as_in_a_report():
    report = build_report()
    unsure = replace(report.sentences[0], stance="endorsement", unsure=True)
    text = render_comparison(compare(report, replace(report, sentences=(unsure, *report.sentences[1:]))), width=120)
    assert re.search(r"= +critique → endorsement\? +Press freedom", text)


def test_scores_that_moved_by_hundredths_are_only_counted():
    report = build_report()
    moved = [replace(row, score=row.score - 0.02) if row.score else row for row in report.issues]
    text = render_comparison(compare(report, replace(report, issues=tuple(moved))))
    count = sum(bool(row.score) for row in report.issues)
    assert f"{count} issues by less than 0.05" in text and "−0.02" not in text


def test_nothing_of_the_articles_can_act():
    before, after = poisoned("\x1b[2Ja\u202eb[red]"), poisoned("x")
    text = render_comparison(compare(before, after), width=80)
    assert "\x1b" not in text and "\u202e" not in text and "[red]" in text


def test_an_ascii_output_gets_ascii():
    render_comparison(compare(build_report(), changed()), ascii_only=True).encode("ascii")
