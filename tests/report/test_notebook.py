"""What a notebook shows of a report, of many, and of a text: styled for itself alone, true to the report, complete."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

import analyzer
from analyzer.errors import UsageError
from analyzer.records import Rejection, Section, Source
from analyzer.report import pictures
from analyzer.report.notebook.shown import render_text

from .browser import chromium, opened, serious_faults
from .example_report import TEXT, at, build_report

STYLES = ("stance", "sources", "marks")
REJECTION = Rejection(input="b.txt", name="b.txt", kind="unreadable", reason="it is empty")


class Shown(HTMLParser):
    """The text of the article without labels, and what is marked in it: classes and words, then the label behind."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.marked, self.labels = "", [], []
        self.inside = self.label = False
        self.feed(html[html.index('<div class="text">') :])

    def handle_starttag(self, tag, attrs):
        if tag == "mark":
            self.marked.append([dict(attrs)["class"], ""])
            self.inside = True
        if tag == "small":
            self.labels.append("")
            self.label = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "mark"
        self.label = self.label and tag != "small"

    def handle_data(self, data):
        if self.label:
            self.labels[-1] += data
            return
        self.text += data
        if self.inside:
            self.marked[-1][1] += data


def shown(style: str, **changes) -> Shown:
    return Shown(build_report(**changes).render(style=style))


@pytest.mark.parametrize("style", STYLES)
def test_the_text_is_the_articles_word_for_word(style):
    assert shown(style).text == TEXT


def test_each_sentence_is_tinted_and_followed_by_its_number_sign_and_stance():
    first, *rest = build_report().sentences
    given = shown("stance", sentences=(replace(first, unsure=True), *rest))
    tints = [name for name, _ in given.marked if name not in ("outside", "heading")]
    assert tints == ["unsure", *(item.stance for item in rest)]
    assert given.labels[:2] == ["1 − critique?", "2 − critique"]
    assert len(given.labels) == len(rest) + 1


def test_sources_are_named_with_their_type_and_content_without_one_says_whose_it_is():
    given = shown("sources")
    assert ["source", "The Lantern Institute"] in given.marked and ["cue", "wrote"] in given.marked
    assert "NGO" in given.labels and "international body" in given.labels  # in words, as everywhere
    assert "← The Lantern Institute, NGO" in given.labels  # a quotation that runs on


def test_a_pronoun_is_told_by_the_name_it_stands_for():
    told = replace(build_report().attributions[3])
    he = replace(told, source=Source(type="person", text="The Ministry", name="Ada Orme", **at("The Ministry")))
    assert "Ada Orme, person" in shown("sources", attributions=(he,)).labels


def test_words_to_watch_say_their_kind_and_quoted_ones_are_outlined():
    first, *rest = build_report().marks
    given = shown("marks", marks=(replace(first, quoted=True), *rest))
    marked = [row for row in given.marked if row[0] != "outside"]
    assert marked[0] == ["quoted", first.text] and {row[0] for row in marked[1:]} == {"watch"}
    assert given.labels == [mark.kind for mark in build_report().marks]


def test_a_text_without_words_to_watch_says_so():
    assert "No words to watch were found." in build_report(marks=()).render(style="marks")
    assert "were found" not in build_report().render(style="marks")


def test_spans_that_reach_out_of_the_text_or_into_each_other_do_no_harm():
    first, *rest = build_report().sentences
    wild = (
        replace(first, start=5, end=10**6),
        replace(first, start=9, end=3),
        replace(first, start=20, end=300),
        *rest,
    )
    sections = (Section(start=0, end=0, title="x", level=2),)
    article = replace(build_report().article, sections=sections)
    assert shown("stance", sentences=wild, article=article).text == TEXT


def test_an_unknown_style_is_refused_by_name():
    with pytest.raises(UsageError, match="met style='dep'"):
        build_report().render(style="dep")


def test_rendered_text_is_a_string_that_a_notebook_shows():
    given = render_text(build_report())
    assert isinstance(given, str) and given._repr_html_() == given
    assert type(given._repr_html_()) is str


