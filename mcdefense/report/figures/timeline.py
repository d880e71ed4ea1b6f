"""One threat's timeline: who could see it and engage it, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mcdefense.report.figures.style import (
    BAND,
    GAP,
    HATCHES,
    INK,
    LINE,
    MARGIN,
    PALE,
    PAPER,
    ROW,
    TOP,
    Heading,
    Page,
    short_label,
    tick_text,
)
from mcdefense.report.numbers import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SEES, _OWN, _REMOTE, _NONE = "#009E73", "#0072B2", "#E69F00", "#9A9A9A"
_STEP, _AXIS, _KEY = ROW * 1.35, 0.62, 0.36
MOST_ROWS = 30
"""Rows of sensors, and of rounds, that are drawn; further ones are counted in the footnote."""


@dataclass(frozen=True)
class Seen:
    """A sensor: times [s, 0 is the impact] and by each the probability that it has a track."""

    name: str
    time_s: np.ndarray
    probability: np.ndarray


@dataclass(frozen=True)
class Fired:
    """A battery's round at each possible launch: when it would be launched and meet the threat [s,
    0 is the impact], whether it is possible under the architecture, and whether an own sensor
    covers the intercept. `sspk` is the best kill probability of one round; `engaged` how often it
    was engaged, a threat of the class, NaN if no result says."""

    name: str
    launch_s: np.ndarray
    intercept_s: np.ndarray
    sspk: float
    allowed: np.ndarray
    own: np.ndarray
    engaged: float


@dataclass(frozen=True)
class Timeline:
    """All that a timeline shows; `flight_s` is from start to impact."""

    heading: Heading
    flight_s: float
    seen: tuple[Seen, ...]
    fired: tuple[Fired, ...]


def timeline_figure(shown: Timeline) -> Figure:
    """Rows of sensors, with the probability of a track as it rises, and of batteries' rounds, with
    the times at which they could launch and would meet the threat; time runs to the impact."""
    seen, fired = shown.seen[:MOST_ROWS], shown.fired[:MOST_ROWS]
    height = _STEP * max(len(seen) + len(fired), 1) + 2 * GAP
    page = Page(shown.heading, _KEY + height + _AXIS)
    top = TOP + _KEY
    axes = page.axes(1, top, 1, height)
    axes.set_ylim(height, 0)
    names, numbers = [], []
    place = GAP + _STEP / 2
    for sensor in seen:
        names.append(page.text(MARGIN, top + place, short_label(sensor.name, 34)))
        last = float(sensor.probability[-1]) if sensor.probability.size else 0.0
        numbers.append(_right(page, top + place, f"tracks in {100 * last:.3g} %"))
        _see(axes, sensor, place)
        place += _STEP
    edge = place - _STEP / 2
    axes.axhspan(0, edge, color=BAND, lw=0, zorder=0)
    for one in fired:
        names.append(page.text(MARGIN, top + place, short_label(one.name, 34)))
        text = f"Pk {short(one.sspk, 2)}" if one.allowed.any() else "not here"
        if one.engaged == one.engaged:
            text += f", engaged {short(one.engaged, 2)}"
        numbers.append(_right(page, top + place, text))
        _fire(axes, one, place)
        place += _STEP
    times = [*(one.time_s for one in seen), *(one.launch_s for one in fired)]
    first = min([float(some.min()) for some in times if some.size] or [-shown.flight_s])
    axes.set_xlim(min(1.06 * first, -1.0), 0)
    axes.axvline(0, color=INK, lw=1.5, clip_on=False)
    axes.set_yticks([])
    axes.grid(axis="x", color=LINE, lw=0.7)
    axes.xaxis.set_major_formatter(tick_text)
    axes.set_xlabel("time [s]; 0 is the impact", color=INK)
    left = MARGIN + page.widest(names) + 0.15
    page.moved(axes, left, page.width - MARGIN - page.widest(numbers) - 0.2)
    _key(page)
    return page.figure


def _right(page: Page, level: float, text: str) -> Any:
    return page.text(page.width - MARGIN, level, text, ha="right")


def _see(axes: Axes, sensor: Seen, place: float) -> None:
    """A wedge as high as the probability of a track."""
    if not sensor.time_s.size:
        return
    times = np.append(sensor.time_s, 0.0)
    high = np.append(sensor.probability, sensor.probability[-1]) * _STEP * 0.8
    base = place + _STEP * 0.4
    axes.fill_between(times, base - high, base, step="post", color=_SEES, lw=0, zorder=3)


def _fire(axes: Axes, one: Fired, place: float) -> None:
    """Above, when it could launch, a mark each; below, hatched, when the rounds would meet it."""
    for rows, marker, size, colour in (
        (one.allowed & one.own, "|", 6.0, _OWN),
        (one.allowed & ~one.own, "d", 3.5, _REMOTE),
        (~one.allowed, "|", 4.0, _NONE),
    ):
        times = one.launch_s[rows]
        level = np.full(times.size, place - _STEP * 0.16)
        axes.plot(times, level, marker=marker, ms=size, ls="", color=colour, zorder=4)
    usable = one.allowed.any()
    meets = one.intercept_s[one.allowed] if usable else one.intercept_s
    axes.barh(
        place + _STEP * 0.2,
        max(float(meets.max() - meets.min()), 0.5),
        left=float(meets.min()),
        height=_STEP * 0.3,
        facecolor=_OWN if usable else PAPER,
        edgecolor=PAPER if usable else PALE,
        hatch=HATCHES[1],
        lw=0.4,
        zorder=3,
    )


def _key(page: Page) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    y = TOP + 0.14
    looks: tuple[tuple[str, Any], ...] = (
        ("track, by probability", _SEES),
        ("launches, own track", {"marker": "|", "color": _OWN}),
        ("launches, others' track", {"marker": "d", "color": _REMOTE}),
        ("intercepts", None),
        ("launches not possible", {"marker": "|", "color": _NONE}),
    )
    for number, (name, look) in enumerate(looks):
        x = MARGIN + 1.95 * number
        at, level = x / page.width, 1 - y / page.height
        if isinstance(look, dict):
            mark: Any = Line2D(
                [at + 0.1 / page.width], [level], transform=page.figure.transFigure, ls="", **look
            )
        else:
            mark = Rectangle(
                (at, level - 0.05 / page.height),
                0.2 / page.width,
                0.1 / page.height,
                transform=page.figure.transFigure,
                facecolor=look or _OWN,
                edgecolor=PAPER,
                hatch="" if look else HATCHES[1],
                lw=0.4,
            )
        page.figure.add_artist(mark)
        page.fitted(x + 0.28, y, name, most=1.62, size=8.5)
