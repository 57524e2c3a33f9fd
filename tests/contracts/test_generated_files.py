"""Files in docs/ that are made from the code are current, and every command tells what it does."""

from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.reference import reference
from analyzer.report.schema import schema_text

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = {f"npov {each.callback.__name__}": each.callback for each in app.registered_commands}


def test_the_json_schema_is_current():
    assert (DOCS / "report.schema.json").read_text("utf-8") == schema_text(), (
        "run: python -m analyzer.report.schema > docs/report.schema.json"
    )


def test_the_command_line_reference_is_current():
    assert (DOCS / "cli.md").read_text("utf-8") == reference(), "run: python -m analyzer.cli.reference > docs/cli.md"


def test_the_commands_that_users_were_promised_are_there():
    promised = ("check", "issues", "explain", "train", "evaluate", "annotate", "agreement")
    assert {f"npov {name}" for name in promised} <= COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_has_help(name):
    command = COMMANDS[name]
    assert command.__doc__ and command.__doc__.strip()
    for parameter, hint in get_type_hints(command, include_extras=True).items():
        if parameter not in ("return", "context"):
            assert get_args(hint)[1].help, f"{name}: {parameter} has no help"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_and_answers_help(name):
    assert f"## {name}\n" in (DOCS / "cli.md").read_text("utf-8")
    result = CliRunner().invoke(app, [*name.split()[1:], "--help"])
    assert result.exit_code == 0 and "Usage" in result.stdout
