"""Who says it: one row for each source that a sentence names, with its cue, what it attributes, and a probability.

A Doc goes through in a line: its words with their quotations, the candidates (a cue and what may be its source), the
model's probability for each, which of them are kept, the words of these, and the quotations that run on from them.
Names, types and what pronouns stand for are filled in by ``analyzer_sources``, which may follow. The definitions are
those of the annotation guidelines: a verb, noun or adjective that reports speech, judgement or finding attributes; a
legal act does not; a passive without an agent has no source.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.attribution.candidates import Candidate, candidates
from analyzer.annotate.attribution.continuation import run_on
from analyzer.annotate.attribution.model import DISCOURSE, NAME, AttributionModel, load
from analyzer.annotate.attribution.selection import choose
from analyzer.annotate.attribution.spans import content, cue_span, mode, source_span
from analyzer.annotate.quotes.membership import QuotedTokens, quoted_tokens
from analyzer.errors import UsageError

SCHEMES = ("wikipedia", "news", DISCOURSE)


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
    tokens = quoted_tokens(doc)
    found = candidates(tokens, model.paths, model.cues, model.excluded)
    probabilities = model.probabilities(tokens, found, str(store.get_value(doc, "title") or ""), scheme)
    rows = [
        _row(tokens, candidate, probability, clausal=scheme == DISCOURSE)
        for candidate, probability in choose(tokens, found, probabilities, model.thresholds[scheme])
        if probability >= min_confidence
    ]
    return run_on(tokens, rows, store.get_value(doc, "passages") or [], whole=scheme != "wikipedia")


def _row(tokens: QuotedTokens, candidate: Candidate, probability: float, *, clausal: bool) -> store.Row:
    """Return the row of a candidate in characters."""
    source = source_span(tokens, candidate.source) if candidate.source >= 0 else None
    if source and source[0] <= candidate.cue < source[1]:  # a misread tree put the cue among the source's words
        before = candidate.source < candidate.cue
        source = (source[0], candidate.cue) if before else (candidate.cue + 1, source[1])
    spans = content(tokens, candidate, source, clausal=clausal)
    cue = cue_span(tokens, candidate.cue)
    start, end = (tokens.start[source[0]], tokens.end[source[1] - 1]) if source else (None, None)
    words = tokens.text[start:end] if source else None
    row: store.Row = {
        "sentence": tokens.sent[candidate.cue],
        "source_start": start,
        "source_end": end,
        "source_text": words,
        "name": words,
        "type": "unnamed",
        "cue_start": tokens.start[cue[0]],
        "cue_end": tokens.end[cue[1] - 1],
        "content": [[tokens.start[a], tokens.end[b - 1]] for a, b in spans],
        "mode": mode(tokens, spans, candidate.cue),
        "carried": False,
        "confidence": round(probability, 4),
    }
    return row if source else row | {"agentless": True}
