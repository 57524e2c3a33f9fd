"""What MediaWiki shows of a page is what the article says; all examples are invented."""

from __future__ import annotations

import pytest

from analyzer.readers.wikitext.reader import disambiguates, read_wikitext, redirects


def prose(wikitext: str) -> list[str]:
    article = read_wikitext(wikitext, title="Example")
    return [article.text[block.start : block.end] for block in article.blocks]


@pytest.mark.parametrize(
    ("wikitext", "shown"),
    [
        ("'''Bold''' and ''slanted'' and '''''both'''''.", "Bold and slanted and both."),
        ("L'''amour'' is a word.", "L'amour is a word."),
        ("An ''''odd'''' run.", "An 'odd' run."),
        ("The [[town]] and the [[Town (Kent)|old town]] and [[bus]]es.", "The town and the old town and buses."),
        ("[[File:A.jpg|thumb|A caption with a [[link]]]]After the picture.", "After the picture."),
        ("Words[[Category:Things]] go on.", "Words go on."),
        ("[[:Category:Things]] is named.", "Category:Things is named."),
        ("Language links [[fr:Exemple]] show nothing.", "Language links show nothing."),
        ("See [https://a.example/x the report] today.", "See the report today."),
        ("A bare [https://a.example/x] number.", "A bare number."),
        ("First line\nsecond line.", "First line second line."),
        ("A<!-- hidden -->B and <nowiki>'''raw''' [[x]]</nowiki> text.", "AB and '''raw''' [[x]] text."),
        ("H<sub>2</sub>O &amp; more &ndash; here<br/>there.", "H2O & more – here there."),
        ('Shown <span style="display:none">hidden</span>words.', "Shown words."),
        ("It weighs {{convert|5|-|7|kg}} in {{lang|fr|tout}}.", "It weighs 5–7 kilograms in tout."),
        ("Pumps {{convert|400000|oilbbl/d}} for {{cvt|1|mi}}.", "Pumps 400,000 barrels per day for 1 mi."),
        ("A {{convert|5|mi|km|adj=on}} walk, {{convert|1|mi}} up.", "A 5-mile walk, 1 mile up."),
        ("He is {{convert|6|ft|4|in|cm|0}} or {{convert|6|ft|0|abbr=on}} tall.", "He is 6 feet 4 inches or 6 ft tall."),
        ("It has {{convert|22|e6acre}} of {{convert|3|to|4|odd}}.", "It has 22 million acres of 3 to 4 odd."),
        ("Held at {{coord|13|19|N|169|9|W|type:event}}, at sea.", "Held at 13°19′N 169°9′W, at sea."),
        ("{{coord|28|N|2|E|display=title}}A place.", "A place."),
        ("It has {{pop density|60|3|km2|sqmi}}.", "It has 20 inhabitants per square kilometre."),
        (
            "In A{{music|flat}}, the {{ordinal|21}} of {{OldStyleDate|2 June|1853|21 May}}.",
            "In A♭, the 21st of 2 June 1853.",
        ),
        ("Born {{birth date and age|1947|04|01|df=y}}.", "Born 1 April 1947."),
        ("Words, particularly {{X}}, {{X}}, {{X}}, are lost.", "Words, particularly, are lost."),
        ("A call of f() is (;<ref>R</ref>) kept.", "A call of f() is[1] kept."),
        ("Held {{circa|1850}}{{spaced ndash}}{{nowrap|a time}}.", "Held c. 1850 – a time."),
        ("{{as of|2020|5}}, it {{sic|hav|ing}} grown.", "As of May 2020, it having [sic] grown."),
        ("An unknown {{Some Thing|x=1}}template is left out.", "An unknown template is left out."),
        ("Called ''Exempel'' ({{IPA-sv|x|}}), it stands.", "Called Exempel (/x/), it stands."),
        ("The name ({{audio|x.ogg|listen}}; {{small|old}}) is old.", "The name (old) is old."),
        ("The value is <math>x</math> here.", "The value is x here."),
        ("The value is <math>\\frac{a}{b}</math> here.", "The value is formula here."),
        ("{{#if:yes|Then|Else}} this.", "Then this."),
        ("{{#if:|Then|Else}} that.", "Else that."),
        ("{{{name|Fallback}}} stands.", "Fallback stands."),
        ("Braces {{ that are open.", "Braces {{ that are open."),
        ("__NOTOC__A switch is no word.", "A switch is no word."),
        ("{{Lang-de|Beispiel}} means example.", "German: Beispiel means example."),
        ("It costs {{US$|1,000}} or {{€|900}}.", "It costs US$1,000 or €900."),
        ("The ship {{HMS|Example}} sank.", "The ship HMS Example sank."),
    ],
)
def test_prose_is_what_a_reader_sees(wikitext: str, shown: str) -> None:
    assert prose(wikitext) == [shown]


