"""What the figures of an evaluation mean: stance, attributions in news, sentences of the gold set, issues of articles.

Everything is counted document by document and the figures are made of sums, so that a resample needs no new matching.
The definitions are those under which the corpora are published (docs/labels.md for the gold set); a test holds them
to the scorers that lie beside the corpora.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import precision_recall_fscore_support

from analyzer.annotate.subject.lead import PRONOUNS
from analyzer.train.core.measures import Figures, f1, mean, ties_half
from analyzer.train.labels.passages import in_order, most_overlapping, name_words, overlap
from analyzer.vocabulary import STANCES, THRESHOLD

Row = dict[str, Any]
Array = np.ndarray[Any, Any]
Confusion = Mapping[tuple[str, str], int]  # (gold, found) to how often
Words = frozenset[int]  # words of a document, by number


def stance_figures(gold: Sequence[str], found: Sequence[str]) -> Figures:
    """Return accuracy, macro-F1, mean recall, the mean F1 of both sides, and F1 of each label that the gold has."""
    labels = [label for label in STANCES if label in set(gold)]
    _, recall, each, _ = precision_recall_fscore_support(gold, found, labels=labels, zero_division=0.0)
    by_label = dict(zip(labels, each.tolist(), strict=True))
    return {
        "macro_f1": mean(each.tolist()),
        "accuracy": sum(g == f for g, f in zip(gold, found, strict=True)) / len(gold),
        "avg_recall": mean(recall.tolist()),
        "polar_f1": mean([value for label, value in by_label.items() if label != "neutral"]),
        **{f"f1_{label}": value for label, value in by_label.items()},
    }


ROLES = ("source", "cue", "content")
ATTRIBUTION = (
    "sentence_any",  # a sentence is positive when a word of any source, cue or content lies in it
    "sentence_anchor",  # when a word of a source or cue does: later sentences of a long quotation do not count
    "source_exact",  # sources equal but for punctuation around them, matched one to one; so are those below
    "source_overlap",  # sources share a word, other than a function word where they have others
    "cue_overlap",  # cues share a word
    "content_exact",  # contents are equal
    "content_tokens",  # words that lie in any content
    "content_soft",  # contents share words: each earns the share that its partner covers (Johansson & Moschitti 2013)
    "who_said_what",  # contents with a Dice of .5 or more, and sources that overlap
)
_WORD = re.compile(r"\w+(?:['\u2019]\w+)?")
_AROUND = " \t\r\n,.;:!?-\u2013\u2014()[]\"'\u201c\u201d\u2018\u2019"
_FUNCTION_WORDS = frozenset(
    "a an the this that these those who which s my your his her its our their one other another of in on at by for "
    "from with to as than and or but some many most several".split()
)


@dataclass(frozen=True)
class Spans:
    """An attribution in a document: for each role its stretches, punctuation around them left out, and its words."""

    at: Mapping[str, frozenset[tuple[int, int]]]
    words: Mapping[str, Words]
    key_words: Words  # words of the source other than function words, all where it has no others


Likeness = Callable[[Spans, Spans], float]  # of a gold and a found one; 0: no match


def attribution_counts(document: Row, found: Iterable[Row]) -> Array:
    """Return for each of :data:`ATTRIBUTION` how many were predicted, asked for, right, and found (a row each).

    ``document`` has ``text``, ``sentences`` and ``attributions``; an attribution is lists of [start, end] by role.
    """
    text = document["text"]
    numbered = list(_WORD.finditer(text))
    starts, ends = [word.start() for word in numbered], [word.end() for word in numbered]

    def words(stretches: Iterable[Sequence[int]]) -> Words:
        return frozenset(
            k for start, end in stretches for k in range(bisect_right(ends, start), bisect_left(starts, end))
        )

    def spans(rows: Iterable[Row]) -> list[Spans]:
        read = []
        for row in rows:
            at = {role: _trimmed(text, row.get(role) or ()) for role in ROLES}
            held = {role: words(at[role]) for role in ROLES}
            key = frozenset(k for k in held["source"] if numbered[k][0].lower() not in _FUNCTION_WORDS)
            read.append(Spans(at, held, key or held["source"]))
        return [one for one in read if any(one.words.values())]

    sentences = [words([span]) for span in document["sentences"]]
    counts = _pair_counts(spans(found), spans(document["attributions"]), sentences)
    return np.array([counts[name] for name in ATTRIBUTION], dtype=float)


def attribution_figures(counts: Array) -> Figures:
    """Return the F1 of each of :data:`ATTRIBUTION` from the counts of documents, and both sides of the sources'."""
    predicted, asked, right, covered = counts.sum(axis=0).T
    precision, recall = right / np.maximum(1, predicted), covered / np.maximum(1, asked)
    total = precision + recall
    figures = dict(zip(ATTRIBUTION, (2 * precision * recall / np.where(total, total, 1)).tolist(), strict=True))
    at = ATTRIBUTION.index("source_overlap")
    return figures | {"source_overlap_precision": float(precision[at]), "source_overlap_recall": float(recall[at])}


