"""Quotation marks paired up: which open, which close, and which are apostrophes, inches or minutes.

Works on characters of one passage at a time, in one walk; straight and curly marks, single and double, guillemets,
low-high pairs, nested pairs and pairs that lack an end.
"""

import re
from dataclasses import dataclass, field

_MARK = re.compile(r"``|''|\"|[“”„‟«»‹›‘’‚‛'`]")
_CLOSERS = {
    "“": '” "', "”": "”", "„": '“ ” "', "‟": "”", "«": "»", "»": "« »", "‹": "›", "‘": "’ '", "‚": "‘ ’", "‛": "’",
    "'": "' ’", '"': '" ”', "``": "'' \"", "`": "' `", "''": "''",
}  # fmt: skip
_DOUBLE = frozenset('"“”„‟«»') | {"``", "''"}
_BEFORE_OPENING = frozenset(" \t\n\u00a0([{—–-/:=>|“‘«\"'…")
_ELIDED = re.compile(r"(?:\d0s|tis|twas|em|til|cause|n|bout|round|cos)\b", re.IGNORECASE)
_INCHES = re.compile(r"\d(?:\.\d+|[½¼¾]|\s?\d/\d)?$")
_UNIT_AFTER = re.compile(
    r"\s*(?:[x×(),.;]|\d|(?:single|vinyl|discs?|records?|remix|mix|gun|guns|pipe|screen|tv|wide|tall|long|by|EP|LP|of|in|and|or|diameter|display|wheels?)\b)"
)
# Longest reach of a pair of single marks, in characters: an apostrophe further away is another word's.
_SINGLE_REACH = 600
_DEEPEST = 100  # marks that stand open at once; no prose has so many


@dataclass
class MarkPair:
    """A stretch between quotation marks, marks included; ``closed`` is False where the closing mark is missing."""

    start: int
    end: int
    mark: str
    closed: bool = True
    inner: "list[MarkPair]" = field(default_factory=list)


def mark_pairs(text: str) -> list[MarkPair]:
    """Return the outermost quoted stretches in order, nested ones in them; one without an end runs to the passage's."""
    found = _paired(text, toggle=False)
    if found and not found[-1].closed and found[-1].mark == '"' and text.count('"') % 2 == 0:
        # Marks set on the wrong side of a blank ('... Breath. "In 2007'): taking them in turns mends the passage.
        turned = _paired(text, toggle=True)
        return turned if all(pair.closed for pair in turned) else found
    return found


def _paired(text: str, *, toggle: bool) -> list[MarkPair]:
    """Return the outermost pairs; with ``toggle``, straight double marks open and close in turns."""
    stack: list[MarkPair] = []
    done: list[MarkPair] = []
    for match in _MARK.finditer(text):
        mark, at, end = match.group(), match.start(), match.end()
        if toggle and mark == '"':
            near = range(len(stack) - 1, max(-1, len(stack) - _DEEPEST), -1)
            depth = next((depth for depth in near if stack[depth].mark == '"'), None)
        else:
            depth = _closes(text, mark, at, end, stack)
        if depth is not None:
            _close(stack, depth, end, done)
        elif (toggle and mark == '"') or _opens(text, mark, at, end, stack):
            stack.append(MarkPair(at, len(text), mark, closed=False))
    _close_rest(stack, done)
    return sorted(done, key=lambda pair: pair.start)


def _close(stack: list[MarkPair], depth: int, end: int, done: list[MarkPair]) -> None:
    """Close the pair at ``depth``; unclosed pairs above it were no quotations, what lies inside them is kept."""
    kept: list[MarkPair] = []
    for dropped in stack[depth + 1 :]:
        kept.extend(dropped.inner)
    pair = stack[depth]
    del stack[depth:]
    pair.end, pair.closed = end, True
    pair.inner.extend(kept)
    (stack[-1].inner if stack else done).append(pair)


def _close_rest(stack: list[MarkPair], done: list[MarkPair]) -> None:
    """Settle what is still open at the end of the passage: single marks were apostrophes, doubles run on."""
    for depth, pair in enumerate(stack):
        if pair.mark in _DOUBLE and not any(p.mark in _DOUBLE for p in stack[:depth]):
            done.append(pair)
            inside = [p for later in stack[depth + 1 :] for p in later.inner]
            pair.inner.extend(inside)
            return
        done.extend(pair.inner)
        pair.inner = []


def _closes(text: str, mark: str, at: int, end: int, stack: list[MarkPair]) -> int | None:
    """Return the index in the stack of the pair that this mark closes; None if it closes none."""
    if not stack or (at == stack[-1].start + len(stack[-1].mark) and mark in "\"'"):
        return None
    for depth in range(len(stack) - 1, max(-1, len(stack) - 4), -1):
        pair = stack[depth]
        if mark not in _CLOSERS.get(pair.mark, "").split():
            continue
        if mark in "'’" and not _single_closes(text, at, end, pair):
            continue
        doubled = text[at + 1 : at + 2] == '"'  # the end of one quotation and the start of the next
        if mark == '"' and _looks_opening(text, at, end) and not doubled:
            continue
        if mark == "“" and pair.mark == "„" and _looks_opening(text, at, end):
            continue
        return depth
    return None


def _single_closes(text: str, at: int, end: int, pair: MarkPair) -> bool:
    """Tell whether a single mark closes the pair: no letter behind it, and not too far from the opening mark."""
    following = text[end : end + 1]
    if following.isalnum() or at - pair.start > _SINGLE_REACH:
        return False
    return not (text[at - 1 : at].isspace() and following.isspace() and text[pair.start + 1 : pair.start + 2] != " ")


def _looks_opening(text: str, at: int, end: int) -> bool:
    """Tell whether a mark stands where opening marks stand: blank or bracket before, no blank behind."""
    before, following = text[at - 1 : at], text[end : end + 1]
    return (
        (not before or before in _BEFORE_OPENING)
        and bool(following)
        and not following.isspace()
        and following not in ".,;:!?)]"
    )


def _opens(text: str, mark: str, at: int, end: int, stack: list[MarkPair]) -> bool:
    """Tell whether a mark that closes nothing opens a quoted stretch."""
    before, following = text[at - 1 : at], text[end : end + 1]
    if mark in "“„«‹‟":
        return True
    if mark in "‘‚‛":
        return not before.isalnum() and not _ELIDED.match(text, end)
    if mark in "'’`":
        return mark != "’" and _single_opens(text, at, end, stack)
    if mark in "”»›":
        return _looks_opening(text, at, end) and not stack and mark != "›"
    if mark == "''":
        return _looks_opening(text, at, end)
    if following == '"' and mark == '"':
        return False
    if _INCHES.search(text, max(0, at - 8), at) and (
        not following or following.isspace() or _UNIT_AFTER.match(text, end)
    ):
        return False
    return (
        _looks_opening(text, at, end)
        or (mark == '"' and following.isalnum() and not before.isalnum())
        or (before.isspace() and following.isspace() and not stack)
    )


def _single_opens(text: str, at: int, end: int, stack: list[MarkPair]) -> bool:
    """Tell whether a straight single mark opens a quoted stretch: behind a blank, before a word, no elided form."""
    if any(pair.mark == "'" for pair in stack[-_DEEPEST:]):
        return False
    before, following = text[at - 1 : at], text[end : end + 1]
    if before and before not in _BEFORE_OPENING:
        return False
    if following.isspace():
        return bool(stack) and text[at - 1 : at].isspace()
    return bool(following) and (following.isalnum() or following in '[…"“') and not _ELIDED.match(text, end)
