"""Quotations that run on: which sentences without a source of their own are still somebody's words, and whose.

A quotation may go on over sentences, stand whole behind the sentence that names its speaker, or be set off as a block
or a list behind a colon.
"""

import re
from collections.abc import Collection, Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from analyzer.annotate.attribution.beside import Beside, Blocks, credited, headed, signed
from analyzer.annotate.attribution.lexicon import classes_of_source
from analyzer.annotate.store import Row
from analyzer.annotate.tokens import QUOTE_MARKS, QuotedTokens, by_passage

BySentence = dict[int, list[int]]  # the rows of each sentence
Given = tuple[int, str, float]  # a sentence, the name of who speaks in it by its place, how sure that is
CARRIED_CONFIDENCE = 0.9
_INTRODUCING = 0.8  # at least as sure is who introduces what is set off: right in 97 of 136 sentences of articles
_WHOLE = 0.8  # the share of a sentence's words that a quotation covers where the sentence goes on with it
_MIN_WORDS = 3
_MIN_LETTERS = 3  # of a name: what has fewer is mostly a symbol ("For any subgroup N, the following are equivalent:")
_PRONOUNS = frozenset(["he", "she", "they", "we", "i"])
_SET_OFF = frozenset(["quotation", "list"])  # kinds of passages that go on over several
# Behind the colon there may be the page that is quoted ("nutrition::10"); "as follows." needs none.
_OPEN_END = re.compile(r"[:,]$|::\s*(?:§|pp?\.)?\s*\d[\d\s.,–-]*$|\bas follows\.$")


class Carried(NamedTuple):
    """A sentence that goes on with the row ``speaker``, and what of it is said: characters of the Doc."""

    sentence: int
    speaker: int
    start: int
    end: int
    mode: str = "direct"


class Ahead(NamedTuple):
    """The next row that speaks in a quotation, -1 where none does, and its sentence."""

    quotation: int
    sentence: int
    speaker: int


def run_on(
    tokens: QuotedTokens,
    rows: list[Row],
    passages: Sequence[Row],
    *,
    whole: bool = False,
    discourse: bool = False,
    life: Sequence[str] = (),
) -> list[Row]:
    """Return the rows with one more for each sentence that somebody's words go on in.

    ``continues`` is the index of the row that they began with; ``carried`` is True and there are no source words. With
    ``whole``, the content of the first row also takes in that of the rows that go on with it; with ``discourse``, only
    who has been quoted goes on, and who is credited for a picture is the source of its caption. A passage of kind
    "quotation" may name its speaker; ``life`` are the names of the person whose life is told, the one to show first.
    """
    blocks = [(passage, own) for passage, own in by_passage(tokens, passages) if own]
    rows, by_sentence = list(rows), BySentence()
    for k, row in enumerate(rows):
        by_sentence.setdefault(row["sentence"], []).append(k)
    added: dict[int, Row] = {}
    for carried in _carried(tokens, blocks, by_sentence, rows, discourse):
        if carried.sentence in added:
            continue
        head = rows[carried.speaker]
        added[carried.sentence] = _row(carried.sentence, head.get("name"), carried.start, carried.end) | {
            "continues": carried.speaker,
            "type": head.get("type", "unnamed"),
            "mode": carried.mode,
            "confidence": round(head["confidence"] * CARRIED_CONFIDENCE, 4),
        }
        if whole:
            head["content"].append([carried.start, carried.end])
    for sentence, name, confidence in (*_given(blocks), *_of_life(tokens, blocks, by_sentence, life)):
        if sentence not in added:
            added[sentence] = _row(sentence, name, *_extent(tokens, sentence)) | {"confidence": confidence}
    merged = sorted([*rows, *added.values()], key=lambda row: int(row["sentence"]))
    place = {id(row): k for k, row in enumerate(merged)}
    for row in added.values():
        if "continues" in row:
            row["continues"] = place[id(rows[row["continues"]])]
    return merged


def _carried(
    tokens: QuotedTokens, blocks: Blocks, by_sentence: BySentence, rows: list[Row], discourse: bool
) -> Iterator[Carried]:
    """Yield the sentences that go on with a row, likeliest first; who is named beside a quotation gets a row."""
    for one in (*headed(tokens, blocks), *(credited(tokens, blocks) if discourse else ())):
        _add(tokens, one, by_sentence, rows)
    displayed = list(_displayed(tokens, by_sentence, rows, blocks))
    for carried in displayed:
        head = rows[carried.speaker]
        head["confidence"] = max(head["confidence"], _INTRODUCING)
    yield from displayed
    introduced = {carried.sentence for carried in displayed}
    for one in signed(tokens, blocks):
        if one.sentence not in introduced and _add(tokens, one, by_sentence, rows):
            others = (other for other in one.quoted if other != one.sentence)
            yield from (Carried(other, len(rows) - 1, *_extent(tokens, other)) for other in others)
    items = {own[0] for passage, own in blocks if passage.get("kind") == "list"}
    yield from _covered(tokens, by_sentence, rows, discourse, items)


