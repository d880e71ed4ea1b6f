"""Rules 28 to 30: wasted rounds, causes and the funnel, emptied and denied."""

from __future__ import annotations

import pytest

from tests.support.opportunity_table import (
    MANY,
    OUTCOMES,
    TRIALS,
    assert_probability,
    one_cell,
    replay,
    split,
)

ONE = {"m": 'class = "m", count = 1'}


def test_rule_28_rounds_at_decoys_and_friendlies_are_wasted() -> None:
    """Salvo 2 at a decoy, a friendly and a live threat, all missed: 4 rounds wasted of 6."""
    case = replay(
        shots="m a x 0 10 0\nd a x 0 10 0\nf a x 0 10 0",
        raid={k: f'class = "{k}", count = 1' for k in "mdf"},
        battery={"a": "magazine = {x = 9}"},
        architecture=one_cell("a"),
        doctrine="salvo = [2]",
    )
    assert case.rounds() == 6
    assert [int(case.rounds(kind=k, what="rounds_wasted")) for k in "mdf"] == [0, 2, 2]


def test_rule_28_rounds_at_the_dead_and_the_doomed_are_wasted() -> None:
    """Cell a's sure round flies from 0 to 50 s. Cell b's at 10 s is wasted: an earlier opportunity
    will kill it, though b's own intercept at 20 s comes first, and kills. Cell c's at 80 s, which
    does not see others' kills, is wasted on the dead. Rounds that miss doom nobody."""
    case = replay(
        shots="""
            m a x 0 50 1
            m b x 10 20 1
            m c x 80 90 1
            n a x 0 50 0
            n b x 10 20 0
            n c x 80 90 0
        """,
        raid={"m": ONE["m"], "n": 'class = "n", count = 1'},
        battery=dict.fromkeys("abc", "magazine = {x = 9}"),
        architecture=split("a", "b", "c"),
        doctrine='others_kills_s = "never"',
    )
    assert [int(case.rounds(battery=b, kind="m", what="rounds_wasted")) for b in "abc"] == [0, 1, 1]
    assert case.rounds(kind="n", what="rounds_wasted") == 0
    assert case.rounds() == 6


def test_rule_28_the_looks_first_launch_decides() -> None:
    """Salvo 2 in one look: a's sure round at 0 s, b's fill at 5 s when the threat is doomed by
    the same look. At the look's first launch it was not: nothing is wasted."""
    case = replay(
        shots="m a x 0 10 1\nm b x 5 15 1",
        raid=ONE,
        battery={"a": "magazine = {x = 1}", "b": "magazine = {x = 1}"},
        architecture=one_cell("a", "b"),
        doctrine={"all": "salvo = [2]", "cell": 'cells = ["all"], burst_s = 6'},
    )
    assert case.rounds() == 2
    assert case.rounds(what="rounds_wasted") == 0


OF_THE_FIGHT = ("network", "lost")
"""Causes by what breaks during the raid: test_onset.py and test_losses.py have their cases."""
CAUSES = {
    "no_opportunity": {"shots": "n a x 0 10 1"},
    "unavailable": {"more": 'coin.c = {level = "battery", probability = 0, classes = ["m"]}'},
    "not_tracked": {"tracks": "own m 50 1"},
    "not_called": {"doctrine": 'classes = ["m"], called = 0'},
    # Held for the cheap round of a battery that is not up: that is the lesser cause.
    "held": {
        "shots": "m a x 0 10 1\nm b z 40 60 1\nn a x 0 10 1",
        "doctrine": 'classes = ["m"], looks_kept = 1',
        "more": 'coin.c = {level = "battery", probability = 0, batteries = ["b"]}',
    },
    "no_decision": {
        "shots": "n a x 0 10 1\nm a x 1 11 1",
        "doctrine": 'cells = ["all"], decision_s = 5',
    },
    "no_channel": {"shots": "n a x 0 10 1\nm a x 1 11 1", "battery": "channels = 1"},
    "no_magazine": {"battery": "reserve = {x = {m = 9}}"},
    "missed": {"shots": "m a x 0 10 0\nn a x 0 10 1"},
    "judged_dead": {
        "shots": "m a x 0 10 0\nm a x 30 40 1\nn a x 0 10 1",
        "doctrine": 'classes = ["m"], live_called_dead = 1',
    },
    "killed": {},
}


@pytest.mark.parametrize("cause", list(CAUSES))
def test_rule_29_every_cause(cause: str) -> None:
    """Two threats of one wave, each with the opportunity (or none) that the cause names, beside a
    threat n that is always killed."""
    how = CAUSES[cause]
    battery = "magazine = {x = 9}" + (f", {how['battery']}" if "battery" in how else "")
    case = replay(
        shots=how.get("shots", "m a x 0 10 1\nn a x 0 10 1"),
        raid={"m": 'class = "m", count = 2', "n": 'class = "n", count = 1'},
        battery={"a": f'{battery}, sensors = ["own"]', "b": "magazine = {z = 9}"},
        tracks=f"own n 0 1\n{how.get('tracks', 'own m 0 1')}",
        architecture=one_cell("a", "b"),
        doctrine=how.get("doctrine", ""),
        more=f'sensor.own = {{}}\ninterceptor.z.remote = "engage"\n{how.get("more", "")}',
    )
    assert case.outcome() == {cause: 2}
    assert case.outcome(kind="n") == {"killed": 1}
    assert case.leakers() == (0 if cause == "killed" else 2)


