"""Rules 1 to 4: time, what an opportunity is, whose it is, and the order of the list."""

from __future__ import annotations

import pytest

from tests.support.opportunity_table import (
    MANY,
    assert_probability,
    cells,
    one_cell,
    replay,
    split,
)

ONE = 'class = "m", count = 1'


def test_rule_01_times_are_rounded_to_whole_milliseconds() -> None:
    """Launch 0, intercept 10, assessment 10: the look is over at 20.000 s. The next launch at
    19.9996 s rounds to 20.000 and may be taken (the sure second round kills); one at 19.9994 s
    rounds to 19.999 and falls within the look."""
    case = replay(
        shots="m.0 a x 0 10 0\nm.0 a y 19.9996 30 1\nm.1 a x 0 10 0\nm.1 a z 19.9994 30 1",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {x = 9, y = 9, z = 9}"},
        architecture=one_cell("a"),
        doctrine='assessment_s = 10, choice = "first"',
    )
    assert case.rounds(interceptor="y") == 1
    assert case.rounds(interceptor="z") == 0
    assert case.leakers() == 1


def test_rule_01_rounding_happens_after_the_start_is_added() -> None:
    """Start 0.0003 s and launch 19.9993 s give 19.9996 s, 20.000 when rounded once (0 + 19.999
    would be another answer); the first intercept, 10.0003 s, is 10.000."""
    case = replay(
        shots="m a x 0 10 0\nm a y 19.9993 30 1",
        raid={"m": 'class = "m", count = 1, start_s = 0.0003'},
        battery={"a": "magazine = {x = 9, y = 9}"},
        architecture=one_cell("a"),
        doctrine="assessment_s = 10",
    )
    assert case.leakers() == 0


def test_rule_01_a_look_that_ends_at_t_is_over_at_t() -> None:
    """Look from 0 to 10 + 10 s: a launch at 20 s is free of it, one at 19.999 s is not."""
    case = replay(
        shots="m.0 a x 0 10 0\nm.0 a x 20 30 1\nm.1 a x 0 10 0\nm.1 a x 19.999 30 1",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
        doctrine="assessment_s = 10",
    )
    assert case.leakers() == 1
    assert case.rounds() == 3


def test_rule_01_a_channel_released_at_t_is_free_at_t() -> None:
    """One channel from 0 to 10 s. The second threat's only launch is at 10 s (taken) with
    battery a, at 9.999 s (refused) with battery b."""
    case = replay(
        shots="""
            m.0 a x 0 10 1
            m.1 a x 10 20 1
            n.0 b x 0 10 1
            n.1 b x 9.999 20 1
        """,
        raid={"m": 'class = "m", count = 2', "n": 'class = "n", count = 2'},
        battery={"a": "magazine = {x = 9}, channels = 1", "b": "magazine = {x = 9}, channels = 1"},
        architecture=one_cell("a", "b"),
    )
    assert case.leakers(kind="m") == 0
    assert case.leakers(kind="n") == 1
    assert case.outcome(kind="n") == {"no_channel": 1, "killed": 1}


def test_rule_01_latency_reaction_and_identification_are_over_at_their_end() -> None:
    """Track at 1 s, remote latency 2 s, identification 3 s, reaction 4 s: tracked for launches
    from 10.000 s on, not at 9.999 s."""
    case = replay(
        shots="m.0 a x 10 20 1\nm.1 a x 9.999 20 1",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {x = 9}, reaction_s = 4"},
        tracks="far m 1 1",
        architecture=one_cell("a", more='sensors = ["far"], latency_s = 2'),
        doctrine="identification_s = 3",
        more='sensor.far = {}\ninterceptor.x.remote = "engage"',
    )
    assert case.leakers() == 1
    assert case.outcome() == {"not_tracked": 1, "killed": 1}


def test_rule_01_a_decision_is_over_at_its_end() -> None:
    """A decision at 0 s takes 5 s: the next look may open at 5.000 s, not at 4.999 s."""
    case = replay(
        shots="""
            m.0 a x 0 10 1
            m.1 a x 5 20 1
            n.0 b x 0 10 1
            n.1 b x 4.999 20 1
        """,
        raid={"m": 'class = "m", count = 2', "n": 'class = "n", count = 2'},
        battery={"a": "magazine = {x = 9}", "b": "magazine = {x = 9}"},
        architecture=split("a", "b"),
        doctrine={"slow": 'cells = ["a", "b"], decision_s = 5'},
    )
    assert case.leakers(kind="m") == 0
    assert case.outcome(kind="n") == {"no_decision": 1, "killed": 1}


