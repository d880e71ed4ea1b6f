"""Rules 10 and 11: tracks, and what remote ones are good for."""

from __future__ import annotations

import itertools

from tests.support.opportunity_table import (
    MANY,
    assert_probability,
    cells,
    one_cell,
    replay,
)

ONE = {"m": 'class = "m", count = 1'}


def test_rule_10_a_sensor_tracks_at_the_first_of_its_times() -> None:
    """F = 1/4 at 5 s, 3/4 at 15 s and no more: of sure rounds at 4.999 s, 5 s, 15 s and 25 s the
    first never flies, the second kills with 1/4, the third with 1/2, the last never (whoever is
    not tracked at 15 s never is); 1/4 leak untracked."""
    case = replay(
        trials=MANY,
        shots="m a w 4.999 10 1\nm a x 5 12 1\nm a y 15 22 1\nm a z 25 32 1",
        raid=ONE,
        battery={"a": 'magazine = {w = 9, x = 9, y = 9, z = 9}, sensors = ["own"]'},
        tracks="own m 5 0.25\nown m 15 0.75",
        architecture=one_cell("a"),
        doctrine='assessment_s = 1, choice = "first"',
        more="sensor.own = {}\ninterceptor.w = {}",
    )
    kills = {name: case.rounds(interceptor=name, what="kills") for name in "wxyz"}
    assert (kills["w"], kills["z"]) == (0, 0)
    assert_probability(kills["x"], 0.25, MANY)
    assert_probability(kills["y"], 0.5, MANY)
    assert_probability(case.mean_leakers(), 0.25, MANY)
    assert set(case.outcome()) == {"not_tracked", "killed"}


def test_rule_10_a_track_once_gained_is_kept() -> None:
    """Tracked with 1/2 at 0 s: whoever is fired at once is fired at in all three looks, so the
    round counts 0 and 3 alone occur: leakers of the vain rounds x all leak, and rounds come to 3
    times the trials in which any was fired."""
    case = replay(
        trials=MANY,
        shots="m a x 0 1 0\nm a y 20 21 0\nm a z 40 41 0",
        raid=ONE,
        battery={"a": 'magazine = {x = 9, y = 9, z = 9}, sensors = ["own"]'},
        tracks="own m 0 0.5",
        architecture=one_cell("a"),
        more="sensor.own = {}",
    )
    assert case.rounds(interceptor="x") == case.rounds(interceptor="y")
    assert case.rounds(interceptor="x") == case.rounds(interceptor="z")
    assert case.rounds(interceptor="x") == case.outcome()["missed"]
    assert_probability(case.rounds(interceptor="x"), 0.5, MANY)


def test_rule_10_a_cell_without_sensors_tracks_from_the_start() -> None:
    """Start at 100 s, reaction 5 s: a launch at 4.999 s after the start is too early, one at 5 s
    is not. The engagement is not on remote data. In the other architecture the cell holds a
    sensor that never sees the threat: no guidance, so no opportunity."""
    case = replay(
        shots="m.0 a x 4.999 10 1\nm.1 a x 5 10 1",
        raid={"m": 'class = "m", count = 2, start_s = 100'},
        battery={"a": "magazine = {x = 9}, reaction_s = 5"},
        architecture={
            "bare": one_cell("a"),
            "blind": one_cell("a", name="other", more='sensors = ["far"]'),
        },
        more="sensor.far = {}",
    )
    assert case.outcome("bare") == {"not_tracked": 1, "killed": 1}
    assert case.rounds("bare", what="remote_engagements") == 0
    assert case.outcome("blind") == {"no_opportunity": 2}


def test_rule_10_a_link_makes_a_cell_one_with_sensors() -> None:
    """A cell without sensors of its own, linked to one with a sensor, no longer tracks from the
    start: the sensor sees from 10 s on, and the launch at 5 s is not taken."""
    apart = cells(one='batteries = ["a"]', two='sensors = ["far"]')
    linked = apart + ', links = {one = {share = "engage"}, two = {share = "engage"}}'
    case = replay(
        shots="m a x 5 9 1\nm a y 20 30 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9, y = 9}"},
        tracks="far m 10 1",
        architecture={"apart": apart, "linked": linked},
        more='sensor.far = {}\ninterceptor.x.remote = "engage"\ninterceptor.y.remote = "engage"',
    )
    assert case.rounds("apart", interceptor="x") == 1
    assert case.rounds("linked", interceptor="x") == 0
    assert case.rounds("linked", interceptor="y") == 1
    assert case.rounds("linked", interceptor="y", what="remote_engagements") == 1


