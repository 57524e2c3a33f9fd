"""What is masked costs a network no more than what is not: the same graph, and to the bit the same answers.

A masked piece of a word has a score so low that its share is a number too small for a processor to be quick with
("denormal"), which then is multiplied through the layer; and the exporter looks for rows in which all is masked, of
which there are none. Together that was a sixth of the encoder's time.
"""

from typing import Any

import numpy as np

LEAST = -60.0  # so far below the highest score, a share changes no sum at single precision, and is an ordinary number


def eased(network: bytes) -> bytes:
    """Return a network in ONNX with scores of at least :data:`LEAST` before each softmax, and none looked over after.

    Each row must have a score far above :data:`LEAST`, of what is not masked: the shares of what is grow with e to the
    difference. In 313 real sentences the encoder and its layers for wording have no row whose highest is below -2.
    """
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load_from_string(network)
    graph = model.graph
    looked_over = _looked_over(graph)
    spare = set(looked_over) | {node.input[0] for node in graph.node if node.output[0] in looked_over}
    least, nodes = "least_score", []
    for node in graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = looked_over.get(name, name)
        if node.op_type == "Softmax":
            floored = f"{node.name}_floored"
            nodes.append(helper.make_node("Max", [node.input[0], least], [floored], name=f"{node.name}/Max"))
            node.input[0] = floored
        if node.output[0] not in spare:
            nodes.append(node)
    graph.initializer.append(numpy_helper.from_array(np.float32(LEAST), least))
    del graph.node[:]
    graph.node.extend(nodes)
    found: bytes = model.SerializeToString()
    return found


def _looked_over(graph: Any) -> dict[str, str]:  # noqa: ANN401 - a GraphProto
    """Return by name what stands for shares once those that are no numbers are left out, and the shares themselves."""
    made_by = {name: node for node in graph.node for name in node.output}
    given = {one.name for one in graph.output}
    found = {}
    for node in graph.node:
        test = made_by.get(node.input[0]) if node.op_type == "Where" else None
        of_shares = test is not None and test.op_type == "IsNaN" and test.input[0] == node.input[2]
        if of_shares and node.output[0] not in given:
            found[node.output[0]] = node.input[2]
    return found
