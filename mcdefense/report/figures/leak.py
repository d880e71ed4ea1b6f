"""Leak probability by threat class, and beside it what each architecture changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcdefense.report.figures.dots import DotRows, Panel, dots_figure
from mcdefense.report.figures.style import Heading
from mcdefense.report.numbers import percent, with_margin
from mcdefense.report.reading import Interval, Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def leak_figure(reading: Reading) -> Figure:
    """Leak probability [%] by threat class and architecture, and the paired difference [%-points]
    of each architecture to the baseline, with 95 % intervals.

    One row a dot; classes in bands, last all live threats together. The axis is logarithmic where
    the values span a factor of 50; what never leaked is then an arrow from the upper end of its
    interval, and an interval that reaches far below every estimate ends at the edge.
    """
    shown = reading.shown
    rows = DotRows(
        [*(reading.classes[c] for c in reading.live_classes), "all live threats"],
        shown,
        [reading.named(a) for a in shown],
        reading.baseline if reading.has_pair else None,
        total=True,
    )
    places = [*((c,) for c in reading.live_classes), ()]
    panels = [
        Panel(
            "leakers per live threat [%]",
            [[_leak(reading, a, *place) for a in shown] for place in places],
            lambda leak: _number(leak, 24),
            scale=100.0,
            most=100.0,
        )
    ]
    if len(shown) > 1:
        panels.append(
            Panel(
                f"minus {reading.labels[reading.baseline]} [%-points]",
                [[_change(reading, a, *place) for a in shown] for place in places],
                lambda change: with_margin(change, 16, 100.0, " to "),
                scale=100.0,
                signed=True,
            )
        )
    note = (
        f"{reading.sample}. Dots: estimates. Lines and brackets: 95 % intervals of sampling error; "
        "inputs are notional, their error is in no interval."
    )
    if len(shown) > 1:
        note += (
            " The differences are paired: both architectures met the same raids with the same "
            "luck, so they are better known than the leak probabilities themselves."
        )
    shows = "Leak probability by threat class; lower is better"
    if len(shown) > 1:
        shows += ", and left of the zero line is better than the baseline"
    if len(reading.labels) == 1:
        shows += f". Architecture: {reading.labels[0]}"
    return dots_figure(Heading(reading.marking, reading.title, shows, note), rows, panels)


def _leak(reading: Reading, a: int, *place: int) -> Interval:
    return reading.estimate("leak_probability" if place else "leak_probability_total", a, *place)


def _change(reading: Reading, a: int, *place: int) -> Interval | None:
    if a == reading.baseline:
        return None
    name = "difference_leak_probability" if place else "difference_leak_probability_total"
    return reading.difference(name, reading.baseline, a, *place)


def _number(leak: Interval, width: int) -> str:
    text = percent(leak, width, " to ")
    return text.replace(" (", " % (") if "(" in text else text
