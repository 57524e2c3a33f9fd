"""Models of tagged articles: from a small dump made here to a model folder in use; no label reaches the features."""

from __future__ import annotations

import json

import numpy as np
import pytest

from analyzer.errors import UnreadableInput, UsageError
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.tagged import model as tagged
from analyzer.issues.signals.tagged.build import Prose, build
from analyzer.issues.signals.tagged.words import Claim, Need, Reading, claims, unmet, words
from analyzer.readers import read
from analyzer.records import Annotated
from analyzer.train.banners import features, trainer
from analyzer.train.banners.pages import PageFacts, Pool, choose, facts_of_wikitext, pages
from analyzer.train.core.measures import ranking_figures

SETTINGS = {"blocks": {"figures": 1.0, "prose": 1.0, "references": 1.0}, "products": True, "ridge": 1.0}
CITATIONS = "sourcing.citations-needed"


def page(number: int, *, bare: bool, banner: str = "") -> tuple[str, str]:
    """Return title and wikitext of an invented mill; ``bare``: its paragraphs have no references."""
    ref = "" if bare else f"<ref>Survey of mills, volume {number}, p. 3</ref>"
    style = "is widely held to be the finest mill and usually loved" if bare else "was surveyed and measured in spring"
    body = "\n\n".join(
        f"Mill {number} stands on a stream and {style} by the parish, with {part} wheels and a loft of oak.{ref}"
        for part in range(2, 6)
    )
    text = f"{banner}\n'''Mill {number}''' is a mill.\n\n{body}\n\n== Use ==\n{body}\n\n[[Category:Watermills]]"
    return f"Mill {number}", text


def dump_of(rows: list[tuple[str, str]]) -> str:
    from xml.sax.saxutils import escape

    parts = [
        f"<page><title>{title}</title><ns>0</ns><id>{at}</id><revision><id>{at}</id>"
        f"<timestamp>2019-0{1 + at % 9}-01T00:00:00Z</timestamp><model>wikitext</model>"
        f"<text>{escape(text)}</text></revision></page>"
        for at, (title, text) in enumerate(rows, 1)
    ]
    return f'<mediawiki xml:lang="en">{"".join(parts)}</mediawiki>'


@pytest.fixture
def dump(tmp_path):
    rows = [
        page(n, bare=n % 2 == 0, banner="{{More citations needed|date=May 2018}}" * (n % 2 == 0)) for n in range(60)
    ]
    path = tmp_path / "mills.xml"
    path.write_text(dump_of(rows), "utf-8")
    return path


def test_a_page_is_tagged_by_its_templates_and_a_tag_makes_it_doubtful():
    tagged_page = facts_of_wikitext(
        "a", "{{more citations needed|date=May 2018}} Text. [[Category:Old mills]]", "2019-01-01"
    )
    assert CITATIONS in tagged_page.issues and tagged_page.topics == {"mill"} and tagged_page.date == "2019-01-01"
    inline = facts_of_wikitext("b", "Text.{{Citation needed|date=May 2018}}", "")
    assert not inline.issues and CITATIONS in inline.doubtful
    commented = facts_of_wikitext("c", "<!-- {{Advert}} --> Text {{Infobox mill|a=1}}", "no date")
    assert commented == PageFacts("c", frozenset(), frozenset(), len(" Text {{Infobox mill|a=1}}") + 0, frozenset(), "")


def test_the_untagged_article_most_like_a_tagged_one_shares_its_topic_then_its_length():
    topics = frozenset({"mill", "river"})
    like = PageFacts("like", frozenset(), frozenset(), 900, topics, "2019")
    longer = PageFacts("longer", frozenset(), frozenset(), 90_000, topics, "2019")
    other = PageFacts("other", frozenset(), frozenset(), 1000, frozenset({"song"}), "2019")
    found = Pool([other, longer, like]).nearest(PageFacts("x", frozenset(), frozenset(), 1000, topics, ""), 3)
    assert [row.key for row in found] == ["like", "other", "longer"]


def test_the_choice_does_not_depend_on_the_order_of_the_pages_and_is_bounded():
    rows = [
        PageFacts(f"t{n}", frozenset({"promotion.advert"}), frozenset(), 10 * n, frozenset(), "") for n in range(50)
    ]
    rows += [PageFacts(f"u{n}", frozenset(), frozenset(), 10 * n, frozenset(), "") for n in range(200)]
    one = choose(rows, ["promotion.advert", "paid.coi"], most=30, ratio=2)
    two = choose(reversed(rows), ["promotion.advert", "paid.coi"], most=30, ratio=2)
    assert one == two
    assert len(one.chosen[0].positives) == 30 and len(one.chosen[0].negatives) <= 60
    assert one.too_few == {"paid.coi": 0} and one.pages == 250


