"""What batches cost: speed beside bare spaCy, reading, screening, workers, memory, length; part of ``make bench``.

Parts may be measured apart (``--only memory``): each leaves its figures in batch.json beside this file, and ``--write``
makes docs/performance.md, the paper plan with it, of what has been measured so far. All ratios are within one run, both
sides on the same text. Text: ../shared/corpora/wiki_banners where it is there, else the seed article repeated; reading
and screening are left out without ../shared. On two free cores: engines 6 minutes, large 2, reading less than 1,
screening 5, workers 5, memory 6, length 9.
"""

from __future__ import annotations

import argparse
import bz2
import json
import lzma
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import spacy
from bench_pipeline import CORPUS, ROOT, articles
from msgspec.structs import replace

from analyzer import load_pipeline, read
from analyzer.annotate import BATCH_SIZE
from analyzer.annotate.masking import mask
from analyzer.batch.folder import Folder
from analyzer.batch.items import ArticleItem
from analyzer.batch.plan import TASK_ARTICLES
from analyzer.batch.pool import Pool, cores
from analyzer.batch.screen import need_of
from analyzer.batch.work import Settings, Task
from analyzer.pipeline import DEFAULT_MODEL, engines, reports
from analyzer.readers.collections.dump import article_of, passed_over, read_pages
from analyzer.readers.collections.stream import Account
from analyzer.records import Article, Report
from analyzer.vocabulary import DEFAULT_ENGINE, Engine

# English Wikipedia's articles, the words that are assumed of one, and the GB of XML that are assumed of its dump.
PAGES, WORDS, DUMP = 7_000_000, 650, 100
SHARED = ROOT / "../shared"
RESULTS = Path(__file__).with_name("batch.json")
FAST = Settings(engine="fast", write=("tables",))
Figures = dict[str, float]


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def prose() -> Iterator[tuple[str, str]]:
    """Yield real articles, title and text, each once; the seed alone where the corpus is not there."""
    found = [CORPUS.with_name(f"{part}.jsonl.xz") for part in ("train", "dev")]
    for path in filter(Path.exists, found):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield row["title"], row["text"]
    if not CORPUS.exists():
        yield "Human rights in Kazakhstan", (ROOT / "seeds/human-rights-in-kazakhstan.txt").read_text("utf-8")


def pieces(count: int, least: int) -> list[Article]:
    """Return short articles: paragraphs of real ones, as many as have ``least`` words together; again if need be."""

    def cut() -> Iterator[Article]:
        for title, text in prose():
            taken: list[str] = []
            for paragraph in text.split("\n\n"):
                if not paragraph.startswith("=="):
                    taken.append(paragraph)
                if sum(len(each.split()) for each in taken) >= least:
                    yield read("\n\n".join(taken), title=title)
                    taken = []

    return list(islice(cycle(islice(cut(), count)), count))


def tasks(texts: list[Article]) -> list[Task]:
    """Return articles as a batch would give them out."""
    items = [ArticleItem(input="bench", name=str(n), article=article) for n, article in enumerate(texts)]
    firsts = range(0, len(items), TASK_ARTICLES)
    return [Task(number=n, first=at, items=items[at : at + TASK_ARTICLES]) for n, at in enumerate(firsts)]


def passages(texts: list[Article]) -> list[str]:
    """Return the passages that are parsed."""
    return [passage.text for article in texts for passage in mask(article)[0]]


def beside_spacy(texts: list[Article], rounds: int, used: Sequence[Engine]) -> Figures:
    """Return CPU seconds of the bare parse, of a user's own loop and of each engine, best of some rounds."""
    pipelines = {engine: load_pipeline(engine=engine) for engine in used}
    nlp = spacy.load(DEFAULT_MODEL)  # as spaCy gives it: the analyzer's own is hastened
    sides: dict[str, Callable[[list[Article]], object]] = {
        "bare": lambda texts: [len(doc) for doc in nlp.pipe(passages(texts), batch_size=BATCH_SIZE)],
        "loop": lambda texts: [len(nlp(article.text)) for article in texts],
        **{name: lambda texts, by=by: sum(1 for _ in reports(texts, by)) for name, by in pipelines.items()},
        "screen": lambda texts: [need_of(article) for article in texts],
    }
    for side in sides.values():
        side(texts[:1])  # what is loaded at the first call is no part of it
    best: Figures = {}
    for _ in range(rounds):  # in turns, so that other work on the machine disturbs all alike
        for name, side in sides.items():
            best[name] = min(best.get(name, 1e9), cpu(lambda side=side: side(texts)))
    best["words"] = sum(len(text.split()) for text in passages(texts))
    best["sentences"] = sum(len(report.sentences) for report in reports(texts, load_pipeline(engine="fast")))
    best["articles"] = len(texts)
    return {**best, "rounds": rounds}


