"""Rules 20 to 22: last chance, holding fire, decisions."""

from __future__ import annotations

import pytest

from tests.support.opportunity_table import one_cell, replay, split

ONE = {"m": 'class = "m", count = 1'}


@pytest.mark.parametrize(
    ("assessment", "fired"),
    [
        (10, [1, 1, 3]),  # looks end at 20 and 40 s: each leaves a later launch but the last
        (10.001, [1, 0, 3]),  # the second launch falls in the first look; launch 40 >= 20.001
        (30, [1, 0, 3]),  # 0 to 10 + 30 s: the launch at 40 s is just late enough
        (30.001, [3, 0, 0]),  # no launch once this look is over: the first is the last chance
    ],
)
def test_rule_20_last_chance(assessment: float, fired: list[int]) -> None:
    """Launches at 0, 20, 40 s with intercepts 10 s later, salvo 1, last_salvo 3: the last chance
    is the opportunity that leaves no launch at or after its intercept + assessment."""
    case = replay(
        shots="m a x 0 10 0\nm a y 20 30 0\nm a z 40 50 0",
        raid=ONE,
        battery={"a": "magazine = {x = 9, y = 9, z = 9}"},
        architecture=one_cell("a"),
        doctrine=f"assessment_s = {assessment}, last_salvo = 3",
    )
    assert [int(case.rounds(interceptor=i)) for i in "xyz"] == fired


def test_rule_20_later_opportunities_of_the_cell_count_not_of_others() -> None:
    """At 0 s battery a's look ends at 20 s. Joined with b (launch at 30 s) it is not the last
    chance: 1 round, and b fires its last 3. Apart, both are last chances: 3 and 3."""
    case = replay(
        shots="m a x 0 10 0\nm b x 30 40 0",
        raid=ONE,
        battery={"a": "magazine = {x = 9}", "b": "magazine = {x = 9}"},
        architecture={
            "joined": one_cell("a", "b"),
            "apart": split("a", "b"),
        },
        doctrine="last_salvo = 3",
    )
    assert [int(case.rounds("joined", b)) for b in "ab"] == [1, 3]
    assert [int(case.rounds("apart", b)) for b in "ab"] == [3, 3]


def test_rule_20_the_rest_is_shared_evenly() -> None:
    """`rest`: two threats, last chance at once, seven rounds: 4 and 3. One threat: all five."""
    case = replay(
        shots="m a x 0 10 0\nn a x 0 10 0\nm b y 50 60 0",
        raid={"m": ONE["m"], "n": 'class = "n", count = 1'},
        battery={"a": "magazine = {x = 7}", "b": "magazine = {y = 5}"},
        architecture=one_cell("a", "b"),
        doctrine={
            "all": 'last_salvo = "rest", assessment_s = 50',
        },
    )
    # m has a second launch at 50 s, within the first look (until 60 s): both are last chances.
    assert [int(case.rounds(kind=k, battery="a")) for k in "mn"] == [4, 3]
    case = replay(
        shots="m a x 0 10 0\nm b y 50 60 0",
        raid={"m": ONE["m"]},
        battery={"a": "magazine = {x = 7}", "b": "magazine = {y = 5}"},
        architecture=one_cell("a", "b"),
        doctrine='last_salvo = "rest"',
    )
    assert [int(case.rounds(battery=b)) for b in "ab"] == [1, 5]


@pytest.mark.parametrize(
    ("own", "last", "fired"),
    [("[3]", "2", 3), ("[1]", "2", 2), ("[0]", "2", 2), ("[3]", "0", 3), ("[3]", '"rest"', 9)],
)
def test_rule_20_the_last_salvo_never_lowers_a_batterys_own(
    own: str, last: str, fired: int
) -> None:
    """One launch, which is the last chance: the greater of both holds. A doctrine's salvo of 5 is
    replaced whatever the last salvo is."""
    case = replay(
        shots="m a x 0 10 0\nn b x 0 10 0",
        raid=ONE | {"n": 'class = "n", count = 1'},
        battery={"a": f"magazine = {{x = 9}}, salvo = {{m = {own}}}", "b": "magazine = {x = 9}"},
        architecture=split("a", "b"),
        doctrine=f"salvo = [5], last_salvo = {last}",
    )
    of_doctrine = 9 if "rest" in last else int(last)
    assert [case.rounds(battery="a"), case.rounds(battery="b", kind="n")] == [fired, of_doctrine]


