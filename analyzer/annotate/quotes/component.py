"""Quoted stretches of an article, each told apart: somebody's words, a title or name, or scare quotes."""

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate import store
from analyzer.annotate.quotes.pairing import MarkPair, mark_pairs
from analyzer.annotate.quotes.scorecard import MODEL, classify, features, repeated
from analyzer.annotate.tokens import Tokens, tokens_of

_SINGLE = frozenset("'’‘‚‛`")


@Language.factory(
    "analyzer_quotes",
    assigns=["doc._.analyzer_quotations"],
    requires=["token.is_sent_start", "token.tag", "token.lemma"],
)
def create_quotes(nlp: Language, name: str) -> "Quotes":
    """Return the component; it takes no settings."""
    return Quotes()


class Quotes:
    """Writes the ``quotations`` layer: outermost quoted stretches, marks included, nested ones under ``inner``."""

    def __init__(self) -> None:
        store.register()
        self.models = {MODEL: modelstore.load(MODEL).digest}

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its quoted stretches found and classed."""
        tokens = tokens_of(doc)
        rows = stretches(tokens, store.get_value(doc, "passages") or _paragraphs(tokens.text))
        often = repeated(tokens.text, rows)
        for row in rows:
            if not row["kind"]:
                title = store.get_value(doc, "title") or ""
                row["kind"], row["score"] = classify(features(tokens, row["start"], row["end"], often, title))
        store.put(doc, "quotations", rows)
        return doc


def _paragraphs(text: str) -> list[store.Row]:
    made, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            made.append({"start": at, "end": at + len(line), "kind": "paragraph", "source": None})
        at += len(line) + 1
    return made


def stretches(tokens: Tokens, passages: Sequence[store.Row]) -> list[store.Row]:
    """Return the quoted stretches as rows; ``kind`` is empty where it is still to be told."""
    rows: list[store.Row] = []
    closing = [tokens.end[last - 1] for _, last in tokens.bounds]
    for index, passage in enumerate(passages):
        start, end = passage["start"], passage["end"]
        if passage["kind"] == "quotation":
            rows.append(_row(start, end, "quotation") | {"source": passage.get("source")})
            continue
        following = "".join(tokens.text[row["start"] : row["end"]] for row in passages[index + 1 : index + 2])
        for pair in mark_pairs(tokens.text[start:end]):
            if pair.closed:
                rows.append(_pair_row(pair, start))
            elif pair.mark not in _SINGLE and following.lstrip().startswith(pair.mark):  # it goes on there
                rows.append(_row(start + pair.start, end, "quotation") | {"open": True})
            else:
                rows.extend(_cut(pair, start, closing))
    return rows


def _row(start: int, end: int, kind: str = "") -> store.Row:
    return {"start": start, "end": end, "kind": kind, "open": False, "source": None, "score": 1.0, "inner": []}


def _pair_row(pair: MarkPair, at: int) -> store.Row:
    """Return the row of a closed pair; its nested stretches (doubles in singles and the like) go under ``inner``."""
    inner = [[at + p.start, at + p.end] for p in pair.inner if p.closed]
    return _row(at + pair.start, at + pair.end) | {"inner": inner}


def _cut(pair: MarkPair, at: int, closing: list[int]) -> list[store.Row]:
    """Return rows for an unclosed pair: it ends with its sentence, and the pairs behind that stand by themselves."""
    stop = next((end for end in closing if end > at + pair.start), at + pair.end)
    kept = [p for p in pair.inner if p.closed]
    rows = [] if any(at + p.start < stop for p in kept) else [_row(at + pair.start, min(stop, at + pair.end))]
    return [*rows, *(_pair_row(p, at) for p in kept)]