def test_lists_headings_and_paragraphs_become_blocks_and_sections() -> None:
    article = read_wikitext(
        "Lead words.\n\n== One ==\n* First item is said.\n* Second item\n\n=== Two ===\nMore words here.", title="T"
    )
    assert [(s.title, s.level) for s in article.sections] == [("One", 2), ("Two", 3)]
    assert article.text == "Lead words.\n\nOne\n\nFirst item is said.\nSecond item\n\nTwo\n\nMore words here."
    assert [b.kind for b in article.blocks] == ["paragraph", "list", "paragraph"]
    one, two = article.sections
    assert article.text[one.start : one.end].startswith("One")
    assert article.text[two.start : two.end] == "Two\n\nMore words here."


def test_tables_infoboxes_code_and_galleries_are_no_prose() -> None:
    text = (
        "{{Infobox thing|name=N|website=https://n.example/}}\nBefore.\n{| class=x\n|-\n| cell {{!}} cell\n|}\nAfter.\n"
        "<gallery>\nFile:A.jpg|words\n</gallery>\n<syntaxhighlight lang=py>x = 1</syntaxhighlight>\n"
        "<table><tr><td>cell</td></tr></table>\nEnd of it."
    )
    assert prose(text) == ["Before.", "After.", "End of it."]


def test_a_table_without_an_end_is_told_and_costs_its_section_only() -> None:
    article = read_wikitext("Lead.\n{|\n| cell\n\nlost words\n\n== Next ==\nKept words.", title="T")
    assert [article.text[b.start : b.end] for b in article.blocks] == ["Lead.", "Kept words."]
    assert any("tables have no end" in notice for notice in article.notices)


def test_footnotes_are_numbered_as_cite_numbers_them() -> None:
    article = read_wikitext(
        "One.<ref>A</ref> Two.<ref name=b>B</ref> Again.<ref name=b /> Note.<ref group=note>N</ref>{{efn|E}} "
        "Short.{{sfn|Smith|2010|p=3}} Listed.<ref name=l />\n{{reflist|refs=<ref name=l>L</ref>}}",
        title="T",
    )
    assert [c.label for c in article.citations] == ["1", "2", "2", "note 1", "a", "3", "4"]
    for citation in article.citations:
        assert article.text[citation.start : citation.end] == f"[{citation.label}]"
    told = {r.label: (r.text, r.uses) for r in article.references}
    assert told["1"] == ("A", 1)
    assert told["2"] == ("B", 2)
    assert told["3"] == ("Smith 2010, p. 3.", 1)
    assert told["4"] == ("L", 1)
    assert told["a"] == ("E", 1)


def test_a_citation_template_gives_addresses_work_and_publisher() -> None:
    cite = (
        "{{cite web|url=https://news.example.org/a|title=A title|website=The ''Daily'' Example|publisher=Example Ltd"
        "|last=Doe|first=Jo|date=2019|archive-url=https://web.archive.org/web/2020/https://news.example.org/a}}"
    )
    article = read_wikitext(f"Said.<ref>{cite}</ref>", title="T")
    (reference,) = article.references
    assert reference.urls[0] == "https://news.example.org/a"
    assert reference.urls[1].startswith("https://web.archive.org/")
    assert reference.domain == "example.org"
    assert reference.work == "The Daily Example"
    assert reference.publisher == "Example Ltd"
    assert reference.text.startswith('Doe, Jo (2019). "A title". The Daily Example. Example Ltd')


@pytest.mark.parametrize(
    ("template", "domain", "text"),
    [
        (
            "{{Some archive|title=A title|url=https://arch.example/x|publisher=Arch}}",
            "arch.example",
            '"A title". Arch.',
        ),
        ("{{Internetquelle|url=//welt.example/x|titel=Ein Titel|werk=Welt}}", "welt.example", '"Ein Titel". Welt.'),
        ("{{Odd link|https://odd.example/x}}", "odd.example", ""),
    ],
)
def test_an_unknown_citation_template_still_gives_its_address(template: str, domain: str, text: str) -> None:
    (reference,) = read_wikitext(f"Said.<ref>{template}</ref>", title="T").references
    assert (reference.domain, reference.text) == (domain, text)


