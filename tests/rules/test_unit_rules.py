"""Each rule by its name, with plain integers: one cell, one opportunity, one trial.

The situation is one in which nothing stands in the cell's way. Each test changes what its rule is
about, and says what the cell then does. Times are ranks.
"""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import numpy as np
import pytest

from mcdefense.contract import (
    ACCOUNT_SUMS,
    CAUSES,
    COUNTERS,
    DOUBLE,
    FIRST_COME,
    IN_VAIN,
    INLINE_EVEN,
    MAX_LOOKS,
    MAX_ROUNDS,
    NEVER,
    NOT_CALLED,
    OUT_OF_PLAY,
    SHARED_OUT,
    UNAVAILABLE,
)
from mcdefense.rules import (
    Chance,
    Effects,
    Situation,
    believe,
    decide,
    effects,
    look_open,
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
    OWED_BIT,
    because,
    cause_in,
    fire,
    is_taken,
    looks_in,
    owed_in,
    rounds_in,
)
from mcdefense.rules.salvo import owed

pytestmark = pytest.mark.usefixtures("strict_types")

READY = Situation(salvo=(2, 1), rounds=8)
"""Nothing stands in the way: two rounds are owed and there."""
LOOKING: dict[str, Any] = {"last_intercept": 5, "look_limit": 4}
"""The cell's last intercept is not assessed at the launch."""
LOOKED: dict[str, Any] = {"last_intercept": 5, "look_limit": 5}
"""It is."""
MOST_ROUNDS = 4
"""The most rounds that this scenario fires at one opportunity."""


def look(looks: int = 1, rest: int = 0, bits: int = 0) -> int:
    """A look's word."""
    return looks | (rest << OWED_BIT) | bits


def answer(**changes: Any) -> int | str:
    """The rounds that the cell fires, or the cause why it fires none; 'none' without a cause."""
    decision = decide(READY._replace(**changes))
    if is_taken(decision):
        return int(rounds_in(decision))
    cause = int(cause_in(decision))
    return CAUSES[cause] if cause else "none"


def done(decision: Any, spare: int = 0, **changes: Any) -> Effects:
    """What a decision does if the draw lets n rounds kill as soon as n + spare > MOST_ROUNDS."""
    chance = Chance(spare, 0)
    return effects(READY._replace(**changes), decision, chance, most_rounds=MOST_ROUNDS)


# The tests of an opportunity (rule 14).


def test_in_nobodys_way() -> None:
    assert answer() == 2


def test_in_play() -> None:
    assert answer(flags=OUT_OF_PLAY) == "none"


def test_up() -> None:
    assert answer(flags=UNAVAILABLE) == "unavailable"


def test_tracked() -> None:
    assert answer(track=10, track_limit=10) == 2
    assert answer(track=11, track_limit=10) == "not_tracked"
    assert answer(track=NEVER, track_limit=NEVER - 1) == "not_tracked"


def test_called() -> None:
    assert answer(flags=NOT_CALLED) == "not_called"


def test_believed_alive() -> None:
    assert answer(death=5, **LOOKED) == "judged_dead"


def test_rounds_owed() -> None:
    assert answer(salvo=(0,)) == "none"
    assert answer(**LOOKING, look=look(rest=0)) == "none"
    assert answer(sharing=SHARED_OUT, share=0) == "no_magazine"


def test_waiting() -> None:
    assert answer(preferred_rounds=3, preferred_limit=3) == 2
    assert answer(preferred_rounds=4, preferred_limit=3) == "held"


def test_decision() -> None:
    assert answer(last_opening=7, decision_limit=7) == 2
    assert answer(last_opening=8, decision_limit=7) == "no_decision"


def test_a_look_that_is_open_needs_no_decision() -> None:
    assert answer(last_opening=8, decision_limit=7, **LOOKING, look=look(rest=2)) == 2


def test_channel() -> None:
    assert answer(busy=2, channels=3) == 2
    assert answer(busy=3, channels=3) == "no_channel"


def test_magazine() -> None:
    assert answer(rounds=0) == "no_magazine"
    assert answer(rounds=1) == 1


def test_reserve() -> None:
    assert answer(rounds=5, reserve=4) == 1
    assert answer(rounds=4, reserve=4) == "no_magazine"
    assert answer(rounds=3, reserve=4) == "no_magazine"


FAILING: tuple[dict[str, Any], ...] = (
    {"flags": OUT_OF_PLAY},
    {"flags": UNAVAILABLE},
    {"track": 1, "track_limit": 0},
    {"flags": NOT_CALLED},
    {"death": 5, **LOOKED},
    {"salvo": (1,), "sharing": SHARED_OUT, "share": 0},
    {"preferred_rounds": 1, "preferred_limit": 0},
    {"last_opening": 1, "decision_limit": 0},
    {"busy": 1, "channels": 1},
    {"rounds": 0},
)
"""What fails each test, in their order."""


