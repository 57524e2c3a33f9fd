"""Stance toward the article's own subject: critique, endorsement, mixed or neutral, a sentence and a source at a time.

Writes the ``sentences`` layer (stance, calibrated probabilities, whether the stance is unsure, and the words that
decided) and sets ``stance`` on every row of the ``attributions`` layer, judged from that attribution's own cue and
content: of two sources in one sentence, one may praise and the other blame. Where the sentence names both the source
and the subject, that judgement is drawn toward what the source does to the subject (:mod:`.directed`).
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from math import isnan

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import needs, store
from analyzer.annotate.encoder import READERS, WORDING, reading_of
from analyzer.annotate.retold import CHARACTERS, PLOT, retold
from analyzer.annotate.sentences import sentence_rows
from analyzer.annotate.stance.accurate import NEWS, UNREAD, WIKIPEDIA, Accurate, Large, raise_neutral
from analyzer.annotate.stance.directed import Directed, drawn_toward
from analyzer.annotate.stance.doubt import OFTEN, Doubt
from analyzer.annotate.stance.headings import headings
from analyzer.annotate.stance.linear import Fast, StanceScores
from analyzer.annotate.stance.masked import MaskedWords, is_low, masked_words
from analyzer.errors import UsageError
from analyzer.linear import LEAST, Array, Matrix, softmax
from analyzer.vocabulary import DEFAULT_ENGINE, ENGINES, LIKELY_ATTRIBUTION, STANCES

COHERENCE = 0.5
# Why a sentence is neutral whatever its words: one that stands among the others as a heading, one of a plot.
HEADING = "a heading, which judges nothing"
RETOLD = "what the work tells, which judges nothing"
DRAWN = "the rest of the quotation"  # the reason of a sentence whose stance its quotation decided
PLAIN = 0.85  # from which a critique of a harm is sure though nobody is reported; chosen on dev, between floors
SHORT = 15  # characters of cue and content that are too few to be judged by themselves
WHOLE = 0.7  # an only source whose content is this much of the sentence shares the sentence's stance


SCHEMES = (WIKIPEDIA, NEWS)
BY_NAME: dict[str, type[Fast | Accurate | Large]] = {"fast": Fast, "accurate": Accurate, "large": Large}


@Language.factory(
    "analyzer_stance",
    assigns=["doc._.analyzer_sentences", "doc._.analyzer_attributions"],
    requires=["token.tag", "token.lemma", "doc.sents", "doc._.analyzer_subject"],
    default_config={"engine": DEFAULT_ENGINE, "scheme": WIKIPEDIA},
)
def create_stance(nlp: Language, name: str, engine: str, scheme: str) -> "Stance":
    """Return the component; ``engine`` is "fast", "accurate" or "large".

    ``scheme`` says where the sentences are from: "wikipedia" (articles, most of whose sentences are neutral: the large
    network takes a side only where it is likely all the same) or "news" (sentences of news that name the subject: it
    takes a side as soon as it is the likeliest). The other engines judge alike in both.
    """
    return Stance(engine, scheme)


class Stance:
    """Writes stance onto a Doc; any Doc will do, with or without the layers of the other components."""

    def __init__(self, engine: str = DEFAULT_ENGINE, scheme: str = WIKIPEDIA) -> None:
        if engine not in BY_NAME:
            raise UsageError(f"stance engine {engine!r} is not known; there are: {', '.join(ENGINES)}.")
        if scheme not in SCHEMES:
            raise UsageError(f"analyzer_stance: scheme {scheme!r} is not known; expected {' or '.join(SCHEMES)}.")
        store.register()
        made = BY_NAME[engine]
        self.engine = made(scheme) if made is Large else made()
        self._directed = Directed()
        self._doubt = Doubt(self.engine.name, self.engine.models)
        self.models = {**self.engine.models, **self._directed.models, **self._doubt.models}

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its stance layers written."""
        if not len(doc):
            return doc
        needs.check(doc, "analyzer_stance")
        words = masked_words(doc)
        found = self.engine.sentences(doc, words)
        offsets = [words.tokens.start[start] for start in words.starts.tolist()]
        judging_nothing(found, headings(words), HEADING)
        judging_nothing(found, _retold(doc, words), RETOLD)
        drawn = even_out(found.probabilities, _running_quotations(offsets, store.get(doc, "quotations")))
        rows = sentence_rows(doc)
        for row in rows:
            row |= _made_of(found, bisect_right(offsets, row["start"]) - 1, drawn)
        likely = np.array([list(row["probabilities"].values()) for row in rows], dtype=np.float32)
        told = self._doubt.tells(len(rows))
        for row, chance in zip(rows, self._doubt.chances(likely, of_thing=store.on_thing(doc)).tolist(), strict=True):
            row["unsure"] = chance < OFTEN
            if told:
                row["confidence"] = chance
        attributions = store.get(doc, "attributions")
        if store.on_harm(doc):
            doubt_damage(rows, attributions)
        doubt_low_places(rows, words.tokens.text)
        if attributions:
            self._attributions(doc, words, rows, attributions)
        return doc

    def _attributions(self, doc: Doc, words: MaskedWords, rows: list[store.Row], attributions: list[store.Row]) -> None:
        """Set the stance of each attribution: that of its sentence, or of its own words where the sentence has others.

        A sentence's only source shares its stance, unless that is mixed, the content a part of it, and nothing else in
        it the same source's ("commended the bench but shared concerns about the cells"). Sources that one cue joins
        ("praised by the guild and the press") say the same and are as one.
        """
        found = [_of_sentence(rows, attribution) for attribution in attributions]
        alone = Counter(sentence for sentence, _ in {_said(attribution) for attribution in attributions})
        spans: dict[int, tuple[int, int]] = {}
        for number, attribution in enumerate(attributions):
            row = rows[attribution["sentence"]] if attribution["sentence"] < len(rows) else None
            extent = _own_words(attribution)
            if row is None or extent is None or extent[1] - extent[0] < SHORT:
                continue
            only = alone[attribution["sentence"]] == 1
            if not only or (row["stance"] == "mixed" and not _covers(extent, row) and not _goes_on(doc, attribution)):
                spans[number] = words.tokens.span(*extent)
        if spans:
            judged = self.engine.spans(doc, words, list(spans.values()))
            for number, probabilities in zip(spans, judged, strict=True):
                found[number] = probabilities
        reading = reading_of(doc, READERS[self.engine.name]) if self.engine.name in READERS else None
        for number, directed in self._directed.toward_subject(words, attributions, reading).items():
            found[number] = drawn_toward(found[number], directed)
        for attribution, probabilities in zip(attributions, found, strict=True):
            attribution["stance"] = STANCES[int(np.argmax(probabilities))]


