"""Every regular expression of the package on 100 kB of what is worst for it: its time grows with the length alone.

For each repetition in an expression texts are made from its own parse tree: what leads up to it, what it repeats many
times, and what it cannot go on with; and the beginning of all that, many times over. A quadratic expression needs
minutes for one of them, a linear one milliseconds.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import analyzer
from analyzer.limits import MAX_RUN, MAX_TITLE
from analyzer.readers.banners.table import banner_entries

LENGTH = 100_000
SECONDS = 0.8  # a quadratic expression with a short beginning needs 10 and more
MANY = 40  # a repetition with a larger bound is an attack's way
ROOT = Path(analyzer.__file__).parent
ANCHORED = frozenset(("match", "fullmatch"))
Key = tuple[str, str, int]

if not hasattr(signal, "setitimer"):
    pytest.skip("this system has no timer that ends an expression", allow_module_level=True)

# Expressions that see no more than so many characters at a time, which is what makes them linear: by their room and how
# they begin.
SHORT: dict[tuple[str, str], int] = {
    ("annotate.stance.masked", r"\s*\([^)]*\)"): MAX_TITLE,
    ("annotate.subject.component", "^(?P<core>"): MAX_TITLE,
    ("issues.evidence.ownership", r"\s*\([^)]*\)\s*$"): MAX_TITLE,
    ("issues.families.conditions", r"\s*\([^)]*\)"): MAX_TITLE,
    ("issues.signals.references", "([A-Z]"): 200,  # how a reference opens
    ("report.wikitext", ": “"): 2000,  # why an issue was found
    ("titles", r"[\s\"“‘"): 1000,  # how an article opens
    ("titles", r"\s*\[[^\[\]]{1,40}\]"): 1000,
}
# Expressions that see a text only up to the last of the characters that they may end with.
ENDED = {("readers.markup.inline", r"\[((?:https?"): "]", ("readers.plaintext.back_matter", r"\.mw-parser"): "}"}
# What the parser sees has no longer runs without a blank, and no two blanks beside each other (annotate/masking.py).
MASKED = ("annotate.",)


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages([str(ROOT)], "analyzer."):
        if ".train" in found.name or found.name.endswith("__main__"):
            continue
        try:
            yield importlib.import_module(found.name)
        except ImportError:  # an extra that is not installed
            continue


def held(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """Yield the expressions in a value, in what it lists, and in the fields of its records."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth < 4 and isinstance(value, dict):
        for inner in value.values():
            yield from held(inner, depth + 1)
    elif depth < 4 and isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from held(inner, depth + 1)
    elif depth < 4 and hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for name in value.__dataclass_fields__:
            yield from held(getattr(value, name, None), depth + 1)