@pytest.mark.parametrize("first", range(len(FAILING)))
def test_the_first_test_that_fails_is_the_cause(first: int) -> None:
    """Of each test and any one after it, that one's cause is given which comes first."""
    for other in range(first + 1, len(FAILING)):
        both: dict[str, Any] = {**FAILING[other], **FAILING[first]}
        both["flags"] = reduce(
            operator.or_, (int(FAILING[i].get("flags", 0)) for i in (first, other))
        )
        assert answer(**both) == answer(**FAILING[first]), FAILING[other]


def test_rounds_fired_are_those_owed_that_are_there() -> None:
    assert answer(salvo=(4,), rounds=3) == 3
    assert answer(salvo=(3,), rounds=4) == 3


# What a cell believes.


@pytest.mark.parametrize(("limit", "open_"), [(4, True), (5, False), (6, False)])
def test_look(limit: int, open_: bool) -> None:
    """A look is over at the launch if its last intercept is assessed by then."""
    assert look_open(READY._replace(last_intercept=5, look_limit=limit)) == open_


def test_belief_is_not_revised_while_a_look_is_open() -> None:
    assert believe(READY._replace(death=1, **LOOKING)).believed_alive


@pytest.mark.parametrize("error", [0, DEAD_CALLED_ALIVE])
def test_belief_about_a_dead_object(error: int) -> None:
    """Dead at the cell's last intercept: believed alive only if the look errs."""
    dead = READY._replace(death=5, look=look(bits=error | LIVE_CALLED_DEAD), **LOOKED)
    assert bool(believe(dead).believed_alive) == (error != 0)


@pytest.mark.parametrize("error", [0, LIVE_CALLED_DEAD])
def test_belief_about_a_live_object(error: int) -> None:
    """Alive at the cell's last intercept: believed dead only if the look errs."""
    alive = READY._replace(death=6, look=look(bits=error | DEAD_CALLED_ALIVE), **LOOKED)
    assert bool(believe(alive).believed_alive) == (error == 0)


@pytest.mark.parametrize(("seen", "believed"), [(6, True), (7, False)])
def test_others_kills(seen: int, believed: bool) -> None:
    """Another cell's kill is seen some time after it, before any look of one's own too."""
    for one in (READY, READY._replace(**LOOKED)):
        assert bool(believe(one._replace(death=7, seen_limit=seen)).believed_alive) == believed


# What a cell owes.


def rounds_owed(**changes: Any) -> int:
    """Rounds owed to the object now."""
    situation = READY._replace(**changes)
    return int(owed(situation, look_open(situation)).rounds)


@pytest.mark.parametrize(("looks", "due"), [(0, 3), (1, 2), (2, 1), (3, 1), (MAX_LOOKS, 1)])
def test_salvo(looks: int, due: int) -> None:
    """An entry a look, the last for all later ones."""
    assert rounds_owed(salvo=(3, 2, 1), look=look(looks), **LOOKED) == due


def test_last_chance() -> None:
    """Its salvo stands in every entry; `rest`, more than all, gets what the magazine holds."""
    everything: dict[str, Any] = {"salvo": (MAX_ROUNDS, MAX_ROUNDS), "sharing": INLINE_EVEN}
    assert [rounds_owed(rounds=n, look=look(1), **LOOKED, **everything) for n in (3, 8)] == [3, 8]


def test_dual_track() -> None:
    assert rounds_owed(flags=DOUBLE) == 4
    assert rounds_owed(flags=DOUBLE, salvo=(9,)) == MAX_ROUNDS


def test_dual_track_doubles_a_share_only_by_its_own_coin() -> None:
    """The plan has doubled what other coins say; it cannot know an opportunity's own."""
    planned: dict[str, Any] = {"salvo": (9,), "sharing": SHARED_OUT, "share": 2, "flags": DOUBLE}
    assert rounds_owed(**planned) == 2
    assert rounds_owed(**planned, own_flags=DOUBLE) == 4


def test_rest() -> None:
    """While a look is open only what is left of its salvo is owed, whatever doctrine says."""
    assert rounds_owed(**LOOKING, look=look(rest=3), sharing=SHARED_OUT, share=0) == 3


@pytest.mark.parametrize(
    ("sharing", "rounds"), [(FIRST_COME, 2), (INLINE_EVEN, 1), (SHARED_OUT, 0)]
)
def test_sharing_limits_what_is_owed(sharing: int, rounds: int) -> None:
    """A full salvo; what is in the magazine; the share that the plan allots."""
    assert rounds_owed(sharing=sharing, rounds=1, share=0) == rounds


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
