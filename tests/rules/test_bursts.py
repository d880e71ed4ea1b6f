"""Rules 18 and 19: how the rounds of a burst are shared out, in turn or at random."""

from __future__ import annotations

import pytest

from tests.support.opportunity_table import (
    MANY,
    Replay,
    assert_probability,
    cells,
    one_cell,
    replay,
    split,
)


def _fired(case: Replay, architecture: str, waves: str) -> list[int]:
    """Rounds by class, one threat a class."""
    return [int(case.rounds(architecture, kind=kind)) for kind in waves]


THREE = {k: f'class = "{k}", count = 1' for k in "mnd"}
"""One object of each of three classes (the last a decoy, told apart from the others by class)."""
AT_ONCE = "m a x 0 10 0\nn a x 0 10 0\nd a x 0 10 0"


@pytest.mark.parametrize(
    ("rounds", "salvo", "even", "first_come"),
    [
        (4, 2, [2, 1, 1], [2, 2, 0]),
        (5, 2, [2, 2, 1], [2, 2, 1]),
        (9, 2, [2, 2, 2], [2, 2, 2]),
        (2, 2, [1, 1, 0], [2, 0, 0]),
        (7, 5, [3, 2, 2], [5, 2, 0]),
        (1, 1, [1, 0, 0], [1, 0, 0]),
    ],
)
def test_rule_18_even_shares_and_first_come(
    rounds: int, salvo: int, even: list[int], first_come: list[int]
) -> None:
    """Three threats due at once. Even: each in turn is owed min(salvo, ceil(R/n)), then R falls
    by that and n by 1: of 7 with salvo 5 ceil(7/3) = 3, ceil(4/2) = 2, 2. First come: full
    salvos until the magazine is empty."""
    case = replay(
        shots=AT_ONCE,
        raid=THREE,
        battery={"a": f"magazine = {{x = {rounds}}}"},
        architecture={"even": one_cell("a", name="even"), "come": one_cell("a", name="come")},
        doctrine={"all": f"salvo = [{salvo}]", "come": 'cells = ["come"], allot = "first_come"'},
    )
    assert _fired(case, "even", "mnd") == even
    assert _fired(case, "come", "mnd") == first_come


def test_rule_18_a_burst_reaches_from_its_first_launch_to_just_before_its_end() -> None:
    """Three rounds, salvo 2, launches at 0 s, 4.999 s and 5 s. With burst_s = 0 every launch time
    is a burst: 2, 1, 0. With burst_s = 5 the first two share 3 rounds (ceil(3/2) = 2, then 1).
    With 5.001 all three do: 1, 1, 1."""
    architectures = {f"b{i}": one_cell("a", name=f"b{i}") for i in range(3)}
    doctrine = {"all": "salvo = [2]"}
    doctrine |= {f"b{i}": f'cells = ["b{i}"], burst_s = {s}' for i, s in enumerate((0, 5, 5.001))}
    case = replay(
        shots="m a x 0 10 0\nn a x 4.999 15 0\nd a x 5 15 0",
        raid=THREE,
        battery={"a": "magazine = {x = 3}"},
        architecture=architectures,
        doctrine=doctrine,
    )
    assert _fired(case, "b0", "mnd") == [2, 1, 0]
    assert _fired(case, "b1", "mnd") == [2, 1, 0]
    assert _fired(case, "b2", "mnd") == [1, 1, 1]


