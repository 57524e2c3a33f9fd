"""The fast stance model: a linear one over hashed words; microseconds a sentence.

It reads words, pairs, negation, who does what, praise and blame. Features are numbers below ``2**BITS`` (feature
hashing, Weinberger et al. 2009), each with the tokens it came from, so that a decision can be traced back to words. One
function serves training and prediction.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple, Self

import numpy as np
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate.stance.masked import MaskedWords, Reals, rule_words
from analyzer.annotate.tokens import Flags, Ids, Ints, among
from analyzer.linear import Array, Matrix, SparseLinear, bucket, join, mix, softmax
from analyzer.vocabulary import STANCES

BITS = 20
(LEMMA, WORD, PAIR, NEGATED, AFTER_CONTRAST, SUBJECT_OF, BESIDE, VALENCE, VALENCE_ROLE, NEAR_SUBJECT, TOTAL, JUDGED) = (
    range(1, 13)
)
LEVELS = (-4.0, -2.0, -1.0, 1.0, 2.0, 4.0)  # sums of valence whose passing is a feature of its own
CLEAR = 0.4  # a valence that counts as praise or blame
MOST_REASONS = 3
LEAST_SHARE = 0.1  # a reason carries at least this part of all that speaks for the label
TOGETHER = 2048  # sentences whose features are held at a time
_LONG = 40  # words of each of them together

Spans = Sequence[tuple[int, int]]  # first token and the token after the last
Group = tuple[Ids, Ints, Ints, int]  # hashes, first and last tokens, template
Scored = tuple["Features", Array, Matrix]


class Features(NamedTuple):
    """Parallel arrays: a feature of a unit (a sentence, a clause) and the tokens ``first`` to ``last`` that gave it."""

    unit: Ints
    feature: Ints
    first: Ints
    last: Ints
    template: Ints

    def at(self, chosen: Ints) -> Self:
        """Return the chosen rows."""
        return type(self)(*(column[chosen] for column in self))


class StanceScores(NamedTuple):
    """Probabilities, one row a unit and one column a stance, and for each unit the words that decided it.

    ``wording`` has a column for each of :data:`analyzer.annotate.encoder.WORDING`, nan where nothing has read.
    """

    probabilities: Matrix
    reasons: list[list[str]]
    wording: Matrix | None = None


class Stored:
    """A linear model by its name, loaded at first use; a copy that is sent to another process loads it there."""

    name: str
    classes: int

    @cached_property
    def model(self) -> SparseLinear:
        """The weights."""
        return SparseLinear.of(modelstore.load(self.name).arrays("linear.npz", SparseLinear.shapes(self.classes)))

    @property
    def models(self) -> dict[str, str]:
        """The model's name and digest, for a report's provenance."""
        return {self.name: modelstore.load(self.name).digest}

    def __reduce__(self) -> tuple[type[Self], tuple[()]]:
        return (type(self), ())


class Fast(Stored):
    """The engine of that name."""

    name, classes = "stance", len(STANCES)

    def sentences(self, doc: Doc, words: MaskedWords) -> StanceScores:
        """Return what the model makes of every sentence."""
        probabilities, deciding = [], []
        for known, parts, likely in self.scored_sentences(words):
            probabilities.append(likely)
            deciding += reasons(words, known, parts, likely.argmax(axis=1))
        return StanceScores(np.concatenate(probabilities), deciding)

    def spans(self, doc: Doc, words: MaskedWords, spans: Spans) -> Matrix:
        """Return the probabilities of stretches of tokens."""
        return self.scored(span_features(words, spans), len(spans))[2]

    def scored_sentences(self, words: MaskedWords) -> Iterator[Scored]:
        """Yield :meth:`scored` of all sentences, some at a time, so that a book takes little more than an article."""
        groups, count = _occurrences(words), len(words.starts)
        low = 0
        while low < count:
            near = int(np.searchsorted(words.ends, words.starts[low] + TOGETHER * _LONG, side="right"))
            high = min(low + TOGETHER, max(near, low + 1), count)
            yield self.scored(_of_sentences(words, groups, low, high), high - low)
            low = high

    def scored(self, found: Features, units: int) -> Scored:
        """Return the features that the model knows, what each adds to each stance, and the units' probabilities."""
        at, row = self.model.rows(found.feature)
        known = found.at(at)
        parts = self.model.parts(known.unit, row, units)
        return known, parts, softmax(self.model.scores(known.unit, parts, units))