def test_links_are_told_apart_by_place() -> None:
    article = read_wikitext(
        "{{Infobox x|url=https://box.example/}}\nSee [https://body.example/ here].<ref>[https://ref.example/ r]</ref>\n"
        "== References ==\n{{reflist}}\n* [https://book.example/ A book]\n== External links ==\n"
        "* [https://out.example/ Out]\n* {{official website|https://home.example/}}",
        title="T",
    )
    assert {(link.domain, link.place) for link in article.links} == {
        ("box.example", "infobox"),
        ("body.example", "body"),
        ("ref.example", "reference"),
        ("book.example", "reference"),
        ("out.example", "external"),
        ("home.example", "external"),
    }
    assert [r.text for r in article.references if r.label is None] == ["A book"]
    assert all("Out" not in article.text[b.start : b.end] for b in article.blocks)


@pytest.mark.parametrize(
    "wikitext",
    [
        "{{Blockquote|We built it.|Ann Lee}}",
        "{{quote|text=We built it.|author=Ann Lee}}",
        "{{Quote box|quote=We built it.|source=Ann Lee}}",
        "{{cquote|We built it.|20px|20px|Ann Lee}}",
    ],
)
def test_quotation_templates_are_quotations_with_their_speaker(wikitext: str) -> None:
    article = read_wikitext(f"They spoke:\n{wikitext}\nThe end came.", title="T")
    quoted = [b for b in article.blocks if b.kind == "quotation"]
    assert [(article.text[b.start : b.end], b.source) for b in quoted] == [("We built it.", "Ann Lee")]
    assert len(article.blocks) == 3


def test_inline_tags_stand_in_the_text_with_their_date() -> None:
    article = read_wikitext("It is so.{{citation needed|date=May 2019}} Some{{who|date=2020-01}} say so.", title="T")
    shown = [(tag.id, tag.date, article.text[tag.start : tag.end]) for tag in article.inline_tags]
    assert shown[0] == ("citation-needed", "2019-05", "[citation needed]")
    assert shown[1][0] == "who"
    assert shown[1][1] == "2020-01"


def test_the_title_is_given_or_the_first_bold_words() -> None:
    assert read_wikitext("'''Old Mill''' is a mill.").title == "Old Mill"
    assert read_wikitext("'''Old Mill''' is a mill.", title="Mill (Kent)").title == "Mill (Kent)"


def test_extents_lie_in_the_text_and_blocks_do_not_overlap() -> None:
    article = read_wikitext("A.<ref>x</ref>\n\n{{POV}}\n* b{{fact}}\n== S ==\n{{quote|q}}\nc", title="T")
    parts = (*article.citations, *article.inline_tags, *article.banners, *article.sections, *article.blocks)
    assert all(0 <= part.start <= part.end <= len(article.text) for part in parts)
    ends = [0]
    for block in article.blocks:
        assert block.start >= ends[-1]
        ends.append(block.end)


def test_text_copied_out_of_a_dump_is_unescaped_and_says_so() -> None:
    article = read_wikitext("It is so.&lt;ref&gt;A &quot;book&quot;&lt;/ref&gt;", title="T")
    assert article.text == "It is so.[1]"
    assert article.references[0].text == 'A "book"'
    assert any("escaped" in notice for notice in article.notices)


def test_a_page_that_only_points_elsewhere_has_no_text_and_says_so() -> None:
    article = read_wikitext("#REDIRECT [[Old Mill]]\n\n[[Category:Mills]]", title="Mill")
    assert (article.text, article.blocks) == ("", ())
    assert article.notices == ("the page only points to 'Old Mill'",)


def test_signs_that_no_reader_sees_are_dropped() -> None:
    assert prose("A mi\u00adll\u200b by\u202e the\ufeff river.") == ["A mill by the river."]


def test_redirects_and_disambiguation_pages_are_known() -> None:
    assert redirects("#REDIRECT [[Target]]")
    assert redirects("  #redirect: [[Target]]")
    assert not redirects("# A list item about a redirect [[x]]")
    assert disambiguates("'''X''' may be:\n{{Disambiguation|geo}}")
    assert disambiguates("{{dab}}")
    assert not disambiguates("{{about|x||X (disambiguation)}} Prose about {{lang|fr|y}}.")


def test_the_same_wikitext_gives_the_same_article() -> None:
    text = "A{{efn|x}} [[b]]\n{{POV|date=May 2019}}<ref>{{cite web|url=https://a.example/|title=t}}</ref>"
    assert read_wikitext(text, title="T") == read_wikitext(text, title="T")
