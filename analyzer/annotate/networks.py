"""Small networks of one hidden layer over a row of figures, several that are asked together: their mean counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from analyzer.linear import Array, Matrix, logistic_of, softmax
from analyzer.modelstore import Shape

CLIP = 5.0  # deviations from the mean beyond which a figure says no more
_BLOCK = 256  # rows multiplied at once: few enough that no BLAS starts threads, which cost more than they save here


@dataclass(frozen=True)
class Networks:
    """The scaling of the figures, and each member's layers: weights and bias of its units (ReLU) and of what they give.

    That is the log odds of one class, where the last weights are a row and their bias is a number, or scores of
    several classes, a column each.
    """

    mean: Array
    deviation: Array
    layers: tuple[tuple[Array, Array, Array, Array | float], ...]
    clip: float = CLIP

    @staticmethod
    def shapes(figures: int, members: int, classes: int | None = None) -> dict[str, Shape]:
        """Return the shapes of the arrays, for rows of so many figures; without ``classes`` there is one."""
        given: Shape = () if classes is None else (classes,)
        found: dict[str, Shape] = {"mean": (figures,), "deviation": (figures,)}
        for k in range(members):
            found |= {f"hidden{k}": (figures, f"units{k}"), f"hidden_bias{k}": (f"units{k}",)}
            found |= {f"out{k}": (f"units{k}", *given), f"out_bias{k}": given}
        return found

    @classmethod
    def of(cls, arrays: Mapping[str, Any], members: int, clip: float = CLIP) -> Self:
        """Return the networks of a model's arrays."""
        layers = []
        for k in range(members):
            bias = arrays[f"out_bias{k}"]
            own = arrays[f"hidden{k}"], arrays[f"hidden_bias{k}"], arrays[f"out{k}"]
            layers.append((*own, bias if bias.ndim else float(bias.item())))
        return cls(arrays["mean"], arrays["deviation"], tuple(layers), clip)

    def arrays(self) -> dict[str, Any]:
        """Return the arrays by name, as :meth:`of` takes them."""
        found: dict[str, Any] = {"mean": self.mean, "deviation": self.deviation}
        for k, (hidden, hidden_bias, out, out_bias) in enumerate(self.layers):
            found |= {f"hidden{k}": hidden, f"hidden_bias{k}": hidden_bias, f"out{k}": out}
            found[f"out_bias{k}"] = np.asarray(out_bias, dtype=np.float32)
        return found

    def scaled(self, rows: Matrix) -> Matrix:
        """Return the rows as the networks read them."""
        found: Matrix = np.clip((rows - self.mean) / self.deviation, -self.clip, self.clip)
        return found

    def probabilities(self, rows: Matrix, block: int | None = _BLOCK) -> Matrix:
        """Return what the members make of the rows in the mean, not calibrated; without ``block`` of all at once."""
        x, size = self.scaled(rows), block or max(1, len(rows))
        blocks = [x[at : at + size] for at in range(0, len(x), size)]
        found = []
        for hidden, hidden_bias, out, out_bias in self.layers:
            likely = logistic_of if out.ndim == 1 else softmax
            found.append(
                np.concatenate([likely(np.maximum(x @ hidden + hidden_bias, 0.0) @ out + out_bias) for x in blocks])
            )
        mixed: Matrix = np.mean(found, axis=0)
        return mixed