def test_no_banner_and_no_inline_tag_reaches_the_features():
    text = "'''Mill''' stands here and grinds corn.{}<ref>A survey of mills, 1901.{}</ref>\n\n== Use ==\nDaily."
    plain = read(text.format("", "").encode(), title="Mill", format="wikitext")
    tags = text.format("{{citation needed|date=May 2018}}", "{{self-published source|date=May 2018}}")
    marked = read(f"{{{{Advert|date=May 2018}}}}\n{tags}".encode(), title="Mill", format="wikitext")
    assert marked.banners and marked.inline_tags
    one, two = Reading(Prose(plain)), Reading(Prose(marked))
    assert words(one) == words(two) and claims(one) == claims(two)
    assert build(one.prose, words(one)["prose"]) == build(two.prose, words(two)["prose"])


def articles_of(rows: list[tuple[str, str]]) -> features.Articles:
    articles = features.Articles(("prose", "references"))
    for title, text in rows:
        article = read(text.encode(), title=title, format="wikitext")
        articles.add(title, ArticleView(Annotated(article=article)))
    return articles


def test_a_model_tells_tagged_articles_from_others_and_says_what_decided(tmp_path, monkeypatch):
    from analyzer import modelstore
    from analyzer.train.core.fit import encode, write_model

    rows = [page(n, bare=n % 2 == 0) for n in range(40)]
    found = features.examples(articles_of(rows))
    gold = np.array([int(n % 2 == 0) for n in range(40)])
    learnt = trainer.learn(found, trainer.Labels([title for title, _ in rows], gold), SETTINGS)
    assert learnt.figures["auroc"] > 0.95
    files = trainer.artifacts(found.columns, {CITATIONS: learnt}, (), {})
    write_model(tmp_path / "banners", "banners", "1", {name: encode(name, part) for name, part in files.items()})
    models = tagged.Tagged(modelstore.load("banners", tmp_path / "banners"))
    views = [ArticleView(Annotated(article=read(t.encode(), title="x", format="wikitext"))) for _, t in rows[:2]]
    bare, cited = (models.probability(CITATIONS, view) for view in views)
    assert bare > 0.8 > 0.2 > cited
    told = " ".join(models.reasons(CITATIONS, views[0], most=12))
    assert any(f"“{word}”" in told for word in ("widely", "finest", "usually", "loved")), told
    assert "low: markers" in told, told
    total = found.scores([rows[0][0]], learnt.weights)[0]
    assert np.isclose(1 / (1 + np.exp(-(learnt.slope * (total + learnt.bias) + learnt.offset))), bare, atol=1e-3)


def test_weights_of_columns_say_the_same_as_likeness_to_the_articles_learnt_from():
    rows = [page(n, bare=n % 3 == 0) for n in range(24)]
    found = features.examples(articles_of(rows))
    keys, dual = [title for title, _ in rows], np.linspace(-1, 1, 24)
    for products in (True, False):
        settings = {**SETTINGS, "products": products}
        told = found.scores(keys, found.weights(keys, dual, settings))
        assert np.allclose(told, found.likeness(keys, settings) @ dual)


def test_what_other_tags_teach_moves_a_model_only_where_the_settings_give_it_a_share():
    rows = [page(n, bare=n % 2 == 0) for n in range(40)]
    found = features.examples(articles_of(rows))
    keys, gold = [title for title, _ in rows], np.array([int(n % 8 == 0) for n in range(40)])
    bare = np.array([n % 2 == 0 for n in range(40)])
    alone, counted = trainer.Labels(keys, gold), trainer.Labels(keys, gold, 3 * bare - gold)
    assert np.array_equal(trainer.held_out(found, alone, SETTINGS), trainer.held_out(found, counted, SETTINGS))
    shared = SETTINGS | {"others": 5.0}
    ranks = [ranking_figures(bare, trainer.held_out(found, one, shared))["auroc"] for one in (alone, counted)]
    assert ranks[1] == 1.0 and not np.array_equal(
        trainer.held_out(found, alone, shared), trainer.held_out(found, counted, shared)
    )


def test_sentences_know_their_markers_and_channels_keep_words_apart():
    text = "'''Mill''' stands here.<ref>A survey, 1901.</ref> It grinds corn daily.\n\nNobody saw the wheel so far."
    prose = Prose(read(text.encode(), title="Mill", format="wikitext"))
    assert [[marked for _, marked in rows] for rows in prose.sentences] == [[True, False], [False]]
    met = words(Reading(prose))
    assert met["cited sentences"]["stands"] == 1 and "grinds" not in met["cited sentences"]
    assert met["uncited pairs"]["the wheel"] == 1 and met["cited"]["corn"] == 1 and "wheel" not in met["cited"]


