"""Rules 24 to 27: death, what a cell sees of others' kills, links, networks, damage."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.support.opportunity_table import (
    ARCHITECTURES,
    MANY,
    TRIALS,
    Replay,
    assert_probability,
    cells,
    one_cell,
    replay,
    split,
)

ONE = {"m": 'class = "m", count = 1'}
TWO_BATTERIES = {"a": "magazine = {x = 9}", "b": "magazine = {y = 9}"}


def test_rule_24_it_dies_at_the_earliest_intercept() -> None:
    """Launched first, intercepting last: a's sure round (0 to 50 s) and b's (10 to 20 s) both
    fly; the kill is b's, at 20 s."""
    case = replay(
        shots="m a x 0 50 1\nm b y 10 20 1",
        raid=ONE,
        battery=TWO_BATTERIES,
        architecture=split("a", "b"),
    )
    assert case.rounds() == 2
    assert (case.rounds(battery="a", what="kills"), case.rounds(battery="b", what="kills")) == (
        0,
        1,
    )


def test_rule_24_at_one_instant_the_first_of_the_list_has_the_kill() -> None:
    """Both intercept at 50 s; the launch at 0 s comes first in the list."""
    case = replay(
        shots="m b y 10 50 1\nm a x 0 50 1",
        raid=ONE,
        battery=TWO_BATTERIES,
        architecture=split("a", "b"),
    )
    assert case.rounds(battery="a", what="kills") == 1
    assert case.leakers() == 0


@pytest.mark.parametrize(
    ("doctrine", "fired"),
    [
        ("assessment_s = 5", "m"),  # others' kills too after 5 s
        ("assessment_s = 5, others_kills_s = 5.001", "mn"),
        ("assessment_s = 60, others_kills_s = 5", "m"),
        ("assessment_s = 5, others_kills_s = 0", ""),
        ('assessment_s = 5, others_kills_s = "never"', "mn"),
    ],
)
def test_rule_24_when_a_cell_sees_anothers_kill(doctrine: str, fired: str) -> None:
    """Cell a kills at 10 s. Cell b could launch at m at 14.999 s and at n at 15 s: it has seen a
    kill `others_kills_s` (default assessment_s) after it, from that instant on."""
    case = replay(
        shots="m a x 0 10 1\nm b y 14.999 30 1\nn a x 0 10 1\nn b y 15 30 1",
        raid={"m": ONE["m"], "n": 'class = "n", count = 1'},
        battery=TWO_BATTERIES,
        architecture=split("a", "b"),
        doctrine=doctrine,
    )
    assert "".join(kind for kind in "mn" if case.rounds(battery="b", kind=kind)) == fired


def test_rule_24_a_kill_is_seen_without_error_unless_rule_15_decides() -> None:
    """Cell b fires and misses (5 to 8 s); cell a kills at 10 s. b's errors are sure.
    Dead called alive: at its last intercept the threat lived, so the error does not apply; b
    sees a's kill and does not fire at 40 s.
    With b's intercept at 12 s, after the kill: the threat was dead at b's last intercept and the
    look erred, which decides: b fires again."""
    fired = {}
    for intercept in (8, 12):
        case = replay(
            shots=f"m a x 0 10 1\nm b y 5 {intercept} 0\nm b y 40 50 1",
            raid=ONE,
            battery=TWO_BATTERIES,
            architecture=split("a", "b"),
            doctrine={"all": "dead_called_alive = 1"},
        )
        fired[intercept] = case.rounds(battery="b")
    assert fired == {8: 1, 12: 2}


