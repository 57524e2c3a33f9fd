"""The house's size guide: short modules, short functions, no drawer for odds and ends."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "analyzer").rglob("*.py"))
NAMES = [path.relative_to(ROOT).as_posix() for path in MODULES]


def body_lines(function):
    """Lines of a function's body; its docstring and the list of its parameters (a command's options) not counted."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return function.end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_a_module_is_at_most_300_lines_and_its_functions_40(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert {f.name: body_lines(f) for f in functions if body_lines(f) > 40} == {}


def test_no_module_is_a_drawer_for_odds_and_ends():
    assert [name for name in NAMES if Path(name).stem in ("utils", "helpers", "core", "misc", "common")] == []
