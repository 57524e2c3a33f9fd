"""Which articles a model of tagged articles learns from: those with the banner, and untagged ones that resemble them.

An untagged article resembles a tagged one by the words of its categories, its length and its date, so that the model
does not learn which topics editors tag. Choices depend on the pages alone, not on their order.
"""

from __future__ import annotations

import hashlib
import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analyzer.train.banners.pages import Seen

# Fewer positives than this teach nothing that could be measured; below some fifty the figures are rough.
FEWEST = 10
_POOL = 40_000
_LOOKED_AT = 300


@dataclass(frozen=True)
class Chosen:
    """The articles of one issue; ``pairs`` gives each positive with the untagged article most like it."""

    issue: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass
class Choice:
    """What came of looking through the pages."""

    chosen: list[Chosen] = field(default_factory=list)
    too_few: dict[str, int] = field(default_factory=dict)
    pages: int = 0
    untagged: int = 0

    def keys(self) -> frozenset[str]:
        """Return the keys of all articles that are to be read."""
        return frozenset(key for one in self.chosen for key in (*one.positives, *one.negatives))


class _Sample:
    """A sample of at most ``most`` pages that depends on their keys alone: those with the smallest hashes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0
        self._heap: list[tuple[int, str, Seen]] = []

    def add(self, page: Seen) -> None:
        self.count += 1
        item = (-_hash(page.key), page.key, page)
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, item)
        elif item > self._heap[0]:
            heapq.heapreplace(self._heap, item)

    def pages(self) -> list[Seen]:
        return [page for _, _, page in sorted(self._heap, reverse=True)]


def choose(
    scanned: Iterable[Seen], issues: Sequence[str], *, most: int = 400, ratio: int = 3, fewest: int = FEWEST
) -> Choice:
    """Return for each issue at most ``most`` tagged articles with ``ratio`` untagged ones each."""
    tagged = {issue: _Sample(most) for issue in issues}
    clean = _Sample(_POOL)
    choice = Choice()
    for page in scanned:
        choice.pages += 1
        for issue in page.issues & tagged.keys():
            tagged[issue].add(page)
        if not page.issues and not page.doubtful:
            clean.add(page)
    pool = Pool(clean.pages())
    choice.untagged = clean.count
    for issue in issues:
        positives = tagged[issue].pages()
        if len(positives) < fewest or not pool.pages:
            choice.too_few[issue] = len(positives)
            continue
        matches = [pool.nearest(page, ratio) for page in positives]
        pairs = tuple((page.key, found[0].key) for page, found in zip(positives, matches, strict=True) if found)
        negatives = dict.fromkeys(page.key for found in matches for page in found)
        choice.chosen.append(Chosen(issue, tuple(page.key for page in positives), tuple(negatives), pairs))
    return choice


class Pool:
    """Untagged articles, found by the words of their categories."""

    def __init__(self, pages: Sequence[Seen]) -> None:
        self.pages = pages
        self._by_topic: dict[str, list[int]] = defaultdict(list)
        for at, page in enumerate(pages):
            for topic in page.topics:
                self._by_topic[topic].append(at)
        self._by_length = sorted(range(len(pages)), key=lambda at: (pages[at].length, pages[at].key))

    def nearest(self, page: Seen, count: int) -> list[Seen]:
        """Return the ``count`` articles most like a page: shared topics first, then length, then date."""
        near = sorted(self._candidates(page), key=lambda at: (self._distance(page, self.pages[at]), self.pages[at].key))
        return [self.pages[at] for at in near[:count]]

    def _candidates(self, page: Seen) -> set[int]:
        """Return articles of like topics, the rarest topics first, and those of like length."""
        found: set[int] = set()
        for topic in sorted(page.topics, key=lambda t: (len(self._by_topic.get(t, ())), t)):
            found.update(self._by_topic.get(topic, ())[:_LOOKED_AT])
            if len(found) >= _LOOKED_AT:
                break
        at = _rank(self._by_length, self.pages, page.length)
        return found | set(self._by_length[max(0, at - 20) : at + 20])

    @staticmethod
    def _distance(page: Seen, other: Seen) -> float:
        shared = len(page.topics & other.topics) / (1 + math.sqrt(len(page.topics) * len(other.topics)))
        length = abs(math.log1p(page.length) - math.log1p(other.length))
        dated = bool(page.date and other.date)
        years = abs(int(page.date[:4]) - int(other.date[:4])) if dated else 0
        return round(length + 0.1 * years - 2 * shared, 6)


def _rank(order: Sequence[int], pages: Sequence[Seen], length: int) -> int:
    """Return the place of a length in the order."""
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        if pages[order[middle]].length < length:
            low = middle + 1
        else:
            high = middle
    return low


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big")
