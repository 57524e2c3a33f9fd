"""The one list of components, in the order of the flow; layers, factories and the pipeline are derived from it.

Another package adds a component under the entry-point group ``npov_analyzer.components``: an entry names a
:class:`Component` whose ``module`` registers its factory. It comes behind those of this package.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from analyzer.errors import UsageError
from analyzer.plugins import added, notice, told

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "npov_analyzer.components"
CHAIN = "analyzer"  # all of them as one component


class Component(NamedTuple):
    """A component: its factory's name, the module that registers the factory, and the layers that it writes."""

    name: str
    module: str
    layers: tuple[str, ...]


# Where, what is quoted, about whom, who says what, who that is, for or against, in which words.
OWN = (
    Component("analyzer_sentences", "analyzer.annotate.sentences", ("sentences",)),
    Component("analyzer_quotes", "analyzer.annotate.quotes", ("quotations",)),
    Component("analyzer_subject", "analyzer.annotate.subject", ("subject",)),
    Component("analyzer_attribution", "analyzer.annotate.attribution", ("attributions",)),
    Component("analyzer_sources", "analyzer.annotate.sources", ("attributions",)),
    Component("analyzer_stance", "analyzer.annotate.stance", ("sentences", "attributions")),
    Component("analyzer_marks", "analyzer.annotate.wording", ("marks", "wording")),
)


@cache
def components() -> tuple[Component, ...]:
    """Return the components of this package and those that other packages have registered, in order."""
    return (*OWN, *added(GROUP, "component", _accepted))


def _accepted(entry: "EntryPoint", given: object) -> Component:
    """Return the component that another package gives; raises UsageError where it gives something else."""
    if not isinstance(given, Component):
        raise UsageError(f"it gave {given!r}; expected a Component, see analyzer.annotate.registry")
    return given


@contextmanager
def spared(component: Component) -> Iterator[None]:
    """Spare the run what a component of another package fails in: a notice says that it is left out."""
    try:
        yield
    except Exception as error:
        if os.environ.get("NPOV_DEBUG"):
            raise
        what = f"the component {component.name!r}, which another package brings, failed ({told(error)})"
        notice(f"{what}; it is left out. Repair or remove that package.")


def layers() -> tuple[str, ...]:
    """Return the names of all layers, each once, in the order in which they are first written."""
    return tuple(dict.fromkeys(layer for component in components() for layer in component.layers))


def register_factories() -> None:
    """Import the module of every component, which registers its factory with spaCy; safe to call again."""
    for component in OWN:
        import_module(component.module)
    for component in components()[len(OWN) :]:
        with spared(component):
            import_module(component.module)
    import_module("analyzer.annotate.chain")


def factories() -> frozenset[str]:
    """Return the names of all factories: those of the components, and that of the whole chain."""
    return frozenset((CHAIN, *(component.name for component in components())))
