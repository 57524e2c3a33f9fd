"""Every public name tells what it is, with an example or a pointer to one."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module

import pytest

import analyzer

from .pages import DOCS, ROOT

EXAMPLE = re.compile(r"^\s*>>> ", re.MULTILINE)
POINTER = re.compile(r"(docs/[\w-]+\.md)|:func:`analyzer\.(\w+)`")


ON_THE_PAGE = re.findall(r"^::: analyzer\.(\S+)$", (DOCS / "api.md").read_text("utf-8"), re.MULTILINE)


def docstring(name: str) -> str:
    """Return what stands below a name's definition, and of an error what stands below the one that it is one of."""
    module, _, name = name.rpartition(".")
    thing = getattr(import_module(f"analyzer.{module}") if module else analyzer, name)
    if inspect.isclass(thing) and issubclass(thing, analyzer.AnalyzerError) and thing is not analyzer.AnalyzerError:
        return f"{inspect.getdoc(thing) or ''}\n\n{docstring('AnalyzerError')}"
    if inspect.isclass(thing) or inspect.isfunction(thing):
        return inspect.getdoc(thing) or ""
    module = ROOT / "analyzer" / f"{analyzer._HOMES[name].replace('.', '/')}.py"
    nodes = ast.parse(module.read_text("utf-8")).body
    at = next(i for i, node in enumerate(nodes) if isinstance(node, ast.AnnAssign) and node.target.id == name)
    below = nodes[at + 1]
    return below.value.value if isinstance(below, ast.Expr) else ""


@pytest.mark.parametrize("name", sorted({*analyzer.__all__, *ON_THE_PAGE}))
def test_every_public_name_has_an_example_or_points_to_one(name: str):
    text = docstring(name)
    assert text.strip(), f"{name} has no docstring"
    if EXAMPLE.search(text):
        return
    led = [(page, other) for page, other in POINTER.findall(text)]
    assert led, f"{name} has neither an example nor a pointer to one"
    for page, other in led:
        if page:
            assert "```python" in (ROOT / page).read_text("utf-8"), f"{page} has no example"
        else:
            assert EXAMPLE.search(docstring(other)), f"{other} has no example"


@pytest.mark.parametrize("name", sorted(analyzer.__all__))
def test_every_public_name_is_on_the_page_on_python(name: str):
    assert f"::: analyzer.{name}\n" in (DOCS / "api.md").read_text("utf-8")
