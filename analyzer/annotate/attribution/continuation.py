"""Quotations that run on: the sentences of a quotation that name nobody get the source of the sentence that does."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.annotate.attribution.view import View
from analyzer.annotate.store import Row

_CARRIED_CONFIDENCE = 0.9
_WHOLE = 0.8
_MIN_WORDS = 3


def run_on(seen: View, rows: list[Row], passages: list[Row], *, whole: bool = False) -> list[Row]:
    """Return the rows with one more for each sentence that a quotation covers and that has no row of its own.

    ``continues`` is the index of the row that the quotation began with; ``carried`` is True and there are no source
    words. With ``whole``, the content of the first row also takes in that of the rows that go on with it.
    ``passages`` are those of kind "quotation" whose markup names the speaker.
    """
    by_sentence: dict[int, list[int]] = {}
    for k, row in enumerate(rows):
        by_sentence.setdefault(row["sentence"], []).append(k)
    added: dict[int, Row] = {}
    for sentence, source, start, end in _covered(seen, by_sentence, rows):
        if sentence not in by_sentence and sentence not in added:
            added[sentence] = _row(sentence, source, rows[source], start, end)
            if whole:
                rows[source]["content"].append([start, end])
    for row in _blocks(seen, by_sentence, added, passages):
        added[row["sentence"]] = row
    return _merged(rows, added)


def _covered(seen: View, by_sentence: dict[int, list[int]], rows: list[Row]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (sentence, row it continues, content start, content end) for sentences that a quotation covers."""
    speaker = -1  # the row that a quotation here would go on from
    for sentence, (first, last) in enumerate(seen.bounds):
        own = by_sentence.get(sentence)
        if own:
            speaker = _quoting(seen, own, rows)
            continue
        words = [k for k in range(first, last) if seen.pos[k] not in ("PUNCT", "SPACE")]
        inside = [k for k in words if seen.quoted[k] >= 0]
        if len(words) < _MIN_WORDS or len(inside) < _WHOLE * len(words):
            speaker = -1
            continue
        if speaker < 0:
            speaker = _later(seen, sentence, by_sentence, rows)
        if speaker >= 0:
            yield sentence, speaker, seen.start[inside[0]], seen.end[inside[-1]]


def _quoting(seen: View, own: list[int], rows: list[Row]) -> int:
    """Return the row of a sentence whose words a following quotation goes on with, or -1: its last quoted speaker."""
    spoken = [k for k in own if rows[k]["mode"] != "indirect" and rows[k]["source_start"] is not None]
    if not spoken:
        return -1
    ends = [max(b for _, b in rows[k]["content"]) if rows[k]["content"] else 0 for k in spoken]
    return spoken[max(range(len(spoken)), key=lambda at: (ends[at], at))]


def _later(seen: View, sentence: int, by_sentence: dict[int, list[int]], rows: list[Row]) -> int:
    """Return the row of a later sentence that the quotation open here reaches ('"A. B," said X'), or -1."""
    last = seen.bounds[sentence][1]
    quotation = seen.quoted[last - 1]
    at = sentence + 1
    while quotation >= 0 and at < len(seen.bounds) and seen.quoted[seen.bounds[at][0]] == quotation:
        spoken = [k for k in by_sentence.get(at, ()) if rows[k]["mode"] != "indirect"]
        if spoken:
            return spoken[0]
        at += 1
    return -1


def _blocks(seen: View, by_sentence: dict[int, list[int]], added: dict[int, Row], passages: list[Row]) -> Iterator[Row]:
    """Yield rows for the sentences of quotation blocks whose markup names the speaker."""
    named = [p for p in passages if p.get("kind") == "quotation" and p.get("source")]
    at = 0
    for passage in named:
        while at < len(seen.bounds) and seen.start[seen.bounds[at][0]] < passage["start"]:
            at += 1
        while at < len(seen.bounds) and seen.start[seen.bounds[at][0]] < passage["end"]:
            if at not in by_sentence and at not in added:
                first, last = seen.bounds[at]
                yield _bare(at, passage["source"], seen.start[first], seen.end[last - 1])
            at += 1


def _row(sentence: int, source: int, head: Row, start: int, end: int) -> Row:
    row = _bare(sentence, head.get("name"), start, end)
    row["continues"] = source
    row["type"] = head.get("type", "unnamed")
    row["confidence"] = round(head["confidence"] * _CARRIED_CONFIDENCE, 4)
    return row


def _bare(sentence: int, name: str | None, start: int, end: int) -> Row:
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


def _merged(rows: list[Row], added: dict[int, Row]) -> list[Row]:
    """Return all rows in sentence order, with ``continues`` pointing at the new places."""
    tagged = [(row["sentence"], k, row) for k, row in enumerate(rows)]
    tagged += [(sentence, len(rows), row) for sentence, row in added.items()]
    tagged.sort(key=lambda item: (item[0], item[1]))
    place = {k: new for new, (_, k, row) in enumerate(tagged) if "continues" not in row and k < len(rows)}
    merged = []
    for _, _, row in tagged:
        if "continues" in row:
            row = {**row, "continues": place[row["continues"]]}
        merged.append(row)
    return merged