SHARE_MORE = """
    sensor.own = {}
    sensor.far = {}
    interceptor.x.remote = "none"
    interceptor.y.remote = "launch"
    interceptor.z.remote = "engage"
"""
SHARES = ("alone", "warning", "launch", "engage")

SHARE = dict(zip(SHARES, ("none", *SHARES[1:]), strict=True))


def _share(level: str) -> str:
    return one_cell("a", more=f'sensors = ["far"], share = "{SHARE[level]}"')


def test_rule_11_when_each_kind_of_share_fires() -> None:
    """Far sees from 0 s, the own radar from 20 s, cued from 10 s; sure rounds that allow remote
    nothing (x), launches (y), engagements (z), each against a threat apiece with one launch time.
    At 5 s only a remote licence serves: y and z under launch and engage. At 15 s the own track
    serves too, where the picture cues it. At 25 s all serve. Whenever y and z have a licence they
    use it, since it comes first: then they count as engagements on remote data."""
    killed = {}
    for launch, some in itertools.product((5, 15, 25), (SHARES[:2], SHARES[2:])):
        case = replay(
            shots="\n".join(
                f"{wave} a {kind} {launch} {launch + 2} 1"
                for wave, kind in (("m.0", "x"), ("m.1", "y"), ("m.2", "z"))
            ),
            raid={"m": 'class = "m", count = 3'},
            battery={"a": 'magazine = {x = 9, y = 9, z = 9}, sensors = ["own"]'},
            tracks="far m 0 1\nown m 10 0 1\nown m 20 1 1",
            architecture={level: _share(level) for level in some},
            more=SHARE_MORE,
        )
        for level in some:
            killed[launch, level] = "".join(
                kind for kind in "xyz" if case.rounds(level, "a", kind, what="kills")
            )
            remote = 2 if level in ("launch", "engage") else 0
            assert case.rounds(level, what="remote_engagements") == remote
    assert killed == {
        (5, "alone"): "",
        (5, "warning"): "",
        (5, "launch"): "yz",
        (5, "engage"): "yz",
        (15, "alone"): "",
        (15, "warning"): "xyz",
        (15, "launch"): "xyz",
        (15, "engage"): "xyz",
        (25, "alone"): "xyz",
        (25, "warning"): "xyz",
        (25, "launch"): "xyz",
        (25, "engage"): "xyz",
    }


def test_rule_11_without_an_own_sensor_only_engage_serves() -> None:
    """No own sensor sees the threat: a launch licence is not enough, guidance is impossible and
    there is no opportunity; under "engage" only the round that allows it flies."""
    case = replay(
        shots="m.0 a x 5 7 1\nm.1 a y 5 7 1\nm.2 a z 5 7 1",
        raid={"m": 'class = "m", count = 3'},
        battery={"a": 'magazine = {x = 9, y = 9, z = 9}, sensors = ["own"]'},
        tracks="far m 0 1",
        architecture={level: _share(level) for level in SHARES},
        more=SHARE_MORE,
    )
    for level in ("alone", "warning", "launch"):
        assert case.outcome(level) == {"no_opportunity": 3}
    assert case.outcome("engage") == {"no_opportunity": 2, "killed": 1}
    assert case.rounds("engage", "a", "z") == 1


def test_rule_11_latencies_of_both_spokes_add() -> None:
    """Track at 0 s; spokes of 2 and 3 s: a remote licence from 5 s on. Inside one cell its own
    latency of 4 s counts alone. The lesser share of the two spokes holds."""
    apart = cells(one='batteries = ["a"]', two='sensors = ["far"]')

    def linked(one: str, two: str) -> str:
        return f'{apart}, links = {{one = {{share = "{one}", latency_s = 2}}, ' + (
            f'two = {{share = "{two}", latency_s = 3}}}}'
        )

    case = replay(
        shots="m.0 a z 3.999 9 1\nm.1 a z 4 9 1\nm.2 a z 4.999 9 1\nm.3 a z 5 9 1",
        raid={"m": 'class = "m", count = 4'},
        battery={"a": "magazine = {z = 9}"},
        tracks="far m 0 1",
        architecture={
            "linked": linked("engage", "engage"),
            "lesser": linked("engage", "launch"),
            "cell": one_cell("a", more='sensors = ["far"], latency_s = 4'),
        },
        more=SHARE_MORE,
    )
    assert case.outcome("linked") == {"not_tracked": 3, "killed": 1}
    assert case.outcome("lesser") == {"no_opportunity": 4}
    assert case.outcome("cell") == {"not_tracked": 1, "killed": 3}