def test_rule_02_a_flight_that_rounds_to_nothing_lasts_a_millisecond() -> None:
    """5.0000 to 5.0004 s rounds to no flight, and so does 9.9998 to 10 s, at the very impact: both
    are opportunities all the same, and so is an intercept at the impact after a longer flight. A
    second launch at 5.000 s, of the battery's only channel, finds it taken."""
    case = replay(
        shots="m a x 5 5.0004 1\nn a x 9.9998 10 1\nf b x 0 10 1\nd a x 5 8 1",
        raid={
            "m": 'class = "m", count = 1, impact_s = 10',
            "n": 'class = "n", count = 1, impact_s = 10',
            "f": 'class = "m", count = 1, impact_s = 10',
            "d": 'class = "n", count = 1, impact_s = 10',
        },
        battery={"a": "magazine = {x = 9}, channels = 1", "b": "magazine = {x = 9}"},
        architecture=split("a", "b"),
    )
    assert case.outcome(kind="m") == {"killed": 2}
    assert case.outcome(kind="n") == {"no_channel": 1, "killed": 1}


def test_rule_02_a_threat_that_flies_for_less_than_a_millisecond_can_be_met() -> None:
    """Start at 0 and impact after 0.4 ms: launch at 0, intercept and impact at 1 ms."""
    case = replay(
        shots="m a x 0 0.0004 1",
        raid={"m": 'class = "m", count = 1, impact_s = 0.0004'},
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
    )
    assert case.outcome(kind="m") == {"killed": 1}


@pytest.mark.parametrize("length", ["0", "0.0004"])
def test_rule_01_a_length_of_time_that_is_not_0_lasts_a_millisecond(length: str) -> None:
    """Everything falls on one instant, where a length of 0 changes nothing and one of 0.4 ms, which
    rounds to 0, still counts: the channel of a is not free again, the look of b is not over, and c
    does not open two looks at once."""
    case = replay(
        shots="""
            m.0 a x 0 10 1
            n.0 a x 10 20 1
            m.1 b x 0 10 0
            m.1 b x 10 20 1
            m.2 c x 0 10 1
            n.1 c x 0 10 1
        """,
        raid={"m": 'class = "m", count = 3', "n": 'class = "n", count = 2'},
        battery={
            "a": f"magazine = {{x = 9}}, channels = 1, hold_s = {length}",
            "b": "magazine = {x = 9}",
            "c": "magazine = {x = 9}",
        },
        architecture=split("a", "b", "c"),
        doctrine={
            "look": f'cells = ["b"], assessment_s = {length}',
            "queue": f'cells = ["c"], decision_s = {length}',
        },
    )
    lasts = length != "0"
    missed = {"missed": 1, "killed": 2}
    assert case.outcome(kind="m") == (missed if lasts else {"killed": 3})
    waits = {"no_channel": 1, "no_decision": 1}
    assert case.outcome(kind="n") == (waits if lasts else {"killed": 2})


@pytest.mark.parametrize("key", ["reaction_s", "identification_s"])
@pytest.mark.parametrize("length", ["0", "0.0004"])
def test_rule_12_a_delay_that_is_not_0_lasts_a_millisecond(key: str, length: str) -> None:
    """A track at 5 s licenses a launch at 5 s, but for a delay, even one that rounds to 0."""
    delay = f"{key} = {length}"
    case = replay(
        shots="m a x 5 10 1",
        tracks="own m 5 1",
        raid={"m": ONE},
        battery={
            "a": 'magazine = {x = 9}, sensors = ["own"]'
            + (f", {delay}" if key == "reaction_s" else "")
        },
        architecture=one_cell("a"),
        doctrine=delay if key == "identification_s" else "",
        more="sensor.own = {}",
    )
    assert case.outcome() == ({"killed": 1} if length == "0" else {"not_tracked": 1})


def test_rule_02_impact_defaults_to_the_latest_intercept() -> None:
    """Without impact_s the threat arrives at its last intercept: that one is in time."""
    case = replay(
        shots="m a x 0 10 0\nm a x 20 30 1",
        raid={"m": ONE},
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
    )
    assert case.leakers() == 0


def test_rule_03_a_cell_limited_to_classes_or_assets_leaves_the_rest() -> None:
    """Threats m and n fly at assets east and west. Unlimited, a single battery kills both; a
    cell for class m kills m only; one for asset west kills n only."""
    everything, by_class, by_asset = (
        one_cell("a", name=name, more=more)
        for name, more in (
            ("all", ""),
            ("some", 'classes = ["m"]'),
            ("west", 'assets = ["west"]'),
        )
    )
    case = replay(
        shots="m a x 0 10 1\nn a x 0 10 1",
        raid={
            "m": 'class = "m", count = 1, asset = "east"',
            "n": 'class = "n", count = 1, asset = "west"',
        },
        battery={"a": "magazine = {x = 9}"},
        architecture={"all": everything, "by_class": by_class, "by_asset": by_asset},
        more="asset.east = {}\nasset.west = {}",
    )
    leakers = {
        name: (case.leakers(name, "m"), case.leakers(name, "n"))
        for name in ("all", "by_class", "by_asset")
    }
    assert leakers == {"all": (0, 0), "by_class": (0, 1), "by_asset": (1, 0)}
    assert case.outcome("by_class", "n") == {"no_opportunity": 1}


