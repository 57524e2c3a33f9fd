"""What several commands take: inputs, how to read them, and what reads."""

from pathlib import Path
from typing import Annotated

import typer

from analyzer import vocabulary
from analyzer.vocabulary import Engine

Title = Annotated[
    str | None,
    typer.Option(help="The article's title, where the file does not tell it; of a dump or table, the page to read."),
]
ModelName = Annotated[str | None, typer.Option(help="Another installed spaCy pipeline, by name or path.")]
InputForm = Annotated[
    vocabulary.InputForm | None, typer.Option(help="How to read the input; recognised by its content if not given.")
]
TextColumn = Annotated[
    str | None, typer.Option(help="The column of a table (JSON Lines, CSV, TSV, Parquet) that holds the articles.")
]
EngineName = Annotated[
    Engine | None,
    typer.Option(help="What reads: fast, for large batches; accurate; large. By default the best that is installed."),
]
Sources = Annotated[
    Path | None,
    typer.Option(
        help="Your own table of domains (TSV: domain, verdict ...), before the packaged ones.", metavar="FILE"
    ),
]
Gazetteer = Annotated[
    Path | None,
    typer.Option(help="Your own table of sources (name, tab, type), which decides how they are typed.", metavar="FILE"),
]
MinConfidence = Annotated[
    float,
    typer.Option(min=0.0, max=1.0, help="Neither show nor count attributions less probable than this; 0 keeps all."),
]
Pages = Annotated[
    list[str] | None,
    typer.Option(
        help="Of a dump, snapshot or table, only the page of this title; may be given again, or as @FILE, one a line.",
        metavar="TITLE",
    ),
]
