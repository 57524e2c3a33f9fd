"""The small encoder and the layers above it as they are shipped: one text at a time, which nothing has to be masked for.

The library's modules take batches: they fill up, mask, look for what the mask has spoilt, and ask for queries, keys and
values apart. Exported as they are they run 319 nodes where these run 140, and say the same.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any

import torch

from analyzer.annotate.encoder.heads import LAYER_INPUTS, TAGGED
from analyzer.train.encoder.network import SHARED, int8_onnx, smooth

TEXTS = ("input_ids", "token_type_ids")
Tensor = torch.Tensor


class Layer(torch.nn.Module):
    """One layer: the states of a text's pieces of words in, a row a piece, and those after it out."""

    def __init__(self, own: Any) -> None:  # noqa: ANN401 - a layer of the library's
        super().__init__()
        attention = own.attention.self
        self.heads, self.of_head = attention.num_attention_heads, attention.attention_head_size
        asked = [attention.query, attention.key, attention.value]
        self.width, by = asked[0].in_features, 1 / math.sqrt(self.of_head)
        self.asked = torch.nn.Linear(self.width, sum(linear.out_features for linear in asked))
        with torch.no_grad():  # what products are divided by goes into the queries
            for name, given in self.asked.named_parameters():
                parts = [getattr(linear, name) for linear in asked]
                given.copy_(torch.cat([parts[0] * by, *parts[1:]]))
        self.heard, self.first = own.attention.output.dense, own.attention.output.LayerNorm
        self.wide, self.narrow, self.second = own.intermediate.dense, own.output.dense, own.output.LayerNorm

    def forward(self, states: Tensor) -> Tensor:
        """Return the states after the layer."""
        asked = self.asked(states).view(-1, 3 * self.heads, self.of_head).transpose(0, 1)
        queries, keys, values = asked.split(self.heads)
        heard = (queries @ keys.transpose(1, 2)).softmax(-1) @ values
        states = self.first(self.heard(heard.transpose(0, 1).reshape(-1, self.width)) + states)
        return self.second(self.narrow(torch.nn.functional.gelu(self.wide(states))) + states)  # type: ignore[no-any-return]

    def fold(self) -> None:
        """Have the values come evened out, so that nothing is done before the layer that reads them (:func:`smooth`)."""
        less, values = self.heard.less, self.asked.linear
        with torch.no_grad():
            values.weight[-self.width :] *= less[:, None]
            values.bias[-self.width :] *= less
        self.heard = self.heard.linear


class Stances(torch.nn.Module):
    """A tuned :func:`~analyzer.train.encoder.network.network`: scores of the stances, and what others go on from."""

    def __init__(self, net: Any) -> None:  # noqa: ANN401 - a torch module
        super().__init__()
        own = net.encoder.embeddings
        self.words, self.types, self.places = (
            own.word_embeddings,
            own.token_type_embeddings,
            own.position_embeddings,
        )
        self.norm = own.LayerNorm
        self.layer = torch.nn.ModuleList(map(Layer, net.encoder.encoder.layer))
        self.scores = net.scores

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return a row of scores, and the states after the shared layers, of the one text that is given."""
        ids, types = input_ids[0], token_type_ids[0]
        states = self.norm(self.words(ids) + self.types(types) + self.places(torch.arange(ids.shape[0])))
        for number, layer in enumerate(self.layer, start=1):
            states = layer(states)
            if number == SHARED:
                shared = states
        return self.scores(states.mean(0, keepdim=True)), shared[None]


class Upper(torch.nn.Module):
    """Layers that go on from an encoder's states: ``of_pieces``, a head, has a row a piece, ``of_text`` one in all."""

    def __init__(self, layers: Any, of_text: Any, of_pieces: Any = None) -> None:  # noqa: ANN401 - torch modules
        super().__init__()
        self.layer = torch.nn.ModuleList(map(Layer, layers))
        self.of_text, self.of_pieces = of_text, of_pieces

    def forward(self, states: Tensor) -> Any:  # noqa: ANN401 - a tensor or two
        """Return the heads' scores of the one text whose states are given."""
        states = states[0]
        for layer in self.layer:
            states = layer(states)
        whole = self.of_text(states.mean(0, keepdim=True))
        return whole if self.of_pieces is None else (self.of_pieces(states)[None], whole)


def stances(net: Any, texts: Sequence[dict[str, Any]], strength: float) -> bytes:  # noqa: ANN401 - a torch module
    """Return a tuned encoder as it is stored; its outliers are measured on ``texts``, encoded, and so far smoothed."""
    given = [{name: torch.tensor([text[name]]) for name in TEXTS} for text in texts]
    return _stored(Stances(net), TEXTS, ("scores", "states"), given, strength)


def wording(net: Any, states: Sequence[Any], strength: float) -> bytes:  # noqa: ANN401 - a torch module, arrays
    """Return tuned layers for wording as they are stored; their outliers are measured on states, a text each."""
    return _stored(Upper(net.layers.layers, net.scores), LAYER_INPUTS, ("scores",), _given(states), strength)


def tagging(net: Any, states: Sequence[Any], strength: float) -> bytes:  # noqa: ANN401 - a torch module, arrays
    """Return tuned layers for attribution as they are stored, as :func:`wording`."""
    upper = Upper(net.layers.layers, net.sentence, net.tags)
    return _stored(upper, LAYER_INPUTS, tuple(TAGGED), _given(states), strength)


def _given(states: Sequence[Any]) -> list[dict[str, Tensor]]:
    return [{LAYER_INPUTS[0]: torch.tensor(one, dtype=torch.float32)[None]} for one in states]


def _stored(
    net: torch.nn.Module,
    inputs: Sequence[str],
    outputs: Sequence[str],
    given: list[dict[str, Tensor]],
    strength: float,
) -> bytes:
    net = copy.deepcopy(net).eval()  # its layers are the tuned network's own
    smooth(net, given, strength)
    for layer in net.layer:
        layer.fold()
    return int8_onnx(net, tuple(given[0].values()), inputs, outputs)
