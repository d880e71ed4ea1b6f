"""The map of a laydown: assets, sensors, batteries, reach and routes, in kilometres on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mcdefense.report.figures.style import (
    INK,
    LINE,
    MARGIN,
    PALE,
    PAPER,
    TOP,
    Heading,
    Page,
    short_label,
    tick_text,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS: dict[str, dict[str, Any]] = {
    "asset": {"marker": "s", "color": "#000000", "markersize": 8},
    "battery": {"marker": "^", "color": "#0072B2", "markersize": 7},
    "sensor": {"marker": "o", "color": "#009E73", "markersize": 6},
}
"""Marker and colour of each kind of place."""
LINES: dict[str, dict[str, Any]] = {
    "coast": {"color": "#8A8A8A", "lw": 0.7, "zorder": 1},
    "grid": {"color": LINE, "lw": 0.6, "zorder": 0},
    "sensor reach": {"color": "#009E73", "lw": 0.9, "ls": (0, (4, 3)), "zorder": 2},
    "battery reach": {"color": "#0072B2", "lw": 1.2, "zorder": 2},
    "route": {"color": "#D55E00", "lw": 1.1, "ls": (0, (6, 1, 1, 1)), "zorder": 3},
    "other route": {"color": "#B09080", "lw": 0.6, "ls": ":", "zorder": 1},
}
"""Colour and dashes of each kind of line."""
_HEIGHT, _KEY, _AXIS = 7.0, 0.55, 0.55
_OFFSETS = (
    *((7, 5), (7, -9), (-7, 5), (-7, -9), (0, 11), (0, -15), (14, 0), (-14, 0)),
    *((9, 14), (9, -18), (-9, 14), (-9, -18), (0, 20), (0, -24)),
)
_MARK = 4.5
"""Half a mark and its edge [points]."""
_NAME: dict[str, Any] = {
    "va": "center",
    "size": 7.5,
    "parse_math": False,
    "bbox": {"boxstyle": "square,pad=0.1", "fc": PAPER, "ec": "none", "alpha": 0.75},
    "zorder": 6,
}


@dataclass(frozen=True)
class MapPlace:
    """A place [km east and north of the map's centre]; `fictional` if no source is given for it."""

    kind: str
    names: tuple[str, ...]
    x_km: float
    y_km: float
    fictional: bool


@dataclass(frozen=True)
class MapLine:
    """A line [km] of one kind of LINES; NaN where it is broken. `name` is whose reach it is."""

    kind: str
    x_km: np.ndarray
    y_km: np.ndarray
    name: str = ""


@dataclass(frozen=True)
class LaydownMap:
    """All that a map shows: its heading, places and lines; `centre` says in words where 0, 0 is."""

    heading: Heading
    places: tuple[MapPlace, ...]
    lines: tuple[MapLine, ...]
    centre: str


def map_figure(shown: LaydownMap) -> Figure:
    """The map; distances from its centre are right in every direction. Marks of fictional places
    are hollow. Names that find no room are left out, and counted in a line below."""
    page = Page(shown.heading, _KEY + _HEIGHT + _AXIS)
    axes = page.axes(0.9, TOP + _KEY, page.width - 0.9 - MARGIN, _HEIGHT)
    _limits(axes, shown)
    for line in shown.lines:
        axes.plot(line.x_km, line.y_km, **LINES[line.kind])
    for place in shown.places:
        look = dict(KINDS[place.kind])
        face = PAPER if place.fictional else look["color"]
        axes.plot(place.x_km, place.y_km, ls="", mfc=face, mew=1.6, zorder=5, clip_on=True, **look)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(True)
        axes.spines[side].set_color(PALE)
    axes.xaxis.set_major_formatter(tick_text)
    axes.yaxis.set_major_formatter(tick_text)
    axes.set_ylabel("north of the centre [km]", color=INK)
    left_out = _names(axes, shown)
    label = f"east of the centre, {shown.centre} [km]"
    if left_out:
        label += f"; {left_out} names found no room"
    axes.set_xlabel(label, color=INK)
    _key(page, shown)
    return page.figure


def _limits(axes: Axes, shown: LaydownMap) -> None:
    """The box of all places and all reach, its sides as those of the page; without any reach, that
    of the places and the routes."""
    within = [line for line in shown.lines if line.kind.endswith(" reach")]
    within = within or [line for line in shown.lines if line.kind == "route"]
    x, y = (
        np.concatenate(
            [[getattr(one, end) for one in shown.places], *(getattr(o, end) for o in within)]
        )
        for end in ("x_km", "y_km")
    )
    box = axes.get_window_extent()
    shape = box.width / box.height
    half = max(float(np.nanmax(y) - np.nanmin(y)), float(np.nanmax(x) - np.nanmin(x)) / shape) / 2
    half = 1.06 * half or 1.0
    middle = [float(np.nanmax(ends) + np.nanmin(ends)) / 2 for ends in (x, y)]
    axes.set_xlim(middle[0] - half * shape, middle[0] + half * shape)
    axes.set_ylim(middle[1] - half, middle[1] + half)


def _names(axes: Axes, shown: LaydownMap) -> int:
    """Write names beside their places, and upon their reach, where they run into no other and hide
    no mark; how many found no room."""
    from matplotlib.transforms import Bbox

    inside = axes.get_window_extent()
    marks = [axes.transData.transform((place.x_km, place.y_km)) for place in shown.places]
    half = _MARK * axes.figure.dpi / 72
    # What no name may lie on: the marks, then the names that have found room.
    taken: list[Any] = [Bbox([[x - half, y - half], [x + half, y + half]]) for x, y in marks]

    def fits(text: Any) -> bool:
        box = text.get_window_extent().padded(1.0)
        free = not any(box.overlaps(other) for other in taken)
        free &= inside.x0 < box.x0 and box.x1 < inside.x1
        free &= inside.y0 < box.y0 and box.y1 < inside.y1
        if free:
            taken.append(box)
        else:
            text.remove()
        return bool(free)

    left_out = 0
    order = sorted(range(len(marks)), key=lambda i: list(KINDS).index(shown.places[i].kind))
    for i in order:
        place = shown.places[i]
        if not inside.contains(*marks[i]):
            left_out += len(place.names)
            continue
        name = ", ".join(short_label(name, 20) for name in place.names[:3])
        if len(place.names) > 3:
            name += f" +{len(place.names) - 3}"
        for right, up in _OFFSETS:
            text = axes.annotate(
                name,
                (place.x_km, place.y_km),
                (right, up),
                textcoords="offset points",
                ha="center" if not right else "left" if right > 0 else "right",
                color=INK,
                **_NAME,
            )
            if fits(text):
                break
        else:
            left_out += len(place.names)
    for line in shown.lines:
        if not line.name:
            continue
        ink = LINES[line.kind]["color"]
        for point in _ends_of(line):
            text = axes.annotate(short_label(line.name, 20), point, ha="center", color=ink, **_NAME)
            if fits(text):
                break
        else:
            left_out += 1
    return left_out


def _ends_of(line: MapLine) -> list[tuple[float, float]]:
    """The points of a line farthest north, south, east and west."""
    ends = (
        *(np.nanargmax(line.y_km), np.nanargmin(line.y_km)),
        *(np.nanargmax(line.x_km), np.nanargmin(line.x_km)),
    )
    return [(float(line.x_km[i]), float(line.y_km[i])) for i in ends]


def _key(page: Page, shown: LaydownMap) -> None:
    from matplotlib.lines import Line2D

    kinds = {line.kind for line in shown.lines}
    entries: list[tuple[str, dict[str, Any]]] = [
        (kind, {**look, "ls": "", "mew": 1.6, "mfc": PAPER})
        for kind, look in KINDS.items()
        if any(place.kind == kind for place in shown.places)
    ]
    entries += [(kind, look) for kind, look in LINES.items() if kind in kinds - {"grid"}]
    for number, (name, look) in enumerate(entries):
        x = MARGIN + 1.92 * (number % 5)
        y = TOP + 0.12 + 0.24 * (number // 5)
        mark = Line2D(
            [x / page.width, (x + 0.14) / page.width, (x + 0.28) / page.width],
            [1 - y / page.height] * 3,
            transform=page.figure.transFigure,
            markevery=[1],
            **look,
        )
        page.figure.add_artist(mark)
        page.fitted(x + 0.36, y, name, most=1.5)
