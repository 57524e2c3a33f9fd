"""Whatever the markup, the article is sound: extents lie in the text, blocks do not overlap, no placeholder leaks."""

# ruff: noqa: E501 - lists of signs

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.readers.html.reader import read_html
from analyzer.readers.wikitext.reader import read_wikitext
from analyzer.records import Article

WIKI = [
    "{{", "}}", "{{{", "}}}", "[[", "]]", "[", "]", "|", "=", "==", "\n", "\n\n", "* ", "# ", ": ", "; ", " ", "''", "'''",
    "<ref>", "</ref>", "<ref name=a />", '<ref name="b">', "<nowiki>", "</nowiki>", "<!--", "-->", "{|", "|}", "|-", "<br>",
    "<blockquote>", "</blockquote>", "<table>", "</table>", "<div>", "</div>", "<math>", "</math>", "<poem>", "</poem>",
    "{{POV|date=May 2019}}", "{{Multiple issues|", "{{citation needed}}", "{{quote|", "{{reflist|refs=", "{{efn|", "{{cite web|",
    "url=http://a.example/b", "https://c.example", "title=T", "words", "A sentence.", "== Notes ==", "== External links ==",
    "{{Infobox|", "[[File:A.jpg|", "<references />", "&amp;", "\ufdd0", "1\ufdd1", "{{!}}", "{{#if:", "<span style=\"display:none\">",
]  # fmt: skip
HTML = [
    "<p>", "</p>", "<div>", "</div>", "<table>", "</table>", "<tr><td>", "</td></tr>", '<table class="box-POV ambox">', "<li>",
    "</li>", "<ul>", "</ul>", "<h2>", "</h2>", '<sup class="reference">', "</sup>", '<a href="#cite_note-1">', "</a>", "[1]",
    '<ol class="references">', "</ol>", '<li id="cite_note-1">', "<blockquote>", "</blockquote>", "<cite>", "</cite>", "<br>",
    '<sup class="Inline-Template">[who?]', '<a class="external" href="https://a.example/">', "words ", "A sentence. ", "\ufdd8q9",
    '<span class="mwe-math-element">', "</span>", '<div style="display:none">', '<table class="infobox">', "(May 2019)", "\n",
    "The neutrality of this article is disputed. ", "<h1>", "</h1>", '<div class="mw-parser-output">', '<div class="reflist">',
]  # fmt: skip


def sound(article: Article) -> None:
    parts = (*article.citations, *article.inline_tags, *article.banners, *article.sections, *article.blocks)
    assert all(0 <= part.start <= part.end <= len(article.text) for part in parts)
    assert not re.search("[\ufdd0-\ufdef]", article.text)
    end = 0
    for block in article.blocks:
        assert block.start >= end
        assert article.text[block.start : block.end].strip()
        end = block.end
    for citation in article.citations:
        assert article.text[citation.start : citation.end] == f"[{citation.label}]"
    for tag in article.inline_tags:
        assert article.text[tag.start : tag.end].startswith("[")
    told = [*(r.text for r in article.references), *(u for r in article.references for u in r.urls)]
    told += [link.url + link.text for link in article.links] + [b.text for b in article.banners]
    told += [s.title for s in article.sections] + [b.source or "" for b in article.blocks] + [article.title]
    assert not re.search("[\ufdd0-\ufdef]", " ".join(told))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(WIKI) | st.text(max_size=4), max_size=40).map("".join))
def test_any_wikitext_gives_a_sound_article(text: str) -> None:
    sound(read_wikitext(text, title="T"))
    sound(read_wikitext(text))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(HTML) | st.text(max_size=4), max_size=40).map("".join))
def test_any_html_gives_a_sound_article(text: str) -> None:
    sound(read_html(text))
    sound(read_html(f'<html><body><div class="mw-parser-output">{text}'))
