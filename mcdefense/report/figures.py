"""Figures as functions of a result; needs matplotlib, the extra `report`."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.plain import plain
from mcdefense.report.numbers import percent
from mcdefense.report.reading import Interval, Reading, read_result
from mcdefense.statistics import Result
from mcdefense.store import replace_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# M. Okabe and K. Ito's palette, which the colour-blind can tell apart; yellow is too pale for dots.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_MARKERS = ("o", "s", "D", "^", "v", "P", "X")
_INK, _PALE, _BAND, _ALARM = "#222222", "#666666", "#F3F3F3", "#B00020"
_WIDTH, _DPI = 10.0, 160
_ROW, _GAP, _TOP, _BOTTOM = 0.235, 0.10, 0.92, 0.98  # inches
_LABEL_MOST = 28
_LOG_RATIO = 50
_TAIL = 30  # how far below the least estimate a logarithmic axis follows an interval
_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "svg.hashsalt": "mcdefense",
    "svg.fonttype": "none",
}
_FORMATS = {
    "png": {"Software": None},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}


@dataclass(frozen=True)
class _Row:
    """One dot: its place downwards [in], its class on the first row of a group, its numbers."""

    place: float
    threat_class: str
    architecture: int
    leak: Interval


def leak_probability_figure(result: Result) -> Figure:
    """Leak probability with its 95 % interval by threat class and architecture.

    One row a dot, its architecture named beside it, its numbers at the end of the row; classes in
    bands, last all live threats together. The axis is logarithmic where the values span a factor
    of 50; what never leaked is then an arrow from the upper end of its interval, and an interval
    that reaches far below every estimate ends at the edge. The marking stands above the title,
    trials and worlds below. Raises McdefenseError without matplotlib.
    """
    try:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise McdefenseError(
            "matplotlib is not installed; install it with: pip install 'mcdefense[report]'"
        ) from error
    reading = read_result(result)
    rows = list(_rows(reading))
    body = rows[-1].place + _ROW / 2 + _GAP / 2
    height = _TOP + body + _BOTTOM
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.4, _BOTTOM / height, 0.3, body / height))
        axes.set_ylim(body, 0)
        _scale(axes, [row.leak for row in rows])
        _bands(axes, rows, body)
        for row in rows:
            _draw(axes, row)
        _labels(figure, axes, reading, rows)
        _frame(figure, axes, reading)
    return figure


def save(figure: Figure, path: Path | str) -> None:
    """Write a figure as PNG, SVG or PDF by its ending; the same figure gives the same bytes.

    Raises InputError for another ending, StoreError if the file cannot be written.
    """
    import matplotlib as mpl

    kind = Path(path).suffix.lstrip(".").lower()
    if kind not in _FORMATS:
        came = f"got the ending '{Path(path).suffix}', expected .png, .svg or .pdf"
        raise InputError([Fault(str(path), "", came)])
    content = io.BytesIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(content, format=kind, dpi=_DPI, metadata=_FORMATS[kind])
    replace_file(path, content.getvalue())


def _rows(reading: Reading) -> Iterator[_Row]:
    place = _GAP / 2 + _ROW / 2
    for c in (*reading.live_classes, None):
        name = "all live threats" if c is None else reading.classes[c].replace("_", " ")
        for a in range(len(reading.labels)):
            if c is None:
                leak = reading.estimate("leak_probability_total", a)
            else:
                leak = reading.estimate("leak_probability", a, c)
            yield _Row(place, name if a == 0 else "", a, leak)
            place += _ROW
        place += _GAP


def _scale(axes: Axes, leaks: list[Interval]) -> None:
    """Limits in per cent: linear from 0, or logarithmic over whole decades."""
    values = [100 * leak.value for leak in leaks if leak.value > 0]
    highs = [100 * leak.high for leak in leaks if math.isfinite(leak.high)]
    top = max([*highs, 1e-9]) if highs else 100.0
    if values and max(values) / min(values) >= _LOG_RATIO:
        lows = [100 * leak.low for leak in leaks if leak.value > 0 and leak.low > 0]
        least = min([*values, *highs])
        least = max(min([least, *lows]), least / _TAIL)
        axes.set_xscale("log")
        axes.set_xlim(
            10.0 ** math.floor(math.log10(least)), min(10 ** math.ceil(math.log10(top)), 110)
        )
    else:
        axes.set_xlim(0, min(top * 1.06, 102))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")


def _bands(axes: Axes, rows: list[_Row], body: float) -> None:
    starts = [row.place - _ROW / 2 - _GAP / 2 for row in rows if row.threat_class]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], body], strict=True)):
        if number % 2 == 0:
            axes.axhspan(start, end, color=_BAND, linewidth=0, zorder=0)
    axes.axhline(starts[-1], color=_PALE, linewidth=0.8, zorder=1)


def _draw(axes: Axes, row: _Row) -> None:
    value, low, high = (100 * number for number in row.leak)
    if math.isnan(value):
        return
    colour, marker = _colour(row.architecture), _MARKERS[row.architecture % len(_MARKERS)]
    left = axes.get_xlim()[0]
    logarithmic = axes.get_xscale() == "log"
    axes.plot(
        [max(low, left) if logarithmic else low, high],
        [row.place] * 2,
        color=colour,
        linewidth=1.8,
        solid_capstyle="butt",
        zorder=3,
    )
    if value > 0 or not logarithmic:
        axes.plot(value, row.place, marker, color=colour, markersize=5.5, zorder=4, clip_on=False)
    else:
        axes.plot(left, row.place, "<", color=colour, markersize=6, zorder=4, clip_on=False)


def _colour(architecture: int) -> str:
    return _COLOURS[architecture % len(_COLOURS)]


def _darker(architecture: int) -> str:
    """The colour as text needs it, which is thinner than a dot."""
    channels = (int(_colour(architecture)[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{int(0.7 * channel):02x}" for channel in channels)


def _labels(figure: Figure, axes: Axes, reading: Reading, rows: list[_Row]) -> None:
    """Names to the left of the dots and numbers to the right; the axes get the room between."""
    architectures = len(reading.labels) > 1
    height = figure.get_size_inches()[1]
    texts: dict[str, list[Any]] = {"class": [], "architecture": [], "number": []}
    for row in rows:
        level = 1 - (_TOP + row.place) / height
        if row.threat_class:
            texts["class"].append(
                _text(figure, 0.02, level, _short(row.threat_class), weight="bold")
            )
        if architectures:
            label = _short(reading.labels[row.architecture].replace("_", " "))
            texts["architecture"].append(
                _text(figure, 0, level, label, color=_darker(row.architecture), ha="right")
            )
        texts["number"].append(_text(figure, 0.98, level, _number(row.leak), ha="right"))
    wide = {kind: _widest(figure, found) for kind, found in texts.items()}
    left = 0.02 + wide["class"] + 0.015
    if architectures:
        left += wide["architecture"]
        for text in texts["architecture"]:
            text.set_x(left)
        left += 0.015
    right = 0.98 - wide["number"] - 0.015
    box = axes.get_position()
    axes.set_position((left, box.y0, right - left, box.height))


def _text(figure: Figure, x: float, y: float, text: str, **style: Any) -> Any:
    # A label is text, never mathematics: "$" is a sign like any other.
    settings = {"color": _INK, "va": "center_baseline", "parse_math": False, **style}
    return figure.text(x, y, plain(text), **settings)


def _fitted(figure: Figure, x: float, y: float, text: str, **style: Any) -> None:
    """A line of text, cut where it would leave the page."""
    line = _text(figure, x, y, text, **style)
    while (wide := _widest(figure, [line])) > 0.97 - x:
        text = text[: min(len(text) - 1, int(len(text) * (0.97 - x) / wide))]
        line.set_text(f"{text}…")


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_MOST else label[: _LABEL_MOST - 1] + "…"


def _number(leak: Interval) -> str:
    text = percent(leak, 26).replace("..", " to ")
    return text.replace(" (", " % (") if "(" in text else text


def _widest(figure: Figure, texts: list[Any]) -> float:
    """Width of the widest text as a share of the figure's."""
    pixels = max((text.get_window_extent().width for text in texts), default=0.0)
    return float(pixels / (figure.get_size_inches()[0] * figure.dpi))


