"""Who says it: one row for each source that a sentence names, with its cue, what it attributes, and a probability.

A Doc goes through in a line: its words with their quotations, the candidates (a cue and what may be its source), the
model's probability for each, which of them are kept, the words of these, and the quotations that run on from them.
Names, types and what pronouns stand for are filled in by ``analyzer_sources``, which may follow. The definitions are
those of the annotation guidelines: a verb, noun or adjective that reports speech, judgement or finding attributes; a
legal act does not; a passive without an agent has no source.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

from spacy.language import Language
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate import needs, store
from analyzer.annotate.attribution import tagged
from analyzer.annotate.attribution.candidates import Candidate, candidates
from analyzer.annotate.attribution.lexicon import is_symbol, is_vague, may_attribute
from analyzer.annotate.attribution.model import DISCOURSE, NEWS, SCHEMES, WIKIPEDIA, AttributionModel, load, name_of
from analyzer.annotate.attribution.running import run_on
from analyzer.annotate.attribution.spans import content, cue_span, mode, source_span
from analyzer.annotate.encoder import TAGGER
from analyzer.annotate.retold import retold
from analyzer.annotate.stance.accurate import heard_by, is_heard
from analyzer.annotate.store import Row
from analyzer.annotate.tokens import QuotedTokens, quoted_tokens
from analyzer.errors import UsageError

Likely = tuple[Candidate, float]  # with its probability
_PRONOUNS = frozenset({"he", "she", "they", "it", "him", "her", "them"})
# "Leonard wrote ... which he called": the pronoun mostly stands for the source that the sentence has named.
PRONOUN_LIMIT = 0.6
# Schemes in which a network is heard; the layers on the small one have learnt from articles alone.
_HEARD, _TAGGER_HEARD = (WIKIPEDIA, NEWS), (WIKIPEDIA,)


@Language.factory(
    "analyzer_attribution",
    assigns=["doc._.analyzer_attributions"],
    requires=["token.dep", "token.tag", "token.lemma", "doc.sents"],
    default_config={"min_confidence": 0.0, "scheme": WIKIPEDIA, "model": None, "reader": None},
)
def create_attribution(
    nlp: Language, name: str, min_confidence: float, scheme: str, model: str | None, reader: str | None
) -> "Attribution":
    """Return the component; it leaves out rows below ``min_confidence``; ``model`` is a folder of one's own.

    ``reader`` is the model of a network that reads the sentences as well ("large"; "attribution-accurate", whose word
    is had with the stance of the accurate engine, for "wikipedia" alone), but for "discourse".

    ``scheme`` says what counts: "wikipedia" (what an encyclopedia's reader would call an attribution), "news" (what a
    news article attributes: wishes, plans and votes, too; quotations whole), or "discourse" (only clauses that
    attribute a clause, a writer's own "we find that" among them).
    """
    if scheme not in SCHEMES:
        raise UsageError(f"analyzer_attribution: scheme {scheme!r} is not known; expected one of {', '.join(SCHEMES)}.")
    return Attribution(min_confidence=min_confidence, scheme=scheme, folder=model, reader=reader)


class Attribution:
    """Fills the ``attributions`` layer of a parsed Doc; ``doc._.analyzer_attributions`` hands the rows out."""

    def __init__(
        self,
        *,
        min_confidence: float = 0.0,
        scheme: str = WIKIPEDIA,
        folder: str | None = None,
        reader: str | None = None,
    ) -> None:
        store.register()
        self.min_confidence = min_confidence
        self.scheme = scheme
        self.folder = folder
        schemes = _TAGGER_HEARD if reader == TAGGER else _HEARD
        self.reader = reader if reader is not None and scheme in schemes and is_heard(reader) else None
        name = name_of(scheme)
        self.models = {name: modelstore.load(name, folder).digest}
        if self.reader == TAGGER:
            self.models[TAGGER] = modelstore.load(TAGGER).digest

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its attributions; a Doc without a parse gets none, which is said."""
        needs.check(doc, "analyzer_attribution")
        rows: list[Row] = []
        if len(doc) and doc.has_annotation("DEP"):
            third = tagged.load(self.reader, self.scheme, self.folder) if self.reader is not None else None
            rows = attributions(doc, load(self.folder, self.scheme), self.min_confidence, third)
        store.put(doc, "attributions", rows)
        return doc


def attributions(
    doc: Doc, model: AttributionModel, min_confidence: float = 0.0, third: tagged.ThirdLook | None = None
) -> list[Row]:
    """Return the attribution rows of a parsed Doc by the model's scheme, in sentence order.

    ``third`` is a look of the same scheme at what a network makes of the sentences.
    """
    tokens, scheme = quoted_tokens(doc), model.scheme
    of_thing = scheme == WIKIPEDIA and store.on_thing(doc)
    found = [
        one
        for one in candidates(tokens, model.paths, model.cues, model.excluded)
        if scheme == DISCOURSE or may_attribute(tokens, one.cue, one.source, of_thing=of_thing)
    ]
    likely = confidence = model.probabilities(tokens, found, str(store.get_value(doc, "title") or ""))
    thresholds = model.thresholds
    if third is not None:
        confidence = third.probabilities(tokens, found, likely, heard_by(doc, third.reader))
        likely = third.chosen_by(confidence, likely, of_thing=of_thing)
        thresholds = third.thresholds
    if scheme == WIKIPEDIA:  # behind the looks, which weigh a cue's candidates beside each other
        told, pairs = retold(doc, tokens), zip(found, likely, strict=True)
        likely = [0.0 if _says_nothing(tokens, one, told, of_thing=of_thing) else p for one, p in pairs]
    sure = dict(zip(found, confidence, strict=True))
    rows = [
        _row(tokens, candidate, sure[candidate], clausal=scheme == DISCOURSE)
        for candidate, _ in choose(tokens, found, likely, thresholds)
        if sure[candidate] >= min_confidence
    ]
    passages = store.get_value(doc, "passages") or []
    about = store.subject(doc)
    life = about["aliases"] if scheme == WIKIPEDIA and about.get("sort") == "person" else ()
    return run_on(tokens, rows, passages, whole=scheme != WIKIPEDIA, discourse=scheme == DISCOURSE, life=life)


def _says_nothing(tokens: QuotedTokens, one: Candidate, told: Set[int], *, of_thing: bool) -> bool:
    """Tell whether a candidate is no attribution, however it is put: one within a plot, or of a sign or a quantity.

    A sign that ends a name is none ("Sixtus V").
    """
    if tokens.sent[one.cue] in told:
        return True
    if one.source < 0 or not is_symbol(tokens.words[one.source], of_thing=of_thing):
        return False
    return not any(
        tokens.words[k].isalpha() and len(tokens.words[k]) > 2 for k in range(*source_span(tokens, one.source))
    )


def _row(tokens: QuotedTokens, candidate: Candidate, probability: float, *, clausal: bool) -> Row:
    source = source_span(tokens, candidate.source) if candidate.source >= 0 else None
    if source and source[0] <= candidate.cue < source[1]:  # a misread tree put the cue among the source's words
        before = candidate.source < candidate.cue
        source = (source[0], candidate.cue) if before else (candidate.cue + 1, source[1])
    spans = content(tokens, candidate, source, clausal=clausal)
    cue = cue_span(tokens, candidate.cue)
    start, end = (tokens.start[source[0]], tokens.end[source[1] - 1]) if source else (None, None)
    words = tokens.text[start:end] if source else None
    row: Row = {
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


def choose(
    tokens: QuotedTokens,
    candidates: Sequence[Candidate],
    probabilities: Sequence[float],
    thresholds: Mapping[str, float],
) -> list[Likely]:
    """Return the candidates to keep with their probabilities, in text order.

    Where two candidate sources share words, or are all that a cue has and stand beside each other with a mere comma
    between, the likelier stays; a cue with a source makes no sourceless row, and one that likelier has none names none
    ("he is said to have left"). More thresholds where they are given: "vague", for groups that nobody names, "quoted",
    for cues inside a quotation, whose words are mostly somebody else's, and "pronoun", for pronouns behind a source of
    their sentence.
    """
    lowest = min(thresholds.values())
    likely = [(candidate, p) for candidate, p in zip(candidates, probabilities, strict=True) if p >= lowest]
    best = _best(tokens, likely, thresholds)
    ranked = sorted(best.values(), key=lambda item: (-item[1], item[0].cue, item[0].source))
    named = _disjoint(tokens, [item for item in ranked if item[0].source >= 0])
    named = _without_repeats(tokens, named, thresholds["named"], thresholds.get("pronoun", PRONOUN_LIMIT))
    named = _without_appositions(tokens, named)
    spoken = {candidate.cue for candidate, _ in named}
    alone = [item for item in ranked if item[0].source < 0 and item[0].cue not in spoken]
    return sorted([*named, *alone], key=lambda item: (tokens.sent[item[0].cue], item[0].cue, item[0].source))


def _best(tokens: QuotedTokens, likely: Iterable[Likely], thresholds: Mapping[str, float]) -> Mapping[object, Likely]:
    """Return the likeliest candidate of each source (-1: none) of each sentence, where it reaches its threshold."""
    best: dict[object, Likely] = {}
    alone = {candidate.cue: p for candidate, p in likely if candidate.source < 0 and p >= thresholds["unnamed"]}
    for candidate, p in likely:
        named = candidate.source >= 0
        if p < _limit(tokens, candidate, p, thresholds) or (named and p < alone.get(candidate.cue, 0.0)):
            continue
        key = (tokens.sent[candidate.cue], candidate.source)
        if key not in best or p > best[key][1]:
            best[key] = (candidate, p)
    return best


def _limit(tokens: QuotedTokens, candidate: Candidate, p: float, thresholds: Mapping[str, float]) -> float:
    """Return the threshold of a candidate; ``p`` saves asking what makes no difference."""
    limit = thresholds["unnamed" if candidate.source < 0 else "named"]
    vague = thresholds.get("vague", limit)
    if candidate.source >= 0 and vague <= p < limit and is_vague(tokens, candidate.source):
        limit = vague
    return max(limit, thresholds.get("quoted", 0.0)) if tokens.quoted[candidate.cue] >= 0 else limit


def _disjoint(tokens: QuotedTokens, ranked: Iterable[Likely]) -> list[Likely]:
    """Return the candidates whose source words no likelier one has taken."""
    kept: list[Likely] = []
    taken: set[int] = set()
    for candidate, p in ranked:
        words = range(*source_span(tokens, candidate.source))
        if taken.isdisjoint(words):
            taken.update(words)
            kept.append((candidate, p))
    return kept


def _without_repeats(tokens: QuotedTokens, named: list[Likely], limit: float, sure: float) -> list[Likely]:
    """Return the candidates without doubtful pronouns behind a source of their sentence: they likely stand for it."""
    first: dict[int, int] = {}
    for candidate, p in named:
        if tokens.lower[candidate.source] not in _PRONOUNS and p >= limit:
            sentence = tokens.sent[candidate.cue]
            first[sentence] = min(first.get(sentence, candidate.source), candidate.source)
    return [
        (candidate, p)
        for candidate, p in named
        if p >= sure
        or tokens.lower[candidate.source] not in _PRONOUNS
        or first.get(tokens.sent[candidate.cue], candidate.source) >= candidate.source
    ]


def _without_appositions(tokens: QuotedTokens, named: list[Likely]) -> list[Likely]:
    """Return the candidates without the less likely of two that are one: "William, Prince of Orange, said"."""
    by_cue: dict[int, list[Likely]] = {}
    for item in named:
        by_cue.setdefault(item[0].cue, []).append(item)
    dropped = set[Candidate]()
    for own in by_cue.values():
        if len(own) == 2:
            (_, first), (second, _) = sorted(source_span(tokens, candidate.source) for candidate, _ in own)
            if tokens.lower[first:second] == [","]:
                dropped.add(min(own, key=lambda item: item[1])[0])
    return [(candidate, p) for candidate, p in named if candidate not in dropped]
