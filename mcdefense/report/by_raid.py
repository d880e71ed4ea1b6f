"""What leaks in each raid of a sequence, and how much more than in the first (42, `repeat`)."""

from __future__ import annotations

from mcdefense.report.lines import WIDTH, heading, row, wrapped
from mcdefense.report.numbers import short, with_interval, with_margin
from mcdefense.report.reading import Reading
from mcdefense.statistics import sample_of

_MOST = 8
"""Raids that are shown: the first ones, and the last."""


def by_raid(reading: Reading) -> list[str]:
    """Leakers of each raid of a sequence under the two compared, and minus those of the first.

    No lines where no wave repeats.
    """
    raids = reading.result.tally.axes.raids
    if not raids:
        return []
    result = reading.result
    sample = sample_of(result.tally, result.plan, reading.plan_weights)
    live = sample["live_by_raid"].sum(axis=(0, 2)) / max(sample.trials, 1)
    first = 8
    wide = (WIDTH - first - 6) // len(reading.headline)
    columns = [6] + [wide - 14, 14] * len(reading.headline)
    head = ["live"]
    for i in reading.headline:
        head += [reading.labels[i], "minus first"]
    lines = heading("BY RAID", head, first, columns)
    for number in _shown(raids):
        cells = [short(float(live[number]))]
        for i in reading.headline:
            mean = reading.estimate("expected_leakers_by_raid", i, number)
            more = reading.estimate("change_expected_leakers_by_raid", i, number)
            cells.append(with_interval(mean, columns[1] - 1))
            cells.append(with_margin(more, columns[2] - 1) if number else "")
        lines.append(row(f"  {number + 1}", cells, first, columns))
    text = f"(leakers by raid of the sequence; all else here is of all {raids} raids together)"
    return [*lines, *wrapped(text)]


def _shown(raids: int) -> list[int]:
    return list(range(raids)) if raids <= _MOST else [*range(_MOST - 1), raids - 1]
