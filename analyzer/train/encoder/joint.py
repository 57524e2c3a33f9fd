"""Tuning one encoder for all that is read of a sentence: stance, wording, and, piece by piece, sources and cues."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder.reading import TAGS, WITHOUT_WORDS, WORDING
from analyzer.train.encoder.network import pooled
from analyzer.train.encoder.parts import Rows
from analyzer.train.encoder.tuning import MIXED, Array, descend, pad
from analyzer.vocabulary import STANCES


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

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any = None) -> Any:  # noqa: ANN401
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
    kept: Path | None = None,
) -> None:
    """Tune all heads on the rows of each pass; ``settings`` has the ``weights`` of what is not stance in the loss."""
    import torch

    share = settings["weights"]

    def loss_of(chosen: Array) -> Any:  # noqa: ANN401 - a tensor
        inputs = pad([rows.inputs[i] for i in chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            stance, sentence, tags = (scores.float() for scores in net(**inputs))
        total = _of_stance(rows, chosen, stance) + share["wording"] * _of_wording(rows, chosen, sentence)
        said = [k for k, i in enumerate(chosen) if rows.tags[i] is not None]
        if said:
            own = chosen[said]
            total = total + share["without"] * loss_without_words(rows, own, sentence[said][:, len(WORDING) :])
            total = total + share["tags"] * loss_of_tags(rows, own, tags[said])
        return total / len(chosen)

    net.train()
    descend(net, np.array([len(row["input_ids"]) for row in rows.inputs]), passes, settings, rng, loss_of, kept)


def _of_stance(rows: Rows, chosen: Array, scores: Any) -> Any:  # noqa: ANN401 - tensors
    """Return the loss of those of a batch that have a stance; news rows know no "mixed"."""
    import torch

    own = [k for k, i in enumerate(chosen) if rows.stance[i] is not None]
    if not own:
        return torch.zeros(())
    closed = torch.tensor([rows.news[chosen[k]] for k in own])[:, None] & (torch.arange(len(STANCES)) == MIXED)
    log = torch.log_softmax(scores[own].masked_fill(closed, -1e4), 1)
    targets = torch.tensor(np.array([rows.stance[chosen[k]] for k in own]), dtype=torch.float32)
    weight = torch.tensor([rows.weight[chosen[k]] for k in own])
    return -(weight * (targets * log.masked_fill(closed, 0)).sum(1)).sum()


def _of_wording(rows: Rows, chosen: Array, scores: Any) -> Any:  # noqa: ANN401 - tensors
    """Return the loss of those that are labelled for how they are worded, each by its own head."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as binary

    own = [(k, worded) for k, i in enumerate(chosen) if (worded := rows.wording[i]) is not None]
    if not own:
        return torch.zeros(())
    found = scores[[k for k, _ in own], [head for _, (head, _, _) in own]]
    label, weight = (torch.tensor([worded[column] for _, worded in own]) for column in (1, 2))
    return binary(found, label, weight, reduction="sum")


def loss_without_words(rows: Rows, own: Array, scores: Any) -> Any:  # noqa: ANN401 - tensors
    """Return the loss of what rows have without a word for it; ``scores`` are those of :data:`WITHOUT_WORDS`."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as binary

    without = torch.tensor([rows.without[i] for i in own]).float()
    return binary(scores, without, reduction="sum")


def loss_of_tags(rows: Rows, own: Array, tags: Any) -> Any:  # noqa: ANN401 - tensors
    """Return the loss of the pieces: a sentence counts as the square root of its length."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as binary
    from torch.nn.functional import cross_entropy

    wanted, cue = (torch.full(tags.shape[:2], -1) for _ in range(2))
    for row, i in enumerate(own):
        of_source, of_cue = rows.tags[i], rows.cues[i]
        if of_source is not None and of_cue is not None:
            wanted[row, : len(of_source)], cue[row, : len(of_cue)] = torch.tensor(of_source), torch.tensor(of_cue)
    inside = wanted >= 0
    length = inside.sum(1).clamp(min=1)[:, None].expand_as(inside)[inside]
    each = cross_entropy(tags[..., : len(TAGS)][inside], wanted[inside], reduction="none")
    each = each + binary(tags[..., len(TAGS)][inside], cue[inside].float(), reduction="none")
    return (each / length.sqrt()).sum()
