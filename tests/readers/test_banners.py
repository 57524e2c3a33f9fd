"""Banners and inline tags in plain text: the renderings that copies carry, and what only looks like a banner."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.issues import SCORERS
from analyzer.readers.banners import table as banners
from analyzer.readers.banners.detect import (
    banner_patterns,
    deduplicate,
    find_banners,
    find_inline_tags,
    find_notices,
    scan,
)
from analyzer.readers.banners.table import by_template, entry, tag_by_template

ADVERT = "This article contains content that is written like an advertisement."
HELP = "(Learn how and when to remove this template message)"
PROSE = "The foundry opened in 1911 and moved twice before it closed."


def found(text: str) -> list[tuple[str, str | None, str]]:
    return [(b.id, b.date, b.scope) for b in find_banners(text)]


# 1. Table residue
@pytest.mark.parametrize(
    "rendered",
    [
        f"{ADVERT} (May 2017) |\n|\n---|\n|\n{PROSE}",
        f"| {ADVERT} (May 2017)\n{PROSE}",
        f"| | {ADVERT} (May 2017) |\n|---|---|\n{PROSE}",
        f"| ![](//img.example.org/40px-Ambox.svg.png) | This article contains **content that is written like an "
        f"[advertisement](/wiki/Advertisement)**. *([May 2017](/wiki/Category))* |\n\n{PROSE}",
        f"{ADVERT}\n|\n(May 2017)\n{PROSE}",
    ],
)
def test_table_residue_does_not_hide_a_banner_or_its_date(rendered: str) -> None:
    assert found(rendered) == [("promotional", "2017-05", "article")]


# 2. Dates
@pytest.mark.parametrize(
    ("tail", "date"),
    [
        (" (May 2017) |", "2017-05"),
        (f" (May 2017) {HELP}", "2017-05"),
        (f" {HELP} (May 2017)", "2017-05"),
        ("( February 2022 )", "2022-02"),
        (" (Sept 2009)", "2009-09"),
        (' Please help improve it.\nFind sources: "Old Foundry" – news · books · JSTOR (June 2018) ' + HELP, "2018-06"),
        (' Please help.\nFind sources: "Old Foundry (1911 building)" – news (June 2018)', "2018-06"),
        ("", None),
        (f" {HELP}", None),
    ],
)
def test_the_date_is_found_wherever_it_stands_and_missing_is_none(tail: str, date: str | None) -> None:
    assert found(f"{ADVERT}{tail}\n{PROSE}") == [("promotional", date, "article")]


def test_a_date_in_the_prose_behind_the_help_link_is_not_the_banners() -> None:
    assert found(f"{ADVERT} {HELP} {PROSE} It reopened later (May 2017).") == [("promotional", None, "article")]


# 3. Help links
@pytest.mark.parametrize(
    "link",
    [
        HELP,
        "(Learn how and when to remove these template messages)",
        "(Learn how and when to remove this message)",
        "(You can help!)",
        "Learn more",
    ],
)
def test_every_form_of_the_help_link_belongs_to_the_banner(link: str) -> None:
    text = f"{ADVERT} (May 2017) {link}\n{PROSE}"
    (banner,) = find_banners(text)
    assert text[banner.start : banner.end].endswith(link)


# 4. Short and long, old and new wordings
@pytest.mark.parametrize(
    ("text", "banner_id"),
    [
        ("This article is written like an advertisement. (May 2017)", "promotional"),
        ("This article contains promotional content. Please help improve it. (May 2017)", "promotional"),
        ("This article relies too much on references to primary sources. (May 2017)", "primary-sources"),
        ("This article relies excessively on references to primary sources. (May 2017)", "primary-sources"),
        ("This article does not cite any references or sources. (May 2017)", "unreferenced"),
        ("This article does not cite any sources. (May 2017)", "unreferenced"),
        ("This article needs additional references or sources for verification. (May 2017)", "more-citations-needed"),
        ("A major contributor to this article appears to have a close connection with its subject. (May 2017)", "coi"),
        ("The neutrality of this article is disputed. (May 2017)", "pov"),
        ("The neutrality and factual accuracy of this article are disputed. (May 2017)", "pov-and-disputed"),
        ("This biography of a living person does not include any references. (May 2017)", "blp-unreferenced"),
        ("This article is written like a résumé. (May 2017)", "resume-like"),
        ("This article contains too many or overly lengthy quotations. (May 2017)", "over-quotation"),
        ("This article contains weasel words: vague phrasing that goes with bias. (May 2017)", "weasel"),
        ("This article reads like a press release or a news article. (May 2017)", "cleanup-press-release"),
        ("Some of this article's listed sources may not be reliable. (May 2017)", "unreliable-sources"),
    ],
)
def test_old_and_new_wordings_give_the_same_banner(text: str, banner_id: str) -> None:
    assert [(b.id, b.date) for b in find_banners(f"{text}\n{PROSE}")] == [(banner_id, "2017-05")]


# Wordings that articles carry today, each with and without its date.
@pytest.mark.parametrize(
    ("banner_id", "text"),
    [
        ("undisclosed-paid", "This article may have been created or edited in return for undisclosed payments."),
        ("paid-contributions", "This article contains paid contributions. It may require cleanup."),
        ("coi", "The creator of this article may have a conflict of interest regarding its subject matter."),
        ("autobiography", "This article is an autobiography or has been extensively edited by the subject."),
        ("third-party", "This article may rely excessively on sources too closely associated with the subject."),
        ("update", "This article's factual accuracy may be compromised due to out-of-date information."),
        ("undue-weight", "An editor has expressed concern that this article lends undue weight to certain ideas."),
        ("notability", "The topic of this article may not meet Wikipedia's notability guidelines for companies."),
        ("primary-sources", "This biographical article relies too much on references to primary sources."),
        ("resume-like", "This biographical article is written like a résumé."),
        ("update", "Parts of this article (those related to the tower) need to be updated."),
        ("self-published", "This article may contain excessive or inappropriate references to self-published sources."),
        (
            "more-footnotes-needed",
            "This article includes a list of references, but it lacks sufficient inline citations.",
        ),
        (
            "no-footnotes",
            "This article includes a list of general references, but it lacks corresponding inline citations.",
        ),
        ("ai-generated", "This article may incorporate text from a large language model."),
        ("tone", "The tone or style of this article may not reflect the tone used on Wikipedia."),
        ("pov-lead", "The neutrality of this article's introduction is disputed."),
        ("pov-title", "The neutrality of this article's title is disputed."),
        ("pov-check", "This article has been nominated to be checked for its neutrality."),
        ("unbalanced", "This article may be unbalanced towards certain viewpoints."),
        ("fringe-theories", "This article may present fringe theories, without giving weight to the mainstream view."),
        ("excessive-citations", "This article may contain an excessive number of citations."),
        ("no-significant-coverage", "This article does not cite any sources with significant coverage of the subject."),
        ("blp-sources", "This biography of a living person needs additional citations for verification."),
        ("one-source", "This article relies largely or entirely upon a single source."),
        ("only-primary-sources", "This article references only primary sources."),
        ("external-links", "The external links in this article may not follow Wikipedia's policies or guidelines."),
        ("usgovtpov", "This article may be biased towards the view of the U.S. government."),
        ("trivia", 'This "In popular culture" article may contain irrelevant references to pop culture.'),
        ("merge", "It has been suggested that Tower (Norrby) be merged into this article."),
    ],
)
def test_wordings_of_today_are_read_with_and_without_a_date(banner_id: str, text: str) -> None:
    assert [(b.id, b.date) for b in find_banners(f"{text} (May 2017)\n{PROSE}")] == [(banner_id, "2017-05")]
    assert [(b.id, b.date) for b in find_banners(f"{text}\n{PROSE}")] == [(banner_id, None)]


# 5. Scope
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This section does not cite any sources. (May 2017)", ("unreferenced-section", "2017-05", "section")),
        ("This article does not cite any sources. (May 2017)", ("unreferenced", "2017-05", "article")),
        (
            "This article or section possibly contains synthesis of material. (May 2017)",
            ("synthesis", "2017-05", "unknown"),
        ),
        (
            "This section's use of external links may not follow Wikipedia's policies or guidelines. (May 2017)",
            ("external-links", "2017-05", "section"),
        ),
        (
            "This opening and third section needs additional citations for verification. (May 2017)",
            ("more-citations-needed-section", "2017-05", "section"),
        ),
        ("The lead section of this article may be too long. (May 2017)", ("lead-too-long", "2017-05", "section")),
    ],
)
def test_the_scope_is_read_from_the_words(text: str, expected: tuple[str, str, str]) -> None:
    assert found(f"{text}\n{PROSE}") == [expected]


# 6. Multiple issues
def test_multiple_issues_give_a_parent_and_children_with_their_own_dates() -> None:
    text = (
        "[hide]This article has multiple issues. Please help improve it or discuss these issues on the talk page. "
        "(Learn how and when to remove these template messages)\n"
        f"{ADVERT} (May 2017) {HELP}\n"
        f"The neutrality of this article is disputed. Please do not remove this. (June 2019) {HELP}\n"
        f"{HELP}\n{PROSE}"
    )
    assert found(text) == [
        ("multiple-issues", None, "article"),
        ("promotional", "2017-05", "article"),
        ("pov", "2019-06", "article"),
    ]


def test_a_banner_rendered_three_times_is_one_claim() -> None:
    once = f"{ADVERT} (May 2017) {HELP}\n"
    assert found(once * 3 + PROSE) == [("promotional", "2017-05", "article")]
    assert len(scan(once * 3 + PROSE)) == 3


def test_two_sections_with_the_same_banner_are_two_claims() -> None:
    section = "This section does not cite any sources. (May 2017)\n" + PROSE * 10 + "\n"
    assert len(find_banners(section * 2)) == 2


# 7. Text-browser dumps
def test_wrapped_dumps_with_underscores_mojibake_and_image_text_are_read() -> None:
    text = (
        "                         This articleâ\x80\x99s lead is fine but\n"
        "                         This article relies largely or entirely on a single\n"
        " [Question book-new.svg] source. Relevant discussion may be found on the talk\n"
        "                         page. Please help improve_this_article by introducing\n"
        "                         citations to additional sources. (November 2012)\n"
        "  This articleâ\x80\x99s tone or style may not reflect the encyclopedic_tone used on\n"
        "  Wikipedia. (April 2017)(Learn_how_and_when_to_remove_this_template_message)\n"
        f"{PROSE}\n"
    )
    assert found(text) == [("one-source", "2012-11", "article"), ("tone", "2017-04", "article")]


# 8. Browser copies
def test_a_line_of_alternative_text_before_the_banner_is_harmless() -> None:
    text = f"Unbalanced scales.svg\nThe neutrality of this article is disputed. (May 2017)\n{PROSE}"
    assert found(text) == [("pov", "2017-05", "article")]
    assert found(text.replace(".svg\n", ".svg")) == [("pov", "2017-05", "article")]


# 9. Glued to prose
def test_a_banner_glued_into_a_paragraph_is_cut_out_exactly() -> None:
    banner = "This section contains content that is written like an advertisement. (May 2017) Learn more"
    text = f"The valley has an old town centre.{banner}dramatic landscape lies behind."
    (got,) = find_banners(text)
    assert (got.id, text[got.start : got.end]) == ("promotional-section", banner)


# 10. Lost spaces
def test_words_that_lost_their_spaces_still_match() -> None:
    assert found(
        f"This articlecontainspromotional content. Please helpimprove itby removing it. (May2017)\n{PROSE}"
    ) == [("promotional", "2017-05", "article")]


# 11. Behind a heading on the same line
@pytest.mark.parametrize("heading", ["***** Effects of mining[edit] ***** ", "mining[edit] ***** ", "Effects[edit] "])
def test_a_banner_behind_a_heading_on_its_line_is_found(heading: str) -> None:
    text = f"{heading}The examples and perspective in this section deal primarily with Norway. (May 2017)\n{PROSE}"
    text = text.replace("Norway.", "Norway and do not represent a worldwide view of the subject.")
    assert found(text) == [("globalize", "2017-05", "section")]


# 12. Template names as HTML classes carry them
@pytest.mark.parametrize(
    "name", ["Advert", "advert", "Template:Advert", "template:_Advert", " Advert ", "Promotional", "promotional"]
)
def test_template_names_are_read_as_mediawiki_reads_them(name: str) -> None:
    found_entry = by_template(name)
    assert found_entry is not None and found_entry.id == "promotional"


def test_underscores_stand_for_blanks_and_redirects_lead_to_the_template() -> None:
    for name in ("More_citations_needed", "Refimprove", "more citations needed", "MORE CITATIONS NEEDED"):
        found_entry = by_template(name)
        assert found_entry is not None and found_entry.id == "more-citations-needed", name
    assert by_template("No such template") is None
    assert by_template("") is None


def test_inline_tag_templates_are_found_by_name_and_redirect() -> None:
    for name in ("Citation needed", "cn", "Fact", "citation_needed", "Template:Cn"):
        tag = tag_by_template(name)
        assert tag is not None and tag.id == "citation-needed", name


# 13. False friends
@pytest.mark.parametrize(
    "text",
    [
        "Hidden categories:\n    * Articles_that_may_contain_original_research_from_May_2017\n"
        "    * All_articles_that_may_contain_original_research\n    * Articles needing additional references",
        "Contents\n1 History\n1.1 Multiple issues\n1.2 Original research\n2 External links\n",
        "This article is about the foundry. For the river, see Foundry (river).",
        '"This article" redirects here.',
        "<!-- Please be cautious adding more external links. Wikipedia is not a collection of links and should not "
        "be used for advertising. (May 2017) -->",
        "<!-- This article does not cite any sources. (May 2017) -->",
        'The notice read: "This article contains references that appear to be spam. (May 2017)" for a year.',
        "The notice read “Beware. This article does not cite any sources. (May 2017)” in bold letters.",
        "Critics said that this article does not cite any sources and that the neutrality is disputed.",
        "He wrote that a page may say this article is written like an advertisement (May 2017).",
        "This article does not cite any sources but the second one does, which reviewers of the journal praised.",
        "The map shows the border as drawn in 1911. Its accuracy is disputed by both states.",
        "This section of the river needs to be updated, said the surveyor, and the plan was changed.",
        "***** Navigation *****\n    * Current_events\n    * In_other_projects\n",
        "Multiple issues of the magazine appeared in May 2017.",
        "A large language model was trained on it. The current event was covered (May 2017) by all papers.",
        "> This article does not cite any sources. (May 2017)\nwas what the page once said.",
    ],
)
def test_what_only_looks_like_a_banner_is_none(text: str) -> None:
    assert find_banners(text) == []


# Spoofing
def test_a_future_date_is_reported_as_it_stands() -> None:
    assert found(f"{ADVERT} (May 2087)\n") == [("promotional", "2087-05", "article")]


def test_a_banner_in_a_list_of_banners_keeps_its_date() -> None:
    assert found(f"* {ADVERT} (May 2017)\n* The neutrality of this article is disputed. (June 2018)\n") == [
        ("promotional", "2017-05", "article"),
        ("pov", "2018-06", "article"),
    ]


def test_a_notice_that_the_table_lacks_is_still_kept_from_the_prose() -> None:
    text = f"This article uses purple ink throughout its margins. Please help. (May 2017) {HELP}\n{PROSE}"
    assert find_banners(text) == []
    ((start, end),) = find_notices(text, [])
    assert text[start:end].startswith("This article uses") and text[end:].strip() == PROSE


# The tables
def test_every_entry_has_an_id_and_every_tag_claims_known_issues_or_is_out_of_scope_by_name() -> None:
    ids = [e.id for e in banners.banner_entries()] + [e.id for e in banners.tag_entries()]
    assert len(ids) == len(set(ids))
    for found_entry in banners.tag_entries():
        assert set(found_entry.issues) <= {scorer.issue for scorer in SCORERS}, found_entry.id
        assert found_entry.out_of_scope == (not found_entry.issues), found_entry.id


def test_every_issue_that_a_template_can_raise_is_claimed_by_one() -> None:
    claimed = {scorer.issue for scorer in SCORERS if scorer.banners}
    claimed |= {issue for found_entry in banners.tag_entries() for issue in found_entry.issues}
    # A voice of the subject alone and too much hedging have no template of their own.
    assert {scorer.issue for scorer in SCORERS} - claimed <= {"balance.subject-voice", "language.hedging"}


def test_every_name_leads_to_its_own_entry() -> None:
    for found_entry in banners.banner_entries():
        for name in (found_entry.template, *found_entry.aliases, *found_entry.aliases_unverified):
            got = by_template(name)
            assert got is not None and got.id == found_entry.id, (name, found_entry.id)
    for tag in banners.tag_entries():
        for name in (tag.template, *tag.aliases, *tag.aliases_unverified):
            got_tag = tag_by_template(name)
            assert got_tag is not None and got_tag.id == tag.id, (name, tag.id)


def test_ids_give_entries_and_issues() -> None:
    found_entry = entry("citation-spam")
    assert found_entry is not None and found_entry.family == "citation-spam"
    tag = tag_by_template("citation needed")
    assert tag is not None and tag.issues == ("sourcing.citations-needed",)
    assert entry("nothing") is None


def test_every_pattern_has_a_needle_that_it_needs() -> None:
    assert len(banner_patterns()) > 200
    for pattern in banner_patterns():
        assert pattern.needle in pattern.expression.pattern and len(pattern.needle) >= 6


# Inline tags
@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("It closed.[citation needed]", "citation-needed"),
        ("It closed.[citation\nneeded]", "citation-needed"),
        ("It closed.[citation_needed]", "citation-needed"),
        ("It closed.[ citation needed ]", "citation-needed"),
        ("It closed.[dubious – discuss]", "dubious"),
        ("It closed.[who?]", "who"),
        ("It closed.[by whom?]", "by-whom"),
        ("It closed.[neutrality is disputed]", "pov-statement"),
        ("It closed.[chemistry citation needed]", "citation-needed"),
        ("It closed.[promotion?]", "promotion-inline"),
        ("It closed.[vague]", "vague"),
    ],
)
def test_inline_tags_are_told_by_their_words(text: str, tag: str) -> None:
    (got,) = find_inline_tags(text)
    assert (got.id, text[got.start], text[got.end - 1]) == (tag, "[", "]")


@pytest.mark.parametrize(
    "text", ["his [opinion] of it", "the [tone] was set", "[1]", "[a]", "[sic]", "the [update] came"]
)
def test_editors_insertions_are_no_tags(text: str) -> None:
    assert find_inline_tags(text) == []


# Properties
BITS = st.sampled_from(
    [
        ADVERT,
        " (May 2017)",
        HELP,
        "\n",
        "|",
        "---|",
        PROSE,
        "This section does not cite any sources.",
        " ",
        "[edit]",
        "== H ==",
        '"',
        "<!--",
        "-->",
        "The neutrality of this article is disputed.",
        "Learn more",
        "İ",
        "\u00ad",
        "[x.svg]",
    ]
)


@given(st.lists(BITS, max_size=14).map("".join))
@settings(max_examples=150, deadline=None)
def test_extents_lie_in_the_text_in_order_and_hold_the_banners_own_words(text: str) -> None:
    last = 0
    for banner in scan(text):
        assert last <= banner.start < banner.end <= len(text)
        assert banner.text == text[banner.start : banner.end]
        last = banner.end


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert find_banners(text) == deduplicated(text)
    for tag in find_inline_tags(text):
        assert 0 <= tag.start < tag.end <= len(text)


def deduplicated(text: str) -> list[object]:
    return list(deduplicate(scan(text)))
