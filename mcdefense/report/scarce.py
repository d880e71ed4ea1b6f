"""Scarce rounds that cheaper threats used up, by the counts of a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mcdefense.report.numbers import short
from mcdefense.report.reading import Reading
from mcdefense.statistics.axes import OUTCOMES

_MUCH = 0.1
"""Part of a round's kind that must have gone at cheaper threats to be spoken of."""


def scarce_rounds(reading: Reading) -> Iterator[str]:
    """A warning for every architecture and class that leaked for want of rounds of the one kind
    that was ever fired at it, while some of these went at cheaper live threats.

    That is, in the counts: live threats of the class with the outcome `no_magazine`; one
    interceptor alone with rounds fired at the class; a battery that ran out of it, or refused a
    launch for want of rounds; and a tenth of its rounds or more fired at live classes of lower
    cost than the class and than the round.
    """
    tally = reading.result.tally
    axes = tally.axes
    fired = tally["rounds_fired"].sum(axis=1)  # [A, C, I] below
    fired = np.moveaxis(fired, 1, 2)
    wanting = tally["outcome"][:, :, OUTCOMES.index("no_magazine")]
    for a, c in np.argwhere(wanting > 0).tolist():
        used = np.flatnonzero(fired[a, c])
        if used.size != 1:
            continue
        i = int(used[0])
        holders = tally["rounds_loaded"][a, :, i] > 0
        if not (tally["emptied"][a, :, i].any() or tally["denied"][a][holders].any()):
            continue
        cheap = [d for d in reading.live_classes if _is_cheap(reading, i, d, c)]
        spent = float(fired[a, cheap, i].sum()) if cheap else 0.0
        if spent < _MUCH * float(fired[a, :, i].sum()) or not spent:
            continue
        others = ", ".join(axes.threat_class[d] for d in cheap if fired[a, d, i])
        leaked = short(float(wanting[a, c]) / reading.trials)
        share = short(100 * spent / float(fired[a, :, i].sum()))
        yield (
            f"{axes.architecture[a]}: {leaked} {axes.threat_class[c]} a raid leaked for want of "
            f"rounds, which only {axes.interceptor[i]} engages, while {share} % of its rounds went "
            f"at {others}: a reserve would keep some"
        )


def _is_cheap(reading: Reading, interceptor: int, one: int, other: int) -> bool:
    """Whether one class costs less than another, and than the round that is fired at it."""
    axes = reading.result.tally.axes
    costs = reading.threat_costs
    first, second = (costs.get(axes.threat_class[c], 1.0) for c in (one, other))
    return first < min(second, reading.interceptor_costs.get(axes.interceptor[interceptor], 1.0))
