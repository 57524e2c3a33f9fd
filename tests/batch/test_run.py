"""A batch from its inputs to its folder: the same bytes however it was run. The analysis is a stand-in."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from analyzer.batch.compose import Batch
from analyzer.batch.folder import Folder
from analyzer.batch.inputs import Inputs, Reading
from analyzer.batch.plan import TASK_SIZE
from analyzer.batch.pool import Pool
from analyzer.batch.work import Settings
from analyzer.errors import UnreadableInput, UsageError
from analyzer.records import Article

PAGE = (
    "<page><title>{title}</title><ns>{ns}</ns><id>{id}</id>{redirect}<revision><id>{id}</id>"
    "<timestamp>2024-05-06T07:08:09Z</timestamp><text>{text}</text></revision></page>"
)


def dump(path: Path, count: int, **texts: str) -> Path:
    """Write a dump of articles "Page 0" ..., every seventh a redirect, every eleventh a template."""
    rows = []
    for n in range(count):
        ns, redirect = ("10", "") if n % 11 == 5 else ("0", '<redirect title="X" />' if n % 7 == 3 else "")
        text = texts.get(f"page_{n}", f"SLEEP 2 The lake {n} is deep. " * (n % 5 + 1))
        rows.append(PAGE.format(title=f"Page {n}", ns=ns, id=n + 1, redirect=redirect, text=text))
    path.write_text(f"<mediawiki>{''.join(rows)}</mediawiki>")
    return path


def batch(out: Path, *inputs: Path | str, workers: int = 2, write: tuple[str, ...] = ("reports",), **options):
    judging = {name: options.pop(name) for name in ("lexicons", "issues", "ignore", "thresholds") if name in options}
    settings = Settings(analyst="stand_in:StandIn", write=write, engine=options.pop("engine", "fast"), **judging)
    overwrite, progress = options.pop("overwrite", False), options.pop("progress", None)
    timeout = options.pop("article_timeout", 600.0)
    named = Inputs(tuple(map(str, inputs)), options.pop("reading", None), without=out)
    work = Batch(named, Folder(out, write=write), settings, **{"shard_articles": 10, **options})
    return work.run(Pool(settings, workers, article_timeout=timeout), overwrite=overwrite, progress=progress)


def files(folder: Path) -> dict[str, bytes]:
    """Return what a folder holds, the lock apart."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def reports(folder: Path) -> list[dict]:
    lines = [
        line for part in sorted(folder.glob("reports/*.gz")) for line in gzip.decompress(part.read_bytes()).splitlines()
    ]
    return [json.loads(line) for line in lines]


def test_every_page_of_a_dump_is_reported_rejected_or_skipped_by_name(tmp_path: Path):
    account = batch(tmp_path / "out", dump(tmp_path / "wiki.xml", 50, page_1=" ", page_2="DIE at once"))
    assert account.is_exact and account.all == 50
    assert account.rejected == {"cannot be read": 1, "the process ended on it": 1}
    assert account.skipped == {"redirects": 6, "templates (namespace 10)": 5}
    told = reports(tmp_path / "out")
    assert len(told) == account.reported == 37
    assert [row["article"]["title"] for row in told[:2]] == ["Page 0", "Page 4"]
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["complete"] and manifest["account"]["in"] == 50 and manifest["account"]["out"] == 37
    lines = [line for part in (tmp_path / "out/rejected").iterdir() for line in part.read_text().splitlines()]
    assert {(row["name"], row["kind"]) for row in map(json.loads, lines)} == {
        ("Page 1", "unreadable"),
        ("Page 2", "died"),
    }


def test_one_worker_and_three_write_the_same_bytes(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 40)
    batch(tmp_path / "one", source, workers=1)
    batch(tmp_path / "three", source, workers=3)
    assert files(tmp_path / "one") == files(tmp_path / "three")


