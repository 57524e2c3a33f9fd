"""What a report is where editors and linters work: a talk page's wikitext, lines for a linter, SARIF."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

from analyzer.records import ArticleHeader, Banner, Evidence, IssueScore, Report, Section, SectionScore
from analyzer.report import lint, sarif, wikitext
from analyzer.report.places import Places

from .example_report import TEXT, at, build_report, poisoned
from .test_injection import PAYLOADS

TODAY = date(2026, 3, 5)
SCHEMA = json.loads((Path(__file__).parent / "schemas/sarif-2.1.0-rtm.5.json").read_text("utf-8"))
MARKUP = (
    "{{subst:Db-g11}} ~~~~",
    "[[File:x.png]] [[Category:Y]]",
    "</nowiki>{{x}}<nowiki>",
    "'''b''' __NOTOC__ -{x}-",
    "http://bad.example RFC 1",
    "* a = b",
)


def found(issue: str, score: float | None, *evidence: Evidence, **more) -> IssueScore:
    more = {"policy": "WP:X", "verdict": "missing banner"} | more
    return IssueScore(issue=issue, family=issue.partition(".")[0], score=score, evidence=evidence, **more)


def report(*issues: IssueScore, **changes) -> Report:
    return build_report(banners=(), issues=issues, **changes)


def of_words(words: str, reason: str = "praise in the article's own voice", **more) -> Evidence:
    return Evidence(reason=reason, rule="own-praise", **at(words), **more)


PEACOCK = found(
    "promotion.peacock", 0.9, of_words("a must-see", section="Museums"), of_words("Some say"), policy="MOS:PUFFERY"
)


# The talk page
def test_findings_stand_under_their_sections_with_short_quotations_and_policies():
    museums = Section(start=TEXT.index("Karelonia is home"), end=len(TEXT), title="Museums", level=2)
    header = replace(build_report().article, sections=(museums,))
    uncited = found("sourcing.citations-needed", 0.6, of_words("a must-see", "no reference", section="Museums"))
    text = wikitext.render(report(PEACOCK, uncited, article=header), today=TODAY)
    lead, section = text.index("=== The lead ==="), text.index("=== Museums ===")
    assert lead < text.index("Some say that") < section
    assert re.search(
        r"\* “.*a must-see.*”: praise in .* voice \(\[\[MOS:PUFFERY\]\]\); no reference \(\[\[WP:X\]\]\)", text
    )
    assert max(map(len, re.findall("“([^”]*)”", text))) <= wikitext.QUOTED + 1
    assert text.startswith("== Neutrality and sourcing, as read on 5 March 2026 ==\n") and text.endswith("\n~~~~\n")


def test_all_that_is_to_be_said_of_a_sentence_is_one_point_in_plain_words():
    first, sentence = TEXT.index("Some say"), build_report().sentences
    number = next(row.index for row in sentence if row.start <= first < row.end)
    whole = Evidence(reason="endorsement", rule="x", start=sentence[number].start, end=sentence[number].end)
    says = of_words("Some say", "unsupported attribution: “Some say”")
    rows = [replace(row, sentence=number) for row in (whole, says)]
    text = wikitext.render(report(found("language.weasel", 0.9, *rows)), today=TODAY)
    (point,) = re.findall(r"^\* “.*", text, re.MULTILINE)
    assert point.endswith("”: speaks for the subject ([[WP:X]]); unsupported attribution ([[WP:X]])")


def test_words_that_the_quotation_of_their_sentence_does_not_show_are_named():
    rows = [replace(of_words(words, "peacock"), sentence=1) for words in ("Some say", "a must-see")]
    text = wikitext.render(report(found("promotion.peacock", 0.9, *rows)), today=TODAY)
    (point,) = re.findall(r"^\* “.*", text, re.MULTILINE)
    assert "must-see" not in point.partition("”")[0]
    assert point.endswith("”: peacock ([[WP:X]]); peacock: “a must-see” ([[WP:X]])")


def test_no_sentence_is_held_up_for_its_common_words():
    rate = Evidence(reason="3 words of approval (unique ...) in 135 words", rule="tone.approval")
    sentence = replace(of_words("a must-see", "words of approval"), rule="tone.approval")
    text = wikitext.render(report(found("balance.unbalanced", 0.9, rate, sentence)), today=TODAY)
    assert "* 3 words of approval in 135 words ([[WP:X]])" in text and "must-see" not in text


def test_templates_are_dated_as_wikipedia_dates_them_and_suggested_where_the_finding_is_clear():
    arguable = found("sourcing.citations-needed", 0.6, of_words("Some say"))
    claimed = found("promotion.advert", 0.9, of_words("Some say"), claimed_by=(0,), verdict="supported")
    row = SectionScore(section=None, title="", score=0.8, verdict="missing banner", evidence=(of_words("Some say"),))
    weasel = found("language.weasel", 0.2, sections=(row,))
    text = wikitext.render(report(PEACOCK, arguable, claimed, weasel), today=TODAY)
    assert re.findall(r"<nowiki>(\{\{.*?\}\})</nowiki>", text) == [
        "{{Peacock|date=March 2026}}",
        "{{Weasel|section|date=March 2026}}",
    ]


def test_the_day_can_be_set_for_a_build_that_is_to_be_repeated(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1583366400")
    assert "{{Peacock|date=March 2020}}" in wikitext.render(report(PEACOCK))


def test_nobody_is_accused_of_paid_editing_and_no_score_is_shown():
    paid = found("paid.undisclosed", 0.99, of_words("Some say", "2 of 7 references lead to press releases"))
    text = wikitext.render(report(paid, PEACOCK), today=TODAY)
    assert "press releases" not in text and "paid" not in text.lower() and not re.search(r"0\.\d\d", text)
    assert "program" in text and "please look at each passage" in text


def test_banners_whose_claim_was_not_found_are_named_for_another_look():
    banner = Banner(start=0, end=0, id="advert", issue="promotion", date="2019-06", scope="article")
    issue = found("promotion.advert", 0.1, claimed_by=(0,), verdict="not supported")
    text = wikitext.render(build_report(banners=(banner,), issues=(issue,)), today=TODAY)
    assert re.search(r"=== Banners to look at again ===\n\* \{\{tl\|[A-Z]\w+\}\} \(Jun 2019\): ", text)


def test_an_article_that_is_too_short_to_judge_is_said_to_be():
    summary = replace(build_report().summary, verdict="Not assessable: 12 words of prose.")
    text = wikitext.render(report(found("promotion.peacock", None), summary=summary), today=TODAY)
    assert "Not assessable: 12 words of prose." in text and "Nothing was found" not in text
    assert "Nothing was found" in wikitext.render(report(found("promotion.peacock", 0.1)), today=TODAY)


@pytest.mark.parametrize("payload", [*PAYLOADS.values(), *MARKUP])
def test_a_talk_page_gets_no_markup_of_the_article(payload):
    parser = pytest.importorskip("mwparserfromhell")
    text = wikitext.render(poisoned(payload), today=TODAY)
    plain = wikitext.render(poisoned("plain words"), today=TODAY)
    code = parser.parse(text)
    assert [str(each.name) for each in code.filter_templates()] == [
        str(each.name) for each in parser.parse(plain).filter_templates()
    ]
    assert {str(each.tag) for each in code.filter_tags()} <= {"nowiki", "code", "li"}
    outside = re.sub("<nowiki>.*?</nowiki>", "", text)
    assert not re.search("\\[\\[(?!WP:|MOS:|:)|''|__|://|[\x00-\x09\x0b-\x1f\u202a-\u202e\ud800-\udfff]", outside)
    assert outside.count("~~~~") == 1 and outside.endswith("\n~~~~\n")
    assert [line[:1] for line in text.splitlines()] == [line[:1] for line in plain.splitlines()]


def test_a_page_is_linked_by_its_title_where_that_is_sure_and_a_title():
    known = replace(build_report().article, title="Halden Bridge", revision="77")
    text = wikitext.render(report(PEACOCK, article=known), today=TODAY)
    assert "[[:Halden Bridge]] ([[Special:PermanentLink/77|revision 77]])" in text
    guessed = replace(known, title_origin="first sentence")
    assert "[[:Halden" not in wikitext.render(report(PEACOCK, article=guessed), today=TODAY)


# Linters
def test_a_line_says_file_line_column_rule_and_message():
    whole = found("sourcing.primary", 0.8, Evidence(reason="4 of 7 references are its own", rule="own-references"))
    against = Evidence(reason="speaks against it: one work", rule="x", start=0, end=1)
    lines = lint.render(report(PEACOCK, whole, found("balance.pov", 0.3, against)), lint.Origin("a.txt")).splitlines()
    line = TEXT[: TEXT.index("a must-see")].count("\n") + 1
    column = TEXT.index("a must-see") - TEXT.rindex("\n", 0, TEXT.index("a must-see"))
    assert lines[0] == "a.txt:1:1: sourcing.primary: Primary or affiliated sources: 4 of 7 references are its own"
    assert lines[1] == (
        f"a.txt:{line}:{column}: promotion.peacock: Peacock words: praise in the article's own voice: “a must-see”"
    )
    assert len(lines) == 3


def test_a_line_does_not_repeat_the_words_that_its_reason_names():
    named = found("promotion.peacock", 0.9, of_words("a must-see", "term of praise: “a must-see”"))
    (line,) = lint.render(report(named), lint.Origin("a.txt")).splitlines()
    assert line.endswith("Peacock words: term of praise: “a must-see”")


def test_all_issues_tells_what_does_not_amount_to_one():
    slight = found("balance.pov", 0.3, of_words("Some say"), verdict="not raised")
    assert lint.render(report(slight), lint.Origin("a.txt")) == ""
    assert "balance.pov" in lint.render(report(slight), lint.Origin("a.txt"), all_issues=True)


def test_a_finding_in_one_of_many_articles_names_it():
    line = lint.render(report(PEACOCK), lint.Origin("dump.xml", article="Mill")).splitlines()[0]
    assert re.match(r"dump\.xml:\d+:\d+: promotion\.peacock: Mill: Peacock words: ", line)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=list(PAYLOADS))
def test_a_linter_gets_a_line_a_finding_whatever_the_article_says(payload):
    lines = lint.render(poisoned(payload), lint.Origin("a\nb.txt")).splitlines()
    assert len(lines) == len(lint.render(poisoned("plain words"), lint.Origin("a.txt")).splitlines())
    assert all(re.match(r"a b\.txt:\d+:\d+: promotion\.advert: ", line) for line in lines)


SOURCE = """{{Infobox mill
| name = Halden Mill
}}
'''Halden Mill''' is an [[old mill|old building]] in [[Norvia]].<ref name="a">A report on mills, 1911.</ref>