def test_rule_24_a_threat_that_leaks_is_live_present_and_not_dead() -> None:
    """A killed, an untouched and an absent threat, a decoy: one leaker."""
    case = replay(
        shots="m.0 a x 0 10 1\nm.1 a x 0 10 0\nn a x 0 10 0\nd a x 0 10 0",
        raid={
            "m": 'class = "m", count = 2',
            "n": 'class = "n", count = 1',
            "d": 'class = "d", count = 1',
        },
        battery=TWO_BATTERIES,
        architecture=one_cell("a", "b"),
        more="threat.n.reliability = 0",
    )
    assert [case.leakers(kind=kind) for kind in "mnd"] == [1, 0, 0]
    assert case.result.tally["live"][0, case.result.tally.axes.threat_class.index("d")] == 0


def test_rule_25_a_link_shares_tracks_and_nothing_else() -> None:
    """Two cells fully linked fire two rounds at one threat, as without the link; one cell fires
    one. Linked, b is tracked through a's sensor."""
    apart = split("a", "b")
    case = replay(
        shots="m a x 0 10 1\nm b y 0 10 1",
        raid=ONE,
        battery={
            "a": 'magazine = {x = 9}, sensors = ["own"]',
            "b": 'magazine = {y = 9}, sensors = ["blind"]',
        },
        tracks="own m 0 1",
        architecture={
            "apart": apart,
            "linked": f'{apart}, links = {{a = {{share = "engage"}}, b = {{share = "engage"}}}}',
            "joined": one_cell("a", "b"),
        },
        more='sensor.own = {}\nsensor.blind = {}\ninterceptor.y.remote = "engage"',
    )
    assert {name: int(case.rounds(name)) for name in ("apart", "linked", "joined")} == {
        "apart": 1,
        "linked": 2,
        "joined": 1,
    }
    assert case.rounds("linked", what="remote_engagements") == 1


FALLBACK = {
    "m": 'class = "m", count = 2',
    "n": 'class = "n", count = 1',
}


def _networked(availability: float, *, trials: int = MANY) -> Replay:
    """Separate: battery a alone fires one sure round at m (2 threats), b at n. Joined the same
    defence kills all; each architecture with its network up or down. Names: the fallback first,
    then one that falls back on it, one that falls back on nothing, one without network."""
    apart = cells(
        one='batteries = ["a"], classes = ["n"]',
        two='batteries = ["b"]',
    )
    joined = one_cell("a", "b")
    return replay(
        trials=trials,
        shots="m a x 0 10 1\nn b y 0 10 1",
        raid=FALLBACK,
        battery=TWO_BATTERIES,
        architecture={
            "apart": apart,
            "falls": f'{joined}, network = {{availability = {availability}, fallback = "apart"}}',
            "idle": f"{joined}, network = {{availability = {availability}}}",
            "sure": joined,
        },
    )


@pytest.mark.parametrize("availability", [0, 1])
def test_rule_26_network_never_or_always_up(availability: int) -> None:
    """Up: both architectures are the joined one. Down: one has the outcome and counts of its
    fallback (both m leak, n does not), the other fires nothing and all leak."""
    case = _networked(availability, trials=TRIALS)
    leakers = {n: (case.leakers(n, "m"), case.leakers(n, "n")) for n in ("falls", "idle", "sure")}
    rounds = {n: int(case.rounds(n)) for n in ("falls", "idle", "sure")}
    left = {n: int(case.count("rounds_left", n, "a", "x")) for n in ("falls", "idle", "sure")}
    lost = case.result.tally["network_lost"][0, :ARCHITECTURES].tolist()
    if availability:
        assert leakers == dict.fromkeys(leakers, (0, 0))
        assert rounds == dict.fromkeys(rounds, 3)
        assert lost == [0, 0, 0, 0]
        assert case.rounds("falls", what="rounds_fired_network_lost") == 0
    else:
        assert leakers == {"falls": (2, 0), "idle": (2, 1), "sure": (0, 0)}
        assert rounds == {"falls": 1, "idle": 0, "sure": 3}
        assert left == {"falls": 9, "idle": 9, "sure": 7}
        assert lost == [0, TRIALS, TRIALS, 0]
        assert case.rounds("falls", what="rounds_fired_network_lost") == 1
        assert case.outcome("falls") == {"no_opportunity": 2}
        assert case.outcome("falls", "n") == {"killed": 1}
        assert case.outcome("idle") == {"unavailable": 2}


