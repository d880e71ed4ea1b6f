"""Scarce rounds that cheaper threats used up, by the counts of a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mcdefense.report.numbers import short
from mcdefense.report.reading import Reading
from mcdefense.statistics import OUTCOMES

_MUCH = 0.1
"""Part of a round's kind that must have gone at cheaper threats to be spoken of."""
_PART = 0.05
"""Part of a class's leakers that must lack rounds to be spoken of, if they are no margin."""


def scarce_rounds(reading: Reading) -> Iterator[str]:
    """A warning for every class that leaked for want of rounds of the one kind that was ever
    fired at it, while some of these went at cheaper live threats.

    That is, in the counts of an architecture: live threats of the class with the outcome
    `no_magazine`, the margin a raid or more, or a twentieth of its leakers and more than a tenth of
    the margin; one interceptor alone that any architecture fired at the class (where none was,
    each that fits the rest); a battery that ran out of it, or refused a launch for want of rounds;
    and a tenth of its rounds or more fired at live classes of lower cost than the class and than
    the round. Told are those of the headline; only where it has none, the others.
    """
    axes = reading.result.tally.axes
    fired = reading.result.tally["rounds_fired"].sum(axis=1)  # [A, I, C]
    found: dict[tuple[int, int], dict[int, str]] = {}
    others: dict[tuple[int, int], dict[str, None]] = {}
    wanting = reading.result.tally["outcome"][:, :, OUTCOMES.index("no_magazine")]
    for a, c in np.argwhere(wanting > 0).tolist():
        if not _matters(reading, a, c, float(wanting[a, c])):
            continue
        answers = np.flatnonzero(fired[:, :, c].any(axis=0)).tolist()
        for i in answers or range(len(axes.interceptor)):
            cheap = [d for d in reading.live_classes if _is_cheap(reading, i, d, c)]
            spent, total = float(fired[a, i, cheap].sum()), float(fired[a, i].sum())
            if len(answers) > 1 or not spent or spent < _MUCH * total or not _short(reading, a, i):
                continue
            leaked = short(float(wanting[a, c]) / reading.trials)
            text = f"{axes.architecture[a]} {leaked} a raid, {short(100 * spent / total)} %"
            found.setdefault((c, i), {})[a] = text
            names = {axes.threat_class[d]: None for d in cheap if fired[a, i, d]}
            others.setdefault((c, i), {}).update(names)
    for (c, i), of in found.items():
        texts = [of[a] for a in reading.headline if a in of] or list(of.values())
        only = "the only round fired at it" if fired[:, i, c].any() else "with none fired at it"
        yield (
            f"{axes.threat_class[c]} leaked for want of {axes.interceptor[i]}, {only}, which "
            f"cheaper threats used up ({', '.join(others[c, i])}); leakers, and part of the rounds "
            f"that went so: {'; '.join(texts)}. A larger reserve keeps rounds "
            f"for it, which the others then lack: only a run with it tells whether fewer leak"
        )


def _matters(reading: Reading, a: int, c: int, wanting: float) -> bool:
    """Whether so many leakers of a class for want of rounds are the margin, or a fair part of its
    leakers that the margin does not dwarf."""
    lack, margin = wanting / reading.trials, reading.margin
    leaked = float(reading.result.tally["leaked"][:, a, c].sum()) / reading.trials
    return (lack >= _PART * leaked and lack > margin / 10) or 0 < margin <= lack


def _short(reading: Reading, a: int, i: int) -> bool:
    """Whether any battery ran out of an interceptor, or one that holds it refused a launch."""
    tally = reading.result.tally
    holders = tally["rounds_loaded"][a, :, i] > 0
    return bool(tally["emptied"][a, :, i].any() or tally["denied"][a][holders].any())


def _is_cheap(reading: Reading, interceptor: int, one: int, other: int) -> bool:
    """Whether one class costs less than another, and than the round that is fired at it."""
    axes = reading.result.tally.axes
    costs = reading.threat_costs
    first, second = (costs.get(axes.threat_class[c], 1.0) for c in (one, other))
    return first < min(second, reading.interceptor_costs.get(axes.interceptor[interceptor], 1.0))
