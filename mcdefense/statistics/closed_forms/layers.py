"""Layered defence.

Each layer covers a share of the threats, drawn independently, and fires at what survived before.
Survivors stay binomial at every layer and layers commute. Source: W. Nunn et al., "Analysis of a
Layered Defense Model", Operations Research 30(3):595.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mcdefense.statistics.closed_forms import distribution


class Layer(NamedTuple):
    """Share of threats covered, single-shot kill probability, shots at each threat covered."""

    cover: float
    kill: float
    shots: int

    @property
    def leak_probability(self) -> float:
        """Probability that a threat passes this layer."""
        return 1 - self.cover * (1 - (1 - self.kill) ** self.shots)


def leak_probability(layers: Sequence[Layer]) -> float:
    """Probability that a threat passes all layers."""
    return float(np.prod([layer.leak_probability for layer in layers]))


def leakers(threats: int, layers: Sequence[Layer]) -> np.ndarray:
    """Distribution Bin(W, L) of the leakers."""
    return distribution.binomial(threats, leak_probability(layers))


def rounds_by_layer(threats: int, layers: Sequence[Layer]) -> list[float]:
    """Expected rounds of each layer, in order."""
    return [
        threats * layer.cover * layer.shots * leak_probability(layers[:i])
        for i, layer in enumerate(layers)
    ]
