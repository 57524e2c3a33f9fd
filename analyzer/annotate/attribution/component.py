"""Who says it: one row for each source that a sentence names, with its cue, what it attributes, and a probability.

Candidate pairs of a cue and a source come from known paths of dependencies (:mod:`.candidates`); a linear
model over their features decides (:mod:`.model`); names, types and what pronouns stand for are filled in
by ``analyzer_sources``, which may follow. The definitions are those of the annotation guidelines: a verb, noun or
adjective that reports speech, judgement or finding attributes; a legal act does not; a passive without an agent has
no source.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.attribution.candidates import Pair, pairs
from analyzer.annotate.attribution.content import content, cue_span, mode
from analyzer.annotate.attribution.continuation import run_on
from analyzer.annotate.attribution.features import Featurizer
from analyzer.annotate.attribution.model import DISCOURSE, NAME, AttributionModel, load
from analyzer.annotate.attribution.selection import choose
from analyzer.annotate.attribution.spans import Span, source_span
from analyzer.annotate.attribution.view import View, view
from analyzer.annotate.tokens import columns
from analyzer.errors import UsageError

SCHEMES = ("wikipedia", "news", DISCOURSE)
TITLE_WORD = 3


@Language.factory(
    "analyzer_attribution",
    assigns=["doc._.analyzer_attributions"],
    requires=["token.dep", "token.tag", "token.lemma", "doc.sents"],
    default_config={"min_confidence": 0.0, "scheme": "wikipedia", "model": None},
)
def create_attribution(nlp: Language, name: str, min_confidence: float, scheme: str, model: str | None) -> Attribution:
    """Return the component.

    ``min_confidence`` leaves out rows of lower probability. ``scheme`` says what counts: "wikipedia" (what an
    encyclopedia's reader would call an attribution), "news" (the same judgement, its threshold set on news,
    quotations whole), or "discourse" (only clauses that attribute a clause, a writer's own "we find that" among
    them). ``model`` is a model folder in place of the installed one.
    """
    if scheme not in SCHEMES:
        raise UsageError(f"analyzer_attribution: scheme {scheme!r} is not known; expected one of {', '.join(SCHEMES)}.")
    return Attribution(min_confidence=min_confidence, scheme=scheme, folder=model)


class Attribution:
    """Fills the ``attributions`` layer of a parsed Doc; ``doc._.analyzer_attributions`` hands the rows out."""

    def __init__(self, *, min_confidence: float = 0.0, scheme: str = "wikipedia", folder: str | None = None) -> None:
        store.register()
        self.min_confidence = min_confidence
        self.scheme = scheme
        self.folder = folder

    @property
    def models(self) -> dict[str, str]:
        """Return the model used with its hash, for a report's provenance."""
        return {NAME: load(self.folder).digest}

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its attributions; a Doc without a parse gets none."""
        rows: list[store.Row] = []
        if len(doc) and doc.has_annotation("DEP"):
            rows = attributions(doc, load(self.folder), self.scheme, self.min_confidence)
        store.put(doc, "attributions", rows)
        return doc


def attributions(
    doc: Doc, model: AttributionModel, scheme: str = "wikipedia", min_confidence: float = 0.0
) -> list[store.Row]:
    """Return the attribution rows of a parsed Doc, in sentence order."""
    seen = view(doc)
    title = str(store.get_value(doc, "title") or "")
    words = frozenset(w for w in title.lower().split() if len(w) >= TITLE_WORD)
    candidates = pairs(seen, model.paths, model.cues, model.idle)
    probabilities = model.probabilities(Featurizer(seen, words), candidates, scheme)
    chosen = choose(seen, candidates, probabilities, model.thresholds[scheme])
    text = columns(doc).text
    rows = [
        _row(seen, text, pair, probability, scheme == DISCOURSE)
        for pair, probability in chosen
        if probability >= min_confidence
    ]
    return run_on(seen, rows, store.get_value(doc, "passages") or [], whole=scheme != "wikipedia")


def _without_cue(source: Span, pair: Pair) -> Span:
    """Return the source's words without the cue, where a misread tree put it among them."""
    start, end = source
    if not start <= pair.cue < end:
        return source
    return (start, pair.cue) if pair.source < pair.cue else (pair.cue + 1, end)


def _row(seen: View, text: str, pair: Pair, probability: float, clausal: bool) -> store.Row:
    """Return the row of a pair in characters."""
    source = _without_cue(source_span(seen, pair.source), pair) if pair.source >= 0 else None
    spans = content(seen, pair, source, clausal=clausal)
    cue = cue_span(seen, pair.cue)
    start, end = (seen.start[source[0]], seen.end[source[1] - 1]) if source else (None, None)
    words = text[start:end] if source else None
    row: store.Row = {
        "sentence": seen.sent[pair.cue],
        "source_start": start,
        "source_end": end,
        "source_text": words,
        "name": words,
        "type": "unnamed",
        "cue_start": seen.start[cue[0]],
        "cue_end": seen.end[cue[1] - 1],
        "content": [[seen.start[a], seen.end[b - 1]] for a, b in spans],
        "mode": mode(seen, spans, pair.cue),
        "carried": False,
        "confidence": round(probability, 4),
    }
    if source is None:
        row["agentless"] = True
    return row