def _pair_counts(
    found: Sequence[Spans], gold: Sequence[Spans], sentences: Sequence[Words]
) -> dict[str, Sequence[float]]:
    counts: dict[str, Sequence[float]] = {}

    def sets(name: str, roles: Sequence[str], of: Callable[[set[int]], set[int]]) -> None:
        ours, theirs = (of({k for one in side for role in roles for k in one.words[role]}) for side in (found, gold))
        counts[name] = len(ours), len(theirs), len(ours & theirs), len(ours & theirs)

    def pairs(name: str, roles: Sequence[str], alike: Likeness) -> list[tuple[Spans, Spans]]:
        ours, theirs = ([one for one in side if all(one.words[role] for role in roles)] for side in (found, gold))
        matched = match(theirs, ours, alike)
        counts[name] = len(ours), len(theirs), len(matched), len(matched)
        return [(theirs[g], ours[p]) for g, p in matched]

    def positive(words: set[int]) -> set[int]:
        return {k for k, sentence in enumerate(sentences) if sentence & words}

    sets("sentence_any", ROLES, positive)
    sets("sentence_anchor", ROLES[:2], positive)
    sets("content_tokens", ROLES[2:], set)
    pairs("source_exact", ["source"], lambda a, b: float(a.at["source"] == b.at["source"]))
    pairs("source_overlap", ["source"], lambda a, b: _dice(a, b, "source") if a.key_words & b.key_words else 0.0)
    pairs("cue_overlap", ["cue"], lambda a, b: _dice(a, b, "cue"))
    pairs("content_exact", ["content"], lambda a, b: float(a.at["content"] == b.at["content"]))
    pairs("who_said_what", ["content", "source"], _who_said_what)
    soft = pairs("content_soft", ["content"], lambda a, b: _dice(a, b, "content"))
    contents = [(a.words["content"], b.words["content"]) for a, b in soft]
    right, covered = (sum(len(pair[0] & pair[1]) / len(pair[side]) for pair in contents) for side in (1, 0))
    counts["content_soft"] = *counts["content_soft"][:2], right, covered
    return counts


def match(gold: Sequence[Spans], found: Sequence[Spans], alike: Likeness) -> list[tuple[int, int]]:
    """Return as many pairs of one gold and one found as can be made, of those that are at all alike.

    Augmenting paths (Kuhn 1955), the likeliest tried first: among largest matchings this prefers good partners.
    """
    likely = []
    for one in gold:
        weights = [(alike(one, other), p) for p, other in enumerate(found)]
        likely.append(sorted(((-weight, p) for weight, p in weights if weight > 0)))
    taken: dict[int, int] = {}

    def place(g: int, tried: set[int]) -> bool:
        for _, p in likely[g]:
            if p not in tried:
                tried.add(p)
                if p not in taken or place(taken[p], tried):
                    taken[p] = g
                    return True
        return False

    for g in sorted(range(len(gold)), key=lambda g: likely[g][0][0] if likely[g] else 0.0):
        place(g, set())
    return [(g, p) for p, g in taken.items()]


def _dice(a: Spans, b: Spans, role: str) -> float:
    total = len(a.words[role]) + len(b.words[role])
    return 2 * len(a.words[role] & b.words[role]) / total if total else 0.0


def _who_said_what(a: Spans, b: Spans) -> float:
    """Return how alike the contents are, if half or more, of two attributions whose sources overlap."""
    alike = _dice(a, b, "content")
    return alike if alike >= 0.5 and a.key_words & b.key_words else 0.0


def _trimmed(text: str, stretches: Iterable[Sequence[int]]) -> frozenset[tuple[int, int]]:
    """Return the stretches without the punctuation around them; none that is empty then."""
    kept = set()
    for start, end in stretches:
        words = text[max(0, start) : end].lstrip(_AROUND)
        first = min(end, len(text)) - len(words)
        if words.rstrip(_AROUND):
            kept.add((first, first + len(words.rstrip(_AROUND))))
    return frozenset(kept)


_PRONOUNS = frozenset().union(*PRONOUNS.values())


