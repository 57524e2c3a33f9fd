"""HTML of skins, of Parsoid and of mirrors: banners, markers, references and prose; all examples are invented."""

# ruff: noqa: E501 - markup reads best unbroken

from __future__ import annotations

import time

import pytest

from analyzer.readers.html.reader import read_html

BANNER = (
    '<table class="{kind} plainlinks metadata ambox" role="presentation"><tbody><tr><td class="mbox-image"><img alt="!"></td>'
    '<td class="mbox-text"><div class="mbox-text-span">{text} <span class="hide-when-compact">Please help.</span> '
    '<small class="date-container"><i>(<span class="date">{date}</span>)</i></small></div></td></tr></tbody></table>'
)


def page(body: str) -> str:
    return f'<html lang="en"><head><title>Mill - Wikipedia</title></head><body><div class="mw-parser-output">{body}</div></body>'


def box(kind: str, text: str, date: str = "May 2019") -> str:
    return BANNER.format(kind=kind, text=text, date=date)


def prose(body: str) -> list[str]:
    article = read_html(page(body))
    return [article.text[block.start : block.end] for block in article.blocks]


@pytest.mark.parametrize(
    ("kind", "text", "banner_id"),
    [
        (
            "box-Advert ambox-Advert",
            "This article <b>contains content that is written like an advertisement</b>.",
            "promotional",
        ),
        ("box-Promotional ambox-Advert", "This article <b>contains promotional content</b>.", "promotional"),
        ("box-POV ambox-POV", "The <b>neutrality of this article is disputed</b>.", "pov"),
        ("ambox-content", "The <b>neutrality of this article is disputed</b>.", "pov"),
        ("ambox-content ambox-Peacock", "Words that no pattern knows.", "peacock"),
        ("box-More&#95;citations&#95;needed", "This article needs more.", "more-citations-needed"),
        ("box-Expand_section mbox-small-left ambox-content", "This section needs expansion.", "expand-section"),
    ],
)
def test_a_message_box_is_the_banner_of_its_class_or_of_its_words(kind: str, text: str, banner_id: str) -> None:
    (banner,) = read_html(page(box(kind, text) + "<p>Prose stands here.</p>")).banners
    assert (banner.id, banner.date) == (banner_id, "2019-05")


def test_a_banner_keeps_its_words_its_extent_and_its_scope() -> None:
    article = read_html(
        page(
            "<p>Lead.</p><h2>One</h2>" + box("box-POV", "The neutrality of this section is disputed.") + "<p>Prose.</p>"
        )
    )
    (banner,) = article.banners
    assert (banner.scope, banner.section) == ("section", "One")
    assert article.text[banner.start : banner.end] == banner.text
    assert banner.text.startswith("The neutrality of this section is disputed.")
    assert [article.text[b.start : b.end] for b in article.blocks] == ["Lead.", "Prose."]


def test_multiple_issues_and_their_children_are_banners_each_with_its_own_words() -> None:
    inner = box("box-Advert", "This article contains promotional content.") + box("box-POV", "Neutrality?", "June 2020")
    article = read_html(
        page(box("box-Multiple_issues", f"This article has multiple issues. {inner}", "") + "<p>Prose.</p>")
    )
    assert [(b.id, b.date) for b in article.banners] == [
        ("multiple-issues", None),
        ("promotional", "2019-05"),
        ("pov", "2020-06"),
    ]
    assert "promotional" not in article.banners[0].text


def test_a_parsoid_box_without_classes_is_known_by_its_transclusion() -> None:
    data = '{"parts":[{"template":{"target":{"wt":"Peacock","href":"./Template:Peacock"},"params":{}}}]}'
    body = f"<table class='ambox' data-mw='{data}'><tr><td class='mbox-text'>Words. (May 2019)</td></tr></table><p>Prose.</p>"
    assert [(b.id, b.date) for b in read_html(page(body)).banners] == [("peacock", "2019-05")]


