"""The owner's seed article, and the same article in other words: what a first user sees must be right in both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer import analyze
from analyzer.records import Attribution, Report

pytestmark = pytest.mark.pipeline

SEED = Path(__file__).parents[2] / "seeds/human-rights-in-kazakhstan.txt"

# Another country, other organisations, other dates and numbers; the grammar stays, so the findings must.
OTHER_WORDS = {
    "Human Rights Watch": "Freedom House",
    "Amnesty International": "Reporters Without Borders",
    "United Nations Refugee Agency, UNHCR,": "United Nations Children's Fund, UNICEF,",
    "The United Nations in Kazakhstan": "The European Union in Moldova",
    "the UN's": "the EU's",
    "Vladimir Kozlov": "Ion Rusu",
    "Kassym-Jomart Tokayev": "Andrei Munteanu",
    "Council of Europe": "World Bank",
    "Central Asia": "Eastern Europe",
    "Kazakhstan": "Moldova",
    "Kazakh": "Moldovan",
    "2012": "2009",
    "2014": "2016",
    "2019": "2018",
    "2020": "2021",
    "2022": "2024",
}


@pytest.fixture(scope="module")
def seed() -> Report:
    return analyze(SEED)


@pytest.fixture(scope="module")
def other() -> Report:
    """The seed with names and numbers changed and its paragraphs in another order."""
    text = SEED.read_text("utf-8")
    text = re.sub("|".join(map(re.escape, OTHER_WORDS)), lambda m: OTHER_WORDS[m.group()], text)
    lines = text.split("\n")
    head, body = lines[:5], lines[5:]
    return analyze("\n".join([*head, *reversed(body)]), title="Human rights in Moldova")


def units(report: Report) -> list[Attribution]:
    """One attribution a cue: coordinated sources share one, the rest of a running quotation has none."""
    found: dict[tuple[int, int], Attribution] = {}
    for attribution in report.attributions:
        if attribution.cue is not None:
            found.setdefault((attribution.sentence, attribution.cue.start), attribution)
    return list(found.values())


def by_source(report: Report, words: str) -> list[Attribution]:
    return [a for a in report.attributions if words.lower() in (a.source.name or a.source.text or "").lower()]


@pytest.mark.parametrize("name", ["seed", "other"])
def test_it_has_fifteen_sentences_and_two_dated_banners(name: str, request: pytest.FixtureRequest):
    report = request.getfixturevalue(name)
    date = "2020-10" if name == "seed" else "2021-10"
    assert len(report.sentences) == 15
    assert [(b.id, b.date) for b in report.banners] == [("undisclosed-paid", date), ("citation-spam", date)]


@pytest.mark.parametrize("name", ["seed", "other"])
def test_it_has_seven_attributed_units(name: str, request: pytest.FixtureRequest):
    report = request.getfixturevalue(name)
    assert len(units(report)) == 7


@pytest.mark.parametrize(
    ("name", "ngo", "second_ngo", "body", "mission"),
    [
        ("seed", "Human Rights Watch", "Amnesty International", "UNHCR", "United Nations in Kazakhstan"),
        ("other", "Freedom House", "Reporters Without Borders", "UNICEF", "European Union in Moldova"),
    ],
)
def test_each_source_is_found_and_typed(
    name: str, ngo: str, second_ngo: str, body: str, mission: str, request: pytest.FixtureRequest
):
    report = request.getfixturevalue(name)
    observers = by_source(report, "independent observers")
    assert [a.source.type for a in observers] == ["unnamed"]
    watch = by_source(report, ngo)
    assert [a.source.type for a in watch] == ["ngo"] * 4
    assert [a.mode for a in watch] == ["direct"] * 4
    assert [a.carried for a in watch] == [False, True, True, True]
    assert [a.sentence for a in watch] == list(range(watch[0].sentence, watch[0].sentence + 4))
    assert [a.mode for a in by_source(report, "national representatives")] == ["mixed"]
    assert [a.stance for a in by_source(report, "national representatives")] == ["mixed"]
    assert by_source(report, "human-rights organi")
    assert [a.source.type for a in by_source(report, second_ngo)] == ["ngo"]
    spoken = [a for a in report.attributions if body in report.sentences[a.sentence].text]
    assert [a.source.type for a in spoken] == ["igo"]
    assert [a.source.type for a in by_source(report, mission)] == ["igo"]


@pytest.mark.parametrize("name", ["seed", "other"])
def test_the_title_of_the_decree_is_attributed_to_nobody(name: str, request: pytest.FixtureRequest):
    report = request.getfixturevalue(name)
    (decree,) = [s for s in report.sentences if "decree" in s.text]
    assert decree.attributions == ()
    assert decree.voice == "article"


def test_the_text_is_the_file_character_for_character(seed: Report):
    assert seed.article.text == SEED.read_bytes().decode("utf-8")
    assert seed.article.title == "Human rights in Kazakhstan"
    assert "Kazakhstan" in seed.article.subject and seed.article.subject != seed.article.title


def test_both_banners_get_a_verdict(seed: Report):
    for index in range(2):
        claimed = [issue for issue in seed.issues if index in issue.claimed_by]
        assert claimed
        for issue in claimed:
            assert issue.verdict in {"supported", "not supported", "not assessable"}
            assert issue.evidence
            assert bool(issue.why_null) == (issue.score is None)


def test_the_same_input_gives_the_same_bytes(seed: Report):
    assert analyze(SEED).to_json() == seed.to_json()


def test_a_report_survives_json(seed: Report):
    assert Report.from_json(seed.to_json()) == seed