def test_rule_18_the_next_burst_starts_at_the_first_launch_after_it() -> None:
    """burst_s = 5, launches at 0, 4, 6 and 9 s, five rounds, salvo 2: bursts {0, 4} and {6, 9}.
    The first two get 2 each of 5 (ceil(5/2) = 3, at most 2), the last two share 1: 1, 0. (Bursts
    cut by the clock, {0, 4} and {6, 9}, agree; a burst that slid with each launch would hold all
    four: 2, 1, 1, 1.)"""
    case = replay(
        shots="m a x 0 10 0\nn a x 4 15 0\nd a x 6 16 0\nf a x 9 19 0",
        raid={k: f'class = "{k}", count = 1' for k in "mndf"},
        battery={"a": "magazine = {x = 5}"},
        architecture=one_cell("a"),
        doctrine={"all": "salvo = [2]", "burst": 'cells = ["all"], burst_s = 5'},
    )
    assert _fired(case, "only", "mndf") == [2, 2, 1, 0]


def test_rule_18_rounds_are_those_of_all_batteries_and_with_the_reserve() -> None:
    """Two threats due, salvo 3, two rounds in a and two in b: shares of 2, however the rounds
    lie (shared per battery, each would be owed 1 of a). With a's two rounds in reserve the
    shares are counted as before, but only b's rounds fly: 2 and 0."""
    case = replay(
        shots="m a x 0 10 0\nn a x 0 10 0\nm b x 0 10 0\nn b x 0 10 0",
        raid={k: THREE[k] for k in "mn"},
        battery={"a": "magazine = {x = 2}", "b": "magazine = {x = 2}"},
        architecture={
            "free": one_cell("a", "b"),
            "kept": one_cell("a", "b") + ', set = {"battery.a.reserve" = {x = {m = 2, n = 2}}}',
        },
        doctrine="salvo = [3]",
    )
    assert _fired(case, "free", "mn") == [2, 2]
    assert _fired(case, "kept", "mn") == [2, 0]


def test_rule_18_only_threats_due_a_new_look_are_counted() -> None:
    """At 0 s m is fired at, look until 40 s. At 20 s n and d are due, m is not: of 4 rounds left
    with salvo 2 they get 2 each (with m counted: ceil(4/3) = 2, then 1 and 1). Untracked, not
    called and unavailable threats are not counted either: the lone n gets its full salvo of 4."""
    case = replay(
        shots="m a x 0 10 0\nm a x 20 30 0\nn a x 20 30 0\nd a x 20 30 0",
        raid=THREE,
        battery={"a": "magazine = {x = 6}"},
        architecture=one_cell("a"),
        doctrine="salvo = [2], assessment_s = 30",
    )
    assert _fired(case, "only", "mnd") == [2, 2, 2]
    case = replay(
        shots="m a x 0 10 0\nn a x 0 10 0\nd a x 0 10 0\nf a x 0 10 0",
        raid={k: f'class = "{k}", count = 1' for k in "mndf"},
        battery={"a": 'magazine = {x = 4}, sensors = ["own"]'},
        tracks="own m 5 1\nown n 0 1\nown d 0 1\nown f 0 1",
        architecture=one_cell("a"),
        doctrine={"all": "salvo = [4]", "friend": 'classes = ["f"], called = 0'},
        more='sensor.own = {}\ncoin.c = {level = "threat", probability = 0, classes = ["d"]}',
    )
    assert _fired(case, "only", "mndf") == [0, 4, 0, 0]


def test_rule_18_a_share_is_for_the_look_whatever_battery_fires() -> None:
    """One threat, salvo 4, one burst of 10 s: a holds 1 round, b 1, c 5. The share of 4 is filled
    in one look: 1 + 1 + 2."""
    case = replay(
        shots="m a x 0 20 0\nm b x 3 20 0\nm c x 6 20 0",
        raid={"m": THREE["m"]},
        battery={n: f"magazine = {{x = {r}}}" for n, r in (("a", 1), ("b", 1), ("c", 5))},
        architecture=one_cell("a", "b", "c"),
        doctrine={"all": "salvo = [4]", "burst": 'cells = ["all"], burst_s = 10'},
    )
    assert [int(case.rounds(battery=b)) for b in "abc"] == [1, 1, 2]
    assert case.rounds(what="looks") == 1


