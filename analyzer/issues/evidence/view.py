"""An annotated article as scorers look at it: counts, voices and words to watch, each worked out once.

Rates are per 1,000 words with 200 words added to the text's own (:data:`SMOOTHING`), so that one word in a short
text does not decide; evaluative words count where the article itself speaks, not where a source is reported.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import Any, TypeVar

from analyzer.issues.evidence.patterns import scan
from analyzer.issues.evidence.references import ReferenceView
from analyzer.records import Annotated, Attribution, Block, Extent, Mark, Section, Sentence
from analyzer.spans import covered, merged
from analyzer.vocabulary import Facet

SMOOTHING = 200
# Fewer words are a caption or a stray heading rather than a sentence.
_SHORTEST = 5
Kept = TypeVar("Kept")
# Reported judgement is the source's, so these kinds do not count inside what a named source says.
_EVALUATIVE = frozenset({"peacock", "promotional", "loaded", "editorializing"})
# Headings of what stands below the body.
BACK_MATTER = re.compile(r"^(references|notes|external links|see also|further reading|bibliography|sources)$", re.I)


class ArticleView:
    """What the scorers of one article share; ``facets`` are what the input can show."""

    def __init__(self, annotated: Annotated) -> None:
        self.annotated = annotated
        self.article = annotated.article
        self.sentences, self.attributions = annotated.sentences, annotated.attributions
        self.facets: frozenset[Facet] = frozenset(self.article.facets)
        self.measured: dict[str, float] = {}
        self._kept: dict[Hashable, Any] = {}

    @property
    def whole(self) -> "ArticleView":
        """The view of the whole article; a section's view (``scope``) shares with it what costs most."""
        return self

    @cached_property
    def extent(self) -> Extent:
        """What is looked at: the whole text, or a section."""
        return Extent(start=0, end=len(self.article.text))

    def within(self, offset: int) -> bool:
        """Return whether a character stands in what is looked at."""
        return self.extent.start <= offset < self.extent.end

    def once(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what ``make`` gives, made at the first call with this key only."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: Kept = self._kept[key]
        return kept

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """Words of each sentence, split at white space."""
        return tuple(len(sentence.text.split()) for sentence in self.sentences)

    @cached_property
    def words(self) -> int:
        """Words of the annotated prose."""
        return sum(self.lengths)

    @cached_property
    def references(self) -> ReferenceView:
        """References and links, classified."""
        return ReferenceView(self.article)

    def rate(self, count: float) -> float:
        """Return ``count`` per 1,000 words, smoothed."""
        return 1000.0 * count / (self.words + SMOOTHING)

    def share(self, count: float) -> float:
        """Return ``count`` as a share of the sentences; 0 where there are none."""
        return count / len(self.sentences) if self.sentences else 0.0

    @cached_property
    def reported(self) -> list[tuple[int, int]]:
        """Stretches that a named or classed source is reported to say, merged and sorted."""
        return merged(
            (extent.start, extent.end)
            for unit in self.attributions
            if unit.source.type not in ("unnamed", "subject")
            for extent in unit.content
        )

    def marks(self, *kinds: str) -> list[Mark]:
        """Return the unquoted marks of these kinds that the article itself answers for."""
        return [mark for mark in self._own_marks if mark.kind in kinds]

    @cached_property
    def _own_marks(self) -> list[Mark]:
        return [
            mark
            for mark in self.annotated.marks
            if not mark.quoted and not (mark.kind in _EVALUATIVE and covered(mark.start, self.reported))
        ]

    def stance(self, stance: str, *, own: bool = False) -> list[Sentence]:
        """Return the sentences that surely have a stance, strongest first; ``own``: running text in its own voice."""
        return self.once(("stance", stance, own), lambda: self._of_stance(stance, own))

    def _of_stance(self, stance: str, own: bool) -> list[Sentence]:
        found = [s for s in self.sentences if s.is_surely(stance) and not (own and not self._argues(s))]
        return sorted(found, key=lambda s: (-s.confidence, s.index))

    def _argues(self, sentence: Sentence) -> bool:
        """True for running text in the article's own voice: an entry of a list (of prizes, say) argues nothing."""
        whole = len(sentence.text.split()) >= _SHORTEST
        return whole and sentence.voice == "article" and not covered(sentence.start, self._lists)

    @cached_property
    def _lists(self) -> list[tuple[int, int]]:
        return merged((block.start, block.end) for block in self.article.blocks if block.kind == "list")

    def find(self, name: str) -> list[re.Match[str]]:
        """Return the matches of a phrase list in the prose, quotations apart."""
        return self._phrases.get(name, [])

    @cached_property
    def _phrases(self) -> dict[str, list[re.Match[str]]]:
        found: dict[str, list[re.Match[str]]] = {}
        text, quoted = self.article.text, self.quoted
        for sentence in self.sentences:
            for name, match in scan(text, sentence.start, sentence.end):
                if not (quoted and covered(match.start(), quoted)):
                    found.setdefault(name, []).append(match)
        return found

    def by(self, *types: str) -> list[Attribution]:
        """Return the attributions to sources of these types."""
        return [unit for unit in self.attributions if unit.source.type in types]

    def sentence_at(self, offset: int) -> Sentence | None:
        """Return the sentence that holds a character of the article."""
        at = bisect_right(self._starts, offset) - 1
        if at >= 0 and self.sentences[at].start <= offset < self.sentences[at].end:
            return self.sentences[at]
        return None

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def words_in(self, extent: Extent) -> int:
        """Return the words of a stretch of the article, counted once."""
        start, end = extent.start, extent.end
        return self.whole.once((start, end), lambda: len(self.article.text[start:end].split()))

    def total_words(self, extents: Iterable[Extent]) -> int:
        """Return the words of several stretches together."""
        return sum(map(self.words_in, extents))

    @cached_property
    def paragraphs(self) -> list[Block]:
        """Paragraphs of 20 words or more."""
        return [block for block in self.article.blocks if block.kind == "paragraph" and self.words_in(block) >= 20]

    @cached_property
    def uncited_paragraphs(self) -> list[Block]:
        """Paragraphs of 20 words or more without a reference marker, longest first."""
        starts = sorted(citation.start for citation in self.article.citations)
        bare = [p for p in self.paragraphs if bisect_right(starts, p.end + 40) == bisect_right(starts, p.start - 1)]
        return sorted(bare, key=lambda block: (block.start - block.end, block.start))

    @cached_property
    def quoted_share(self) -> float:
        """Characters inside quotations and quotation blocks, as a share of the prose."""
        prose = sum(block.end - block.start for block in self.article.blocks) or 1
        return min(1.0, sum(end - start for start, end in self.quoted) / prose)

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """Quotations and quotation blocks, merged and sorted."""
        spans = [(q.start, q.end) for q in self.annotated.quotations]
        spans += [(b.start, b.end) for b in self.article.blocks if b.kind == "quotation"]
        return merged(spans)

    @cached_property
    def body_sections(self) -> list[Section]:
        """Sections of the article's body: no references, links or see-also lists."""
        return [s for s in self.article.sections if not BACK_MATTER.match(s.title.strip())]

    def sentences_in(self, extent: Extent) -> list[Sentence]:
        """Return the sentences that begin inside an extent."""
        first = bisect_right(self._starts, extent.start - 1)
        last = bisect_right(self._starts, extent.end - 1)
        return list(self.sentences[first:last])


_last: tuple[Annotated, ArticleView] | None = None


def view_of(annotated: Annotated) -> ArticleView:
    """Return the view of an article; the last one is kept, so that the scorers of one article share it."""
    global _last
    if (kept := _last) is None or kept[0] is not annotated:
        _last = kept = annotated, ArticleView(annotated)
    return kept[1]
