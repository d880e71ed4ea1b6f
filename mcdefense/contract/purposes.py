"""What a draw is for: part of its counter, and the turning of probabilities into limits."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Purpose(IntEnum):
    """Purposes of the draws of a trial; numbers are part of the results' identity."""

    KILL = 0
    DEAD_CALLED_ALIVE = 1
    LIVE_CALLED_DEAD = 2
    TRACK = 3
    PRESENT = 4
    CALLED = 5
    ASSIGN = 6
    DAMAGE = 7
    CHOICE = 8
    COIN = 9
    NETWORK = 10
    LINK = 11
    ONSET = 12


def limit(probability: ArrayLike) -> NDArray[np.int32]:
    """The highest 31-bit draw that succeeds with `probability`: floor(p * 2**31) - 1; -1 never."""
    scaled = np.floor(np.asarray(probability, np.float64) * 2.0**31)
    if not np.all((scaled >= 0) & (scaled <= 2.0**31)):
        raise ValueError(f"a probability outside [0, 1]: {probability!r}")
    return np.asarray(scaled.astype(np.int64) - 1, np.int32)
