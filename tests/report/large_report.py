"""A long report made of copies of another."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.records import Report


def copied(report: Report, copies: int) -> Report:
    """Return the report on an article that says the same over and over, each time with the same findings."""
    step, sentences, units = len(report.article.text) + 1, len(report.sentences), len(report.attributions)

    def moved(item, by):
        return replace(item, start=item.start + by, end=item.end + by) if item and item.start is not None else item

    def evidence_of(items):
        every = [(number, item) for number in range(copies) for item in items]
        return tuple(
            replace(moved(item, number * step), sentence=item.sentence + number * sentences)
            for number, item in every
            if item.sentence is not None
        )

    summary = report.summary
    counts = {name: getattr(summary, name) * copies for name in ("sentences", "words", "critique", "unsure")}
    return replace(
        report,
        article=replace(report.article, text="\n".join([report.article.text] * copies)),
        sentences=tuple(
            replace(
                moved(item, number * step),
                index=item.index + number * sentences,
                attributions=tuple(index + number * units for index in item.attributions),
            )
            for number in range(copies)
            for item in report.sentences
        ),
        attributions=tuple(
            replace(
                item,
                sentence=item.sentence + number * sentences,
                source=moved(item.source, number * step),
                cue=moved(item.cue, number * step),
                content=tuple(moved(extent, number * step) for extent in item.content),
            )
            for number in range(copies)
            for item in report.attributions
        ),
        issues=tuple(replace(issue, evidence=evidence_of(issue.evidence)) for issue in report.issues),
        summary=replace(summary, **counts),
    )
