"""What drives a result, on a screen of 80 columns and as numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from mcdefense.report.lines import WIDTH, cut, label_width, row, wrapped
from mcdefense.report.numbers import percent, short, with_interval
from mcdefense.report.reading import Interval, Reading, finite, read_result
from mcdefense.scenario import draws_of_one_place, sites_of, without_tables
from mcdefense.statistics import Driven, Drivers, Result, Turn, driven

REMAINDER = "aim and interaction"
MEANING = (
    "A share is what of the variance between worlds goes away on average once the input is known. "
    "Inputs that go together, such as a plan and its threats, share the same variance, so that "
    "shares may add up to more than 100 %. Chance of the trials is taken out."
)
_COLUMN = 24


@dataclass(frozen=True)
class DriversShown:
    """What drives the leakers and the gain of a result: its `screen`, 80 columns wide, its
    `numbers` for JSON, and the shares themselves in `driven`."""

    driven: Driven
    screen: str
    numbers: dict[str, Any]


def drivers_of_result(result: Result) -> Driven:
    """The drivers of a result, but for inputs of a single place that may be real: a source stands
    beside it in the scenario. Raises TooFewWorlds where they cannot tell."""
    lines = str(result.provenance.get("overrides", "")).splitlines()
    pairs = [(path, text) for path, _, text in (line.partition(" = ") for line in lines)]
    scenario = without_tables(result.scenario_text, pairs)
    sites = sites_of(scenario)
    things = {name: name if "." in name else f"asset.{name}" for name in result.tally.axes.asset}
    hidden = {f"live at {name}" for name, thing in things.items() if sites.is_real(thing)}
    hidden |= {f"uncertainty.{name}" for name in draws_of_one_place(scenario)}
    return driven(result, hidden)


def drivers_shown(result: Result) -> DriversShown:
    """The drivers of a result as they are printed. Raises TooFewWorlds as above."""
    found = drivers_of_result(result)
    reading = read_result(result)
    names = [f"leakers, {label}" for label in reading.labels]
    columns = list(zip(names, found.leakers, strict=True))
    if found.gain is not None:
        columns.append((_gain_name(reading), found.gain))
    lines = [
        cut(f"{reading.marking}  {reading.title}", WIDTH),
        f"{reading.sample}; brackets hold 95 % intervals",
        "",
    ]
    for name, one in reversed(columns):
        lines += [*_table(name, one), ""]
    if found.turn is not None:
        lines += ["WHAT WOULD TURN THE SIGN", *wrapped(turn_shown(found.turn), "    ", "  "), ""]
    lines += _notes(found)
    screen = "\n".join(lines).rstrip("\n") + "\n"
    numbers = {
        "marking": reading.marking,
        "title": reading.title,
        "drivers": {name: _numbers(one) for name, one in columns},
        "turn": None if found.turn is None else _plain(found.turn),
        "constant": list(found.constant),
        "left_out": list(found.left_out),
    }
    return DriversShown(found, screen, numbers)


def _gain_name(reading: Reading) -> str:
    a, b = reading.labels[reading.baseline], reading.labels[reading.compare]
    return f"gain, leakers of {a} less those of {b}"


def _table(name: str, one: Drivers) -> list[str]:
    lines = wrapped(f"DRIVERS of {name}", "    ")
    if not one.shares and one.between == 0:
        return [*lines, "  worlds differ by no more than their trials' chance"]
    spread = f"{short(one.mean)} in the mean, {short(one.between)} from world to world"
    lines += wrapped(f"{spread} (standard deviation)", "    ", "  ")
    width = label_width([share.name for share in one.shares], 24)
    lines.append(row("share of the variance, %", [""], width, [_COLUMN]))
    for name, share in shares_shown(one):
        lines.append(row(f"  {name}", [percent(share, _COLUMN)], width, [_COLUMN]))
    if inert := inert_shown(one):
        lines += wrapped(inert, "    ", "  ")
    return lines


def shares_shown(one: Drivers) -> list[tuple[str, Interval]]:
    """The shares that are not inert, by input, the largest first; what no single input explains is
    the last."""
    found = [(s.name, Interval(s.value, s.low, s.high)) for s in one.shares if not s.is_inert]
    if not math.isnan(one.remainder[0]):
        found.append((REMAINDER, Interval(*one.remainder)))
    return found


def inert_shown(one: Drivers) -> str:
    """Which inputs have no effect that is seen; nothing if there is none."""
    inert = ", ".join(share.name for share in one.shares if share.is_inert)
    return f"inert, no effect seen: {inert}" if inert else ""


def headline_drivers(reading: Reading, found: Driven) -> tuple[str, Drivers]:
    """What is driven, in words, and by what: the gain, or the leakers of a single architecture."""
    if found.gain is not None:
        return _gain_name(reading), found.gain
    return f"leakers, {reading.labels[reading.compare]}", found.leakers[reading.compare]


def turn_shown(turn: Turn) -> str:
    """From which value of the strongest input on joining pays."""
    span = f"{short(turn.range_low)} to {short(turn.range_high)}"
    if math.isnan(turn.value):
        what = "joining pays" if turn.before > 0 else "joining does not pay"
        how = "" if turn.clear else ", though not clearly at its ends"
        return f"{what} all over the range of {turn.name}, {span}{how}"
    pays = "up to" if turn.before > 0 else "from"
    at = with_interval(Interval(turn.value, turn.low, turn.high), join=" to ")
    said = f"joining pays {pays} {turn.name} = {at}, of {span} in all worlds"
    return (
        said
        if turn.clear
        else f"no clear turn: with some samples of the worlds there is none, else {said}"
    )


def _notes(found: Driven) -> list[str]:
    notes = wrapped(MEANING)
    if found.constant:
        notes += wrapped(f"the same in all worlds: {', '.join(found.constant)}", "    ", "  ")
    for text in found.left_out:
        notes += wrapped(f"left out: {text}", "    ", "  ")
    return notes


def _numbers(one: Drivers) -> dict[str, Any]:
    shares = {share.name: {**_plain(share), "inert": share.is_inert} for share in one.shares}
    remainder = [finite(value) for value in one.remainder]
    return {"mean": one.mean, "between": one.between, "shares": shares, "remainder": remainder}


def _plain(thing: Any) -> dict[str, Any]:
    values = vars(thing).items()
    return {name: finite(value) if isinstance(value, float) else value for name, value in values}
