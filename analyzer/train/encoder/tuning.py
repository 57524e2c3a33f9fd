"""Tuning a small encoder for stance: sentences beside their titles, on a CPU, with torch and transformers.

For the workshop alone (the ``train`` extra): what is shipped is an int8 ONNX file that runs without either library.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder import LONGEST
from analyzer.annotate.encoder.session import INPUTS
from analyzer.train.encoder.network import base_folder, network
from analyzer.vocabulary import STANCES

Array = np.ndarray[Any, Any]
Encoded = dict[str, list[int]]  # the network's inputs for one text
MIXED = STANCES.index("mixed")
SMOOTHING = 0.05
WARM_UP = 0.05
TELL_EVERY, KEEP_EVERY = 20, 400  # seconds
NEW_HEADS = ("tags.", "sentence.")  # parts of a joint network that no tuning before has seen
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Examples:
    """What the stance is toward, the sentence, its label; ``news`` rows know no "mixed".

    ``soft`` has a teacher's probabilities, a row an example, to be learnt in place of the label.
    """

    titles: list[str]
    texts: list[str]
    labels: Array
    news: bool = False
    soft: Array | None = None

    def targets(self) -> Array:
        """Return what is to be learnt: the teacher's probabilities, or labels with a little for every other stance."""
        if self.soft is not None:
            return self.soft.astype(np.float32)
        stances = [i for i in range(len(STANCES)) if not (self.news and i == MIXED)]
        found = np.zeros((len(self.labels), len(STANCES)), dtype=np.float32)
        found[:, stances] = SMOOTHING / len(stances)
        found[np.arange(len(self.labels)), self.labels] += 1 - SMOOTHING
        return found

    def weights(self) -> Array:
        """Return the square root of how rare each row's stance is; 1 where a teacher's word is learnt."""
        if self.soft is not None:
            return np.ones(len(self.texts))
        counts = np.bincount(self.labels, minlength=len(STANCES)) + 1.0
        weights = np.sqrt(counts.sum() / counts)
        rows: Array = (weights / np.average(weights, weights=counts))[self.labels]
        return rows


Ready = tuple[Examples, list[Encoded]]


def tune(parts: Mapping[str, Examples], settings: dict[str, Any], seed: int) -> tuple[Any, Any]:
    """Return the tuned network and its tokenizer: one pass over the news, then runs over all parts, one after another.

    Of each part a pass has the share that the run's ``shares`` name, drawn anew (a share of 2: everything twice).
    The weights are the mean of those after the last ``averaged`` runs (model soups, Wortsman et al. 2022).
    """
    import torch
    from transformers import AutoTokenizer

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    folder = base_folder()
    tokenizer, net = AutoTokenizer.from_pretrained(folder), network(folder)
    ready = {name: (part, encoded(tokenizer, part)) for name, part in parts.items()}
    news = np.arange(len(parts["news"].texts))
    train_passes(net, [ready["news"]], [news], {**settings, "learning_rate": settings["news_rate"]}, rng)
    states = []
    for run in settings["runs"]:
        train_run(net, ready, run, settings, rng)
        states.append({key: value.clone() for key, value in net.state_dict().items()})
    net.load_state_dict(mean_state(states[-settings["averaged"] :]))
    return net.eval(), tokenizer


def train_run(
    net: Any,  # noqa: ANN401 - a torch module
    ready: Mapping[str, Ready],
    run: dict[str, Any],
    settings: dict[str, Any],
    rng: np.random.Generator,
    kept: Path | None = None,
) -> None:
    """Tune the network for one run's passes over encoded parts, of each the share that the run names."""
    sizes = [len(inputs) for _, inputs in ready.values()]
    passes = [drawn(sizes, [run["shares"][name] for name in ready], rng) for _ in range(run["passes"])]
    train_passes(net, list(ready.values()), passes, {**settings, **run}, rng, kept)


