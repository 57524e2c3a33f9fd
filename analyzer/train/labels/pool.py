"""Unlabelled sentences with a title each, for the teacher of the stance models to label.

They come from corpora whose licence lets weights be trained on them. Nine in ten sentences of articles say nothing for
or against their subject, so those with words that praise or blame, or with a verb of saying or judging, go first. A
choice is kept as numbers (:data:`Keys`), which mean something only beside the corpora; no text is stored.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from analyzer.lexicons import load_table
from analyzer.readers.collections.dump import read_pages
from analyzer.readers.collections.stream import Account
from analyzer.train.core.recipe import Data

Keys = np.ndarray[Any, np.dtype[np.int32]]  # columns: source, row, start, end, row of the title or -1, its start, end
Document = tuple[str, str]  # title ("" where there is none) and text
SOURCES = ("composed", "banners", "dump", "statements", "puffery")
SHORTEST, LONGEST, FEWEST_WORDS = 45, 330, 7
CLEAR = 1.0  # a valence that counts
SWAPS = 5  # one in so many sentences of articles stands under a name met in it as well
NAMES = 1  # names under which a sentence without an article stands

_LINE = re.compile(r"^[^\n=*|#:;{!\s][^\n]*", re.M)
_END = re.compile(r"[.!?][\"”’')]*(?:\[[^\]\n]{1,20}\])*(?=\s+[\"“‘(]?[A-Z]|\s*$)", re.M)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(.])(?:[A-Z]|[Mm]rs?|Ms|Drs?|St|Prof|Gen|Col|Sen|Rep|Gov|Jr|Sr|vs?|cf|ca|c|e\.g|i\.e|al|Inc|Ltd|Co|No|"
    r"pp?|vol|ed|op|approx|[Ff]ig|Mt|[Uu]\.S|[Uu]\.K)\.$"
)
_NAME = re.compile(r"[A-Z][\w&-]+(?:\s+(?:(?:of|the|and|for|de)\s+){0,2}[A-Z][\w&-]+)*")
_NO_NAME = frozenset(
    "In On At By For From With As And But Or The This That These Those Both However What When While It He She".split()
)
_MARKUP = re.compile(r"[\[\]{}<>|=*]|https?:")
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_DROPPED = re.compile(
    r"<!--.*?-->|<ref[^>/]*/>|<ref[^>]*>.*?</ref>|<math>.*?</math>|'{2,}|\{\{[^{}]*\}\}|<[^>\n]{1,60}>", re.S
)
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_OUTSIDE = re.compile(r"\[https?:[^\s\]]+ ?([^\]]*)\]")
_REFERENCE_MARKER = re.compile(r"\[(?:\d+|[a-z]|note \d+|citation needed)\]")


def clean(text: str) -> str:
    """Return a sentence without reference markers."""
    return " ".join(_REFERENCE_MARKER.sub("", text).split())


def documents(data: Data, source: str) -> list[Document]:
    """Return the documents of a source, in the order of its file."""
    if source == "dump":
        return [(page.title, _plain(page.text or "")) for page in read_pages(data.path("dump"), account=Account())]
    rows = data.jsonl(source)
    if source == "composed":
        return [(row["subject"], _plain(row["wikitext"])) for row in rows]
    return [(row["title"] if source == "banners" else "", row["text"]) for row in rows]


def candidates(data: Data, kept_out: Iterable[str], most: dict[str, int], seed: int) -> Keys:
    """Return the sentences chosen from every source, at most so many of each, none of an article that is kept out."""
    rng = np.random.default_rng(seed)
    strong = {row["term"] for row in load_table("stance_words") if abs(float(row["valence"])) >= CLEAR}
    saying = {row["term"] for row in load_table("cues") if row["classes"]}
    closed = {title.casefold() for title in kept_out}
    chosen: list[tuple[int, ...]] = []
    for number, source in enumerate(SOURCES):
        rows: list[tuple[float, tuple[int, ...]]] = []
        for at, (title, text) in enumerate(documents(data, source)):
            if title.casefold() in closed:
                continue
            for start, end in sentences(text):
                weight = _weight(text[start:end], strong, saying) + float(rng.random())
                rows += [
                    (weight, (number, at, start, end, *where)) for where in _titles(at, title, text, start, end, rng)
                ]
        rows.sort(key=lambda row: -row[0])
        chosen += [row for _, row in rows[: most[source]]]
    return np.array(chosen, dtype=np.int32)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of what looks like a whole sentence of prose, in lines that are no heading, list or table."""
    for line in _LINE.finditer(text):
        start = line.start()
        for found in _END.finditer(text, line.start(), line.end()):
            if _ABBREVIATION.search(text[max(start, found.start() - 8) : found.start() + 1]):
                continue
            sentence = text[start : found.end()]
            start += len(sentence) - len(sentence.lstrip())
            if _whole(sentence.strip()):
                yield start, found.end()
            start = found.end()


