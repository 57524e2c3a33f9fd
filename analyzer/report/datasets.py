"""Reports as tables: the datasets, their columns, and the rows that a report gives: one for Parquet and data frames.

Arrow is asked for when rows are, so that a batch of reports alone needs no pyarrow. Every table begins with the number
of the article among all, which joins them, its id and its title.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from analyzer.readability import MEASURES
from analyzer.records import Attribution, Rejection, Report, Summary
from analyzer.spans import last_begun
from analyzer.vocabulary import STANCES

if TYPE_CHECKING:
    import pyarrow as pa

TABLES_SCHEMA = "1.1"
_COUNTS = tuple(name for name in Summary.__struct_fields__ if name in ("sentences", "words", *STANCES, "unsure"))
_SHARES = ("attributed_share", "unnamed_share", "subject_share", "cited_share")
_SCORES = ("balance", "effective_sources", "neutrality_score", "spam_score")
_WORDING = ("hedge", "weasel", "biased", "puffery")

# Dataset -> its columns with their kind; kinds are words of ``_type``. The numbers, id and title come first everywhere.
COLUMNS: dict[str, dict[str, str]] = {
    "articles": {
        "input": "text", "subject": "text", "language": "text", "format": "text", "revision": "text",
        "timestamp": "text", "verdict": "text", **dict.fromkeys(_COUNTS, "number"), **dict.fromkeys(_SHARES, "share"),
        **dict.fromkeys(_SCORES, "share"), "attributions": "number", "sources": "number", "banners": "number",
        "references": "number", "marks": "number", "issues_found": "number", **dict.fromkeys(MEASURES, "share"),
        "notices": "texts",
    },
    "sentences": {
        "sentence": "number", "start": "number", "end": "number", "section": "text", "text": "text", "stance": "text",
        "confidence": "share", "unsure": "flag", **dict.fromkeys(STANCES, "share"), "voice": "text", "reasons": "texts",
        "attributions": "numbers", "citations": "texts", "marks": "marks", **dict.fromkeys(_WORDING, "share"),
    },
    "attributions": {
        "attribution": "number", "sentence": "number", "source": "text", "source_type": "text", "source_words": "text",
        "mode": "text", "cue": "text", "content": "text", "extents": "extents", "carried": "flag", "stance": "text",
        "confidence": "share",
    },
    "sources": {"source": "text", "source_type": "text", "sentences": "number", "words": "number",
                **dict.fromkeys(STANCES, "number")},
    "issues": {
        "issue": "text", "family": "text", "score": "share", "found": "flag", "why_null": "text", "verdict": "text",
        "policy": "text", "claimed_by": "numbers", "evidence": "evidence", "sections": "sections",
    },
    "banners": {
        "banner": "text", "family": "text", "date": "text", "scope": "text", "section": "text", "template": "text",
        "text": "text", "issue": "text", "score": "share", "verdict": "text", "stale": "flag",
    },
    "references": {
        "label": "text", "text": "text", "urls": "texts", "domain": "text", "source_type": "text",
        "reliability": "texts", "uses": "number", "work": "text", "publisher": "text",
    },
}  # fmt: skip
# With a screen: what it came to, for every article that could be read.
SCREENED = {
    "input": "text", "need": "share", "words": "number", "citations": "number", "links": "number", "banners": "number",
    "analysed": "flag",
}  # fmt: skip
# What got no report is told beside the tables.
REJECTED = {"input": "text", "name": "text", "kind": "text", "reason": "text", "code": "text"}
FIRST = {"article": "position", "id": "text", "title": "text"}


@cache
def schema(dataset: str) -> "pa.Schema":
    """Return the Arrow schema of a dataset: one of ``COLUMNS``, "screened" or "rejected"."""
    import pyarrow as pa

    columns = FIRST | COLUMNS.get(dataset, SCREENED)
    if dataset == "rejected":
        columns = {"article": "position", **REJECTED}
    return pa.schema([pa.field(name, _type(kind)) for name, kind in columns.items()])


def _type(kind: str) -> Any:  # noqa: ANN401 - pyarrow is not typed
    import pyarrow as pa

    text, number, share = pa.string(), pa.int32(), pa.float64()
    extent = [("start", number), ("end", number)]
    kinds = {
        "position": pa.int64(),
        "text": text,
        "number": number,
        "share": share,
        "flag": pa.bool_(),
        "texts": pa.list_(text),
        "numbers": pa.list_(number),
        "extents": pa.list_(pa.struct(extent)),
        "marks": pa.list_(pa.struct([("text", text), ("kind", text), ("quoted", pa.bool_()), *extent])),
        "evidence": pa.list_(
            pa.struct(
                [("reason", text), ("rule", text), *extent, ("citation", text), ("section", text), ("sentence", number)]
            )
        ),
        "sections": pa.list_(pa.struct([("title", text), ("score", share), ("verdict", text), ("why_null", text)])),
    }
    return kinds[kind]


def rows_of(report: Report, position: int, input: str | None) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of a report by dataset, the columns in the order of ``FIRST`` and ``COLUMNS``.

    ``position`` is the number of its article among all.
    """
    first = (position, report.article.id, report.article.title)
    rows = {dataset: [(*first, *row) for row in given(report)] for dataset, given in _ROWS.items()}
    return rows | {"articles": [(*first, input, *_article(report))]}


