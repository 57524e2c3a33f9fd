"""Products with matrices of weights in 8 bits: a scale for each row of what is multiplied, or one for good.

onnxruntime's own dynamic quantization has one scale for all rows of a batch, that of the largest number in any of them:
what is said of a text hangs on those read with it, and reading them one by one has the weights fetched for each. With
these scales they are read together, and say the same as alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analyzer.linear import Array

CONTRIBUTED = "com.microsoft"  # the domain of onnxruntime's own nodes
HIGHEST = 127  # the level of 8 bits on either side of zero, which is at
_MIDDLE = 128
_LEAST = 1e-9  # of a scale: a row of zeros has one too
_MATRIX = 2  # axes
_CONSTANTS = {
    "one_level": np.float32(1 / HIGHEST),
    "least_scale": np.float32(_LEAST),
    "one": np.float32(1),
    "middle": np.uint8(_MIDDLE),
}


def rows_in_8_bits(stored: bytes, ranges: Mapping[str, float]) -> bytes:
    """Return an ONNX file with its products with matrices of weights in 8 bits.

    ``ranges`` has the largest number that a layer reads, by its name: those layers have one scale for all that they
    ever read, which takes less time than to find one. The others have a scale for each row.
    """
    import onnx

    model = onnx.load_from_string(stored)
    _merge_twins(model.graph)
    rounder = _Rounder(model.graph, ranges)
    nodes = [made for node in model.graph.node for made in rounder.instead_of(node)]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    kept = [one for one in model.graph.initializer if one.name not in rounder.replaced]
    del model.graph.initializer[:]
    model.graph.initializer.extend([*kept, *rounder.constants()])
    if all(one.domain != CONTRIBUTED for one in model.opset_import):
        model.opset_import.append(onnx.helper.make_opsetid(CONTRIBUTED, 1))
    found: bytes = model.SerializeToString()
    return found


def _merge_twins(graph: Any) -> None:  # noqa: ANN401 - of a library without types
    """Have what layers of the same input make of it by multiplying be made once, in place."""
    first: dict[tuple[str, ...], str] = {}
    twins: dict[str, str] = {}
    kept = []
    for node in graph.node:
        if node.op_type == "Mul" and first.setdefault(tuple(node.input), node.output[0]) != node.output[0]:
            twins[node.output[0]] = first[tuple(node.input)]
            continue
        for at, name in enumerate(node.input):
            node.input[at] = twins.get(name, name)
        kept.append(node)
    del graph.node[:]
    graph.node.extend(kept)


class _Rounder:
    """Makes the nodes that take the place of products, and keeps what they need."""

    def __init__(self, graph: Any, ranges: Mapping[str, float]) -> None:  # noqa: ANN401
        self._ranges = ranges
        self._matrices = {one.name: one for one in graph.initializer if len(one.dims) == _MATRIX}
        self._added = _biases(graph)
        self._arrays: dict[str, Array] = {name: np.array(value) for name, value in _CONSTANTS.items()}
        self._rounded: set[str] = set()
        self._done: set[str] = set()  # sums that products have been made to give
        self.replaced: set[str] = set()

    def constants(self) -> list[Any]:
        """Return what the nodes made so far need besides what they are given."""
        from onnx import numpy_helper

        return [numpy_helper.from_array(array, name) for name, array in self._arrays.items()]

    def instead_of(self, node: Any) -> list[Any]:  # noqa: ANN401
        """Return the nodes that take a node's place: itself, where it is no product with a matrix of weights."""
        if node.op_type != "MatMul" or node.input[1] not in self._matrices:
            return [] if node.output[0] in self._done else [node]
        states, weights = node.input
        largest = self._ranges.get(_layer(node.name))
        nodes = [] if states in self._rounded else self._rounding(states, largest)
        self._rounded.add(states)
        self._round_weights(weights)
        given = [f"{states}_rounded", f"{weights}_quantized", "one", f"{weights}_scale", "middle"]
        given.append(f"{weights}_zero_point")
        product, more = node.output[0], []
        if largest is None:
            product, more = f"{product}_levels", [_node("Mul", [f"{product}_levels", f"{states}_scale"], product)]
        else:  # a scale for all rows, and what is added to each, are dealt with by the way
            given[2] = f"{states}_scale"
            bias, product = self._added.get(product, ("", product))
            given += [bias] if bias else []
            self._done.add(product)
        return [*nodes, _node("MatMulIntegerToFloat", given, product, node.name, CONTRIBUTED), *more]

    def _rounding(self, states: str, largest: float | None) -> list[Any]:
        """Return the nodes that round states to levels."""
        if largest is not None:
            self._arrays[f"{states}_scale"] = np.array(largest / HIGHEST, dtype=np.float32)
            return [_node("QuantizeLinear", [states, f"{states}_scale", "middle"], f"{states}_rounded")]
        return [
            _node("Abs", [states], f"{states}_sizes"),
            _node("ReduceMax", [f"{states}_sizes"], f"{states}_most", axes=[-1]),
            _node("Mul", [f"{states}_most", "one_level"], f"{states}_level"),
            _node("Max", [f"{states}_level", "least_scale"], f"{states}_scale"),
            _node("Div", [states, f"{states}_scale"], f"{states}_scaled"),
            _node("QuantizeLinear", [f"{states}_scaled", "one", "middle"], f"{states}_rounded"),
        ]

    def _round_weights(self, name: str) -> None:
        from onnx import numpy_helper

        if name in self.replaced:
            return
        self.replaced.add(name)
        values = numpy_helper.to_array(self._matrices[name])
        scales = np.maximum(np.abs(values).max(axis=0), _LEAST) / HIGHEST
        self._arrays[f"{name}_quantized"] = np.rint(values / scales).astype(np.int8)
        self._arrays[f"{name}_scale"] = scales.astype(np.float32)
        self._arrays[f"{name}_zero_point"] = np.zeros(len(scales), dtype=np.int8)


def _biases(graph: Any) -> dict[str, tuple[str, str]]:  # noqa: ANN401
    """Return by the output of a node the row of weights that is added to it, and what the sum is called."""
    rows = {one.name for one in graph.initializer if len(one.dims) == 1}
    sums = [(*node.input, node.output[0]) for node in graph.node if node.op_type == "Add"]
    return {b: (a, total) for a, b, total in sums if a in rows} | {a: (b, total) for a, b, total in sums if b in rows}


def _layer(node: str) -> str:
    """Return the name of the layer that a node's product is of, in the encoder."""
    return node.removeprefix("/encoder/").removesuffix("/MatMul").removesuffix("/linear").replace("/", ".")


def _node(kind: str, inputs: Sequence[str], output: str, name: str = "", domain: str = "", **more: Any) -> Any:  # noqa: ANN401
    from onnx import helper

    return helper.make_node(kind, inputs, [output], name=name or f"{output}_node", domain=domain, **more)