def test_rule_29_has_these_causes_in_this_order() -> None:
    """The list of rule 29, then killed."""
    assert OUTCOMES == (
        "no_opportunity",
        "unavailable",
        "not_tracked",
        "network",
        "lost",
        "not_called",
        "held",
        "no_decision",
        "no_channel",
        "no_magazine",
        "missed",
        "judged_dead",
        "killed",
    )
    assert list(CAUSES) == [cause for cause in OUTCOMES if cause not in OF_THE_FIGHT]


def test_rule_29_the_last_cause_in_the_list_counts_whenever_it_was_met() -> None:
    """Missed at 0 s, no channel at 30 s (taken by threat n from 25 to 60 s): missed stands later
    in the list, though it was met earlier. Without the first opportunity: no_channel. Another
    cell's causes count alike: its battery is not up, the lesser cause."""
    case = replay(
        shots="""
            m.0 a x 0 10 0
            n a x 25 60 1
            m.0 a x 30 40 1
            m.1 a x 30 40 1
            m.0 b x 40 45 1
            m.1 b x 40 45 1
        """,
        raid={"m": 'class = "m", count = 2', "n": 'class = "n", count = 1'},
        battery={"a": "magazine = {x = 9}, channels = 1", "b": "magazine = {x = 9}"},
        architecture=split("a", "b"),
        more='coin.c = {level = "battery", probability = 0, batteries = ["b"]}',
    )
    assert case.outcome() == {"missed": 1, "no_channel": 1}


def test_rule_29_the_funnel_counts_every_live_threat_once() -> None:
    """Reliability 1/2, kill 1/2, round for the first only: over live threats the funnel's parts
    add up to the live ones; killed is 1/2 of those fired at."""
    case = replay(
        trials=MANY,
        shots="m.0 a x 0 10 0.5\nm.1 a x 0 10 0.5",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {x = 1}"},
        architecture=one_cell("a"),
        more="threat.m.reliability = 0.5",
    )
    funnel = case.outcome()
    assert set(funnel) == {"killed", "missed", "no_magazine"}
    assert sum(funnel.values()) == case.live()
    assert funnel["no_magazine"] + funnel["missed"] == case.mean_leakers()
    # Both live with 1/4; at least one lives, and is fired at, with 3/4.
    assert_probability(funnel["no_magazine"], 1 / 4, MANY)
    assert_probability(funnel["killed"], 3 / 8, MANY)
    assert_probability(funnel["missed"], 3 / 8, MANY)


def test_rule_30_emptied_and_denied() -> None:
    """Each battery meets a class of its own: a has 2 rounds for 3 threats: emptied and denied. b
    has 2 for 2: emptied, not denied. c has 3 for 2: neither. In e the reserve refuses: denied,
    not emptied."""
    case = replay(
        shots="\n".join(
            f"{wave}.{i} {battery} x {10 * i} {10 * i + 5} 0"
            for wave, battery, count in (("m", "a", 3), ("n", "b", 2), ("d", "c", 2), ("f", "e", 1))
            for i in range(count)
        ),
        raid={
            k: f'class = "{k}", count = {n}' for k, n in (("m", 3), ("n", 2), ("d", 2), ("f", 1))
        },
        battery={
            "a": "magazine = {x = 2}",
            "b": "magazine = {x = 2}",
            "c": "magazine = {x = 3}",
            "e": "magazine = {x = 3}, reserve = {x = {f = 3}}",
        },
        architecture=one_cell("a", "b", "c", "e"),
    )
    counts = {
        b: (int(case.count("emptied", "only", b, "x")), int(case.count("denied", "only", b)))
        for b in "abce"
    }
    assert counts == {"a": (1, 1), "b": (1, 0), "c": (0, 0), "e": (0, 1)}


def test_rule_30_per_trial() -> None:
    """One round, fired at a threat called with 1/2: emptied in half of the trials, denied in the
    quarter in which a second one is called as well; of 2 trials' counts each is at most 1."""
    case = replay(
        trials=MANY,
        shots="m.0 a x 0 10 0\nm.1 a x 20 30 0\nm.1 a x 50 60 0",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {x = 1}"},
        architecture=one_cell("a"),
        more="threat.m.called = 0.5",
    )
    assert_probability(case.count("emptied", "only", "a", "x"), 0.75, MANY)
    # Denied: the second is called, and either met an empty magazine or, alone, missed with it.
    assert_probability(case.count("denied", "only", "a"), 0.5, MANY)
    assert case.count("rounds_left", "only", "a", "x") == 1 - case.rounds()


def test_rule_30_an_empty_battery_is_not_emptied() -> None:
    """A magazine that held nothing was not emptied, but its battery is denied a round."""
    case = replay(
        shots="m a x 0 10 1",
        raid=ONE,
        battery={"a": "magazine = {x = 0}"},
        architecture=one_cell("a"),
    )
    assert case.count("emptied", "only", "a", "x") == 0
    assert case.count("denied", "only", "a") == 1
    assert case.trials == TRIALS