def rejected_row(rejection: Rejection, position: int) -> tuple[Any, ...]:
    """Return the row of what got no report."""
    return (position, *(getattr(rejection, name) for name in REJECTED))


def table_of(dataset: str, rows: Iterable[tuple[Any, ...]]) -> "pa.Table":
    """Return rows as an Arrow table; a lone surrogate, which has no UTF-8, becomes U+FFFD."""
    import pyarrow as pa

    given = list(rows)
    shape = schema(dataset)
    columns = list(zip(*given, strict=True)) if given else [()] * len(shape)
    arrays = []
    for field, values in zip(shape, columns, strict=True):
        try:
            arrays.append(pa.array(values, type=field.type))
        except UnicodeEncodeError:
            from analyzer.report.json import encodable

            arrays.append(pa.array(encodable(list(values)), type=field.type))
    return pa.Table.from_arrays(arrays, schema=shape)


def _article(report: Report) -> tuple[Any, ...]:
    article, summary = report.article, report.summary
    return (
        article.subject,
        article.language,
        article.format,
        article.revision,
        article.timestamp,
        summary.verdict,
        *(getattr(summary, name) for name in (*_COUNTS, *_SHARES, *_SCORES)),
        len(report.attributions),
        len(report.sources),
        len(report.banners),
        len(article.references),
        len(report.marks),
        sum(issue.found for issue in report.issues),
        *(summary.readability.get(name) for name in MEASURES),
        article.notices,
    )


def _sentences(report: Report) -> Iterator[tuple[Any, ...]]:
    for sentence in report.sentences:
        section = last_begun(report.article.sections, sentence.start)
        marks = [report.marks[i] for i in sentence.marks]
        yield (
            sentence.index,
            sentence.start,
            sentence.end,
            section.title if section is not None else None,
            sentence.text,
            sentence.stance,
            sentence.confidence,
            sentence.unsure,
            *(sentence.probabilities.get(stance) for stance in STANCES),
            sentence.voice,
            sentence.reasons,
            sentence.attributions,
            sentence.citations,
            [{"text": m.text, "kind": m.kind, "quoted": m.quoted, "start": m.start, "end": m.end} for m in marks],
            *(sentence.wording.get(name) for name in _WORDING),
        )


def _attributions(report: Report) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(report.attributions):
        source = row.source
        yield (
            number,
            row.sentence,
            source.name or source.text,
            source.type,
            source.text,
            row.mode,
            row.cue.text if row.cue else None,
            _content(report.article.text, row),
            [{"start": part.start, "end": part.end} for part in row.content],
            row.carried,
            row.stance,
            row.confidence,
        )


def _content(text: str, row: Attribution) -> str:
    return " ".join(" ".join(text[part.start : part.end].split()) for part in row.content)


def _sources(report: Report) -> Iterator[tuple[Any, ...]]:
    for row in report.sources:
        yield row.name, row.type, row.sentences, row.words, *(getattr(row, stance) for stance in STANCES)


def _issues(report: Report) -> Iterator[tuple[Any, ...]]:
    for row in report.issues:
        yield (
            row.issue,
            row.family,
            row.score,
            row.found,
            row.why_null,
            row.verdict,
            row.policy,
            row.claimed_by,
            [{name: getattr(item, name) for name in item.__struct_fields__} for item in row.evidence],
            [
                {"title": part.title, "score": part.score, "verdict": part.verdict, "why_null": part.why_null}
                for part in row.sections
            ],
        )


def _banners(report: Report) -> Iterator[tuple[Any, ...]]:
    from analyzer.report.overview import claims

    for number, banner in enumerate(report.banners):
        told = claims(report, number)
        worst = told[0] if told else None
        yield (
            *(getattr(banner, name) for name in ("id", "issue", "date", "scope", "section", "template", "text")),
            *((worst.issue, worst.score, worst.verdict, worst.stale) if worst else (None, None, None, None)),
        )


def _references(report: Report) -> Iterator[tuple[Any, ...]]:
    names = ("label", "text", "urls", "domain", "source_type", "reliability", "uses", "work", "publisher")
    for row in report.article.references:
        yield tuple(getattr(row, name) for name in names)


_ROWS = {
    "sentences": _sentences,
    "attributions": _attributions,
    "sources": _sources,
    "issues": _issues,
    "banners": _banners,
    "references": _references,
}
