"""What several commands take: inputs, how to read them, what reads, and what is judged.

What has a variable may stand in a configuration, too (:mod:`.configuration`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from analyzer.vocabulary import LIKELY_ATTRIBUTION, Engine, InputForm

if TYPE_CHECKING:
    from analyzer.batch.work import Settings

__all__ = [
    "EngineName", "FailAt", "Gazetteer", "Ignore", "InputFormat", "Issues", "Lexicons", "MinConfidence", "ModelName",
    "Pages", "Sources", "TextColumn", "Thresholds", "Title", "Workers", "settings_of",
]  # fmt: skip


def _issue_names(incomplete: str) -> Iterator[str]:
    """Yield what completes the last of several issues or families that commas part."""
    from analyzer.issues import scorers

    before, comma, last = incomplete.rpartition(",")
    known = dict.fromkeys(name for scorer in scorers() for name in (scorer.family, scorer.issue))
    yield from (f"{before}{comma}{name}" for name in known if name.startswith(last))


def _format_names(incomplete: str) -> Iterator[str]:
    from analyzer.readers import formats

    yield from (name for name in formats() if name.startswith(incomplete))


Title = Annotated[
    str | None,
    typer.Option(help="The article's title, where the file does not tell it; of a dump or table, the page to read."),
]
ModelName = Annotated[
    str | None, typer.Option(envvar="NPOV_MODEL", help="Another installed spaCy pipeline, by name or path.")
]
InputFormat = Annotated[
    str | None,
    typer.Option(
        help="How to read the input; recognised by its content if not given. Other packages may bring more.",
        metavar="|".join(get_args(InputForm)),
        autocompletion=_format_names,
    ),
]
TextColumn = Annotated[
    str | None, typer.Option(help="The column of a table (JSON Lines, CSV, TSV, Parquet) that holds the articles.")
]
EngineName = Annotated[
    Engine | None,
    typer.Option(
        envvar="NPOV_ENGINE",
        help="What reads: fast, for large batches; accurate; large. By default the best that is installed.",
    ),
]
Sources = Annotated[
    Path | None,
    typer.Option(
        envvar="NPOV_SOURCES",
        help="Your own table of domains (TSV: domain, verdict ...), before the packaged ones.",
        metavar="FILE",
    ),
]
Gazetteer = Annotated[
    Path | None,
    typer.Option(
        envvar="NPOV_GAZETTEER",
        help="Your own table of sources (name, tab, type), which decides how they are typed.",
        metavar="FILE",
    ),
]
Lexicons = Annotated[
    list[Path] | None,
    typer.Option(
        envvar="NPOV_LEXICONS",
        help="Your own list of words to watch (term, tab, kind), before the packaged ones; may be given again.",
        metavar="FILE",
    ),
]
MinConfidence = Annotated[
    float,
    typer.Option(
        envvar="NPOV_MIN_CONFIDENCE",
        min=0.0,
        max=1.0,
        help="Neither show nor count attributions less probable than this; 0 keeps all.",
    ),
]
Issues = Annotated[
    str | None,
    typer.Option(
        envvar="NPOV_ISSUES",
        help="Judge these issues or families alone, such as balance,promotion.advert.",
        metavar="ISSUE,...",
        autocompletion=_issue_names,
    ),
]
Ignore = Annotated[
    str | None,
    typer.Option(
        envvar="NPOV_IGNORE",
        help="Do not judge these issues or families.",
        metavar="ISSUE,...",
        autocompletion=_issue_names,
    ),
]
Thresholds = Annotated[
    str | None,
    typer.Option(
        envvar="NPOV_THRESHOLDS",
        help="From which score on an issue counts as found, where not from .5 on: promotion.advert=0.7,balance=0.6.",
        metavar="ISSUE=SCORE,...",
    ),
]
FailAt = Annotated[
    float | None,
    typer.Option(envvar="NPOV_FAIL_AT", min=0.0, max=1.0, help="Exit with 1 if an issue scores this much or more."),
]
Workers = Annotated[
    int | None,
    typer.Option(
        envvar="NPOV_WORKERS",
        min=1,
        help="Processes that share the work. Not given: one for npov check, one a core for npov batch.",
    ),
]
Pages = Annotated[
    list[str] | None,
    typer.Option(
        help="Of a dump, snapshot or table, only the page of this title; may be given again, or as @FILE, one a line.",
        metavar="TITLE",
    ),
]


def settings_of(
    *,
    model: str | None = None,
    engine: Engine | None = None,
    sources: Path | None = None,
    gazetteer: Path | None = None,
    lexicons: Sequence[Path] | None = None,
    min_confidence: float = LIKELY_ATTRIBUTION,
    issues: str | None = None,
    ignore: str | None = None,
    thresholds: str | None = None,
) -> "Settings":
    """Return what reports of these options depend on."""
    from analyzer.batch.work import Settings
    from analyzer.cli.configuration import names_of, scores_of

    return Settings(
        model=model,
        engine=engine,
        sources=str(sources) if sources else None,
        gazetteer=str(gazetteer) if gazetteer else None,
        lexicons=tuple(map(str, lexicons)) if lexicons else None,
        min_confidence=min_confidence,
        issues=names_of(issues),
        ignore=names_of(ignore),
        thresholds=tuple(sorted(scores_of(thresholds).items())) or None,
        write=("records",),
    )
