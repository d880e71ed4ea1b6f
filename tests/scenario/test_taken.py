"""What an override takes from a draw or an architecture's `set` is said, also between two files."""

from __future__ import annotations

from mcdefense.scenario import changes, loads, override_notes
from tests.scenario.test_overrides import TEXT, drawn

SETS = TEXT + 'interceptor."*".against."*".sspk = 0.75\n'


def test_it_wins_over_a_set_with_a_wildcard_and_says_so() -> None:
    """Also where it reaches only some of the values that the `set` gives."""
    every, one = "interceptor.*.against.*.sspk", "interceptor.round.against.drone.sspk"
    scenario = loads(SETS, overrides=[(every, "0.5")])
    assert drawn(scenario, "full", one) == 0.5
    gone = "the `set` of [architecture.full] no longer gives 0.75"
    assert override_notes(scenario) == (f"{every}: fixed at 0.5 in 3 places; {gone}",)
    scenario = loads(SETS, overrides=[(one, "0.5")])
    assert override_notes(scenario) == (f"{one}: fixed at 0.5; {gone} here, but to 2 others still",)
    scenario = loads(SETS, overrides=[(f"architecture.full.set.{every}", "0.5"), (one, "0.6")])
    assert [drawn(scenario, name, one) for name in scenario.architecture] == [0.6, 0.5]
    assert override_notes(scenario)[1] == f"{one}: fixed at 0.6; in full the override of its " + (
        "`set` holds, 0.5"
    )


def test_what_an_override_takes_is_a_change_though_the_value_stays() -> None:
    network, reaction = "architecture.full.network.availability", "battery.a.reaction_s"
    over = changes(SETS, SETS, [], [f"{network} = 0.9", "interceptor.*.against.*.sspk = 0.5"])
    given = "architecture.full.set gives interceptor"
    assert [tuple(change) for change in over] == [
        ("--set interceptor.*.against.*.sspk", None, 0.5),
        (f"uncertainty.network draws {network}", "uniform", None),
        (f"{given}.other.against.drone.sspk, and 2 more values", 0.75, None),
    ]
    assert changes(SETS, SETS, [f"{network} = 0.9"], [f"{network} = 0.9"]) == []
    (back,) = changes(SETS, SETS, [f"{network} = 0.9"])
    assert tuple(back) == (f"uncertainty.network draws {network}", None, "uniform")
    over = changes(SETS, SETS, [], [f"{reaction} = 0"])
    assert (f"architecture.full.set gives {reaction}", 7, None) in [tuple(one) for one in over]
    assert changes(SETS, SETS, [], ["battery.a.channels = 1"])[1:] == []