def test_rule_26_one_network_draw_replaces_the_outcome_before_joint_counts() -> None:
    """Availability 1/2. Where it is down (the same trials for both networks) `falls` leaks 2 m
    and `idle` 2 m and 1 n. So leakers m are 0 or 2 with 1/2; products: falls x idle = 4 per lost
    trial, apart x falls = 2 * 2 per lost trial (apart always leaks 2)."""
    case = _networked(0.5)
    assert set(case.histogram("falls")) == {0, 2}
    lost = Fraction(case.histogram("falls")[2], MANY)
    assert_probability(lost, 0.5, MANY)
    assert case.histogram("idle") == case.histogram("falls")
    assert case.both_leak("falls", "idle") == 4 * lost
    assert case.both_leak("apart", "falls") == 4 * lost
    assert case.mean_leakers("falls", "n") == 0
    assert case.mean_leakers("idle", "n") == lost
    assert case.rounds("falls") == 3 * (1 - lost) + lost
    assert case.rounds("idle") == 3 * (1 - lost)
    assert case.rounds("falls", what="rounds_fired_network_lost") == lost
    tally = case.result.tally
    m = tally.axes.threat_class.index("m")
    assert Fraction(int(tally["network_lost"][0, 1]), MANY) == lost
    assert Fraction(int(tally["leakers_network_lost"][0, 1, m]), MANY) == 2 * lost


def _hits(case: Replay, architecture: str, asset: str) -> tuple[Fraction, Fraction]:
    """Hits a trial, and share of trials with a hit."""
    tally = case.result.tally
    at = tally.axes.architecture.index(architecture), tally.axes.asset.index(asset)
    counts = (int(tally[name][at]) for name in ("damaging_leakers", "asset_damaged"))
    damaging, damaged = (Fraction(count, case.trials) for count in counts)
    return damaging, damaged


def test_rule_27_leakers_damage_with_the_assets_probability() -> None:
    """Two leakers each at a battery of the defence (damaged by every leaker) and at an asset of
    damage probability 1/2: 2 hits, and 1 in the mean, at least one with 3/4. Decoys, though they
    arrive, damage nothing."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 0\nn a x 0 10 0\nd a x 0 10 0",
        raid={
            "m": 'class = "m", count = 2, asset = "battery.a"',
            "n": 'class = "n", count = 2, asset = "hard"',
            "d": 'class = "d", count = 2, asset = "battery.a"',
        },
        battery={"a": "magazine = {x = 99}"},
        architecture=one_cell("a"),
        more="asset.hard = {damage_probability = 0.5}",
    )
    assert _hits(case, "only", "battery.a") == (2, 1)
    hits, hit = _hits(case, "only", "hard")
    assert_probability(hits / 2, 0.5, 2 * MANY)
    assert_probability(hit, 0.75, MANY)


def test_rule_27_no_hit_without_a_leaker_and_one_toss_in_all_architectures() -> None:
    """Kills leave no hit. The toss is the threat's: two architectures that both let it through
    hit in the same trials, so a third that lets through half of them hits in no others."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1",
        raid={"m": 'class = "m", count = 1, asset = "hard"'},
        battery={"a": "magazine = {x = 9}"},
        architecture={
            "kills": one_cell("a"),
            "leaks": one_cell("a", name="blind", more='classes = ["n"]'),
            "too": one_cell("a", name="deaf", more="assets = []"),
        },
        more="asset.hard = {damage_probability = 0.5}",
    )
    assert _hits(case, "kills", "hard") == (0, 0)
    assert _hits(case, "leaks", "hard") == _hits(case, "too", "hard")
    assert_probability(_hits(case, "leaks", "hard")[0], 0.5, MANY)
