"""One style for every figure: a page with marking, title and footnote; colours, markers, hatches.

Series are told apart by the colour-blind and in grey: each has a colour, a marker and a hatch, and
its name stands beside it. Needs matplotlib, the extra `report`.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.plain import plain
from mcdefense.store import replace_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# M. Okabe and K. Ito's palette, which the colour-blind can tell apart; yellow is too pale for dots.
# After it come two of P. Tol's, for a scenario of eight or nine architectures.
COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"),
    *("#882255", "#999933"),
)
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*", "p")
PARTS = (
    *(colour for colour in COLOURS if colour != "#000000"),
    *("#332288", "#DDCC77", "#888888", "#117733"),
)
"""Colours of the parts of a bar, as many as there are causes of a leak."""
# Lines alone: a hatch of dots makes an SVG of a megabyte.
HATCHES = ("", "////", "\\\\\\\\", "xxxx", "----", "||||", "++++", "//", "\\\\", "--", "||")
INK, PALE, BAND, LINE, ALARM = "#222222", "#666666", "#F3F3F3", "#D8D8D8", "#B00020"
PAPER = "#FFFFFF"
ON_ALARM = "#FFFDFD"  # as PAPER, but white in the dark too
WIDTH, MARGIN, TOP = 10.0, 0.2, 1.18  # inches
ROW, GAP = 0.235, 0.10  # inches
LABEL_MOST = 28
_DPI = 160
_NOTE_LINE, _LETTERS_AN_INCH = 0.15, 16.5
_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "hatch.linewidth": 0.5,
    "svg.hashsalt": "mcdefense",
    "svg.fonttype": "none",
}
_FORMATS = {
    "png": {"Software": None},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}


class Heading(NamedTuple):
    """What stands over and under a figure: `shows` says in words what is drawn, with its unit;
    `note` how much was simulated and how to read it."""

    marking: str
    title: str
    shows: str
    note: str


@contextmanager
def styled() -> Iterator[None]:
    """The style, while entered. Raises McdefenseError without matplotlib."""
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise McdefenseError(
            "matplotlib is not installed; install it with: pip install 'mcdefense[report]'"
        ) from error
    with mpl.rc_context(_STYLE):
        yield


class Page:
    """A figure with its heading and footnote; all places on it are inches from its top left.

    `body` is the height between heading and footnote, axis labels and all.
    """

    def __init__(self, heading: Heading, body: float, width: float = WIDTH) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        letters = int((width - 2 * MARGIN) * _LETTERS_AN_INCH)
        note = textwrap.wrap(" ".join(heading.note.split()), letters)
        self.width, self.height = width, TOP + body + _NOTE_LINE * len(note) + MARGIN
        self.figure = Figure(figsize=(self.width, self.height), dpi=_DPI, facecolor=PAPER)
        FigureCanvasAgg(self.figure)
        box = {"boxstyle": "square,pad=0.35", "facecolor": ALARM, "edgecolor": "none"}
        self.fitted(MARGIN + 0.06, 0.24, heading.marking, color=ON_ALARM, weight="bold", bbox=box)
        self.fitted(MARGIN, 0.60, heading.title, size=13, weight="bold")
        self.fitted(MARGIN, 0.90, heading.shows)
        for place, line in enumerate(note):
            level = TOP + body + _NOTE_LINE * (place + 0.5)
            self.fitted(MARGIN, level, line, size=8, color=PALE)

    def text(self, x: float, y: float, text: str, **style: Any) -> Any:
        """A line of text at its left end, or as `ha` says, centred upon `y`."""
        # A label is text, never mathematics: "$" is a sign like any other.
        settings = {"color": INK, "va": "center_baseline", "parse_math": False, **style}
        place = x / self.width, 1 - y / self.height
        return self.figure.text(*place, plain(text), **settings)

    def fitted(self, x: float, y: float, text: str, most: float = 0.0, **style: Any) -> Any:
        """A line of text, cut where it would be wider than `most` or else leave the page."""
        most = most or self.width - MARGIN - x
        line = self.text(x, y, text, **style)
        while (wide := self.widest([line])) > most:
            text = text[: min(len(text) - 1, int(len(text) * most / wide))]
            line.set_text(plain(f"{text}…"))
        return line

    def widest(self, texts: Sequence[Any]) -> float:
        """Width of the widest of some texts [inches]."""
        pixels = max((text.get_window_extent().width for text in texts), default=0.0)
        return float(pixels / self.figure.dpi)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes whose frame has this place and size: an axis below, no more."""
        box = (
            left / self.width,
            1 - (top + height) / self.height,
            width / self.width,
            height / self.height,
        )
        axes = self.figure.add_axes(box)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(PALE)
        axes.tick_params(axis="both", which="both", colors=INK, direction="out")
        axes.set_axisbelow(True)
        return axes

    def moved(self, axes: Axes, left: float, right: float) -> None:
        """Give the axes another left and right edge."""
        box = axes.get_position()
        axes.set_position((left / self.width, box.y0, (right - left) / self.width, box.height))


def colour(series: int) -> str:
    """The colour of a series."""
    return COLOURS[series % len(COLOURS)]


def darker(series: int) -> str:
    """The colour as text needs it, which is thinner than a dot."""
    channels = (int(colour(series)[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{int(0.7 * channel):02x}" for channel in channels)


def marker(series: int) -> str:
    """The marker of a series."""
    return MARKERS[series % len(MARKERS)]


def short_label(label: str, most: int = LABEL_MOST) -> str:
    """A name as it stands in a figure: without underscores, and cut."""
    text = plain(label).replace("_", " ")
    return text if len(text) <= most else text[: most - 1] + "…"


def tick_text(value: float, _: object = None) -> str:
    """A number at an axis, without an exponent and with a plain hyphen as its minus."""
    return f"{value:,.6g}" if abs(value) < 1e7 else f"{value:.3g}"


def save(figure: Figure, path: Path | str) -> None:
    """Write a figure as PNG, SVG or PDF by its ending; the same figure gives the same bytes.

    Raises InputError for another ending, StoreError if the file cannot be written.
    """
    kind = picture_format(path)
    replace_file(path, drawn_as(figure, kind))


def picture_format(path: Path | str) -> str:
    """The format that a path's ending names; InputError for another than .png, .svg or .pdf."""
    kind = Path(path).suffix.lstrip(".").lower()
    if kind not in _FORMATS:
        came = f"got the ending '{Path(path).suffix}', expected .png, .svg or .pdf"
        raise InputError([Fault(str(path), "", came)])
    return kind


def drawn_as(figure: Figure, kind: str) -> bytes:
    """The figure as "png", "svg" or "pdf"."""
    import matplotlib as mpl

    content = io.BytesIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(content, format=kind, dpi=_DPI, metadata=_FORMATS[kind])
    return content.getvalue()
