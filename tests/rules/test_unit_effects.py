"""What rounds do, and what the trial's numbers become, with plain integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mcdefense.contract import (
    ACCOUNT_SUMS,
    CAUSES,
    COUNTERS,
    DOUBLE,
    IN_VAIN,
    MAX_LOOKS,
    NEVER,
    NOT_CALLED,
    OUT_OF_PLAY,
    UNAVAILABLE,
)
from mcdefense.rules import (
    Effects,
    decide,
    more_to_come,
    packed,
    unpacked,
)
from mcdefense.rules.effects import (
    busy_after,
    cause_after,
    counted,
    death_after,
    last_intercept_after,
    look_after,
    opening_after,
    share_after,
    stock_after,
)
from mcdefense.rules.packing import (
    DEAD_CALLED_ALIVE,
    DOOMED,
    LIVE_CALLED_DEAD,
    MORE_TO_COME,
    because,
    fire,
    looks_in,
    owed_in,
)
from tests.rules.unit_cases import LOOKED, LOOKING, MOST_ROUNDS, READY, done, look

pytestmark = pytest.mark.usefixtures("strict_types")

# What the rounds do.


@pytest.mark.parametrize("rounds", range(1, MOST_ROUNDS + 1))
def test_kill(rounds: int) -> None:
    """One draw says how many rounds would kill; so many, or more, do."""
    for needed in range(1, MOST_ROUNDS + 2):
        kills = done(fire(rounds), spare=MOST_ROUNDS + 1 - needed).kills
        assert bool(kills) == (rounds >= needed)


def test_no_kill_in_vain() -> None:
    assert not done(fire(4), spare=4, flags=IN_VAIN).kills


def test_no_kill_without_rounds() -> None:
    assert not done(because(CAUSES.index("held")), spare=MOST_ROUNDS + 1).kills


def test_a_look_opens_with_the_first_rounds() -> None:
    assert done(fire(1)).opens
    assert not done(fire(1), **LOOKING, look=look(rest=2)).opens
    assert not done(because(CAUSES.index("held"))).opens


def test_what_is_still_owed() -> None:
    assert done(fire(1)).rest == 1
    assert done(fire(1), **LOOKING, look=look(rest=3)).rest == 2


@pytest.mark.parametrize(
    ("changes", "doomed"),
    [
        ({}, False),
        ({"death": NEVER - 1}, True),
        ({"live": 0}, True),
        ({"death": 3, **LOOKING, "look": look(rest=2)}, False),
        ({**LOOKING, "look": look(rest=2, bits=DOOMED)}, True),
    ],
)
def test_wasted(changes: dict[str, Any], doomed: bool) -> None:
    """Rounds are wasted on what is dead, will die or is no threat when the look opens."""
    found = done(fire(2), **changes)
    assert (found.doomed != 0) == doomed
    assert counted(unpacked(packed(fire(2), found), looks_err=True))[1] == (2 if doomed else 0)


@pytest.mark.parametrize(("track", "remote"), [(6, 0), (7, 1)])
def test_remote(track: int, remote: int) -> None:
    """An odd track is a remote one; it is counted where rounds are fired."""
    assert counted(done(fire(1), track=track))[3] == remote
    assert counted(done(because(CAUSES.index("held")), track=track))[3] == 0


def test_counted() -> None:
    """Rounds fired, wasted, engagements, remote ones, looks opened."""
    assert [int(n) for n in counted(done(fire(2)))] == [2, 0, 1, 0, 1]
    second = done(fire(2), **LOOKING, look=look(rest=2, bits=DOOMED), track=1)
    assert [int(n) for n in counted(second)] == [2, 2, 1, 1, 0]


# What the trial's numbers become.

HELD, NO_MAGAZINE = (CAUSES.index(name) for name in ("held", "no_magazine"))
TAKEN = Effects(2, True, True, True, 1, 0, 0, LIVE_CALLED_DEAD)
"""Two rounds of three that open a look, and kill."""
ADDED = TAKEN._replace(opens=False, kills=False, rest=0, errors=DEAD_CALLED_ALIVE)
"""Two more rounds of an open look, which miss."""
IDLE = Effects(0, False, False, False, 0, 0, 0, 0)
"""Nothing is fired."""


def test_cause() -> None:
    """The highest cause met stays; rounds fired count as missed, until the object is dead."""
    assert cause_after(0, because(HELD)) == HELD
    assert cause_after(NO_MAGAZINE, because(HELD)) == NO_MAGAZINE
    assert cause_after(HELD, fire(1)) == CAUSES.index("missed")


@pytest.mark.parametrize("denied", [0, 1])
def test_stock(denied: int) -> None:
    """Twice the rounds left, plus 1 once rounds were wanted in vain."""
    assert stock_after(2 * 6 + denied, fire(2)) == 2 * 4 + denied
    assert stock_after(2 * 6 + denied, because(HELD)) == 2 * 6 + denied
    assert stock_after(2 * 6 + denied, because(NO_MAGAZINE)) == 2 * 6 + 1


def test_death() -> None:
    """The earliest intercept that kills, whichever was fired first."""
    assert death_after(NEVER, TAKEN, 7) == 7
    assert death_after(5, TAKEN, 7) == 5
    assert death_after(9, TAKEN, 7) == 7
    assert death_after(NEVER, ADDED, 7) == NEVER


def test_last_intercept() -> None:
    assert last_intercept_after(-1, TAKEN, 7) == 7
    assert last_intercept_after(9, ADDED, 7) == 9
    assert last_intercept_after(-1, IDLE, 7) == -1


def test_a_look_that_opens() -> None:
    """One look more, with its rest and its own errors."""
    before = look(looks=2, rest=0, bits=DEAD_CALLED_ALIVE | DOOMED)
    assert look_after(before, TAKEN) == look(looks=3, rest=1, bits=LIVE_CALLED_DEAD)
    assert looks_in(look_after(look(MAX_LOOKS), TAKEN)) == MAX_LOOKS


def test_a_look_that_goes_on() -> None:
    """The same look keeps its errors, and owes what is left."""
    before = look(looks=2, rest=2, bits=LIVE_CALLED_DEAD)
    after = look_after(before, ADDED)
    assert after == look(looks=2, rest=0, bits=LIVE_CALLED_DEAD)
    assert owed_in(after) == 0
    assert look_after(before, IDLE) == before


def test_channels_taken() -> None:
    """One for an opportunity taken, whatever its rounds; none of a battery without a number."""
    assert busy_after(2, TAKEN, 1) == 3
    assert busy_after(2, TAKEN, 0) == 2
    assert busy_after(2, IDLE, 1) == 2


def test_the_last_decision_to_open_a_look() -> None:
    assert opening_after(3, TAKEN, 8) == 8
    assert opening_after(3, ADDED, 8) == 3


def test_a_share_is_used_up_by_the_look_that_it_opens() -> None:
    assert share_after(2, TAKEN) == 0
    assert share_after(2, ADDED) == 2


@pytest.mark.parametrize("effects_", [TAKEN, ADDED])
def test_effects_are_read_as_they_were_packed(effects_: Effects) -> None:
    found = unpacked(packed(fire(effects_.rounds), effects_), looks_err=True)
    assert list(map(int, found)) == list(map(int, effects_))


# What is still to come of a cell and an object.


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, True),
        ({"busy": 1, "channels": 1}, True),
        ({"death": 5, **LOOKED}, False),
        ({"death": 5, **LOOKED, "track": 1, "track_limit": 0}, False),
        ({"death": 5, **LOOKED, "look": look(bits=DEAD_CALLED_ALIVE)}, True),
        ({"look": look(bits=LIVE_CALLED_DEAD), **LOOKED}, False),
        ({"look": look(bits=LIVE_CALLED_DEAD), **LOOKED, "track": 1, "track_limit": 0}, True),
        ({"flags": OUT_OF_PLAY}, False),
    ],
)
def test_more_to_come(changes: dict[str, Any], more: bool) -> None:
    """A live object that is believed dead may still be not tracked, a lower cause: more comes."""
    situation = READY._replace(**changes)
    assert more_to_come(situation, decide(situation)) == (MORE_TO_COME if more else 0)


def test_rows_are_judged_as_one_by_one() -> None:
    """Rows of trials [1, W, T] get what each trial alone gets."""
    draw = np.random.default_rng(5)
    shape = (1, 3, 40)

    def row(*values: int) -> np.ndarray:
        return draw.choice(np.array(values, np.int16), shape)

    rows: dict[str, Any] = {
        "flags": row(0, 0, 0, 0, 0, UNAVAILABLE, NOT_CALLED, OUT_OF_PLAY, DOUBLE),
        "track": row(3, 3, 4),
        "death": row(2, 5, NEVER),
        "last_intercept": row(-1, 5, 6),
        "look": row(0, look(), look(rest=2), look(bits=LIVE_CALLED_DEAD)),
        "rounds": row(0, 1, 5),
        "busy": row(0, 1),
    }
    given: dict[str, Any] = {"track_limit": 3, "look_limit": 5, "channels": 1}
    decisions = np.asarray(decide(READY._replace(**given, **rows)))
    assert decisions.dtype == np.int16
    assert len(np.unique(decisions)) >= 8
    for place in np.ndindex(shape):
        alone: dict[str, Any] = {name: int(values[place]) for name, values in rows.items()}
        assert decisions[place] == decide(READY._replace(**given, **alone))


def test_counts_have_a_column_each() -> None:
    """What the rules count comes first in the engine's sums, in the order of COUNTERS."""
    assert ACCOUNT_SUMS[: len(COUNTERS)] == COUNTERS
    assert len(counted(TAKEN)) == len(COUNTERS)
