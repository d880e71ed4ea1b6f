"""What `check` says of joining: a battery that a list forgets, a network without a fallback, shared
tracks that no round may use."""

from __future__ import annotations

import pytest

from mcdefense.preview.joining import forgotten_batteries, tracks_of_no_use, without_fallback
from mcdefense.preview.survey import survey
from mcdefense.preview.warnings import warnings
from mcdefense.scenario import loads
from mcdefense.schedule import Builder
from tests.support.small_scenarios import LAYDOWN

SMALL = """\
title = "Three batteries"
[battery.a]
magazine = { round = 4 }
[battery.b]
magazine = { round = 4 }
[interceptor.round]
against.missile = { sspk = 0.5 }
[threat.missile]
[raid.missiles]
class = "missile"
count = 6
start_s = 0
[opportunities]
rows = [
  { threat = "missiles", battery = "a", interceptor = "round", launch_s = 5, intercept_s = 10 },
  { threat = "missiles", battery = "b", interceptor = "round", launch_s = 6, intercept_s = 12 },
  { threat = "missiles", battery = "c", interceptor = "round", launch_s = 7, intercept_s = 12 },
]
[battery.c]
magazine = { round = 1 }
[architecture.alone]
[architecture.full]
"""
THREE = f'{SMALL}join = ["a", "b"]\n'
FORGOTTEN = (
    "battery c is not in the `join` of full: it fights by itself there; add it to the list, or "
    "give it a link if it shares tracks only"
)


def test_a_battery_that_a_join_forgets() -> None:
    assert list(forgotten_batteries(loads(THREE))) == [FORGOTTEN]


@pytest.mark.parametrize(
    "meant",
    [
        THREE.replace('["a", "b"]', '["a", "b", "c"]'),
        THREE.replace('["a", "b"]', '["a"]'),  # most are left out
        THREE + '[architecture.full.links.c]\nshare = "warning"\n',
        THREE + '[architecture.most]\njoin = "all"\n',  # a step towards this one
        THREE + '[architecture.most]\njoin = ["a", "c"]\n'
        'network = { availability = 0.5, fallback = "full" }\n',  # full takes over for it
    ],
)
def test_a_battery_that_is_left_out_on_purpose(meant: str) -> None:
    assert FORGOTTEN not in forgotten_batteries(loads(meant))


def test_only_a_battery_whose_neighbour_is_joined_looks_forgotten() -> None:
    """Four are joined. Two more that stand beside each other far away are another group; one more
    among the four is forgotten."""

    def left_out(**others: float) -> list[str]:
        places = {**others, "g": 20.4, "h": 20.6}
        more = "".join(
            f'[battery.{name}]\nclass = "medium_sam"\nat_deg = [50.3, {place}]\n'
            for name, place in places.items()
        )
        joined = '["lookout", "north", "south", "g", "h"]'
        text = LAYDOWN.replace('["lookout", "north", "south"]', joined)
        return list(forgotten_batteries(loads(text + more)))

    assert left_out(e=120.2, f=120.0) == []
    (warning,) = left_out(e=20.1)
    assert warning == (
        "battery e is not in the `join` of integrated, though north, the nearest to it, is: it "
        "fights by itself there; add it to the list, or give it a link if it shares tracks only"
    )


NO_FALLBACK = (
    "the network of full has no `fallback`: {}, nobody fires any more; name the architecture that "
    'takes over, or write fallback = "none" if that is meant'
)


@pytest.mark.parametrize(
    ("network", "more", "when"),
    [
        ("availability = 0.9", "", "in the 10 % of the trials that lose it"),
        (
            "availability = 1.0",
            "[uncertainty.up]\npaths = ['architecture.full.network.availability']\n"
            "distribution = 'uniform'\nlow = 0.5\nhigh = 1\n",
            "in the trials in which it is lost",
        ),
        ("availability = 1.0", "", ""),
        ('availability = 0.9, fallback = "alone"', "", ""),
        ('availability = 0.9, fallback = "none"', "", ""),
    ],
)
def test_a_network_that_nobody_takes_over_for(network: str, more: str, when: str) -> None:
    text = f"{SMALL}join = 'all'\nnetwork = {{ {network} }}\n{more}"
    assert list(without_fallback(loads(text))) == ([NO_FALLBACK.format(when)] if when else [])


def test_check_and_run_say_both() -> None:
    scenario = loads(f"{THREE}network = {{ availability = 0.9 }}\n")
    said = warnings(scenario, survey(scenario, scenario.run.seed), 4, scenario.run.seed)
    assert said == [FORGOTTEN, NO_FALLBACK.format("in the 10 % of the trials that lose it")]


WATCHED = """\
title = "A battery, its own radar and another"
[sensor.look]
[sensor.own]
[battery.site]
magazine = { round = 9 }
sensors = ["own"]
[interceptor.round]
against.missile = { sspk = 0.9 }
[threat.missile]
[raid.missiles]
class = "missile"
count = 3
start_s = 0
[tracks]
rows = [
  { sensor = "look", threat = "missiles", time_s = 0, probability = 1 },
  { sensor = "own", threat = "missiles", time_s = 0, probability = 0.3 },
]
[opportunities]
rows = [{ threat = "missiles", battery = "site", interceptor = "round", launch_s=5, intercept_s=9 }]
[architecture.alone]
[architecture.full]
join = "all"
"""
SET_REMOTE = 'set."interceptor.round.remote" = "launch"'
LINKED = WATCHED.replace('join = "all"', 'share = "launch"')
OF_NO_USE = (
    "full: tracks of others' sensors are shared and license no launch, since `remote` of round is "
    '"none"; write remote = "launch" or "engage" for round if it can use them, or share = "none" '
    "if nothing but fire is to be joined"
)


@pytest.mark.parametrize("text", [WATCHED, LINKED])
@pytest.mark.parametrize(
    ("change", "of_no_use"),
    [
        (("", ""), True),
        (("[interceptor.round]", '[interceptor.round]\nremote = "engage"'), False),
        (("[interceptor.round]", '[interceptor.round]\nremote = "launch"'), False),
        (("probability = 0.3", "probability = 0.3, cued_probability = 0.5"), False),
        (('sensors = ["own"]', 'sensors = ["own", "look"]'), False),  # it has both of its own
        (("[architecture.full]", f"[architecture.full]\n{SET_REMOTE}"), False),
    ],
)
def test_shared_tracks_that_license_no_launch(
    text: str, change: tuple[str, str], of_no_use: bool
) -> None:
    """What is told of may as well not be shared: no launch asks for the other's track."""
    changed = text.replace(*change, 1) if change[0] else text
    scenario = loads(changed)
    found = warnings(scenario, survey(scenario, 1), 4, 1)
    assert found == [OF_NO_USE] * of_no_use
    if "cued" not in changed:
        builder = Builder(scenario)
        tracks = builder.schedule(builder.world(1, 0)).arrays.tracks
        of_others = bool((tracks.entity % 2 == builder.names.sensor.index("look")).any())
        assert of_others != of_no_use


def test_a_battery_without_rounds_is_asked_for_none() -> None:
    assert list(tracks_of_no_use(loads(WATCHED.replace("round = 9", "round = 0")), NAMES)) == []
    joined = '[architecture.only]\njoin = ["site"]\n'
    other = loads(WATCHED.replace('join = "all"', 'share = "warning"') + joined)
    assert list(tracks_of_no_use(other, NAMES)) == []


NAMES = Builder(loads(WATCHED)).names