def written(path: Path) -> Iterator[tuple[re.Pattern[str], bool]]:
    """Yield the expressions that a module has inside its functions, as far as they are written out, and if anchored."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    for node in (inner for function in functions for inner in ast.walk(function)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("re"), attr=how), args=[ast.Constant(str() as text), *_]):
                yield re.compile(text), how in ANCHORED


def is_anchored(name: str, source: str) -> bool:
    """Tell whether a module asks an expression only for what begins at a place, and never to look for one."""
    uses = set(re.findall(rf"\b{re.escape(name)}\.(\w+)", source))
    return bool(uses) and uses <= ANCHORED


@cache
def patterns() -> dict[Key, tuple[re.Pattern[str], bool]]:
    """Return the expressions of the package by room, text and flags, each with whether it is only ever anchored."""
    found: dict[Key, tuple[re.Pattern[str], bool]] = {}

    def add(room: str, pattern: re.Pattern[str], anchored: bool) -> None:
        key = room, pattern.pattern, pattern.flags
        found[key] = pattern, anchored and found.get(key, (pattern, True))[1]

    for module in modules():
        room = module.__name__.removeprefix("analyzer.")
        path = Path(str(module.__file__))
        source = path.read_text("utf-8")
        # A module's own expressions are those of its names, and of the calls that give these names.
        for pattern, anchored in written(path):
            add(room, pattern, anchored)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and f"{name} = re.compile(" in source:
                key = room, value.pattern, value.flags
                found[key] = value, is_anchored(name, source)
                continue
            if callable(value) and hasattr(value, "cache_info") and getattr(value, "__module__", "") == module.__name__:
                try:
                    value = value()  # a table that is read when it is asked for
                except TypeError:
                    continue
            for pattern in held(value):
                if (room, pattern.pattern, pattern.flags) not in found:
                    add(room, pattern, False)
    for entry in banner_entries():
        for text in entry.patterns:
            add("banners", re.compile(text.replace(" ", "").replace("~", r"[^.!?]{0,140}?")), False)
    return found


def sample(tree: Any, many: int = 1) -> str:
    """Return a text that a parsed expression (or a part of one) matches, each repetition as seldom as it may be."""
    out = ""
    for op, value in tree:
        if op is codes.LITERAL:
            out += chr(value)
        elif op in (codes.NOT_LITERAL, codes.ANY, codes.IN):
            out += character(op, value)
        elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            out += sample(value[2]) * max(value[0], min(many, value[1]))
        elif op is codes.SUBPATTERN:
            out += sample(value[3])
        elif op is codes.ATOMIC_GROUP:
            out += sample(value)
        elif op is codes.BRANCH:
            out += sample(value[1][0])
    return out


def character(op: Any, value: Any) -> str:
    """Return a character that one place of an expression takes: a letter, a blank or a sign."""
    rule = re.compile(_source(op, value))
    signs = "a A1 \n" + string.printable + "“”’–é\ufdd0\ufdd1\u00a0"
    return next((sign for sign in signs if rule.fullmatch(sign)), "a")


def _source(op: Any, value: Any) -> str:
    if op is codes.ANY:
        return "."
    if op is codes.NOT_LITERAL:
        return f"[^{re.escape(chr(value))}]"
    out = ""
    for kind, what in value:
        if kind is codes.NEGATE:
            out += "^"
        elif kind is codes.LITERAL:
            out += re.escape(chr(what))
        elif kind is codes.RANGE:
            out += f"{re.escape(chr(what[0]))}-{re.escape(chr(what[1]))}"
        elif kind is codes.CATEGORY:
            out += {
                codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_SPACE: r"\s",
                codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
            }[what]  # fmt: skip
    return f"[{out}]"


def attacks(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield, for each long repetition in an expression, what leads up to it and what it repeats."""
    for op, value in tree:
        if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            if value[1] > MANY:
                yield before, sample(value[2])
                yield before, " "
            yield from attacks(value[2], before)
        elif op is codes.SUBPATTERN:
            yield from attacks(value[3], before)
        elif op is codes.ATOMIC_GROUP:
            yield from attacks(value, before)
        elif op is codes.BRANCH:
            for branch in value[1]:
                yield from attacks(branch, before)
        elif op in (codes.ASSERT, codes.ASSERT_NOT):
            yield from attacks(value[1], before)
        before += sample([(op, value)])


def texts(pattern: re.Pattern[str], length: int) -> set[str]:
    """Return the worst texts for an expression."""
    found = set()
    for before, unit in attacks(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)):
        unit = unit or "a"
        for end in ("", "\x00", "\n"):
            found.add((before + unit * length)[: length - 1] + end)
        found.add(((before + unit) * length)[:length])
        found.add(((before + unit * 3 + " ") * length)[:length])
    return found


def test_the_expressions_of_all_rooms_are_found() -> None:
    rooms = {room.partition(".")[0] for room, _, _ in patterns()}
    assert {"annotate", "banners", "batch", "issues", "lexicons", "readers", "report", "titles"} <= rooms
    assert len(patterns()) > 500


def test_an_expression_that_is_quadratic_would_be_found() -> None:
    for source in (r"\s+$", r"(?:a|b)*c", r"\s*\([^()]*\)", r"\[(\S+)\s*([^\]]*)\]"):
        pattern = re.compile(source)
        assert not all(in_time(pattern, text, SECONDS / 20) for text in texts(pattern, LENGTH // 4))


class TooLong(Exception):
    """The time of an expression is over."""


def in_time(pattern: re.Pattern[str], text: str, limit: float, *, anchored: bool = False) -> bool:
    """Tell whether all matches of an expression in a text are found within some seconds of CPU time."""

    def end(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, end)
    try:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, limit)
            for _ in [pattern.match(text)] if anchored else pattern.finditer(text):
                pass
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except TooLong:
        return False
    finally:
        signal.signal(signal.SIGVTALRM, before)
    return True


def slow(key: Key, length: int = LENGTH, limit: float = SECONDS) -> str | None:
    """Return a text for which an expression takes too long, or None."""
    pattern, anchored = patterns()[key]
    room, source, _ = key
    most = next((most for (where, start), most in SHORT.items() if room == where and source.startswith(start)), length)
    end = next((end for (where, start), end in ENDED.items() if room == where and source.startswith(start)), "")
    for text in sorted(texts(pattern, min(most, length))):
        text = text[: text.rfind(end) + 1] if end else text
        if room.startswith(MASKED):
            text = re.sub(r"\s{2,}", " ", re.sub(rf"(\S{{{MAX_RUN}}})(?=\S)", r"\1 ", text))
        if not in_time(pattern, text, limit, anchored=anchored):
            return text
    return None


@pytest.mark.parametrize("room", sorted({key[0] for key in patterns()}))
def test_every_expression_of_a_room_is_linear(room: str) -> None:
    found = {key[1]: text[:60] for key in patterns() if key[0] == room and (text := slow(key)) is not None}
    assert not found
