"""Sections judged like articles: what a banner stands over, and a view of one section for the same scorers.

A section is judged with its subsections; the lead, before the first heading, counts as one. What was worked out for the
whole article (words to watch, phrases, sentence by sentence classifiers, references classified) is shared, not redone.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar

from msgspec.structs import replace

from analyzer.issues.evidence.references import Cited, ReferenceView
from analyzer.issues.evidence.view import BACK_MATTER, ArticleView
from analyzer.records import Annotated, Article, Banner, Citation, Evidence, Extent, Mark, Sentence
from analyzer.spans import covered, last_begun, merged

LEAD = "lead"
_MOST_PARTS = 200  # that are judged; the longest articles have 60
_Row = TypeVar("_Row")


class Part(Extent, frozen=True, kw_only=True):
    """A section with its subsections; ``section`` is its index, None for the lead."""

    section: int | None
    title: str


class PartView(ArticleView):
    """A part of an article as scorers look at it; extents and indexes of references stay the whole article's."""

    def __init__(self, whole: ArticleView, part: Part) -> None:
        self._whole, self._part = whole, part
        sentences = tuple(_inside(whole.sentences, part))
        first = sentences[0].index if sentences else 0
        units = tuple(
            replace(whole.attributions[index], sentence=sentence.index - first)
            for sentence in sentences
            for index in sentence.attributions
        )
        super().__init__(
            Annotated(
                article=_cut(whole, part),
                sentences=sentences,
                attributions=units,
                marks=tuple(_inside(whole.annotated.marks, part)),
                quotations=tuple(_inside(whole.annotated.quotations, part)),
            )
        )

    @property
    def whole(self) -> ArticleView:
        """The article's view."""
        return self._whole

    @property
    def extent(self) -> Part:
        """The section."""
        return self._part

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """Words of each sentence, counted for the article."""
        first = self.sentences[0].index if self.sentences else 0
        return self.whole.lengths[first : first + len(self.sentences)]

    @cached_property
    def references(self) -> ReferenceView:
        """The references that are used here, as they were classified for the article."""
        return ReferenceView(self.article, _used(self.whole, self.article.citations))

    @cached_property
    def _own_marks(self) -> list[Mark]:
        return list(_inside(self.whole._own_marks, self.extent))

    @cached_property
    def _phrases(self) -> dict[str, list[re.Match[str]]]:
        met = self.whole._phrases.items()
        return {name: list(_inside(rows, self.extent, key=lambda match: match.start())) for name, rows in met}


def _start(row: Extent) -> int:
    return row.start


def _inside(rows: Sequence[_Row], part: Extent, key: Callable[[Any], int] = _start) -> Sequence[_Row]:
    """Return the rows that begin in a part; rows are in text order."""
    return rows[bisect_left(rows, part.start, key=key) : bisect_left(rows, part.end, key=key)]


def _used(whole: ArticleView, citations: Iterable[Citation]) -> list[Cited]:
    """Return the references that some markers point to, in the order of the list."""
    rows = whole.references.cited
    by_label = whole.once("references by label", lambda: {row.reference.label: row.at for row in rows})
    return [rows[at] for at in sorted({by_label[c.label] for c in citations if c.label in by_label})]


def _cut(whole: ArticleView, part: Part) -> Article:
    """Return the article with only what stands in a part; links have no place in the text and are left out."""
    article = whole.article
    citations = tuple(_inside(article.citations, part))
    uses: Counter[str | None] = Counter(citation.label for citation in citations)
    used = (row.reference for row in _used(whole, citations))
    return replace(
        article,
        sections=tuple(_inside(article.sections, part)),
        citations=citations,
        inline_tags=tuple(_inside(article.inline_tags, part)),
        links=(),
        references=tuple(replace(row, uses=uses[row.label]) for row in used),
        blocks=tuple(_inside(article.blocks, part)),
    )


def lines(article: Article, part: Extent) -> int:
    """Return the lines of text, items of lists among them, in a part of an article: no headings, no banners."""
    banners = merged((banner.start, banner.end) for banner in _inside(article.banners, part))
    headings = {section.start for section in _inside(article.sections, part)}
    found = re.compile(r"\S[^\n]*").finditer(article.text, part.start, part.end)
    return sum(not (line.start() in headings or covered(line.start(), banners)) for line in found)


class Scope:
    """The parts of one article, and what each of its banners stands over."""

    def __init__(self, whole: ArticleView) -> None:
        self.whole = whole
        self.article = whole.article
        self._views: dict[int | None, PartView] = {}
        self._starts = [section.start for section in self.article.sections]
        self._over = [self._under(banner) for banner in self.article.banners]

    @cached_property
    def parts(self) -> list[Part]:
        """The lead, and the outermost sections with their subsections, that hold prose; none without a heading."""
        found = [self._lead()] if self._starts else []
        end = 0
        for index, section in enumerate(self.article.sections):
            if section.start >= end or section.level <= 2:
                found.append(self._part(index))
                end = found[-1].end
        return [part for part in found if self._holds_prose(part)][:_MOST_PARTS]

    def _lead(self) -> Part:
        return Part(section=None, title=LEAD, start=0, end=self._starts[0])

    def _part(self, index: int) -> Part:
        """Return a section with its subsections; a heading of the first level does not swallow those of the second."""
        sections, own = self.article.sections, self.article.sections[index]
        level = max(own.level, 2)
        behind = map(sections.__getitem__, range(index + 1, len(sections)))
        later = (section.start for section in behind if section.level <= level)
        end = next(later, max(len(self.article.text), own.end))
        return Part(section=index, title=own.title, start=own.start, end=end)

    def _holds_prose(self, part: Part) -> bool:
        return bool(_inside(self.article.blocks, part))

    def _is_body(self, part: Part) -> bool:
        """Return whether a section holds prose, or a list that is part of the article's matter."""
        listed = part.title and not BACK_MATTER.match(part.title) and lines(self.article, part)
        return self._holds_prose(part) or bool(listed)

    def _under(self, banner: Banner) -> Part | None:
        """Return the section that a banner stands over, None for the article.

        What speaks of a section before the first heading means the lead; what speaks of the article under
        "References", or a heading without text, means the article.
        """
        if banner.section is None:
            return self._lead() if banner.scope == "section" and self._starts and self._starts[0] else None
        at = bisect_right(self._starts, banner.start) - 1
        if at < 0:
            return None
        part = self._part(at)
        return part if banner.scope == "section" or self._is_body(part) else None

    def over(self, index: int) -> Part | None:
        """Return the section that a banner stands over, by the banner's index; None for the article."""
        return self._over[index]

    def view(self, part: Part) -> PartView:
        """Return the view of a part, made once."""
        if part.section not in self._views:
            self._views[part.section] = PartView(self.whole, part)
        return self._views[part.section]

    def placed(self, pieces: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """Return evidence with the section and the sentence to which it points."""
        return tuple(piece if piece.start is None else self._placed(piece, piece.start) for piece in pieces)

    def _placed(self, piece: Evidence, start: int) -> Evidence:
        section = last_begun(self.article.sections, start)
        sentence = self.whole.sentence_at(start) or self._first(start, piece.end or start)
        return replace(
            piece,
            section=section.title if section is not None else None,
            sentence=sentence.index if sentence else None,
        )

    def _first(self, start: int, end: int) -> Sentence | None:
        """Return the first sentence that begins in a stretch."""
        found = self.whole.sentences_in(Extent(start=start, end=end))
        return found[0] if found else None
