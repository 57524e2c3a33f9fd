import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.escape import for_csv, for_html, for_markdown, visible, web_address

ACTING = [
    *map(chr, range(0x20)),
    "\x7f",
    *map(chr, range(0x80, 0xA0)),
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\ud800",
]


@pytest.mark.parametrize("char", ACTING, ids=[f"U+{ord(char):04X}" for char in ACTING])
def test_no_acting_character_survives(char):
    for escape in (visible, for_html, for_markdown):
        shown = escape(f"a{char}b")
        assert char not in shown
        assert shown.isprintable()
        shown.encode("utf-8")


def test_controls_are_shown_not_dropped():
    assert visible("\x1b[31mred\x1b[0m") == "␛[31mred␛[0m"
    assert visible("abc\u202edef") == "abc<U+202E>def"
    assert visible("\x9b2J") == "<U+009B>2J"


def test_scripts_that_need_joiners_and_combining_marks_stay_as_they_are():
    for text in ("می‌خواهم", "👩‍🔬", "e\u0301", "日本語", "résumé"):
        assert visible(text) == text


def test_lines_stay_only_on_wish():
    assert visible("a\r\nb\n\nc") == "a b c"
    assert visible("a\r\nb\u2028c", lines=True) == "a\nb\nc"


@given(st.text())
def test_html_has_no_markup_and_no_quote_that_ends_an_attribute(text):
    shown = for_html(text)
    assert not set('<>"') & set(shown)


@given(st.text())
def test_markdown_stays_on_one_line_with_no_live_sign(text):
    shown = for_markdown(text)
    assert "\n" not in shown and "<" not in shown
    assert not set("*_[]`|~") & set(re.sub(r"\\.", "", shown))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# title", r"\# title"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("see http://bad.example/x_y", r"see http\://bad.example/x\_y"),
        ("www.bad.example", r"www\.bad.example"),
        ("![x](http://bad.example)", r"\!\[x\](http\://bad.example)"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("a well-known, half-read text.", "a well-known, half-read text."),
    ],
)
def test_markdown_escapes_what_marks_up_and_leaves_prose_readable(text, shown):
    assert for_markdown(text) == shown


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@x"])
def test_a_cell_that_a_spreadsheet_would_compute_is_text(text):
    assert for_csv(text).startswith("'")


def test_an_ordinary_cell_is_untouched():
    assert for_csv('He said "no", then left.') == 'He said "no", then left.'


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "http://",
        "https://a b",
        "http://user@host",
        "https://x.example/\u202e",
        "https://x.example/" + "a" * 3000,
        "//x.example",
    ],
)
def test_an_unsafe_address_is_never_linked(url):
    assert web_address(url) is None


def test_an_ordinary_address_is_linked():
    assert web_address("https://ledger.example/4?a=1&b=2#c") == "https://ledger.example/4?a=1&b=2#c"
