"""The seed's report in every output format is the stored one, byte for byte.

Where a change is meant, ``python tests/report/renew_golden.py`` stores what comes out now.
"""

import pytest

from analyzer.report import json

from .renew_golden import COMPARISONS, GOLDEN, REPORTS, analysed, drawn, stored


@pytest.mark.parametrize("name", [*REPORTS, *COMPARISONS])
def test_the_stored_report_is_drawn_as_before(name):
    assert drawn(stored())[name].encode() == (GOLDEN / name).read_bytes()


def test_nothing_else_is_stored():
    assert {path.name for path in GOLDEN.iterdir()} == {*REPORTS, *COMPARISONS}


@pytest.mark.pipeline
def test_the_seed_is_analysed_as_before():
    assert json.pretty(analysed()).encode() == (GOLDEN / "report.json").read_bytes()
