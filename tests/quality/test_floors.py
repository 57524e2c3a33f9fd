"""No figure on the dev sets may fall below its floor by more than its tolerance."""

from pathlib import Path

import pytest

from analyzer.train.evaluate.gate import FLOORS, Floors, fallen

pytestmark = [pytest.mark.quality, pytest.mark.pipeline]

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


@pytest.fixture(scope="module")
def result():
    """One run over all dev sets, or a skip that says what is not there."""
    if not (SHARED / "gold" / "dev.jsonl").is_file():
        pytest.skip(f"the dev sets are not there: no {SHARED.name}/gold/dev.jsonl beside the checkout")
    from analyzer.train.evaluate.run import run

    return run("all", SHARED)


def test_no_figure_falls_below_its_floor(result):
    moves = list(fallen(result, Floors.load(FLOORS)))
    assert not moves, "what fell:\n" + "\n".join(f"  {move}" for move in moves)


def test_every_set_was_measured(result):
    assert not result["skipped"], result["skipped"]
    assert set(Floors.load(FLOORS).floors) <= set(result["sets"])


def test_all_dev_sets_take_less_than_ten_minutes_on_two_quiet_cores(result):
    seconds = result["cpu"]  # wall time would judge the machine's other work
    assert max(*seconds.values(), sum(seconds.values()) / 2) < 600, seconds
