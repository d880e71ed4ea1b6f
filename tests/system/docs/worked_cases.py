"""The worked cases of the rules' pages: a scenario each, and what it must count.

Every case gets the drill of opportunity_table.py (a battery and two threats that use every feature
of the engine, far later than the case), and counts nothing of it. So nearly all cases share one
compiled program; that the drill changes nothing is held by tests/rules.
"""

from __future__ import annotations

import copy
import math
import os
import re
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

import mcdefense
from mcdefense.statistics import TALLY_DIMENSIONS, Result
from tests.support.opportunity_table import ARCHITECTURES, MANY, TRIALS, drill
from tests.support.toml_text import toml
from tests.system.docs.pages import Block, blocks, sections

Document = dict[str, Any]

CLASSES = {"missile": "live", "drone": "live", "decoy": "decoy", "airliner": "friendly"}
"""The threat classes of all cases, so that each has as many; a case may do without some."""
_TABLE = re.compile(r"```\n+\| a raid \|(.*)\|\n\|[- |:]+\|\n((?:\|.*\|\n)+)")
_CELL = re.compile(r"`(\w+)`(?: of (.+))?")
_DRILL_SHOTS = (("drill_dear", 10, 20), ("drill_cheap", 50, 60))
_DRILL_TRACKS = (("drill_own", 1), ("drill_far", 0))


@dataclass(frozen=True)
class Expected:
    """A number that a case must count: the mean of `count` a trial, of the names in `of`."""

    architecture: str
    count: str
    of: tuple[str, ...]
    mean: Fraction


@dataclass(frozen=True)
class Case:
    """A scenario of a page, and what is expected of it."""

    rule: str
    block: Block
    expected: tuple[Expected, ...]

    @property
    def trials(self) -> int:
        """As many as the answers need: few where they are the same in every trial."""
        certain = all(number.mean.denominator == 1 for number in self.expected)
        return TRIALS if certain else MANY


def cases(text: str, name: str) -> list[Case]:
    """Every worked case of a page, under its rule's heading."""
    found = []
    for rule, section in sections(text, 2).items():
        in_section = [b for b in blocks(section, f"{name}, {rule}") if b.mark("case") is not None]
        tables = _TABLE.findall(section)
        assert len(tables) == len(in_section), f"{name}, {rule}: a case without its numbers"
        for block, (head, rows) in zip(in_section, tables, strict=True):
            found.append(Case(rule, block, tuple(_expected(head, rows, block.place))))
    return found


def _expected(head: str, rows: str, place: str) -> list[Expected]:
    architectures = [cell.strip() for cell in head.split("|")]
    numbers = []
    for row in rows.splitlines():
        what, *values = (cell.strip() for cell in row.strip("|").split("|"))
        match = _CELL.fullmatch(what)
        assert match is not None, f"{place}: got {what!r}, expected `count` of name, name"
        assert match[1] in TALLY_DIMENSIONS, f"{place}: {match[1]} is no count"
        of = tuple(name.strip() for name in (match[2] or "").split(",") if name.strip())
        for architecture, value in zip(architectures, values, strict=True):
            numbers.append(Expected(architecture, match[1], of, Fraction(value.replace(" ", ""))))
    return numbers


def with_drill(case: Document) -> Document:
    """The case with the drill, as many threat classes and as many architectures as any."""
    case = copy.deepcopy(case)
    for name, role in CLASSES.items():
        case["threat"].setdefault(name, {}).setdefault("role", role)
        case["raid"][f"no_{name}"] = {"class": name, "count": 0, "start_s": 0}
    everything = [*case["battery"], *case.get("sensor", {})]
    architectures = case["architecture"]
    for architecture in architectures.values():
        if architecture.get("join") == "all":
            architecture["join"] = everything
        elif "cells" in architecture:
            architecture["cells"]["drill"] = {"batteries": ["drill"], "sensors": ["drill_far"]}
    first = next(iter(architectures))
    for number in range(len(architectures), ARCHITECTURES):
        architectures[f"again{number}"] = copy.deepcopy(architectures[first])
    for table, entries in tomllib.loads(drill(first)).items():
        case.setdefault(table, {}).update(entries)
    for interceptor, launch, intercept in _DRILL_SHOTS:
        case["opportunities"]["rows"].append(
            {
                "threat": "drill",
                "battery": "drill",
                "interceptor": interceptor,
                "launch_s": launch,
                "intercept_s": intercept,
                "sspk": 0.5,
            }
        )
    for sensor, time in _DRILL_TRACKS:
        case.setdefault("tracks", {}).setdefault("rows", []).append(
            {"sensor": sensor, "threat": "drill", "time_s": time, "probability": 0.5}
        )
    return case


def replay(case: Case) -> Replay:
    """The case with the drill, replayed."""
    text = toml(with_drill(tomllib.loads(case.block.text)))
    result = mcdefense.simulate(
        mcdefense.loads(text, name=case.block.place),
        worlds=1,
        trials_per_world=case.trials,
        seed=int(os.environ.get("MCDEFENSE_TEST_SEED", "1")),
        devices=1,
        batch=TRIALS,
    )
    return Replay(result, frozenset(_words(tomllib.loads(case.block.text))))


def _words(document: Document) -> list[str]:
    """Names of all that a case has."""
    return [name for table in document.values() if isinstance(table, dict) for name in table]


@dataclass(frozen=True)
class Replay:
    """What was counted, without the drill."""

    result: Result
    own: frozenset[str]

    def labels(self, axis: str) -> list[str]:
        """What stands along an axis."""
        axes = self.result.tally.axes
        return [str(label) for label in axes.labels.get(axis, axes.world)]

    def mean(self, number: Expected) -> Fraction:
        """The mean a trial of what is expected; what the page does not name is summed over."""
        tally = self.result.tally
        values, unknown = tally[number.count], set(number.of)
        for place, axis in reversed(list(enumerate(TALLY_DIMENSIONS[number.count]))):
            labels = self.labels(axis)
            wanted = (
                [number.architecture]
                if axis == "architecture"
                else [label for label in labels if label in number.of]
            )
            unknown -= set(wanted)
            if not wanted:
                wanted = (
                    labels
                    if axis in ("world", "cause", "looks_had", "raid")
                    else [label for label in labels if label in self.own]
                )
            at = [labels.index(label) for label in wanted]
            values = np.take(values, at, axis=place).sum(axis=place)
        assert not unknown, f"{number.count} has no {unknown}"
        return Fraction(int(values), tally.trials)


def differs(number: Expected, found: Fraction, trials: int) -> bool:
    """Whether a count is not what the page says: exactly, or beyond 4 standard errors of a
    probability (false alarms: 6e-5 each)."""
    if number.mean.denominator == 1:
        return found != number.mean
    exact = float(number.mean)
    assert 0 < exact < 1, f"{number}: a mean that is no probability"
    return abs(float(found) - exact) > 4 * math.sqrt(exact * (1 - exact) / trials)
