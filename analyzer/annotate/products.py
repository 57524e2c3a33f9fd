"""The products of matrices in spaCy's networks, by NumPy's BLAS on one thread: half of the parse is spent on them.

spaCy takes them by BLIS, which is half as fast as the BLAS that NumPy is built with (OpenBLAS, or Accelerate on a Mac).
One thread is enough for matrices so small, more would be taken from other workers, and a report's bytes must not hang
on the number of cores.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from spacy.language import Language
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]


def hasten(nlp: Language) -> None:
    """Let the networks of a pipeline take their products by NumPy's BLAS, where they take them by BLIS."""
    for _, component in nlp.pipeline:
        model: Any = getattr(component, "model", None)
        for node in model.walk() if hasattr(model, "walk") else ():
            if node.ops.name == "numpy" and node.ops.use_blis:
                node.ops = type(node.ops)(use_blis=False)


def one_thread() -> AbstractContextManager[object]:
    """Return a block in which the BLAS keeps to one thread, in so far as the library that sees to it can."""
    limit: AbstractContextManager[object] = _libraries().limit(limits=1, user_api="blas")
    return limit


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
