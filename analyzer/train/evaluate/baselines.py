"""Baselines that every evaluation shows beside our figures: majority, a polarity lexicon, cue words, TF-IDF.

They are what somebody would build in an hour, fitted on the corpus's own training split where they learn.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union

from analyzer.train.evaluate.corpora import Row, train_rows

_WORD = re.compile(r"[a-z][a-z'-]*")
# A quotation mark or a common verb of saying: the usual first attempt at finding attributed sentences.
_CUE = re.compile(
    r"[\"“”]|\baccording to\b|\b(?:sa(?:y|ys|id|ying)|stat(?:e|es|ed)|claim(?:s|ed)?|report(?:s|ed)?|not(?:es|ed)|"
    r"describ(?:es|ed)|call(?:s|ed)|argu(?:es|ed)|critici[sz]ed|accus(?:es|ed)|prais(?:es|ed)|welcom(?:es|ed)|"
    r"condemn(?:s|ed)|t(?:ells|old)|wr(?:ites|ote)|add(?:s|ed)|announc(?:es|ed)|found|warn(?:s|ed)|"
    r"suggest(?:s|ed)?|believ(?:es|ed)|estimat(?:es|ed)|conclud(?:es|ed)|expressed|commended|denied|insist(?:s|ed)?)\b",
    re.I,
)


def majority(labels: Sequence[str], rows: int) -> list[str]:
    """Return the commonest training label for every row."""
    return [Counter(labels).most_common(1)[0][0]] * rows


def cue_words(texts: Sequence[str]) -> list[bool]:
    """Tell for each text whether it holds a quotation mark or a verb of saying."""
    return [bool(_CUE.search(text)) for text in texts]


def polarity(root: Path, texts: Sequence[str]) -> list[tuple[int, int]]:
    """Return the counts of positive and negative words of each text (Hu & Liu 2004, used for measuring only)."""
    folder = root / "lexicons" / "opinion_hu_liu"
    good, bad = (
        frozenset((folder / f"{name}.txt").read_text("utf-8", errors="replace").split())
        for name in ("positive", "negative")
    )
    counts = []
    for text in texts:
        words = _WORD.findall(text.lower())
        counts.append((sum(word in good for word in words), sum(word in bad for word in words)))
    return counts


def lexicon_stance(root: Path, texts: Sequence[str], *, mixed: bool) -> list[str]:
    """Return a stance by whichever kind of word prevails; both kinds in equal number are mixed, or neutral."""
    found = []
    for good, bad in polarity(root, texts):
        if good == bad:
            found.append("mixed" if mixed and good else "neutral")
        else:
            found.append("endorsement" if good > bad else "critique")
    return found


@cache
def gold_words(root: Path) -> tuple["Tfidf", list[Row]]:
    """Return what knows the words of the sentences of the gold train passages, and these sentences."""
    rows = [(row["text"], sentence) for row in train_rows(root, "gold") for sentence in row["sentences"]]
    texts = [text[sentence["start"] : sentence["end"]] for text, sentence in rows]
    return Tfidf(texts, characters=True), [sentence for _, sentence in rows]


def stances(root: Path, texts: Sequence[str]) -> dict[str, list[str]]:
    """Return each baseline's stance of the texts, fitted on the gold train passages."""
    words, sentences = gold_words(root)
    return {
        "majority": majority([sentence["stance"] for sentence in sentences], len(texts)),
        "lexicon": lexicon_stance(root, texts, mixed=True),
        "tf-idf": _gold_stances(root).predict(words.rows(texts)).tolist(),
    }


@cache
def _gold_stances(root: Path) -> Any:  # noqa: ANN401 - as scikit-learn
    """Return what is fitted on the stances of the gold train passages."""
    words, sentences = gold_words(root)
    return words.learnt([sentence["stance"] for sentence in sentences])


class Tfidf:
    """TF-IDF of texts (words 1-2; with ``characters`` also 3-5 characters), for as many questions as there are labels.

    Counting words is nearly all that such a baseline costs, and is done once.
    """

    def __init__(self, texts: Sequence[str], *, characters: bool = False, smallest: int = 2) -> None:
        parts = [TfidfVectorizer(ngram_range=(1, 2), min_df=smallest, sublinear_tf=True, max_features=200_000)]
        if characters:
            parts.append(
                TfidfVectorizer(
                    analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True, max_features=200_000
                )
            )
        self._words = make_union(*parts)
        self._learnt_from = self._words.fit_transform(list(texts)).tocsr()

    def rows(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
        """Return a row of weights for each text."""
        return self._words.transform(list(texts))

    def learnt(self, labels: Sequence[Any], of: Sequence[int] | None = None) -> Any:  # noqa: ANN401 - as scikit-learn
        """Return a logistic regression fitted on the labels of the texts, or of those at the positions ``of``."""
        model = LogisticRegression(C=4, class_weight="balanced", max_iter=300, random_state=0)
        return model.fit(self._learnt_from if of is None else self._learnt_from[list(of)], list(labels))


def positive_probability(model: Any, rows: Any) -> list[float]:  # noqa: ANN401 - as scikit-learn
    """Return the probability that a fitted model gives the last (positive) class, for each row."""
    probabilities: list[float] = model.predict_proba(rows)[:, -1].tolist()
    return probabilities
