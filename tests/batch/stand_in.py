"""An analyst that costs nothing: a report of an article's words, and bad habits that an article can ask for."""

import hashlib
import os
import signal
import time
from pathlib import Path

from msgspec.structs import replace

from analyzer.batch import work
from analyzer.records import Article, Provenance, Report, Summary


class StandIn(work.Analyst):
    """``DIE`` in a text kills the process, ``HANG`` never ends, ``SLEEP n`` takes n ms, ``UNTIL file`` waits for it.

    ``FULL`` takes all memory: neither that article nor one behind it in the same process gets a report.
    """

    def __init__(self, settings):
        self.settings = settings
        self.memory = []
        self.pipeline = self

    full = False
    provenance = Provenance(package="0", spacy_model="none", models={"m": "sha256:1"})

    @property
    def nlp(self):
        return self

    def memory_zone(self):
        from contextlib import nullcontext

        return nullcontext()

    def annotate(self, articles, *, min_confidence=0.0):
        raise NotImplementedError

    def outcomes(self, items, screen=None):
        for item in items:
            got = work.read_item(item)
            self.full = self.full or (isinstance(got, Article) and "FULL" in got.text)
            if self.full:
                got = work._failed(item, "on this article", MemoryError())
            yield self.report(got) if isinstance(got, Article) else got

    def report(self, article):
        text = article.text
        if "DIE" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "HANG" in text:
            time.sleep(600)
        if "GROW" in text:
            self.memory.append(bytearray(64 << 20))
        if "SLEEP" in text:
            time.sleep(int(text.split("SLEEP")[1].split()[0]) / 1000)
        while "UNTIL" in text and not Path(text.split("UNTIL")[1].split()[0]).exists():
            time.sleep(0.01)
        number = int(hashlib.sha256(text.encode()).hexdigest()[:6], 16)
        words = len(text.split())
        summary = Summary(verdict=f"says {number}", words=words, sentences=1, neutrality_score=number / (1 << 24))
        return Report(
            article=replace(article.header(), id=article.id or article.title),
            banners=article.banners,
            sentences=(),
            attributions=(),
            marks=(),
            sources=(),
            issues=(),
            summary=summary,
            provenance=self.provenance,
        )
