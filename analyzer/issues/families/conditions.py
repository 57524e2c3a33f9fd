"""What the families' tables call by name: why an article cannot be judged, what is shown then, how a section is."""

import re

from analyzer.counting import number
from analyzer.issues.evidence.patterns import holds, words_of
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.scope import lines
from analyzer.issues.scorer import Finding
from analyzer.issues.signals import SIGNALS
from analyzer.issues.signals.signal import at, fact
from analyzer.records import Evidence

_FEWEST_WORDS = 100
_COVERED = 20  # sentences for which one marker is not nearly none
_AUTHOR_DATE = re.compile(r"\([A-Z][^()\n\d]{1,60} (?:1[5-9]|20)\d\d[a-z]?(?:[:,;][^()\n]{1,30})?\)")
_PRONOUN = re.compile(r"\b(?:he|she|his|her|hers|him)\b")


def not_a_person(view: ArticleView) -> str | None:
    """Return why the article is not a biography: by its title, and by the pronouns in its prose."""
    name = re.sub(r"\s*\([^)]*\)", "", view.article.title or view.article.subject).strip()
    words = name.split()
    personal = 2 <= len(words) <= 5 and all(w[0].isupper() or len(w) < 4 for w in words)
    if personal and not holds(name, "title-of-a-body"):
        pronouns = sum(len(_PRONOUN.findall(sentence.text.lower())) for sentence in view.sentences)
        if view.rate(pronouns) >= 8:
            return None
    return "the subject does not seem to be a living person, by title and pronouns"


def no_stance(view: ArticleView) -> str | None:
    """Return why the balance of an article cannot be judged: too few sentences take a side."""
    sided = sum(len(view.stance(side)) for side in ("critique", "endorsement", "mixed"))
    return None if sided >= 3 else f"only {sided} of {len(view.sentences)} sentences take a side; at least 3 are needed"


def few_sources(view: ArticleView) -> str | None:
    """Return why the choice of voices cannot be judged: too few are heard."""
    count = len(view.attributions)
    return None if count >= 2 else f"only {count} reported views; at least 2 are needed"


def no_references(view: ArticleView) -> str | None:
    """Return why the choice of sources cannot be judged: there are none."""
    return None if len(view.references) else "the article has no references, so there is no choice of sources to judge"


def _asks_for_none(view: ArticleView) -> str | None:
    """Return why a section without markers is in order unless an editor says otherwise."""
    if view.words < _FEWEST_WORDS:
        return f"{number(view.words, 'word')} of prose; at least {_FEWEST_WORDS} are needed to ask for references"
    title = next((section.title for section in view.article.sections), "")
    if not title or title.lower() in words_of("retold"):
        return "a lead rests on what follows it, a summary of a work on the work"
    if _AUTHOR_DATE.search(view.article.text, view.extent.start, view.extent.end):
        return "works are named in brackets"
    return None


def without_markers(view: ArticleView, claimed: bool) -> Finding:
    """Return n / (n + 1 + 20 m) for a section of n sentences (else lines) with m reference markers.

    Without a banner (``claimed``), only a section that asks for references is judged.
    """
    if not claimed and (reason := _asks_for_none(view)):
        return Finding(None, why_null=reason)
    count, markers = len(view.sentences) or lines(view.article, view.extent), len(view.article.citations)
    if not count:
        return Finding(None, why_null="no text stands under this heading")
    marked = number(markers, "reference marker") if markers else "no reference marker"
    told = f"{number(count, 'sentence' if view.sentences else 'line')} with {marked}"
    score = count / (count + 1 + _COVERED * markers)
    return Finding(round(score, 4), (at(view.extent, told, "sourcing.uncited-section"),))


def few_markers(view: ArticleView, claimed: bool) -> Finding:
    """Return what :func:`without_markers` finds or, where there is a marker, n / (n + 1) x a share, half of it = 1.

    It is the share of the words that stand in paragraphs without a marker.
    """
    bare = without_markers(view, claimed)
    if bare.score is None or not view.article.citations:
        return bare
    words = view.total_words(view.paragraphs)
    share = view.total_words(view.uncited_paragraphs) / words if words else 0.0
    score = min(1.0, 2 * share) * len(view.sentences) / (len(view.sentences) + 1)
    return Finding(round(score, 4), (*SIGNALS["uncited-paragraphs"].told(view), *bare.evidence))


def visible_markers(view: ArticleView) -> list[Evidence]:
    """Return what an input without link targets shows of its references."""
    markers = view.article.citations
    if not markers:
        return []
    labels = {marker.label for marker in markers}
    return [
        fact(
            f"{number(len(markers), 'reference marker')} to {number(len(labels), 'reference')} stand in the text; "
            "where they lead cannot be seen in this input",
            "spam.markers-only",
        )
    ]
