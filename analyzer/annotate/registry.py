"""Make the ``analyzer_*`` factories and Doc getters known to spaCy, in a checkout as well as when installed."""

from __future__ import annotations

from importlib import import_module

from analyzer.annotate import store

MODULES = ("sentences", "quotes", "subject", "attribution", "sources", "stance", "wording")


def register_factories() -> None:
    """Import every component module (importing registers its factory) and set the getters; safe to call again."""
    for name in MODULES:
        import_module(f"analyzer.annotate.{name}")
    store.register()
