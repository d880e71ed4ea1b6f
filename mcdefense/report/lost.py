"""Batteries and sensors that a raid costs, by architecture (rule 39, `losses`)."""

from __future__ import annotations

from mcdefense.report.lines import heading, row
from mcdefense.report.numbers import percent
from mcdefense.report.reading import Reading
from mcdefense.statistics import OUTCOMES

_MOST = 6
_KINDS = ("battery.", "sensor.")


def lost(reading: Reading) -> list[str]:
    """How often each battery and sensor that a raid flies at is hit, in the two compared.

    No lines where no loss ever prevented a launch.
    """
    result = reading.result
    names = result.tally.axes.asset
    shown = list(dict.fromkeys((reading.baseline, reading.compare)))
    hits = result.tally["asset_damaged"].sum(axis=0)
    if not result.tally["outcome"][..., OUTCOMES.index("lost")].any():
        return []
    places = [m for m, name in enumerate(names) if name.startswith(_KINDS) and hits[m]]
    places = sorted(places, key=lambda m: -int(hits[m]))[:_MOST]
    widths = [24] * len(shown)
    lines = heading("HIT, % OF TRIALS", [reading.labels[i] for i in shown], 24, widths)
    for m in places:
        cells = [percent(reading.estimate("p_asset_damaged", i, m), 23) for i in shown]
        lines.append(row(names[m], cells, 24, widths))
    return lines
