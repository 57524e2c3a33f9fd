"""Hypothesis strategies for what readers meet: wikitext, pages, banner text, quotation marks, reference markers."""

# ruff: noqa: E501 - lists of cases and signs

from __future__ import annotations

from hypothesis import strategies as st

from .corpus import ADVERT

WORDS = "the lake is deep and critics called it cold Ann Hale said that U.S. Mr. According to Ledger 1.5 (1911) said".split()
MARKERS = ["[1]", "[2]", "[a]", "[note 3]", "[citation needed]", "[who?]", "[1][2]", "[1]:23", "[", "]", "[1", "1]"]
QUOTES = ['"', "“", "”", "‘", "’", "'", "«", "»", "„", "``", "''", '."', '," ', " '", "' ", '"\n\n"', "6'2\""]
ENDS = [". ", "? ", "! ", "; ", ": ", ", ", ".\n", "\n\n", " – ", " ... ", " "]
WIKI = [
    "{{", "}}", "[[", "]]", "[http://a.example ", "]", "|", "''", "'''", "== A ==\n", "\n\n", "* ", "<ref>", "</ref>", "<ref name=a />", "<nowiki>", "</nowiki>", "<!--", "-->",
    "{|\n|", "|}\n", "<br>", "<blockquote>", "</blockquote>", "{{POV|date=May 2019}}", "{{quote|", "{{citation needed}}", "{{reflist}}", "&amp;", "&#0;", "<math>", "{{#if:",
]  # fmt: skip
PAGE = [
    "<p>", "</p>", "<div>", "</div>", '<table class="box-POV ambox"><tr><td>', "</td></tr></table>", "<ul><li>", "</li></ul>", "<h2>", "</h2>", "<b>", "</i>", "<br>", "<!--", "-->",
    '<sup class="reference"><a href="#cite_note-1">[1]</a></sup>', '<ol class="references"><li id="cite_note-1">', "</li></ol>", "<blockquote>", "</blockquote>", "&lt;", "&#x0;", "<script>", "</script>",
]  # fmt: skip
BANNERS = [
    ADVERT, ADVERT + " |", "This article has multiple issues. ", "(Learn how and when to remove this template message)", "(May 2019)", "This section does not cite any sources. (July 2012)",
    "The neutrality of this article is disputed. ", "[hide]", "\n\n", "This article ", "is written like an advertisement", "|---|\n", "| ",
]  # fmt: skip
odd = st.text(max_size=3)


def joined(*signs: list[str], most: int = 40) -> st.SearchStrategy[str]:
    """Return texts put together from signs, plain words and now and then any characters."""
    words = st.sampled_from(WORDS).map(lambda word: f"{word} ")
    pieces = st.one_of(words, words, *(st.sampled_from(each) for each in signs), odd)
    return st.lists(pieces, max_size=most).map("".join)


wikitext = joined(WIKI, ENDS, MARKERS)
pages = joined(PAGE, ENDS)
banner_text = joined(BANNERS, ENDS)
quotations = joined(QUOTES, ENDS)
markers = joined(MARKERS, ENDS)
texts = joined(QUOTES, MARKERS, ENDS, BANNERS, most=60)
