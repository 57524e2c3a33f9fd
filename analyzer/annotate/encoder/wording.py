"""How vague, biased or puffed a sentence's wording is, by layers that go on from the stance encoder's.

The accurate stance engine reads most sentences with a small encoder (:mod:`.accurate`). Two
layers more, tuned for wording, go on from the states that its first four leave, so that a sentence is read once for
both. They fit that encoder and no other: where a user has trained one of their own, they stay silent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer import modelstore
from analyzer.annotate.stance.fast import Matrix
from analyzer.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

NAME = "wording-accurate"
HEADS = ("weasel", "biased", "puffery")
INPUTS = ("states", "attention_mask")


class Wording:
    """The layers: states and attention mask of a batch in, a score between 0 and 1 for each of :data:`HEADS` out."""

    def __init__(self, network: bytes, settings: Mapping[str, Any]) -> None:
        self._session = session(network, NAME, INPUTS)
        self.scale = np.array([settings["scale"][head] for head in HEADS], dtype=np.float32)
        self.shift = np.array([settings["shift"][head] for head in HEADS], dtype=np.float32)

    @classmethod
    def load(cls, encoder: modelstore.Model) -> Wording | None:
        """Return the shipped ones; None where they were not made for this stance encoder."""
        if not fits(encoder):
            return None
        model = modelstore.load(NAME)
        return cls(model.read("model.onnx"), model.json("calibration.json"))

    def scores(self, states: Matrix, attention_mask: np.ndarray[Any, Any]) -> Matrix:
        """Return the network's scores before calibration, a row a sentence and a column a head."""
        found: Matrix = self._session.run(None, dict(zip(INPUTS, (states, attention_mask), strict=True)))[0]
        return found

    def calibrated(self, scores: Matrix) -> Matrix:
        """Return scores between 0 and 1."""
        found: Matrix = (1 / (1 + np.exp(-(scores * self.scale + self.shift)))).astype(np.float32)
        return found


def fits(encoder: modelstore.Model) -> bool:
    """Tell whether the shipped layers were made for this stance encoder."""
    network = encoder.files.get("model.onnx")
    made_for: str = modelstore.load(NAME).json("calibration.json")["encoder"]
    return network is not None and network.sha256 == made_for


def session(network: bytes, name: str, inputs: Collection[str], outputs: Collection[str] = ()) -> InferenceSession:
    """Return a network ready to run: on one thread, so that a report does not depend on the machine.

    Raises ModelError where onnxruntime cannot run it, or it takes other inputs or lacks one of ``outputs``.
    """
    try:
        import onnxruntime
    except ImportError as error:  # it is there (asked at the start), but a system library that it needs is not
        raise ModelError(
            f"the accurate stance engine needs onnxruntime, which is installed but does not start ({error}); "
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
            "reinstall npov-analyzer, or use the fast engine."
        ) from error
    takes, gives = {node.name for node in found.get_inputs()}, {node.name for node in found.get_outputs()}
    if takes != set(inputs) or not set(outputs) <= gives:
        raise ModelError(
            f"the network of model {name!r} takes {', '.join(sorted(takes))} and gives {', '.join(sorted(gives))}; "
            f"expected one that takes {', '.join(sorted(inputs))}"
            f"{' and gives ' + ', '.join(outputs) if outputs else ''}. It was made by another version: rebuild it with "
            f"`npov train {name}`, reinstall npov-analyzer, or use the fast engine."
        )
    return found
