"""What one encoder learns all its heads from: sentences in context with the labels that each part has.

Each row trains the heads that it has labels for; a sentence is read once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analyzer.annotate.encoder.reading import TAGS
from analyzer.annotate.encoder.session import INPUTS
from analyzer.train.encoder.tuning import Array, Encoded, Examples

Extent = tuple[int, int]


@dataclass(frozen=True)
class Spoken:
    """The attributions of a sentence: sources with their types and cues as characters, and what has no words."""

    sources: tuple[tuple[Extent, int], ...] = ()
    cues: tuple[Extent, ...] = ()
    without: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class Part:
    """Sentences of one origin with the labels that it has: their stances, and where known who speaks."""

    examples: Examples
    spoken: Sequence[Spoken] | None = None


@dataclass
class Rows:
    """All parts as the network's inputs and targets, a row a sentence."""

    inputs: list[Encoded] = field(default_factory=list)
    tags: list[Array | None] = field(default_factory=list)  # for each token its tag, -1 outside the sentence
    cues: list[Array | None] = field(default_factory=list)
    without: list[tuple[bool, bool] | None] = field(default_factory=list)
    stance: list[Array] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    news: list[bool] = field(default_factory=list)


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
    targets, weights = examples.targets(), examples.weights()
    for i in range(count):
        rows.inputs.append({key: found[key][i] for key in INPUTS})
        rows.news.append(examples.news)
        rows.stance.append(targets[i])
        rows.weight.append(float(weights[i]))
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


def joined(parts: Sequence[Part]) -> Part:
    """Return parts that all have stances and attributions as one."""
    return Part(
        Examples(
            [title for part in parts for title in part.examples.titles],
            [text for part in parts for text in part.examples.texts],
            np.concatenate([part.examples.labels for part in parts]),
        ),
        [one for part in parts for one in part.spoken or ()],
    )


def chosen(part: Part, rows: Sequence[int]) -> Part:
    """Return the sentences of these numbers."""
    examples = part.examples
    soft = None if examples.soft is None else examples.soft[list(rows)]
    titles, texts = [examples.titles[i] for i in rows], [examples.texts[i] for i in rows]
    own = Examples(titles, texts, examples.labels[list(rows)], examples.news, soft)
    return Part(own, None if part.spoken is None else [part.spoken[i] for i in rows])


def type_priors(parts: Mapping[str, Part], shares: Mapping[str, float]) -> dict[str, float]:
    """Return by type of source the log ratio of its frequency in gold passages to that in all that is learnt from.

    ``shares`` tells how much of each part that is.
    """
    counts = {
        name: np.bincount([kind for one in part.spoken for _, kind in one.sources], minlength=len(TAGS))[1:]
        for name, part in parts.items()
        if part.spoken is not None
    }
    learnt = sum(share * counts[name] for name, share in shares.items() if name in counts)
    ratio = np.log(counts["gold"] / counts["gold"].sum()) - np.log(learnt / np.sum(learnt))
    return {name: round(float(value), 4) for name, value in zip(TAGS[1:], ratio, strict=True)}