def test_rule_20_the_last_salvo_replaces_even_a_zero() -> None:
    """Salvo 1 then 0 stops, but the last chance has its own salvo of 2."""
    case = replay(
        shots="m a x 0 10 0\nm a y 20 30 0\nm a z 40 50 0",
        raid=ONE,
        battery={"a": "magazine = {x = 9, y = 9, z = 9}"},
        architecture=one_cell("a"),
        doctrine="salvo = [1, 0], last_salvo = 2",
    )
    assert [int(case.rounds(interceptor=i)) for i in "xyz"] == [1, 0, 2]


HOLD = "m a x 0 10 1\nm a z 30 40 {sspk}"


@pytest.mark.parametrize(
    ("doctrine", "sspk", "stock", "fired"),
    [
        ('choice = "first"', 1, 9, "x"),
        ("looks_kept = 1", 1, 9, "z"),
        ('choice = "cheapest_adequate", looks_kept = 1', 1, 9, "z"),
        ("looks_kept = 2", 1, 9, "x"),
        ("", 1, 9, "x"),
        ("looks_kept = 1, hold_stock = 8", 1, 9, "z"),
        ("looks_kept = 1, hold_stock = 9", 1, 9, "x"),
        ("looks_kept = 1", 1, 0, "x"),
        ("looks_kept = 1, adequate_sspk = 0.7", 0.7, 9, "z"),
        ("looks_kept = 1, adequate_sspk = 0.7", 0.69, 9, "x"),
    ],
)
def test_rule_21_a_dear_round_waits_for_a_cheap_adequate_one(
    doctrine: str, sspk: float, stock: int, fired: str
) -> None:
    """x (cost 3, sure) at 0 s, z (cost 1) at 30 s: held while z is adequate (SSPK at least
    adequate_sspk, default 0.5), more than hold_stock of it are left, and the one look that z
    leaves is enough."""
    case = replay(
        shots=HOLD.format(sspk=sspk),
        raid=ONE,
        battery={"a": f"magazine = {{x = 9, z = {stock}}}"},
        architecture=one_cell("a"),
        doctrine=doctrine,
    )
    assert [i for i in "xz" if case.rounds(interceptor=i)] == [fired]


@pytest.mark.parametrize(
    ("kept", "launch", "fired"),
    [
        (1, 60, "z"),  # one look is enough: x and y wait for the cheapest
        (2, 60, "y"),  # x leaves three looks, y two, z one: x waits for y, and y for nobody
        (3, 60, "x"),  # y would leave two only
        (15, 60, "x"),  # all that there are, which are three
        (1, 35, "z"),  # z within the look of y (30 to 50 s): both leave one look, z is cheaper
        (2, 35, "x"),  # x leaves two looks, y and z one each
    ],
)
def test_rule_21_waiting_keeps_looks(kept: int, launch: int, fired: str) -> None:
    """x (3) at 0 s, y (2) at 30 s, z (1) later, all sure: who waits for whom."""
    case = replay(
        shots=f"m a x 0 10 1\nm a y 30 40 1\nm a z {launch} {launch + 10} 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9, y = 9, z = 9}"},
        architecture=one_cell("a"),
        doctrine=f"looks_kept = {kept}",
    )
    assert [i for i in "xyz" if case.rounds(interceptor=i)] == [fired]


def test_rule_21_the_looks_of_its_class_hold_where_no_doctrine_says() -> None:
    """Class m keeps one look, so x waits for z. A doctrine of two looks counts before that."""
    for doctrine, fired in (("assessment_s = 10", "z"), ("looks_kept = 2", "x")):
        case = replay(
            shots=HOLD.format(sspk=1),
            raid=ONE,
            battery={"a": "magazine = {x = 9, z = 9}"},
            architecture=one_cell("a"),
            doctrine=doctrine,
            more="threat.m.looks_kept = 1",
        )
        assert [i for i in "xz" if case.rounds(interceptor=i)] == [fired]


