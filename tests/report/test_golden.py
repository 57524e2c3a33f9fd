"""The seed's report in every output format is the stored one, byte for byte.

Where a change is meant, ``python tests/report/renew_golden.py`` stores what comes out now.
"""

from typing import get_args

import pytest

from analyzer.cli.writer import ReportFormat
from analyzer.report import json

from .renew_golden import COMPARISONS, GOLDEN, OF_FORMAT, REPORTS, analysed, drawn, stored


@pytest.mark.parametrize("name", [*REPORTS, *COMPARISONS])
def test_the_stored_report_is_drawn_as_before(name):
    assert drawn(stored())[name].encode() == (GOLDEN / name).read_bytes()


def test_every_format_of_the_command_is_among_them():
    assert set(OF_FORMAT) == set(get_args(ReportFormat))
    assert all(names and set(names) <= REPORTS.keys() for names in OF_FORMAT.values())


def test_nothing_else_is_stored():
    assert {path.name for path in GOLDEN.iterdir()} == {*REPORTS, *COMPARISONS}


@pytest.mark.pipeline
def test_the_seed_is_analysed_as_before():
    assert json.pretty(analysed()).encode() == (GOLDEN / "report.json").read_bytes()
