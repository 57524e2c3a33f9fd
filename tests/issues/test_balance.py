"""Source balance and summary on constructed articles whose answer is known."""

from __future__ import annotations

from math import isclose

from analyzer.issues import score
from analyzer.issues.evidence.source_balance import effective_sources, source_rows
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals import SIGNALS
from analyzer.issues.summary import goodness, summarise
from analyzer.records import IssueScore

from .building import build

VOICES = {
    "title": "Old Registry",
    "sentences": [
        {"text": "The board says all is well here.", "by": "subject", "name": "the board", "stance": "endorsement"},
        {"text": "Watchers says the roof leaks badly.", "by": "ngo", "name": "Watchers", "stance": "critique"},
        {"text": "Watchers adds the vault is damp.", "by": "ngo", "name": "Watchers", "stance": "critique"},
        {"text": "Some say it is quite fine now.", "by": "unnamed", "stance": "endorsement"},
        {"text": "It is a house of four floors.", "cites": [1]},
        {"text": "It fell down in the last year.", "stance": "critique", "cites": [1, 2]},
        {"text": "It won a prize but it leaks.", "stance": "mixed"},
        {"text": "It has a yard with a well."},
    ],
}


def test_source_rows_count_sentences_words_and_stances() -> None:
    rows = source_rows(build(VOICES))
    assert [(r.name, r.type, r.sentences, r.words) for r in rows] == [
        ("Watchers", "ngo", 2, 12),
        ("(unnamed)", "unnamed", 1, 7),
        ("the board", "subject", 1, 7),
    ]
    assert (rows[0].critique, rows[0].endorsement) == (2, 0)
    assert (rows[2].critique, rows[2].endorsement) == (0, 1)


def test_a_sentence_whose_stance_is_unsure_is_counted_as_such_and_on_no_side() -> None:
    doubted = [row | {"unsure": row.get("by") == "ngo"} for row in VOICES["sentences"]]
    annotated = build(VOICES | {"sentences": doubted})
    summary = summarise(annotated, score(annotated))
    assert (summary.critique, summary.endorsement, summary.mixed, summary.neutral, summary.unsure) == (1, 2, 1, 2, 2)
    assert summary.balance == 0.3333
    watchers = source_rows(annotated)[0]
    assert (watchers.sentences, watchers.critique, watchers.neutral) == (2, 0, 0)


def test_too_few_sure_sides_leave_the_balance_unjudged() -> None:
    rows = [row | {"unsure": "stance" in row} for row in VOICES["sentences"]]
    found = next(
        row for row in score(build(VOICES | {"sentences": rows, "neutral": 6})) if row.issue == "balance.unbalanced"
    )
    assert found.why_null == "only 0 of 14 sentences take a side; at least 3 are needed"


def test_words_are_those_of_the_content_where_it_has_an_extent() -> None:
    example = {
        "sentences": [{"text": "Orr said that it was late.", "by": "person", "name": "Orr", "says": "it was late"}]
    }
    assert source_rows(build(example))[0].words == 3


def test_two_units_of_one_source_in_one_sentence_make_one_mixed_sentence() -> None:
    annotated = build(
        {"sentences": [{"text": "Orr praised it.", "by": "person", "name": "Orr", "stance": "endorsement"}]}
    )
    from msgspec.structs import replace

    other = replace(annotated.attributions[0], stance="critique")
    row = source_rows(replace(annotated, attributions=(annotated.attributions[0], other)))[0]
    assert (row.sentences, row.mixed, row.endorsement, row.critique) == (1, 1, 0, 0)


def test_equally_heard_sources_count_fully_and_one_source_counts_as_one() -> None:
    rows = [{"text": "One two three four.", "by": "person", "name": name} for name in ("A", "B", "C")]
    assert isclose(effective_sources(build({"sentences": rows})) or 0, 3.0)
    assert isclose(effective_sources(build({"sentences": rows[:1] * 3})) or 0, 1.0)
    assert effective_sources(build({"neutral": 3})) is None


def test_summary_counts_are_those_of_the_article() -> None:
    annotated = build(VOICES)
    summary = summarise(annotated, score(annotated))
    assert (summary.sentences, summary.critique, summary.endorsement, summary.mixed, summary.neutral) == (8, 3, 2, 1, 2)
    assert summary.words == sum(len(s.text.split()) for s in annotated.sentences)
    assert summary.balance == round((2 - 3) / 5, 4)
    assert summary.attributed_share == 0.5
    assert summary.unnamed_share == 0.25
    assert summary.subject_share == 0.25
    assert summary.cited_share == 0.25
    assert summary.readability == {}


def test_an_article_without_sides_has_no_balance() -> None:
    annotated = build({"neutral": 9})
    assert summarise(annotated, ()).balance is None
    assert summarise(annotated, ()).neutrality_score is None


def test_overall_scores_weigh_the_worst_issue_twice() -> None:
    def issue(name: str, score: float | None) -> IssueScore:
        return IssueScore(issue=name, family=name.split(".")[0], score=score, policy="")

    issues = [issue("spam.a", 0.9), issue("spam.b", 0.3), issue("language.c", None)]
    assert goodness(issues, frozenset({"spam"})) == round(1 - (2 * 0.9 + 0.6) / 3, 4)
    assert goodness(issues, frozenset({"language"})) is None
    assert goodness([issue("spam.a", 0.0)], frozenset({"spam"})) == 1.0


def test_an_entry_of_a_list_of_prizes_is_no_praise_in_the_articles_own_voice() -> None:
    from analyzer.issues.evidence.view import ArticleView

    prizes = {"sentences": [{"text": "Best Group (2001, won)", "stance": "endorsement"}], "last_block": "list"}
    prose = {"sentences": [{"text": "It is the best group of all.", "stance": "endorsement"}]}
    assert ArticleView(build(prizes)).stance("endorsement", own=True) == []
    assert len(ArticleView(build(prizes)).stance("endorsement")) == 1
    assert len(ArticleView(build(prose)).stance("endorsement", own=True)) == 1


def test_a_country_takes_the_words_under_its_heading_unless_the_article_is_on_it() -> None:
    rows = [
        {"heading": "Regulation"},
        {"text": "Carts are counted."},
        {"heading": "United States"},
        {"text": "American carts have two lamps each."},
        {"heading": "Wheels"},
        {"text": "Wheels are round."},
    ]

    def share(title: str) -> float:
        return SIGNALS["country-sections"].measure(ArticleView(build({"title": title, "sentences": rows})))

    assert share("Cart") == round(6 / 212, 4)
    assert share("Carts in the United States") == 0


def test_the_longest_quotation_counts_by_its_words() -> None:
    said = " ".join(["word"] * 25)
    row = {"text": f"The clerk wrote “{said}” in the book.", "quote": said}
    assert SIGNALS["longest-quotation"].measure(ArticleView(build({"sentences": [row], "neutral": 3}))) == 0.25
