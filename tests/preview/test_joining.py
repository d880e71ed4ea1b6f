"""What `check` says of joining: a battery that a list forgets, a network without a fallback."""

from __future__ import annotations

import pytest

from mcdefense.preview.joining import forgotten_batteries, without_fallback
from mcdefense.preview.survey import survey
from mcdefense.preview.warnings import warnings
from mcdefense.scenario import loads
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