def test_rule_21_rounds_that_the_class_may_not_have_are_not_waited_for() -> None:
    """z has three rounds, two of them kept from m: x waits for the third. With all three kept,
    by the battery or over all magazines of the cell, there is nothing to wait for."""
    kept = 'classes = ["m"], looks_kept = 1'
    for reserve, doctrine, fired in (
        ("z = {m = 2}", kept, "z"),
        ("z = {m = 3}", kept, "x"),
        ("x = {m = 0}", kept + ", pooled_reserve = {z = 2}", "z"),
        ("x = {m = 0}", kept + ", pooled_reserve = {z = 3}", "x"),
        ("x = {m = 0}", kept + ", pooled_reserve = {z = 2}, hold_stock = 1", "x"),
    ):
        case = replay(
            shots=HOLD.format(sspk=1),
            raid=ONE,
            battery={"a": f"magazine = {{x = 9, z = 3}}, reserve = {{{reserve}}}"},
            architecture=one_cell("a"),
            doctrine=doctrine,
        )
        assert [i for i in "xz" if case.rounds(interceptor=i)] == [fired], (reserve, doctrine)


def test_rule_21_an_equally_cheap_round_is_not_waited_for() -> None:
    """Cheaper means cheaper: y costs as much as the y of another launch, so the first flies."""
    case = replay(
        shots="m a y 0 10 0\nm b y 30 40 1",
        raid=ONE,
        battery={"a": "magazine = {y = 9}", "b": "magazine = {y = 9}"},
        architecture=one_cell("a", "b"),
        doctrine='choice = "cheapest_adequate"',
    )
    assert [int(case.rounds(battery=b)) for b in "ab"] == [1, 1]


def test_rule_21_only_its_own_cells_rounds_are_waited_for() -> None:
    """The cheap round belongs to another cell: nothing to wait for."""
    case = replay(
        shots="m a x 0 10 1\nm b z 30 40 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9}", "b": "magazine = {z = 9}"},
        architecture={"joined": one_cell("a", "b"), "apart": split("a", "b")},
        doctrine="looks_kept = 1",
    )
    assert (case.rounds("joined", "a"), case.rounds("joined", "b")) == (0, 1)
    assert (case.rounds("apart", "a"), case.rounds("apart", "b")) == (1, 0)


def test_rule_22_one_look_per_decision_time_in_a_cell() -> None:
    """Decisions of 10 s, four threats at 0, 5, 10 and 15 s: looks at 0 and 10 s. Two cells, each
    with its own commander and two of the threats, take them all. An open look may be filled
    without a decision: salvo 2 of a threat met by a at 20 s and by b at 21 s."""
    case = replay(
        shots="m.0 a x 0 9 1\nm.1 b x 5 14 1\nm.2 a x 10 19 1\nm.3 b x 15 24 1",
        raid={"m": 'class = "m", count = 4'},
        battery={"a": "magazine = {x = 9}", "b": "magazine = {x = 9}"},
        architecture={
            "joined": one_cell("a", "b"),
            "apart": split("a", "b"),
        },
        doctrine='cells = ["all", "a", "b"], decision_s = 10',
    )
    assert case.outcome("joined") == {"no_decision": 2, "killed": 2}
    assert case.leakers("apart") == 0
    case = replay(
        shots="m a x 20 30 0\nm b x 21 31 0",
        raid=ONE,
        battery={"a": "magazine = {x = 1}", "b": "magazine = {x = 1}"},
        architecture=one_cell("a", "b"),
        doctrine={"all": "salvo = [2]", "cell": 'cells = ["all"], decision_s = 10, burst_s = 5'},
    )
    assert (case.rounds(), case.rounds(what="looks")) == (2, 1)


def test_rule_22_a_look_not_opened_costs_no_decision() -> None:
    """At 0 s the magazine of the one battery is empty, so nothing opens; at 1 s the other opens
    its look at once."""
    case = replay(
        shots="m a x 0 10 1\nn b x 1 10 1",
        raid={"m": ONE["m"], "n": 'class = "n", count = 1'},
        battery={"a": "magazine = {x = 0}", "b": "magazine = {x = 9}"},
        architecture=one_cell("a", "b"),
        doctrine='cells = ["all"], decision_s = 10',
    )
    assert case.outcome(kind="m") == {"no_magazine": 1}
    assert case.outcome(kind="n") == {"killed": 1}
