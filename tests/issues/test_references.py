"""References and links, classified: the subject's own, releases, guises of one site, sites that describe themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.issues import SCORERS, models, rated_references
from analyzer.issues.evidence.references import ReferenceView
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals import SIGNALS

from .building import build


def view(title: str, *references: dict, links: tuple = ()) -> ReferenceView:
    return ReferenceView(build({"title": title, "neutral": 3, "references": references, "links": list(links)}).article)


def page(url: str, text: str = "A page") -> dict:
    return {"text": text, "urls": [url]}


@pytest.mark.parametrize(
    ("title", "url", "own"),
    [
        ("Verranto", "https://www.verranto.example/about", True),
        ("Verranto", "https://blog.verranto.example/x", True),
        ("Verranto", "https://verrantowatch.org/", False),
        ("Verranto", "https://verrantogroup.example/", True),
        ("Verranto", "https://tarngazette.example/verranto", False),
        ("Verranto", "https://www.facebook.com/verranto", False),
        ("Halden Choir School", "https://haldencathedral.example/", False),
        ("Halden Choir School", "https://haldenchoirschool.example/", True),
        ("Marek Tolvan", "https://tolvan2024.example/", True),
        ("Marek Tolvan", "https://tolvanbridge.example/", False),
        ("Human rights in Kazakhstan", "https://www.gov.kz/x", True),
        ("Human rights in Kazakhstan", "https://www.gov.uk/x", False),
        ("Human rights in Kazakhstan", "https://www.hrw.org/kazakhstan", False),
    ],
)
def test_the_subjects_own_pages_are_told_by_their_domain(title: str, url: str, own: bool) -> None:
    assert view(title, page(url)).cited[0].own is own


def test_a_work_by_the_subject_is_its_own_and_a_work_on_it_is_not() -> None:
    found = view(
        "Marek Tolvan",
        {"text": "Tolvan, Marek (2008). My road. Tarn: printed by the author."},
        {"text": "Pell, Ruth (2009). Marek Tolvan: a life. University Press."},
    ).cited
    assert [row.own for row in found] == [True, False]


def test_a_release_is_told_by_wire_or_words_and_is_never_independent() -> None:
    found = view(
        "Verranto",
        page("https://www.prnewswire.com/x"),
        {"text": "Verranto opens plant. Press release."},
        page("https://www.reuters.com/x", "Verranto opens plant. Reuters."),
    ).cited
    assert [row.release for row in found] == [True, True, False]
    assert [row.independent for row in found] == [False, False, True]


def test_one_site_is_followed_through_its_hosts_and_its_name_in_other_imprints() -> None:
    found = view(
        "Tarn ferry",
        page("https://ferrydealsdirect.example/a"),
        page("https://institute.ferrydealsdirect.example/b"),
        page("https://sailing-news.example/c", "Sailing News (powered by Ferry Deals Direct)"),
        page("https://www.bbc.co.uk/news/1"),
    ).brands
    assert found[0][0] == "ferrydealsdirect"
    assert [row.at for row in found[0][1]] == [0, 1, 2]


def test_a_site_named_like_a_word_of_the_article_is_followed_by_its_address_alone() -> None:
    example = {"title": "Tarn ferry", "sentences": [{"text": "The construction took a year."}], "neutral": 3}
    references = [
        page("https://www.construction.com/a"),
        page("https://enr.construction.com/b"),
        page("https://www.unheardof.org/c", "The construction of the ferry"),
    ]
    found = ReferenceView(build(example | {"references": references}).article).brands
    assert [[row.at for row in rows] for _, rows in found] == [[0, 1]]


@pytest.mark.parametrize(
    ("url", "tracked"),
    [
        ("https://x.example/?utm_source=wp", True),
        ("https://x.example/?affid=7", True),
        ("https://x.example/?src=wiki", True),
        ("https://x.example/?src=123", False),
        ("https://x.example/?id=4&page=2", False),
    ],
)
def test_tracking_is_told_by_its_parameters(url: str, tracked: bool) -> None:
    assert view("Tarn ferry", page(url)).cited[0].tracked is tracked


def test_a_site_cited_for_what_it_says_of_itself_is_interested_and_a_newspaper_is_not() -> None:
    found = view(
        "Lake dispute",
        page("https://brannochtimber.example/about/awards"),
        page("https://brannochtimber.example/facts"),
        page("https://tarngazette.example/about/the-lake"),
        page("https://tarngazette.example/lake"),
    ).interested
    assert [row.at for row in found] == [0, 1]


def test_references_are_rated_for_the_report() -> None:
    example = {
        "title": "Verranto",
        "references": [
            page("https://www.verranto.example/about"),
            page("https://www.investopedia.com/x"),
            page("https://www.reuters.com/x"),
            {"text": "A book without a link."},
        ],
    }
    rated = rated_references(build(example))
    assert [row.source_type for row in rated] == ["subject", "reference", "media", None]
    assert "lists disagree" in rated[1].reliability
    assert rated[2].reliability and "lists disagree" not in rated[2].reliability
    assert rated[3].reliability == ()


def test_the_weights_have_digests_for_the_provenance() -> None:
    assert all(digest.startswith("sha256:") for digest in models().values())
    assert set(models()) == {"judge", "wording"}


def test_a_newspaper_is_no_shop_whatever_its_address_says() -> None:
    assert not view("Tarn ferry", page("https://www.theguardian.com/travel/best-deals/compare")).cited[0].commercial
    assert view("Tarn ferry", page("https://ferrydeals.example/compare/prices")).cited[0].commercial


def test_a_common_noun_owns_no_pages() -> None:
    example = {"title": "Vinegar", "sentences": [{"text": "Most vinegar is made from wine."}], "neutral": 3}
    article = build(example | {"references": [page("https://vinegar.example/history")]}).article
    assert not ReferenceView(article).cited[0].own


@pytest.mark.parametrize(
    ("url", "text", "weak"),
    [
        ("https://www.dailymail.co.uk/x", "A tale", True),
        ("https://registry.fandom.com/wiki/Old", "Old registry", True),
        ("https://somebody.blogspot.com/x", "My walks", True),
        ("https://www.math.mit.edu/~somebody/notes.html", "Notes", True),
        ("https://www.math.mit.edu/~somebody/paper.pdf", "Waves. Journal of Waves, vol. 3.", False),
        ("https://forum.tarn.example/showthread.php?t=1", "Old ferries", True),
        ("https://arxiv.org/abs/1201.0001", "Waves", False),
        ("https://www.amazon.com/dp/1", "Registers of the north", False),
        ("https://unheardof.example/x", "A page", False),
        ("https://www.unheardof.com/x", "A page", False),
        ("https://www.slowferries.com/2009/05/07/old-boats", "Old boats", True),
        ("https://www.tarngazette.com/2009/05/07/old-boats", "Old boats", False),
        ("https://www.cycleworld.com/2012/05/11/old-boats", "Old boats", False),
        ("https://www.tarnkitchen.com/soup", "Soup", True),
        ("https://www.ruthpell-tolvan.com/boats", "Tolvan, Ruth (2004). Old boats.", True),
        ("https://www.tolvan.com/boats", "Tolvan, Tarn. Old boats.", False),
        ("https://www.ruthpell-tolvan.com/boats", "Tolvan, Ruth (2004). Old boats. ISBN 1-4184-0000-1.", False),
        ("https://books.google.com/books?id=x", "Pell, R. Boats. AuthorHouse. ISBN 1-4184-0000-1.", True),
        (
            "https://books.google.com/books?id=x",
            "Pell, R. Boats (print on demand ed.). Princeton University Press.",
            False,
        ),
        ("https://www.antiessays.com/1", "Essay", True),
    ],
)
def test_a_source_is_weak_where_it_is_rated_so_or_anybody_could_have_published_it(
    url: str, text: str, weak: bool
) -> None:
    assert view("Tarn ferry", page(url, text)).cited[0].weak is weak


def test_the_best_address_speaks_for_a_work() -> None:
    urls = ["https://somebody.researchgate.net/x", "https://www.academia.edu/1", "https://doi.org/10.1000/1"]
    found = view("Tarn ferry", {"text": "Waves", "urls": urls}).cited[0]
    assert found.independent and not found.weak


@pytest.mark.parametrize(
    ("url", "trade"),
    [
        ("https://www.unheardof.com/products/1", True),
        ("https://www.siemens.com/x", True),
        ("https://www.unheardof.org/x", False),
        ("https://www.reuters.com/x", False),
        ("https://www.verranto.com/x", False),
    ],
)
def test_a_traders_site_is_told_by_name_or_by_its_ending_alone(url: str, trade: bool) -> None:
    assert view("Verranto", page(url)).cited[0].trade is trade


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Registers of the north. University Press, 1977.", "book"),
        ("Pell, R. Waves. Journal of Waves 3 (2): 14", "academic"),
        ("The registry burns. Tarn Gazette, 4 May 1951.", "media"),
        ("A letter to the clerk", None),
    ],
)
def test_a_reference_without_an_address_tells_its_kind_in_words(text: str, kind: str | None) -> None:
    assert view("Tarn ferry", {"text": text}).cited[0].kind == kind


def measured(name: str, *references: dict) -> float:
    return SIGNALS[name].measure(ArticleView(build({"title": "Tarn ferry", "neutral": 3, "references": references})))


def test_an_author_is_repeated_by_recent_works_not_by_old_ones_by_news_or_by_one_work_cited_twice() -> None:
    works = [{"text": f"Tolvan, M. ({year}). {title}."} for year, title in ((2011, "Waves"), (2013, "Ferry hulls"))]
    old = [{"text": f"Tolvan, M. ({year}). {title}."} for year, title in ((1961, "Waves"), (1963, "Ferry hulls"))]
    news = [page("https://www.reuters.com/1", "Tolvan, M. (2011). Waves."), works[1]]
    assert measured("repeated-authors", *works) == 1
    assert measured("repeated-authors", *old) == measured("repeated-authors", *news) == 0
    assert measured("repeated-authors", works[0], works[0]) == 0


def test_a_paper_is_recent_by_its_own_date_not_by_when_it_was_read() -> None:
    said = "Pell, R. ({}). Waves. Proceedings of the Tarn Conference. Retrieved 2015."
    assert measured("paper-references", {"text": said.format(2011)}) == 0.5
    assert measured("paper-references", {"text": said.format(1961)}) == 0


def test_a_site_of_no_known_standing_is_unvouched_and_a_newspaper_is_not() -> None:
    unknown, known = page("https://www.unheardof.com/x"), page("https://www.reuters.com/x")
    assert measured("unvouched-references", unknown) > measured("unvouched-references", known) == 0


def test_a_file_is_a_document_of_its_body_unless_a_publisher_vouches_for_it() -> None:
    address = "https://www.unheardof.org/x.pdf"
    assert measured("rule-references", page(address)) == 0.5
    assert measured("rule-references", page("https://www.unheardof.org/x")) == 0
    assert measured("rule-references", page(address, "Waves. Journal of Waves, vol. 3")) == 0


def test_signals_of_context_count_but_no_evidence_is_told_of_them() -> None:
    references = [page("https://vendor.example/a"), page("https://vendor.example/b")]
    seen = build({"title": "Verranto", "neutral": 12, "references": references, "links": []})
    scorer = next(scorer for scorer in SCORERS if scorer.issue == "sourcing.citations-needed")
    telling = [row.reason for name in scorer.context for row in SIGNALS[name].told(ArticleView(seen))]
    assert telling
    assert not set(telling) & {row.reason for row in scorer.score(seen).evidence}
    as_evidence = replace(scorer, context=()).score(seen)
    assert as_evidence.score == scorer.score(seen).score
    assert set(telling) & {row.reason for row in as_evidence.evidence}


def test_a_work_is_its_heroes_own_report_where_the_text_names_the_author() -> None:
    told = {"title": "Tarn ferry", "sentences": [{"text": "In 1884 Rowland's scow crossed the tarn."}], "neutral": 3}
    by = "Rowland, H. (1884). Scows."
    for text, share in ((by, 0.5), ("H. A. Rowland, Scows, 1884", 0.5), ("Bosanquet, R. (1883). Scows.", 0)):
        seen = ArticleView(build(told | {"references": [{"text": text}]}))
        assert SIGNALS["named-references"].measure(seen) == share


def test_a_paper_is_recent_and_no_review_and_a_page_is_neither_paper_nor_book() -> None:
    paper = "Pell, R. ({}). {}. Journal of Waves. 3 (2): 14."
    few = round(1 / 11, 4)
    assert measured("recent-papers", {"text": paper.format(2011, "Hulls")}) == few
    assert measured("recent-papers", {"text": paper.format(1961, "Hulls")}) == 0
    assert measured("recent-papers", {"text": paper.format(2011, "Hulls: a review")}) == 0
    assert measured("page-references", page("https://unheardof.example/x", "Old boats")) == few
    assert measured("page-references", page("https://unheardof.example/x", "Old boats. ISBN 1-4184-0000-1")) == 0
    assert measured("page-references", {"text": "Old boats"}) == 0


def test_a_work_is_old_by_its_own_date() -> None:
    assert measured("old-references", {"text": "Pell, R. (1911). Scows. Retrieved 2015."}) == 0.5
    assert measured("old-references", {"text": "Scows. Retrieved 2015."}) == 0
