"""Tuning one encoder for all that is read of a sentence: stance, wording, and, token by token, sources and cues.

Each row trains the heads that it has labels for; a sentence is read once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analyzer.annotate.encoder import WORDING
from analyzer.annotate.encoder.context import beside
from analyzer.train.core.recipe import Row
from analyzer.train.encoder.network import INPUTS, pooled
from analyzer.train.encoder.tuning import MIXED, SMOOTHING, Array, Encoded, Examples, descend, pad
from analyzer.train.labels.pool import clean
from analyzer.vocabulary import SOURCE_TYPES, STANCES

# What a token can be: no part of a source, or part of one of a type; beside it, and apart, part of a cue.
TAGS = ("", *SOURCE_TYPES)
# What a sentence can have without a word for it: a source of a sentence before ("runs on"), or nobody in particular.
WITHOUT_WORDS = ("carried", "agentless")
Extent = tuple[int, int]


@dataclass(frozen=True)
class Spoken:
    """The attributions of a sentence: sources with their types and cues as characters, and what has no words."""

    sources: tuple[tuple[Extent, int], ...] = ()
    cues: tuple[Extent, ...] = ()
    without: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class Part:
    """Sentences of one origin with the labels that it has: ``stances``, ``spoken``, or how it is worded (``head``)."""

    examples: Examples
    spoken: Sequence[Spoken] | None = None
    head: str | None = None  # examples.labels are then how far each sentence is that, 0 to 1


@dataclass
class Rows:
    """All parts as the network's inputs and targets, a row a sentence."""

    inputs: list[Encoded] = field(default_factory=list)
    tags: list[Array | None] = field(default_factory=list)  # for each token its tag, -1 outside the sentence
    cues: list[Array | None] = field(default_factory=list)
    without: list[tuple[bool, bool] | None] = field(default_factory=list)
    stance: list[Array | None] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    news: list[bool] = field(default_factory=list)
    wording: list[tuple[int, float, float] | None] = field(default_factory=list)  # head, label, weight


def spoken(passage: Row) -> list[Spoken]:
    """Return the attributions of a passage in the gold format, with extents in its sentences without markers."""
    found = []
    for sentence in passage["sentences"]:
        raw = passage["text"][sentence["start"] : sentence["end"]]
        text = clean(raw)
        sources, cues, without = [], [], [False, False]
        for row in sentence["attributions"]:
            source, cue = (_within(row.get(key), sentence["start"], raw, text) for key in ("source", "cue"))
            if source is not None:
                sources.append((source, TAGS.index(row["type"])))
            elif row.get("source") is None:
                without[0 if row.get("carried") else 1] = True
            if cue is not None:
                cues.append(cue)
        found.append(Spoken(tuple(sources), tuple(cues), (without[0], without[1])))
    return found


def _within(extent: Row | None, first: int, raw: str, text: str) -> Extent | None:
    """Return where the words of an extent of the passage stand in the sentence without markers."""
    if not extent:
        return None
    start, end = extent["start"] - first, extent["end"] - first
    words = clean(raw[max(0, start) : end])
    at = len(clean(raw[: max(0, start)] + "|")) - 1
    for found in (at, text.find(words, max(0, at - 3)), text.find(words)):
        if words and found >= 0 and text[found : found + len(words)] == words:
            return found, found + len(words)
    return None


def rows_of(tokenizer: Any, parts: Mapping[str, Part], longest: int) -> tuple[Rows, dict[str, Array]]:  # noqa: ANN401
    """Return the rows of all parts, and the numbers of each part's rows."""
    rows, numbers = Rows(), {}
    for name, part in parts.items():
        first = len(rows.inputs)
        _add(rows, tokenizer, part, longest)
        numbers[name] = np.arange(first, len(rows.inputs))
    return rows, numbers


def _add(rows: Rows, tokenizer: Any, part: Part, longest: int) -> None:  # noqa: ANN401
    examples, count = part.examples, len(part.examples.texts)
    found = tokenizer(
        examples.titles,
        examples.texts,
        truncation="longest_first",
        max_length=longest,
        return_token_type_ids=True,
        return_offsets_mapping=True,
    )
    targets = None if part.head else examples.targets()
    weights = None if part.head else examples.weights()
    for i in range(count):
        rows.inputs.append({key: found[key][i] for key in INPUTS})
        rows.news.append(examples.news)
        rows.stance.append(None if targets is None else targets[i])
        rows.weight.append(1.0 if weights is None else float(weights[i]))
        if part.head is None:
            rows.wording.append(None)
        else:
            share, label = examples.labels.mean(), float(examples.labels[i])
            balanced = label * 0.5 / share + (1 - label) * 0.5 / (1 - share)
            rows.wording.append((WORDING.index(part.head), label * (1 - SMOOTHING) + SMOOTHING / 2, balanced))
        if part.spoken is None:
            rows.tags.append(None)
            rows.cues.append(None)
            rows.without.append(None)
        else:
            offsets = [
                at if segment == 1 else None
                for at, segment in zip(found["offset_mapping"][i], found.sequence_ids(i), strict=True)
            ]
            tags, cues = tagged(offsets, part.spoken[i])
            rows.tags.append(tags)
            rows.cues.append(cues)
            rows.without.append(part.spoken[i].without)