def judging_nothing(found: StanceScores, rows: Array, why: str) -> None:
    """Have these sentences be neutral, in place, and say why."""
    raise_neutral(found.probabilities, rows, UNREAD)
    for i in rows.tolist():
        found.reasons[i] = [why]


def _retold(doc: Doc, words: MaskedWords) -> Array:
    """Return the sentences in which a work of fiction is retold, by number.

    Where its characters are presented somebody may be reported, who judges the work; in a plot nobody is.
    """
    told = retold(doc, words.tokens, of=(PLOT, CHARACTERS))
    if told:
        told -= reported(store.get(doc, "attributions")) - retold(doc, words.tokens)
    return np.array(sorted(told), dtype=np.int64)


def reported(attributions: list[store.Row]) -> set[int]:
    """Return the sentences in which somebody speaks, by number: those with an attribution that is shown."""
    return {said["sentence"] for said in attributions if said["confidence"] >= LIKELY_ATTRIBUTION}


def doubt_damage(rows: list[store.Row], attributions: list[store.Row]) -> None:
    """Make unsure what an article on a harm tells, by itself, against it ("Overcrowding leads to disease" of slums).

    It is told of what a harm does by its nature, and readers differ on whether that is a critique of it: of one article
    on air pollution one called 54 sentences of 237 so, two others none of 120. Left are those that are ``PLAIN``.
    """
    said = reported(attributions)
    for number, row in enumerate(rows):
        damage = row["stance"] == "critique" and row["probabilities"]["critique"] < PLAIN and number not in said
        row["unsure"] = row["unsure"] or damage


