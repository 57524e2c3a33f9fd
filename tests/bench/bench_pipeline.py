"""Speed of the analyzer beside the bare spaCy parse of the same text: ``make bench``.

Text: the prose of ../shared/corpora/wiki_banners (dev) where it is there, else the seed article repeated. CPU seconds
of one process, best of three rounds, so that other work on the machine disturbs little.
"""

from __future__ import annotations

import argparse
import json
import lzma
import time
from pathlib import Path

import spacy

from analyzer import load_pipeline, read
from analyzer.annotate import BATCH_SIZE, decode, documents
from analyzer.annotate.masking import mask
from analyzer.pipeline import DEFAULT_MODEL, judge
from analyzer.vocabulary import ENGINES

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "../shared/corpora/wiki_banners/dev.jsonl.xz"


def articles(words: int):
    """Return articles of about ``words`` words together."""
    found, count = [], 0
    if CORPUS.exists():
        with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                found.append(read(row["text"], title=row["title"]))
                count += len(row["text"].split())
                if count >= words:
                    break
        return found
    seed = (ROOT / "seeds/human-rights-in-kazakhstan.txt").read_text("utf-8")
    return [read(seed, title="Human rights in Kazakhstan")] * max(1, words // len(seed.split()))


def clock(work) -> float:
    """Return the CPU seconds of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(words: int, rounds: int, engine: str) -> dict[str, float]:
    """Return CPU seconds: the bare parse, each stage, judging and the whole."""
    pipeline = load_pipeline(engine=engine)
    bare = spacy.load(DEFAULT_MODEL)  # as spaCy gives it: the analyzer's own is hastened
    texts = articles(words)
    passages = [p.text for article in texts for p in mask(article)[0]]
    best: dict[str, float] = {}

    def keep(name: str, seconds: float) -> None:
        best[name] = min(seconds, best.get(name, seconds))

    total = sum(len(text.split()) for text in passages)
    for _ in range(rounds):
        keep("bare spaCy", clock(lambda: list(bare.pipe(passages, batch_size=BATCH_SIZE))))
        whole = time.process_time()
        stage_time = dict.fromkeys((type(c).__name__ for c in pipeline.components), 0.0)
        decoding = judging = 0.0
        for article, doc, offsets in documents(pipeline.nlp, texts):
            t1 = time.process_time()
            for component in pipeline.components:
                doc = component(doc)
                t2 = time.process_time()
                stage_time[type(component).__name__] += t2 - t1
                t1 = t2
            annotated = decode.annotated(doc, article, offsets)
            t3 = time.process_time()
            decoding += t3 - t1
            judge(annotated, pipeline.provenance)
            judging += time.process_time() - t3
        keep("whole", time.process_time() - whole)
        for name, seconds in {**stage_time, "decode": decoding, "judge": judging}.items():
            keep(name, seconds)
    best["words"] = total
    return best


def main() -> None:
    """Print seconds, share of the bare parse, and words a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", choices=ENGINES, help="one engine; fast and accurate without it")
    args = parser.parse_args()
    for engine in (args.engine,) if args.engine else ("fast", "accurate"):
        figures = measure(args.words, args.rounds, engine)
        words = figures.pop("words")
        bare = figures["bare spaCy"]
        print(f"{words:,.0f} words, {engine} engine")
        for name, seconds in figures.items():
            share, rate = seconds / bare, words / max(seconds, 1e-9)
            print(f"{name:24} {seconds:8.3f} CPU-s {share:8.1%} of bare {rate:12,.0f} words/s")


if __name__ == "__main__":
    main()
