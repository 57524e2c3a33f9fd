"""Passages in the gold format as what the network learns from: their sentences in context, with their attributions."""

from collections.abc import Sequence

from analyzer.annotate.encoder.reading import TAGS
from analyzer.train.core.recipe import Row
from analyzer.train.encoder.parts import Extent, Part, Spoken
from analyzer.train.labels.pool import clean
from analyzer.train.stance.data import gold_examples


def passage_part(passages: Sequence[Row], *, context: bool = True) -> Part:
    """Return the sentences of passages in the gold format with their attributions, in context or beside the title."""
    return Part(gold_examples(passages, context=context), [one for passage in passages for one in spoken(passage)])


def spoken(passage: Row) -> list[Spoken]:
    """Return the attributions of a passage in the gold format, with extents in its sentences without markers."""
    found = []
    for sentence in passage["sentences"]:
        raw = passage["text"][sentence["start"] : sentence["end"]]
        text = clean(raw)
        sources, cues, without = [], [], [False, False]
        for row in sentence["attributions"]:
            source, cue = (_within(row.get(key), sentence["start"], raw, text) for key in ("source", "cue"))
            if source is not None:
                sources.append((source, TAGS.index(row["type"])))
            elif row.get("source") is None:
                without[0 if row.get("carried") else 1] = True
            if cue is not None:
                cues.append(cue)
        found.append(Spoken(tuple(sources), tuple(cues), (without[0], without[1])))
    return found


def _within(extent: Row | None, first: int, raw: str, text: str) -> Extent | None:
    """Return where the words of an extent of the passage stand in the sentence without markers."""
    if not extent:
        return None
    start, end = extent["start"] - first, extent["end"] - first
    words = clean(raw[max(0, start) : end])
    at = len(clean(raw[: max(0, start)] + "|")) - 1
    for found in (at, text.find(words, max(0, at - 3)), text.find(words)):
        if words and found >= 0 and text[found : found + len(words)] == words:
            return found, found + len(words)
    return None
