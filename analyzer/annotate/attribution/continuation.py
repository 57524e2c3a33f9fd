"""Quotations that run on: the sentences of a quotation that name nobody get the source of the sentence that does."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.annotate.quotes.membership import QuotedTokens
from analyzer.annotate.store import Row

_CARRIED_CONFIDENCE = 0.9
_WHOLE = 0.8
_MIN_WORDS = 3
BySentence = dict[int, list[int]]  # the rows of each sentence


def run_on(tokens: QuotedTokens, rows: list[Row], passages: list[Row], *, whole: bool = False) -> list[Row]:
    """Return the rows with one more for each sentence that a quotation covers and that has no row of its own.

    ``continues`` is the index of the row that the quotation began with; ``carried`` is True and there are no source
    words. With ``whole``, the content of the first row also takes in that of the rows that go on with it.
    ``passages`` are those of kind "quotation" whose markup names the speaker.
    """
    by_sentence: BySentence = {}
    for k, row in enumerate(rows):
        by_sentence.setdefault(row["sentence"], []).append(k)
    added: dict[int, Row] = {}
    for sentence, source, start, end in _covered(tokens, by_sentence, rows):
        head = rows[source]
        added[sentence] = _row(sentence, head.get("name"), start, end) | {
            "continues": source,
            "type": head.get("type", "unnamed"),
            "confidence": round(head["confidence"] * _CARRIED_CONFIDENCE, 4),
        }
        if whole:
            head["content"].append([start, end])
    for sentence, name, start, end in _blocks(tokens, passages):
        if sentence not in by_sentence and sentence not in added:
            added[sentence] = _row(sentence, name, start, end)
    merged = sorted([*rows, *added.values()], key=lambda row: int(row["sentence"]))
    place = {id(row): k for k, row in enumerate(merged)}
    for row in added.values():
        if "continues" in row:
            row["continues"] = place[id(rows[row["continues"]])]
    return merged


def _row(sentence: int, name: str | None, start: int, end: int) -> Row:
    return {
        "sentence": sentence,
        "source_start": None,
        "source_end": None,
        "source_text": None,
        "name": name,
        "type": "unnamed",
        "cue_start": None,
        "cue_end": None,
        "content": [[start, end]],
        "mode": "direct",
        "carried": True,
        "confidence": _CARRIED_CONFIDENCE,
    }


def _covered(tokens: QuotedTokens, by_sentence: BySentence, rows: list[Row]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (sentence, row it continues, content start, content end) for sentences that a quotation covers."""
    speaker = -1  # the row that a quotation here would go on from
    for sentence, (first, last) in enumerate(tokens.bounds):
        own = by_sentence.get(sentence)
        if own:
            speaker = _quoting(own, rows)
            continue
        words = [k for k in range(first, last) if tokens.pos[k] not in ("PUNCT", "SPACE")]
        inside = [k for k in words if tokens.quoted[k] >= 0]
        if len(words) < _MIN_WORDS or len(inside) < _WHOLE * len(words):
            speaker = -1
            continue
        if speaker < 0:
            speaker = _later(tokens, sentence, by_sentence, rows)
        if speaker >= 0:
            yield sentence, speaker, tokens.start[inside[0]], tokens.end[inside[-1]]


def _quoting(own: list[int], rows: list[Row]) -> int:
    """Return the row of a sentence whose words a following quotation goes on with, or -1: its last quoted speaker."""
    spoken = [k for k in own if rows[k]["mode"] != "indirect" and rows[k]["source_start"] is not None]
    return max(spoken, key=lambda k: (max((end for _, end in rows[k]["content"]), default=0), k), default=-1)


def _later(tokens: QuotedTokens, sentence: int, by_sentence: BySentence, rows: list[Row]) -> int:
    """Return the row of a later sentence that the quotation open here reaches ('"A. B," said X'), or -1."""
    quotation = tokens.quoted[tokens.bounds[sentence][1] - 1]
    at = sentence + 1
    while quotation >= 0 and at < len(tokens.bounds) and tokens.quoted[tokens.bounds[at][0]] == quotation:
        spoken = [k for k in by_sentence.get(at, ()) if rows[k]["mode"] != "indirect"]
        if spoken:
            return spoken[0]
        at += 1
    return -1


def _blocks(tokens: QuotedTokens, passages: list[Row]) -> Iterator[tuple[int, str, int, int]]:
    """Yield (sentence, speaker, start, end) for the sentences of quotation blocks whose markup names the speaker."""
    at = 0
    for passage in passages:
        if passage.get("kind") != "quotation" or not passage.get("source"):
            continue
        while at < len(tokens.bounds) and tokens.start[tokens.bounds[at][0]] < passage["start"]:
            at += 1
        while at < len(tokens.bounds) and tokens.start[tokens.bounds[at][0]] < passage["end"]:
            first, last = tokens.bounds[at]
            yield at, passage["source"], tokens.start[first], tokens.end[last - 1]
            at += 1
