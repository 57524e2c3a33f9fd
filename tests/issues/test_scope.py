"""Sections judged like articles: what a banner stands over, what is found in one section, where evidence points."""

from __future__ import annotations

import pytest

from analyzer import issues, read
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.scope import Scope
from analyzer.records import Annotated, Article, IssueScore, Sentence

PLAIN = "The mill stands on the bank of the river and was put up between the wars by a local firm{}. "
SOLD = "Visit our {} café and enjoy our unique offers. "
PAGE = """{top}'''Mill''' is a mill.<ref>A. Smith, ''Mills''. University Press.</ref>

== History ==
{history}

=== Fire ===
{fire}

== Use ==
{use}

== References ==
{end}
<references/>
"""


def page(top: str = "", history: str = "", fire: str = "", use: str = "", end: str = "", cited: bool = True) -> Article:
    body = (PLAIN.format("<ref>B. Jones, ''Rivers'', 1999.</ref>" if cited else "") + "\n\n") * 8
    filled = {"top": top, "history": history + body, "fire": fire + body, "use": use + body, "end": end}
    return read(PAGE.format(**filled).encode(), title="Mill", format="wikitext")


def annotated(article: Article) -> Annotated:
    """Return the article with each line of its prose as one sentence."""
    found = []
    for block in article.blocks:
        labels = tuple(c.label for c in article.citations if block.start <= c.start <= block.end)
        text = article.text[block.start : block.end]
        found.append(Sentence(index=len(found), start=block.start, end=block.end, text=text, citations=labels))
    return Annotated(article=article, sentences=tuple(found))


def judged(article: Article) -> dict[str, IssueScore]:
    return {row.issue: row for row in issues.score(annotated(article))}


def titles_over(article: Article) -> list[str | None]:
    scope = Scope(ArticleView(Annotated(article=article)))
    return [part.title if (part := scope.over(index)) else None for index in range(len(article.banners))]


def test_a_banner_stands_over_its_section_else_over_the_article() -> None:
    tag = "\n{{more citations needed|date=May 2012}}\n"
    assert titles_over(page(top=tag)) == [None]
    assert titles_over(page(history=tag)) == ["History"]
    assert titles_over(page(fire="\n{{unreferenced section}}\n")) == ["Fire"]
    assert titles_over(page(end=tag)) == [None]  # no prose stands there
    assert titles_over(page(top="{{POV lead}}\n")) == ["lead"]


def test_a_banner_of_a_page_stands_over_its_section_too() -> None:
    box = '<table class="box-{} ambox"><tr><td>{}</td></tr></table>'
    page = (
        '<div class="mw-parser-output">'
        + box.format("More_citations_needed", "This article needs additional citations for verification.")
        + "<p>The mill is old.</p><h2>Use</h2>"
        + box.format("Unreferenced_section", "This section does not cite any sources.")
        + "<p>Two clubs meet there.</p><h3>Clubs</h3><p>They sing.</p><h2>Fire</h2>"
        + box.format("Essay-like", "This article is written like a personal reflection.")
        + "<p>It burnt down.</p></div>"
    )
    assert titles_over(read(page.encode(), title="Mill", format="html")) == [None, "Use", "Fire"]


def test_a_section_has_its_subsections_and_the_lead_is_a_part_of_its_own() -> None:
    scope = Scope(ArticleView(Annotated(article=page())))
    assert [part.title for part in scope.parts] == ["lead", "History", "Use"]
    history = scope.view(scope.parts[1])
    assert [section.title for section in history.article.sections] == ["History", "Fire"]
    assert len(history.article.citations) == 16
    assert {row.reference.label for row in history.references.cited} == {c.label for c in history.article.citations}