def tagged(offsets: Sequence[Extent | None], said: Spoken) -> tuple[Array, Array]:
    """Return each token's tag and whether it is of a cue; -1 for tokens that are none of the sentence."""
    tags = np.full(len(offsets), -1)
    cues = np.full(len(offsets), -1)
    for k, at in enumerate(offsets):
        if at is None:
            continue
        tags[k] = next((kind for extent, kind in said.sources if _touches(at, extent)), 0)
        cues[k] = any(_touches(at, extent) for extent in said.cues)
    return tags, cues


def _touches(at: Extent, extent: Extent) -> bool:
    return at[0] < extent[1] and extent[0] < at[1]


def joint_network(encoder: Any) -> Any:  # noqa: ANN401 - torch modules
    """Return the heads upon an encoder (a stance network that was tuned before): all of them over the same states."""
    import torch

    class Joint(torch.nn.Module):  # type: ignore[misc]
        """A batch of sentences beside their contexts in, the scores of each head out."""

        def __init__(self) -> None:
            super().__init__()
            width = encoder.encoder.config.hidden_size
            self.encoder, self.scores, self.dropout = encoder.encoder, encoder.scores, encoder.dropout
            self.tags = torch.nn.Linear(width, len(TAGS) + 1)
            self.sentence = torch.nn.Linear(width, len(WORDING) + len(WITHOUT_WORDS))
            with torch.no_grad():  # most tokens are of nothing: begin there
                self.tags.bias[0], self.tags.bias[-1] = 4.0, -4.0

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any = None) -> Any:  # noqa: ANN401, ARG002
            """Return stance, wording and what has no words (a row a sentence), tags and cue (a row a token)."""
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            whole = self.dropout(pooled(states, attention_mask))
            return self.scores(whole), self.sentence(whole), self.tags(self.dropout(states))

    return Joint()


def tune_jointly(
    net: Any,  # noqa: ANN401
    rows: Rows,
    passes: Sequence[Array],
    settings: dict[str, Any],
    rng: np.random.Generator,
    kept: Any = None,  # noqa: ANN401
) -> None:
    """Tune all heads on the rows of each pass."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as binary
    from torch.nn.functional import cross_entropy

    share = settings["weights"]

    def loss_of(chosen: Array) -> Any:  # noqa: ANN401 - a tensor
        inputs = pad([rows.inputs[i] for i in chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            stance, sentence, tags = (scores.float() for scores in net(**inputs))
        total = torch.zeros(())
        own = [k for k, i in enumerate(chosen) if rows.stance[i] is not None]
        if own:
            closed = torch.tensor([rows.news[chosen[k]] for k in own])[:, None] & (torch.arange(len(STANCES)) == MIXED)
            log = torch.log_softmax(stance[own].masked_fill(closed, -1e4), 1)
            targets = torch.tensor(np.array([rows.stance[chosen[k]] for k in own]), dtype=torch.float32)
            weight = torch.tensor([rows.weight[chosen[k]] for k in own])
            total = total - (weight * (targets * log.masked_fill(closed, 0)).sum(1)).sum()
        worded = [k for k, i in enumerate(chosen) if rows.wording[i] is not None]
        if worded:
            head, label, weight = (torch.tensor(x) for x in zip(*(rows.wording[chosen[k]] for k in worded)))
            scores = sentence[worded, head]
            total = total + share["wording"] * binary(scores, label.float(), weight.float(), reduction="sum")
        said = [k for k, i in enumerate(chosen) if rows.tags[i] is not None]
        if said:
            without = torch.tensor([rows.without[chosen[k]] for k in said]).float()
            total = total + share["without"] * binary(sentence[said][:, len(WORDING) :], without, reduction="sum")
            length = inputs["input_ids"].shape[1]
            wanted = torch.full((len(said), length), -1)
            cue = torch.full((len(said), length), -1)
            for row, k in enumerate(said):
                found = rows.tags[chosen[k]]
                wanted[row, : len(found)] = torch.tensor(found)
                cue[row, : len(found)] = torch.tensor(rows.cues[chosen[k]])
            of_source, of_cue = tags[said][..., : len(TAGS)], tags[said][..., len(TAGS)]
            inside = wanted >= 0
            every = inside.sum(1).clamp(min=1)[:, None].expand_as(inside)[inside]
            each = cross_entropy(of_source[inside], wanted[inside], reduction="none")
            each = each + binary(of_cue[inside], cue[inside].float(), reduction="none")
            total = total + share["tags"] * (each / every.sqrt()).sum()
        return total / len(chosen)

    net.train()
    descend(net, np.array([len(row["input_ids"]) for row in rows.inputs]), passes, settings, rng, loss_of, kept)


def passage_examples(passages: Sequence[Row]) -> tuple[Examples, list[Spoken]]:
    """Return the sentences of passages in the gold format, read in their passage, and their attributions."""
    from analyzer.train.stance.data import gold_examples

    return gold_examples(passages, context=True), [one for passage in passages for one in spoken(passage)]


__all__ = ["TAGS", "WITHOUT_WORDS", "Part", "Rows", "Spoken", "beside", "joint_network", "rows_of", "tune_jointly"]
