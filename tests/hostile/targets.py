"""What is fuzzed: each target takes bytes, puts them through one part of the analyzer, and asserts what must hold.

An exception that a caller is promised (:class:`AnalyzerError`, and msgspec's for JSON that is no report) is no finding.
"""

# ruff: noqa: E501 - lists of cases and signs

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Iterable
from functools import cache
from html import unescape
from itertools import pairwise
from typing import Any

import msgspec
from soundness import covers_the_prose, sound_annotations, sound_article, sound_report

from analyzer import Report, titles
from analyzer.annotate.masking import OffsetMap, mask
from analyzer.annotate.quotes.pairing import MarkPair, mark_pairs
from analyzer.errors import AnalyzerError
from analyzer.modelstore import read_arrays, read_json
from analyzer.readers.banners.detect import find_banners, find_inline_tags
from analyzer.readers.citations import clean_url, domain_of, find_urls
from analyzer.readers.collections import dump, enterprise, tables
from analyzer.readers.collections.stream import Account
from analyzer.readers.formats import format_of
from analyzer.readers.html.reader import read_html
from analyzer.readers.markup.inline import plain, tidy
from analyzer.readers.plaintext.back_matter import find_markers
from analyzer.readers.plaintext.reader import read_plaintext
from analyzer.readers.rows import refuse_data, table_kind
from analyzer.readers.sniff import decode, readable_name, settle, unpack
from analyzer.readers.wikitext.reader import read_wikitext
from analyzer.records import Article, Block, Citation
from analyzer.report import escape

Target = Callable[[bytes], None]
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def text_of(data: bytes) -> str:
    """Return bytes as text; what is no UTF-8 becomes lone surrogates, which readers must stand, too."""
    return data.decode("utf-8", "surrogateescape")


def masked(data: bytes) -> None:
    """Passages are the article's prose without its markers, and every offset leads back to where it came from."""
    text = settled(data)
    found = [(start, end) for start, end, _ in find_markers(text)]
    citations = tuple(Citation(start=start, end=end, label="1") for start, end in apart(found))
    at = sorted({0, len(text), *(match.end() for match in re.finditer("\n\n", text))})
    blocks = tuple(Block(start=a, end=b, kind="paragraph") for a, b in pairwise(at) if text[a:b].strip())
    article = Article(id="a", title="A", subject="A", format="plaintext", text=text, citations=citations, blocks=blocks)
    passages, _ = mask(article)
    last = 0
    for passage in passages:
        assert len(passage.text) == sum(end - start for start, end in passage.kept) <= 20_000
        offsets = OffsetMap()
        for piece in passage.pieces:
            offsets.add(*piece)
        for (start, end), (doc, _, length) in zip(passage.kept, passage.pieces, strict=True):
            assert last <= start < end
            last = end
            assert same_but_blanks(passage.text[doc : doc + length], text[start:end])
        leads_back(offsets, len(passage.text))
        assert not any(a < start < b for start, _ in passage.kept for a, b in apart(found))


def settled(data: bytes) -> str:
    """Return the bytes as a reader's text: without NUL and lone surrogates."""
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text_of(data))


