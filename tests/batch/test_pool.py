"""Worker processes: each task comes back once, whoever dies, hangs or grows."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time

import pytest

from analyzer.batch import pool as pool_module
from analyzer.batch.items import TextItem
from analyzer.batch.pool import Pool
from analyzer.batch.work import Result, Settings, Task
from analyzer.errors import ModelError, UsageError
from analyzer.memory import give_back, memory_used

SETTINGS = Settings(analyst="stand_in:StandIn", write=("reports",))


def task(number: int, *texts: str) -> Task:
    items = [TextItem(input="test", name=text[:20], data=text.encode(), title=f"T{number}") for text in texts]
    return Task(number=number, first=number * 100, items=items)


def run(tasks: list[Task], workers: int = 2, **options) -> dict[int, Result]:
    with Pool(SETTINGS, workers, **options) as pool:
        return {result.number: result for result in pool.run(tasks)}


def reasons(result: Result) -> list[str | None]:
    return [row.rejected.kind if row.rejected is not None else None for row in result.told]


def test_every_task_comes_back_once_with_a_row_for_each_article():
    tasks = [task(n, "one two", "three") for n in range(20)]
    with Pool(SETTINGS, 2) as pool:
        results = list(pool.run(tasks))
    assert sorted(result.number for result in results) == list(range(20))
    assert all([row.words for row in result.told] == [2, 1] and len(result.reports) == 2 for result in results)


def test_one_worker_and_three_give_the_same_results():
    tasks = [task(n, f"article {n}", "" if n % 3 else "x") for n in range(12)]
    assert run(tasks, workers=1) == run(tasks, workers=3)


def test_an_article_that_kills_its_worker_is_rejected_and_its_neighbours_are_not():
    results = run([task(0, "good", "DIE", "fine"), task(1, "quiet")])
    assert reasons(results[0]) == [None, "died", None]
    assert "signal 9" in results[0].told[1].rejected.reason
    assert len(results[0].reports) == 2 and reasons(results[1]) == [None]


def test_an_article_that_takes_all_memory_is_rejected_and_those_behind_it_are_not():
    results = run([task(0, "good", "FULL", "fine"), task(1, "quiet"), task(2, "FULL"), task(3, "calm")], workers=1)
    assert [reasons(results[n]) for n in range(4)] == [[None, "failed", None], [None], ["failed"], [None]]
    assert "not enough memory" in results[0].told[1].rejected.reason and len(results[0].reports) == 2


def test_an_article_that_hangs_is_rejected_when_its_time_is_over_and_its_neighbours_are_not():
    started = time.monotonic()
    results = run([task(0, "good", "HANG", "fine"), task(1, "quiet")], article_timeout=4.0)
    assert reasons(results[0]) == [None, "hung", None] and reasons(results[1]) == [None]
    assert "--article-timeout" in results[0].told[1].rejected.reason
    assert time.monotonic() - started < 60


def test_a_busy_neighbour_does_not_keep_a_hanging_worker_alive():
    slow = [task(n, *["SLEEP 100"] * 5) for n in range(1, 9)]
    results = run([task(0, "HANG"), *slow], article_timeout=4.0)
    assert reasons(results[0]) == ["hung"] and len(results) == 9


def test_a_blank_article_is_rejected_with_what_the_reader_says():
    (result,) = run([task(0, " ", "good")]).values()
    assert reasons(result) == ["unreadable", None] and "is empty" in result.told[0].rejected.reason


def test_a_worker_that_holds_more_than_it_may_is_replaced_and_nothing_is_lost():
    results = run([task(n, "GROW") for n in range(6)], workers=1, memory_limit=200 << 20)
    assert [reasons(results[n]) for n in range(6)] == [[None]] * 6


@pytest.mark.parametrize(("habit", "fresh"), [("GROW", True), ("good", False)])
def test_a_worker_that_has_grown_since_it_settled_is_replaced_after_a_while(monkeypatch, habit, fresh):
    monkeypatch.setattr(pool_module, "_SETTLED", 2)
    monkeypatch.setattr(pool_module, "_SEASONED", 4)
    met = set()
    with Pool(SETTINGS, 1) as pool:
        results = {}
        for result in pool.run(iter([task(n, f"{habit} {n}") for n in range(12)])):
            results[result.number] = result
            met |= {worker.process.pid for worker in pool._workers}
    assert [reasons(results[n]) for n in range(12)] == [[None]] * 12
    assert (len(met) > 2) is fresh


def test_growth_is_measured_by_the_least_that_a_worker_held_when_it_had_settled(monkeypatch):
    monkeypatch.setattr(pool_module, "_SETTLED", 1)
    monkeypatch.setattr(pool_module, "_SEASONED", 2)
    with Pool(SETTINGS, 2) as pool:
        lean, stout = (pool_module._Worker(process=None, errors=None) for _ in range(2))
        held = [pool._has_grown(worker, memory) for worker, memory in ((stout, 110), (lean, 100), (lean, 101))]
        assert held == [False, False, False] and pool._has_grown(stout, 110)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what a process holds is told by Linux alone")
def test_a_worker_gives_what_is_free_back_to_the_system():
    kept = [bytes(60_000) for _ in range(2_000)]
    del kept[:-1]  # the last one keeps the heap as long as it was
    before = memory_used()
    give_back()
    assert memory_used() < before


def test_a_system_that_takes_nothing_back_is_no_fault(monkeypatch):
    monkeypatch.setattr("analyzer.memory.ctypes.CDLL", lambda name: object())
    give_back()


def test_a_memory_limit_that_no_worker_can_keep_is_refused():
    with pytest.raises(UsageError, match="a worker needs"):
        run([task(0, "good")], memory_limit=1 << 20)


def test_what_keeps_workers_from_loading_is_raised_as_it_is():
    with Pool(Settings(model="no_such_pipeline", engine="fast"), 1) as pool, pytest.raises(ModelError, match="--model"):
        pool.provenance()


def test_tasks_are_taken_no_further_than_asked_from_the_oldest_that_is_open():
    taken = []

    def tasks():
        for n in range(30):
            taken.append(n)
            yield task(n, "SLEEP 400" if n == 0 else "quick")

    with Pool(SETTINGS, 2) as pool:
        for result in pool.run(tasks(), ahead=5):
            if result.number == 0:
                break
            assert max(taken) <= 5


def test_workers_that_are_killed_at_random_cost_no_article():
    chance = random.Random(7)
    tasks = [task(n, *[f"SLEEP 5 {n} {i}" for i in range(8)]) for n in range(150)]
    expected = run(tasks)
    with Pool(SETTINGS, 2) as pool:
        pool.provenance()
        results: dict[int, Result] = {}
        kills = 0

        def kill() -> None:
            nonlocal kills
            while kills < 20 and len(results) < len(tasks):
                before = len(results)
                while len(results) < min(before + 3, len(tasks)):
                    time.sleep(0.001)
                time.sleep(chance.uniform(0.0, 0.2))
                alive = [worker.process for worker in list(pool._workers) if worker.ready]
                if alive:
                    os.kill(chance.choice(alive).pid, signal.SIGKILL)
                    kills += 1

        killer = threading.Thread(target=kill)
        killer.start()
        for result in pool.run(tasks):
            assert result.number not in results
            results[result.number] = result
        killer.join()
    assert kills == 20 and results == expected
