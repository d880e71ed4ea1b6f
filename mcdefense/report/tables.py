"""One table: by asset, class, battery, cause, plan, fate or rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from mcdefense.report.by_asset import by_asset
from mcdefense.report.by_class import by_class
from mcdefense.report.fates import by_fate
from mcdefense.report.lines import WIDTH, blocks, cut, heading, label_width, row, wrapped
from mcdefense.report.lost import loss_notes
from mcdefense.report.numbers import percent, short
from mcdefense.report.plans import plans
from mcdefense.report.reading import Reading
from mcdefense.report.rounds import by_rounds, decoys_killed
from mcdefense.statistics import OUTCOMES

_COLUMN = 21
_OF_BATTERY = (
    "Means over all worlds as drawn, without intervals. empty%: trials that ended without such a "
    "round. denied%: trials in which the battery refused a launch for want of rounds, of whichever "
    "kind; a battery has one such number, which stands in the first of its rows."
)


def _tabulate(
    title: str,
    rows: Sequence[str],
    head: Sequence[str],
    cell: Callable[[int, int], str],
) -> list[str]:
    """A table of `cell(row, column)`, its columns in as many blocks as 80 columns need."""
    first = label_width(rows, 20)
    lines: list[str] = []
    for block in blocks(len(head), first, _COLUMN):
        columns = [_COLUMN] * len(block)
        lines += [""] * bool(lines)
        lines += heading(title, [head[i] for i in block], first, columns)
        for place, label in enumerate(rows):
            lines.append(row(label, [cell(place, i) for i in block], first, columns))
    return lines


def by_battery(reading: Reading) -> list[str]:
    """Rounds of each battery and interceptor, one block of rows an architecture."""
    tally = reading.result.tally
    axes = tally.axes
    loaded = [(b, i) for b, i in np.argwhere(tally["rounds_loaded"].any(axis=0)).tolist()]
    if not loaded:
        return ["No battery has a counted magazine."]
    first_of = {b: (b, i) for b, i in reversed(loaded)}.values()
    labels = [f"{axes.battery[b]} {axes.interceptor[i]}" for b, i in loaded]
    first = label_width(labels)
    head = ("fired", "wasted", "kills", "remote%", "left", "empty%", "denied%")
    columns = [(WIDTH - first) // len(head)] * len(head)
    lines = ["ROUNDS A RAID by battery; remote: engagements on others' tracks"]
    for a in reading.shown:
        lines += ["", *heading(cut(reading.labels[a], first), head, first, columns)]
        for (b, i), label in zip(loaded, labels, strict=True):
            fired, wasted, kills, engaged, remote = (
                float(tally[name][a, b, i].sum())
                for name in (
                    "rounds_fired",
                    "rounds_wasted",
                    "kills",
                    "engagements",
                    "remote_engagements",
                )
            )
            cells = [
                *(_mean(reading, count) for count in (fired, wasted, kills)),
                short(100 * remote / engaged) if engaged else "-",
                _mean(reading, float(tally["rounds_left"][a, b, i])),
                _mean(reading, 100 * float(tally["emptied"][a, b, i])),
                _mean(reading, 100 * float(tally["denied"][a, b])) if (b, i) in first_of else "",
            ]
            lines.append(row(label, cells, first, columns))
    return [*lines, "", *wrapped(_OF_BATTERY + decoys_killed(reading))]


def by_cause(reading: Reading) -> list[str]:
    """What became of the live threats of each class, one table an architecture."""
    tally = reading.result.tally
    live = reading.live_classes
    rows = [*(reading.classes[c] for c in live), "all"]
    met = [outcome for outcome in range(len(OUTCOMES)) if tally["outcome"][..., outcome].any()]
    head = [OUTCOMES[outcome].replace("_", " ") for outcome in met]
    if not met:
        return ["No threat was live."]
    lines = ["OUTCOME, % of the live threats"]
    for a in reading.shown:

        def cell(place: int, column: int, a: int = a) -> str:
            if place == len(live):
                share = reading.estimate("cause_share_total", a, met[column])
            else:
                share = reading.estimate("cause_share", a, live[place], met[column])
            return percent(share, _COLUMN - 1)

        lines += ["", *_tabulate(cut(reading.labels[a], 20), rows, head, cell)]
    notes = loss_notes([OUTCOMES[outcome] for outcome in met])
    return [*lines, "", *notes] if notes else lines


def _plans(reading: Reading) -> list[str]:
    """The comparison by raid plan, of each other architecture shown with the baseline."""
    others = [a for a in reading.shown if a != reading.baseline] or [reading.baseline]
    tables = [plans(replace(reading, compare=other)) for other in others]
    return [line for table in tables for line in ("", *table)][1:]


def _mean(reading: Reading, total: float) -> str:
    return short(total / reading.trials) if reading.trials else "-"


TABLES: dict[str, Callable[[Reading], list[str]]] = {
    "asset": by_asset,
    "class": by_class,
    "battery": by_battery,
    "cause": by_cause,
    "plan": _plans,
    "fate": by_fate,
    "rounds": by_rounds,
}
"""Tables by the name that `--by` takes."""
