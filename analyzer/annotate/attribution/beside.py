"""Speakers whom a quotation names beside it, in a signature behind it or at the head of its line; credits of pictures.

"... of the universe.— Arthur Eddington, The Nature of the Physical World (1927)" and "Business Dictionary (2012): "A
developed urban area ..."" have no verb of saying for the model to weigh; their form tells it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analyzer.annotate.store import Row
from analyzer.annotate.subject.lead import CAPITAL
from analyzer.annotate.tokens import QuotedTokens

Blocks = Sequence[tuple[Row, range]]  # passages with their sentences
_SMALL = r"(?:and|&|/|of|the|for|in|on|de|la|le|del|di|da|van|von|der|den|ibn|bin)"
_WORD = rf"{CAPITAL}[\w.'’-]*"
_NAME = rf"{_WORD}(?: (?:{_SMALL} )*{_WORD}| et al\.){{0,9}}"
_ENDED = r"[.!?…\"'”’»)\]]"
_DASH = rf"(?:(?:^|(?<={_ENDED})|(?<={_ENDED} ))(?:—|–|―|--) ?|(?<=[\"”»] )- )"
_SIGNATURE = re.compile(rf"{_DASH}(?P<name>{_NAME})(?: ?[,(;:/].{{0,150}})?$")
_HEAD = re.compile(rf"(?P<name>{_NAME}(?:, {_NAME})*),?(?: \(?(?:1[5-9]|20)\d\d\)?)?: ?(?=[\"“„«])")
_CREDIT = re.compile(rf"(?P<cue>\b(?:[Ii]mage|[Pp]hoto(?:graph)?|[Pp]icture|[Cc]redit)s?): ?(?P<name>{_NAME})\.?$")
_MARKS = ('"', "”", "»")  # an item of a list without them is signed by no dash ("28 °C — Comatose")
_LONGEST = 300  # characters: no signature and no head is longer
_MIN_LETTERS = 3
_FEWEST = 2  # words with a capital at the head of a line: one alone may be any word ("Note: ...")


class Beside(NamedTuple):
    """A speaker named beside a quotation, in characters: ``name``, and what is ``said`` in ``sentence``.

    ``quoted`` are all sentences of the quotation. A name ``apart`` stands behind the last of them, not in it. ``cue``
    is the word that attributes, where there is one ("Image").
    """

    name: tuple[int, int]
    sentence: int
    said: tuple[int, int]
    quoted: Sequence[int]
    apart: bool = False
    cue: tuple[int, int] | None = None


def signed(tokens: QuotedTokens, blocks: Blocks) -> Iterator[Beside]:
    """Yield the signatures behind quotations; one that is a paragraph of its own signs what stands before it."""
    for number, (passage, own) in enumerate(blocks):
        if passage.get("source"):
            continue
        first = passage["start"]
        start, found = _at_end(tokens, passage, _SIGNATURE)
        if found is None or not _is_name(tokens, start + found.start("name"), start + found.end("name")):
            continue
        name, dash = (start + found.start("name"), start + found.end("name")), start + found.start()
        at = tokens.sent[tokens.at(name[0])]
        apart = not tokens.text[tokens.start[tokens.bounds[at][0]] : dash].strip()
        alone = not tokens.text[first:dash].strip()
        if passage.get("kind") == "list" and not tokens.text[first:dash].rstrip().endswith(_MARKS):
            continue
        quoted = [
            sentence for sentence in (_before(blocks, number) if alone else own) if not (apart and sentence == at)
        ]
        if quoted:
            yield Beside(name, quoted[-1], (tokens.start[tokens.bounds[quoted[-1]][0]], dash), quoted, apart or alone)


def headed(tokens: QuotedTokens, blocks: Blocks) -> Iterator[Beside]:
    """Yield the names at the heads of lines that go on with a quotation."""
    for passage, own in blocks:
        found = _HEAD.match(tokens.text[passage["start"] : passage["start"] + _LONGEST])
        if found is None or len(found["name"].split()) < _FEWEST:
            continue
        start, end, said = (passage["start"] + at for at in (found.start("name"), found.end("name"), found.end()))
        mark = tokens.span(said, said + 1)[0]
        if tokens.quoted[mark] >= 0 and _is_name(tokens, start, end):
            inside = [k for k in range(mark, tokens.bounds[own[0]][1]) if tokens.quoted[k] == tokens.quoted[mark]]
            yield Beside((start, end), own[0], (said, tokens.end[inside[-1]]), own[:1])


def credited(tokens: QuotedTokens, blocks: Blocks) -> Iterator[Beside]:
    """Yield who is credited for a picture behind its caption ("The launch. Image: NASA")."""
    for passage, own in blocks:
        start, found = _at_end(tokens, passage, _CREDIT)
        if found is None or not tokens.text[passage["start"] : start + found.start()].strip():
            continue
        cue, name = ((start + found.start(part), start + found.end(part)) for part in ("cue", "name"))
        at = tokens.sent[tokens.at(cue[0])]
        caption = at if tokens.start[tokens.bounds[at][0]] < cue[0] else max(at - 1, own[0])
        yield Beside(name, at, (tokens.start[tokens.bounds[caption][0]], cue[0] - 1), (at,), cue=cue)


def _at_end(tokens: QuotedTokens, passage: Row, pattern: re.Pattern[str]) -> tuple[int, re.Match[str] | None]:
    """Return what a pattern finds at the end of a passage, and the character of the Doc that it counts from."""
    start = max(passage["start"], passage["end"] - _LONGEST)
    return start, pattern.search(tokens.text[start : passage["end"]].rstrip())


def _before(blocks: Blocks, number: int) -> range:
    """Return the sentences of what a signature by itself signs: the paragraph before it, or all of a quotation."""
    own = blocks[number][1]
    first = own.start
    kind = blocks[number][0].get("kind")
    for at in range(number, 0, -1):
        passage, sentences = blocks[at - 1]
        follows, given = blocks[at][0].get("follows"), passage.get("source")
        if not follows or given or passage.get("kind") not in (kind, "quotation"):
            break
        first, kind = sentences.start, "quotation"
        if passage.get("kind") != "quotation":
            break
    return range(first, own.start)


def _is_name(tokens: QuotedTokens, start: int, end: int) -> bool:
    """Tell whether characters are a name: some word is a proper noun, and no symbol."""
    return any(
        tokens.pos[k] == "PROPN" and len(tokens.words[k]) >= _MIN_LETTERS for k in range(*tokens.span(start, end))
    )
