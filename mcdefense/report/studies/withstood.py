"""What each architecture withstands, on a screen of 80 columns and as numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mcdefense.report.lines import WIDTH, cut, heading, label_width, row, wrapped
from mcdefense.report.numbers import short, with_interval
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import (
    SIGN,
    Criterion,
    Larger,
    Study,
    Withstood,
    WithstoodMore,
    withstood,
    withstood_more,
)

_COLUMN = 22


def withstood_screen(study: Study, criterion: Criterion) -> str:
    """The largest size that each architecture withstands, how much larger that is than what the
    baseline withstands, and the curve that says so."""
    reading = StudyReading(study)
    path, values = reading.axis.path, [float(v) for v in reading.axis.values]
    lines = [
        cut(f"{reading.marking}  {reading.title}", WIDTH),
        f"{reading.sample}; brackets hold 95 % intervals",
        *wrapped(f"a raid is withstood with {criterion.words}", "    ", "  "),
        *wrapped(f"sizes: {path} from {min(values):g} to {max(values):g}", "    ", "  "),
        "",
        *wrapped(f"LARGEST RAID WITHSTOOD, {path}"),
    ]
    for label, one in zip(reading.labels, withstood(study, criterion), strict=True):
        lines += wrapped(f"{label}: {_largest(one)}", "    ", "  ")
        for change in one.changes:
            what = "passes again" if change.passes_after else "passes no longer"
            text = f"between {change.low:g} and {change.high:g} it {what}"
            lines += wrapped(text, "      ", "    ")
    lines += _more(reading, withstood_more(study, criterion))
    lines += ["", *_curve(reading, criterion)]
    return "\n".join(lines) + "\n"


def _more(reading: StudyReading, found: Sequence[WithstoodMore]) -> list[str]:
    """The difference of every other architecture to the baseline, in sizes and in live threats."""
    if not found:
        return []
    named = dict(zip(reading.study.architectures, reading.labels, strict=True))
    lines = ["", *wrapped(f"LARGER THAN WHAT {named[found[0].baseline]} WITHSTANDS BY")]
    for one in found:
        low, high = one.size.low, one.size.high
        text = f"{named[one.compare]}: {_difference(one.size, lambda size: f'{size:g}')}"
        if low is not None or high is not None:
            text += f"; live threats a raid: {_difference(one.threats, short)}"
            if (low is None or low <= 0) and (high is None or high >= 0):
                text += " - no clear difference"
        lines += wrapped(text, "    ", "  ")
    return lines


def _difference(one: Larger, shown: Callable[[float], str]) -> str:
    """A difference with its interval, or what can be told of it."""

    def number(end: float | None) -> str:
        if end is None:
            return "beyond the grid"
        return "+" * (end > 0) + shown(end)

    low, high = number(one.low), number(one.high)
    if one.value is not None:
        return f"{number(one.value)} ({low} to {high})"
    if one.low is None and one.high is None:
        return "cannot be told: beyond the grid"
    if one.high is None:
        return f"{low} or more: beyond the grid"
    if one.low is None:
        return f"{high} or less: beyond the grid"
    return f"between {low} and {high}: the smallest size fails"


def _largest(one: Withstood) -> str:
    if one.all_pass:
        return f"beyond the grid: every size passes, {one.low:g} too"
    value = "none" if one.value is None else f"{one.value:g}"
    low = "none" if one.low is None else f"{one.low:g}"
    high = "none" if one.high is None else f"{one.high:g}"
    if one.beyond:
        return f"{value} ({low} to beyond the grid): no size fails clearly"
    if one.high is None:
        return "none: the smallest size fails"
    return f"{value} ({low} to {high})"


def _curve(reading: StudyReading, criterion: Criterion) -> list[str]:
    axis = reading.axis
    order = sorted(range(len(axis.values)), key=lambda place: float(axis.values[place]))
    percent = criterion.estimate == "p_no_leakers"
    title = "P(NO LEAKER), %" if percent else "LEAKERS A RAID"
    width = label_width([title], 16)
    lines: list[str] = []
    for start in range(0, len(reading.labels), 2):
        some = list(range(len(reading.labels)))[start : start + 2]
        columns = [_COLUMN] * len(some)
        lines += heading(title, [reading.labels[a] for a in some], width, columns)
        cells = [reading.of_line(criterion.estimate, (), a) for a in some]
        for place in order:
            texts = [
                with_interval(of[place], _COLUMN - 1, scale=100.0 if percent else 1.0)
                for of in cells
            ]
            lines.append(row(f"  {axis.label(place)}", texts, width, columns))
    return lines


def withstood_json(study: Study, criterion: Criterion) -> dict[str, Any]:
    """The same as plain numbers; None for not even the smallest size, and of a difference for what
    the grid does not bound."""
    reading = StudyReading(study)
    found, more = withstood(study, criterion), withstood_more(study, criterion)
    return {
        "marking": reading.marking,
        "title": reading.title,
        "path": reading.axis.path,
        "sizes": list(reading.axis.values),
        "criterion": criterion._asdict(),
        "withstood": {
            name: {**vars(one), "changes": [change._asdict() for change in one.changes]}
            for name, one in zip(study.architectures, found, strict=True)
        },
        "differences": SIGN,
        "difference_withstood": {
            f"{one.compare} - {one.baseline}": {
                "size": vars(one.size),
                "threats": vars(one.threats),
            }
            for one in more
        },
    }
