from itertools import combinations

import numpy as np
from msgspec.structs import replace

from analyzer.records import Source
from analyzer.report import pictures

from .example_report import build_report


def unsure_at(index):
    report = build_report()
    sentences = [replace(item, unsure=item.index == index) for item in report.sentences]
    return replace(report, sentences=tuple(sentences))


def test_who_is_heard_says_the_words_of_each_source_by_stance():
    rows = {(row.source, row.stance): row for row in pictures.heard(build_report())}
    institute = rows["The Lantern Institute", "critique"]
    assert (institute.type, institute.words, institute.sentences) == ("ngo", 13, 2)
    assert institute.share == 13 / build_report().summary.words


def test_the_articles_own_voice_is_what_stands_in_sentences_that_report_nobody():
    report = build_report()
    own = [row for row in pictures.heard(report) if row.type == pictures.OWN]
    spoken = [len(item.text.split()) for item in report.sentences if item.voice == "article"]
    assert sum(row.words for row in own) == sum(spoken)
    assert pictures.heard(report)[: len(own)] == own  # it comes first


def test_sources_of_one_type_stand_together_and_the_most_heard_type_comes_first():
    kinds = [row.type for row in pictures.heard(build_report()) if row.type != pictures.OWN]
    first = list(dict.fromkeys(kinds))
    assert kinds == sorted(kinds, key=first.index) and first[0] == "ngo"


def test_sources_that_are_heard_least_stand_together_and_lose_no_word():
    first = build_report().attributions[0]
    people = [Source(type="person", text=name, name=name) for name in ("Ada", "Ben", "Cyd", "Dot")]
    spoken = tuple(
        replace(first, source=source, sentence=at, stance=stance, content=())
        for at, (source, stance) in enumerate(zip(people, ("critique", "mixed", "mixed", "neutral"), strict=True))
    )
    report = build_report(attributions=spoken)
    everybody, few = pictures.heard(report), pictures.heard(report, most=1)
    assert {row.source for row in few if row.type == "person"} == {"Ben", "3 other sources"}
    assert sum(row.words for row in few) == sum(row.words for row in everybody)
    rest = {row.stance: row.sentences for row in few if row.source == "3 other sources"}
    assert rest == {"critique": 1, "mixed": 1, "neutral": 1}


def test_an_unsure_sentence_counts_for_no_side():
    report = unsure_at(0)
    assert any(row.stance == "unsure" and row.source == "(unnamed)" for row in pictures.heard(report))
    first = pictures.along(report)[0]
    assert (first.stance, first.unsure) == ("critique", True)  # the label, and that it is unsure
    shares = {row.measure: row.value for row in pictures.compared([report]) if row.panel == "stance"}
    assert shares["unsure"] == 1 / 8 and abs(sum(shares.values()) - 1) < 1e-9


def test_sentences_are_numbered_as_people_count_and_indexed_as_the_tables_do():
    rows = pictures.along(build_report())
    assert [row.number for row in rows] == [row.sentence + 1 for row in rows] == list(range(1, 9))
    assert rows[1].source == "The Lantern Institute" and rows[3].source is None


def test_a_score_that_cannot_be_assessed_stays_none_with_its_reason():
    rows = {row.issue: row for row in pictures.issue_scores(build_report())}
    assert len(rows) == len(build_report().issues)
    spam = rows["spam.citation-spam"]
    assert spam.score is None and "link targets" in spam.why_null
    assert rows["promotion.advert"].claimed and rows["promotion.advert"].verdict == "supported"


def test_what_was_found_comes_first_and_what_cannot_be_seen_last():
    rows = pictures.issue_scores(build_report())
    assert rows[0].issue == "promotion.advert"
    assert [row.score is None for row in rows] == sorted(row.score is None for row in rows)


def test_articles_of_one_title_are_told_apart():
    report = build_report()
    later = replace(report, article=replace(report.article, revision="12"))
    title = report.article.title
    assert pictures.names([report, report, later]) == [title, f"{title} (2)", f"{title} (12)"]


def test_an_empty_report_gives_empty_pictures():
    empty = build_report(sentences=(), attributions=(), marks=(), sources=(), issues=())
    assert pictures.heard(empty) == pictures.along(empty) == pictures.issue_scores(empty) == []
    assert {row.value for row in pictures.compared([empty]) if row.panel == "stance"} == {0.0}


# Viénot, Brettel and Mollon (1999), on linear RGB: no cones for long waves; none for middle ones.
SEEN_WITHOUT = {
    "red": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "green": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
}


def lab(colour, matrix=None):
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    if matrix is not None:
        linear = np.clip(np.array(matrix) @ linear, 0, 1)
    to_xyz = np.array(((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)))
    x, y, z = np.cbrt(to_xyz @ linear / np.array((0.9505, 1, 1.089)))
    return np.array((116 * y - 16, 500 * (x - y), 200 * (y - z)))


def test_the_colours_of_stances_stay_apart_for_the_colour_blind():
    for matrix in (None, *SEEN_WITHOUT.values()):
        for one, other in combinations(pictures.COLOURS.values(), 2):
            assert np.linalg.norm(lab(one, matrix) - lab(other, matrix)) > 20


def test_every_stance_has_a_sign_of_its_own_besides_its_colour():
    assert set(pictures.SIGNS) == set(pictures.COLOURS) == set(pictures.STANCES)
    assert len(set(pictures.SIGNS.values())) == len(pictures.STANCES)