def test_tables_and_reports_are_written_whole_with_schema_and_provenance(tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    from analyzer.report.datasets import COLUMNS

    out = tmp_path / "out"
    account = batch(out, dump(tmp_path / "wiki.xml", 30, page_0="DIE"), write=("tables", "reports"))
    for dataset in (*COLUMNS, "rejected"):
        parts = sorted(out.glob(f"{dataset}/*.parquet"))
        assert len(parts) == 3
        told = parquet.read_metadata(parts[0])
        groups = [told.row_group(0).column(n) for n in range(told.num_columns)] if told.num_row_groups else []
        assert {column.compression for column in groups} <= {"ZSTD"} and (groups or not told.num_rows)
        metadata = told.metadata
        assert json.loads(metadata[b"npov_tables_schema"]) == "1.1"
        assert json.loads(metadata[b"npov_provenance"])["models"] == {"m": "sha256:1"}
    articles = parquet.read_table(out / "articles").to_pylist()
    assert len(articles) == account.reported == len(reports(out))
    assert articles[0]["article"] == 1 and articles[0]["timestamp"] == "2024-05-06T07:08:09Z"
    assert parquet.read_table(out / "rejected").to_pylist()[0]["kind"] == "died"


def test_an_interrupted_batch_goes_on_to_the_same_bytes(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 60)
    batch(tmp_path / "whole", source)

    def interrupt(progress):
        if progress.shards >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch(tmp_path / "broken", source, progress=_often(interrupt))
    assert not json.loads((tmp_path / "broken/manifest.json").read_text())["complete"]
    before = files(tmp_path / "broken")
    batch(tmp_path / "broken", source, workers=3)
    assert files(tmp_path / "broken") == files(tmp_path / "whole")
    assert len(before) < len(files(tmp_path / "whole"))


def _often(call):
    """Return a progress function; the clock's patience between two calls is taken away."""
    import analyzer.batch.compose as module

    module._EVERY = 0.0
    return call


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    monkeypatch.setattr("analyzer.batch.compose._EVERY", 0.5)


def test_a_full_disk_is_told_and_the_batch_goes_on_when_there_is_room(tmp_path: Path, monkeypatch):
    source = dump(tmp_path / "wiki.xml", 40)
    batch(tmp_path / "whole", source)
    written = []
    real = os.fsync

    def fsync(descriptor):
        written.append(descriptor)
        if len(written) == 9:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr("analyzer.batch.folder.os.fsync", fsync)
    with pytest.raises(UsageError, match=r"No space left on device.*the same command goes on"):
        batch(tmp_path / "full", source)
    assert not list((tmp_path / "full").rglob("*.partial"))
    batch(tmp_path / "full", source)
    assert files(tmp_path / "full") == files(tmp_path / "whole")


def test_what_was_left_half_written_or_cut_short_is_written_again(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 30)
    batch(tmp_path / "out", source)
    whole = files(tmp_path / "out")
    (tmp_path / "out/reports/part-00001.jsonl.gz").write_bytes(b"cut")
    (tmp_path / "out/reports/.part-00002.jsonl.gz.partial").write_bytes(b"half")
    manifest = tmp_path / "out/manifest.json"
    manifest.write_text(manifest.read_text().replace('"complete": true', '"complete": false'))
    batch(tmp_path / "out", source)
    assert files(tmp_path / "out") == whole


def test_a_second_run_on_the_same_folder_is_refused_while_one_is_going(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 5)
    with Folder(tmp_path / "out", write=("reports",)).locked(), pytest.raises(UsageError, match="another run"):
        batch(tmp_path / "out", source)
    assert batch(tmp_path / "out", source).reported


def test_other_settings_inputs_and_models_are_refused_by_name(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 20)
    batch(tmp_path / "out", source)
    with pytest.raises(UsageError, match=r"engine was fast and is accurate now.*--overwrite"):
        batch(tmp_path / "out", source, engine="accurate")
    with pytest.raises(UsageError, match="limit was not given and is 3 now"):
        batch(tmp_path / "out", source, limit=3)
    dump(source, 21)
    with pytest.raises(UsageError, match=r"wiki\.xml has changed"):
        batch(tmp_path / "out", source)
    other = dump(tmp_path / "other.xml", 20)
    with pytest.raises(UsageError, match=r"its inputs were .*wiki\.xml"):
        batch(tmp_path / "out", other)
    dump(source, 20)
    manifest = tmp_path / "out/manifest.json"
    manifest.write_text(manifest.read_text().replace("sha256:1", "sha256:2"))
    with pytest.raises(UsageError, match="the model m has changed"):
        batch(tmp_path / "out", source)
    assert batch(tmp_path / "out", source, engine="accurate", overwrite=True).reported


def test_settings_of_what_is_judged_are_refused_by_name_however_they_have_changed(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 3)
    words = tmp_path / "words.tsv"
    words.write_text("zippy\tpeacock\n")
    asked = {"thresholds": (("balance", 0.7),), "issues": ("balance",), "lexicons": (str(words),)}
    batch(tmp_path / "out", source, **asked)
    assert batch(tmp_path / "out", source, **asked).reported == 3
    with pytest.raises(UsageError, match=r"thresholds of balance was 0\.7 and is not given now"):
        batch(tmp_path / "out", source, **asked | {"thresholds": None})
    with pytest.raises(UsageError, match=r"issues was balance and is balance, spam now"):
        batch(tmp_path / "out", source, **asked | {"issues": ("balance", "spam")})
    with pytest.raises(UsageError, match=r"ignore was not given and is spam now"):
        batch(tmp_path / "out", source, **asked, ignore=("spam",))
    words.write_text("zippy\tnone\n")
    with pytest.raises(UsageError, match=r"lexicons was [0-9a-f]{64} and is [0-9a-f]{64} now"):
        batch(tmp_path / "out", source, **asked)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.txt").write_text("mine")
    for overwrite in (False, True):
        with pytest.raises(UsageError, match=r"thesis\.txt"):
            batch(tmp_path / "out", dump(tmp_path / "wiki.xml", 5), overwrite=overwrite)
    assert (tmp_path / "out/thesis.txt").read_text() == "mine"


def test_beginning_anew_deletes_what_a_batch_wrote_and_nothing_else(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 40)
    batch(tmp_path / "out", source)
    (tmp_path / "out/articles").mkdir(exist_ok=True)
    (tmp_path / "out/reports/notes.txt").write_text("mine")
    batch(tmp_path / "out", source, limit=5, overwrite=True)
    assert (tmp_path / "out/reports/notes.txt").read_text() == "mine"
    assert len(reports(tmp_path / "out")) == 5


def test_a_complete_batch_is_not_done_again(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 20)
    first = batch(tmp_path / "out", source)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.gz")}
    assert batch(tmp_path / "out", source) == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.gz")} == before


def test_pages_are_picked_by_title_and_the_reading_ends_when_all_are_found(tmp_path: Path):
    reading = Reading(pages=("page_4", "Page 2"))
    account = batch(tmp_path / "out", dump(tmp_path / "wiki.xml", 30), reading=reading)
    assert [row["article"]["title"] for row in reports(tmp_path / "out")] == ["Page 2", "Page 4"]
    assert account.all == 5 and account.skipped == {"pages that were not asked for": 3}


def test_a_limit_ends_the_batch_after_so_many_articles(tmp_path: Path):
    assert batch(tmp_path / "out", dump(tmp_path / "wiki.xml", 30), limit=4).reported == 4


def test_a_folder_stands_for_the_files_below_it_and_never_for_the_output(tmp_path: Path):
    texts = tmp_path / "texts"
    (texts / "deep").mkdir(parents=True)
    for name in ("b.txt", "deep/a.txt", ".hidden"):
        (texts / name).write_text(f"The file {name}.")
    out = texts / "out"
    assert batch(out, texts).all == 2
    assert batch(out, texts).all == 2
    assert [row["article"]["id"] for row in reports(out)] == ["b", "a"]


def test_a_pattern_and_a_table_and_a_dump_go_together(tmp_path: Path):
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "t.jsonl").write_text('{"title": "Row", "text": "Two."}\n{"title": "None"}\n[]\n')
    account = batch(tmp_path / "out", str(tmp_path / "*.txt"), tmp_path / "t.jsonl", dump(tmp_path / "w.xml", 3))
    assert account.is_exact and account.reported == 5 and account.rejected == {"cannot be read": 2}