def test_rule_03_assigned_shares_give_every_threat_to_one_cell() -> None:
    """Shares 1/4 and 3/4: one draw names the cell, so of 4 threats each gets exactly one sure
    round in every trial, and battery a fires 4 * 1/4 in the mean (binomial: standard error of
    the share over all threats). Shares of 1/4 and 1/4 leave half of the threats to nobody."""
    both, half = (
        cells(
            one=f'batteries = ["a"], assign = {first}',
            two=f'batteries = ["b"], assign = {second}',
        )
        for first, second in ((0.25, 0.75), (0.25, 0.25))
    )
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1\nm b x 0 10 1",
        raid={"m": 'class = "m", count = 4'},
        battery={"a": "magazine = {x = 9}", "b": "magazine = {x = 9}"},
        architecture={"both": both, "half": half},
    )
    assert case.leakers("both") == 0
    assert case.rounds("both") == 4
    assert_probability(case.rounds("both", "a") / 4, 0.25, 4 * MANY)
    assert case.rounds("half") == 4 - case.mean_leakers("half")
    assert_probability(case.mean_leakers("half") / 4, 0.5, 4 * MANY)
    assert set(case.outcome("half")) == {"no_opportunity", "killed"}


def test_rule_04_earlier_launch_is_served_first() -> None:
    """One round; the second threat in file order launches first and gets it."""
    case = replay(
        shots="m a x 1 10 1\nn a x 0 10 1",
        raid={"m": ONE, "n": 'class = "n", count = 1'},
        battery={"a": "magazine = {x = 1}"},
        architecture=one_cell("a"),
        doctrine='allot = "first_come"',
    )
    assert (case.leakers(kind="m"), case.leakers(kind="n")) == (1, 0)


def test_rule_04_file_order_and_value_decide_between_equal_launches() -> None:
    """One round at one launch time: by time the first wave of the file is served; by value the
    class of higher value, though its wave is later in the file; at equal value file order."""
    for priority, value, leaks in (("time", 2, "n"), ("value", 2, "m"), ("value", 1, "n")):
        case = replay(
            shots="m a x 0 10 1\nn a x 0 10 1",
            raid={"m": ONE, "n": 'class = "n", count = 1'},
            battery={"a": "magazine = {x = 1}"},
            architecture=one_cell("a"),
            doctrine='allot = "first_come"',
            more=f'engagement.priority = "{priority}"\nthreat.n.value = {value}',
        )
        assert [kind for kind in "mn" if case.leakers(kind=kind)] == [leaks], priority


def test_rule_04_the_launch_comes_before_the_value() -> None:
    """By value, but the cheap threat launches 1 ms earlier: it gets the one round."""
    case = replay(
        shots="m a x 0 10 1\nn a x 0.001 10 1",
        raid={"m": ONE, "n": 'class = "n", count = 1'},
        battery={"a": "magazine = {x = 1}"},
        architecture=one_cell("a"),
        doctrine='allot = "first_come"',
        more='engagement.priority = "value"\nthreat.n.value = 5',
    )
    assert (case.leakers(kind="m"), case.leakers(kind="n")) == (0, 1)


@pytest.mark.parametrize(
    ("prefer", "interceptor"), [('["file"]', "x"), ('["cost", "versatility"]', "y")]
)
def test_rule_04_then_battery_then_interceptor_in_file_order(prefer: str, interceptor: str) -> None:
    """All four launches at 0 s against one threat. By the file alone its first battery fires its
    first interceptor, whatever the order of the table's rows; by cost the first battery fires the
    cheaper one (rule 31)."""
    case = replay(
        shots="m b y 0 10 1\nm b x 0 10 1\nm a y 0 10 1\nm a x 0 10 1",
        raid={"m": ONE},
        battery={"a": "magazine = {x = 1, y = 1}", "b": "magazine = {x = 1, y = 1}"},
        architecture=one_cell("a", "b"),
        doctrine='choice = "first"',
        more=f"engagement.prefer = {prefer}",
    )
    assert case.rounds(battery="a", interceptor=interceptor) == 1
    assert case.rounds() == 1
