"""An earlier network of the same shape, from the 8-bit file that was shipped: its weights as numbers again.

Networks that go on from one base lie near each other, and the mean of their weights judges better than each (model
soups, Wortsman et al. 2022). What 8 bits have rounded away is a hundredth of a weight's usual size.
"""

import gzip
import hashlib
import re
import subprocess
from typing import Any

import numpy as np

from analyzer.errors import ModelError
from analyzer.train.core.recipe import CHECKOUT
from analyzer.train.encoder.tuning import Array

_QUANTIZED = "_quantized"
_EVENING = ".less"  # what states are multiplied by before they are rounded
_PRODUCTS = ("MatMulInteger", "MatMulIntegerToFloat")
_NODE = re.compile(r"/(?P<layer>.+?)(?:/linear)?/(?:MatMul|Gemm_MatMul|Gather)(?:_quant|_\d+)?$")


def network_of(commit: str, path: str, sha256: str) -> bytes:
    """Return the network of a zipped file as a commit of this project has it; raises :class:`ModelError` without."""
    command = ["git", "-C", str(CHECKOUT), "show", f"{commit}:{path}"]
    try:
        found = subprocess.run(command, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise ModelError(
            f"{path} of commit {commit} is part of the recipe: run it in a clone with its history."
        ) from error
    met = hashlib.sha256(found).hexdigest()
    if met != sha256:
        raise ModelError(f"{path} of commit {commit}: expected sha256 {sha256}, met {met}.")
    return gzip.decompress(found)


def state_of(stored: bytes, like: dict[str, Any]) -> dict[str, Any]:
    """Return the weights of a file of :func:`~analyzer.train.encoder.network.int8_onnx`, by the names of ``like``.

    What the file has not, since nothing reads it, is as in ``like``.
    """
    import onnx
    import torch

    graph = onnx.load_from_string(stored).graph
    known = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    found = {name.replace(".linear.", "."): values for name, values in known.items()}
    by = {node.output[0]: name for node in graph.node for name in node.input if name.endswith(_EVENING)}
    evened = {states: known[name] for states, name in by.items()}
    for node in graph.node:
        names = [name for name in node.input if name in known and name.endswith(_QUANTIZED)]
        place = _NODE.match(node.name)
        if names and place and node.op_type in (*_PRODUCTS, "Gather"):
            layer = place["layer"].replace("/", ".")
            values = _numbers(known, names[0].removesuffix(_QUANTIZED))
            if node.op_type in _PRODUCTS:  # inputs before outputs, and evened out, by what layers of one input share
                values = (values * evened.get(node.input[0].rpartition("_")[0], np.ones(len(values)))[:, None]).T
            found[f"{layer}.weight"] = values
    return {name: torch.tensor(np.array(found.get(name, old)), dtype=old.dtype) for name, old in like.items()}


def _numbers(known: dict[str, Array], name: str) -> Array:
    """Return quantized weights as numbers: each column (of a table of embeddings, all) has its scale."""
    scale, zero = known[f"{name}_scale"], known[f"{name}_zero_point"].astype(np.float32)
    numbers: Array = (known[f"{name}{_QUANTIZED}"].astype(np.float32) - zero) * scale
    return numbers
