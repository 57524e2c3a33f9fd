"""Only English prose is judged: a text in another language says so, and gets no label and no score."""

from importlib import import_module
from importlib.util import find_spec

import pytest

import analyzer
from analyzer.annotate.english import read_only_in_english
from analyzer.readers import read
from analyzer.report.terminal.report import render

ENGLISH = "The Halden Bridge is a road bridge in Norvia. Critics called it a mistake, and the council agreed. " * 5


def passages(language: str) -> str:
    """Return what spaCy's pages give as examples of a language, often enough to tell it."""
    return " ".join(import_module(f"spacy.lang.{language}.examples").sentences * 4)


@pytest.mark.parametrize("language", "cs da de el es fi fr hu it lt nb nl pl pt ro ru sk sv tr uk".split())
def test_other_languages_are_told(language):
    if find_spec(f"spacy.lang.{language}.examples") is None:
        pytest.skip(f"this spaCy has no examples of {language}")
    article = read("A text of which nothing else is known.", title="Text")
    told = read_only_in_english(article, [passages(language)])
    assert told.language == "und"
    assert "text" not in told.facets
    assert "does not read as English" in told.notices[-1]


@pytest.mark.parametrize(
    "text", [ENGLISH, ENGLISH.upper(), ENGLISH.lower(), passages("en"), "Die Stadt liegt am See. " * 5]
)
def test_english_and_what_is_too_short_to_tell_stay_as_they_are(text):
    article = read(text, title="Text")
    assert read_only_in_english(article, [text]) is article


def test_a_quotation_in_another_language_does_not_make_the_article_one():
    article = read(ENGLISH, title="Text")
    assert read_only_in_english(article, [ENGLISH, passages("de")[:400], ENGLISH]) is article


def test_nothing_is_judged_and_the_report_says_why():
    report = analyzer.analyze(passages("de"), title="Beispiel", pipeline=analyzer.load_pipeline(engine="fast"))
    assert report.summary.verdict.startswith("Not assessable: this input does not show")
    assert (report.sentences, report.attributions) == ((), ())
    assert report.summary.neutrality_score is None
    assert all(issue.score is None for issue in report.issues)
    assert "WHO is heard" not in render(report)


def test_the_language_that_a_page_names_is_kept():
    page = f"<html lang=de><body><h1>Beispiel</h1><p>{passages('de')}</p></body></html>"
    report = analyzer.analyze(page, pipeline=analyzer.load_pipeline(engine="fast"))
    assert report.article.language == "de"
    assert any("give an article in English" in notice for notice in report.article.notices)
