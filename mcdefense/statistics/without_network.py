"""Leakers in trials without the network, of which a run has few of its own.

An architecture whose network is lost from the start lets through what its fallback lets through on
the same luck (rule 26, `fallback`), and the run replays the fallback in every trial. So all trials
say what a trial without the network is like, not only those in which it was lost: of the main
example's, one in twenty.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from mcdefense.statistics.sample import Sample

NO_FALLBACKS: Mapping[str, str] = MappingProxyType({})
NOTHING_FIRED = "none"
"""In the place of a fallback: without its network nobody fires, and every threat leaks."""


def without_network(
    sample: Sample, fallbacks: Mapping[str, str] = NO_FALLBACKS
) -> tuple[np.ndarray, np.ndarray]:
    """Leakers [W, A] without the network, and the trials [W, A] that say so; float64.

    `fallbacks` name what is replayed in an architecture's place; of the others, and where the
    network was never lost in the run, only trials in which it was lost are counted.
    """
    leakers = sample["leakers_network_lost"][..., -1].astype(np.float64)
    trials = sample["network_lost"].astype(np.float64)
    names = sample.axes.architecture
    for name, fallback in fallbacks.items():
        a = names.index(name)
        if not trials[:, a].any():
            continue
        if fallback == NOTHING_FIRED:
            leakers[:, a] = sample["live"].sum(axis=-1)
        else:
            leakers[:, a] = sample["leaked"][:, names.index(fallback), -1]
        trials[:, a] = sample["trials"]
    return leakers, trials