def beside_engines(args: argparse.Namespace) -> dict[str, Any]:
    """Return the CPU seconds of each side, and the bytes of tables that an article of usual length comes to."""
    usual = [read(article.text[: 6 * WORDS], title=article.title) for article in articles(args.words)]
    return {**beside_spacy(articles(args.words), args.rounds, ("fast", "accurate")), "disk": disk(usual)}


def large(args: argparse.Namespace) -> dict[str, Any]:
    """Return the CPU seconds of the large engine and of spaCy on the same articles; nothing without its weights."""
    if "large" not in engines():
        return {}
    return beside_spacy(articles(args.large_words), 1, ("fast", "large"))


def reading(args: argparse.Namespace) -> dict[str, Any]:
    """Return CPU seconds of taking a packed dump apart, and of reading the wikitext in it; nothing without one."""
    sample = next(iter(sorted((SHARED / "samples/dump").glob("*.bz2"))), None)
    if sample is None:
        return {}
    pages = list(read_pages(sample, account=Account()))
    wanted = [page for page in pages if passed_over(page) is None]
    apart = min(cpu(lambda: list(read_pages(sample, account=Account()))) for _ in range(args.rounds))
    found = min(cpu(lambda: [article_of(page) for page in wanted]) for _ in range(args.rounds))
    words = sum(len(text.split()) for text in passages(list(map(article_of, wanted))))
    size = len(bz2.decompress(sample.read_bytes())) / 1e6
    told = {"pages": len(pages), "articles": len(wanted), "megabytes": size, "words": words}
    return {**told, "apart": apart, "reading": found}