def _add(tokens: QuotedTokens, one: Beside, by_sentence: BySentence, rows: list[Row]) -> bool:
    """Add the row of a speaker named beside a quotation, unless a row has that source already; tell whether it was."""
    start, end = one.name
    own = by_sentence.setdefault(one.sentence, [])
    sources = ((rows[k]["source_start"], rows[k]["source_end"]) for k in own if rows[k]["source_start"] is not None)
    if any(start < last and first < end for first, last in sources):
        return False
    words = tokens.text[start:end]
    here = {} if one.apart else {"source_start": start, "source_end": end, "source_text": words, "carried": False}
    if one.cue is not None:
        here |= {"cue_start": one.cue[0], "cue_end": one.cue[1], "mode": "indirect"}
    own.append(len(rows))
    rows.append(_row(one.sentence, words, *one.said) | here)
    return True


def _of_life(tokens: QuotedTokens, blocks: Blocks, by_sentence: BySentence, life: Sequence[str]) -> Iterator[Given]:
    """Yield the sentences of what is set off behind a colon where nobody is said to speak: in a life its subject does.

    A sentence with somebody else's full name may introduce his words.
    """
    if not life:
        return
    for (_, leading), (passage, own) in pairwise(blocks):
        behind = passage.get("kind") == "quotation" and passage.get("follows") and not passage.get("source")
        if not behind or leading[-1] in by_sentence:
            continue
        colon = tokens.text[slice(*_extent(tokens, leading[-1]))].rstrip().endswith(":")
        if colon and not _names_other(tokens, leading[-1], life):
            yield from ((sentence, life[0], _INTRODUCING) for sentence in own if sentence not in by_sentence)


def _names_other(tokens: QuotedTokens, sentence: int, known: Collection[str]) -> bool:
    """Tell whether a sentence has two proper nouns side by side of which none is part of the known names."""
    first, last = tokens.bounds[sentence]
    parts = {word for name in known for word in name.split()}
    return any(
        tokens.pos[k] == tokens.pos[k + 1] == "PROPN" and parts.isdisjoint(tokens.words[k : k + 2])
        for k in range(first, last - 1)
    )


def _given(blocks: Blocks) -> Iterator[Given]:
    """Yield the sentences of quotation blocks whose markup names the speaker, with the name."""
    for passage, own in blocks:
        if passage.get("kind") == "quotation" and passage.get("source"):
            yield from ((sentence, passage["source"], CARRIED_CONFIDENCE) for sentence in own)


def _row(sentence: int, name: str | None, start: int, end: int) -> Row:
    no_words = dict.fromkeys(("source_start", "source_end", "source_text", "cue_start", "cue_end"))
    said = {"name": name, "type": "unnamed", "content": [[start, end]], "mode": "direct", "carried": True}
    return {"sentence": sentence, **no_words, **said, "confidence": CARRIED_CONFIDENCE}


def _extent(tokens: QuotedTokens, sentence: int) -> tuple[int, int]:
    first, last = tokens.bounds[sentence]
    return tokens.start[first], tokens.end[last - 1]


def _words(tokens: QuotedTokens, sentence: int) -> list[int]:
    return [k for k in range(*tokens.bounds[sentence]) if tokens.pos[k] not in ("PUNCT", "SPACE")]


def _displayed(tokens: QuotedTokens, by_sentence: BySentence, rows: list[Row], blocks: Blocks) -> Iterator[Carried]:
    """Yield the sentences of blocks, lists and paragraphs that are set off behind the sentence naming their speaker."""
    speaker = -1
    for (before, leading), (passage, own) in pairwise(blocks):
        kind = passage.get("kind", "paragraph")
        if passage.get("source"):
            speaker = -1
        elif kind not in _SET_OFF or kind != before.get("kind"):
            speaker = _introducing(tokens, leading[-1], kind, by_sentence, rows) if passage.get("follows") else -1
        if speaker < 0 or (kind == "paragraph" and not _stands_alone(tokens, own[0])):
            continue
        for sentence in own:
            if len(_words(tokens, sentence)) >= _MIN_WORDS:
                yield Carried(sentence, speaker, *_extent(tokens, sentence), "indirect" if kind == "list" else "direct")


def _introducing(tokens: QuotedTokens, sentence: int, kind: str, by_sentence: BySentence, rows: list[Row]) -> int:
    """Return the row that a sentence introduces what follows with: by a colon or a comma; a quotation needs neither."""
    if not (kind == "quotation" or _OPEN_END.search(tokens.text[slice(*_extent(tokens, sentence))].rstrip())):
        return -1
    named = [k for k in by_sentence.get(sentence, ()) if _may_introduce(tokens, rows[k])]
    return max(named, key=lambda k: (_place(rows[k]), -k), default=-1)


def _place(row: Row) -> int:
    """Return where the cue of a row stands, or its source where nothing but its place tells that it speaks."""
    return int(row["source_end"] if row["cue_start"] is None else row["cue_start"])


