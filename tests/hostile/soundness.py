"""What holds of every article and report, whatever the input: asserted by the tests, the corpus and the fuzzer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from analyzer.records import Annotated, Article, Report

PLACEHOLDERS = re.compile("[\ufdd0-\ufdef]")


def sound_article(article: Article) -> None:
    """Assert that all extents lie in the text, blocks and sections are in order, and no sign of the reader leaks."""
    text = article.text
    assert not re.search("[\x00\ud800-\udfff]", text)
    for part in (*article.citations, *article.inline_tags, *article.banners, *article.sections, *article.blocks):
        assert 0 <= part.start <= part.end <= len(text), part
    in_order(article.blocks)
    in_order(sorted(article.citations, key=lambda mark: mark.start))
    assert all(text[block.start : block.end].strip() for block in article.blocks)
    starts = [section.start for section in article.sections]
    assert starts == sorted(starts)
    for link in article.links:
        assert re.match(r"(?:https?|ftp)://", link.url, re.IGNORECASE) and len(link.url) <= 2000, link
    for told in (article.title, article.subject, *article.notices):
        assert len(told) <= 5000 and not re.search("[\ud800-\udfff]", told)
    if article.format == "plaintext":
        return
    told = [*(ref.text for ref in article.references), *(link.url + link.text for link in article.links), text]
    assert not PLACEHOLDERS.search("".join(told))


def in_order(parts: Iterable[Any]) -> None:
    """Assert that extents follow each other without overlap."""
    end = 0
    for part in parts:
        assert end <= part.start <= part.end, part
        end = part.end


def sound_annotations(found: Annotated | Report, text: str) -> None:
    """Assert that sentences are in order and apart, and that what was found lies in the text and in its sentence."""
    in_order(found.sentences)
    for index, sentence in enumerate(found.sentences):
        assert sentence.index == index and sentence.start < sentence.end <= len(text)
        assert all(0 <= value <= 1 for value in (sentence.confidence, *sentence.probabilities.values()))
        assert all(found.attributions[i].sentence == index for i in sentence.attributions)
        assert all(sentence.start <= found.marks[i].start < sentence.end for i in sentence.marks)
    for mark in found.marks:
        assert 0 <= mark.start < mark.end <= len(text), mark
    for row in found.attributions:
        _sound_attribution(row, found, text)


def _sound_attribution(row: Any, found: Annotated | Report, text: str) -> None:
    """Assert that each part of an attribution lies in its sentence, or that its source is carried from another."""
    sentence = found.sentences[row.sentence]
    if row.source.start is not None:
        assert text[row.source.start : row.source.end] == row.source.text
        assert _within(row.source, sentence) or row.carried, (row, sentence)
    if row.cue is not None:
        assert text[row.cue.start : row.cue.end] == row.cue.text
        assert _within(row.cue, sentence), (row, sentence)
    for part in row.content:
        assert _within(part, sentence), (row, sentence)
    assert 0 <= row.confidence <= 1


def _within(part: Any, sentence: Any) -> bool:
    return bool(sentence.start <= part.start <= part.end <= sentence.end)


def sound_report(report: Report) -> None:
    """Assert what holds of a report: its annotations, its scores, its indexes, and the way through JSON and back."""
    text = report.article.text
    sound_annotations(report, text)
    for issue in report.issues:
        assert issue.score is None or 0 <= issue.score <= 1
        assert all(0 <= index < len(report.banners) for index in issue.claimed_by)
        for item in issue.evidence:
            assert item.start is None or 0 <= item.start <= (item.end or 0) <= len(text)
            assert item.sentence is None or item.sentence < len(report.sentences)
    summary = report.summary
    assert summary.sentences == len(report.sentences)
    stances = (summary.critique, summary.endorsement, summary.mixed, summary.neutral, summary.unsure)
    assert all(0 <= count <= summary.sentences for count in stances)
    line = report.to_json()
    assert Report.from_json(line).to_json() == line


def covers_the_prose(article: Article, found: Annotated | Report) -> None:
    """Assert that every word of the prose blocks stands in a sentence, markers and runs without a blank apart."""
    covered = bytearray(len(article.text))
    for part in (*found.sentences, *article.citations, *article.inline_tags):
        covered[part.start : part.end] = b"\x01" * (part.end - part.start)
    for run in re.finditer(r"\S{401,}", article.text):
        covered[run.start() : run.end()] = b"\x01" * (run.end() - run.start())
    for block in article.blocks:
        for at in range(block.start, block.end):
            assert covered[at] or article.text[at].isspace(), (at, article.text[max(0, at - 30) : at + 30])
