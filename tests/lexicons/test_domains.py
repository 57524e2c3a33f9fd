"""Domain tables: several verdicts, types, archive copies, shared hosts, a table of the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UnreadableInput
from analyzer.lexicons import domains
from analyzer.lexicons.domains import lookup, user_table


def test_a_url_is_looked_up_by_its_registered_domain() -> None:
    found = lookup("http://www.news.bbc.co.uk:80/1/hi/x.html?y=1")
    assert (found.domain, found.host, found.type) == ("bbc.co.uk", "news.bbc.co.uk", "media")


def test_lists_that_disagree_are_all_shown_and_called_ambiguous() -> None:
    found = lookup("investopedia.com")
    assert {"unreliable", "project_no_consensus"} <= set(found.verdicts)
    assert found.ambiguous and found.rating == "unreliable"


def test_a_domain_that_every_list_rejects_is_unreliable() -> None:
    found = lookup("https://www.dailymail.co.uk/news/1")
    assert "deprecated" in found.verdicts
    assert found.unreliable and not found.ambiguous


def _hundred() -> list[list[str]]:
    lines = (Path(__file__).parent / "hundred_most_cited.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


@pytest.mark.parametrize(("address", "kind", "rating"), _hundred())
def test_the_hundred_most_cited_domains_are_what_editors_take_them_for(address: str, kind: str, rating: str) -> None:
    found = lookup(address)
    assert kind in {found.type, *found.verdicts}
    assert (found.rating or "") == rating


@pytest.mark.parametrize(
    ("address", "said", "rating"),
    [
        ("https://www.google.com/maps/@1,2", "", "no consensus"),
        ("https://www.google.com/search?q=x", "", None),
        ("https://books.google.ca/books?id=x", "", None),
        ("https://news.google.com/newspapers?id=x", "", "reliable"),
        ("https://www.sciencedirect.com/topics/engineering/wire", "", "unreliable"),
        ("https://www.telegraph.co.uk/news/1", "Transgender athletes", "no consensus"),
        ("https://www.telegraph.co.uk/news/1", "Cricket", "reliable"),
        ("https://www.foxnews.com/x", "The election, 2018", "unreliable"),
        ("https://www.foxnews.com/x", "A recipe", "no consensus"),
        ("https://www.newsweek.com/x", "Smith (1994)", "reliable"),
        ("https://www.newsweek.com/2019/05/x", "", "no consensus"),
        ("https://www.newsweek.com/x", "no date", None),
        ("https://www.forbes.com/x", "", None),
        ("https://www.forbes.com/sites/somebody/2019/01/02/x", "", "unreliable"),
        ("https://www.forbes.com/x", "Smith, 12 May 2004. Retrieved 2015", "reliable"),
        ("https://www.imdb.com/title/1", "", "unreliable"),
        ("https://open.spotify.com/album/1", "", None),
    ],
)
def test_what_is_said_of_a_part_of_a_site_holds_where_address_or_words_name_it(
    address: str, said: str, rating: str | None
) -> None:
    assert lookup(address, said).rating == rating


def test_a_site_on_which_anybody_publishes_is_not_vouched_for_by_good_pages_on_it() -> None:
    assert lookup("https://www.businesswire.com/news/1").rating is None


def test_the_other_names_of_a_site_do_not_narrow_what_is_said_of_it() -> None:
    assert lookup("https://www.wsj.com/x").labels()[0] == "reliable"
    assert "no consensus (2013–present)" in lookup("https://www.newsweek.com/2019/05/x").labels()


def test_the_page_behind_an_archive_copy_is_judged() -> None:
    found = lookup("https://web.archive.org/web/20190101000000/http://www.dailymail.co.uk/x")
    assert found.domain == "dailymail.co.uk"


def test_a_path_can_make_the_difference() -> None:
    assert lookup("https://www.digitaljournal.com/pr/12").has("press_release")
    assert not lookup("https://www.digitaljournal.com/tech/12").has("press_release")


def test_a_host_shared_by_many_is_not_called_predatory() -> None:
    for host in ("https://sites.google.com/site/journal", "https://journals.sfu.ca/x", "https://www.scirp.org/y"):
        assert not set(lookup(host).verdicts) & domains.PREDATORY


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.state.gov/x", "government"),
        ("https://www.ohchr.org/x", "igo"),
        ("https://www.hrw.org/x", "ngo"),
        ("https://web.mit.edu/x", "academic"),
        ("https://tarngazette.example/x", "media"),
        ("https://nobody.example/x", None),
    ],
)
def test_the_kind_of_body_is_told_by_name_or_pattern(url: str, kind: str | None) -> None:
    assert lookup(url).type == kind


def test_shorteners_shops_blogs_and_releases_are_told_apart() -> None:
    assert lookup("https://bit.ly/abc").has("shortener")
    assert lookup("https://www.amazon.com/dp/1").commercial
    assert lookup("https://somebody.blogspot.com/").has("blog_host")
    assert lookup("https://www.prnewswire.com/news").has("press_release")


@pytest.mark.parametrize("text", ["", "   ", "http://[bad", "://", "http://", "a" * 100_000, "http://" + "a." * 5000])
def test_what_is_no_address_gives_an_empty_or_unknown_verdict(text: str) -> None:
    assert lookup(text).notes == ()


def test_a_table_of_the_users_own_goes_first_and_only_inside_its_context(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("# my view\ndomain\tverdict\ttype\tname\nreuters.com\tunreliable\tcompany\tMy reason\n", "utf-8")
    with user_table(path):
        found = lookup("https://www.reuters.com/x")
        assert (found.verdicts, found.type, found.unreliable) == (("unreliable",), "company", True)
        assert lookup("https://www.dailymail.co.uk/").unreliable
    assert not lookup("https://www.reuters.com/x").unreliable


def test_a_table_without_the_columns_is_refused_with_what_was_met(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("site\topinion\n", "utf-8")
    with pytest.raises(UnreadableInput, match="site"), user_table(path):
        pass
    with pytest.raises(UnreadableInput, match="gone"), user_table(tmp_path / "gone.tsv"):
        pass
