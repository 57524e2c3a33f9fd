"""What batches cost: speed beside bare spaCy, workers, screening, memory and length; part of ``make bench``.

``--write`` puts the figures and the paper plan into docs/performance.md. All ratios are within one run, both sides on
the same text. Text: ../shared/corpora/wiki_banners (dev) where it is there, else the seed article repeated.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import spacy
from bench_pipeline import ROOT, articles

from analyzer import load_pipeline, read
from analyzer.annotate import BATCH_SIZE
from analyzer.annotate.masking import mask
from analyzer.batch.folder import Folder
from analyzer.batch.items import ArticleItem
from analyzer.batch.pool import Pool, cores
from analyzer.batch.screen import need_of
from analyzer.batch.work import Settings, Task
from analyzer.pipeline import DEFAULT_MODEL, reports
from analyzer.records import Article

PAGES, WORDS = 7_000_000, 650  # English Wikipedia's articles, and the words that are assumed of one
Figures = dict[str, float]


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


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


def of_usual_length(texts: list[Article]) -> list[Article]:
    """Return the beginnings of articles, of about as many words as a Wikipedia article has."""
    return [read(article.text[: 6 * WORDS], title=article.title) for article in texts]


def with_workers(texts: list[Article], count: int, workers: int) -> float:
    """Return articles a second of wall time with so many workers, the loading of models apart."""
    items = [ArticleItem(input="bench", name=str(n), article=article) for n, article in enumerate(texts)]
    chosen = list(islice(cycle(items), count))
    tasks = [Task(number=n, first=n * 16, items=chosen[n * 16 : n * 16 + 16]) for n in range((count + 15) // 16)]
    with Pool(Settings(engine="fast", write=("tables",)), workers) as pool:
        list(pool.run([Task(number=-1 - n, first=0, items=chosen[:1]) for n in range(2 * workers)]))
        start = time.perf_counter()
        done = sum(len(result.told) for result in pool.run(tasks))
        return done / (time.perf_counter() - start)


def memory_over(texts: list[Article], marks: list[int]) -> Figures:
    """Return the MB that one worker holds after so many articles."""
    items = cycle(ArticleItem(input="bench", name=str(n), article=article) for n, article in enumerate(texts))
    found: Figures = {}
    done = number = 0
    with Pool(Settings(engine="fast", write=("tables",)), 1) as pool:
        for mark in marks:
            while done < mark:
                size = min(16, mark - done)
                list(pool.run([Task(number=number, first=done, items=list(islice(items, size)))]))
                done, number = done + size, number + 1
            found[str(mark)] = pool.memory / 2**20
    return found


ONE = """
import sys, time
from analyzer.batch.items import TextItem
from analyzer.batch.work import Analyst, Settings, Task
analyst = Analyst(Settings(engine="fast", write=("tables",)))
analyst.work(Task(number=0, first=0, items=[TextItem(input="b", name="b", text="It is.")]), lambda: None)
text = open(sys.argv[1], encoding="utf-8").read()
start = time.process_time()
analyst.work(Task(number=1, first=0, items=[TextItem(input="b", name="b", text=text)]), lambda: None)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time() - start, int(peak.split()[1]) / 1024)
"""


def by_length(texts: list[Article], sizes: list[int]) -> dict[int, tuple[float, float]]:
    """Return CPU seconds and peak MB of one article of so many characters, each in a process of its own."""
    prose = "\n\n".join(article.text[b.start : b.end] for article in texts for b in article.blocks)
    found = {}
    for size in sizes:
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write((prose * (size // len(prose) + 1))[:size])
            file.flush()
            done = subprocess.run(
                [sys.executable, "-c", ONE, file.name], capture_output=True, text=True, check=True, env=os.environ
            )
        seconds, peak = map(float, done.stdout.split())
        found[size] = (seconds, peak)
    return found


def disk(texts: list[Article]) -> float:
    """Return the bytes of tables that an article comes to."""
    from analyzer.batch.inputs import Ended
    from analyzer.batch.plan import Plan

    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place), write=("tables",))
        items = [ArticleItem(input="bench", name=str(n), article=article) for n, article in enumerate(texts)]
        plan = Plan([*items, Ended(input="bench")], per_shard=len(items))
        with Pool(Settings(engine="fast", write=("tables",)), 1) as pool:
            for result in pool.run(plan.tasks()):
                plan.take(result)
        for shard in plan.done_shards():
            folder.write_shard(shard)
        return sum(path.stat().st_size for path in Path(place).rglob("*.parquet")) / len(items)


def page(args: argparse.Namespace) -> str:
    """Return docs/performance.md: measure, and tell."""
    texts = articles(args.words)
    base = beside_spacy(texts, args.rounds)
    usual = of_usual_length(articles(args.variety))
    two = [with_workers(usual, args.articles, workers) for workers in (1, 2)]
    memory = memory_over(usual, args.marks)
    lengths = by_length(texts, args.sizes)
    size = disk(usual)
    words, rate = base["words"], {name: base["words"] / base[name] for name in ("fast", "accurate", "screen")}
    lines = [
        "<!-- Made by `make bench`; edit tests/bench/bench_batch.py instead. -->",
        "# What it costs",
        "",
        f"Measured on {cores()} cores, Python {sys.version.split()[0]}, on {base['articles']:.0f} articles of "
        f"{words:,.0f} words. CPU seconds of one process, best of {args.rounds} rounds taken in turns; ratios are "
        f"within this run, both sides on the same text. Load of the machine at the end: {os.getloadavg()[0]:.1f}; "
        "where it is above 1, other work disturbed what is told by the clock and, less, by CPU seconds.",
        "",
        "| | words a second and core | beside bare `nlp.pipe` | beside a plain `nlp(article)` loop |",
        "|---|--:|--:|--:|",
    ]
    names = {"bare": "bare spaCy, paragraphs", "loop": "`nlp(article)`, one by one", "fast": "`--engine fast`"}
    names |= {"accurate": "`--engine accurate`", "screen": "`--screen` (the look alone)"}
    for name, shown in names.items():
        seconds = base[name]
        lines.append(
            f"| {shown} | {words / seconds:,.0f} | {seconds / base['bare']:.2f} | {seconds / base['loop']:.2f} |"
        )
    encoder = 1000 * (base["accurate"] - base["fast"]) / max(base["sentences"], 1)
    lines += [
        "",
        f"The encoder adds {encoder:.2f} ms a sentence. Screening looks at {base['fast'] / base['screen']:.1f} times "
        f"as many articles a second as `--engine fast` analyses, {base['accurate'] / base['screen']:.1f} times as many "
        "as `--engine accurate`.",
        "",
        f"**Workers** ({args.articles:,} articles, fast): {two[0]:.1f} articles/s with one, {two[1]:.1f} with two "
        f"({two[1] / two[0]:.2f} x).",
        "",
        "**Memory of a worker** (fast) after so many articles: "
        + ", ".join(f"{int(mark):,}: {held:.0f} MB" for mark, held in memory.items())
        + ".",
        "",
        "| characters of one article | CPU seconds | a character | peak memory of its process |",
        "|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {chars:,} | {seconds:.2f} | {1e6 * seconds / chars:.1f} µs | {peak:.0f} MB |"
        for chars, (seconds, peak) in lengths.items()
    ]
    lines += ["", "## Seven million articles, on paper", "", *plan_lines(rate, size, max(memory.values()))]
    return "\n".join(lines) + "\n"


def plan_lines(rate: Figures, size: float, held: float) -> list[str]:
    """Return what a whole Wikipedia costs by the measured rates, a row a way to do it."""
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


def main() -> None:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=60_000)
    parser.add_argument(
        "--variety", type=int, default=600_000, help="words to draw articles from for workers and memory"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=2_000, help="for one worker beside two")
    parser.add_argument(
        "--marks", type=int, nargs="+", default=[500, 2_000, 5_000], help="articles after which to weigh"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    args = parser.parse_args()
    text = page(args)
    if args.write:
        (ROOT / "docs/performance.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