def doubt_low_places(rows: list[store.Row], text: str) -> None:
    """Make unsure what would praise by nothing but places at the bottom of a scale ("156 out of 173, the 1st freest").

    A critique in high places stays: there are lists that none wants to lead ("third of 180 by corruption").
    """
    for row in rows:
        if row["stance"] == "endorsement":
            row["unsure"] = row["unsure"] or is_low(text[row["start"] : row["end"]])


def _of_sentence(rows: list[store.Row], attribution: store.Row) -> Matrix:
    """Return the probabilities of an attribution's sentence; neutral where there is none."""
    if attribution["sentence"] >= len(rows):
        return np.array([stance == "neutral" for stance in STANCES], dtype=np.float32)
    return np.array(list(rows[attribution["sentence"]]["probabilities"].values()), dtype=np.float32)


def even_out(probabilities: Matrix, runs: list[tuple[int, int]]) -> set[int]:
    """Draw the sentences of one running quotation together, in place: one speaker seldom changes sides.

    Each keeps its own log-probabilities with weight 1 - COHERENCE, and takes the mean of all with the rest. Returns the
    numbers of the sentences whose stance this changed.
    """
    before = probabilities.argmax(axis=1)
    for first, last in runs:
        logs = np.log(probabilities[first:last] + LEAST)
        probabilities[first:last] = softmax((1 - COHERENCE) * logs + COHERENCE * logs.mean(axis=0))
    return set(np.flatnonzero(probabilities.argmax(axis=1) != before).tolist())


def _running_quotations(offsets: list[int], quotations: list[store.Row]) -> list[tuple[int, int]]:
    """Return the sentences (first, and the one after the last) of each quotation that holds more than one.

    ``offsets`` has the first character of each sentence.
    """
    runs = []
    for row in quotations:
        if row.get("kind") == "quotation":
            first, last = bisect_right(offsets, row["start"]) - 1, bisect_left(offsets, row["end"])
            if last - first > 1:
                runs.append((max(0, first), last))
    return runs


def _made_of(found: StanceScores, i: int, drawn: set[int]) -> store.Row:
    """Return what the row of a sentence says of its stance and wording."""
    probabilities = dict(zip(STANCES, found.probabilities[i].tolist(), strict=True))
    stance = max(probabilities, key=lambda stance: probabilities[stance])
    wording = {} if found.wording is None else dict(zip(WORDING, found.wording[i].tolist(), strict=True))
    return {
        "stance": stance,
        "confidence": probabilities[stance],
        "probabilities": probabilities,
        "reasons": [DRAWN] if i in drawn else found.reasons[i],
        "wording": {kind: score for kind, score in wording.items() if not isnan(score)},
    }


def _said(attribution: store.Row) -> tuple[int, tuple[int, int] | None]:
    """Return the sentence of an attribution and the stretch of what it says."""
    return attribution["sentence"], _own_words(attribution)


def _own_words(attribution: store.Row) -> tuple[int, int] | None:
    """Return the stretch from an attribution's cue to the end of its content; None where it has no content."""
    bounds = [tuple(extent) for extent in attribution.get("content") or []]
    if bounds and attribution.get("cue_start") is not None:
        bounds.append((attribution["cue_start"], attribution["cue_end"]))
    return (min(start for start, _ in bounds), max(end for _, end in bounds)) if bounds else None


def _covers(extent: tuple[int, int], row: store.Row) -> bool:
    """Tell whether the stretch is most of the sentence."""
    shared = min(extent[1], row["end"]) - max(extent[0], row["start"])
    return bool(shared >= WHOLE * (row["end"] - row["start"]))


def _goes_on(doc: Doc, attribution: store.Row) -> bool:
    """Tell whether the cue is joined to something without a subject of its own: the source says that too.

    Of any word class: a parser often takes "but shared concerns" for two nouns.
    """
    cue = attribution.get("cue_start")
    span = doc.char_span(cue, attribution["cue_end"], alignment_mode="expand") if cue is not None else None
    return span is not None and any(
        not any(child.dep_.startswith("nsubj") for child in other.children) for other in span.root.conjuncts
    )