@pytest.mark.parametrize("level", ["battery", "engagement"])
def test_rule_18_a_dual_track_is_owed_twice_in_a_burst_too(level: str) -> None:
    """Two threats at once, salvo 1, ten rounds, both tracks dual: two rounds each."""
    case = replay(
        shots="m a x 0 10 0\nn a x 0 10 0",
        raid={k: THREE[k] for k in "mn"},
        battery={"a": "magazine = {x = 10}"},
        architecture=one_cell("a"),
        more=f'coin.c = {{level = "{level}", probability = 0, effect = "double", '
        'classes = ["m", "n"]}',
    )
    assert _fired(case, "only", "mn") == [2, 2]


def test_rule_19_the_odd_rounds_go_at_random() -> None:
    """Even, R = 4 rounds for n = 3 threats, salvo 3: a = 1 each and r = 1 odd round, which goes
    to each with probability 1/3. R = 5: two odd rounds, probability 2/3. Always 4 (5) rounds."""
    case = replay(
        trials=MANY,
        shots=AT_ONCE,
        raid=THREE,
        battery={"a": "magazine = {x = 4}"},
        architecture={
            "four": one_cell("a"),
            "five": one_cell("a") + ', set = {"battery.a.magazine.x" = 5}',
        },
        doctrine={"all": "salvo = [3]", "cell": 'cells = ["all"], random = true'},
    )
    assert (case.rounds("four"), case.rounds("five")) == (4, 5)
    for kind in "mnd":
        assert_probability(case.rounds("four", kind=kind) - 1, 1 / 3, MANY)
        assert_probability(case.rounds("five", kind=kind) - 1, 2 / 3, MANY)


def test_rule_19_first_come_serves_a_random_choice() -> None:
    """First come at random, 3 threats, salvo 2, 4 rounds: units = ceil(4/2) = 2 of 3 are served,
    2 rounds each, every one with probability 2/3. With one channel free, units = 1: 1/3."""
    case = replay(
        trials=MANY,
        shots=AT_ONCE,
        raid=THREE,
        battery={"a": "magazine = {x = 4}"},
        architecture={
            "rounds": one_cell("a"),
            "channel": one_cell("a") + ', set = {"battery.a.channels" = 1}',
        },
        doctrine={
            "all": "salvo = [2]",
            "cell": 'cells = ["all"], random = true, allot = "first_come"',
        },
    )
    assert (case.rounds("rounds"), case.rounds("channel")) == (4, 2)
    for kind in "mnd":
        assert_probability(case.rounds("rounds", kind=kind) / 2, 2 / 3, MANY)
        assert_probability(case.rounds("channel", kind=kind) / 2, 1 / 3, MANY)


def test_rule_19_cells_choose_independently() -> None:
    """Two cells with one sure round each, two threats at once. At random (the default where
    several cells reach one threat) both choose the same one with 1/2: leakers 1 or 0. With
    random = false they both take the first: always 1. Joined, each gets one: always 0."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1\nm b x 0 10 1",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {x = 1}", "b": "magazine = {x = 1}"},
        architecture={
            "apart": split("a", "b"),
            "listed": cells(one='batteries = ["a"]', two='batteries = ["b"]'),
            "joined": one_cell("a", "b"),
        },
        doctrine='cells = ["one", "two"], random = false',
    )
    assert set(case.histogram("apart")) == {0, 1}
    assert_probability(case.mean_leakers("apart"), 0.5, MANY)
    assert case.leakers("listed") == 1
    assert case.leakers("joined") == 0


def test_rule_19_one_cell_alone_does_not_draw() -> None:
    """By default a cell that meets its threats alone serves them in turn: the first two of
    three get the two rounds in every trial."""
    case = replay(
        shots=AT_ONCE,
        raid=THREE,
        battery={"a": "magazine = {x = 2}"},
        architecture=one_cell("a"),
    )
    assert _fired(case, "only", "mnd") == [1, 1, 0]
