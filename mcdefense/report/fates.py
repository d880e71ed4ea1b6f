"""Where a gain comes from: leakers saved and added by cause, and the looks that leakers had had."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mcdefense.report.lines import WIDTH, blocks, cut, row, wrapped
from mcdefense.report.numbers import with_interval, with_margin
from mcdefense.report.reading import Reading
from mcdefense.statistics import LOOKS, OUTCOMES

_MOST_CAUSES = 3
_COLUMNS = (24, 24)
NOT_COUNTED = (
    "What became of the same threats under two architectures was not counted: some of this "
    "result's worlds are from a file of a format before 2.1."
)
_PARTS = {"gain": "saved", "cost": "added"}


def gain_and_cost(reading: Reading) -> list[str]:
    """Two lines for the headline: the largest gains and costs by cause, in leakers a raid, as many
    of them as a line holds."""
    if not reading.has_pair or not is_counted(reading):
        return []
    lines: list[str] = []
    for part, name in _PARTS.items():
        met = _met(reading, reading.baseline, reading.compare, part)
        if not met:
            continue
        largest = sorted(met, key=lambda cause: -met[cause])[:_MOST_CAUSES]
        texts = [
            f"{OUTCOMES[cause].replace('_', ' ')} "
            + with_interval(reading.part(part, reading.baseline, reading.compare, cause))
            for cause in largest
        ]
        for shown in range(len(texts), 0, -1):  # as many as one line holds
            more = ["others"] * (shown < len(met))
            line = f"  {part} ({name} leakers): {', '.join([*texts[:shown], *more])}"
            if len(line) <= WIDTH:
                break
        lines.append(cut(line, WIDTH))
    return lines


def by_fate(reading: Reading) -> list[str]:
    """Gains and costs of every architecture shown against the baseline, and of every step of a
    ladder, by class and cause; then leakers by the looks that they had had."""
    if not is_counted(reading):
        return wrapped(NOT_COUNTED)
    lines = wrapped(
        "GAIN: leakers a raid under the one architecture that the other kills, by why they leaked. "
        "COST: leakers a raid under the other that the one kills, by why they leak there. "
        "The difference in leakers is the cost less the gain."
    )
    for baseline, compare in compared(reading):
        lines += ["", *_of_pair(reading, baseline, compare)]
    return [*lines, "", *_by_looks(reading)]


def compared(reading: Reading) -> list[tuple[int, int]]:
    """Pairs (baseline, compare) of the architectures shown: the headline's, all others of its
    baseline, the ladder's steps."""
    first = reading.baseline
    pairs = [(first, reading.compare)] if reading.has_pair else []
    pairs += [(first, other) for other in reading.shown if other != first]
    pairs += [pair for pair in pairwise(reading.ladder) if set(pair) <= set(reading.shown)]
    return list(dict.fromkeys(pairs))


def _of_pair(reading: Reading, baseline: int, compare: int) -> list[str]:
    """Gain and cost of one pair: rows of class and cause that were met, then of all classes."""
    title = f"{reading.labels[compare]} against {reading.labels[baseline]}"
    places = [(c, cause) for c in reading.live_classes for cause in range(len(OUTCOMES))]
    shown: list[tuple[str, list[str]]] = []
    for place in [*places, *((cause,) for cause in range(len(OUTCOMES)))]:
        cells = []
        for part in _PARTS:
            estimate = reading.part(part, baseline, compare, *place)
            cells.append(with_interval(estimate, _COLUMNS[0] - 1) if estimate.value else "")
        of = reading.classes[place[0]] if len(place) == 2 else "all"
        if any(cells):
            shown.append((f"{of}: {OUTCOMES[place[-1]].replace('_', ' ')}", cells))
    first = _first([label for label, _ in shown])
    lines = [*wrapped(title), row("leakers a raid", list(_PARTS), first, _COLUMNS)]
    lines += [row(label, cells, first, _COLUMNS) for label, cells in shown]
    change = reading.difference("difference_expected_leakers", baseline, compare)
    return [*lines, f"difference: {with_margin(change)} leakers a raid"]


def _by_looks(reading: Reading) -> list[str]:
    """Leakers by the looks that any cells had had at them: rows of class and looks."""
    lines = wrapped(
        "LEAKERS A RAID by the looks that any cells had had at them: one that had none was never "
        "fired at, one that had a single look got no second try."
    )
    places = [(c, had) for c in reading.live_classes for had in range(len(LOOKS))]
    labels = [f"{reading.classes[c]}: {LOOKS[had]}" for c, had in places]
    first = _first(labels)
    for block in blocks(len(reading.shown), first, _COLUMNS[0]):
        columns, part = [_COLUMNS[0]] * len(block), [reading.shown[i] for i in block]
        lines += ["", row("looks", [reading.labels[a] for a in part], first, columns)]
        for (c, had), label in zip(places, labels, strict=True):
            cells = [
                with_interval(
                    reading.estimate("expected_leakers_by_looks", a, c, had), columns[0] - 1
                )
                for a in part
            ]
            lines.append(row(label, cells, first, columns))
    return lines


def _first(labels: list[str]) -> int:
    """Columns for the labels: all of them beside two columns of numbers, or what is left."""
    return min(max([20, *map(len, labels)]), WIDTH - sum(_COLUMNS))


def is_counted(reading: Reading) -> bool:
    """Whether what became of the same threats under two architectures was counted in all worlds."""
    known = reading.result.estimates["expected_leakers_by_looks"]
    return not bool(np.isnan(known).any()) or not reading.trials


def _met(reading: Reading, baseline: int, compare: int, part: str) -> dict[int, float]:
    """Causes of which there are gains or costs, with how large they are."""
    values = {
        cause: reading.part(part, baseline, compare, cause).value for cause in range(len(OUTCOMES))
    }
    return {cause: value for cause, value in values.items() if value > 0}