def reasons(words: MaskedWords, found: Features, parts: Array, label: Ints) -> list[list[str]]:
    """Return for each unit the words that spoke most for its label against the mean of all labels.

    What a feature contributes is shared by the first and the last of its tokens; features of a whole unit, such as
    its sum of praise and blame, have no words of their own.
    """
    kept = np.flatnonzero(found.template != TOTAL)
    unit, first, last = found.unit[kept], found.first[kept], found.last[kept]
    weight = (parts[kept, label[unit]] - parts[kept].mean(axis=1)) / 2
    width = int(np.max(last, initial=0)) + 1
    key = np.concatenate([unit * width + first, unit * width + last])
    keys, place = np.unique(key, return_inverse=True)
    share = np.bincount(place, weights=np.concatenate([weight, weight]), minlength=len(keys))
    owner, token = keys // width, keys % width
    total = np.bincount(owner, weights=np.maximum(share, 0), minlength=len(label))
    strong = np.flatnonzero(share > LEAST_SHARE * total[owner])
    runs: list[list[tuple[int, int]]] = [[] for _ in label]
    for i in strong[np.argsort(-share[strong], kind="stable")].tolist():
        _add(runs[owner[i]], int(token[i]))
    return [_texts(words, chosen) for chosen in runs]


def all_reasons(words: MaskedWords, scored: Sequence[Scored], label: Ints) -> list[list[str]]:
    """Return the reasons of all sentences from what :meth:`Fast.scored_sentences` gave, for labels of any engine."""
    labels = np.split(label, np.cumsum([len(likely) for _, _, likely in scored])[:-1])
    found = [reasons(words, known, parts, each) for (known, parts, _), each in zip(scored, labels, strict=True)]
    return list(chain.from_iterable(found))


def _add(chosen: list[tuple[int, int]], token: int) -> None:
    """Add a token to the reasons: to one it stands beside, or as one of its own where there is room."""
    for i, (first, last) in enumerate(chosen):
        if first - 1 <= token <= last + 1:
            chosen[i] = (min(first, token), max(last, token))
            return
    if len(chosen) < MOST_REASONS:
        chosen.append((token, token))


def _texts(words: MaskedWords, runs: list[tuple[int, int]]) -> list[str]:
    """Return reasons for people: the words, with "not" before those that a negation reaches; no bare punctuation."""
    tokens, texts = words.tokens, []
    for first, last in runs:
        if words.word[first : last + 1].any():
            text = tokens.text[tokens.start[first] : tokens.end[last]].strip(" \"'“”‘’.,;:()")
            texts.append(f"not … {text}" if words.negated[first : last + 1].all() else text)
    return texts


def sentence_features(words: MaskedWords) -> Features:
    """Return the features of all sentences, each once a sentence; ``unit`` is the sentence's number."""
    return _of_sentences(words, _occurrences(words), 0, len(words.starts))


def _of_sentences(words: MaskedWords, groups: list[Group], low: int, high: int) -> Features:
    """Return the features of the sentences from ``low`` up to ``high``, which is numbered 0; groups are of all."""
    starts, ends = words.starts[low:high], words.ends[low:high]
    if high - low < len(words.starts):
        groups = [_within(group, starts[0], ends[-1]) for group in groups]
    found = _gathered(groups)
    return _once(words.sentence[found.first] - low, found, _totals(words, starts, ends))


def span_features(words: MaskedWords, spans: Spans) -> Features:
    """Return the features of stretches of tokens; ``unit`` is the stretch's number. Stretches may overlap."""
    found = _gathered(_occurrences(words))
    found = found.at(np.argsort(found.first, kind="stable"))
    starts, ends = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    unit, at = positions(*np.searchsorted(found.first, (starts, ends)))
    early = (found.template[at] == AFTER_CONTRAST) & (found.first[at] < _splits(words, starts, ends)[unit])
    kept = np.flatnonzero((found.last[at] < ends[unit]) & ~early)
    return _once(unit[kept], found.at(at[kept]), _totals(words, starts, ends))