def gold_counts(passage: Row, report: Row) -> Counter[Any]:
    """Return what one passage adds to the figures, given the report on it (as JSON has it).

    A gold sentence takes the labels of the report's sentence that overlaps it most. Attributions on which the readers
    did not agree ("disputed") are neither asked for nor held against a report.
    """
    found, wanted = report["sentences"], in_order(passage["sentences"])
    bounds = {(sentence["start"], sentence["end"]) for sentence in found}
    by_sentence: dict[int, list[Row]] = {}
    for attribution in report["attributions"] if wanted else ():
        owner = most_overlapping(found[attribution["sentence"]], wanted) or wanted[0]
        by_sentence.setdefault(owner["start"], []).append(attribution)
    counts: Counter[Any] = Counter(found=len(found), wanted=len(wanted))
    for sentence in wanted:
        best = most_overlapping(sentence, found)
        counts["exact"] += (sentence["start"], sentence["end"]) in bounds
        counts["stance", sentence["stance"], best["stance"] if best else "neutral"] += 1
        _count_attributions(counts, sentence["attributions"], by_sentence.get(sentence["start"], []))
    return counts


def _count_attributions(counts: Counter[Any], wanted: Sequence[Row], found: Sequence[Row]) -> None:
    """Add the attributions of one sentence to the counts; each that is asked for takes the first that fits it."""
    asked = [row for row in wanted if not row.get("disputed")]
    disputed = [row for row in wanted if row.get("disputed")]
    rest = list(found)
    if asked or not disputed:
        counts["attributed", bool(asked), bool(rest)] += 1
    for row in asked:
        hit = next((other for other in rest if names_source(row, other)), None)
        counts["type", row["type"], hit["source"]["type"] if hit else "none"] += 1
        counts["carried"] += row["carried"]
        if hit:
            rest.remove(hit)
            named = bool(name_words(row["name"]) & name_words(hit["source"].get("name")))
            counts["mode right"] += row["mode"] == hit["mode"]
            counts["carried right"] += row["carried"] and named
            pronoun = row["source"] is not None and row["source"]["text"].lower() in _PRONOUNS
            counts["pronouns"] += pronoun
            counts["pronouns right"] += pronoun and named
            counts["named"] += bool(row["name"])
            counts["named right"] += bool(row["name"]) and named
    for other in rest:
        if not any(names_source(row, other) for row in disputed):
            counts["type", "none", other["source"]["type"]] += 1


def names_source(wanted: Row, found: Row) -> bool:
    """Tell whether a found attribution names the source that is wanted: extents overlap, or names share a word."""
    extent, source = wanted["source"], found["source"]
    has_words = source.get("start") is not None
    if extent and has_words and overlap(extent, source):
        return True
    if extent is None and not has_words and wanted["name"] is None:
        return not source.get("name") or source["type"] == "unnamed"
    return bool(name_words(wanted["name"]) & name_words(source.get("name")))


def gold_figures(counts: Iterable[Counter[Any]]) -> Figures:
    """Return the figures of the gold set from the counts of passages."""
    total: Counter[Any] = Counter()
    for one in counts:
        total.update(one)
    stance, types, attributed = (_confusion(total, what) for what in ("stance", "type", "attributed"))
    by_stance = _f1_by_label(stance, STANCES)
    by_type = _f1_by_label(types, sorted({gold for gold, _ in types} - {"none"}))
    missed, wrong = (sum(n for pair, n in types.items() if pair[side] == "none") for side in (1, 0))
    hits = sum(types.values()) - missed - wrong
    unnamed = sum(n for (gold, _), n in types.items() if gold == "unnamed")
    exact = total["exact"]
    return {
        "sentence_boundary_f1": f1(exact, total["found"] - exact, total["wanted"] - exact),
        "stance_macro_f1": mean(by_stance.values()),
        "stance_accuracy": _diagonal(stance) / max(1, total["wanted"]),
        **{f"stance_f1_{label}": value for label, value in by_stance.items()},
        "attributed_sentence_f1": f1(attributed[True, True], attributed[False, True], attributed[True, False]),
        "source_f1": f1(hits, wrong, missed),
        "source_precision": hits / max(1, hits + wrong),
        "source_recall": hits / max(1, hits + missed),
        "source_and_type_macro_f1": mean(by_type.values()),
        **{f"source_and_type_f1_{label}": value for label, value in by_type.items()},
        "type_accuracy_of_found": _diagonal(types) / max(1, hits),
        "mode_accuracy_of_found": total["mode right"] / max(1, hits),
        "full_name_accuracy_of_found": total["named right"] / max(1, total["named"]),
        "unnamed_recall": types["unnamed", "unnamed"] / max(1, unnamed),
        "carried_recall": total["carried right"] / max(1, total["carried"]),
    }