def test_channels_of_the_lead_the_sites_and_the_order_of_signs():
    text = (
        "'''Mill''' stands here.<ref>[http://mills.example.org/a A survey]</ref>\n\n"
        "== Use ==\nIt ground 3,000 tons (in 1901)."
    )
    met = words(Reading(Prose(read(text.encode(), title="Mill", format="wikitext"))))
    assert met["lead"]["stands"] == 1 and "tons" not in met["lead"]
    assert met["sites"][".org"] == 1 and len(met["sites"]) == 2
    assert met["signs"]["0,0"] == 1 and met["signs"]["(w0"] == 1 and met["signs"]["Nww"] == 1


def claims_of(text: str) -> list[Claim]:
    return claims(Reading(Prose(read(text.encode(), title="Mill", format="wikitext"))))


def test_a_sentence_is_known_by_its_words_heading_place_and_signs_and_by_its_marker():
    text = (
        "'''Mill''' stands by the river.\n\n== Yearly output ==\n"
        'It ground 3,000 tons in 1901.<ref>A survey.</ref> Owners said "never again" of that.\n'
    )
    first, second, third = claims_of(text)
    assert "#lead" in first.features and not first.below and not first.marked
    assert {"heading yearly", "heading output", "tons", "#year", "#number", "#place 0"} <= set(second.features)
    assert second.marked and second.below and not third.marked
    assert {"#quotation", "#last", "#place 1"} <= set(third.features)


def test_need_that_is_not_met_grows_with_sentences_that_need_a_marker_and_have_none():
    need = Need(["tons", "green"], [1.0, 1.0], [4.0, -4.0], 0.0)
    rows = claims_of("It ground many tons there.\n\nThe door there is green.<ref>A survey.</ref>")
    needs = [need(row.features) for row in rows]
    assert needs[0] > 0.95 and needs[1] < 0.05
    lacking = unmet(rows, needs)
    met = unmet([row._replace(marked=True) for row in rows], needs)
    assert lacking["markers lacking"] > met["markers lacking"] == 0
    assert lacking["mean of the 1 greatest needs without a marker"] > 0.95
    assert lacking["markers lacking below the lead"] == 0
    assert set(unmet([], [])) == set(lacking)


def test_what_needs_a_source_is_learnt_from_the_markers_of_other_articles():
    articles = features.Articles(("prose",))
    for n in range(60):
        cited = "Tons of flour were ground." + "<ref>A survey.</ref>" * (n > 0)
        text = f"{cited}\n\nThe door there was green.\n\nMill {n} is a mill by name."
        articles.add(f"Mill {n}", ArticleView(Annotated(article=read(text.encode(), title="x", format="wikitext"))))
    found = features.examples(articles)
    learnt = found.columns.needs
    need = Need(learnt.terms, learnt.idf.tolist(), learnt.weights.tolist(), learnt.bias)
    assert need(["tons", "of", "flour", "ground"]) > 0.6 > 0.4 > need(["door", "green"])
    at = found.columns.scale.names.index("markers lacking")
    assert found.figures[0, at] == found.figures[:, at].max() > found.figures[1:, at].max()


def test_figures_of_need_count_only_where_the_settings_say_so():
    rows = [page(n, bare=n % 2 == 0) for n in range(30)]
    found = features.examples(articles_of(rows))
    keys, dual = [title for title, _ in rows], np.linspace(-1, 1, 30)
    names = found.columns.scale.names
    at = [names.index(name) for name in unmet([], [])]
    assert not found.weights(keys, dual, SETTINGS).figures[at].any()
    needed = SETTINGS | {"need": True}
    weights = found.weights(keys, dual, needed)
    assert weights.figures[at].any() and weights.products[at].any()
    assert np.allclose(found.scores(keys, weights), found.likeness(keys, needed) @ dual)


