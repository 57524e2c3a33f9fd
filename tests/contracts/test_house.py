"""The house has no drawer for odds and ends."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DRAWERS = ("utils", "helpers", "misc", "common")


def test_no_module_and_no_room_is_a_drawer_for_odds_and_ends():
    places = [*(ROOT / "analyzer").rglob("*.py"), *(p for p in (ROOT / "analyzer").rglob("*") if p.is_dir())]
    assert [path.name for path in places if path.stem in DRAWERS] == []