def _whole(sentence: str) -> bool:
    """Tell whether this can be a sentence: neither short nor long, capital first, no remains of markup."""
    plain = clean(sentence)
    return (
        SHORTEST <= len(plain) <= LONGEST
        and plain.count(" ") >= FEWEST_WORDS - 1
        and plain.lstrip("\"“‘'(")[:1].isupper()
        and not _MARKUP.search(plain)
    )


class Sentences(NamedTuple):
    """The titles and the sentences that keys stand for, and where each stands: under which heading, behind what."""

    titles: list[str]
    texts: list[str]
    sections: list[str]
    before: list[str]


def read(data: Data, keys: Keys) -> Sentences:
    """Return the sentences that keys stand for."""
    texts = {number: documents(data, SOURCES[number]) for number in sorted(set(keys[:, 0].tolist()))}
    found = Sentences([], [], [], [])
    for number, row, start, end, title_row, title_start, title_end in keys.tolist():
        text = texts[number][row][1]
        found.titles.append(texts[number][title_row][0] if title_row >= 0 else text[title_start:title_end])
        found.texts.append(clean(text[start:end]))
        found.sections.append(_heading(text, start))
        found.before.append(_before(text, start))
    return found


def _heading(text: str, start: int) -> str:
    """Return the heading under which a sentence of wikitext stands, "" where there is none."""
    at = text.rfind("\n==", 0, start)
    return text[at : text.find("\n", at + 1)].strip("= \n") if at >= 0 else ""


def _before(text: str, start: int) -> str:
    """Return the sentence of the same paragraph before the one that begins at ``start``, "" where there is none."""
    line = text[text.rfind("\n", 0, start) + 1 : start].rstrip()
    ends = [found.end() for found in _END.finditer(line) if not _ABBREVIATION.search(line[: found.start() + 1])]
    return clean(line[ends[-2] if len(ends) > 1 else 0 :])


def _titles(
    row: int, title: str, text: str, start: int, end: int, rng: np.random.Generator
) -> Iterator[tuple[int, int, int]]:
    """Yield the titles of a sentence (row or -1, start, end): its article's, names met in it, or both."""
    if title:
        yield row, 0, 0
        if rng.random() * SWAPS >= 1:
            return
    own = set(title.split()) | _NO_NAME
    names = [
        found
        for found in _NAME.finditer(text, start, end)
        if len(found[0]) > 3 and (" " in found[0] or found.start() > start + 1) and not own & set(found[0].split())
    ]
    for i in rng.permutation(len(names))[: 1 if title else NAMES].tolist():
        yield -1, names[i].start(), names[i].end()


def _weight(sentence: str, strong: set[str], saying: set[str]) -> int:
    """Return how much speaks for a sentence: words that praise or blame, at most three, and one of saying."""
    words = _WORD.findall(sentence.lower())
    says = any({word, word[:-1], word[:-2]} & saying for word in words)  # as far as cutting its ending shows
    return min(3, sum(word in strong for word in words)) + says


def _plain(wikitext: str) -> str:
    """Return wikitext without templates, notes, links and emphasis; what is left over marks the sentence as unfit."""
    for _ in range(3):  # templates in templates
        wikitext = _DROPPED.sub("", wikitext)
    return _OUTSIDE.sub(r"\1", _LINK.sub(r"\1", wikitext))
