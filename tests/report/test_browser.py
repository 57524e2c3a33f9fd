"""The pages in a real browser: what a person sees, clicks, taps and types, at the width of a phone and of a desk."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from analyzer.report.html.page import render_page, render_pages
from analyzer.report.html.survey import render_survey

from .browser import chromium, opened, serious_faults
from .example_report import build_report
from .large_report import copied
from .renew_golden import later_version, stored, survey_of
from .test_survey import report_of

pytestmark = pytest.mark.integration
PHONE, DESK = 390, 1280
PAGES = {
    "seed": lambda: render_page(stored()),
    "example": lambda: render_page(build_report()),
    "many": lambda: render_pages([stored(), build_report(), later_version(stored())]),
    "survey": lambda: render_survey(survey_of(report_of("Bad", 0.1), report_of("Good", 0.9, words=9))),
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def show(browser, tmp_path):
    """Open documents, each closed and checked when the test has ended."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda document, **options: stack.enter_context(opened(browser, document, tmp_path, **options))


def shown(page) -> list[int]:
    """Return the numbers of the sentences that can be seen."""
    return [int(one.get_attribute("data-n")) for one in page.locator(".s").all() if one.is_visible()]


def chip(page, name: str):
    return page.locator(".chips label", has_text=name)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_accessible_and_nothing_of_it_reaches_out_of_the_window(show, name, width, scheme):
    page = show(PAGES[name](), width=width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    out = """(width) => [...document.querySelectorAll('main *')].filter((one) => {
      const box = one.getBoundingClientRect();
      return one.checkVisibility() && !one.closest('.wide') && box.width > 1 && (box.right > width || box.left < 0);
    }).map((one) => one.outerHTML.slice(0, 99))"""
    assert page.evaluate(out, width) == []
    tables = "[...document.querySelectorAll('.wide')].every((one) => one.scrollWidth <= one.clientWidth)"
    assert page.evaluate(tables)
    picture = page.screenshot()
    assert len(picture) > 20_000


@pytest.mark.parametrize("width", [PHONE, 768, 1000, DESK])
def test_the_cards_at_the_top_leave_no_hole_at_any_width(show, width):
    page = show(PAGES["seed"](), width=width)
    rows = page.evaluate("""Object.values(Object.groupBy(
      [...document.querySelectorAll('.glance > section')].map((one) => one.offsetTop), (top) => top))""")
    assert sum(map(len, rows)) == 4 and len(set(map(len, rows))) == 1


def test_the_findings_of_a_short_article_are_seen_whole(show):
    page = show(PAGES["seed"](), width=DESK)
    assert page.evaluate("(f => f.scrollHeight <= f.clientHeight + 2)(document.querySelector('.findings'))")


def test_with_a_filter_on_the_page_is_as_accessible(show):
    page = show(PAGES["seed"](), color_scheme="dark")
    chip(page, "critique").click()
    assert serious_faults(page) == []


def test_filters_are_clicked_and_combined_and_the_count_tells_what_is_shown(show):
    page = show(PAGES["seed"]())
    assert shown(page) == list(range(1, 16)) and page.locator("output").inner_text() == "15 of 15 sentences shown"
    chip(page, "endorsement").click()
    assert shown(page) == [8, 10, 11, 12, 13, 14, 15]
    page.locator("select").select_option("own")
    assert shown(page) == [8, 10, 15] and page.locator("output").inner_text() == "3 of 15 sentences shown"
    chip(page, "unsure").click()
    assert shown(page) == [6]
    page.locator("select").select_option(label="Human Rights Watch (4)")
    assert shown(page) == [] and page.locator("output").inner_text() == "0 of 15 sentences shown"
    page.get_by_role("button", name="show all").click()
    assert shown(page) == list(range(1, 16)) and page.locator("select").input_value() == ""
    assert not page.get_by_role("button", name="show all").is_visible()


def test_filters_go_by_keyboard(show):
    page = show(PAGES["seed"]())
    page.locator("#r0-f-all").focus()
    page.keyboard.press("ArrowRight")
    assert shown(page) == [1, 2, 3, 4, 5]
    page.keyboard.press("Tab")
    page.keyboard.type("Human")
    assert shown(page) == [2, 3, 4, 5]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert len(shown(page)) == 15
    assert page.evaluate("document.activeElement.id") == "r0-f-all"


def test_a_speaker_at_the_top_is_tapped_and_only_what_he_says_is_shown(show):
    page = show(PAGES["seed"](), width=PHONE, has_touch=True)
    page.locator(".glance .critique a", has_text="Human Rights Watch").tap()
    assert shown(page) == [2, 3, 4, 5] and page.locator("#r0-s1").is_visible()
    page.locator("#r0-s2").tap()
    assert "3. critique" in page.locator(".tip").inner_text()
    assert "Human Rights Watch (NGO), direct, carried over" in page.locator(".tip").inner_text()
    page.get_by_role("button", name="back to where you were").tap()
    assert page.evaluate("document.activeElement.textContent") == "Human Rights Watch"


def test_one_tab_stop_leads_to_the_sentences_and_arrows_through_those_that_are_shown(show):
    page = show(PAGES["seed"]())
    assert page.locator('.s[tabindex="0"]').count() == 1
    chip(page, "endorsement").click()
    page.locator("#r0-s7").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "r0-s9"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.id") == "r0-s7"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_evidence_jumps_to_its_sentence_and_the_letter_jumps_back(show, width):
    page = show(PAGES["seed"](), width=width)
    page.locator("#r0-issues .ev a", has_text="sentence 13").first.click()
    page.wait_for_timeout(100)
    sentence = page.locator("#r0-s12")
    assert page.evaluate("document.querySelector('#r0-s12').matches(':has(:target)')")
    box = sentence.bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]
    sentence.locator("a.e", has_text="").first.click()
    page.wait_for_timeout(100)
    assert page.evaluate("document.querySelector(':target').textContent").startswith(
        "sentence 13: quotation of 8 words"
    )