@pytest.mark.parametrize(
    ("banner", "issue"),
    [
        ("unreferenced section", "sourcing.unreferenced"),
        ("unreferenced|section", "sourcing.unreferenced"),
        ("more citations needed section", "sourcing.citations-needed"),
        ("more citations needed", "sourcing.citations-needed"),
        ("no footnotes|section", "sourcing.footnotes"),
    ],
)
@pytest.mark.parametrize("words", ["Two clubs use it. They meet there.", "* clubs\n* schools\n", "A club meets."])
def test_a_banner_over_a_section_without_markers_is_supported_in_a_well_sourced_article(
    banner: str, issue: str, words: str
) -> None:
    source = PAGE.format(
        top="", history=PLAIN.format("<ref>B</ref>") * 9, fire="", use=f"{{{{{banner}}}}}\n{words}", end=""
    )
    row = judged(read(source.encode(), title="Mill", format="wikitext"))[issue]
    assert (row.verdict, row.claimed_by) == ("supported", (0,))
    assert [(part.title, part.verdict, part.claimed_by) for part in row.sections] == [("Use", "supported", (0,))]


def test_a_banner_over_a_section_with_markers_is_not_supported_and_looks_stale() -> None:
    row = judged(page(use="\n{{unreferenced section|date=May 1990}}\n"))["sourcing.unreferenced"]
    assert row.verdict == "not supported"
    assert [(part.title, part.verdict) for part in row.sections] == [("Use", "not supported")]
    assert [item.rule for item in row.evidence][-1] == "banner.stale"


def test_a_long_section_without_markers_is_missing_a_banner_but_no_lead_plot_or_bracketed_source_is() -> None:
    bare = (PLAIN.format("") + "\n\n") * 8
    named = PAGE.format(top=bare, history=PLAIN.format("<ref>B</ref>") * 9, fire="", use=bare, end="")

    def found(source: str) -> tuple[str, list[str]]:
        row = judged(read(source.encode(), title="Mill", format="wikitext"))["sourcing.unreferenced"]
        return row.verdict, [part.title for part in row.sections]

    assert found(named) == ("missing banner", ["Use"])
    assert found(named.replace("== Use ==", "== Plot ==")) == ("not raised", [])
    assert found(named.replace("== Use ==\n", "== Use ==\nIt is old (Smith 2004). ")) == ("not raised", [])


@pytest.fixture
def café() -> Annotated:
    """An article of which one section advertises."""
    from .building import build

    sold = {"text": SOLD.format("award-winning"), "marks": [["promotional", "award-winning"], ["peacock", "unique"]]}
    plain = [{"text": PLAIN.format(""), "cites": [1]} for _ in range(20)]
    rows = [{"heading": "History"}, *plain, {"heading": "Café"}, *[{**sold, "stance": "endorsement"}] * 16]
    return build({"sentences": rows, "references": [{"text": "Mills. University Press."}]})


def test_an_advertisement_in_one_section_is_found_there_and_is_not_held_against_the_others(café: Annotated) -> None:
    row = next(row for row in issues.score(café) if row.issue == "promotion.advert")
    assert [part.title for part in row.sections] == ["Café"]


def test_what_is_found_under_a_banner_is_found_without_one(café: Annotated) -> None:
    scope = Scope(ArticleView(café))
    judges = [scorer.score_section for scorer in issues.SCORERS if scorer.sections == "every" and not scorer.in_section]
    pairs = [
        [judge(scope.view(part), claimed=banner) for banner in (True, False)]
        for judge in judges
        for part in scope.parts
    ]
    found = [pair for pair in pairs if pair[0].score is not None and pair[0].score >= 0.5]
    assert len(found) > 1 and all(claimed == unclaimed for claimed, unclaimed in found)


def test_evidence_names_its_section_and_the_number_of_its_sentence() -> None:
    article = page(cited=False)
    report = annotated(article)
    pointing = [item for row in issues.score(report) for item in row.evidence if item.start is not None]
    assert pointing
    for item in pointing:
        inside = [section.title for section in article.sections if section.start <= item.start < section.end]
        assert item.section == (inside[0] if inside else None)
        assert item.sentence is not None and report.sentences[item.sentence].end > item.start
    facts = [item for row in issues.score(report) for item in row.evidence if item.start is None]
    assert all(item.section is None and item.sentence is None for item in facts)


def test_a_scorer_without_sections_is_one_of_whole_articles() -> None:
    row = judged(page(use="\n{{one source|section}}\n"))["sourcing.one-source"]
    assert row.claimed_by == (0,) and row.sections == ()