def test_a_snapshot_a_parquet_table_and_a_folder_of_wikitext_go_together(tmp_path: Path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    objects = [{"name": f"Mill {n}", "identifier": n, "article_body": {"wikitext": "It is [[so]]."}} for n in (1, 2)]
    (tmp_path / "enterprise.ndjson").write_text("".join(json.dumps(each) + "\n" for each in objects))
    parquet.write_table(pa.Table.from_pylist([{"title": "Dam", "text": "It is new."}]), tmp_path / "t.parquet")
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki/Weir.wiki").write_text("The '''weir''' is [[old]].<ref>So.</ref>\n\n== Use ==\n{{main|Dam}}\n")
    account = batch(tmp_path / "out", *(tmp_path / name for name in ("enterprise.ndjson", "t.parquet", "wiki")))
    assert account.is_exact and account.reported == 4 and not account.damaged
    told = [row["article"] for row in reports(tmp_path / "out")]
    assert [row["title"] for row in told[:3]] == ["Mill 1", "Mill 2", "Dam"]
    assert [row["format"] for row in told] == ["enterprise", "enterprise", "plaintext", "wikitext"]


@pytest.fixture
def wiki(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have every page of a wiki but "Nowhere" be there, and return the titles that it is asked for."""
    asked = []

    def read_wiki(api: str, title: str, *, revision: str | None = None) -> Article:
        asked.append(title)
        if title == "Nowhere":
            raise UnreadableInput(f"Met no page {title!r} at {api}; expected one that exists. Check the spelling.")
        return Article(id=title, title=title, subject=title, format="mediawiki", text=f"{title} is deep.")

    monkeypatch.setattr("analyzer.readers.mediawiki.read_wiki", read_wiki)
    return asked


def test_titles_of_a_wiki_are_articles_and_those_that_it_lacks_are_rejected(tmp_path: Path, wiki: list[str]):
    (tmp_path / "titles.txt").write_text("Lake Sorrel\n\nNowhere\nHale\n")
    reading = Reading(wiki="https://wiki.example/w/api.php")
    account = batch(tmp_path / "out", f"@{tmp_path / 'titles.txt'}", "Orme", reading=reading)
    assert wiki == ["Lake Sorrel", "Nowhere", "Hale", "Orme"]
    assert [row["article"]["title"] for row in reports(tmp_path / "out")] == ["Lake Sorrel", "Hale", "Orme"]
    assert account.is_exact and account.rejected == {"cannot be read": 1}


def test_pages_of_a_wiki_that_are_done_are_not_fetched_again(tmp_path: Path, wiki: list[str]):
    (tmp_path / "titles.txt").write_text("".join(f"Lake {n}\n" for n in range(30)))
    titles, reading = f"@{tmp_path / 'titles.txt'}", Reading(wiki="https://wiki.example/w/api.php")
    batch(tmp_path / "out", titles, reading=reading)
    whole = files(tmp_path / "out")
    manifest = tmp_path / "out/manifest.json"
    manifest.write_text(manifest.read_text().replace('"complete": true', '"complete": false'))
    (tmp_path / "out/shards/00001.json").unlink()
    wiki.clear()
    batch(tmp_path / "out", titles, reading=reading)
    assert wiki == [f"Lake {n}" for n in range(10, 20)] and files(tmp_path / "out") == whole


def test_columns_of_a_table_may_be_named(tmp_path: Path):
    from analyzer.readers.collections.tables import Columns

    (tmp_path / "t.csv").write_text("nr,head,said,words\n7,Lake,2020-01-02,It is deep.\n")
    columns = Columns(text="words", id="nr", title="head", date="said")
    batch(tmp_path / "out", tmp_path / "t.csv", reading=Reading(columns=columns))
    (row,) = reports(tmp_path / "out")
    told = row["article"]
    assert (told["id"], told["title"], told["timestamp"]) == ("7", "Lake", "2020-01-02")


def test_an_input_that_is_not_there_is_refused_before_any_work(tmp_path: Path):
    with pytest.raises(UnreadableInput, match=r"none\.xml does not exist"):
        batch(tmp_path / "out", tmp_path / "none.xml")
    with pytest.raises(UsageError, match="standard input"):
        batch(tmp_path / "out", "-")


def test_a_dump_that_breaks_off_is_told_and_what_came_before_is_kept(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 12)
    source.write_text(source.read_text()[:-200])
    account = batch(tmp_path / "out", source)
    assert account.reported and account.is_exact and "wiki.xml" in account.damaged[0]


def test_progress_counts_up_and_tells_how_long_it_takes(tmp_path: Path):
    seen = []
    batch(tmp_path / "out", dump(tmp_path / "wiki.xml", 60), progress=_often(seen.append))
    assert seen[0].event == "start" and seen[-1].event == "end"
    counts = [each.account.reported for each in seen]
    assert counts == sorted(counts) and counts[-1] > 0
    assert seen[-1].articles_per_second > 0 and seen[-1].account.is_exact


def test_progress_is_told_while_pages_are_read_of_which_none_is_an_article(tmp_path: Path):
    redirects = [PAGE.format(title=f"R{n}", ns=0, id=n, redirect='<redirect title="X" />', text="x") for n in range(50)]
    page = PAGE.format(title="Lake", ns=0, id=99, redirect="", text="The lake is deep.")
    (tmp_path / "wiki.xml").write_text(f"<mediawiki>{''.join(redirects)}{page}</mediawiki>")
    seen = []
    batch(tmp_path / "out", tmp_path / "wiki.xml", progress=_often(seen.append))
    skipped = [each.account.skipped.get("redirects", 0) for each in seen if not each.account.reported]
    assert len(set(skipped)) == 51


def test_the_time_to_go_counts_what_is_read_and_not_done(tmp_path: Path):
    """All of the dump is read at once, while most of it waits for a worker."""
    seen = []
    source = dump(tmp_path / "wiki.xml", 60, **{f"page_{n}": "SLEEP 30 The lake is deep." for n in range(60)})
    batch(tmp_path / "out", source, progress=_often(seen.append), workers=1)
    halfway = [each for each in seen if each.event == "progress" and 0 < each.account.reported < 30]
    assert halfway and all(each.seconds_left is not None and each.seconds_left > 0 for each in halfway)


def test_a_very_long_article_and_very_short_ones_do_not_wait_for_each_other(tmp_path: Path):
    """The long one, alone in its task, ends only when all others are done, and all shards but its own written."""
    others_done = tmp_path / "others.done"
    source = dump(tmp_path / "wiki.xml", 60, page_0=f"UNTIL {others_done} " + "word " * (TASK_SIZE // 4))

    def look(progress):
        if progress.shards == 4 and progress.account.reported == 46:
            others_done.touch()

    account = batch(tmp_path / "out", source, progress=_often(look), article_timeout=30.0)
    assert account.reported == 47 and not account.rejected
    batch(tmp_path / "one", source, workers=1)
    assert files(tmp_path / "out") == files(tmp_path / "one")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to begin a run at little cost")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_run_that_is_killed_at_20_random_points_ends_in_the_same_bytes(tmp_path: Path):
    source = dump(tmp_path / "wiki.xml", 90, page_8="DIE", page_9=" ")
    batch(tmp_path / "whole", source)
    chance = random.Random(11)
    out, killed = tmp_path / "killed", 0
    for _ in range(60):
        if killed == 20:
            break
        shards = len(list(out.glob("shards/*.json")))
        run = os.fork()
        if not run:
            try:
                batch(out, source, workers=1)
            finally:
                os._exit(0)
        # At a moment after it has begun, or after it has written one more shard.
        deadline = time.monotonic() + (0.5 if chance.random() < 0.3 else 60)
        while time.monotonic() < deadline and os.waitpid(run, os.WNOHANG) == (0, 0):
            if len(list(out.glob("shards/*.json"))) > shards:
                break
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.05))
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(run, signal.SIGKILL)
            os.waitpid(run, 0)
            killed += 1
        manifest = out / "manifest.json"
        if manifest.exists() and '"complete": true' in (told := manifest.read_text()):
            manifest.write_text(told.replace('"complete": true', '"complete": false'))
            (out / f"shards/{chance.randrange(6):05}.json").unlink(missing_ok=True)
    assert killed == 20
    account = batch(out, source)
    assert account.is_exact and account == batch(tmp_path / "whole", source)
    assert files(out) == files(tmp_path / "whole")
