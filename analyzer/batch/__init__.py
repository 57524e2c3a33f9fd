"""Batches: many articles in, Parquet or JSON Lines out, on all cores of a machine, resumable, with nothing lost.

The way of the data: ``inputs`` takes what the user named apart into items (``items``), ``plan`` cuts their stream into
tasks and shards, workers turn tasks into results (``work``; ``pool`` and ``worker`` are processes of this machine),
``folder`` writes each shard when it is done. ``compose`` puts these in order, ``many`` gives reports instead of files.

What makes it resumable: tasks and shards depend on the inputs alone; a shard is written whole or not at all; nothing
that is written depends on the time or on the number of workers. What makes it safe: articles go to other processes as
MessagePack, a process that dies or hangs costs the article that does it and no other, and every article is accounted
for.
"""

from typing import TYPE_CHECKING, Any

__all__ = ["Account", "Progress", "Reading", "analyze_many", "run"]

if TYPE_CHECKING:
    from analyzer.batch.account import Account
    from analyzer.batch.compose import run
    from analyzer.batch.inputs import Reading
    from analyzer.batch.many import analyze_many
    from analyzer.batch.progress import Progress

_HOMES = {"Account": "account", "Progress": "progress", "Reading": "inputs", "analyze_many": "many", "run": "compose"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - module attributes of several types
    """Load a public name when it is first asked for: workers need less than whoever starts them."""
    if name not in _HOMES:
        raise AttributeError(f"module 'analyzer.batch' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"analyzer.batch.{_HOMES[name]}"), name)