def everything():
    report = build_report()
    many = analyzer.Reports([report, report, REJECTION])
    return [report._repr_html_(), many._repr_html_(), *(report.render(style=style) for style in STYLES)]


@pytest.mark.parametrize("number", range(5))
def test_its_style_touches_nothing_else_and_needs_nothing_from_outside(number):
    html = everything()[number]
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL).group(1)
    for rule in re.findall(r"([^{}@]+)\{", re.sub(r"@container [^{]*\{", "", style)):
        assert all(selector.strip().startswith(".npov-n") for selector in rule.split(","))
    assert not re.search(r"<script|<link|<img|@import|url\(|https?:", html)


def test_its_tables_outweigh_the_styles_of_a_notebook():
    # JupyterLab's own are as specific as ".jp-RenderedHTMLCommon :not(.x) td": two classes and an element.
    style = re.search(r"<style>(.*?)</style>", build_report()._repr_html_(), re.DOTALL).group(1)
    tables = [
        selector.strip()
        for rule in re.findall(r"([^{}]+)\{", style)
        for selector in rule.split(",")
        if re.search(r"\b(?:table|t[rdh])\b", selector)
    ]
    assert tables and all(selector.count(".npov-n") == 3 for selector in tables)


def test_the_report_tells_verdict_scores_banners_issues_and_sources():
    report = build_report()
    words = " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", report._repr_html_(), flags=re.DOTALL).split())
    for told in (
        "Press freedom in Karelonia",
        "Mar 2021",
        "supported",
        "0.62",
        "must-see",
        "free of spam – not assessable",
    ):
        assert told in words
    for row in pictures.heard(report):
        assert row.source in words.replace("&#x27;", "'")


def test_a_stance_that_is_unsure_is_counted_apart():
    first, *rest = build_report().sentences
    html = build_report(sentences=(replace(first, unsure=True), *rest))._repr_html_()
    assert '<i class="unsure">?</i>unsure 1' in html and '<i class="critique">−</i>critique 2' in html


def test_many_reports_are_one_table_with_what_was_rejected_below():
    report = build_report()
    many = analyzer.Reports(iter([report, REJECTION, report]))
    html = many._repr_html_()
    assert "2 articles" in html and "1 article rejected" in html and "it is empty" in html
    assert f"<b>{report.article.title}</b>" in html and f"<b>{report.article.title} (2)</b>" in html
    assert (len(many), many[0], list(many), many.rejected) == (2, report, [report, report], (REJECTION,))
    assert repr(many) == "<2 reports, 1 rejected>" and repr(many[:1]) == "<1 report>"


def test_very_many_reports_are_shown_by_the_first():
    html = analyzer.Reports([build_report()] * 60)._repr_html_()
    assert "60 articles" in html and "and 10 articles more" in html
    assert html.count("</b>") == 50


def test_an_empty_report_and_no_reports_show_themselves():
    empty = build_report(sentences=(), attributions=(), marks=(), sources=(), issues=(), banners=())
    assert "None found" in empty._repr_html_()
    assert "0 articles" in analyzer.Reports()._repr_html_()


def test_the_bars_of_a_stance_use_the_colours_of_the_pictures():
    html = build_report()._repr_html_()
    for stance, colour in pictures.COLOURS.items():
        if stance != pictures.UNSURE:
            assert f".npov-n .{stance}{{--stance:{colour}}}" in html


@pytest.mark.integration
@pytest.mark.parametrize("colours", ["background:white;color:#212121", "background:#111;color:#e0e0e0"])
def test_what_is_shown_has_no_serious_fault_for_readers_with_impairments(colours, tmp_path):
    with chromium() as browser:
        shown = "".join(f"<section>{html}</section>" for html in everything())
        document = f'<!doctype html><html lang="en"><title>x</title><body style="{colours}"><main>{shown}</main>'
        for width in (390, 1280):
            with opened(browser, document, tmp_path, width=width) as page:
                assert serious_faults(page) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                tables = "[...document.querySelectorAll('.npov-n .wide')].map(e => e.scrollWidth - e.clientWidth)"
                assert max(page.evaluate(tables)) <= 0