def test_a_mirror_that_lost_the_classes_still_shows_banners_and_markers() -> None:
    article = read_html(
        "<html><head><title>Mill | Some Mirror</title></head><body><article><h1>Mill</h1>"
        "<table><tr><td>This article contains promotional content. Please help improve it. (May 2019)</td></tr></table>"
        "<p>A mill stands.<sup><a href='#cite_note-1'>[1]</a></sup> It turns.</p>"
        "<ol><li id='cite_note-1'><a href='#cite_ref-1'>^</a> <a href='https://paper.example/x'>A paper</a></li></ol>"
        "</article></body></html>"
    )
    assert article.title == "Mill"
    assert [(b.id, b.date) for b in article.banners] == [("promotional", "2019-05")]
    assert [c.label for c in article.citations] == ["1"]
    assert [(r.label, r.text, r.domain, r.uses) for r in article.references] == [("1", "A paper", "paper.example", 1)]


def test_a_mirror_that_shows_banners_as_paragraphs_loses_them_from_its_prose() -> None:
    article = read_html(
        "<html><body><main><h1>Mill</h1><p>This article contains promotional content. Please help improve it by removing "
        "promotional language. (May 2019) (Learn how and when to remove this message)</p><p>A mill stands by the river.</p>"
        "<h2>Use</h2><div>This section does not cite any sources. Please help improve this section. (June 2020)</div>"
        "<p>It grinds corn.</p></main></body></html>"
    )
    assert [(b.id, b.date, b.section) for b in article.banners] == [
        ("promotional", "2019-05", None),
        ("unreferenced-section", "2020-06", "Use"),
    ]
    shown = [article.text[b.start : b.end].strip() for b in article.blocks]
    assert shown == ["A mill stands by the river.", "It grinds corn."]


def test_banner_words_quoted_in_the_prose_of_a_mirror_are_prose() -> None:
    text = "A critic wrote that “This article contains promotional content” was his favourite line."
    article = read_html(f"<html><body><main><h1>Mill</h1><p>{text}</p></main></body></html>")
    assert article.banners == ()
    assert [article.text[b.start : b.end] for b in article.blocks] == [text]


def test_markers_labels_and_references_belong_together() -> None:
    article = read_html(
        page(
            '<p>One.<sup id="cite_ref-a_1-0" class="reference"><a href="#cite_note-a-1">[1]</a></sup> Again.'
            '<sup class="reference"><a href="#cite_note-a-1">[1]</a></sup><sup class="reference nowrap">:23</sup> Note.'
            '<sup class="mw-ref"><a href="./Mill#cite_note-2"><span class="mw-reflink-text">[lower-alpha 2]</span></a></sup></p>'
            '<h2>References</h2><div class="reflist"><ol class="references"><li id="cite_note-a-1">'
            '<span class="mw-cite-backlink">^ <a href="#cite_ref-a_1-0">a</a></span> <span class="reference-text">'
            '<cite class="citation web">Doe (2019). <a rel="nofollow" class="external text" href="https://news.example.org/a">'
            '"A title"</a>. <a href="/wiki/X">X</a>.</cite><span class="Z3988" title="ctx_ver=Z39.88-2004&amp;rft.jtitle=The+Paper'
            '&amp;rft.pub=Example+Ltd"></span></span></li><li id="cite_note-2">A remark.</li></ol></div>'
        )
    )
    assert [c.label for c in article.citations] == ["1", "1", "b"]
    assert article.text.startswith("One.[1] Again.[1] Note.[b]")
    one, two = article.references
    assert (one.label, one.uses, one.domain, one.work, one.publisher) == (
        "1",
        2,
        "example.org",
        "The Paper",
        "Example Ltd",
    )
    assert one.urls == ("https://news.example.org/a",)
    assert (two.label, two.text) == ("b", "A remark.")


def test_inline_tags_have_their_id_and_date() -> None:
    article = read_html(
        page(
            '<p>It is so.<sup class="noprint Inline-Template Template-Fact">[<i><a href="/wiki/W"><span title="This claim needs '
            'references. (May 2019)">citation&#160;needed</span></a></i>]</sup></p>'
        )
    )
    (tag,) = article.inline_tags
    assert (tag.id, tag.date, article.text[tag.start : tag.end]) == ("citation-needed", "2019-05", "[citation needed]")


def test_a_place_is_shown_in_one_form() -> None:
    forms = '<span class="geo-default">50°N</span><span class="geo-multi-punct"> / </span>'
    assert prose(f'<p>It lies at {forms}<span class="geo-nondefault">50; 0</span>, here.</p>') == [
        "It lies at 50°N, here."
    ]