def _confusion(total: Counter[Any], what: str) -> Counter[Any]:
    return Counter({key[1:]: n for key, n in total.items() if key[0] == what})


def _diagonal(pairs: Confusion) -> int:
    return sum(n for (gold, found), n in pairs.items() if gold == found)


def _f1_by_label(pairs: Confusion, labels: Iterable[str]) -> dict[str, float]:
    """Return the F1 of each of the labels that occurs in the gold."""
    gold, found = Counter[str](), Counter[str]()
    for (wanted, met), n in pairs.items():
        gold[wanted] += n
        found[met] += n
    right = {label: pairs.get((label, label), 0) for label in labels}
    return {k: f1(tp, found[k] - tp, gold[k] - tp) for k, tp in right.items() if gold[k]}


SHARED = 1.0  # in the mean the readers call an issue arguable or more: a flag that they share
_SURE = 1.5  # they are certain of it
_FREE = 0.5  # below, the article is free of it
_FEWEST = 4  # an issue of fewer articles has no AUROC


class Judged(NamedTuple):
    """An article as scored and as its readers judge it: issues from 0 to 2 in the mean, neutrality from 1 to 5."""

    scores: Mapping[str, float]
    said: Mapping[str, float]
    neutrality_score: float | None
    neutrality: float
    words: int

    @classmethod
    def of(cls, row: Row, scores: Mapping[str, float], neutrality_score: float | None) -> "Judged":
        """Return a row of the set beside what a report says of it."""
        neutrality = mean([rating["neutrality"] for rating in row["ratings"]])
        return cls(scores, shared_opinion(row), neutrality_score, neutrality, row["words"])


def shared_opinion(row: Row) -> dict[str, float]:
    """Return what the readers of an article say of each issue, in the mean; what nobody names is left out."""
    said = [rating["issues"] for rating in row["ratings"]]
    return {
        issue: mean([one.get(issue, 0) for one in said]) for issue in dict.fromkeys(key for one in said for key in one)
    }


def issue_table(articles: Sequence[Judged]) -> dict[str, Figures]:
    """Return the figures of each issue that is scored, as counts of articles.

    ``flags`` are scored :data:`THRESHOLD` or more, ``agreed`` of them in the readers' eyes, too; ``readers`` name the
    issue and are ``sure`` of it, and of these ``found`` are flagged. ``auroc``: named ones against those free of it.
    """
    table: dict[str, Figures] = {}
    for issue in dict.fromkeys(name for article in articles for name in article.scores):
        rows = [(article.scores.get(issue, 0.0), article.said.get(issue, 0.0)) for article in articles]
        named = [score for score, said in rows if said >= SHARED]
        free = [score for score, said in rows if said < _FREE]
        sure = [score for score, said in rows if said >= _SURE]
        table[issue] = {
            "flags": sum(score >= THRESHOLD for score, _ in rows),
            "agreed": sum(score >= THRESHOLD for score in named),
            "readers": len(named),
            "sure": len(sure),
            "found": sum(score >= THRESHOLD for score in sure),
        }
        if len(named) >= _FEWEST and free:
            table[issue]["auroc"] = ties_half((one, other) for one in named for other in free)
    return table


def article_figures(articles: Sequence[Judged]) -> Figures:
    """Return the figures over all issues, and how the neutrality score ranks articles beside the readers.

    ``rho_length_error`` is how far it follows length instead, either way.
    """
    table = issue_table(articles).values()
    total = {name: sum(row[name] for row in table) for name in ("flags", "agreed", "sure", "found")}
    scored = [(a.neutrality_score, a.neutrality, a.words) for a in articles if a.neutrality_score is not None]
    ours, theirs, words = zip(*scored, strict=True) if scored else ((), (), ())
    return {
        "flags": total["flags"],
        "flags_agreed": total["agreed"] / max(1, total["flags"]),
        "sure_found": total["found"] / max(1, total["sure"]),
        "auroc_mean": mean([row["auroc"] for row in table if "auroc" in row]),
        "rho_neutrality": rank_correlation(ours, theirs),
        "rho_length_error": abs(rank_correlation(ours, words)),
    }


def rank_correlation(left: Sequence[float], right: Sequence[float]) -> float:
    """Return Spearman's rank correlation; 0 where one side is constant."""
    return float(spearmanr(left, right).statistic) if len(set(left)) > 1 and len(set(right)) > 1 else 0.0
