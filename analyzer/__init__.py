"""Judge whether an article is neutral and who is speaking in it.

The front door: :func:`analyze`, :func:`analyze_many`, :func:`read`, :func:`load_pipeline`, :class:`Article`,
:class:`Report`; for many reports :func:`frames`, :func:`plot_compare`, :class:`Reports`. Importing it loads neither
spaCy nor any model.
"""

from typing import TYPE_CHECKING, Any

from analyzer.vocabulary import VERSION

__version__ = VERSION
__all__ = [
    "DISPLACY_OPTIONS",
    "AnalyzerError",
    "Article",
    "Rejection",
    "Report",
    "Reports",
    "analyze",
    "analyze_many",
    "frames",
    "load_pipeline",
    "plot_compare",
    "read",
]

if TYPE_CHECKING:
    from analyzer.annotate.chain import DISPLACY_OPTIONS
    from analyzer.batch import analyze_many
    from analyzer.errors import AnalyzerError
    from analyzer.pipeline import analyze, load_pipeline
    from analyzer.readers import read
    from analyzer.records import Article, Rejection, Report
    from analyzer.report.notebook.charts import plot_compare
    from analyzer.report.notebook.collection import Reports
    from analyzer.report.notebook.frames import frames

_HOMES = {"AnalyzerError": "errors", "DISPLACY_OPTIONS": "annotate.chain", "analyze_many": "batch", "read": "readers"}
_HOMES |= dict.fromkeys(("Article", "Rejection", "Report"), "records")
_HOMES |= dict.fromkeys(("analyze", "load_pipeline"), "pipeline")
_HOMES |= {"frames": "report.notebook.frames", "plot_compare": "report.notebook.charts"}
_HOMES |= {"Reports": "report.notebook.collection"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - module attributes of several types
    """Load a public name when it is first asked for, so that ``import analyzer`` stays fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'analyzer' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"analyzer.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names, which is what a shell offers behind ``analyzer.``."""
    return sorted(__all__)
