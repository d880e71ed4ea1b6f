"""What drives a result, on a screen of 80 columns and as numbers."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from mcdefense.report.lines import WIDTH, cut, row, wrapped
from mcdefense.report.numbers import percent, short, with_interval
from mcdefense.report.reading import Interval, Reading, finite, read_result
from mcdefense.scenario import draws_of_one_place, sites_of, without_tables
from mcdefense.statistics import Driven, Drivers, Result, Share, Steps, Turn, driven, untold

REMAINDER = "aim and interaction"
MEANING = (
    "A share is what of the variance between worlds goes away on average once the input is known. "
    "Inputs that go together, such as a plan and its threats, share the same variance, so that "
    "shares may add up to more than 100 %. Chance of the trials is taken out."
)
TREND = (
    "More of it: what worlds with more of the input have, whatever goes together with it; not "
    "told: the 95 % interval of that trend holds 0."
)
_GAIN = "gain"
_COLUMNS = (20, 16)
_LABEL_LEAST = 24
_NARROW = 0.05
"""How far to either side of a share its interval goes with as many worlds as are advised."""
_ALIKE = 0.05
"""How far apart the shares of two architectures may be and still be told as one."""


@dataclass(frozen=True)
class DriversShown:
    """What drives the leakers and the gain of a result: its `screen`, 80 columns wide, its
    `numbers` for JSON, and the shares themselves in `driven`."""

    driven: Driven
    screen: str
    numbers: dict[str, Any]


def drivers_of_result(result: Result, show: Steps = untold) -> Driven:
    """The drivers of a result, but for inputs of a single place that may be real: a source stands
    beside it in the scenario. `show` is told how far the work is. Raises TooFewWorlds where they
    cannot tell."""
    lines = str(result.provenance.get("overrides", "")).splitlines()
    pairs = [(path, text) for path, _, text in (line.partition(" = ") for line in lines)]
    scenario = without_tables(result.scenario_text, pairs)
    sites = sites_of(scenario)
    things = {name: name if "." in name else f"asset.{name}" for name in result.tally.axes.asset}
    hidden = {f"live at {name}" for name, thing in things.items() if sites.is_real(thing)}
    hidden |= {f"uncertainty.{name}" for name in draws_of_one_place(scenario)}
    return driven(result, hidden, show)


def drivers_shown(result: Result, show: Steps = untold) -> DriversShown:
    """The drivers of a result as they are printed: what several quantities have in common is said
    once. Raises TooFewWorlds as above."""
    found = drivers_of_result(result, show)
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
    unseen = _unseen_everywhere([one for _, one in columns])
    groups: list[_Group] = [(one, []) for one in columns[len(names) :]]
    groups += _grouped(columns[: len(names)][::-1])
    for (name, one), others in groups:
        lines += [*_table(name, one, unseen), *_alike_lines(others), ""]
    if found.turn is not None:
        said = turn_shown(found.turn) + why_along(found)
        lines += ["WHAT WOULD TURN THE SIGN", *wrapped(said, "    ", "  "), ""]
    lines += _notes(found, unseen)
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
    return f"{_GAIN}, leakers of {a} less those of {b}"


_Column = tuple[str, Drivers]
"""A quantity in words, and its drivers."""
_Group = tuple[_Column, list[_Column]]
"""A quantity, and those that its table speaks for."""


def _unseen_everywhere(every: Sequence[Drivers]) -> list[Share]:
    """Inputs of which no effect was seen on any of several quantities that have drivers at all:
    the largest share of each that was missed at most."""
    shares = [{s.name: s for s in one.shares} for one in every if one.shares]
    if len(shares) < 2:
        return []
    each = [[of[name] for of in shares if name in of] for name in shares[0]]
    return [
        max(same, key=lambda share: share.high)
        for same in each
        if len(same) == len(shares) and not any(share.is_seen for share in same)
    ]


def _grouped(columns: Sequence[_Column]) -> list[_Group]:
    """Each quantity whose drivers are not those of one before it, and those that it speaks for."""
    groups: list[_Group] = []
    for column in columns:
        like = [others for first, others in groups if _alike(first[1], column[1])]
        if like:
            like[0].append(column)
        else:
            groups.append((column, []))
    return groups


def _alike(one: Drivers, other: Drivers) -> bool:
    """Whether two quantities have the same drivers: no share differs by more than some points, nor
    does the remainder."""
    if not one.shares or not other.shares:
        return False
    first, second = ({s.name: s.value for s in x.shares} for x in (one, other))
    apart = [abs(first[name] - second[name]) for name in first]
    apart.append(abs(one.remainder[0] - other.remainder[0]))
    return not any(difference > _ALIKE for difference in apart)


def _alike_lines(others: Sequence[_Column]) -> list[str]:
    if not others:
        return []
    said = f"the same drivers, no share more than {100 * _ALIKE:.0f} points apart, of:"
    lines = wrapped(said, "    ", "  ")
    for name, one in others:
        lines += wrapped(f"{name}: {_spread(one)}", "      ", "    ")
    return lines


def _spread(one: Drivers) -> str:
    return f"{short(one.mean)} in the mean, {short(one.between)} from world to world"


def _table(name: str, one: Drivers, told: Sequence[Share]) -> list[str]:
    """The shares of one quantity; inputs that are `told` elsewhere as not seen are not listed."""
    lines = wrapped(f"DRIVERS of {name}", "    ")
    if not one.shares and one.between == 0:
        return [*lines, "  worlds differ by no more than their trials' chance"]
    lines += wrapped(f"{_spread(one)} (standard deviation)", "    ", "  ")
    names = [share.name for share in one.shares if share.is_seen]
    width = min(max([_LABEL_LEAST, *(len(name) + 2 for name in names)]), WIDTH - sum(_COLUMNS))
    lines.append(row("share of the variance, %", ["", "more of it"], width, _COLUMNS))
    directions = directions_shown(name, one)
    for label, share in shares_shown(one):
        cells = [percent(share, _COLUMNS[0]), directions.get(label, "")]
        lines.append(row(f"  {label}", cells, width, _COLUMNS))
    unseen = unseen_shown(one, [share.name for share in told])
    for said in (rest_shown(one), order_shown(one), unseen):
        lines += wrapped(said, "    ", "  ")
    return lines


def directions_shown(name: str, one: Drivers) -> dict[str, str]:
    """What worlds with more of an input have, by input, where `name` is the quantity in words;
    nothing for an input without an order."""
    is_gain = name.startswith(_GAIN)
    return {share.name: _direction(share.direction, is_gain) for share in one.shares}


def _direction(direction: int | None, is_gain: bool) -> str:
    if direction is None:
        return ""
    if direction == 0:
        return "not told"
    more, fewer = ("more gain", "less gain") if is_gain else ("more leakers", "fewer leakers")
    return more if direction > 0 else fewer


def rest_shown(one: Drivers) -> str:
    """Where the variance is that the shares do not show, if these worlds are too few to tell the
    part of aim and interaction; nothing where a row says that."""
    if not one.shares or not math.isnan(one.remainder[0]):
        return ""
    return (
        f"the rest is of {REMAINDER} and of what was not seen, which {one.worlds:,} worlds do not "
        f"tell apart: that takes {one.worlds_for_remainder:,}"
    )


def shares_shown(one: Drivers) -> list[tuple[str, Interval]]:
    """The shares that were seen, by input, the largest first; what no single input explains is
    the last."""
    found = [(s.name, Interval(s.value, s.low, s.high)) for s in one.shares if s.is_seen]
    if not math.isnan(one.remainder[0]):
        found.append((REMAINDER, Interval(*one.remainder)))
    return found


def unseen_shown(one: Drivers, told: Collection[str] = ()) -> str:
    """Of which inputs no effect was seen, but for those `told`, and how large a share may have been
    missed; nothing if there is none."""
    found = [share for share in one.shares if not share.is_seen and share.name not in told]
    return f"no effect seen{_missed(found, one.worlds)}" if found else ""


def _missed(unseen: Sequence[Share], worlds: int) -> str:
    """The names of inputs that so many worlds may have missed, and how large a share of these."""
    most = math.ceil(100 * max(share.high for share in unseen))
    names = ", ".join(share.name for share in unseen)
    return f" in {worlds:,} worlds, which may miss a share of up to {max(most, 1)} %: {names}"


def order_shown(one: Drivers) -> str:
    """That which input is first is not told, and how many worlds would narrow its interval to
    some points to either side; nothing where its interval lies above those of all others."""
    seen = [share for share in one.shares if share.is_seen]
    if not seen:
        return ""
    first = seen[0]
    near = [s.name for s in one.shares if s is not first and s.high >= first.low]
    if not near:
        return ""
    others = near[0] if len(near) == 1 else f"{len(near)} other inputs"
    said = f"the interval of {first.name} overlaps that of {others}"
    said = f"which input is first is not told: {said}"
    # An interval ends at 0 and 1; its farther side says how wide it is.
    half = max(first.high - first.value, first.value - first.low)
    worlds = one.worlds * (half / _NARROW) ** 2
    if worlds <= one.worlds:
        return said
    digits = 1 - math.floor(math.log10(worlds))
    worlds = math.ceil(worlds * 10.0**digits) / 10.0**digits
    side = f"{100 * _NARROW:.0f} points to either side"
    return f"{said}; about {worlds:,.0f} worlds would make it {side}"


def headline_drivers(reading: Reading, found: Driven) -> tuple[str, Drivers]:
    """What is driven, in words, and by what: the gain, or the leakers of a single architecture."""
    if found.gain is not None:
        return _gain_name(reading), found.gain
    return f"leakers, {reading.labels[reading.compare]}", found.leakers[reading.compare]


def turn_shown(turn: Turn) -> str:
    """From which value of the strongest number on joining pays, and whether that is clear."""
    span = f"{short(turn.range_low)} to {short(turn.range_high)}"
    sure = "" if turn.clear else "; so say the estimates, it is not clear at 95 %"
    if math.isnan(turn.value):
        what = "joining pays" if turn.before > 0 else "joining does not pay"
        return f"{what} all over the range of {turn.name}, {span}{sure}"
    pays = "up to" if turn.before > 0 else "from"
    at = short(turn.value)
    if turn.clear:
        at = with_interval(Interval(turn.value, turn.low, turn.high), join=" to ")
    return f"joining pays {pays} {turn.name} = {at}, of {span} in all worlds{sure}"


def why_along(found: Driven) -> str:
    """Why the sign is followed along an input that is not the strongest of all."""
    turn, gain = found.turn, found.gain
    if turn is None or gain is None:
        return ""
    names = [share.name for share in gain.shares if share.is_seen]
    stronger = names[: names.index(turn.name)]
    if not stronger:
        return ""
    verb, their = ("is", "its") if len(stronger) == 1 else ("are", "their")
    return (
        f". It is the strongest input of numbers: {' and '.join(stronger)} {verb} stronger, but "
        f"{their} values have no order along which the sign could turn"
    )


def _notes(found: Driven, unseen: Sequence[Share]) -> list[str]:
    notes = []
    if unseen:
        missed = _missed(unseen, found.leakers[0].worlds)
        notes = [*wrapped(f"No effect seen in any table{missed}."), ""]
    notes += wrapped(f"{MEANING} {TREND}")
    if found.constant:
        notes += wrapped(f"the same in all worlds: {', '.join(found.constant)}", "    ", "  ")
    for text in found.left_out:
        notes += wrapped(f"left out: {text}", "    ", "  ")
    return notes


def _numbers(one: Drivers) -> dict[str, Any]:
    shares = {share.name: {**_plain(share), "seen": share.is_seen} for share in one.shares}
    remainder = [finite(value) for value in one.remainder]
    return {"mean": one.mean, "between": one.between, "shares": shares, "remainder": remainder}


def _plain(thing: Any) -> dict[str, Any]:
    values = vars(thing).items()
    return {name: finite(value) if isinstance(value, float) else value for name, value in values}
