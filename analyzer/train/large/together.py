"""Tuning the network on stretches: sentences that follow each other in a section, read together as they are in use.

A stretch's sentences are labelled each by itself; where nobody has labelled them, they are learnt as networks of
earlier runs judge them (Hinton et al. 2015), whose mean is better than each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder.context import ROOM, together
from analyzer.annotate.encoder.reading import TAGS
from analyzer.annotate.encoder.session import Laid, Stretch, batches_of_stretches, laid_out
from analyzer.train.encoder.joint import loss_of_sentences
from analyzer.train.encoder.parts import Part, Rows, tagged
from analyzer.train.encoder.tuning import Array, Examples, descend

_LEAST_ROOM = 24  # pieces: some sentences are read alone in training, too
_WORDS = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Heard:
    """What networks make of a sentence: probabilities of the stances, and of tags and cues piece by piece."""

    stance: Array
    tags: Array
    cues: Array


@dataclass
class Sentences:
    """A part as stretches are drawn from it, with what each sentence's heads are to say."""

    part: Part
    heard: Sequence[Heard] | None = None
    runs: list[range] = field(init=False)
    words: list[int] = field(init=False)

    def __post_init__(self) -> None:
        examples = self.part.examples
        self.runs = runs_of(examples)
        self.words = [len(_WORDS.findall(text)) for text in examples.texts]
        self._targets, self._weights = examples.targets(), examples.weights()
        if self.heard is not None:
            self._targets, self._weights = np.array([one.stance for one in self.heard]), np.ones(len(self.words))

    def stretches(self, rng: np.random.Generator | None = None) -> list[range]:
        """Return all sentences in stretches, of as many as find room, or with ``rng`` of one to so many."""
        found = []
        for run in self.runs:
            at = run.start
            while at < run.stop:
                room = ROOM if rng is None else int(rng.integers(_LEAST_ROOM, ROOM + 1))
                first = together([""] * (run.stop - at), self.words[at : run.stop], room)[0]
                found.append(range(at, at + len(first)))
                at += len(first)
        return found

    def drawn(self, share: float, rng: np.random.Generator) -> list[range]:
        """Return the stretches of a pass: all of them as often as the share says, and a part of them for the rest."""
        whole, rest = divmod(share, 1.0)
        found = [stretch for _ in range(int(whole)) for stretch in self.stretches(rng)]
        more = self.stretches(rng)
        return found + [more[i] for i in rng.permutation(len(more))[: round(rest * len(more))]]

    def asked(self, stretch: range) -> Stretch:
        """Return a stretch as the network takes it."""
        examples = self.part.examples
        return Stretch([examples.titles[i] for i in stretch], [examples.texts[i] for i in stretch])

    def add(self, rows: Rows, stretch: range, laid: Laid) -> None:
        """Add what the heads are to say of a stretch's sentences."""
        spoken = self.part.spoken
        for number, extents in zip(stretch, laid.extents, strict=True):
            rows.stance.append(self._targets[number])
            rows.weight.append(float(self._weights[number]))
            rows.news.append(self.part.examples.news)
            rows.wording.append(None)
            tags = None if spoken is None else tagged([(int(a), int(b)) for a, b in extents], spoken[number])
            rows.tags.append(None if tags is None else tags[0])
            rows.cues.append(None if tags is None else tags[1])
            rows.without.append(None if spoken is None else spoken[number].without)
            rows.heard.append(None if self.heard is None else (self.heard[number].tags, self.heard[number].cues))


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


