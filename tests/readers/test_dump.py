"""XML dumps: every page accounted for, damage told and survived, packed data bounded, memory flat."""

from __future__ import annotations

import bz2
import gc
import gzip
import io
import lzma
import time
import tracemalloc
from pathlib import Path

import pytest

from analyzer.errors import UnreadableInput
from analyzer.readers.collections.dump import MAX_TEXT, read_dump, read_pages
from analyzer.readers.collections.stream import Account

FIXTURE = Path(__file__).parent / "fixtures" / "wiki.xml"
HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="en"><siteinfo><dbname>x</dbname></siteinfo>'
)


def page(
    title: str, text: str | None, *, number: int = 1, ns: int = 0, extra: str = "", model: str = "wikitext"
) -> str:
    body = "" if text is None else f'<text xml:space="preserve">{text}</text>'
    return (
        f"<page><title>{title}</title><ns>{ns}</ns><id>{number}</id>{extra}<revision><id>{number + 1000}</id>"
        f"<timestamp>2024-05-06T07:08:09Z</timestamp><contributor><id>77</id></contributor><model>{model}</model>{body}"
        "</revision></page>"
    )


def dump(*pages: str) -> bytes:
    return (HEAD + "".join(pages) + "</mediawiki>").encode()


def test_articles_keep_page_id_revision_and_timestamp() -> None:
    account = Account()
    (article,) = read_dump(io.BytesIO(dump(page("Old Mill", "'''Old Mill''' turns.", number=7))), account=account)
    assert (article.id, article.revision, article.timestamp) == ("7", "1007", "2024-05-06T07:08:09Z")
    assert (article.title, article.format, article.text) == ("Old Mill", "dump", "Old Mill turns.")
    assert (account.pages, account.read) == (1, 1)


def test_the_account_is_exact_and_says_why_each_page_was_passed_over() -> None:
    account = Account()
    pages = (
        page("A", "Prose."),
        page("B", "#REDIRECT [[A]]"),
        page("C", "Text", extra='<redirect title="A" />'),
        page("D", "* [[A]]\n{{disambiguation}}"),
        page("Talk:A", "Words.", ns=1),
        page("E", "x = 1", model="javascript"),
        page("F", None),
        page("G", "  "),
        page("H", "Prose.").replace("<text xml", '<text deleted="deleted" xml'),
        page("I", "y" * (MAX_TEXT + 10)),
    )
    titles = [article.title for article in read_dump(io.BytesIO(dump(*pages)), account=account)]
    assert titles == ["A"]
    assert dict(account.skipped) == {
        "redirect": 2,
        "disambiguation": 1,
        "namespace 1": 1,
        "content model javascript": 1,
    }
    assert dict(account.rejected) == {"no text": 2, "revision deleted": 1, f"text over {MAX_TEXT >> 20} MB": 1}
    assert account.pages == 10
    assert account.balanced()
    assert str(account).startswith(
        "10 pages in: 1 read, 5 skipped (content model javascript 1, disambiguation 1, namespace 1 1"
    )


def test_the_language_is_that_of_the_dump() -> None:
    data = dump(page("A", "Prosa.")).replace(b'xml:lang="en"', b'xml:lang="de-AT"')
    assert [a.language for a in read_dump(io.BytesIO(data))] == ["de"]


def test_namespaces_may_be_chosen() -> None:
    data = dump(page("A", "Prose."), page("Talk:A", "Words.", ns=1))
    assert [a.title for a in read_dump(io.BytesIO(data), namespaces=(1,))] == ["Talk:A"]


def test_the_last_of_many_revisions_counts() -> None:
    old = "".join(f"<revision><id>{i}</id><text>Old {i}.</text></revision>" for i in range(3000))
    data = dump(f"<page><title>A</title><ns>0</ns><id>1</id>{old}</page>")
    (article,) = read_dump(io.BytesIO(data))
    assert (article.revision, article.text) == ("2999", "Old 2999.")


@pytest.mark.parametrize("pack", [bz2.compress, gzip.compress, lzma.compress, bytes])
def test_packed_dumps_are_known_by_their_content(pack, tmp_path: Path) -> None:
    path = tmp_path / "dump.bin"
    path.write_bytes(pack(dump(page("A", "Prose."))))
    assert [a.title for a in read_dump(path)] == ["A"]


def test_streams_that_follow_each_other_are_one_dump(tmp_path: Path) -> None:
    parts = [
        HEAD,
        page("A", "One.", number=1) + page("B", "Two.", number=2),
        page("C", "Three.", number=3),
        "</mediawiki>",
    ]
    path = tmp_path / "multistream.xml.bz2"
    path.write_bytes(b"".join(bz2.compress(part.encode()) for part in parts))
    assert [a.title for a in read_dump(path)] == ["A", "B", "C"]


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_dump_that_is_cut_off_yields_what_came_before_and_says_so(pack, cut: float, tmp_path: Path) -> None:
    whole = dump(*(page(f"P{i}", f"Words of page {i}. " * 400, number=i) for i in range(300)))
    data = pack(whole)
    path = tmp_path / "cut"
    path.write_bytes(data[: int(len(data) * cut)])
    account = Account()
    found = [a.title for a in read_dump(path, account=account)]
    assert found == [f"P{i}" for i in range(len(found))]
    assert len(found) > 300 * cut * 0.5
    assert account.damage is not None
    assert account.balanced()


