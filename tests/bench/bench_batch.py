"""What batches cost: speed beside bare spaCy, workers, memory and length; part of ``make bench``.

Four parts, which may be measured apart (``--only memory``): each leaves its figures in batch.json beside this file, and
``--write`` makes docs/performance.md, the paper plan with it, of what has been measured so far. All ratios are within
one run, both sides on the same text. Text: ../shared/corpora/wiki_banners where it is there, else the seed article
repeated. On two free cores: engines 6 minutes, workers 5, memory 6, length 9.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import spacy
from bench_pipeline import CORPUS, ROOT, articles

from analyzer import load_pipeline, read
from analyzer.annotate import BATCH_SIZE
from analyzer.annotate.masking import mask
from analyzer.batch.folder import Folder
from analyzer.batch.items import ArticleItem
from analyzer.batch.plan import TASK_ARTICLES
from analyzer.batch.pool import Pool, cores
from analyzer.batch.screen import need_of
from analyzer.batch.work import Settings, Task
from analyzer.pipeline import DEFAULT_MODEL, reports
from analyzer.records import Article

PAGES, WORDS = 7_000_000, 650  # English Wikipedia's articles, and the words that are assumed of one
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


def beside_spacy(texts: list[Article], rounds: int) -> Figures:
    """Return CPU seconds of the bare parse, of a user's own loop and of each engine, best of some rounds."""
    pipelines = {engine: load_pipeline(engine=engine) for engine in ("fast", "accurate")}
    nlp = spacy.load(DEFAULT_MODEL)  # as spaCy gives it: the analyzer's own is hastened
    passages = [passage.text for article in texts for passage in mask(article)[0]]
    sides: dict[str, Callable[[], object]] = {
        "bare": lambda: [doc.__len__() for doc in nlp.pipe(passages, batch_size=BATCH_SIZE)],
        "loop": lambda: [len(nlp(article.text)) for article in texts],
        **{name: lambda used=used: sum(1 for _ in reports(texts, used)) for name, used in pipelines.items()},
        "screen": lambda: [need_of(article) for article in texts],
    }
    best: Figures = {}
    for _ in range(rounds):  # in turns, so that other work on the machine disturbs all alike
        for name, side in sides.items():
            best[name] = min(best.get(name, 1e9), cpu(side))
    best["words"] = sum(len(text.split()) for text in passages)
    best["sentences"] = sum(len(report.sentences) for report in reports(texts, pipelines["fast"]))
    best["articles"] = len(texts)
    return best


def engines(args: argparse.Namespace) -> dict[str, Any]:
    """Return the CPU seconds of each side, and the bytes of tables that an article of usual length comes to."""
    usual = [read(article.text[: 6 * WORDS], title=article.title) for article in articles(args.words)]
    return {**beside_spacy(articles(args.words), args.rounds), "rounds": args.rounds, "disk": disk(usual)}


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
    """Return the MB that one worker holds after so many articles, all different."""
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
    return {"held": found, "different": different, "words": words}


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
    for part, lines_of in {
        "engines": on_engines,
        "workers": on_workers,
        "memory": on_memory,
        "length": on_length,
    }.items():
        if part in told:
            lines += ["", *lines_of(told[part])]
    if {"engines", "memory"} <= set(told):
        lines += ["", "## Seven million articles, on paper", "", *plan_lines(told["engines"], told["memory"])]
    return "\n".join(lines) + "\n"


def _on(told: dict[str, Any]) -> str:
    return f"{told['cores']} cores, Python {told['python']}, load at the end {told['load']:.1f}"


