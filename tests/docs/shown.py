"""What pages show of an example's output: the ``text`` fence below it, where "..." stands for lines left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from .pages import examples

COLUMNS = "80"  # of a terminal
LEFT_OUT = "..."
_BEFORE = re.compile(r"^--- line (\d+)\n", re.MULTILINE)  # what the runner prints before an example


def outputs(printed: str) -> dict[int, list[str]]:
    """Return what each example of a page printed, line by line, by the line on which the example begins."""
    parts = _BEFORE.split(printed)
    return {
        int(line): [each.rstrip() for each in told.splitlines()]
        for line, told in zip(parts[1::2], parts[2::2], strict=True)
    }


def shown(page: Path) -> Iterator[tuple[int, int, str]]:
    """Yield where an example begins, where the ``text`` that is the next fence does, and that text."""
    for example, below in pairwise(examples(page)):
        if example.is_run and below.language == "text":
            yield example.line, below.line, below.code


def segments(text: str) -> list[list[str]]:
    """Return the stretches of lines between those left out."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line == LEFT_OUT:
            found.append([])
        else:
            found[-1].append(line)
    return [segment for segment in found if segment]


def not_printed(text: str, output: list[str]) -> list[str]:
    """Return the first stretch of lines that a page shows and an example did not print there; empty where all is so."""
    at = 0
    for segment in segments(text):
        length = len(segment)
        starts = range(at, len(output) - length + 1)
        at = next((i + length for i in starts if output[i : i + length] == segment), -1)
        if at < 0:
            return segment
    return []


def wrong(page: Path, printed: str) -> list[str]:
    """Return the lines that a page shows and its examples did not print."""
    told = outputs(printed)
    return [line for example, _, text in shown(page) for line in not_printed(text, told[example])]


def renewed(text: str, output: list[str]) -> str:
    """Return what a page shows with each stretch from the line most like its first to that most like its last."""
    at = 0
    for segment in segments(text):
        first = _most_like(segment[0], output, at)
        at = _most_like(segment[-1], output, first + len(segment) // 2) + 1
        text = text.replace("".join(f"{line}\n" for line in segment), "".join(f"{each}\n" for each in output[first:at]))
    return text


def _most_like(line: str, output: list[str], start: int) -> int:
    return max(range(start, len(output)), key=lambda i: SequenceMatcher(None, line, output[i]).ratio(), default=start)
