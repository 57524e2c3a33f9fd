"""Two reports compared: only what changed is told, and in a form that can be stored."""

from __future__ import annotations

import json
import time

from msgspec.structs import replace

from analyzer.readers import read
from analyzer.records import (
    ArticleHeader,
    Banner,
    IssueScore,
    Provenance,
    Report,
    Sentence,
    SourceRow,
    Summary,
)
from analyzer.report.compare import compare, of_one_title

from .example_report import build_report


def report(
    texts: list[str],
    *,
    stances: list[str] | None = None,
    scores: dict[str, float | None] | None = None,
    sources: dict[str, int] | None = None,
    banners: list[str] = [],  # noqa: B006 - never changed
    revision: str | None = None,
) -> Report:
    stances = stances or ["neutral"] * len(texts)
    return Report(
        article=ArticleHeader(id="x", title="Mill", subject="Mill", format="wikitext", revision=revision),
        banners=tuple(Banner(start=0, end=0, id=name, issue="pov") for name in banners),
        sentences=tuple(
            Sentence(index=i, start=0, end=0, text=text, stance=stance)
            for i, (text, stance) in enumerate(zip(texts, stances, strict=True))
        ),
        attributions=(),
        marks=(),
        sources=tuple(SourceRow(name=name, type="media", sentences=n) for name, n in (sources or {}).items()),
        issues=tuple(
            IssueScore(issue=issue, family=issue.partition(".")[0], score=score, policy="WP:X")
            for issue, score in (scores or {}).items()
        ),
        summary=Summary(sentences=len(texts)),
        provenance=Provenance(package="0", spacy_model="x"),
    )


def test_equal_reports_differ_in_nothing() -> None:
    one = report(["A mill turns."], scores={"promotion.advert": 0.5}, sources={"The Paper": 2}, banners=["pov"])
    found = compare(one, one)
    assert (found.scores, found.sentences, found.sources) == ((), (), ())
    assert (found.banners_added, found.banners_removed, found.summary) == ((), (), {})


def test_scores_that_moved_come_first_by_size_and_rounding_is_no_change() -> None:
    before = report([], scores={"a.x": 0.1, "a.y": 0.9, "a.z": 0.5, "a.n": None, "a.m": None})
    after = report([], scores={"a.x": 0.3, "a.y": 0.2, "a.z": 0.504, "a.n": None, "a.m": 0.4})
    found = compare(before, after)
    assert [row.issue for row in found.scores] == ["a.y", "a.x", "a.m"]
    assert round(found.scores[0].change or 0, 6) == -0.7
    assert found.scores[2].change is None


def test_sentences_are_added_removed_reworded_or_read_otherwise() -> None:
    before = report(
        ["The mill was built in 1850.", "It burnt.", "Critics praised the old mill warmly.", "The end."],
        stances=["neutral", "critique", "endorsement", "neutral"],
    )
    after = report(
        [
            "The mill was built in 1850.",
            "Critics praised the old mill very warmly.",
            "A park lies there now.",
            "The end.",
        ],
        stances=["neutral", "endorsement", "neutral", "critique"],
    )
    rows = [(row.kind, row.text_before, row.text_after) for row in compare(before, after).sentences]
    assert rows == [
        ("removed", "It burnt.", None),
        ("reworded", "Critics praised the old mill warmly.", "Critics praised the old mill very warmly."),
        ("added", None, "A park lies there now."),
        ("reread", "The end.", "The end."),
    ]


def test_a_sentence_that_is_unsure_says_so_on_its_side() -> None:
    before = report(["It burnt."], stances=["critique"])
    after = replace(before, sentences=(replace(before.sentences[0], stance="neutral", unsure=True),))
    (row,) = compare(before, after).sentences
    assert (row.unsure_before, row.unsure_after) == (False, True)


def test_sources_and_banners_that_changed_are_named() -> None:
    before = report([], sources={"The Paper": 3, "A Ministry": 1, "A Union": 1}, banners=["pov", "advert"])
    after = report([], sources={"The Paper": 1, "A Union": 1, "A Blog": 1}, banners=["pov", "pov"])
    found = compare(before, after)
    assert [(row.name, row.before, row.after) for row in found.sources] == [
        ("The Paper", 3, 1),
        ("A Blog", 0, 1),
        ("A Ministry", 1, 0),
    ]
    assert (found.banners_added, found.banners_removed) == (("pov",), ("advert",))


def test_a_comparison_names_both_revisions_and_can_be_stored() -> None:
    found = compare(report(["A."], revision="1"), report(["B."], revision="2"))
    assert (found.before, found.after) == ("Mill (1)", "Mill (2)")
    assert json.loads(found.to_json()) == json.loads(json.dumps(found.to_dict()))
    assert found.to_json() == compare(report(["A."], revision="1"), report(["B."], revision="2")).to_json()


def test_long_and_repetitive_articles_are_compared_in_bounded_time() -> None:
    before = report(["The same words again."] * 20_000)
    after = report([f"Other words {i}." for i in range(20_000)])
    begun = time.process_time()
    assert len(compare(before, after).sentences) == 40_000
    compare(before, report(["The same words again."] * 19_990))
    assert time.process_time() - begun < 10


def test_both_versions_have_the_surest_title_of_the_two_and_a_stored_report_keeps_its_own():
    guessed = read("The Halden Bridge is old. It was built in 1911.")
    headed = read("# Bridge of Halden\n\nThe Halden Bridge is old. It was built in 1911.")
    for sides in ((guessed, headed), (headed, guessed)):
        found = of_one_title(sides)
        assert [side.title for side in found] == ["Bridge of Halden"] * 2
        assert not any(notice.startswith("The title") for side in found for notice in side.notices)
    report = build_report()
    kept, other = of_one_title((report, headed))
    assert kept is report and other.title == report.article.title