def mean_state(states: Sequence[dict[str, Any]], shares: Sequence[float] | None = None) -> dict[str, Any]:
    """Return the mean of networks' weights, each with its share; what is no floating-point number is of the first."""
    parts = shares or [1 / len(states)] * len(states)
    return {
        key: sum(share * state[key] for state, share in zip(states, parts, strict=True))
        if first.is_floating_point()
        else first
        for key, first in states[0].items()
    }


def drawn(sizes: Sequence[int], shares: Sequence[float], rng: np.random.Generator) -> Array:
    """Return the rows of a pass: of each part, whose rows are numbered on from the last part's, the share drawn."""
    chosen, first = [], 0
    for size, share in zip(sizes, shares, strict=True):
        whole, rest = divmod(share, 1.0)
        chosen += [first + np.arange(size)] * int(whole)
        chosen.append(first + rng.permutation(size)[: round(rest * size)])
        first += size
    return np.concatenate(chosen)


def train_passes(
    net: Any,  # noqa: ANN401 - a torch module
    parts: Sequence[Ready],
    passes: list[Array],
    settings: dict[str, Any],
    rng: np.random.Generator,
    kept: Path | None = None,
) -> None:
    """Tune the network on the rows of each pass over encoded parts, whose rows are numbered on from part to part.

    The loss is the weighted cross-entropy; news has no "mixed" to choose.
    """
    import torch

    inputs = [row for _, encoded_rows in parts for row in encoded_rows]
    targets = np.concatenate([part.targets() for part, _ in parts])
    weights = np.concatenate([part.weights() for part, _ in parts])
    news = np.concatenate([np.full(len(part.texts), part.news) for part, _ in parts])

    def loss_of(rows: Array) -> Any:  # noqa: ANN401 - a tensor
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = net(**pad([inputs[i] for i in rows]))
        closed = torch.tensor(news[rows])[:, None] & (torch.arange(len(STANCES)) == MIXED)
        log = torch.log_softmax(scores.float().masked_fill(closed, -1e4), 1)
        losses = -(torch.tensor(targets[rows], dtype=torch.float32) * log.masked_fill(closed, 0)).sum(1)
        return (torch.tensor(weights[rows], dtype=torch.float32) * losses).mean()

    net.train()
    descend(net, np.array([len(row["input_ids"]) for row in inputs]), passes, settings, rng, loss_of, kept)


def descend(
    net: Any,  # noqa: ANN401 - a torch module
    lengths: Array,
    passes: Sequence[Array],
    settings: dict[str, Any],
    rng: np.random.Generator,
    loss_of: Callable[[Array], Any],
    kept: Path | None = None,
) -> None:
    """Tune a network on the rows of each pass, with a learning rate that rises shortly and falls to the end.

    ``lengths`` has one of each row, so that batches hold rows of like length; ``loss_of`` gives a batch's loss.
    Which parts of the network drop out is the caller's to say. What takes hours is ``kept`` in a file every few
    minutes, and goes on from there when it is begun again with the same rows.
    """
    import torch

    trained = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(_groups(net, settings), lr=settings["learning_rate"], fused=True)
    steps = sum(math.ceil(len(rows) / settings["batch"]) for rows in passes)
    planned = [rows[batch] for rows in passes for batch in _batches(lengths[rows], settings["batch"], rng)]
    log = Log(net, optimizer, kept, steps)
    with _all_cores():
        for done in range(log.begun(), steps):
            for group in optimizer.param_groups:
                group["lr"] = group["highest"] * _rate(done, steps)
            loss = loss_of(planned[done])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            log.step(done + 1, loss)


