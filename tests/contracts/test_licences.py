"""No library at run time is GPL or AGPL, or of an unknown licence: read from what the installed packages say.

Walked are the requirements of the package and of its extras as far as they are installed here; the page of licences
says what is true of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ..packaging.building import ROOT, declared

PERMISSIVE = re.compile(
    r"(the )?(new |modified )?(0BSD|[23]-clause BSD|BSD|MIT|MIT-CMU|MIT-0|X11|Apache|ISC|ISCL|PSF|PSFL|Python|"
    r"CNRI-Python|Zlib|Unlicense|CC0|HPND|BSL|Boost|blessing|Mozilla Public License 2|MPL-2\.0)\b(?!.*GPL)",
    re.IGNORECASE,
)
LIBRARY_EXCEPTION = (
    "WITH GCC-exception-3.1"  # of the compiler's run-time libraries: it lets go of what is linked to them
)
# What a package says of itself does not do for these; each was looked at, and why it may be used stands here.
LOOKED_AT = {
    "pyphen": "GPL 2.0+, LGPL 2.1+ or MPL 1.1, as its user chooses: its LICENSE file says so; we take MPL 1.1",
}


def permitted(metadata: Message) -> bool:
    """Tell whether a package's own words make it usable by everybody: every licence of one of the ways that it offers.

    An SPDX expression counts where there is one, else each licence of the classifiers, else the licence field's first
    line. Classifiers do not say whether several are a choice, so that each must do.
    """
    if expression := metadata.get("License-Expression"):
        return _expression_permits(expression)
    classifiers = [line for line in metadata.get_all("Classifier", []) if line.startswith("License :: ")]
    named = [line.rpartition(" :: ")[2] for line in classifiers if line != "License :: OSI Approved"]
    first_line = (metadata.get("License") or "").strip().partition("\n")[0]
    if named:
        return all(PERMISSIVE.match(name) for name in named) and not re.search(r"\bA?GPL", first_line)
    if " AND " in first_line or " OR " in first_line:
        return _expression_permits(first_line)
    return bool(PERMISSIVE.match(first_line))


def _expression_permits(expression: str) -> bool:
    """Tell whether an SPDX expression lets everybody use what it is about: AND needs both sides, OR one."""
    expression = re.sub(rf"\S+ {re.escape(LIBRARY_EXCEPTION)}", "MIT", expression)

    def judged(word: re.Match[str]) -> str:
        return word[0].lower() if word[0] in ("AND", "OR") else str(bool(PERMISSIVE.match(word[0])))

    # What is evaluated holds True, False, and, or, and parentheses, nothing of the package's own words.
    return bool(eval(re.sub(r"[^\s()]+", judged, expression.replace(" WITH ", "-WITH-"))))


def installed() -> Iterator[Distribution]:
    """Yield the distributions that the package and its extras need, as far as they are installed, each once."""
    waiting = [(line, ("",)) for group, lines in declared().items() if group not in ("dev", "docs") for line in lines]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, extras = waiting.pop()
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        name = canonicalize_name(requirement.name)
        asked = {(name, extra) for extra in ("", *requirement.extras)} - seen
        if not asked or name == "npov-analyzer":
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        if (name, "") not in seen:
            yield found
        seen |= asked
        waiting += [(Requirement(line), ("", *requirement.extras)) for line in found.requires or ()]


@pytest.fixture(scope="module")
def packages() -> dict[str, Distribution]:
    return {canonicalize_name(each.metadata["Name"]): each for each in installed()}


def test_no_library_at_run_time_is_gpl_agpl_or_of_unknown_licence(packages):
    refused = [name for name, each in packages.items() if not permitted(each.metadata)]
    assert set(refused) - LOOKED_AT.keys() == set()


def test_the_walk_reaches_what_comes_with_what_we_ask_for(packages):
    assert {"spacy", "thinc", "blis", "textstat", "pyphen", "numpy", "onnxruntime", "httpcore"} <= packages.keys()
    assert not packages.keys() & {"pytest", "mypy", "ruff", "hatchling"}


def test_nothing_on_the_list_of_those_looked_at_would_pass_without_it(packages):
    assert [name for name in LOOKED_AT if name in packages and permitted(packages[name].metadata)] == []


def test_the_page_of_licences_names_each_package_that_was_looked_at():
    page = (ROOT / "docs/licences.md").read_text("utf-8")
    assert [name for name in LOOKED_AT if name not in page] == []


def says(**fields: str) -> Message:
    message = Message()
    for key, value in fields.items():
        message[key.replace("_", "-")] = value
    return message


@pytest.mark.parametrize(
    "words",
    [
        {"License_Expression": "GPL-3.0-or-later"},
        {"License_Expression": "MIT AND AGPL-3.0-only"},
        {"License_Expression": "LGPL-3.0-only"},
        {"License_Expression": "LicenseRef-Proprietary"},
        {"Classifier": "License :: OSI Approved :: GNU Affero General Public License v3"},
        {"Classifier": "License :: OSI Approved :: MIT License", "License": "GPL-3.0"},
        {"Classifier": "License :: Other/Proprietary License"},
        {"License": "GPLv3"},
        {"License": "BSD or so, with parts under the GPL"},
        {"License": "UNKNOWN"},
        {"Classifier": "License :: OSI Approved"},
        {},
    ],
    ids=str,
)
def test_it_refuses(words):
    assert not permitted(says(**words))


@pytest.mark.parametrize(
    "words",
    [
        {"License_Expression": "Apache-2.0"},
        {"License_Expression": "GPL-2.0-only OR MIT"},
        {"License_Expression": "BSD-3-Clause AND (MIT OR GPL-2.0-only) AND Zlib"},
        {"License_Expression": "BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1"},
        {"Classifier": "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)"},
        {"Classifier": "License :: OSI Approved :: BSD License", "License": "Copyright (c) 2001 Somebody\nAll rights"},
        {"License": "MPL-2.0 AND MIT"},
        {"License": "3-Clause BSD License"},
    ],
    ids=str,
)
def test_it_permits(words):
    assert permitted(says(**words))