def positions(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return all positions from each ``low`` up to its ``high``, as parallel arrays: whose they are, and they."""
    owner = np.repeat(np.arange(len(low)), high - low)
    return owner, np.arange(len(owner)) - (np.cumsum(high - low) - high)[owner]


def _occurrences(words: MaskedWords) -> list[Group]:
    """Return every occurrence of every feature that tokens give by themselves."""
    left = np.flatnonzero(words.sentence[1:] == words.sentence[:-1])  # of each two tokens of a sentence
    return [
        _single(words.lemma, LEMMA, words.word),
        _single(words.lower, WORD, words.word),
        (join(words.lower[left], words.lower[left + 1], PAIR), left, left + 1, PAIR),
        _single(words.lemma, NEGATED, words.word & words.negated),
        _single(words.lemma, AFTER_CONTRAST, words.word & words.after_contrast),
        *_roles(words),
        *_valences(words),
    ]


def _single(ids: Ids, template: int, wanted: Flags) -> Group:
    kept = np.flatnonzero(wanted)
    return mix(ids[kept] + np.uint64(template)), kept, kept, template


def _roles(words: MaskedWords) -> list[Group]:
    """Return what the subject is the subject or object of, and the other words that hang on the same head.

    "Norvia condemned Estmark": about Norvia the one who condemns, about Estmark the one condemned.
    """
    head = words.head
    named = np.flatnonzero(words.speaks)
    top = named[~words.speaks[head[named]] | (head[named] == named)]
    over = head[top]
    role = np.zeros(len(head), dtype=np.uint64)
    role[over[::-1]] = words.dep[top[::-1]]  # of several, the first
    beside = np.flatnonzero((role[head] > 0) & words.word & ~words.speaks)
    ids = join(join(words.lemma[beside], role[head[beside]], BESIDE), words.dep[beside], BESIDE)
    does = join(words.lemma[over], words.dep[top], SUBJECT_OF)
    return [(does, np.minimum(top, over), np.maximum(top, over), SUBJECT_OF), (ids, beside, beside, BESIDE)]


def _valences(words: MaskedWords) -> list[Group]:
    """Return words of praise and blame by strength, by their place in the sentence, and whether near the subject."""
    at = np.flatnonzero(words.valence)
    strength = np.clip(np.round(words.valence[at]), -3, 3).astype(np.int64) + 10 + 100 * words.negated[at]
    sign = (np.sign(words.valence[at]).astype(np.int64) + 2).astype(np.uint64)
    heads = np.zeros(len(words.head), dtype=bool)
    heads[words.head[words.speaks]] = True
    near = heads[at] | heads[words.head[at]]
    over = words.head[at]
    judging = among(words.lemma, rule_words("judging"))
    judged = judging[over] | judging[words.head[over]]
    return [
        (mix(strength.astype(np.uint64) + np.uint64(VALENCE << 10)), at, at, VALENCE),
        (join(sign, words.dep[at], VALENCE_ROLE), at, at, VALENCE_ROLE),
        (mix(sign[near] + np.uint64(NEAR_SUBJECT << 10)), at[near], at[near], NEAR_SUBJECT),
        (mix(sign[judged] + np.uint64(JUDGED << 10)), at[judged], at[judged], JUDGED),
    ]


def _totals(words: MaskedWords, starts: Ints, ends: Ints) -> Features:
    """Return features of whole units: how much praise and blame, their sum, and how both lie around a contrast."""
    units = np.arange(len(starts))
    praise = _sums(words.valence > CLEAR, starts, ends).astype(np.int64).clip(0, 3)
    blame = _sums(words.valence < -CLEAR, starts, ends).astype(np.int64).clip(0, 3)
    total = _sums(words.valence, starts, ends)
    split = _splits(words, starts, ends)
    before = np.sign(_sums(words.valence, starts, split)).astype(np.int64)
    after = np.sign(_sums(words.valence, split, ends)).astype(np.int64)
    whole = np.clip(np.round(total), -6, 6).astype(np.int64)
    values = [praise, 10 + blame, 20 + praise * 4 + blame, 50 + whole, 70 + 3 * (after + 1) + before + 1]
    unit = [units] * len(values)
    for number, level in enumerate(LEVELS):
        passed = units[total <= level] if level < 0 else units[total >= level]
        unit.append(passed)
        values.append(np.full(len(passed), 90 + number))
    owner = np.concatenate(unit)
    ids = mix(np.concatenate(values).astype(np.uint64) + np.uint64(TOTAL << 10))
    return Features(owner, bucket(ids, BITS), starts[owner], ends[owner] - 1, np.full(len(owner), TOTAL))


def _splits(words: MaskedWords, starts: Ints, ends: Ints) -> Ints:
    """Return where the first contrast within each stretch stands, or the stretch's end."""
    places = np.append(words.contrasts, len(words.head))
    splits: Ints = np.minimum(ends, places[np.searchsorted(words.contrasts, starts)])
    return splits


def _sums(values: Reals | Flags, starts: Ints, ends: Ints) -> Reals:
    running = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    sums: Reals = np.round(running[ends] - running[starts], 4)
    return sums


def _within(group: Group, start: int, end: int) -> Group:
    """Return the rows of a group whose first token lies in a stretch."""
    ids, first, last, template = group
    kept = np.flatnonzero((first >= start) & (first < end))
    return ids[kept], first[kept], last[kept], template


def _gathered(groups: list[Group]) -> Features:
    """Return the groups in one; ``unit`` is not set."""
    ids, first, last = (np.concatenate([group[i] for group in groups]) for i in range(3))
    template = np.repeat([group[3] for group in groups], [len(group[0]) for group in groups])
    return Features(np.broadcast_to(0, first.shape), bucket(ids, BITS), first, last, template)


def _once(unit: Ints, found: Features, totals: Features) -> Features:
    """Return each feature's first occurrence in each unit, ordered by unit and feature."""
    pairs = list(zip(found._replace(unit=unit), totals, strict=True))
    owner, feature = map(np.concatenate, pairs[:2])
    _, kept = np.unique((owner << BITS) | feature, return_index=True)
    del owner, feature
    return Features(*(np.concatenate(pair)[kept] for pair in pairs))  # one at a time: a book has millions of rows