def test_navigation_hidden_text_captions_and_scripts_are_dropped() -> None:
    assert prose(
        '<div class="hatnote">For the town, see X.</div><table class="infobox"><tr><td>Built</td></tr></table>'
        '<div class="toc"><ul><li>1 One</li></ul></div><div class="thumb"><div class="thumbcaption">A picture</div></div>'
        '<p>Prose<span style="display:none">hidden</span> stays.</p><script>var x = "<p>no</p>";</script><style>p{}</style>'
        '<h2>One<span class="mw-editsection">[<a>edit</a>]</span></h2><ul><li>An item</li><li>An item is said.</li></ul>'
        '<div class="navbox"><p>Navigation</p></div><div class="catlinks"><p>Categories: Articles with a promotional tone</p></div>'
    ) == ["Prose stays.", "An item is said."]


def test_quotations_have_their_speaker() -> None:
    article = read_html(
        page(
            '<p>They spoke:</p><blockquote class="templatequote"><p>We built it.</p><div class="templatequotecite">— '
            "<cite>Ann Lee</cite></div></blockquote><p>The end.</p>"
        )
    )
    quoted = [(article.text[b.start : b.end], b.source) for b in article.blocks if b.kind == "quotation"]
    assert quoted == [("We built it.", "Ann Lee")]


def test_links_are_told_apart_by_place_and_internal_ones_left_out() -> None:
    article = read_html(
        '<html><head><link rel="canonical" href="https://en.wikipedia.org/wiki/Mill"></head><body><div class="mw-parser-output">'
        '<table class="infobox"><tr><td><a class="external" href="https://box.example/">x</a></td></tr></table>'
        '<p>See <a class="external text" href="//body.example/p">this</a> and <a href="https://en.wikipedia.org/wiki/Y">Y</a>.</p>'
        '<h2>External links</h2><ul><li><a class="external" href="https://out.example/">Out</a></li>'
        '<li><a href="javascript:alert(1)//x">bad</a></li></ul></div></body></html>'
    )
    assert {(link.url, link.place) for link in article.links} == {
        ("https://box.example/", "infobox"),
        ("https://body.example/p", "body"),
        ("https://out.example/", "external"),
    }


def test_signs_of_wikitext_are_words_in_html() -> None:
    assert prose("<p>Two '' marks, [https://a.example x] and {{POV}} and = signs =.</p>") == [
        "Two '' marks, [https://a.example x] and {{POV}} and = signs =."
    ]


def test_title_language_and_revision_come_from_the_page() -> None:
    article = read_html(
        '<html lang="de"><head><title>Mühle – Wikipedia</title><script>x={"wgRevisionId":123,"wgArticleId":9}</script></head>'
        '<body><h1 id="firstHeading">Mühle</h1><div id="mw-content-text" lang="de"><p>Eine Mühle.</p></div></body></html>'
    )
    assert (article.title, article.language, article.revision) == ("Mühle", "de", "123")


HOSTILE = {
    "open blocks": "<div>" * 200_000 + "x",
    "closed blocks": "<div>" * 50_000 + "x" + "</div>" * 50_000,
    "open lists": "<ul><li>" * 30_000,
    "open tables": "<table><tr><td>" * 20_000,
    "nested boxes": '<table class="ambox"><tr><td>' * 10_000,
    "nested markers": '<sup class="reference">' * 30_000 + "[1]",
    "nested tags": '<sup class="Inline-Template">' * 30_000,
    "hidden blocks": '<div style="display:none">' * 20_000,
    "reference lists": '<ol class="references"><li id="cite_note-1">' * 10_000,
    "a data address": f'<a href="data:{"a" * 500_000}">x</a>',
    "paragraphs": "<p>a" * 50_000,
    "open signs": "<" * 500_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_html_is_read_within_five_seconds(name: str) -> None:
    begun = time.process_time()
    article = read_html(page("<p>Prose stands here.</p>" + HOSTILE[name]))
    assert time.process_time() - begun < 5
    assert "Prose stands here." in article.text


def test_flattened_blocks_are_named() -> None:
    assert any("flattened" in notice for notice in read_html(page(HOSTILE["open blocks"])).notices)
