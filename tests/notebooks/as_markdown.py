"""Run in a notebook's kernel: what it shows as HTML has Markdown beside it, for the pages of docs/notebooks/."""

import re

import polars as pl
from IPython import get_ipython
from IPython.display import HTML
from selectolax.lexbor import LexborHTMLParser

import analyzer
from analyzer.report import markdown
from analyzer.report.notebook.shown import Shown


def report(shown: analyzer.Report) -> str:
    """Return the report, its headings below those of the page."""
    return "\n".join(f"##{line}" if line.startswith("#") else line for line in markdown.render(shown).splitlines())


def reports(shown: analyzer.Reports) -> str:
    """Return a row a report."""
    columns = ["title", "verdict", "neutrality_score", "spam_score"]
    return table(analyzer.frames(shown)["articles"].select(columns))


def table(shown: pl.DataFrame) -> str:
    """Return a frame with its first rows."""
    with pl.Config(tbl_formatting="MARKDOWN", tbl_width_chars=1000):
        return re.sub(r"(?<=\| )null(?= +\|)", "    ", str(shown))


def text(shown: HTML | Shown) -> str:
    """Return the words alone, as a quotation."""
    tree = LexborHTMLParser(shown.data if isinstance(shown, HTML) else shown)
    for style in tree.css("style"):
        style.decompose()
    words = tree.text()
    if isinstance(shown, HTML):  # displaCy has a line for each token
        words = re.sub(r"\b(SOURCE|CUE|CONTENT)\b", r"[\1]", " ".join(words.split()))
    lines = (" ".join(line.split()) for line in words.splitlines())
    return "\n>\n".join(f"> {line}" for line in lines if line)


formatter = get_ipython().display_formatter.formatters["text/markdown"]
for kind, render in ((analyzer.Report, report), (analyzer.Reports, reports), (pl.DataFrame, table)):
    formatter.for_type(kind, render)
for kind in (HTML, Shown):
    formatter.for_type(kind, text)