def test_an_article_the_models_have_not_seen_has_the_same_figures_in_training_and_in_use(tmp_path):
    from analyzer import modelstore
    from analyzer.train.core.fit import encode, write_model

    rows = [page(n, bare=n % 2 == 0) for n in range(40)]
    found = features.examples(articles_of(rows), {title for title, _ in rows[1:]})
    labels = trainer.Labels([t for t, _ in rows[1:]], np.array([int(n % 2 == 0) for n in range(1, 40)]))
    learnt = trainer.learn(found, labels, SETTINGS | {"need": True})
    files = trainer.artifacts(found.columns, {CITATIONS: learnt}, (), {})
    write_model(tmp_path / "banners", "banners", "1", {name: encode(name, part) for name, part in files.items()})
    models = tagged.Tagged(modelstore.load("banners", tmp_path / "banners"))
    view = ArticleView(Annotated(article=read(rows[0][1].encode(), title="x", format="wikitext")))
    assert np.allclose(models.features(view).figures, found.figures[0], atol=2e-3)


def test_a_folder_of_dumps_is_read_file_by_file_and_one_of_neither_kind_is_named(tmp_path):
    for number in (1, 2):
        (tmp_path / f"part{number}.xml").write_text(dump_of([page(number, bare=True, banner="{{Advert}}")]), "utf-8")
    source = pages(tmp_path)
    assert [row.key for row in source.scan()] == ["Mill 1", "Mill 2"]
    assert [key for key, _ in source.read({"Mill 2"})] == ["Mill 2"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableInput, match=r"met a folder of 0 files, none of them a dump"):
        pages(tmp_path / "empty")


def test_other_inline_tags_are_counted_each_and_those_of_the_issue_are_not():
    tags = ("weasel", "clarity", "clarity", "unreferenced")
    row = PageFacts("a", frozenset(), frozenset(), 10, frozenset(), "", tags)
    assert trainer.labelled([row], "language.weasel").others.tolist() == [3]
    assert trainer.labelled([row], CITATIONS).others.tolist() == [3]


def test_pairs_are_right_where_the_tagged_article_scores_higher_and_half_right_in_a_tie():
    scores = np.array([2.0, 1.0, 1.0, 0.5])
    pairs = [("a", "b"), ("b", "c"), ("d", "a"), ("a", "gone")]
    assert trainer.pairs_right(pairs, ["a", "b", "c", "d"], scores) == 0.5


def test_folds_hold_articles_apart_and_spread_tagged_ones():
    folds = trainer.folds_of([f"k{n}" for n in range(100)], [1] * 10 + [0] * 90)
    assert [int(((folds == f) & (np.arange(100) < 10)).sum()) for f in range(5)] == [2] * 5


def test_a_missing_dump_and_rows_of_another_kind_are_named(tmp_path):
    with pytest.raises(UnreadableInput, match=r"no\.xml: not there; expected a dump"):
        pages(tmp_path / "no.xml")
    (tmp_path / "rows.jsonl").write_text('{"colour": "red"}\n')
    with pytest.raises(UnreadableInput, match=r"rows\.jsonl:1: met a row with colour; expected `wikitext`"):
        list(pages(tmp_path / "rows.jsonl").scan())


def test_a_dump_with_too_few_banners_is_told_so(tmp_path):
    path = tmp_path / "small.xml"
    path.write_text(dump_of([page(1, bare=True, banner="{{Advert}}"), page(2, bare=False)]), "utf-8")
    told: list[str] = []
    with pytest.raises(UsageError, match="of 2 articles, no issue has 10 with its banner"):
        trainer.train_dump(path, tmp_path / "out", tell=told.append)
    assert "promotion.advert: no model: 1 article with the banner, at least 10 are needed" in told
    assert any(line.startswith("no model, because no article carries the banner: paid.undisclosed") for line in told)


@pytest.mark.pipeline
def test_a_dump_gives_a_model_folder_that_reports_use(dump, tmp_path, monkeypatch):
    told: list[str] = []
    model = trainer.train_dump(dump, tmp_path / "mine", tell=told.append)
    assert any(line.startswith(f"{CITATIONS}: 30 articles with the banner, ") for line in told)
    assert model.metrics["folds"][CITATIONS]["auroc"] > 0.95
    settings = json.loads((model.folder / "banners.json").read_text("utf-8"))
    assert settings["signals"] and not any(name.startswith("like-") for name in settings["signals"])
    card = (model.folder / "README.md").read_text("utf-8")
    assert f"- {CITATIONS}: 30 articles with the banner" in card and "no article carries the banner: paid.undi" in card
    assert "From a dump" not in card and "science and engineering" not in card and "npov train banners --dump" in card
    monkeypatch.setenv("NPOV_MODELS", str(tmp_path / "mine"))
    tagged.tagged.cache_clear()
    try:
        models = tagged.tagged()
        assert models is not None and models.issues[CITATIONS]["positives"] == 30
    finally:
        monkeypatch.delenv("NPOV_MODELS")
        tagged.tagged.cache_clear()
