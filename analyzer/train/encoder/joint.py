"""Tuning one encoder for all that is read of a sentence: stance, wording, and, piece by piece, sources and cues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analyzer.annotate.encoder.reading import TAGS, WITHOUT_WORDS, WORDING
from analyzer.train.encoder.parts import Rows
from analyzer.train.encoder.tuning import MIXED, Array
from analyzer.vocabulary import STANCES


def joint_network(encoder: Any) -> Any:  # noqa: ANN401 - torch modules
    """Return the heads upon an encoder (a stance network that was tuned before): all of them over the same states."""
    import torch

    class Joint(torch.nn.Module):  # type: ignore[misc]
        """A batch of stretches in, the scores of each head out."""

        def __init__(self) -> None:
            super().__init__()
            width = encoder.encoder.config.hidden_size
            self.encoder, self.scores, self.dropout = encoder.encoder, encoder.scores, encoder.dropout
            self.tags = torch.nn.Linear(width, len(TAGS) + 1)
            self.sentence = torch.nn.Linear(width, len(WORDING) + len(WITHOUT_WORDS))
            with torch.no_grad():  # most tokens are of nothing: begin there
                self.tags.bias[0], self.tags.bias[-1] = 4.0, -4.0

        def forward(self, input_ids: Any, attention_mask: Any, shares: Any) -> Any:  # noqa: ANN401
            """Return stance, wording and what has no words (a row a sentence), tags and cue (a row a token)."""
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            whole = self.dropout(shares.to(states.dtype) @ states)
            return self.scores(whole), self.sentence(whole), self.tags(self.dropout(states))

    return Joint()


def loss_of_sentences(rows: Rows, chosen: Array, scores: tuple[Any, Any, Any], share: Mapping[str, float]) -> Any:  # noqa: ANN401
    """Return the sum of the losses of all heads for these rows, from what the heads say of them.

    ``share`` has the weights of what is not stance.
    """
    stance, sentence, tags = scores
    total = _of_stance(rows, chosen, stance)
    said = [k for k, i in enumerate(chosen) if rows.tags[i] is not None]
    if said:
        own = chosen[said]
        total = total + share["without"] * loss_without_words(rows, own, sentence[said][:, len(WORDING) :])
        total = total + share["tags"] * loss_of_tags(rows, own, tags[said])
    return total


def _of_stance(rows: Rows, chosen: Array, scores: Any) -> Any:  # noqa: ANN401 - tensors
    """Return the loss of stance; news rows know no "mixed"."""
    import torch

    closed = torch.tensor([rows.news[i] for i in chosen])[:, None] & (torch.arange(len(STANCES)) == MIXED)
    log = torch.log_softmax(scores.masked_fill(closed, -1e4), 1)
    targets = torch.tensor(np.array([rows.stance[i] for i in chosen]), dtype=torch.float32)
    weight = torch.tensor([rows.weight[i] for i in chosen])
    return -(weight * (targets * log.masked_fill(closed, 0)).sum(1)).sum()


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
