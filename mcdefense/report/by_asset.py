"""Leakers at each asset, how likely it is damaged, the value lost, and their differences."""

from __future__ import annotations

from collections.abc import Sequence

from mcdefense.report.lines import WIDTH, heading, label_width, row, wrapped
from mcdefense.report.numbers import with_interval, with_margin
from mcdefense.report.reading import Interval, Reading
from mcdefense.statistics import difference_by_asset

_KINDS = (
    ("expected_leakers_at_asset", "LEAKERS A RAID that reach the asset", 1.0),
    ("expected_damaging_leakers", "LEAKERS A RAID that damage the asset", 1.0),
    ("p_asset_damaged", "P(DAMAGED), %", 100.0),
)
_LOST = "VALUE LOST A RAID: of the assets damaged, each once"


def by_asset(reading: Reading) -> list[str]:
    """Leakers that reach and damage each asset, how likely it is damaged, and the value lost; each
    other architecture shown stands beside the baseline, with the difference."""
    base = reading.baseline
    others = [a for a in reading.shown if a != base]
    lines: list[str] = []
    for other in others:
        lines += [*_beside(reading, other), ""]
    if not others:
        return _alone(reading)
    first = reading.labels[others[0]] if len(others) == 1 else "the other architecture"
    of = f"(difference: {first} minus {reading.labels[base]}"
    return [*lines, *wrapped(f"{of}; of P(damaged) in per cent points)")]


def _alone(reading: Reading) -> list[str]:
    assets, a = reading.result.tally.axes.asset, reading.baseline
    head = [reading.labels[a]]
    lines: list[str] = []
    for name, title, scale in _KINDS:
        of = [[reading.estimate(name, a, m) for m in range(len(assets))]]
        lines += [*_table(title, assets, head, of, scale), ""]
    return [*lines, *_table(_LOST, ["all"], head, [[reading.estimate("expected_value_lost", a)]])]


def _beside(reading: Reading, other: int) -> list[str]:
    """An architecture beside the baseline."""
    assets, base = reading.result.tally.axes.asset, reading.baseline
    head = [reading.labels[base], reading.labels[other], "difference"]
    changes = difference_by_asset(reading.result, base, other)
    lines: list[str] = []
    for name, title, scale in _KINDS:
        of = [[reading.estimate(name, a, m) for m in range(len(assets))] for a in (base, other)]
        change = [Interval(*map(float, ends)) for ends in zip(*changes[name], strict=True)]
        lines += [*_table(title, assets, head, [*of, change], scale), ""]
    lost = [[reading.estimate("expected_value_lost", a)] for a in (base, other)]
    lost.append([reading.difference("difference_expected_value_lost", base, other)])
    return [*lines, *_table(_LOST, ["all"], head, lost)]


def _table(
    title: str,
    rows: Sequence[str],
    head: Sequence[str],
    of: Sequence[Sequence[Interval]],
    scale: float = 1.0,
) -> list[str]:
    """Rows with a column of intervals for each head, of which the third is a difference."""
    first = label_width(rows, 18)
    width = min((WIDTH - first) // len(head), 24)
    columns = [width] * len(head)
    lines = heading(title, head, first, columns)
    for label, *intervals in zip(rows, *of, strict=True):
        cells = [with_interval(one, width - 1, scale) for one in intervals[:2]]
        cells += [with_margin(one, width - 1, scale) for one in intervals[2:]]
        lines.append(row(label, cells, first, columns))
    return lines