def test_rule_11_both_spokes_must_be_up() -> None:
    """Availabilities of 1/2 each: the track arrives with probability 1/4, for all threats of a
    trial together."""
    apart = cells(one='batteries = ["a"]', two='sensors = ["far"]')
    half = '{share = "engage", availability = 0.5}'
    case = replay(
        trials=MANY,
        shots="m a z 5 9 1",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {z = 9}"},
        tracks="far m 0 1",
        architecture={
            "both": f"{apart}, links = {{one = {half}, two = {half}}}",
            "never": f'{apart}, links = {{one = {{share = "engage", availability = 0}}, '
            'two = {share = "engage"}}',
        },
        more=SHARE_MORE,
    )
    assert set(case.histogram("both")) == {0, 2}
    assert_probability(case.mean_leakers("both") / 2, 0.75, MANY)
    assert case.outcome("never") == {"not_tracked": 2}


def test_rule_11_share_without_join_links_every_cell() -> None:
    """`share` alone makes every battery and every left-over sensor a cell and links them all,
    the latency counted per spoke: 2 + 2 s. (Its cells have the names of what they hold.)"""
    case = replay(
        shots="m.0 a z 3.999 9 1\nm.1 a z 4 9 1",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {z = 9}"},
        tracks="far m 0 1",
        architecture='share = "engage", latency_s = 2',
        more='sensor.far = {}\ninterceptor.z.remote = "engage"',
    )
    assert case.outcome() == {"not_tracked": 1, "killed": 1}
    assert case.rounds(what="remote_engagements") == 1


def test_rule_11_a_cue_holds_from_its_time_on() -> None:
    """One uniform u: uncued F is 0.2 at 10 s and 20 s, cued F 0.6 at 10 s and 0.8 at 20 s. The
    warning arrives at 15 s, so at 10 s only u <= 0.2 is tracked and at 20 s u <= 0.8: sure
    rounds at 12 s kill 0.2, at 22 s 0.6. A warning that arrives at 10 s is in time for 10 s:
    0.6 and 0.2."""
    late, just = (
        one_cell("a", name=name, more=f'sensors = ["far"], share = "warning", latency_s = {s}')
        for name, s in (("late", 15), ("just", 10))
    )
    case = replay(
        trials=MANY,
        shots="m a x 12 14 1\nm a y 22 24 1",
        raid=ONE,
        battery={"a": 'magazine = {x = 9, y = 9}, sensors = ["own"]'},
        tracks="far m 0 1\nown m 10 0.2 0.6\nown m 20 0.2 0.8",
        architecture={"late": late, "just": just},
        doctrine="assessment_s = 1",
        more=SHARE_MORE,
    )
    for name, first, second in (("late", 0.2, 0.6), ("just", 0.6, 0.2)):
        assert_probability(case.rounds(name, interceptor="x", what="kills"), first, MANY)
        assert_probability(case.rounds(name, interceptor="y", what="kills"), second, MANY)
    # The same uniform: those that leak are the same ones, u > 0.8.
    assert case.both_leak("late", "just") == case.mean_leakers("late")


def test_rule_11_the_least_of_several_tracks_counts() -> None:
    """Own track with 1/2 at 0 s, remote with 1/2 at 0 s, independent: one of them holds with 3/4.
    Own first: of those killed, 1/4 (remote alone) are engagements on remote data; where both
    come at the same instant the own one counts."""
    case = replay(
        trials=MANY,
        shots="m a z 5 9 1",
        raid=ONE,
        battery={"a": 'magazine = {z = 9}, sensors = ["own"]'},
        tracks="far m 0 0.5\nown m 0 0.5",
        architecture=_share("engage"),
        more=SHARE_MORE,
    )
    assert_probability(1 - case.mean_leakers(), 0.75, MANY)
    assert_probability(case.rounds(what="remote_engagements"), 0.25, MANY)