def _frame(figure: Figure, axes: Axes, reading: Reading) -> None:
    """Axis, title, marking and footnote."""
    height = figure.get_size_inches()[1]
    axes.set_yticks([])
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_PALE)
    axes.tick_params(axis="x", which="both", colors=_INK, direction="out")
    axes.grid(axis="x", which="major", color="#D8D8D8", linewidth=0.7, zorder=1)
    axes.set_axisbelow(True)
    scale = ", logarithmic scale" if axes.get_xscale() == "log" else ""
    axes.set_xlabel(f"leak probability, leakers per live threat [%]{scale}", color=_INK)
    box = {"boxstyle": "square,pad=0.35", "facecolor": _ALARM, "edgecolor": "none"}
    top = 1 - 0.24 / height
    _fitted(figure, 0.026, top, reading.marking, color="white", weight="bold", bbox=box)
    _fitted(figure, 0.02, 1 - 0.60 / height, reading.title, size=13, weight="bold")
    alone = "" if len(reading.labels) > 1 else f"{reading.labels[0]}: "
    note = (
        f"{alone}{reading.sample}. Dots: estimates. Lines and brackets: 95 % intervals of "
        "sampling error; inputs are notional, their error is in no interval."
    )
    _text(figure, 0.02, 0.20 / height, note, size=8, color=_PALE)