def on_engines(told: dict[str, Any]) -> list[str]:
    """Return what each engine costs beside spaCy."""
    words = told["words"]
    names = {"bare": "bare spaCy, paragraphs", "loop": "`nlp(article)`, one by one", "fast": "`--engine fast`"}
    names |= {"accurate": "`--engine accurate`", "screen": "`--screen` (the look alone)"}
    rows = [
        f"| {shown} | {words / told[name]:,.0f} | {told[name] / told['bare']:.2f} | {told[name] / told['loop']:.2f} |"
        for name, shown in names.items()
    ]
    encoder = 1000 * (told["accurate"] - told["fast"]) / max(told["sentences"], 1)
    times = [told[name] / told["screen"] for name in ("fast", "accurate")]
    return [
        "## Engines",
        "",
        f"{told['articles']:.0f} articles of {words:,.0f} words; CPU seconds of one process, best of {told['rounds']} "
        f"rounds taken in turns ({_on(told)}).",
        "",
        "| | words a second and core | beside bare `nlp.pipe` | beside a plain `nlp(article)` loop |",
        "|---|--:|--:|--:|",
        *rows,
        "",
        f"The encoder adds {encoder:.2f} ms a sentence. Screening looks at {times[0]:.1f} times as many articles a "
        f"second as `--engine fast` analyses, {times[1]:.1f} times as many as `--engine accurate`.",
    ]


def on_workers(told: dict[str, Any]) -> list[str]:
    """Return how much two workers are faster than one."""
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


def on_memory(told: dict[str, Any]) -> list[str]:
    """Return how a worker's memory grows."""
    held = told["held"]
    first, last = (list(held.values())[at] for at in (0, -1))
    return [
        "## Memory of a worker",
        "",
        f"After so many short articles (fast; {told['different']:,} different ones of {told['words']:.0f} words, "
        f"{_on(told)}): " + ", ".join(f"{int(mark):,}: {mb:.0f} MB" for mark, mb in held.items()) + ". From the first "
        f"figure to the last it grows by **{last / first - 1:.1%}**.",
    ]


def on_length(told: dict[str, Any]) -> list[str]:
    """Return what one article costs by its length."""
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


def plan_lines(engines: dict[str, Any], memory: dict[str, Any]) -> list[str]:
    """Return what a whole Wikipedia costs by the measured rates, a row a way to do it."""
    rate = {name: engines["words"] / engines[name] for name in ("fast", "accurate", "screen")}
    size, held = engines["disk"], max(memory["held"].values())
    grown = PAGES * WORDS
    share = 0.3  # of the articles that a screen lets through, assumed
    ways = {
        "fast": grown / rate["fast"],
        "accurate": grown / rate["accurate"],
        "screened, then fast": grown / rate["screen"] + share * grown / rate["fast"],
        "screened, then accurate": grown / rate["screen"] + share * grown / rate["accurate"],
    }
    lines = [
        f"{PAGES:,} articles of {WORDS} words; a screen that lets {share:.0%} through; {held / 1000:.1f} GB a worker; "
        f"tables of {size / 1000:.1f} kB an article. Reading the wikitext is not in it (some ms an article).",
        "",
        "| way | core-hours | 16 cores | 10 machines of 16 | tables | memory of a machine |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, seconds in ways.items():
        hours, gigabytes = seconds / 3600, PAGES * size / 1e9 * (share if "screened" in name else 1)
        lines.append(
            f"| {name} | {hours:,.0f} | {hours / 16:,.1f} h | {hours / 160:,.1f} h | {gigabytes:,.0f} GB | "
            f"{16 * held / 1000:.0f} GB |"
        )
    return lines


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "engines": engines,
    "workers": workers,
    "memory": memory,
    "length": length,
}


def main() -> None:
    """Measure, keep the figures, and print the page of all that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=PARTS, help="what to measure; nothing: the page of what is there")
    parser.add_argument("--words", type=int, default=60_000, help="engines: words of whole articles")
    parser.add_argument("--rounds", type=int, default=3, help="engines, workers: the best of so many")
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
        told[part] |= {"cores": cores(), "python": sys.version.split()[0], "load": os.getloadavg()[0]}
        args.results.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    text = page(told)
    if args.write:
        (ROOT / "docs/performance.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
