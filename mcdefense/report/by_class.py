"""Leak probability, P(no leakers) and leakers a raid by threat class, and their differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mcdefense.report.lines import WIDTH, blocks, heading, label_width, row, wrapped
from mcdefense.report.numbers import with_interval, with_margin
from mcdefense.report.reading import Interval, Reading
from mcdefense.statistics import difference_by_class

_COLUMN = 21


class Kind(NamedTuple):
    """An estimate by class: its title, its name, that of all classes together where there is one,
    and the scale at which it is shown."""

    title: str
    name: str
    total: str
    scale: float


LEAK = Kind("LEAK PROBABILITY, %", "leak_probability", "leak_probability_total", 100.0)
CLEAN = Kind("P(NO LEAKERS), %", "p_no_leakers_by_class", "p_no_leakers", 100.0)
_REACHABLE = Kind(
    "LEAK PROBABILITY of those with an opportunity, %", "leak_probability_reachable", "", 100.0
)
_DEFENDED = Kind("LEAK PROBABILITY at defended assets, %", "leak_probability_defended", "", 100.0)
_LEAKERS = Kind("LEAKERS A RAID", "expected_leakers_by_class", "expected_leakers", 1.0)


def by_class(reading: Reading) -> list[str]:
    """Leak probability of three kinds, P(no leakers) and leakers a raid by threat class; where the
    difference to the baseline is known, each other architecture shown stands beside that."""
    base = reading.baseline
    others = [a for a in reading.shown if a != base]
    lines: list[str] = []
    for kind in (LEAK, _REACHABLE, _DEFENDED, CLEAN, _LEAKERS):
        groups = [[base, other] for other in others] if kind.total else []
        for shown in groups or [[base, *others]]:
            lines += [""] * bool(lines) + of_classes(reading, shown, kind)
    if others:
        first = reading.labels[others[0]] if len(others) == 1 else "the other architecture"
        of = f"(difference: {first} minus {reading.labels[base]}"
        lines += ["", *wrapped(f"{of}, in per cent points; of leakers a raid, in leakers)")]
    return lines


def of_classes(reading: Reading, shown: Sequence[int], kind: Kind) -> list[str]:
    """Rows: classes and their total. Columns: architectures, and the paired difference where the
    baseline stands beside one other."""
    places: list[int | None] = list(reading.live_classes)
    names = [reading.classes[c] for c in reading.live_classes]
    if kind.total:
        places.append(None)
        names.append("all")
    first = label_width([*names, kind.title if len(kind.title) <= _COLUMN else ""])
    lines: list[str] = []
    for block in blocks(len(shown), first, _COLUMN):
        part = [shown[i] for i in block]
        changes = _changes(reading, part, kind)
        columns = [_COLUMN] * len(part) + [WIDTH - first - 2 * _COLUMN] * (changes is not None)
        head = [reading.labels[i] for i in part] + ["difference"] * (changes is not None)
        lines += [""] * bool(lines) + heading(kind.title, head, first, columns)
        for c, label in zip(places, names, strict=True):
            estimates = (
                reading.estimate(kind.total, i) if c is None else reading.estimate(kind.name, i, c)
                for i in part
            )
            cells = [with_interval(estimate, _COLUMN - 1, kind.scale) for estimate in estimates]
            if changes is not None:
                cells.append(with_margin(changes(c), columns[-1] - 1, kind.scale))
            lines.append(row(label, cells, first, columns))
    return lines


def _changes(
    reading: Reading, part: Sequence[int], kind: Kind
) -> Callable[[int | None], Interval] | None:
    """What one architecture changes against the baseline, of a class or, for None, of all; None
    where another two stand side by side, or the difference is not known."""
    if len(part) != 2 or part[0] != reading.baseline or not kind.total:
        return None
    a, b = part
    if kind is _LEAKERS:
        of_all = difference_by_class(reading.result, a, b)
        return lambda c: Interval(*(float(end[-1 if c is None else c]) for end in of_all))

    def change(c: int | None) -> Interval:
        if c is None:
            return reading.difference(f"difference_{kind.total}", a, b)
        return reading.difference(f"difference_{kind.name}", a, b, c)

    return change
