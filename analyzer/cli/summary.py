"""``npov summary``: what a batch found, at a glance."""

from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, Option

from analyzer.cli.output import Output, screen, told_by

SummaryFormat = Literal["terminal", "html"]
_ENDINGS: dict[str, SummaryFormat] = {".html": "html", ".htm": "html"}


def summary(
    folder: Annotated[Path, Argument(help="What npov batch wrote, or a folder of reports in JSON.", metavar="DIR")],
    format: Annotated[
        SummaryFormat | None, Option(help="How to write it; told by the ending of --out, else for a terminal.")
    ] = None,
    out: Annotated[Path | None, Option(help="Write to this file instead of standard output.", metavar="FILE")] = None,
    top: Annotated[int, Option(min=1, help="How many articles and domains to show.")] = 20,
    width: Annotated[int | None, Option(min=40, max=1000, help="Columns of the terminal table.")] = None,
) -> None:
    """Tell what a batch found: articles in order of need, voices, banners, issues and domains.

    A batch that is under way, or was broken off, is told as far as it has come. The HTML page sorts its articles by
    neutrality, spam, balance, issues, banners or length.
    """
    from analyzer.batch.reading import files_of, parts, told_account
    from analyzer.report.survey import Survey

    output = Output(out, reads=files_of(folder) if out is not None else ())
    format = format or told_by(out, _ENDINGS, "terminal")
    survey = Survey(most=top if format == "terminal" else max(top, 100))
    for rows in parts(folder):
        survey.add(rows)
    survey.account = told_account(folder)
    if format == "html":
        from analyzer.report.html.survey import render_survey as render_page

        output.write(render_page(survey))
    else:
        from analyzer.report.terminal.canvas import Canvas
        from analyzer.report.terminal.survey import render_survey

        columns, colour = (80, False) if output.is_file else screen()
        canvas = Canvas(width or columns, colour, ascii_only=output.is_ascii)
        output.write(render_survey(survey, canvas, most=top))
    output.close()