def apart(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches that do not overlap one before them."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if start < end and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def same_but_blanks(shown: str, meant: str) -> bool:
    """Tell whether two texts are the same, blanks and underscores aside."""
    return len(shown) == len(meant) and all(
        a == b or (a == " " and (b.isspace() or b == "_")) for a, b in zip(shown, meant, strict=True)
    )


def leads_back(offsets: OffsetMap, length: int) -> None:
    """Assert that the map is the inverse of its inverse."""
    for at in range(length):
        assert offsets.inverse(offsets.start(at)) == at
        assert offsets.end(at + 1) == offsets.start(at) + 1


def offsets(data: bytes) -> None:
    """A map of any pieces in order leads to the article and back."""
    made, at, to = OffsetMap(), 0, 0
    for skipped, length in zip(data[::2], data[1::2], strict=False):
        to += skipped
        made.add(at, to, length)
        at, to = at + length, to + length
    if at:
        leads_back(made, at)
        extent = made.extent(at // 3, at)
        assert 0 <= extent.start <= extent.end <= to


def sniffed(data: bytes) -> None:
    """Bytes become text without NUL and lone surrogates, or are refused; a format is found for them."""
    format_of(data)
    try:
        text, _ = decode(unpack(data))
    except AnalyzerError as error:
        assert len(str(error)) < 1000
        return
    assert not re.search("[\x00\ud800-\udfff]", text)
    format_of(text)


def rows(data: bytes) -> None:
    """A text is told from a table and from JSON, and names make titles."""
    text = text_of(data)
    table_kind(text)
    readable_name(text)
    try:
        refuse_data(settle(text)[0], "the text")
    except AnalyzerError as error:
        assert len(str(error)) < 2000


def banners(data: bytes) -> None:
    """Banners and inline tags lie in the text, in order."""
    text = settled(data)
    for found in (find_banners(text), find_inline_tags(text)):
        assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(banner.date is None or re.fullmatch(r"\d{4}-\d\d", banner.date) for banner in find_banners(text))


def citations(data: bytes) -> None:
    """Addresses are found, made harmless, and have a domain or none."""
    text = text_of(data)
    for url in (text, *find_urls(text)):
        cleaned = clean_url(url)
        assert cleaned is None or len(cleaned) <= 2006
        domain = domain_of(url)
        assert domain is None or (domain == domain.lower() and len(domain) <= 253)
    for start, end, _ in find_markers(settled(data)):
        assert 0 <= start < end


def quotations(data: bytes) -> None:
    """Pairs of quotation marks are in order, apart, and nested ones lie within."""
    text = settled(data)
    nested(mark_pairs(text), 0, len(text))


def nested(pairs: list[MarkPair], start: int, end: int) -> None:
    """Assert that pairs follow each other within a stretch."""
    for pair in pairs:
        assert start <= pair.start < pair.end <= end
        nested(pair.inner, pair.start, pair.end)
        start = pair.end


def escapes(data: bytes) -> None:
    """What is shown does not act: on a terminal, a page, a table or a Markdown page."""
    text = text_of(data)
    for shown in (escape.visible(text), escape.for_html(text), escape.for_markdown(text), escape.for_csv(text)):
        assert not ACTING.search(shown)
    assert "\n" not in escape.visible(text) and "\n" not in escape.for_markdown(text)
    page = escape.for_html(text)
    assert not re.search("[<>\"']", page) and unescape(page) == escape.visible(text)
    assert not escape.for_csv(text).lstrip(" \n").startswith(("=", "+", "-", "@"))
    address = escape.web_address(text)
    assert address is None or address.lower().startswith(("http://", "https://"))
    tidy(plain(settled(data)))


def title(data: bytes) -> None:
    """A title is found or not; it is never more than a name."""
    lead, _, name = settled(data).partition("\n")
    found = titles.title_of(name=readable_name(name), lead=lead, prose=lead)
    assert len(found.words) <= max(1000, len(name))


def plaintext(data: bytes) -> None:
    """A plain text becomes a sound article, character for character."""
    text = settled(data)
    article = read_plaintext(text, name="a.txt")
    assert article.text == text
    sound_article(article)


def wikitext(data: bytes) -> None:
    """Wikitext becomes a sound article, the same every time."""
    article = read_wikitext(text_of(data))
    sound_article(article)


def html(data: bytes) -> None:
    """A page becomes a sound article."""
    sound_article(read_html(text_of(data)))


def dumps(data: bytes) -> None:
    """A dump gives articles, an exact account, and at worst a refusal; half of the time the bytes are one page."""
    whole = data if data[:1] == b"<" else b"<mediawiki><page><title>A</title><ns>0</ns><revision><text>" + data
    streamed(lambda account: dump.read_dump(io.BytesIO(whole), account=account))


def snapshots(data: bytes) -> None:
    """A snapshot gives articles, an exact account, and at worst a refusal."""
    streamed(lambda account: enterprise.read_enterprise(io.BytesIO(data), account=account))


def tabular(data: bytes) -> None:
    """Tables give articles, an exact account, and at worst a refusal."""
    kind: Any = ("jsonl", "csv", "tsv")[len(data) % 3]
    streamed(lambda account: tables.read_table(io.BytesIO(data), kind=kind, account=account))


def streamed(read: Callable[[Account], Iterable[Article]]) -> None:
    """Assert that what is read of a stream is sound, and that its account is exact."""
    account, count = Account(), 0
    try:
        for article in read(account):
            count += 1
            sound_article(article)
    except AnalyzerError as error:
        assert len(str(error)) < 4000
    assert account.read == count
    assert account.pages == account.read + sum(account.skipped.values()) + sum(account.rejected.values())


def stored(data: bytes) -> None:
    """JSON is a report, or refused as none."""
    try:
        report = Report.from_json(data)
    except msgspec.MsgspecError:
        return
    except (UnicodeDecodeError, RecursionError):
        return
    assert Report.from_json(report.to_json()) == report


def models(data: bytes) -> None:
    """Weights are read or refused; nothing in them runs."""
    for read in (read_arrays, read_json):
        try:
            read(data, "weights")
        except AnalyzerError as error:
            assert len(str(error)) < 2000


@cache
def _wiki() -> tuple[Any, list[bytes]]:
    import httpx

    from analyzer.readers.mediawiki import Wiki

    held = [b""]

    def answer(request: httpx.Request) -> httpx.Response:
        kind = "text/html" if "rest.php" in request.url.path else "application/json"
        return httpx.Response(200, content=held[0], headers={"content-type": kind})

    return Wiki("http://a.example/api.php", transport=httpx.MockTransport(answer), sleep=lambda wait: None), held


def wikis(data: bytes) -> None:
    """Whatever a wiki answers, its page is an article or is refused."""
    wiki, held = _wiki()
    held[0] = data
    for form in ("html", "wikitext"):
        try:
            sound_article(wiki.article("A", form=form))
        except AnalyzerError as error:
            assert len(str(error)) < 4000


@cache
def _pipeline() -> Any:
    from analyzer import load_pipeline
    from analyzer.annotate import english

    english.LEAST = 0.0  # texts in no language are to reach the parser, too
    return load_pipeline(engine="fast")


def analysed(data: bytes) -> None:
    """A text becomes a sound report that covers its prose, and the same again."""
    from analyzer.pipeline import judge

    pipeline = _pipeline()
    article = read_plaintext(settled(data) or "A", title="Lake Sorrel")
    found = next(iter(pipeline.annotate([article])))
    sound_annotations(found, article.text)
    covers_the_prose(article, found)
    report = judge(found, pipeline.provenance)
    sound_report(report)
    again = judge(next(iter(pipeline.annotate([article]))), pipeline.provenance)
    assert again.to_json() == report.to_json()


TARGETS: dict[str, Target] = {
    "masks": masked,
    "offsets": offsets,
    "sniffing": sniffed,
    "rows": rows,
    "banners": banners,
    "citations": citations,
    "quotation marks": quotations,
    "escapes": escapes,
    "titles": title,
    "plaintext": plaintext,
    "wikitext": wikitext,
    "html": html,
    "dumps": dumps,
    "snapshots": snapshots,
    "tables": tabular,
    "reports": stored,
    "models": models,
    "wikis": wikis,
    "analysis": analysed,
}
SLOW = frozenset({"analysis"})  # needs the parser: some dozens a second

PROSE = (
    'Ann Hale said: "The lake is deep."[1] Critics called it “cold”.[2][citation needed]\n\n== History ==\nIt froze in 1911.[a] '
    "According to the Ledger, it was unfair[note 3] (see https://a.example/b).\n\n== References ==\n1. ^ Ledger, 4 May 2018. https://a.example/c\n"
)
ADVERT = "This article contains content that is written like an advertisement. Please help improve it. (March 2021) |\n"
WIKI = (
    "{{POV|date=May 2019}}{{Infobox x|a=b}}'''Lake''' is [[a|b]].<ref name=\"a\">{{cite web|url=http://a.example|title=T}}</ref>"
    "{{citation needed|date=May 2019}} {{quote|A.|Ann}}\n== A ==\n* b\n{| class=x\n|a\n|}\n<!-- c --><nowiki>d</nowiki>&amp;&#100;[http://a.example b]<br>\n"
)
PAGE = (
    '<html><body><h1>Lake</h1><table class="box-POV ambox"><tr><td>The neutrality of this article is disputed.</td></tr></table>'
    '<p>The lake is deep.<sup class="reference"><a href="#cite_note-1">[1]</a></sup></p><h2>A</h2><ul><li>b</li></ul>'
    '<ol class="references"><li id="cite_note-1"><a class="external" href="https://a.example/">c</a></li></ol></body></html>'
)
DUMP = (
    '<mediawiki xml:lang="en"><siteinfo></siteinfo><page><title>A</title><ns>0</ns><id>7</id><revision><id>8</id>'
    "<timestamp>2026-01-01T00:00:00Z</timestamp><model>wikitext</model><text>The lake is deep.</text></revision></page></mediawiki>"
)
SNAPSHOT = '{"name": "A", "identifier": 7, "namespace": {"identifier": 0}, "article_body": {"wikitext": "The lake.", "html": "<p>The lake.</p>"}, "templates": [{"name": "a"}], "sections": [{"name": "b", "has_parts": [{"value": "c"}]}]}\n'
ANSWER = '{"query": {"pages": [{"pageid": 7, "title": "A", "revisions": [{"revid": 8, "timestamp": "2026", "slots": {"main": {"content": "The lake."}}}]}], "redirects": []}, "error": {"info": "a"}, "parse": {"text": "<p>b</p>"}}'
SEEDS = {
    "masks": PROSE,
    "sniffing": PROSE,
    "rows": 'title,text\na,"b"\n{"text": "a"}\n[{"a": 1}]',
    "banners": ADVERT + PROSE,
    "citations": PROSE + "//a.example http://xn--a/ ftp://1.2.3.4/ http://[::1]/",
    "quotation marks": PROSE + "‘a’ «b» ``c'' 6'2\" „d“",
    "escapes": PROSE + "=1+1 <b>\x1b[2J\u202e|*_`",
    "titles": "The Halden Bridge (1911) is a bridge in X.\nhalden-bridge.txt",
    "plaintext": ADVERT + PROSE,
    "wikitext": WIKI,
    "html": PAGE,
    "dumps": DUMP,
    "snapshots": SNAPSHOT,
    "tables": 'title,text\na,"The lake is deep."\n{"title": "a", "text": "The lake."}\n',
    "reports": '{"article":{"id":"a","title":"a","subject":"a","format":"plaintext"},"banners":[],"sentences":[],"attributions":[],"marks":[],"sources":[],"issues":[],"summary":{},"provenance":{"package":"a","spacy_model":"a"}}',
    "wikis": ANSWER,
    "analysis": PROSE,
}
TOKENS = [
    *"{{ }} {{{ }}} [[ ]] [ ] ( ) | = == === ' '' ''' \" “ ” ‘ ’ « » „ ` `` < > </ /> & &amp; &#x41; &#0; ; : , . .. ... ! ? - – — _ * # ~ \\ / @ % $ ^ + \n \n\n \r\n \t \0 \x1b[2J \u2028 \u202e \u200b \ufeff \ufdd0 \ufdd1 \ufffd".split(
        " "
    ),
    " ",
    "\u00a0",
    "\u0301",
    "İ",
    "ſ",
    "ﬁ",
    "湖",
    "\U0001f6a2",
    "\U0010ffff",
    "[1]",
    "[a]",
    "[note 3]",
    "[citation needed]",
    "[edit]",
    "[hide]",
    "<ref>",
    "</ref>",
    '<ref name="a" />',
    "<nowiki>",
    "</nowiki>",
    "<!--",
    "-->",
    "{|",
    "|}",
    "|-",
    "<br>",
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<table>",
    "<td>",
    "<li>",
    "<blockquote>",
    "</blockquote>",
    "<sup>",
    "<math>",
    "<script>",
    "<title>",
    "<style>",
    "{{quote|",
    "{{efn|",
    "{{reflist}}",
    "{{cite web|",
    "{{convert|5|km}}",
    "{{#if:",
    "{{!}}",
    "[[File:A.jpg|",
    "[[Category:A]]",
    "#REDIRECT [[a]]",
    "http://",
    "https://a.example/b",
    "www.a.example",
    "a@b.example",
    "javascript:",
    "data:",
    "xn--",
    "said",
    " said that ",
    "According to ",
    "Mr. ",
    "U.S. ",
    "1.2.3",
    "(March 2021)",
    "This article ",
    ADVERT,
    "may have been created or edited in return for undisclosed payments",
    "(Learn how and when to remove this template message)",
    "== References ==",
    "== Notes ==",
    "Contents",
    "^ ",
    "1. ^ ",
    "|---|",
    "null",
    "true",
    "[]",
    "{}",
    "1e999",
    "9" * 20,
    "9" * 400,
    '"',
    '\\"',
    "\\ud800",
    "\\u0000",
    '{"text": "a"}',
    "title,text\n",
    "<page>",
    "</page>",
    "<text>",
    "</text>",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "\x1f\x8b",
    "BZh9",
    "PK\x03\x04",
    "PAR1",
    "\xff\xfe",
    "a" * 401,
    "(" * 60,
    "ustar",
]


def seed_of(target: str) -> bytes:
    """Return what the fuzzing of a target starts from."""
    if target == "offsets":
        return random.Random(1).randbytes(16)
    if target == "models":
        import numpy as np

        held = io.BytesIO()
        np.savez(held, weights=np.zeros(3), names=np.array(["a"]))
        return held.getvalue()
    return SEEDS[target].encode()