def test_a_letter_opens_the_evidence_that_is_folded_away(show):
    page = show(PAGES["seed"]())
    letter = page.locator('#r0-s14 a.e[data-l="B"]')
    letter.click()
    page.wait_for_timeout(100)
    assert page.locator(letter.get_attribute("href")).is_visible()


def test_a_link_to_a_sentence_that_is_filtered_out_shows_all_again(show):
    page = show(PAGES["seed"]())
    chip(page, "critique").click()
    page.locator("#r0-issues .ev a", has_text="sentence 13").first.click()
    page.wait_for_timeout(100)
    assert page.locator("#r0-s12").is_visible() and len(shown(page)) == 15


def test_a_stroke_of_the_picture_leads_to_its_sentence(show):
    page = show(PAGES["seed"]())
    page.locator('rect[data-s="9"]').click()
    page.wait_for_timeout(100)
    assert page.evaluate("location.hash") == "#r0-s9"


def test_without_its_script_all_of_the_page_can_be_read(show):
    page = show(PAGES["many"](), java_script_enabled=False)
    assert page.locator("select:visible, output:visible, .chips input:visible").count() == 0
    assert page.locator(".s:visible").count() == page.locator(".s").count() > 15
    page.locator(".sorted label", has_text="words").click()
    tops = [page.locator(".row:not(.top)").nth(number).bounding_box()["y"] for number in range(3)]
    assert min(tops) != tops[1]  # the shortest article is not first


def test_the_index_is_sorted_by_mouse_and_keyboard(show):
    page = show(PAGES["many"]())

    def links():
        return [one.get_attribute("href") for one in page.locator(".row a").all()]

    page.locator(".sorted label", has_text="words").click()
    assert links()[-1] == "#r1-"
    page.keyboard.press("Home")
    page.locator("#by-words").focus()
    page.keyboard.press("ArrowRight")  # on to the first
    assert page.locator("#by-neutrality_score").is_checked() and links()[0] == "#r2-"
    page.locator(".row a").first.click()
    assert page.evaluate("location.hash") == "#r2-"


HOSTILE = (
    "<script>document.title='hit'</script>",
    "<img src=x onerror=\"document.title='hit'\">",
    '"><svg onload="document.title=\'hit\'">',
    "</script><script>document.title='hit'</script>",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_an_article_injects_is_shown_as_text(show, words):
    report = stored()
    title = f"{words} in an article"
    first = replace(report.sources[0], name=words)
    units = tuple(
        replace(unit, source=replace(unit.source, name=words)) if unit.source.name == first.name else unit
        for unit in (replace(unit, source=replace(unit.source, name=words)) for unit in report.attributions)
    )
    text = words + report.article.text[len(words) :]
    article = replace(report.article, title=title, subject=words, text=text)
    hostile = replace(report, article=article, sources=(first, *report.sources[1:]), attributions=units)
    for document in (render_page(hostile), render_pages([hostile, report])):
        page = show(document)
        assert page.title() != "hit" and page.locator("main img, main script").count() == 0
        assert title in page.locator("h1, h2").all_inner_texts()
        assert words in page.locator(".text").first.inner_text()


def test_ten_thousand_words_open_in_a_second_and_a_filter_answers_in_a_tenth(show):
    report = copied(stored(), 32)
    assert report.summary.words > 10_000
    document = render_page(report)
    assert len(document.encode()) < 1_500_000
    page = show(document)
    tops = "new Set([...document.querySelectorAll('.chips label')].map((one) => one.getBoundingClientRect().top)).size"
    assert page.evaluate(tops) == 1  # the filters stay in sight: one line, not two
    load = "performance.getEntriesByType('navigation')[0].duration"
    took = [page.evaluate(load)]
    for _ in range(4):
        page.reload()
        took.append(page.evaluate(load))
    assert min(took) < 1000
    filtered = """(name) => { const begin = performance.now();
      document.getElementById(name).click(); document.body.offsetHeight; return performance.now() - begin; }"""
    took = [page.evaluate(filtered, f"r0-f-{name}") for name in ("critique", "all", "endorsement", "all", "unsure")]
    assert sorted(took)[1] < 100 and page.locator("output").inner_text() == f"32 of {15 * 32} sentences shown"


def test_on_paper_the_findings_are_whole_and_what_cannot_be_clicked_is_gone(show):
    page = show(render_page(copied(stored(), 20)))
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.text .p')).contentVisibility") == "visible"
    assert page.locator("select:visible, nav:visible, .chips input:visible").count() == 0
    findings = "document.querySelector('.findings')"
    assert page.evaluate(f"{findings}.scrollHeight <= {findings}.clientHeight + 2")
    assert re.fullmatch(r"rgb\(2\d\d, 2\d\d, 2\d\d\)", page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_a_print_unfolds_evidence_and_sources_and_folds_them_again(show):
    page = show(render_page(build_report()), color_scheme="dark")
    folded = page.locator("details.more:not([open])").count()
    assert folded > 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.more:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.more:not([open])").count() == folded


def test_the_seed_takes_few_sheets_of_paper(show):
    printed = show(PAGES["seed"](), color_scheme="dark").pdf(format="A4")
    assert 2 <= len(re.findall(rb"/Type */Page\b", printed)) <= 5
