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
    with pl.Config(fmt_str_lengths=300):
        return table(analyzer.frames(shown)["articles"].select(columns).with_columns(pl.selectors.float().round(2)))


def table(shown: pl.DataFrame) -> str:
    """Return a frame with its first rows."""
    plain = {"tbl_hide_dataframe_shape": True, "tbl_hide_column_data_types": True}
    with pl.Config(tbl_formatting="MARKDOWN", tbl_width_chars=1000, **plain):
        return re.sub(r"(?<=\| )null(?= +\|)", "    ", str(shown))


def text(shown: HTML | Shown) -> str:
    """Return the words alone, as a quotation; what is told in small letters stands in brackets."""
    html = shown.data if isinstance(shown, HTML) else shown
    html = (
        re.sub(r"<small[^>]*>", r"\g<0> [", html)
        .replace("</small>", "]</small>")
        .replace("</p>", "</p>\n")
        .replace("</div>", "</div>\n")
    )
    tree = LexborHTMLParser(html)
    for style in tree.css("style"):
        style.decompose()
    words = tree.text()
    if isinstance(shown, HTML):  # displaCy has a line for each token
        words = re.sub(r"\b(SOURCE|CUE|CONTENT)\b", r"[\1]", " ".join(words.split()))
    lines = (" ".join(line.split()) for line in words.splitlines())
    return "\n>\n".join(f"> {line}" for line in lines if re.search(r"\w", line))


formatter = get_ipython().display_formatter.formatters["text/markdown"]
for kind, render in ((analyzer.Report, report), (analyzer.Reports, reports), (pl.DataFrame, table)):
    formatter.for_type(kind, render)
for kind in (HTML, Shown):
    formatter.for_type(kind, text)