def tune_together(
    net: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401 - of the library that the shipped network's texts go through
    parts: Mapping[str, Sentences],
    settings: dict[str, Any],
    rng: np.random.Generator,
    kept: Path | None = None,
) -> None:
    """Tune all heads on a pass over stretches of the parts, of each the share that ``settings`` name."""
    import torch

    drawn = [(parts[name], one) for name, share in settings["shares"].items() for one in parts[name].drawn(share, rng)]
    share = settings["weights"]

    def loss_of(chosen: Array) -> Any:  # noqa: ANN401 - a tensor
        laid = laid_out(tokenizer, [drawn[i][0].asked(drawn[i][1]) for i in chosen])
        total, rows = torch.zeros(()), Rows()
        for own, inputs in batches_of_stretches(laid):
            first = len(rows.stance)
            for at in own:
                drawn[chosen[at]][0].add(rows, drawn[chosen[at]][1], laid[at])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = net(**as_tensors(inputs))
            sentences = _by_sentence([scores.float() for scores in found], [laid[at] for at in own])
            total = total + loss_of_sentences(rows, np.arange(first, len(rows.stance)), sentences, share)
        return total / len(rows.stance)

    net.train()
    lengths = np.array([sum(part.words[i] for i in stretch) for part, stretch in drawn])
    descend(net, lengths, [np.arange(len(drawn))], settings, rng, loss_of, kept)


def _by_sentence(found: Sequence[Any], laid: Sequence[Laid]) -> tuple[Any, Any, Any]:
    """Return what the heads say of a batch of stretches, a row a sentence; tags are filled up behind its pieces."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    stance, sentence, tags = found
    places = [(row, k, *place) for row, own in enumerate(laid) for k, place in enumerate(own.places)]
    rows, numbers = (torch.tensor([place[column] for place in places]) for column in (0, 1))
    of_pieces = pad_sequence([tags[row, start:end] for row, _, start, end in places], batch_first=True)
    return stance[rows, numbers], sentence[rows, numbers], of_pieces


def as_tensors(inputs: Mapping[str, Array]) -> dict[str, Any]:
    """Return a network's inputs as torch takes them."""
    import torch

    return {name: torch.tensor(values) for name, values in inputs.items()}


def heard_by(nets: Sequence[tuple[Any, bool]], tokenizer: Any, part: Part) -> list[Heard]:  # noqa: ANN401
    """Return the mean of what networks make of a part's sentences; the flag tells whether each reads stretches."""
    sentences = Sentences(part)
    alone = [range(i, i + 1) for i in range(len(part.examples.texts))]
    logs = [_heads(net, tokenizer, sentences, sentences.stretches() if reads else alone) for net, reads in nets]
    found = []
    for of_each in zip(*logs, strict=True):
        stance, tags, cues = (sum(own[k] for own in of_each) / len(of_each) for k in range(3))
        found.append(Heard(_softmax(stance), _softmax(tags), 1 / (1 + np.exp(-cues))))
    return found


def _heads(
    net: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401
    sentences: Sentences,
    stretches: Sequence[range],
) -> Iterator[tuple[Array, Array, Array]]:
    """Yield for each sentence the logarithms of its stances' and its tags' probabilities, and the log odds of cues."""
    import torch

    laid = laid_out(tokenizer, [sentences.asked(stretch) for stretch in stretches])
    found: dict[int, tuple[Array, Array, Array]] = {}
    net.eval()
    for own, inputs in batches_of_stretches(laid):
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            scores, _, tags = (out.float().numpy() for out in net(**as_tensors(inputs)))
        for row, at in enumerate(own):
            for k, (number, (start, end)) in enumerate(zip(stretches[at], laid[at].places, strict=True)):
                of_tags = tags[row, start:end]
                sides = scores[row, k]
                found[number] = (
                    sides - np.logaddexp.reduce(sides),
                    of_tags[:, : len(TAGS)] - np.logaddexp.reduce(of_tags[:, : len(TAGS)], axis=1, keepdims=True),
                    of_tags[:, len(TAGS)],
                )
    yield from (found[number] for number in range(len(sentences.words)))


def _softmax(logs: Array) -> Array:
    shares = np.exp(logs - np.logaddexp.reduce(logs, axis=-1, keepdims=True))
    found: Array = shares.astype(np.float32)
    return found
