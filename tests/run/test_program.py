"""The compiled program: the loop over the list changes rows of state, and copies none whole."""

from __future__ import annotations

import re

import jax
import pytest

from mcdefense.engine.block import TrialRange, simulate_block
from mcdefense.run.speed import SMALL
from mcdefense.scenario import Scenario, load, loads
from tests.support import every_chance
from tests.support.one_block import one_block

TRIALS = 192
"""No row of state is so long by chance."""


def program(scenario: Scenario) -> str:
    """The text of the program that XLA runs, a paragraph a computation."""
    parts, shape = one_block(scenario, TRIALS, TRIALS, skips=True)
    asked = TrialRange.of([0, 0], [0], 0, TRIALS)
    lowered = simulate_block.lower(parts, asked, shape=shape)
    return str(lowered.compile().as_text())


def rows_copied(computation: str) -> list[int]:
    """Rows of each copy of rows of state."""
    return [int(n) for n in re.findall(rf"= s16\[(\d+),1,{TRIALS}\]\S* copy\(", computation)]


def changes(computation: str) -> int:
    """Arrays of rows in which a row is replaced."""
    return len(re.findall(rf"update-slice\S* = s16\[\d+,1,{TRIALS}\]", computation))


def with_all_called(text: str) -> list[list[str]]:
    """Each computation of a program, followed by all that it calls, at any depth."""
    named = {}
    for computation in text.split("\n\n"):
        head = re.match(r"\s*(?:ENTRY )?%(\S+) \(", computation)
        if head is not None:
            named[head[1]] = computation
    calls = {n: re.findall(r"%([\w.\-]+)", c) for n, c in named.items()}

    def reached(name: str) -> list[str]:
        found, left = {name: None}, [name]
        while left:
            new = [n for n in calls[left.pop()] if n in named and n not in found]
            found |= dict.fromkeys(new)
            left += new
        return [named[n] for n in found]

    return [reached(name) for name in named]


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="of the CPU's program")
@pytest.mark.parametrize("scenario", [load(SMALL), loads(every_chance.TEXT)], ids=["few", "all"])
def test_no_state_is_copied_at_a_step(scenario: Scenario) -> None:
    # A step is the smallest part of the program that changes all fields of State in use, and the
    # planes of draws: death, cause, last intercept, look, stock, busy, holds, a counter or more.
    parts = [part for part in with_all_called(program(scenario)) if sum(map(changes, part)) >= 10]
    step = min(parts, key=lambda part: sum(map(len, part)))
    assert max((rows for each in step for rows in rows_copied(each)), default=1) == 1
