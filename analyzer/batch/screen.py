"""Articles looked over without a parser: which of them deserve to be analysed in full.

Sentences are cut at full stops, words to watch and words of praise and blame are looked up as they stand, and the
article's banners, citations, references and links are judged by the scorers that judge a full analysis. What comes out
is a need, 0 to 1, that ranks articles; it is no report and is never shown as one.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from analyzer import issues
from analyzer.lexicons import load_table
from analyzer.records import Annotated, Article, Mark, Sentence
from analyzer.vocabulary import MarkKind, Stance

_LISTS = ("words_manual_of_style", "words_own", "words_linters", "words_proselint", "words_hedges")
_SENTENCE_END = re.compile(r"[.!?]['\"”’)\]]*(?:\[\w{1,12}\])*\s+(?=[\"“‘(]?[A-Z0-9])")
_WORD = re.compile(r"[^\W\d_]+")
_SIDED = 2.5  # valence of a sentence from which on it takes a side
_CONFIDENCE = 0.6


class Need(NamedTuple):
    """What the look at an article came to; ``need`` is 0 where nothing was found, 1 at most."""

    need: float
    words: int
    citations: int
    links: int
    banners: int

    def passes(self, threshold: float) -> bool:
        """Tell whether the article is to be analysed in full: it has banners, or its need is great enough."""
        return self.banners > 0 or self.need >= threshold


def need_of(article: Article) -> Need:
    """Return how much an article needs to be looked at."""
    annotated = _looked_over(article)
    summary = issues.summarise(annotated, issues.score(annotated))
    clean = [score for score in (summary.neutrality_score, summary.spam_score) if score is not None]
    need = round(1 - min(clean), 4) if clean else 0.0
    return Need(need, summary.words, len(article.citations), len(article.links), len(article.banners))


def _looked_over(article: Article) -> Annotated:
    sentences: list[Sentence] = []
    marks: list[Mark] = []
    for start, end in _sentences(article):
        words = [(match.start(), match.end()) for match in _WORD.finditer(article.text, start, end)]
        lower = article.text[start:end].lower()
        if len(lower) != end - start:  # a letter that grows in lower case: the places would be wrong
            continue
        said = [lower[a - start : b - start] for a, b in words]
        marks += _marks(article.text, words, said)
        sentences.append(_sentence(len(sentences), start, end, article.text[start:end], said))
    return Annotated(article=article, sentences=tuple(sentences), marks=tuple(marks))


def _sentences(article: Article) -> Iterator[tuple[int, int]]:
    for block in article.blocks:
        start = block.start
        for match in _SENTENCE_END.finditer(article.text, block.start, block.end):
            yield start, match.end()
            start = match.end()
        if start < block.end:
            yield start, block.end


def _sentence(index: int, start: int, end: int, text: str, words: list[str]) -> Sentence:
    valences = _valences()
    valence = sum(valences.get(word, 0.0) for word in words)
    stance: Stance = "endorsement" if valence >= _SIDED else "critique" if valence <= -_SIDED else "neutral"
    return Sentence(index=index, start=start, end=end, text=text, stance=stance, confidence=_CONFIDENCE)


def _marks(text: str, words: list[tuple[int, int]], said: list[str]) -> Iterator[Mark]:
    phrases = _phrases()
    until = 0
    for at in [at for at, word in enumerate(said) if word in phrases]:
        if at < until:
            continue
        for phrase, kind in phrases[said[at]]:
            if tuple(said[at : at + len(phrase)]) == phrase:
                until = at + len(phrase)
                start, end = words[at][0], words[until - 1][1]
                yield Mark(start=start, end=end, text=text[start:end], kind=kind, lexicon="screen")
                break


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], MarkKind]]]:
    """Return the words to watch that need no context, by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], MarkKind]]] = {}
    for table in _LISTS:
        for row in load_table(table):
            words = tuple(_WORD.findall(row["term"].lower()))
            if words and not row["check"] and "<" not in row["term"]:
                found.setdefault(words[0], []).append((words, row["kind"]))  # type: ignore[arg-type]
    return {first: sorted(rows, key=lambda row: -len(row[0])) for first, rows in found.items()}


@cache
def _valences() -> dict[str, float]:
    return {row["term"]: float(row["valence"]) for row in load_table("stance_words")}
