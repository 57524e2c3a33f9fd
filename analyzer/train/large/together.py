"""Tuning the network on stretches: sentences that follow each other in a section, read together as they are in use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder import Reader, Stretch
from analyzer.annotate.encoder.context import ROOM, together
from analyzer.annotate.encoder.reading import among_others, in_doubt
from analyzer.annotate.encoder.session import Laid, inputs_of, laid_out
from analyzer.linear import Matrix, log_softmax
from analyzer.train.encoder.joint import loss_of_sentences
from analyzer.train.encoder.parts import Part, Rows, tagged
from analyzer.train.encoder.tuning import Array, Examples, descend

LEAST_ROOM = 64  # pieces of the smallest stretches in training
AT_ONCE = 8192  # pieces that are read at once in training
_WORDS = re.compile(r"\w+|[^\w\s]")


@dataclass
class Sentences:
    """A part as stretches are drawn from it, with what each sentence's heads are to say."""

    part: Part
    words: list[int] = field(init=False)

    def __post_init__(self) -> None:
        examples = self.part.examples
        self.words = [len(_WORDS.findall(text)) for text in examples.texts]
        self._runs = runs_of(examples)
        self._targets, self._weights = examples.targets(), examples.weights()

    def stretches(self, rng: np.random.Generator | None = None) -> list[range]:
        """Return all sentences in stretches, of as many as find room, or with ``rng`` in less room, by chance."""
        found = []
        for run in self._runs:
            at = run.start
            while at < run.stop:
                room = ROOM if rng is None else int(rng.integers(LEAST_ROOM, ROOM + 1))
                first = together([""] * (run.stop - at), self.words[at : run.stop], room)[0]
                found.append(range(at, at + len(first)))
                at += len(first)
        return found

    def drawn(self, share: float, alone: float, rng: np.random.Generator) -> list[range]:
        """Return the stretches of a pass: all of them as often as the share says, and a part of them for the rest.

        Of the sentences a part is read ``alone``.
        """
        whole, rest = divmod(share, 1.0)
        found = [stretch for _ in range(int(whole)) for stretch in self._some_alone(alone, rng)]
        more = self._some_alone(alone, rng)
        return found + [more[i] for i in rng.permutation(len(more))[: round(rest * len(more))]]

    def _some_alone(self, alone: float, rng: np.random.Generator) -> list[range]:
        found: list[range] = []
        for stretch in self.stretches(rng):
            found += [range(i, i + 1) for i in stretch] if rng.random() < alone else [stretch]
        return found

    def asked(self, stretch: range) -> Stretch:
        """Return a stretch as the network takes it."""
        examples = self.part.examples
        return Stretch(examples.titles[stretch.start], [examples.texts[i] for i in stretch])

    def add(self, rows: Rows, stretch: range, laid: Laid) -> None:
        """Add what the heads are to say of a stretch's sentences."""
        spoken = self.part.spoken
        for number, extents in zip(stretch, laid.extents, strict=True):
            rows.stance.append(self._targets[number])
            rows.weight.append(float(self._weights[number]))
            rows.news.append(self.part.examples.news)
            tags = None if spoken is None else tagged([(int(a), int(b)) for a, b in extents], spoken[number])
            rows.tags.append(None if tags is None else tags[0])
            rows.cues.append(None if tags is None else tags[1])
            rows.without.append(None if spoken is None else spoken[number].without)


def runs_of(examples: Examples) -> list[range]:
    """Return the sentences that follow each other: what is read beside one ends with the sentence before it."""
    titles, texts = examples.titles, examples.texts
    found: list[range] = []
    for i, title in enumerate(titles):
        head, mark, previous = (title, "", "") if not i else title.rpartition(f": {texts[i - 1]}")
        follows = bool(mark) and not previous and titles[found[-1].start].startswith(head)
        if follows:
            found[-1] = range(found[-1].start, i + 1)
        else:
            found.append(range(i, i + 1))
    return found


def read_together(reader: Reader, examples: Examples) -> Matrix:
    """Return the log-probabilities of the stances of sentences, read as in articles."""
    stretches, beside, texts = Sentences(Part(examples)).stretches(), examples.titles, examples.texts
    found = log_softmax(reader.read([Stretch(head, [text]) for head, text in zip(beside, texts, strict=True)]).stance)
    doubtful = in_doubt(found, stretches)
    found[doubtful] = (found[doubtful] + among_others(reader, stretches, doubtful, beside, texts)) / 2
    return found


def tune_together(
    net: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401 - of the library that the shipped network's texts go through
    parts: Mapping[str, Part],
    settings: dict[str, Any],
    rng: np.random.Generator,
    kept: Path | None = None,
) -> None:
    """Tune all heads on a pass over stretches of the parts, of each the share that ``settings`` name."""
    import torch

    known = {name: Sentences(parts[name]) for name in settings["shares"]}
    shares, alone, weight = settings["shares"].items(), settings["alone"], settings["weights"]
    drawn = [(known[name], one) for name, share in shares for one in known[name].drawn(share, alone, rng)]

    def loss_of(chosen: Array) -> Any:  # noqa: ANN401 - a tensor
        laid = laid_out(tokenizer, [drawn[i][0].asked(drawn[i][1]) for i in chosen])
        total, rows = torch.zeros(()), Rows()
        for own in _batches(laid):
            first = len(rows.stance)
            for at in own:
                drawn[chosen[at]][0].add(rows, drawn[chosen[at]][1], laid[at])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = net(**as_tensors([laid[at] for at in own]))
            sentences = _by_sentence([scores.float() for scores in found], [laid[at] for at in own])
            total = total + loss_of_sentences(rows, np.arange(first, len(rows.stance)), sentences, weight)
        return total / len(rows.stance)

    net.train()
    lengths = np.array([sum(part.words[i] for i in stretch) for part, stretch in drawn])
    descend(net, lengths, [np.arange(len(drawn))], settings, rng, loss_of, kept)


def _batches(laid: Sequence[Laid]) -> list[list[int]]:
    """Return stretches of like length, by number, that are read at once."""
    order, found = sorted(range(len(laid)), key=lambda i: len(laid[i].ids)), []
    while order:
        count = max(1, AT_ONCE // len(laid[order[-1]].ids))
        found.append(order[-count:])
        order = order[:-count]
    return found


def as_tensors(laid: Sequence[Laid]) -> dict[str, Any]:
    """Return a network's inputs for stretches."""
    import torch

    return {name: torch.tensor(array) for name, array in inputs_of(laid).items()}


def _by_sentence(found: Sequence[Any], laid: Sequence[Laid]) -> tuple[Any, Any, Any]:
    """Return what the heads say of a batch of stretches, a row a sentence; tags are filled up behind its pieces."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    stance, sentence, tags = found
    places = [(row, k, *place) for row, own in enumerate(laid) for k, place in enumerate(own.places)]
    rows, numbers = (torch.tensor([place[column] for place in places]) for column in (0, 1))
    of_pieces = pad_sequence([tags[row, start:end] for row, _, start, end in places], batch_first=True)
    return stance[rows, numbers], sentence[rows, numbers], of_pieces
