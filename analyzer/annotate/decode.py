"""Records in article coordinates from the layers that the components left on a Doc."""

from bisect import bisect_left
from collections.abc import Mapping

from msgspec.structs import replace
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.masking import OffsetMap
from analyzer.annotate.sentences import sentence_rows
from analyzer.annotate.tokens import tokens_of
from analyzer.annotate.wording.component import KINDS
from analyzer.counting import number
from analyzer.limits import MAX_SENTENCE
from analyzer.records import Annotated, Article, Attribution, Cue, Extent, Mark, Sentence, Source


def annotated(doc: Doc, article: Article, offsets: OffsetMap, *, min_confidence: float = 0.0) -> Annotated:
    """Return what the components found, with every extent in characters of ``article.text``."""
    if not article.subject:
        article = replace(article, subject=store.subject(doc).get("name") or article.title)
    if not len(doc):
        return Annotated(article=article)
    tokens = tokens_of(doc)
    text = tokens.text
    if long := sum(last - first > MAX_SENTENCE for first, last in tokens.bounds):
        told = f"Who speaks was not looked for in {number(long, 'sentence')} of more than {MAX_SENTENCE} words."
        article = replace(article, notices=(*article.notices, told))
    attributions = tuple(
        _attribution(row, article, offsets)
        for row in store.get(doc, "attributions")
        if row.get("confidence", 1.0) >= min_confidence
    )
    marks = tuple(_mark(row, text, offsets) for row in store.get(doc, "marks"))
    return Annotated(
        article=article,
        sentences=_sentences(doc, text, article, offsets, attributions, marks),
        attributions=attributions,
        marks=marks,
        quotations=tuple(
            offsets.extent(row["start"], row["end"])
            for row in store.get(doc, "quotations")
            if row["kind"] == "quotation"
        ),
    )


def _attribution(row: store.Row, article: Article, offsets: OffsetMap) -> Attribution:
    """Return one attribution; text of source and cue is the article's own, markers and all."""
    at = _extent(row, "source", offsets)
    cue = _extent(row, "cue", offsets)
    source = Source(
        type=row["type"],
        text=article.text[at.start : at.end] if at else None,
        name=row.get("name"),
        start=at.start if at else None,
        end=at.end if at else None,
    )
    return Attribution(
        sentence=row["sentence"],
        source=source,
        cue=Cue(start=cue.start, end=cue.end, text=article.text[cue.start : cue.end]) if cue else None,
        content=tuple(offsets.extent(a, b) for a, b in row.get("content") or ()),
        mode=row.get("mode", "indirect"),
        carried=bool(row.get("carried")),
        stance=row.get("stance") or "neutral",
        confidence=round(float(row.get("confidence", 1.0)), 4),
    )


def _extent(row: store.Row, role: str, offsets: OffsetMap) -> Extent | None:
    """Return the article extent of a role, None where the sentence has no words for it."""
    start, end = row.get(f"{role}_start"), row.get(f"{role}_end")
    return None if start is None or end is None else offsets.extent(start, end)


def _mark(row: store.Row, text: str, offsets: OffsetMap) -> Mark:
    at = offsets.extent(row["start"], row["end"])
    return Mark(
        start=at.start,
        end=at.end,
        text=text[row["start"] : row["end"]],
        kind=row["kind"],
        lexicon=row["lexicon"],
        quoted=bool(row.get("quoted")),
    )


def _sentences(
    doc: Doc,
    text: str,
    article: Article,
    offsets: OffsetMap,
    attributions: tuple[Attribution, ...],
    marks: tuple[Mark, ...],
) -> tuple[Sentence, ...]:
    """Return the sentences; each is extended over the reference markers that follow it, as a reader would."""
    markers = {mark.start: mark.end for mark in (*article.citations, *article.inline_tags)}
    cited, marked = ([found.start for found in each] for each in (article.citations, marks))
    cued = store.get(doc, "wording")
    said: dict[int, list[int]] = {}
    for i, attribution in enumerate(attributions):
        said.setdefault(attribution.sentence, []).append(i)
    found = []
    for index, row in enumerate(sentence_rows(doc)):
        start, end = row["start"], row["end"]
        at = offsets.extent(start, end)
        stop = extend_over_markers(article.text, at.end, markers)
        found.append(
            Sentence(
                index=index,
                start=at.start,
                end=stop,
                text=text[start:end],
                stance=row.get("stance", "neutral"),
                confidence=round(float(row.get("confidence", 0.0)), 4),
                unsure=bool(row.get("unsure")),
                probabilities={k: round(float(v), 4) for k, v in row.get("probabilities", {}).items()},
                reasons=tuple(row.get("reasons", ())),
                voice="attributed" if index in said else "article",
                attributions=tuple(said.get(index, ())),
                citations=tuple(article.citations[i].label for i in _indexes(cited, at.start, stop)),
                marks=tuple(_indexes(marked, at.start, stop)),
                wording=_wording(cued, start, end) | {k: round(float(v), 4) for k, v in row.get("wording", {}).items()},
            )
        )
    return tuple(found)


def extend_over_markers(text: str, end: int, markers: Mapping[int, int]) -> int:
    """Return the end of a sentence with the reference markers and tags that follow it: ``word."[1][2]``.

    ``end`` is where the sentence's own words end; ``markers`` tells where each marker ends, by where it starts.
    """
    at = end
    while True:
        ahead = at
        while ahead < len(text) and text[ahead] in " \t\u00a0":
            ahead += 1
        following = markers.get(at) or markers.get(ahead)
        if following is None or following <= at:
            return at
        at = following


def _wording(rows: list[store.Row], start: int, end: int) -> dict[str, float]:
    """Return the scores of the cues that begin in the stretch; rows are in text order, one a sentence."""
    at = bisect_left(rows, start, key=lambda row: row["start"])
    if at == len(rows) or rows[at]["start"] >= end:
        return {}
    return {kind: rows[at][kind] for kind in KINDS if rows[at][kind]}


def _indexes(starts: list[int], start: int, end: int) -> range:
    """Return the numbers of the places that lie in the stretch; they are in text order."""
    return range(bisect_left(starts, start), bisect_left(starts, end))