def screening(args: argparse.Namespace) -> dict[str, Any]:
    """Return what the screen lets through at some thresholds, and what it misses of the worst; nothing without sets.

    The worst are the tenth of the articles that the full analysis scores lowest, in neutrality or in freedom from spam.
    Articles are screened without their banners, with which none is missed.
    """
    if not CORPUS.exists():
        return {}
    from analyzer.train.core.passages import as_article
    from analyzer.train.core.wiki_banners import article_of
    from analyzer.train.evaluate import corpora

    judged = corpora.dev_rows(SHARED, "articles")
    sets = {
        "wiki_banners dev": [article_of(row) for row in corpora.dev_rows(SHARED, "wiki-banners")],
        "gold/articles dev": [as_article(row["wikitext"], row["title"], row["id"], "wikitext") for row in judged],
    }
    found: dict[str, Any] = {}
    for name, texts in sets.items():
        bare = [replace(article, banners=()) for article in texts]
        needs = [need_of(article).need for article in bare]
        worst = sorted(range(len(texts)), key=[_health(report) for report in reports(bare, _default())].__getitem__)
        worst = worst[: len(texts) // 10]
        through = {str(least): sum(need >= least for need in needs) for least in args.thresholds}
        missed = {str(least): sum(needs[at] < least for at in worst) for least in args.thresholds}
        found[name] = {"articles": len(texts), "worst": len(worst), "through": through, "missed": missed}
    return {"sets": found}


def _default() -> Any:
    return load_pipeline(engine=DEFAULT_ENGINE)


def _health(report: Report) -> float:
    """Return the lower of the two scores of a report."""
    scores = (report.summary.neutrality_score, report.summary.spam_score)
    return min((score for score in scores if score is not None), default=1.0)


def workers(args: argparse.Namespace) -> dict[str, Any]:
    """Return articles a second of wall time with one worker and with two, in turns, the loading of models apart."""
    given = tasks(pieces(args.articles, 150))
    best: dict[str, Any] = {"1": {"rate": 0.0}, "2": {"rate": 0.0}}
    for _ in range(args.rounds):
        for count in best:
            found = _rate(given, int(count))
            best[count] = max(best[count], found, key=lambda each: each["rate"])
    return {"articles": args.articles, "rounds": args.rounds, **best}


def _rate(given: list[Task], count: int) -> Figures:
    """Return articles a second, CPU milliseconds that a worker takes for one, and the share of a core of this process.

    Each worker has done a task before the clock starts, so that all its weights are there.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Pool(FAST, count) as pool:
        warm = [Task(number=-1 - n, first=0, items=given[0].items) for n in range(2 * count)]
        list(pool.run(warm))
        start, own = time.perf_counter(), time.process_time()
        done = sum(len(result.told) for result in pool.run(given))
        wall, own = time.perf_counter() - start, time.process_time() - own
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"rate": done / wall, "cpu_ms": 1000 * used / (done + sum(len(t.items) for t in warm)), "own": own / wall}


def memory(args: argparse.Namespace) -> dict[str, Any]:
    """Return the MB that one worker holds after so many articles, all different, and after a task of each engine."""
    short = pieces(args.marks[-1], 50)
    different = len({article.text for article in short})
    words = sum(len(article.text.split()) for article in short) / len(short)
    found: Figures = {}
    with Pool(FAST, 1) as pool:
        done = 0
        for task in tasks(short):
            list(pool.run([task]))
            before, done = done, done + len(task.items)
            found |= {str(mark): pool.memory / 2**20 for mark in args.marks if before < mark <= done}
    after_one = {}
    for engine in engines():
        with Pool(replace(FAST, engine=engine), 1) as pool:
            list(pool.run(tasks(short[:TASK_ARTICLES])))
            after_one[engine] = pool.memory / 2**20
    return {"held": found, "different": different, "words": words, "after_one": after_one}


ONE = """
import sys, time
from analyzer.batch.items import TextItem
from analyzer.batch.work import Analyst, Settings, Task
analyst = Analyst(Settings(engine="fast", write=("tables",)))
text, warm = (open(path, encoding="utf-8").read() for path in sys.argv[1:3])
def work(text):
    item = TextItem(input="b", name="b", text=text)
    start = time.process_time()
    (told,) = analyst.work(Task(number=1, first=0, items=[item]), lambda: None).told
    assert told.rejected is None, told.rejected
    return time.process_time() - start
work(warm)
seconds = min(work(text) for _ in range(3 if len(text) < 200_000 else 1))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(seconds, int(peak.split()[1]) / 1024)
"""


def length(args: argparse.Namespace) -> dict[str, Any]:
    """Return CPU seconds and peak MB of one article of so many characters, each in a process of its own.

    The process has read a short article before, so that loading weights is not counted to the length.
    """
    texts, size = [], 0
    for _, text in cycle(prose()):
        texts.append("\n\n".join(part for part in text.split("\n\n") if not part.startswith("==")))
        size += len(texts[-1]) + 2
        if size >= max(args.sizes):
            break
    whole = "\n\n".join(texts)
    found = {}
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as place:
            paths = [Path(place, name) for name in ("text", "warm")]
            for path, text in zip(paths, (whole[:size], whole[:20_000]), strict=True):
                path.write_text(text, "utf-8")
            done = subprocess.run([sys.executable, "-c", ONE, *map(str, paths)], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"an article of {size:,} characters: {done.stderr}")
        seconds, peak = map(float, done.stdout.split())
        found[str(size)] = {"seconds": seconds, "peak": peak}
        print(f"{size:,} characters: {seconds:.2f} CPU seconds, {peak:.0f} MB at most", file=sys.stderr)
    return found


def disk(texts: list[Article]) -> float:
    """Return the bytes of tables that an article comes to."""
    from analyzer.batch.inputs import Ended
    from analyzer.batch.plan import Plan

    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place), write=("tables",))
        items = [ArticleItem(input="bench", name=str(n), article=article) for n, article in enumerate(texts)]
        plan = Plan([*items, Ended(input="bench")], per_shard=len(items))
        with Pool(FAST, 1) as pool:
            for result in pool.run(plan.tasks()):
                plan.take(result)
        for shard in plan.done_shards():
            folder.write_shard(shard)
        return sum(path.stat().st_size for path in Path(place).rglob("*.parquet")) / len(items)


def page(told: dict[str, dict[str, Any]]) -> str:
    """Return docs/performance.md of what has been measured."""
    lines = [
        "<!-- Made by `make bench`; edit tests/bench/bench_batch.py instead. -->",
        "# What it costs",
        "",
        "Ratios are within one run, both sides on the same text and machine. Where the load is above that of the "
        "measurement itself, other work disturbed what is told by the clock and, less, what is told by CPU seconds.",
    ]
    for part, lines_of in SECTIONS.items():
        if part in told:
            lines += ["", *lines_of(told)]
    if {"engines", "memory"} <= set(told):
        lines += ["", "## Seven million articles, on paper", "", *plan_lines(told)]
    return "\n".join(lines) + "\n"


def _on(told: dict[str, Any]) -> str:
    of = f" of {told['processor']}" if told.get("processor") else ""
    return f"{told['cores']} cores{of}, Python {told['python']}, load at the end {told['load']:.1f}"


def processor() -> str:
    """Return the processor's name and which units for numbers of 8 bits it has: the engines' networks live by these."""
    known = Path("/proc/cpuinfo")
    if not known.exists():
        return platform.processor()
    told = dict(re.findall(r"^(model name|flags)\s*: (.*)$", known.read_text("utf-8"), re.M))
    units = {"amx_int8": "AMX", "avx512_vnni": "AVX-512 VNNI", "avx_vnni": "AVX VNNI", "avx2": "AVX2"}
    has = next((name for flag, name in units.items() if flag in told.get("flags", "").split()), "no units for 8 bits")
    return f"{told.get('model name', platform.machine())} ({has})"


def on_engines(told: dict[str, dict[str, Any]]) -> list[str]:
    """Return what each engine costs beside spaCy."""
    here, few = told["engines"], told.get("large", {})
    names = {"bare": "bare spaCy, paragraphs", "loop": "`nlp(article)`, one by one", "fast": "`--engine fast`"}
    names |= {"accurate": "`--engine accurate`", "screen": "`--screen` (the look alone)"}
    rows = [_beside(shown, name, here) for name, shown in names.items()]
    encoder = f"The encoder of `accurate` adds {_a_sentence('accurate', here):.2f} ms a sentence"
    on = f"{here['articles']:.0f} articles of {here['words']:,.0f} words"
    if "large" in few:
        rows.insert(4, _beside("`--engine large`", "large", few))
        encoder += f", that of `large` {_a_sentence('large', few):.1f} ms"
        fewer = f"{few['articles']:.0f} of them, {few['words']:,.0f} words, " if few["words"] != here["words"] else ""
        on += f" (`large`: {fewer}once, beside spaCy on the same)"
    times = [here[name] / here["screen"] for name in ("fast", "accurate")]
    return [
        "## Engines",
        "",
        f"{on}; CPU seconds of one process, best of {here['rounds']} rounds taken in turns ({_on(here)}).",
        "",
        "| | words a second and core | beside bare `nlp.pipe` | beside a plain `nlp(article)` loop |",
        "|---|--:|--:|--:|",
        *rows,
        "",
        f"{encoder}. Screening looks at **{times[0]:.1f} times** as many articles a second as `--engine fast` "
        f"analyses, {times[1]:.1f} times as many as `--engine accurate`.",
    ]


def _beside(shown: str, name: str, told: dict[str, Any]) -> str:
    rate, seconds = told["words"] / told[name], told[name]
    return f"| {shown} | {rate:,.0f} | {seconds / told['bare']:.2f} | {seconds / told['loop']:.2f} |"


def _a_sentence(engine: str, told: dict[str, Any]) -> float:
    """Return the milliseconds that an engine takes for a sentence beyond those of the fast one."""
    return 1000 * (told[engine] - told["fast"]) / max(told["sentences"], 1)


def on_reading(told: dict[str, dict[str, Any]]) -> list[str]:
    """Return what it costs to read a dump."""
    here = told["reading"]
    if "apart" not in here:
        return ["## Reading", "", "Not measured: there is no dump here."]
    pages, size, count, words = (here[name] for name in ("pages", "megabytes", "articles", "words"))
    return [
        "## Reading",
        "",
        f"A packed dump of {pages} pages, {size:.1f} MB of XML ({_on(here)}): the process that feeds the workers takes "
        f"it apart at {size / here['apart']:.0f} MB, {pages / here['apart']:,.0f} pages a CPU second; a worker reads "
        f"the wikitext of its {count} articles at {words / here['reading']:,.0f} words a second, "
        f"{1000 * here['reading'] / count:.0f} ms for one of {words / count:,.0f} words.",
    ]


def on_screening(told: dict[str, dict[str, Any]]) -> list[str]:
    """Return how much the screen lets through, and what it misses."""
    here = told["screening"]
    if "sets" not in here:
        return ["## Screening", "", "Not measured: the sets are not here."]
    rows = []
    for name, found in here["sets"].items():
        for least, through in found["through"].items():
            share = through / found["articles"]
            missed = f"{found['missed'][least]} of {found['worst']}"
            rows.append(f"| {name}, {found['articles']} articles | {least} | {share:.0%} | {missed} |")
    return [
        "## Screening",
        "",
        "Articles screened without their banners (with them, none is missed that has one); the worst tenth are those "
        f"that `--engine {DEFAULT_ENGINE}` scores lowest, in neutrality or in freedom from spam.",
        "",
        "| | `--screen` | analysed in full | missed of the worst tenth |",
        "|---|--:|--:|--:|",
        *rows,
    ]


def on_workers(measured: dict[str, dict[str, Any]]) -> list[str]:
    """Return how much two workers are faster than one."""
    told = measured["workers"]
    one, two = told["1"], told["2"]
    return [
        "## Workers",
        "",
        f"{told['articles']:,} short articles (paragraphs of real ones, 150 words or a little more), fast, by the "
        f"clock, best of {told['rounds']} rounds taken in turns: {one['rate']:.1f} articles/s with one worker, "
        f"{two['rate']:.1f} with two: **{two['rate'] / one['rate']:.2f} x** ({_on(told)}). An article takes "
        f"{one['cpu_ms']:.1f} ms of CPU with one worker and {two['cpu_ms']:.1f} with two; the process that feeds two "
        f"takes {two['own']:.1%} of a core.",
    ]


def on_memory(measured: dict[str, dict[str, Any]]) -> list[str]:
    """Return how a worker's memory grows."""
    told = measured["memory"]
    held = told["held"]
    first, last = (list(held.values())[at] for at in (0, -1))
    return [
        "## Memory of a worker",
        "",
        f"After so many short articles (fast; {told['different']:,} different ones of {told['words']:.0f} words, "
        f"{_on(told)}): " + ", ".join(f"{int(mark):,}: {mb:.0f} MB" for mark, mb in held.items()) + ". From the first "
        f"figure to the last it grows by **{last / first - 1:.1%}**. After {TASK_ARTICLES} articles by engine: "
        + ", ".join(f"{engine} {mb:.0f} MB" for engine, mb in told["after_one"].items())
        + ".",
    ]


def on_length(measured: dict[str, dict[str, Any]]) -> list[str]:
    """Return what one article costs by its length."""
    told = measured["length"]
    sizes = {int(size): found for size, found in told.items() if size.isdigit()}
    return [
        "## Length of an article",
        "",
        f"One article of real prose, fast, in a process of its own ({_on(told)}).",
        "",
        "| characters | CPU seconds | a character | peak memory of its process |",
        "|--:|--:|--:|--:|",
        *(
            f"| {size:,} | {found['seconds']:.2f} | {1e6 * found['seconds'] / size:.1f} µs | {found['peak']:.0f} MB |"
            for size, found in sizes.items()
        ),
    ]


SECTIONS: dict[str, Callable[[dict[str, dict[str, Any]]], list[str]]] = {
    "engines": on_engines,
    "reading": on_reading,
    "screening": on_screening,
    "workers": on_workers,
    "memory": on_memory,
    "length": on_length,
}


def plan_lines(told: dict[str, dict[str, Any]]) -> list[str]:
    """Return what a whole Wikipedia costs by the measured rates, a row a way to do it."""
    rate = {name: told["engines"]["words"] / told["engines"][name] for name in ("fast", "accurate", "screen")}
    if "large" in told.get("large", {}):
        rate["large"] = told["large"]["words"] / told["large"]["large"]
    size, held = told["engines"]["disk"], told["memory"]["after_one"]
    grown = max(told["memory"]["held"].values()) - held["fast"]
    share = 0.3  # of the articles that a screen lets through, assumed
    words = PAGES * WORDS
    alone = to_read = 0.0
    taken_apart = "Reading the wikitext is not in it."
    if "apart" in told.get("reading", {}):
        here = told["reading"]
        alone = 1000 * DUMP * here["apart"] / here["megabytes"]
        to_read = alone + words * here["reading"] / here["words"]
        taken_apart = (
            f"Reading the wikitext is in it: {to_read / 3600:,.0f} core-hours, {alone / 3600:.1f} of them of the one "
            f"process that takes {DUMP} GB of XML apart; no batch takes less than that, but the parts of a dump may "
            "each be a batch of its own."
        )
    known = [name for name in ("fast", "accurate", "large") if name in rate]
    ways = [(name, name, 1.0, to_read + words / rate[name]) for name in known]
    looked = to_read + words / rate["screen"]
    ways += [(f"screened, then {name}", name, share, looked + share * words / rate[name]) for name in known]
    lines = [
        f"{PAGES:,} articles of {WORDS} words; a screen that lets {share:.0%} through; "
        f"tables of {size / 1000:.1f} kB an article. {taken_apart}",
        "",
        "| way | core-hours | 16 cores | 10 machines of 16 | tables | memory of a machine |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for way, engine, part, seconds in ways:
        hours, gigabytes, memory_of = seconds / 3600, part * PAGES * size / 1e9, 16 * (held[engine] + grown) / 1000
        one, ten = (max(hours / shared, alone / 3600) for shared in (16, 160))
        lines.append(
            f"| {way} | {hours:,.0f} | {one:,.1f} h | {ten:,.1f} h | {gigabytes:,.0f} GB | {memory_of:.0f} GB |"
        )
    return lines


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "engines": beside_engines,
    "large": large,
    "reading": reading,
    "screening": screening,
    "workers": workers,
    "memory": memory,
    "length": length,
}


def main() -> None:
    """Measure, keep the figures, and print the page of all that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=PARTS, help="what to measure; nothing: the page of what is there")
    parser.add_argument("--words", type=int, default=60_000, help="engines: words of whole articles")
    parser.add_argument("--large-words", type=int, default=60_000, help="large: words of whole articles")
    parser.add_argument("--rounds", type=int, default=3, help="engines, reading, workers: the best of so many")
    parser.add_argument("--thresholds", type=float, nargs="+", default=[0.15, 0.2, 0.25], help="screening: of --screen")
    parser.add_argument("--articles", type=int, default=2_000, help="workers: short articles")
    parser.add_argument(
        "--marks",
        type=int,
        nargs="+",
        default=[500, 1_000, 2_000, 5_000, 10_000, 20_000],
        help="memory: articles after which to weigh",
    )
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[1_000, 10_000, 100_000, 1_000_000, 10_000_000],
        help="length: characters",
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are kept")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    args = parser.parse_args()
    told = json.loads(args.results.read_text("utf-8")) if args.results.exists() else {}
    for part in PARTS if args.only is None else args.only:
        told[part] = PARTS[part](args)
        told[part] |= {
            "cores": cores(),
            "processor": processor(),
            "python": sys.version.split()[0],
            "load": os.getloadavg()[0],
        }
        args.results.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    text = page(told)
    if args.write:
        (ROOT / "docs/performance.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