== Praise ==
It is, by all accounts, a {{lang|en|world-class}} mill, and it is old.

It is a [[museum]] today.
"""
SHOWN = """Halden Mill is an old building in Norvia.[1]

Praise

It is, by all accounts, a world-class mill, and it is old.

It is a museum today."""


@pytest.mark.parametrize(
    ("words", "line"), [("Halden", 4), ("building", 4), ("world-class", 7), ("it is old", 7), ("museum", 9)]
)
def test_what_a_reader_sees_is_found_in_the_markup_it_was_made_of(words, line):
    start = SHOWN.index(words)
    begins, ends = Places(SHOWN, SOURCE).of(start, start + len(words))
    assert begins.line == ends.line == line
    assert SOURCE.split("\n")[line - 1][begins.column - 1 : ends.column - 1] == words


@pytest.mark.parametrize("source", ["", "nothing of it", SHOWN * 2, "{{" * 1000])
def test_a_source_that_does_not_match_gives_places_all_the_same(source):
    places = Places(SHOWN, source)
    lines = source.count("\n") + 1
    for start in range(0, len(SHOWN), 7):
        begins, ends = places.of(start, start + 5)
        assert 1 <= begins.line <= ends.line <= lines and begins.column >= 1


def test_lines_end_at_line_feeds_and_columns_count_code_points():
    text = "a\r\n😀b\u2028c\n\nd"
    assert Places(text).of(text.index("c"), text.index("c") + 1) == ((2, 4), (2, 5))
    assert Places(text).of(text.index("d"), len(text)) == ((4, 1), (4, 2))


# Code scanning
def logged(*given: tuple[Report, lint.Origin], **options) -> dict:
    log = sarif.Log(**options)
    for each, origin in given:
        log.add(each, origin)
    return json.loads(log.render())


def test_sarif_is_what_its_schema_says():
    whole = found("sourcing.primary", 0.6, Evidence(reason="4 of 7 are its own", rule="own-references"))
    log = logged((report(PEACOCK, whole), lint.Origin("a b.txt")), (report(PEACOCK), lint.Origin("/x/é.txt")))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["sourcing.primary", "promotion.peacock"]
    assert run["tool"]["driver"]["rules"][1]["helpUri"] == "https://en.wikipedia.org/wiki/MOS:PUFFERY"
    first, second = run["results"][:2]
    assert (first["level"], second["level"]) == ("note", "warning")
    assert "region" not in first["locations"][0]["physicalLocation"]
    region = second["locations"][0]["physicalLocation"]["region"]
    lines = TEXT.split("\n")
    assert lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1] == "a must-see"
    uris = [row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for row in run["results"]]
    assert {uris[0], uris[-1]} == {"a%20b.txt", "file:///x/%C3%A9.txt"}
    for row in run["results"]:
        assert run["tool"]["driver"]["rules"][row["ruleIndex"]]["id"] == row["ruleId"]


def test_sarif_without_findings_is_a_log_of_none():
    log = logged((report(found("balance.pov", 0.1)), lint.Origin("a.txt")))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    assert log["runs"][0]["results"] == []


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=list(PAYLOADS))
def test_code_scanning_gets_sound_json_whatever_the_article_says(payload):
    origin = lint.Origin("https://wiki.example/wiki/A?oldid=7", article=payload)
    jsonschema.Draft4Validator(SCHEMA).validate(logged((poisoned(payload), origin)))


def test_an_article_without_prose_has_places():
    header = ArticleHeader(id="x", title="X", subject="X", format="plaintext", text="")
    empty = found("sourcing.primary", 0.9, Evidence(reason="r", rule="s", start=0, end=0))
    assert (
        lint.render(report(empty, article=header), lint.Origin("x"))
        == "x:1:1: sourcing.primary: Primary or affiliated sources: r\n"
    )