@contextmanager
def _all_cores() -> Iterator[None]:
    """Let torch use all cores: a recipe is held to one thread, with which a large network takes twice the hours."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Log:
    """What is written while a network is tuned: now and then a line, and all that is needed to go on after a stop."""

    def __init__(self, net: Any, optimizer: Any, kept: Path | None, steps: int) -> None:  # noqa: ANN401
        self._parts = {"net": net, "optimizer": optimizer}
        self._kept, self._steps = kept, steps
        self._told = self._saved = time.monotonic()
        self._lately: list[float] = []

    def begun(self) -> int:
        """Return the number of steps that an earlier start has done, with the network as that left it."""
        import torch

        if self._kept is None or not self._kept.exists():
            return 0
        stored = torch.load(self._kept, weights_only=True)
        for name, part in self._parts.items():
            part.load_state_dict(stored[name])
        torch.set_rng_state(stored["random"])
        return int(stored["done"])

    def step(self, done: int, loss: Any) -> None:  # noqa: ANN401 - a tensor
        """Take note of a step."""
        now = time.monotonic()
        self._lately.append(float(loss.detach()))
        if now - self._told > TELL_EVERY or done == self._steps:
            pace, mean = (now - self._told) / len(self._lately), sum(self._lately) / len(self._lately)
            _LOG.info("step %d of %d: loss %.3f, %.2f s a step", done, self._steps, mean, pace)
            self._told, self._lately = now, []
        if self._kept is not None and (now - self._saved > KEEP_EVERY or done == self._steps):
            self._keep(self._kept, done)
            self._saved = time.monotonic()

    def _keep(self, kept: Path, done: int) -> None:
        """Write the file anew, whole or not at all."""
        import torch

        unfinished = kept.with_suffix(".part")
        states = {name: part.state_dict() for name, part in self._parts.items()}
        torch.save(states | {"random": torch.get_rng_state(), "done": done}, unfinished)
        unfinished.replace(kept)


def _groups(net: Any, settings: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: ANN401 - a torch module
    """Return the optimizer's groups: weight decay for matrices alone, a learning rate of their own for new heads."""
    rates = settings["learning_rate"], settings.get("heads_rate", settings["learning_rate"])
    found = []
    for highest, of_heads in zip(rates, (False, True), strict=True):
        own = [p for name, p in net.named_parameters() if p.requires_grad and name.startswith(NEW_HEADS) == of_heads]
        found += [
            {"params": [p for p in own if p.ndim > 1], "weight_decay": 0.01, "highest": highest},
            {"params": [p for p in own if p.ndim <= 1], "weight_decay": 0.0, "highest": highest},
        ]
    return [group for group in found if group["params"]]


def _rate(done: int, steps: int) -> float:
    """Return the part of the learning rate for a step: a short rise, then a straight fall to a fiftieth."""
    warm = max(1, int(WARM_UP * steps))
    return min((done + 1) / warm, max(0.02, (steps - done) / max(1, steps - warm)))


def _batches(lengths: Array, size: int, rng: np.random.Generator, chunk: int = 50) -> Iterator[Array]:
    """Yield batches of like length in random order: rows are sorted by length within chunks of batches."""
    order = rng.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), size * chunk):
        part = order[start : start + size * chunk]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    for i in rng.permutation(len(batches)):
        yield batches[i]


def encoded(tokenizer: Any, examples: Examples, longest: int = LONGEST) -> list[Encoded]:  # noqa: ANN401
    """Return the examples as numbers."""
    found = tokenizer(
        examples.titles, examples.texts, truncation="longest_first", max_length=longest, return_token_type_ids=True
    )
    return [dict(zip(INPUTS, row, strict=True)) for row in zip(*(found[key] for key in INPUTS), strict=True)]


def pad(rows: Sequence[Encoded]) -> dict[str, Any]:
    """Return the rows as tensors, filled up with zeros."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    return {key: pad_sequence([torch.tensor(row[key]) for row in rows], batch_first=True) for key in rows[0]}


def predicted(net: Any, rows: Sequence[Encoded], size: int = 32) -> Array:  # noqa: ANN401
    """Return the network's scores for encoded examples, in batches of like length."""
    import torch

    order = np.argsort([len(row["input_ids"]) for row in rows], kind="stable")
    found = np.zeros((len(order), len(STANCES)), dtype=np.float32)
    net.eval()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            found[chosen] = net(**pad([rows[i] for i in chosen])).float().numpy()
    return found
