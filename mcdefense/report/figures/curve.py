"""What a study asks about along its last axis: a curve for each architecture, and below what each
changes against the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mcdefense.report.figures.style import (
    ALARM,
    INK,
    LABEL_MOST,
    LINE,
    MARGIN,
    PALE,
    PAPER,
    TOP,
    WIDTH,
    Heading,
    Page,
    colour,
    darker,
    marker,
    short_label,
    tick_text,
)
from mcdefense.report.reading import Interval
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import WorthAnswer, answer_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_PANELS, _COLUMNS = 12, 3
_KEY, _KEY_COLUMN, _ABOVE, _BELOW, _LEFT = 0.26, 3.1, 0.34, 0.62, 0.68
_BETWEEN = 0.16  # inches from a panel to that of its differences
_LETTER = 0.078  # inches of a letter at an axis
_UNITS = {"s": "s", "km": "km", "kms": "km/s", "m": "m", "deg": "degrees"}
_CRITERION: dict[str, Any] = {"color": INK, "linestyle": (0, (6, 2)), "linewidth": 1.0}


class _Drawn(NamedTuple):
    """The estimate that is drawn, times `scale`: its `words`, its `unit`, which way is better, and
    the `limit` that a criterion sets, if there is one."""

    estimate: str
    scale: float
    words: str
    unit: str
    difference: str
    better: str
    limit: float | None


def curve_figure(reading: StudyReading) -> Figure:
    """What a study asks about along its last axis, a panel for each line of the other axes: a curve
    for each architecture with the criterion of `withstand`, and below each one's paired difference
    to the baseline. Bands hold the 95 % intervals of the headline's two, and bars those of the
    others, whose bands would hide them."""
    drawn = _drawn(reading)
    lines = list(reading.lines())
    shown = _spread(len(lines), _MOST_PANELS)
    heading = Heading(
        reading.marking, reading.title, _shows(reading, drawn), _note(reading, drawn, shown)
    )
    single = len(shown) == 1
    columns = 1 if single else min(len(shown), _COLUMNS)
    paired = len(reading.labels) > 1
    heights = [(2.6, 1.5) if single else (1.6, 1.0), (3.4,) if single else (2.0,)][not paired]
    above = _ABOVE if any(words for words, _ in lines) else _BETWEEN
    each = above + sum(heights) + _BETWEEN * paired + _BELOW
    keys = int((WIDTH - 2 * MARGIN) // _KEY_COLUMN)
    entries = len(reading.labels) + (drawn.limit is not None)
    key = _KEY * -(-entries // keys) + 0.10
    page = Page(heading, key + -(-len(shown) // columns) * each)
    _key(page, reading, drawn, keys)
    width = (WIDTH - 2 * MARGIN) / columns
    panels: list[list[Axes]] = []
    for place, line in enumerate(shown):
        words, where = lines[line]
        x = MARGIN + width * (place % columns)
        y = TOP + key + each * (place // columns)
        page.fitted(x + _LEFT, y + 0.16, words, most=width - _LEFT - 0.1, size=8.5)
        level, panel = y + above, []
        for height in heights:
            panel.append(page.axes(x + _LEFT, level, width - _LEFT - 0.15, height))
            level += height + _BETWEEN
        _panel(panel, reading, drawn, where, (width - _LEFT - 0.15))
        panels.append(panel)
    _alike(panels, drawn)
    return page.figure


def curve_words(reading: StudyReading) -> str:
    """What the figure shows, in words: `Leakers a raid along raid.scale`."""
    drawn = _drawn(reading)
    return f"{drawn.words} {_along(reading)}"


def _drawn(reading: StudyReading) -> _Drawn:
    """What the study was asked about: the quantity of a criterion, or else leakers."""
    limit = None if reading.criterion is None else reading.criterion.limit
    if reading.asked_about == "p_no_leakers":
        words, better = "P(no leaker)", "more is better"
        return _Drawn("p_no_leakers", 100.0, words, "[%]", "[%-points]", better, limit)
    words, better = "Leakers a raid", "fewer is better"
    return _Drawn("expected_leakers", 1.0, words, "", "", better, limit)


def _along(reading: StudyReading) -> str:
    if reading.axis.path:
        return f"along {reading.axis.path}"
    return "by option" if isinstance(answer_of(reading.study), WorthAnswer) else "by case"


def _shows(reading: StudyReading, drawn: _Drawn) -> str:
    shows = f"{curve_words(reading)}; {drawn.better}"
    if len(reading.labels) > 1:
        side = "above" if drawn.better.startswith("more") else "below"
        shows += f", and a difference {side} zero is better than the baseline"
    return shows


def _note(reading: StudyReading, drawn: _Drawn, shown: Sequence[int]) -> str:
    study, lines = reading.study, list(reading.lines())
    intervals = "Bands and bars" if reading.axis.is_numeric else "Bars"
    note = f"{reading.sample}, the same draws at every point. {intervals} are 95 % intervals. "
    if len(reading.labels) > 1:
        note += "The differences are paired, and so better known than the curves themselves. "
    if drawn.estimate == "expected_leakers" and any(reading.clear_crossings(w) for _, w in lines):
        note += (
            "A dotted line marks neighbours between which the architectures of the headline "
            "change places, clearly at 95 % on both sides. "
        )
    base = study.label(study.base) if reading.axis.path else "the scenario as it stands"
    note += f"The base is {base}. "
    if len(shown) < len(lines):
        note += f"{len(shown)} of {len(lines)} lines are drawn. "
    return note + "Inputs are notional."


def _spread(number: int, most: int) -> list[int]:
    """At most so many places, evenly spread, the first and the last among them."""
    if number <= most:
        return list(range(number))
    return sorted({round(i * (number - 1) / (most - 1)) for i in range(most)})


def _panel(
    panel: list[Axes], reading: StudyReading, drawn: _Drawn, where: tuple[int, ...], width: float
) -> None:
    """Draw one line of the study: its values, and where there is room for them the differences."""
    axis, count = reading.axis, len(reading.labels)
    x = np.array(axis.values, float) if axis.is_numeric else np.arange(float(len(axis.values)))
    order = np.argsort(x, kind="stable")
    for a in range(count):
        apart = 0.0 if axis.is_numeric else 0.5 * ((a + 0.5) / count - 0.5)
        found = [reading.of_line(drawn.estimate, where, a)]
        if len(panel) > 1 and a != reading.baseline:
            found.append(reading.against_baseline(f"difference_{drawn.estimate}", where, a))
        for axes, values in zip(panel, found, strict=False):
            _series(axes, reading, a, x[order] + apart, [values[n] for n in order], drawn.scale)
    if drawn.limit is not None:
        panel[0].axhline(drawn.scale * drawn.limit, **_CRITERION, zorder=2)
    if drawn.estimate == "expected_leakers":
        _mark_crossings(panel, reading, where, x)
    _label(panel, reading, drawn, x[order], width)


def _series(
    axes: Axes,
    reading: StudyReading,
    a: int,
    x: np.ndarray,
    intervals: Sequence[Interval],
    scale: float,
) -> None:
    """The values of one architecture with their intervals."""
    values = scale * np.array(intervals)
    numeric = reading.axis.is_numeric
    look = _look(reading, a) | ({} if numeric else {"linestyle": "none"})
    axes.plot(x, values[:, 0], markersize=4.5, **look)
    if numeric and a in (reading.baseline, reading.compare):
        axes.fill_between(x, values[:, 1], values[:, 2], color=colour(a), alpha=0.15, linewidth=0)
    else:
        axes.vlines(x, values[:, 1], values[:, 2], color=colour(a), linewidth=1.0, zorder=2)


def _label(
    panel: list[Axes], reading: StudyReading, drawn: _Drawn, x: np.ndarray, width: float
) -> None:
    """Ticks where the points are, and what stands along the axes."""
    axis = reading.axis
    for axes in panel:
        axes.grid(axis="y", color=LINE, linewidth=0.7)
        axes.yaxis.set_major_formatter(tick_text)
        axes.margins(x=0.04 if axis.is_numeric else 0.12)
    if axis.is_numeric:
        names = [tick_text(value) for value in x]
    else:
        most = max(4, min(LABEL_MOST, int(10 * width / len(axis.values))))
        names = [short_label(axis.label(place), most) for place in range(len(axis.values))]
    low, high = panel[0].get_xlim()
    at = (x - low) / (high - low) * width
    ticks = _that_fit(at, [_LETTER * (len(name) + 1) for name in names])
    for axes in panel:
        axes.set_xlim(low, high)
        axes.set_xticks(x[ticks], [names[tick] for tick in ticks])
    for axes in panel[:-1]:
        axes.tick_params(axis="x", labelbottom=False)
    panel[0].set_ylabel(f"{drawn.words} {drawn.unit}".rstrip(), color=INK, size=8.5)
    if len(panel) > 1:
        panel[1].axhline(0, color=PALE, linewidth=1, zorder=1)
        label = f"minus baseline {drawn.difference}".rstrip()
        panel[1].set_ylabel(label, color=INK, size=8.5)
    panel[-1].set_xlabel(_axis_title(reading, width), color=INK, size=8.5)


def _that_fit(at: np.ndarray, widths: Sequence[float]) -> list[int]:
    """Which ticks find room beside each other, at places [inches] from the least up: the last one
    does, and of the others each that leaves room."""
    kept = [len(at) - 1]
    for tick in range(len(at) - 2, -1, -1):
        if at[kept[0]] - at[tick] >= (widths[kept[0]] + widths[tick]) / 2:
            kept.insert(0, tick)
    return kept


def _axis_title(reading: StudyReading, width: float) -> str:
    """The path of the axis with its unit; its last parts where all of it has no room."""
    path = reading.axis.path
    if not path:
        return _along(reading).removeprefix("by ")
    key = path.rpartition(".")[2]
    unit = "" if "_" not in key else _UNITS.get(key.rpartition("_")[2], "")
    if ".magazine" in path:
        unit = "rounds"
    elif path.endswith(".count"):
        unit = "objects"
    elif path == "raid.scale":
        unit = "times every count"
    end = f" [{unit}]" if unit else ""
    most = int(width / _LETTER) - len(end)
    while len(path) > most and "." in path:
        path = "…" + path.partition(".")[2]
    return short_label(path, most) + end if len(path) > most else path + end


def _alike(panels: Sequence[Sequence[Axes]], drawn: _Drawn) -> None:
    """Give the panels of values one scale from zero on, and those of differences one with zero."""
    highest = max((panel[0].dataLim.y1 for panel in panels), default=0.0)
    highest = max(highest, drawn.scale * (drawn.limit or 0.0))
    ends = [(p[1].dataLim.y0, p[1].dataLim.y1) for p in panels if len(p) > 1]
    finite = [end for pair in ends for end in pair if np.isfinite(end)]
    low, high = min([*finite, 0.0]), max([*finite, 0.0])
    space = 0.08 * (high - low) or 0.5
    for panel in panels:
        panel[0].set_ylim(0, 1.05 * highest if np.isfinite(highest) and highest > 0 else 1.0)
        for axes in panel[1:]:
            axes.set_ylim(low - space, high + space)


def _mark_crossings(
    panel: Sequence[Axes], reading: StudyReading, where: tuple[int, ...], x: np.ndarray
) -> None:
    by_label = {reading.axis.label(place): value for place, value in enumerate(x)}
    for one in reading.clear_crossings(where):
        middle = (by_label[one.low] + by_label[one.high]) / 2
        for axes in panel:
            axes.axvline(middle, color=ALARM, linestyle=":", linewidth=1.2)


def _look(reading: StudyReading, a: int) -> dict[str, Any]:
    """How an architecture is drawn; the baseline hollow, dashed and above the others."""
    look: dict[str, Any] = {"color": colour(a), "marker": marker(a), "linewidth": 1.5, "zorder": 3}
    if reading.has_pair and a == reading.baseline:
        look |= {"markerfacecolor": PAPER, "linestyle": "--", "zorder": 4}
    return look


def _key(page: Page, reading: StudyReading, drawn: _Drawn, columns: int) -> None:
    from matplotlib.lines import Line2D

    entries = [
        (label + " (baseline)" * (reading.has_pair and a == reading.baseline), darker(a), a)
        for a, label in enumerate(reading.labels)
    ]
    looks = [_look(reading, a) for _, _, a in entries]
    if drawn.limit is not None:
        number = tick_text(drawn.scale * drawn.limit)
        entries.append((f"criterion, {number} {drawn.unit.strip('[]')}".rstrip(), INK, 0))
        looks.append(_CRITERION)
    for place, ((label, ink, _), look) in enumerate(zip(entries, looks, strict=True)):
        x = MARGIN + _KEY_COLUMN * (place % columns)
        y = TOP + _KEY * (place // columns + 0.5) - 0.06
        level = 1 - y / page.height
        ends = [(x + step) / page.width for step in (0.0, 0.17, 0.34)]
        line = Line2D(ends, [level] * 3, markevery=[1], transform=page.figure.transFigure, **look)
        page.figure.add_artist(line)
        page.fitted(x + 0.42, y, short_label(label, 36), most=_KEY_COLUMN - 0.5, color=ink)