def test_entities_end_the_reading_at_once() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><mediawiki>&b;</mediawiki>'
    )
    with pytest.raises(UnreadableInput, match="declares entities"):
        list(read_dump(io.BytesIO(bomb.encode())))
    external = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><mediawiki>&a;</mediawiki>'
    with pytest.raises(UnreadableInput):
        list(read_dump(io.BytesIO(external.encode())))


@pytest.mark.parametrize("data", [b"", b"no xml at all", b"<html><body>a page</body></html>", b"<feed><page/></feed>"])
def test_a_file_that_is_no_dump_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(UnreadableInput, match="expected"):
        list(read_dump(io.BytesIO(data)))


def test_a_bomb_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml.bz2"
    opening = bz2.compress(HEAD.encode() + b"<page><title>A</title><ns>0</ns><revision><text>")
    path.write_bytes(opening + bz2.compress(b"\n" * (8 << 20)) * 30)  # 240 MB in 2 kB
    account = Account()
    tracemalloc.start()
    try:
        assert list(read_dump(path, account=account)) == []
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20
    assert "times its size" in (account.damage or "")


def test_a_7z_archive_is_refused_with_the_way_to_unpack_it(tmp_path: Path) -> None:
    path = tmp_path / "dump.7z"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(100))
    with pytest.raises(UnreadableInput, match="Unpack it first: 7z x FILE"):
        list(read_dump(path))


@pytest.mark.parametrize(
    "evil", ["{{a|", "{|\n|-\n|a\n", "&lt;ref&gt;a", "{{a|b=&amp;", "[[a|", "&apos;&apos;a&apos;&apos;&apos;"]
)
def test_a_hostile_page_of_two_megabytes_costs_less_than_five_seconds_and_harms_no_other(evil: str) -> None:
    data = dump(page("A", "Prose."), page("Evil", evil * (2_000_000 // len(evil))), page("B", "More prose."))
    account = Account()
    begun = time.process_time()
    titles = [article.title for article in read_dump(io.BytesIO(data), account=account)]
    assert time.process_time() - begun < 5
    assert titles == ["A", "Evil", "B"]
    assert account.balanced()


def test_memory_does_not_grow_with_the_dump() -> None:
    def peak(count: int) -> int:
        class Endless(io.RawIOBase):
            """A dump that is written while it is read, so that only the reader's own memory is measured."""

            def __init__(self) -> None:
                self.left = self.source()
                self.rest = b""

            def source(self):
                yield HEAD.encode()
                for i in range(count):
                    yield page(f"P{i}", "Some [[linked]] prose.&lt;ref&gt;R&lt;/ref&gt; " * 20, number=i).encode()
                yield b"</mediawiki>"

            def readable(self) -> bool:
                return True

            def readinto(self, buffer) -> int:
                while not self.rest:
                    part = next(self.left, None)
                    if part is None:
                        return 0
                    self.rest = part
                size = min(len(buffer), len(self.rest))
                buffer[:size], self.rest = self.rest[:size], self.rest[size:]
                return size

        tracemalloc.start()
        try:
            read = 0
            for read, _ in enumerate(read_dump(io.BufferedReader(Endless(), 1 << 16)), 1):
                if read % 50 == 0:
                    gc.collect()  # empties the free lists too: 3.11 keeps up to 2,000 freed tuples of a size
            assert read == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(20)
    small, large = peak(100), peak(800)
    assert large < small * 1.1 + 100_000


def test_the_fixture_wiki_is_read_whole() -> None:
    account = Account()
    titles = [article.title for article in read_dump(FIXTURE, account=account)]
    assert titles == ["Marlow Instruments", "Harwick", "Old Town (Harwick)", "Odd markup"]
    assert account.skipped["redirect"] == 1
    assert account.skipped["disambiguation"] == 1
    assert account.balanced()


def test_mwxml_reads_the_same_pages() -> None:
    mwxml = pytest.importorskip("mwxml")
    with FIXTURE.open(encoding="utf-8") as file:
        theirs = [(p.title, str(p.id), r.text) for p in mwxml.Dump.from_file(file) for r in p]
    ours = [(p.title.partition(":")[2] or p.title, p.id, p.text) for p in read_pages(FIXTURE, account=Account())]
    assert [row[1:] for row in ours] == [row[1:] for row in theirs]
