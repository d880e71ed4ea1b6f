"""Two architectures of one result or of two: what changed in the scenario and in the answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mcdefense.report.headline import headline
from mcdefense.report.lines import (
    WIDTH,
    cut,
    heading,
    label_width,
    override_lines,
    row,
    sequence_note,
    wrapped,
)
from mcdefense.report.lost import posts_as_json, posts_in_words
from mcdefense.report.numbers import with_interval, with_margin
from mcdefense.report.plans import plans, plans_as_json
from mcdefense.report.reading import Interval, Reading, read_result
from mcdefense.report.sides import Chosen
from mcdefense.report.unlike import unlike
from mcdefense.report.warned import warnings_of
from mcdefense.scenario import Change, changes
from mcdefense.statistics import (
    SIGN,
    TOTAL,
    Contrast,
    Counted,
    Estimate,
    Result,
    Side,
    by_plan,
    causes,
    contrast,
    costs,
    leakers,
    of_plan,
    rounds,
    unpaired_because,
    with_provenance,
)

_MOST_CHANGES = 40
_PARTS = ("baseline", "compare", "difference")
_TABLES: dict[str, tuple[str, Callable[[Side], Counted]]] = {
    "class": ("LEAKERS A RAID by class", leakers),
    "cause": ("LEAKERS A RAID by cause", causes),
    "rounds": ("ROUNDS A RAID", rounds),
    "cost": ("COST OF ROUNDS A RAID", costs),
}


@dataclass(frozen=True)
class Compared:
    """A comparison as text of 80 columns, and as JSON."""

    screen: str
    numbers: dict[str, Any]


def compared(baseline: Chosen, compare: Chosen) -> Compared:
    """The comparison of two architectures, of one file or of two."""
    one, other = baseline.side.result, compare.side.result
    same = one is other
    reason = "" if same else unpaired_because(one, other)
    found = [] if same else _changes(baseline, compare)
    apart = "" if same else unlike(one, other, {change.key for change in found})
    tables = {
        key: contrast(baseline.side, compare.side, counted)
        for key, (_, counted) in _TABLES.items()
        if counted is not costs or _are_priced(one, other)
    }
    numbers: dict[str, Any] = {
        "marking": read_result(one).marking,
        "baseline": _named(baseline),
        "compare": {**_named(compare), "marking": read_result(other).marking},
        "paired": not reason,
        "unpaired_because": reason,
        "differences": SIGN,
        "confidence": 0.95,
        "scenario_changes": [change._asdict() for change in found],
        "by": {key: _as_json(tables[key]) if key in tables else [] for key in _TABLES},
    }
    sections = [_opening(baseline, compare, same, reason, apart)]
    if same:
        turned = read_result(with_provenance(one, baseline=baseline.name, compare=compare.name))
        sections.append(headline(turned))
        sections.append(plans(turned) if len(by_plan(one)) > 1 else [])
        numbers["by"]["plan"] = plans_as_json(turned)
        numbers |= _verdicts(turned)
    else:
        sections += [_difference(tables["class"]), _changed(found)]
        if of_plans := _plans(baseline, compare):
            numbers["by"]["plan"] = _as_json(of_plans)
            sections.append(_table("LEAKERS A RAID by plan", of_plans, ("baseline", "compare")))
    names = (baseline.name, compare.name) if same else ("baseline", "compare")
    sections += [_table(_TABLES[key][0], table, names) for key, table in tables.items()]
    sections.append(_posts(baseline, compare, names))
    said = dict.fromkeys(text for r in (one, other) for text in warnings_of(read_result(r)))
    sections.append([line for text in said for line in wrapped(text, first="! ")])
    numbers["warnings"] = [apart] * bool(apart) + list(said)
    text = "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"
    return Compared(text, numbers)


def _named(one: Chosen) -> dict[str, Any]:
    """The file of one side, its architecture, what was set from outside of the file, and how often
    the posts from which it is led were lost."""
    reading = read_result(one.side.result)
    return {
        "file": str(one.file),
        "architecture": one.name,
        "overrides": list(reading.overrides),
        "override_notes": list(reading.override_notes),
        "posts_lost": posts_as_json(reading, one.side.architecture),
    }


def _are_priced(*results: Result) -> bool:
    """Whether the cost of every round is known on both sides: else no difference of it is."""
    return all(costs(Side(result, 0)) for result in results)


def _opening(baseline: Chosen, compare: Chosen, same: bool, reason: str, apart: str) -> list[str]:
    reading = read_result(baseline.side.result)
    title = "Two different scenarios" if apart else reading.title
    lines = [cut(f"{reading.marking}  {title}", WIDTH), *wrapped(apart, first="! ")]
    if same:
        set_outside = override_lines(reading.overrides, reading.override_notes)
        note = wrapped(sequence_note(reading.raids), "    ", "  ")
        return [*lines, f"{reading.sample}; brackets hold 95 % intervals", *note, *set_outside]
    for word, one in (("baseline", baseline), ("compare", compare)):
        of = read_result(one.side.result)
        text = f"{word}: {one.name} of {one.file}, {of.marking}, {of.sample}"
        lines += wrapped(text + f", {of.title}" * bool(apart), "    ")
        lines += wrapped(sequence_note(of.raids), "    ", "  ")
        lines += override_lines(of.overrides, of.override_notes)
    how = f"not paired, since {reason}" if reason else "paired by world"
    return [*lines, *wrapped(f"{how}; brackets hold 95 % intervals", "    ")]


def _posts(baseline: Chosen, compare: Chosen, names: tuple[str, str]) -> list[str]:
    """In how many trials each side lost what is led from a post; nothing where neither has one."""
    sides = zip(names, (baseline.side, compare.side), strict=True)
    texts = [(name, posts_in_words(read_result(s.result), s.architecture)) for name, s in sides]
    return [
        line
        for name, text in texts
        if text
        for line in wrapped(f"POSTS LOST, % OF TRIALS, {name}: {text}", "    ")
    ]


def _difference(table: Contrast) -> list[str]:
    if (TOTAL,) not in table.labels:
        return ["no threat leaked on either side"]
    change = _at(table.difference, table.labels.index((TOTAL,)))
    fewer = not change.value > 0
    size = change.turned if fewer else change
    return wrapped(
        f"compare against baseline: {with_interval(size, join=' to ')} "
        f"{'fewer' if fewer else 'more'} leakers a raid"
        + (" - no clear difference" if change.low <= 0 <= change.high else "")
    )


def _changes(baseline: Chosen, compare: Chosen) -> list[Change]:
    one, other = baseline.side.result, compare.side.result
    said = [str(r.provenance.get("overrides", "")).splitlines() for r in (one, other)]
    return changes(one.scenario_text, other.scenario_text, *said)


def _changed(found: list[Change]) -> list[str]:
    if not found:
        return ["SCENARIO: no key differs"]
    lines = [f"SCENARIO: {len(found)} key{'s' * (len(found) != 1)} with another value"]
    for change in found[:_MOST_CHANGES]:
        old, new = (
            "nothing" if x is None else json.dumps(x, ensure_ascii=False)
            for x in (change.old, change.new)
        )
        lines += wrapped(f"{change.key}: {cut(old, 100)} -> {cut(new, 100)}", "    ", "  ")
    more = len(found) - _MOST_CHANGES
    return [*lines, f"  and {more:,} more; --json has all"] if more > 0 else lines


def _plans(baseline: Chosen, compare: Chosen) -> Contrast | None:
    """Leakers of all classes by plan, where both results have worlds of it; None for one plan."""
    one, other = baseline.side, compare.side
    drawn = [set(map(str, side.result.plan)) for side in (one, other)]
    names = sorted(drawn[0] & drawn[1])
    if len(drawn[0] | drawn[1]) < 2 or not names:
        return None

    def of(side: Side, name: str) -> Side:
        return Side(of_plan(side.result, name), side.architecture)

    tables = [contrast(of(one, name), of(other, name), _total) for name in names]
    before, after, difference = (_joined([getattr(t, part) for t in tables]) for part in _PARTS)
    labels = tuple((name,) for name in names)
    return Contrast(labels, before, after, difference, tables[0].paired)


def _total(side: Side) -> Counted:
    """Leakers of all classes, also if there are none."""
    return {(TOTAL,): leakers(side)[TOTAL,]}


def _joined(estimates: list[Estimate]) -> Estimate:
    value, low, high = (np.concatenate(ends) for ends in zip(*estimates, strict=True))
    return value, low, high


def _table(title: str, table: Contrast, names: tuple[str, str]) -> list[str]:
    if not table.labels:
        return []
    labels = [one if not rest else f"  at {rest[0]}" for one, *rest in table.labels]
    first = label_width([*labels, title], 24)
    columns = [20, 20, WIDTH - first - 40]
    lines = heading(title, (*names, "difference"), first, columns)
    for place, label in enumerate(labels):
        cells = [with_interval(_at(side, place), 19) for side in (table.baseline, table.compare)]
        cells.append(with_margin(_at(table.difference, place), columns[2] - 1))
        lines.append(row(label, cells, first, columns))
    return lines


def _as_json(table: Contrast) -> list[dict[str, Any]]:
    return [
        {
            "of": list(label),
            **{
                name: _at(side, place).as_json
                for name, side in ((part, getattr(table, part)) for part in _PARTS)
            },
        }
        for place, label in enumerate(table.labels)
    ]


def _verdicts(reading: Reading) -> dict[str, Any]:
    a, b = reading.baseline, reading.compare
    even = reading.break_even(a, b)
    shares = reading.worlds_by_verdict(a, b)
    change = reading.difference("difference_expected_leakers", a, b)
    return {
        "difference_expected_leakers": change.as_json,
        "margin": reading.margin,
        "worlds": {verdict: share.as_json for verdict, share in shares.items()},
        "break_even_availability": None if even is None else even.as_json,
    }


def _at(of_all: tuple[np.ndarray, np.ndarray, np.ndarray], place: int) -> Interval:
    return Interval(*(float(end[place]) for end in of_all))
