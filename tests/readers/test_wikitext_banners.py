"""Banners in wikitext: every template of the table under every name, nested, old and sectioned forms, false friends."""

from __future__ import annotations

import pytest

from analyzer.readers.banners.table import banner_entries, by_template, tag_by_template, tag_entries
from analyzer.readers.wikitext.reader import read_wikitext
from analyzer.readers.wikitext.template_text import rules


def names() -> list[tuple[str, str]]:
    found = []
    for entry in banner_entries():
        for name in (entry.template, *entry.aliases, *entry.aliases_unverified):
            known = by_template(name)
            assert known is not None, name
            found.append((name, known.id))
    return found


def test_every_banner_template_and_alias_is_recognised_in_wikitext() -> None:
    missed = []
    for name, banner_id in names():
        article = read_wikitext(f"{{{{{name}|date=May 2019}}}}\nSome prose here.", title="T")
        if [(b.id, b.date) for b in article.banners] != [(banner_id, "2019-05")] or article.text != "Some prose here.":
            missed.append(name)
    assert not missed
    assert len(names()) > 600


def test_no_template_is_both_a_banner_and_words_of_the_prose() -> None:
    both = [name for name in rules() if by_template(name) is not None or tag_by_template(name) is not None]
    assert both == ["isbn"]
    article = read_wikitext("See {{ISBN|0-19-000000-1}} here.", title="T")
    assert (article.text, article.banners, article.inline_tags) == ("See ISBN 0-19-000000-1 here.", (), ())


def test_every_inline_tag_template_is_recognised_in_wikitext() -> None:
    missed = []
    for entry in tag_entries():
        for name in (entry.template, *entry.aliases):
            known = tag_by_template(name)
            if known is None or by_template(name) is not None:
                continue
            article = read_wikitext(f"Some prose here.{{{{{name}|date=May 2019}}}}", title="T")
            if [(t.id, t.date) for t in article.inline_tags] != [(known.id, "2019-05")]:
                missed.append(name)
    assert not missed


@pytest.mark.parametrize(
    "written",
    [
        "{{POV|date=May 2019}}",
        "{{ pov | date = May 2019 }}",
        "{{Template:POV|date=May 2019}}",
        "{{template:pOV\n|date=2019-05\n}}",
    ],
)
def test_a_template_name_is_read_as_mediawiki_reads_it(written: str) -> None:
    (banner,) = read_wikitext(f"{written}\nProse.", title="T").banners
    assert (banner.id, banner.date, banner.scope, banner.template) == ("pov", "2019-05", "article", "POV")
    assert banner.start == banner.end == 0


def test_multiple_issues_bring_their_children_with_dates() -> None:
    article = read_wikitext(
        "{{Multiple issues|\n{{Advert|date=May 2019}}\n{{Peacock|date=June 2020}}\n}}\nProse.", title="T"
    )
    assert [(b.id, b.date) for b in article.banners] == [
        ("multiple-issues", None),
        ("promotional", "2019-05"),
        ("peacock", "2020-06"),
    ]


def test_the_old_form_of_multiple_issues_names_its_children_as_arguments() -> None:
    article = read_wikitext("{{Article issues|advert=May 2009|POV=June 2010|section=yes}}\nProse.", title="T")
    assert [(b.id, b.date, b.scope) for b in article.banners] == [
        ("multiple-issues", None, "section"),
        ("promotional", "2009-05", "section"),
        ("pov", "2010-06", "section"),
    ]


def test_scope_and_place_follow_the_argument_and_the_heading() -> None:
    article = read_wikitext(
        "{{POV}}\nLead.\n== One ==\n{{POV|section|date=May 2019}}\nWords.\n== Two ==\n{{Unreferenced section}}\nWords.",
        title="T",
    )
    assert [(b.id, b.scope, b.section) for b in article.banners] == [
        ("pov", "article", None),
        ("pov", "section", "One"),
        ("unreferenced-section", "section", "Two"),
    ]
    assert article.text.index("One") < article.banners[1].start <= article.text.index("Words.")


@pytest.mark.parametrize(
    "text",
    [
        'A visitor wrote: "This article contains promotional content." Nobody minded.',
        "<nowiki>{{POV}}</nowiki> is how one marks a page.",
        "<!-- {{POV|date=May 2019}} -->Prose here.",
        "<pre>{{POV}}</pre>Prose here.",
        "[[Category:Articles with a promotional tone from May 2019]]Prose here.",
        "{{about|the river|the town}}Prose here.",
        "{{tl|POV}} names a template.",
    ],
)
def test_false_friends_raise_no_banner(text: str) -> None:
    assert read_wikitext(text, title="T").banners == ()


def test_a_banner_without_a_date_or_with_a_false_one_has_none() -> None:
    article = read_wikitext("{{POV}}{{Advert|date=sometime}}{{Peacock|date=May 20191}}Prose.", title="T")
    assert [b.date for b in article.banners] == [None, None, None]
