"""What options are worth, on a screen of 80 columns and as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mcdefense.report.lines import WIDTH, blocks, cut, heading, label_width, row, wrapped
from mcdefense.report.numbers import short, with_interval, with_margin
from mcdefense.report.reading import Interval, finite
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import (
    EACH_TRIED,
    RoundsWorth,
    Study,
    Three,
    WorthAnswer,
    not_told_apart,
    saved,
)

_COLUMN = 20


class WorthReading:
    """What `worth` found: options are (name, cost), in the order asked; what each `saved`, by name
    and architecture; the rounds that joining is worth, and the order of the architecture `of`."""

    def __init__(self, study: Study, answer: WorthAnswer) -> None:
        self.study = StudyReading(study)
        self.options, self.rounds = answer.options, answer.rounds
        self.of, self.order = answer.of, answer.order
        number = len(study.architectures)
        self.saved = {
            name: [saved(study, point, a) for a in range(number)]
            for point, (name, _) in enumerate(answer.options, 1)
        }

    @property
    def label(self) -> str:
        """What the architecture that buys is called."""
        return self.study.labels[self.buyer]

    @property
    def priced(self) -> bool:
        """Whether any option has a cost."""
        return any(cost is not None for _, cost in self.options)

    @property
    def rule(self) -> str:
        """Which option is bought first, in words."""
        return f"the most saved{' for its cost' * self.priced} first"

    @property
    def buyer(self) -> int:
        """Place of the architecture that buys."""
        return self.study.study.architectures.index(self.of)

    @property
    def best(self) -> tuple[str, Three]:
        """The option that saves most under the architecture that buys, and what it saves."""
        name = max(self.saved, key=lambda name: self.saved[name][self.buyer][0])
        return name, self.saved[name][self.buyer]

    @property
    def as_good(self) -> list[str]:
        """The other options of which it is not clear at 95 % that they save less than the best,
        world by world."""
        names = [name for name, _ in self.options]
        best = names.index(self.best[0]) + 1
        others = [place for place in range(1, len(names) + 1) if place != best]
        alike = not_told_apart(self.study.study, best, others, self.buyer)
        return [names[place - 1] for place in alike]

    @property
    def joining(self) -> Interval | None:
        """Leakers a raid that the headline's compare saves against its baseline with no option
        bought, paired; None of a single architecture."""
        reading = self.study
        if not reading.has_pair:
            return None
        return reading.of_line("difference_expected_leakers", (), reading.pair)[0].turned


def worth_screen(found: WorthReading) -> str:
    """Leakers saved by each option, per cost, the rounds that joining is worth, and the order."""
    reading = found.study
    base = [reading.of_line("expected_leakers", (), a)[0] for a in range(len(reading.labels))]
    lines = [
        cut(f"{reading.marking}  {reading.title}", WIDTH),
        f"{reading.sample}; brackets hold 95 % intervals",
        *wrapped(
            "leakers a raid as it stands: "
            + ", ".join(
                f"{n} {with_interval(e)}" for n, e in zip(reading.labels, base, strict=True)
            ),
            "    ",
            "  ",
        ),
    ]
    if found.joining is not None:
        a, b = reading.labels[reading.baseline], reading.labels[reading.compare]
        text = f"{b} saves {with_margin(found.joining)} leakers a raid against {a}"
        lines += wrapped(f"{text} with no option bought, paired", "    ", "  ")
    if found.options:
        lines += ["", *_table(found, "LEAKERS SAVED A RAID", priced=False)]
        name, saves = found.best
        text = f"most under {found.label}: {name}, {with_margin(Interval(*saves))}"
        if found.as_good:
            text += f"; not clear at 95 % that it saves more than {', '.join(found.as_good)}"
        lines += wrapped(f"({text})")
        if found.priced:
            lines += ["", *_table(found, "SAVED FOR A UNIT OF COST", priced=True)]
    if found.rounds is not None:
        lines += ["", *_rounds(found, found.rounds)]
    if found.order is not None:
        lines += ["", *_order(found, found.order)]
    return "\n".join(lines) + "\n"


def _table(found: WorthReading, title: str, *, priced: bool) -> list[str]:
    names = [name for name, _ in found.options]
    width = label_width([*names, title], 22)
    lines: list[str] = []
    labels = found.study.labels
    for group in blocks(len(labels), width, _COLUMN):
        columns = [min((WIDTH - width) // len(group), 24)] * len(group)
        lines += heading(title, [labels[a] for a in group], width, columns)
        for name, cost in found.options:
            unit = cost if priced else 1.0
            cells = ["no cost given"] * len(group)
            if unit is not None:
                three = [found.saved[name][a] for a in group]
                cells = [
                    with_margin(Interval(*(x / unit for x in t)), columns[0] - 1) for t in three
                ]
            shown = f"{name} (cost {short(cost)})" if priced and cost is not None else name
            lines.append(row(f"  {shown}", cells, width, columns))
    return lines


def _rounds(found: WorthReading, one: RoundsWorth) -> list[str]:
    a, b = found.study.labels[found.study.baseline], found.study.labels[found.study.compare]
    step = one.tried[1] - one.tried[0]
    lines = ["WHAT JOINING IS WORTH IN ROUNDS"]
    text = f"{a} needs {rounds_needed(one)} more rounds of {one.interceptor} to leak no more "
    text += f"than {b} as it is, {with_interval(Interval(*one.joined))}; tried {step} at a time, "
    text += "in proportion over the batteries that have any, as far as whole rounds go"
    if is_gap(one) and one.value is not None and one.value <= EACH_TRIED:
        text += f"; --most-rounds {one.value} tries each number"
    lines += wrapped(text, "    ", "  ")
    width = label_width(["more rounds"], 16)
    lines.append(row("  more rounds", [f"leakers, {a}"], width, [30]))
    for number, leakers in zip(one.tried, one.leakers, strict=True):
        lines.append(row(f"  {number}", [with_interval(Interval(*leakers), 29)], width, [30]))
    return lines


def rounds_needed(one: RoundsWorth) -> str:
    """How many more rounds are needed, with the interval: as two numbers where not every number
    between them was tried."""
    more = f"more than {one.most}"
    value = more if one.value is None else f"{one.value}"
    if is_gap(one):
        value = f"{one.at_least} to {value}"
    if one.low is None:
        return value
    return f"{value} ({one.low} to {more if one.high is None else one.high})"


def is_gap(one: RoundsWorth) -> bool:
    """Whether numbers before the one that is enough were not tried, and may be enough too."""
    return one.value is not None and one.at_least != one.value


def _order(found: WorthReading, bought: Sequence[tuple[str, Three]]) -> list[str]:
    lines = wrapped(f"BOUGHT ONE AFTER THE OTHER, {found.label}: {found.rule}")
    for place, (name, more) in enumerate(bought, 1):
        lines += wrapped(
            f"{place}. {name}: saves {with_interval(Interval(*more))} more", "    ", "  "
        )
    return lines


def worth_json(found: WorthReading) -> dict[str, Any]:
    """The same as plain numbers; None stands for more rounds than were tried, and under `joining`
    for no pair of architectures."""
    names = found.study.study.architectures
    return {
        "marking": found.study.marking,
        "title": found.study.title,
        "of": found.of,
        "joining": None if found.joining is None else list(map(finite, found.joining)),
        "best": None
        if not found.options
        else {"option": found.best[0], "not_clearly_more_than": found.as_good},
        "options": {
            name: {
                "cost": cost,
                "saved": dict(zip(names, map(list, found.saved[name]), strict=True)),
            }
            for name, cost in found.options
        },
        "rounds": None
        if found.rounds is None
        else {**vars(found.rounds), "at_least": found.rounds.at_least},
        "order": None
        if found.order is None
        else [{"option": name, "saved": list(more)} for name, more in found.order],
    }
