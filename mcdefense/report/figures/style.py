"""What all figures share: how they look, where their text fits, and how they are written."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.plain import plain
from mcdefense.store import replace_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# M. Okabe and K. Ito's palette, which the colour-blind can tell apart; yellow is too pale for dots.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKERS = ("o", "s", "D", "^", "v", "P", "X")
INK, PALE, BAND, _ALARM = "#222222", "#666666", "#F3F3F3", "#B00020"
_WIDTH, _DPI = 10.0, 160
_LABEL_MOST = 28
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


@contextmanager
def page(height: float) -> Iterator[Figure]:
    """An empty figure, 10 in wide and so many high, while it is drawn on.

    Raises McdefenseError without matplotlib.
    """
    try:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise McdefenseError(
            "matplotlib is not installed; install it with: pip install 'mcdefense[report]'"
        ) from error
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        yield figure


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


def colour(architecture: int) -> str:
    return COLOURS[architecture % len(COLOURS)]


def darker(architecture: int) -> str:
    """The colour as text needs it, which is thinner than a dot."""
    channels = (int(colour(architecture)[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{int(0.7 * channel):02x}" for channel in channels)


def text_at(figure: Figure, x: float, y: float, text: str, **style: Any) -> Any:
    # A label is text, never mathematics: "$" is a sign like any other.
    settings = {"color": INK, "va": "center_baseline", "parse_math": False, **style}
    return figure.text(x, y, plain(text), **settings)


def _fitted(figure: Figure, x: float, y: float, text: str, **style: Any) -> None:
    """A line of text, cut where it would leave the page."""
    line = text_at(figure, x, y, text, **style)
    while (wide := widest(figure, [line])) > 0.97 - x:
        text = text[: min(len(text) - 1, int(len(text) * (0.97 - x) / wide))]
        line.set_text(f"{text}…")


def short_label(label: str) -> str:
    return label if len(label) <= _LABEL_MOST else label[: _LABEL_MOST - 1] + "…"


def widest(figure: Figure, texts: list[Any]) -> float:
    """Width of the widest text as a share of the figure's."""
    pixels = max((text.get_window_extent().width for text in texts), default=0.0)
    return float(pixels / (figure.get_size_inches()[0] * figure.dpi))


def marked(figure: Figure, marking: str, title: str) -> None:
    """The marking on red above the title; no figure goes without."""
    height = figure.get_size_inches()[1]
    box = {"boxstyle": "square,pad=0.35", "facecolor": _ALARM, "edgecolor": "none"}
    _fitted(figure, 0.026, 1 - 0.24 / height, marking, color="white", weight="bold", bbox=box)
    _fitted(figure, 0.02, 1 - 0.60 / height, title, size=13, weight="bold")
