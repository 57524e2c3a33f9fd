"""Networks and tokenizers ready to run: offline, and on one thread, so that a report does not depend on the machine."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

BATCH = 16  # larger ones are slower on a CPU
LONGEST = 128  # pieces of words; what is longer is cut
INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
_INSTEAD = "reinstall npov-analyzer, or use the fast engine."


def require_libraries() -> None:
    """Raise a ModelError that names the extra where a library is missing."""
    from importlib.util import find_spec

    missing = [name for name in ("onnxruntime", "tokenizers") if find_spec(name) is None]
    if missing:
        raise ModelError(
            f"the accurate and the large engine need {' and '.join(missing)}, not installed here. "
            f"Install them with: pip install {' '.join(missing)}, or use the fast engine."
        )


def tokenizer(text: str, name: str) -> "Tokenizer":
    """Return the tokenizer of a model; raises ModelError where it is none."""
    from tokenizers import Tokenizer

    try:
        found = Tokenizer.from_str(text)
    except Exception as error:  # tokenizers raises the bare class
        raise ModelError(f"the tokenizer of model {name!r} cannot be loaded ({error}); {_INSTEAD}") from error
    found.no_padding()
    found.enable_truncation(LONGEST, strategy="longest_first")
    return found


def session(network: bytes, name: str, inputs: Collection[str], outputs: Collection[str] = ()) -> "InferenceSession":
    """Return the network of a model.

    Raises ModelError where onnxruntime cannot run it, or it takes other inputs or lacks one of ``outputs``.
    """
    try:
        import onnxruntime
    except ImportError as error:  # it is there (asked at the start), but a system library that it needs is not
        raise ModelError(
            f"the accurate and the large engine need onnxruntime, which is installed but does not start ({error}); "
            "install it again, or use the fast engine."
        ) from error

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        found = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own for every damaged or newer file
        raise ModelError(
            f"the network of model {name!r} cannot be loaded by onnxruntime {onnxruntime.__version__} ({error}); "
            f"{_INSTEAD}"
        ) from error
    takes, gives = {node.name for node in found.get_inputs()}, {node.name for node in found.get_outputs()}
    optional = {"token_type_ids"}  # not every kind of network knows them
    if not set(inputs) - optional <= takes <= set(inputs) or not set(outputs) <= gives:
        raise ModelError(
            f"the network of model {name!r} takes {', '.join(sorted(takes))} and gives {', '.join(sorted(gives))}; "
            f"expected one that takes {', '.join(sorted(inputs))}"
            f"{' and gives ' + ', '.join(outputs) if outputs else ''}. It was made by another version: rebuild it with "
            f"`npov train {name}`, {_INSTEAD}"
        )
    return found


def batches(encoded: list[Any]) -> Iterator[tuple[list[int], dict[str, np.ndarray[Any, Any]]]]:
    """Yield encoded texts of like length (by number), with the network's inputs for them, filled up with zeros."""
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        longest = len(encoded[chosen[-1]].ids)
        inputs = {name: np.zeros((len(chosen), longest), dtype=np.int64) for name in INPUTS}
        for name, attribute in INPUTS.items():
            for row, at in enumerate(chosen):
                values = getattr(encoded[at], attribute)
                inputs[name][row, : len(values)] = values
        yield chosen, inputs