def _may_introduce(tokens: QuotedTokens, row: Row) -> bool:
    """Tell whether a source is somebody or a text: a name, a pronoun, a noun of the lexicon; not "the equations"."""
    if row["source_start"] is None:
        return False
    own = range(*tokens.span(row["source_start"], row["source_end"]))
    if len(own) == 1 and tokens.lower[own[0]] in _PRONOUNS:
        return True
    return any(
        (tokens.pos[k] == "PROPN" and len(tokens.words[k]) >= _MIN_LETTERS)
        or (tokens.pos[k] == "NOUN" and classes_of_source(tokens, k))
        for k in own
    )


def _stands_alone(tokens: QuotedTokens, sentence: int) -> bool:
    """Tell whether a paragraph that begins here may be a quotation without marks: no clause that goes on, no marks."""
    first = tokens.bounds[sentence][0]
    return tokens.lower[first] not in QUOTE_MARKS and not tokens.words[first][:1].islower()


def _covered(
    tokens: QuotedTokens, by_sentence: BySentence, rows: list[Row], quoted: bool, items: Set[int]
) -> Iterator[Carried]:
    """Yield the sentences that a quotation covers, behind those that name its speaker or, open, before them.

    A sentence that opens an item of a list (``items``) does not go on with the item before it.
    """
    speaker = -1  # the row that a quotation here would go on from
    ahead = Ahead(-1, -1, -1)
    for sentence in range(len(tokens.bounds)):
        own = by_sentence.get(sentence)
        goes_on = sentence > 0 and _left_open(tokens, sentence - 1) >= 0
        if sentence in items and not goes_on:
            speaker = -1
        if own:
            speaker = _quoting(tokens, sentence, own, rows, quoted)
            continue
        words = _words(tokens, sentence)
        inside = [k for k in words if tokens.quoted[k] >= 0]
        too_short = len(words) < _MIN_WORDS and not (goes_on and speaker >= 0)
        if not inside or too_short or len(inside) < _WHOLE * len(words):
            speaker = -1
            continue
        # '"A. B," said X' is X's, whoever spoke before; where nobody is named behind it, who spoke before goes on.
        if speaker < 0 or _opens(tokens, sentence):
            ahead = _later(tokens, sentence, by_sentence, rows, ahead)
            speaker = speaker if ahead.speaker < 0 else ahead.speaker
        if speaker >= 0:
            yield Carried(sentence, speaker, tokens.start[inside[0]], tokens.end[inside[-1]])


def _quoting(tokens: QuotedTokens, sentence: int, own: list[int], rows: list[Row], quoted: bool) -> int:
    """Return the row of a sentence whose words a following quotation goes on with, or -1.

    Of a quotation that stays open the one with the nearest cue before its mark, else the last quoted speaker; of none
    who is quoted the last one named, but with ``quoted``.
    """
    named = [k for k in own if rows[k]["source_start"] is not None]
    spoken = [k for k in named if rows[k]["mode"] != "indirect"]
    named = spoken if quoted else named
    open_one = _left_open(tokens, sentence)
    if open_one >= 0:
        mark = tokens.start[tokens.quoted.index(open_one, *tokens.bounds[sentence])]
        before = [k for k in named if _place(rows[k]) < mark]
        if before:
            return max(before, key=lambda k: (_place(rows[k]), -k))
    return max(spoken or named, key=lambda k: (max((end for _, end in rows[k]["content"]), default=0), k), default=-1)


def _left_open(tokens: QuotedTokens, sentence: int) -> int:
    """Return the number of the quotation that goes on behind the sentence, -1 where none does."""
    last = tokens.bounds[sentence][1]
    return (
        tokens.quoted[last - 1] if last < len(tokens.quoted) and tokens.quoted[last] == tokens.quoted[last - 1] else -1
    )


def _opens(tokens: QuotedTokens, sentence: int) -> bool:
    """Tell whether a quotation begins in the sentence and goes on behind it."""
    first, quotation = tokens.bounds[sentence][0], _left_open(tokens, sentence)
    return quotation >= 0 and (first == 0 or tokens.quoted[first - 1] != quotation)


def _later(tokens: QuotedTokens, sentence: int, by_sentence: BySentence, rows: list[Row], known: Ahead) -> Ahead:
    """Return the row of a later sentence that the quotation open here reaches ('"A. B," said X').

    ``known`` is what a sentence before was told, which holds as long as the same quotation has not reached that row.
    """
    quotation = tokens.quoted[tokens.bounds[sentence][1] - 1]
    if quotation >= 0 and quotation == known.quotation and (known.speaker < 0 or sentence < known.sentence):
        return known
    at = sentence + 1
    while quotation >= 0 and at < len(tokens.bounds) and tokens.quoted[tokens.bounds[at][0]] == quotation:
        spoken = [k for k in by_sentence.get(at, ()) if rows[k]["mode"] != "indirect"]
        if spoken:
            return Ahead(quotation, at, spoken[0])
        at += 1
    return Ahead(quotation, at, -1)
