"""The page that `make bench` writes: half an hour of measuring does not end in a page that lacks a part."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ON = {"cores": 2, "processor": "Some CPU (AVX2)", "python": "3.13.5", "load": 1.0}
ENGINES = {"words": 60_000, "sentences": 3_000, "articles": 30, "bare": 6.0, "loop": 7.5, "fast": 6.0, "screen": 0.4}
FIGURES = {
    "engines": {**ENGINES, "accurate": 24.0, "rounds": 3, "disk": 4_000.0, **ON},
    "large": {**ENGINES, "words": 6_000, "sentences": 300, "articles": 3, "bare": 0.6, "loop": 0.75, "fast": 0.6,
              "large": 24.6, "rounds": 1, **ON},
    "reading": {"pages": 100, "articles": 80, "megabytes": 10.0, "words": 100_000, "apart": 1.0, "reading": 1.0, **ON},
    "screening": {"sets": {"some dev": {"articles": 80, "worst": 8, "through": {"0.2": 20}, "missed": {"0.2": 1}}},
                  **ON},
    "workers": {"articles": 2_000, "rounds": 3, "1": {"rate": 50.0, "cpu_ms": 20.0, "own": 0.01},
                "2": {"rate": 95.0, "cpu_ms": 20.5, "own": 0.02}, **ON},
    "memory": {"held": {"500": 300.0, "20000": 310.0}, "different": 20_000, "words": 60.0,
               "after_one": {"fast": 290.0, "accurate": 400.0, "large": 900.0}, **ON},
    "length": {"1000": {"seconds": 0.1, "peak": 250.0}, **ON},
}  # fmt: skip


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return importlib.import_module("bench_batch").page


def test_each_engine_stands_beside_spacy_on_its_own_text(page):
    text = page(FIGURES)
    assert "| `--engine accurate` | 2,500 | 4.00 | 3.20 |" in text
    assert "(2 cores of Some CPU (AVX2), Python 3.13.5, load at the end 1.0)" in text
    assert "| `--engine large` | 244 | 41.00 | 32.80 |" in text
    assert "`accurate` adds 6.00 ms a sentence, that of `large` 80.0 ms" in text
    assert "**15.0 times** as many articles a second" in text
    assert "**1.90 x**" in text and "grows by **3.3%**" in text


def test_the_screen_is_told_by_what_it_lets_through_and_misses(page):
    assert "| some dev, 80 articles | 0.2 | 25% | 1 of 8 |" in page(FIGURES)


def test_the_paper_plan_has_every_way_with_reading_in_it_and_no_batch_faster_than_its_dump_is_taken_apart(page):
    plan = page(FIGURES).partition("on paper")[2]
    for way in ("fast", "accurate", "large"):
        assert f"| {way} |" in plan and f"| screened, then {way} |" in plan
    assert "| fast | 142 | 8.9 h | 2.8 h | 28 GB | 5 GB |" in plan
    assert "15 core-hours, 2.8 of them" in plan


def test_what_was_not_measured_or_has_no_weights_is_left_out(page):
    assert page({}).startswith("<!-- Made by") and "##" not in page({})
    text = page({**FIGURES, "large": ON, "reading": ON, "screening": ON})
    assert "large" not in text.partition("## Memory")[0] and "| large |" not in text
    assert text.count("Not measured") == 2 and "is not in it" in text
