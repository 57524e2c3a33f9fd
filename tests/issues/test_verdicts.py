"""Banners beside findings: verdicts, staleness, and that a banner never moves a score."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from msgspec import UNSET

from analyzer import issues
from analyzer.errors import AnalyzerWarning, UsageError
from analyzer.issues.scorer import Finding
from analyzer.issues.verdicts import Seat, claims, verdict_of, with_verdicts
from analyzer.records import Banner, Evidence

from .building import build

PLAIN = {"neutral": 9, "neutral_cites": [1], "references": [{"text": "Registers of the north. University Press."}]}
LOADED = {
    "sentences": [
        {
            "text": f"The draconian, brutal and ruthless clerk number {n} lied.",
            "stance": "critique",
            "marks": [["loaded", "draconian"], ["loaded", "brutal"], ["loaded", "ruthless"]],
        }
        for n in range(6)
    ],
    "neutral": 3,
}


def by_issue(example: dict) -> dict:
    return {row.issue: row for row in issues.score(build(example))}


def test_scores_come_in_a_fixed_order_for_every_issue() -> None:
    scored = [row.issue for row in issues.score(build(PLAIN))]
    assert scored[: len(issues.SCORERS)] == [scorer.issue for scorer in issues.SCORERS]


@pytest.mark.parametrize(
    ("score", "claimed", "verdict"),
    [
        (0.5, True, "supported"),
        (0.49, True, "not supported"),
        (0.5, False, "missing banner"),
        (0.1, False, "not raised"),
        (None, True, "not assessable"),
        (None, False, "not assessable"),
    ],
)
def test_verdict_sets_claim_beside_finding(score: float | None, claimed: bool, verdict: str) -> None:
    assert verdict_of(Finding(score), claimed=claimed) == verdict


def test_a_banner_fills_claimed_by_and_never_moves_a_score() -> None:
    bare, tagged = (
        by_issue(PLAIN),
        by_issue({**PLAIN, "banners": [{"id": "undisclosed-paid"}, {"id": "citation-spam"}]}),
    )
    assert tagged["paid.undisclosed"].claimed_by == (0,)
    assert tagged["spam.citation-spam"].claimed_by == (1,)
    assert {k: v.score for k, v in bare.items()} == {k: v.score for k, v in tagged.items()}
    assert tagged["paid.undisclosed"].verdict == "not supported"


def test_a_found_issue_without_its_banner_is_a_missing_banner() -> None:
    assert by_issue(LOADED)["language.loaded"].verdict == "missing banner"


def test_an_old_banner_whose_evidence_is_gone_looks_stale() -> None:
    example = {
        **PLAIN,
        "sentences": [{"text": "The yard was paved in June 2021."}],
        "banners": [{"id": "undisclosed-paid", "date": "2020-10"}],
    }
    stale = [e for e in by_issue(example)["paid.undisclosed"].evidence if e.rule == "banner.stale"]
    assert len(stale) == 1
    assert "2020-10" in stale[0].reason and "2021" in stale[0].reason
    fresh = {**example, "banners": [{"id": "undisclosed-paid", "date": "2022-01"}]}
    assert not any(e.rule == "banner.stale" for e in by_issue(fresh)["paid.undisclosed"].evidence)


def test_plain_text_says_which_input_would_allow_the_spam_verdict() -> None:
    example = {
        **PLAIN,
        "facets": ["text", "citations", "banners"],
        "banners": [{"id": "citation-spam", "date": "2020-10"}],
    }
    row = by_issue(example)["spam.citation-spam"]
    assert (row.score, row.verdict, row.claimed_by) == (None, "not assessable", (0,))
    assert "wikitext" in (row.why_null or "")
    assert "reference markers to 1 reference" in row.evidence[0].reason


def claimed(id: str, family: str) -> list[str]:
    banner = Banner(start=0, end=0, id=id, issue=family)
    return [scorer.issue for scorer in issues.SCORERS if claims(banner, scorer)]


def test_a_banner_of_the_table_is_known_by_its_id_and_another_by_its_family() -> None:
    assert claimed("undisclosed-paid", "paid") == ["paid.undisclosed"]
    assert claimed("connected-contributor-paid", "paid") == ["paid.coi"]
    assert claimed("house-rule", "weasel") == ["language.weasel"]
    assert claimed("house-rule", "language.hedging") == ["language.hedging"]
    assert claimed("house-rule", "cleanup") == [] == claimed("house-rule", "")


def test_every_banner_that_a_scorer_names_is_in_the_table() -> None:
    from analyzer.lexicons import load_json

    rows = load_json("banners")["banners"]
    assert {name for scorer in issues.SCORERS for name in scorer.banners} <= {row["id"] for row in rows}
    families = [scorer.banner_family for scorer in issues.SCORERS if scorer.banner_family]
    assert set(families) <= {row["family"] for row in rows} and len(families) == len(set(families))


class Shouting:
    """A scorer of another package."""

    issue, family, needs, policy, summary = "house.shouting", "house", frozenset({"text"}), "house style", "capitals"

    def score(self, annotated: object) -> Finding:
        return Finding(1.0, (Evidence(reason="capitals", rule="house"),))


def test_a_scorer_of_another_package_is_run_beside_ours() -> None:
    row = with_verdicts(build(PLAIN), [Seat(Shouting(), added=True)])[0]
    assert (row.issue, row.verdict) == ("house.shouting", "missing banner")


def test_entry_points_give_scorers_and_a_wrong_one_is_left_out_with_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    def entries(thing: object) -> list:
        return [SimpleNamespace(name="house", value="house:it", load=lambda: thing)]

    issues.scorers.cache_clear()
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: entries((Shouting(),)))
    assert issues.scorers()[-1].issue == "house.shouting"
    for wrong, why in (
        (object(), "lacks issue, family"),
        ((Shouting(), Shouting()), "a scorer of 'house.shouting' already"),
    ):
        issues.scorers.cache_clear()
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group, wrong=wrong: entries(wrong))
        with pytest.warns(AnalyzerWarning, match=f"scorer 'house:it'.*left out.*{why}"):
            assert issues.scorers() == issues.SCORERS
    issues.scorers.cache_clear()


class Failing(Shouting):
    """A scorer of another package that fails, or gives what no report can hold."""

    def __init__(self, given: object) -> None:
        self.given = given

    def score(self, annotated: object) -> Finding:
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (ZeroDivisionError("oh"), "ZeroDivisionError: oh"),
        (Finding(1.5), "the score 1.5; expected 0 to 1"),
        (Finding(0.5, (Evidence(reason="far off", rule="house", start=10**6, end=10**6 + 1),)), "stands at 1000000"),
        ("a finding", "AttributeError"),
    ],
)
def test_what_a_scorer_of_another_package_fails_in_costs_its_own_issue_alone(given: object, why: str) -> None:
    seats = [*issues.chosen(["language"]), Seat(Failing(given), added=True)]
    with pytest.warns(AnalyzerWarning, match="house.shouting, which another package brings"):
        rows = with_verdicts(build(PLAIN), seats)
    assert rows[:-1] == issues.score(build(PLAIN), issues.chosen(["language"]))
    assert rows[-1].verdict == "not assessable" and why in (rows[-1].why_null or "")


def test_what_a_scorer_of_ours_fails_in_is_not_passed_over() -> None:
    with pytest.raises(ZeroDivisionError):
        with_verdicts(build(PLAIN), [Seat(Failing(ZeroDivisionError("oh")))])


def test_issues_are_chosen_by_id_or_family_and_the_narrower_name_has_the_threshold() -> None:
    every = [seat.scorer.issue for seat in issues.chosen()]
    language = [name for name in every if name.startswith("language.")]
    assert [seat.scorer.issue for seat in issues.chosen(["language", "promotion.advert"])] == [
        name for name in every if name in (*language, "promotion.advert")
    ]
    assert [seat.scorer.issue for seat in issues.chosen(ignore=["language"])] == [
        name for name in every if name not in language
    ]
    cuts = {seat.scorer.issue: seat.threshold for seat in issues.chosen(thresholds={"language": 0.7, language[0]: 0.9})}
    assert {cuts[name] for name in language[1:]} == {0.7} and cuts[language[0]] == 0.9
    assert {cuts[name] for name in every if name not in language} == {0.5}


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"issues": ["languages"]}, "Did you mean 'language'"),
        ({"ignore": ["promotion.adverts"]}, "Did you mean 'promotion.advert'"),
        ({"ignore": ["advert"]}, "Did you mean 'promotion.advert'"),
        ({"thresholds": {"language": 0.0}}, "threshold of language is 0; expected more than 0"),
        ({"issues": ["language"], "ignore": ["language"]}, "no issue is left"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(wishes: dict, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        issues.chosen(**wishes)


def test_a_threshold_decides_what_counts_as_found_in_the_article_and_its_sections() -> None:
    usual = next(row for row in issues.score(build(LOADED)) if row.score is not None and 0.5 <= row.score < 1)
    higher = issues.chosen(thresholds={usual.issue: min(1.0, usual.score + 0.001)})
    row = next(row for row in issues.score(build(LOADED), higher) if row.issue == usual.issue)
    assert usual.found and usual.threshold is UNSET and row.score == usual.score
    assert not row.found and row.verdict in ("not supported", "not raised") and row.least > 0.5


def test_explain_tells_policy_formula_and_signals_and_names_unknown_issues() -> None:
    told = issues.explain("spam.citation-spam")
    assert told["needs"] == ["links", "references", "text"]
    assert any(signal["name"] == "one-site" and signal["says"] for signal in told["signals"])
    with pytest.raises(UsageError, match=r"Did you mean 'language\.weasel'"):
        issues.explain("language.weasels")


def test_a_score_can_be_redone_by_hand_from_explain() -> None:
    from math import exp

    from analyzer.issues.evidence.view import view_of

    annotated = build(LOADED)
    told = issues.explain("language.loaded")
    view = view_of(annotated)
    total = told["bias"] + sum(s["weight"] * issues.SIGNALS[s["name"]].measure(view) for s in told["signals"])
    assert by_issue(LOADED)["language.loaded"].score == round(1 / (1 + exp(-total)), 4)


def test_scoring_is_the_same_twice() -> None:
    assert issues.score(build(LOADED)) == issues.score(build(LOADED))


@pytest.mark.parametrize(
    "example",
    [
        {},
        {"neutral": 3, "references": [{"text": "x " * 20_000, "urls": ["http://a." + "b." * 3000]}] * 20},
        {"neutral": 9, "references": [{"text": f"r {n}", "urls": [f"https://s{n}.example/"]} for n in range(2000)]},
        {"neutral": 9, "links": [{"url": f"https://s{n}.example/?utm_source=1", "place": "body"} for n in range(2000)]},
    ],
    ids=["empty", "endless reference", "a site a reference", "a link farm"],
)
def test_odd_articles_are_judged_without_an_exception(example: dict) -> None:
    rows = issues.score(build(example))
    assert all(0 <= row.score <= 1 for row in rows if row.score is not None)


def test_success_alone_is_no_advertisement() -> None:
    won = [{"text": f"The choir won the cup of the year {1950 + n}.", "stance": "endorsement"} for n in range(12)]
    row = by_issue({"title": "Halden Choir", "sentences": won})["promotion.advert"]
    assert row.score is not None and row.score <= 0.4
    offer = {"text": "Visit our hall: tailored to your needs.", "stance": "endorsement"}
    sold = [*won, *[{**offer, "marks": [["promotional", "tailored to your needs"]]}] * 4]
    assert (by_issue({"title": "Halden Choir", "sentences": sold})["promotion.advert"].score or 0) > 0.4


def test_you_in_the_title_of_a_song_addresses_nobody() -> None:
    from analyzer.issues.evidence.view import view_of
    from analyzer.issues.signals import SIGNALS

    address = SIGNALS["reader-address"].measure
    assert address(view_of(build({"sentences": [{"text": "The song Die for You came out in May."}]}))) == 0
    assert address(view_of(build({"sentences": [{"text": "The song came out for you in May."}]}))) > 0
