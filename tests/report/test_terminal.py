import re

import pytest
from msgspec.structs import replace

from analyzer.records import Evidence, SourceRow, Summary
from analyzer.report.terminal import report as terminal
from analyzer.report.terminal.canvas import Canvas

from .example_report import build_report

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def lines(**options):
    return terminal.render(options.pop("report", None) or build_report(), **options).splitlines()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal_or_than_120(width):
    from rich.cells import cell_len

    for line in lines(width=width, sentences=True, all_issues=True):
        assert cell_len(line) <= min(width, 120)


def test_at_80_columns_the_whole_report_fits_a_screen_of_50_lines():
    assert len(lines(width=80)) <= 50


def crowded_report():
    """Return a report with more of everything than any article has."""
    report = build_report()
    banner = replace(
        report.banners[0], date="some time ago", section="A section with a long title " * 3, scope="section"
    )
    found = tuple(
        replace(
            issue,
            score=0.9,
            verdict="supported",
            why_null=None,
            claimed_by=tuple(range(40)),
            evidence=tuple(Evidence(reason=f"reason {number} " * 20, rule="x") for number in range(9)),
        )
        for issue in report.issues * 4
    )
    rows = tuple(SourceRow(name=f"Paper {n} " * 30, type="media", sentences=1, words=2) for n in range(99))
    article = replace(
        report.article, title="A title " * 500, subject="a subject " * 500, notices=("a notice " * 9,) * 30
    )
    return build_report(article=article, banners=(banner,) * 40, issues=found, sources=rows)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_report_of_any_article_fits_two_screens_and_the_rest_is_counted(width):
    shown = lines(report=crowded_report(), width=width)
    text = " ".join(" ".join(shown).split())
    assert len(shown) <= 100
    for rest in ("more notes", "more banners", "more issues"):
        assert re.search(rf"and \d+ {rest}, see --format html", text)
    assert "other sources" in text and "STANCE" in text


def test_who_asks_for_all_issues_gets_them_however_many_there_are():
    text = "\n".join(lines(report=crowded_report(), width=100, all_issues=True))
    assert text.count("Reads like an advertisement  ") >= 4 and "see --format html" not in text
    assert "Paper 98" in text


def test_an_unsure_stance_has_a_question_mark_and_no_number_and_is_counted():
    report = build_report()
    first = replace(report.sentences[0], stance="critique", unsure=True)
    summary = replace(report.summary, unsure=1)
    doubted = build_report(sentences=(first, *report.sentences[1:]), summary=summary)
    text = "\n".join(lines(report=doubted, width=120, sentences=True))
    assert "unsure 1" in text and re.search(r"critique\? +[A-Z]", text)
    assert "?" not in text.replace("critique?", "") and "unsure" not in "\n".join(lines(width=120))


def test_each_banner_stands_with_its_date_and_verdict():
    text = "\n".join(lines(width=120))
    assert re.search(r"Advert +Mar 2021 +supported, found 0\.62", text)
    assert re.search(r"More citations needed +Jun 2019 +not supported, found 0\.31", text)


def test_a_bar_has_a_cell_from_the_least_that_is_not_shown_as_nothing():
    canvas = Canvas(80)
    assert [canvas.bar(share, 8, "").plain.count("█") for share in (0.0, 0.004, 0.005, 0.5, 1.0)] == [0, 0, 1, 4, 8]


def test_an_issue_stands_with_bar_score_verdict_and_at_most_two_pieces_of_evidence():
    shown = lines(width=120)
    start = next(number for number, line in enumerate(shown) if line.startswith("  Reads like"))
    assert re.search(r"█+░+ +0\.62 +banner supported", shown[start])
    evidence = "\n".join(shown[start + 1 : start + 5])
    assert "must-see" in evidence and "world-class" in evidence
    assert "praise with no citation" not in evidence


def test_clean_issues_show_only_on_wish():
    assert "Loaded words" not in "\n".join(lines())
    assert "Loaded words" in "\n".join(lines(all_issues=True))


def test_what_cannot_be_judged_is_named_with_the_reason_once():
    text = " ".join(" ".join(lines()).split())
    assert text.count("needs link targets: give wikitext or HTML") == 1
    assert "Promotional references, Too many external links, Unreliable sources" in text


def test_the_source_table_tells_who_type_sides_and_share():
    row = next(line for line in lines(width=120) if "The Lantern Institute  " in line)
    assert row.split()[3:5] == ["ngo", "2"] and row.rstrip().endswith("18 %")


def test_many_sources_are_cut_with_the_rest_added_up():
    rows = tuple(SourceRow(name=f"Paper {n}", type="media", sentences=1, words=2, critique=1) for n in range(30))
    report = build_report(sources=rows)
    shown = lines(report=report)
    assert re.search(r"22 other sources +22", next(line for line in shown if "other sources" in line))
    assert "Paper 29" in "\n".join(lines(report=report, all_issues=True))


def test_sentences_show_stance_source_cue_and_marks():
    text = " ".join(" ".join(lines(width=120, sentences=True)).split())
    assert "critique .91" in text
    assert "→ The Lantern Institute (ngo), direct, cue “wrote”, .98" in text
    assert "no cue, carried over, .90" in text
    assert "words to watch: “Some say” weasel" in text


def test_without_colour_there_is_no_escape_sequence_and_no_trailing_blank():
    for line in lines(sentences=True):
        assert "\x1b" not in line and line == line.rstrip()


def test_colour_changes_nothing_but_colour():
    coloured = terminal.render(build_report(), width=80, colour=True)
    assert "\x1b[" in coloured
    stripped = [line.rstrip() for line in ANSI.sub("", coloured).splitlines()]
    assert stripped == lines(width=80)


def test_an_ascii_output_gets_ascii():
    terminal.render(build_report(), ascii_only=True, sentences=True, all_issues=True).encode("ascii")


def test_an_article_with_nothing_in_it_still_has_a_report():
    report = build_report(banners=(), sentences=(), attributions=(), marks=(), sources=(), issues=(), summary=Summary())
    text = "\n".join(lines(report=report, sentences=True, all_issues=True))
    assert "0 sentences · 0 words" in text and "none found" in text


def test_a_missing_title_and_a_notice_are_told():
    header = replace(build_report().article, title="", subject="", notices=("Latin-1 was assumed",))
    text = "\n".join(lines(report=build_report(article=header)))
    assert "Untitled article" in text and "note: Latin-1 was assumed" in text


def test_the_same_report_gives_the_same_text():
    assert terminal.render(build_report(), sentences=True) == terminal.render(build_report(), sentences=True)


def test_a_claim_that_cannot_be_judged_says_why_in_short_and_once_in_full():
    report = build_report()
    why = "this input does not show link targets (give wikitext or HTML)"
    claimed = tuple(
        replace(issue, claimed_by=(1,), why_null=why) if issue.family == "spam" else issue for issue in report.issues
    )
    text = " ".join(" ".join(lines(report=build_report(issues=claimed), width=120)).split())
    assert "not assessable: this input does not show link targets Promotional references" in text
    assert text.count("(give wikitext or HTML)") == 1
