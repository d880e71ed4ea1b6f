"""Rule 23: rounds, reserves and channels."""

from __future__ import annotations

import pytest

from tests.support.opportunity_table import one_cell, replay

ONE = {"m": 'class = "m", count = 1'}


def test_rule_23_fired_is_what_is_owed_and_available() -> None:
    """Salvo 5 with 3 rounds: 3 fly. A reserve of 2 against class m leaves m 1 round of 3; class n
    may touch all."""
    case = replay(
        shots="m a x 0 10 0\nn b x 0 10 0",
        raid={"m": ONE["m"], "n": 'class = "n", count = 1'},
        battery={
            "a": "magazine = {x = 3}, reserve = {x = {m = 2}}",
            "b": "magazine = {x = 3}, reserve = {x = {m = 2}}",
        },
        architecture=one_cell("a", "b"),
        doctrine="salvo = [5]",
    )
    assert (case.rounds(kind="m"), case.rounds(kind="n")) == (1, 3)


def test_rule_23_the_reserve_is_never_waived() -> None:
    """Last chance, `rest`: the 2 reserved rounds stay."""
    case = replay(
        shots="m a x 0 10 0\nm a x 20 30 0\nm a x 40 50 0",
        raid=ONE,
        battery={"a": "magazine = {x = 5}, reserve = {x = {m = 2}}"},
        architecture=one_cell("a"),
        doctrine='last_salvo = "rest"',
    )
    assert case.rounds() == 3
    assert case.count("rounds_left", "only", "a", "x") == 2


def test_rule_23_a_magazine_per_interceptor_shared_by_all_threats() -> None:
    """Two rounds of x, one of y: a third threat that only x can meet finds none."""
    case = replay(
        shots="m.0 a x 0 10 1\nm.1 a x 1 10 1\nm.2 a x 2 10 1\nm.3 a y 3 10 1",
        raid={"m": 'class = "m", count = 4'},
        battery={"a": "magazine = {x = 2, y = 1}"},
        architecture=one_cell("a"),
    )
    assert case.outcome() == {"no_magazine": 1, "killed": 3}


@pytest.mark.parametrize(
    ("times", "busy_until"),
    [
        ("", 10),
        ("hold_s = 5", 15),
        ("reload_s = 8", 10),
        ("reload_s = 20", 20),
        ("hold_s = 5, reload_s = 12", 15),
    ],
)
def test_rule_23_how_long_a_channel_is_held(times: str, busy_until: float) -> None:
    """Launch 0 s, intercept 10 s: the one channel is free at intercept + hold, or launch +
    reload if later; a launch 1 ms before that is refused."""
    case = replay(
        shots=f"n a x 0 10 1\nm.0 a x {busy_until - 0.001:.3f} 40 1\nm.1 a x {busy_until} 40 1",
        raid={"n": 'class = "n", count = 1', "m": 'class = "m", count = 2'},
        battery={"a": f"magazine = {{x = 9}}, channels = 1{', ' + times if times else ''}"},
        architecture=one_cell("a"),
    )
    assert case.outcome() == {"no_channel": 1, "killed": 1}


def test_rule_23_channels_are_counted_one_by_one() -> None:
    """Two channels, engagements 0-10, 1-30, 5-.. (refused), 10-20, 20-25 s: the channel freed at
    10 s serves 10 to 20 s, then 20 to 25 s, while the other is held until 30 s."""
    case = replay(
        shots="m.0 a x 0 10 1\nm.1 a x 1 30 1\nm.2 a x 5 31 1\nm.3 a x 10 20 1\nm.4 a x 20 25 1",
        raid={"m": 'class = "m", count = 5'},
        battery={"a": "magazine = {x = 9}, channels = 2"},
        architecture=one_cell("a"),
    )
    assert case.outcome() == {"no_channel": 1, "killed": 4}


def test_rule_23_channels_belong_to_one_battery() -> None:
    """Three channels each, batteries side by side: a is saturated by 4 threats at once and drops
    one, again from 10 s on (three that last until 40 s, one refused); b, asked from 11 s on,
    still has its three, and then has none for a fourth."""
    case = replay(
        shots="""
            m a x 0 10 1
            n a x 10 40 1
            d b x 11 30 1
            f a x 39.999 50 1
            f b x 30 50 1
        """,
        raid={
            k: f'class = "{k}", count = {n}' for k, n in (("m", 4), ("n", 4), ("d", 4), ("f", 1))
        },
        battery=dict.fromkeys("ab", "magazine = {x = 99}, channels = 3"),
        architecture=one_cell("a", "b"),
        doctrine='others_kills_s = "never"',
    )
    assert case.outcome(kind="m") == {"no_channel": 1, "killed": 3}
    assert case.outcome(kind="n") == {"no_channel": 1, "killed": 3}
    assert case.rounds(kind="d") == 3
    assert (case.rounds(battery="a", kind="f"), case.rounds(battery="b", kind="f")) == (0, 1)


def test_rule_23_one_channel_whatever_the_rounds_and_none_needed_without_a_number() -> None:
    """A salvo of 3 holds one of 2 channels: two threats at once are served, the third is not.
    Without a number of channels all are."""
    case = replay(
        shots="m a x 0 10 1",
        raid={"m": 'class = "m", count = 3'},
        battery={"a": "magazine = {x = 9}, channels = 2", "b": "magazine = {x = 9}"},
        architecture=one_cell("a", "b"),
        doctrine="salvo = [3]",
    )
    assert case.outcome() == {"no_channel": 1, "killed": 2}
    assert case.rounds() == 6
    case = replay(
        shots="m b x 0 10 1",
        raid={"m": 'class = "m", count = 3'},
        battery={"b": "magazine = {x = 9}"},
        architecture=one_cell("b"),
        doctrine="salvo = [3]",
    )
    assert case.leakers() == 0


def test_rule_23_filling_a_look_holds_a_channel_too() -> None:
    """The look at m is opened by a and filled by b, whose one channel is then busy for n."""
    case = replay(
        shots="m a x 0 10 1\nm b x 1 12 1\nn b x 11.999 20 1\nd b x 12 20 1",
        raid={
            "m": ONE["m"],
            "n": 'class = "n", count = 1',
            "d": 'class = "d", count = 1',
        },
        battery={"a": "magazine = {x = 1}", "b": "magazine = {x = 9}, channels = 1"},
        architecture=one_cell("a", "b"),
        doctrine={
            "all": "salvo = [1]",
            "m": 'classes = ["m"], salvo = [2]',
            "cell": 'cells = ["all"], burst_s = 5',
        },
    )
    assert case.rounds(battery="b", kind="m") == 1
    assert case.outcome(kind="n") == {"no_channel": 1}
    assert case.rounds(kind="d") == 1
