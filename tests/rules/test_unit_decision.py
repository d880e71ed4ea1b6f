"""What a cell decides, each rule by its name, with plain integers.

Each test changes what its rule is about, and says what the cell then does.
"""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import pytest

from mcdefense.contract import (
    DOUBLE,
    FIRST_COME,
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
    believe,
    look_open,
)
from mcdefense.rules.packing import (
    DEAD_CALLED_ALIVE,
    LIVE_CALLED_DEAD,
)
from mcdefense.rules.salvo import owed
from tests.rules.unit_cases import LOOKED, LOOKING, READY, answer, look

pytestmark = pytest.mark.usefixtures("strict_types")

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
