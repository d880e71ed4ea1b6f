"""What one place that may be real is worth is no question, however it is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mcdefense
from mcdefense.errors import InputError
from mcdefense.study import Asked, Planned, plan_study
from tests.support.command_line import command
from tests.support.small_scenarios import LAYDOWN

FLANK = Path(__file__).parents[2] / "configs" / "eastern_flank.toml"
REAL = LAYDOWN.replace("[battery.north]\n", '[battery.north]\nsource = "public"\n')
"""The battery north may be real; medium_sam is its round alone."""
VARIANTS = f"{REAL}[architecture.integrated.variants.slow]\nbattery.south.reaction_s = 30\n"
WIDE = 'as = "value"\ndistribution = "uniform"\nlow = 1\nhigh = 20\n'
CHANGES = r"\[battery.north\] alone, a place with a source, expected a fictional place, or several"


def planned(text: str, over: dict[str, Any] | None, cases: dict[str, Any] | None = None) -> Planned:
    return plan_study(lambda values: mcdefense.loads(text, overrides=list(values)), over, cases)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ('battery."north".reaction_s', [5]),
        ("*.north.reaction_s", [5]),
        ("bat*.north.reaction_s", [5]),
        ("battery.[mn]*.reaction_s", [5]),
        ("battery.north", [{"class": "medium_sam", "at_deg": [50.3, 20.2], "reaction_s": 5}]),
        ("sensor.north_radar.p_look", [0.5]),
        ("*.north_radar.p_look", [0.5]),
        ('architecture.integrated.set."battery.north.reaction_s"', [5]),
        ("architecture.integrated.set", [{"battery": {"north": {"reaction_s": 5}}}]),
        ("architecture.integrated.join", [["lookout", "south"]]),
        ("interceptor.medium_sam.cost", [3]),
        ("doctrine.new", [{"cells": ["north"], "salvo": [2]}]),
        ("coin.new", [{"level": "battery", "batteries": ["north"], "probability": 0.5}]),
        ("battery.*.hold_s", [0.0]),  # north has another by a draw of the class, south does not
    ],
)
def test_a_grid_is_judged_by_what_it_changes(path: str, values: list[Any]) -> None:
    text = REAL
    if path == "battery.*.hold_s":
        text = REAL.replace("[battery.south]\n", "[battery.south]\nhold_s = 0.0\n")
        text = text.replace("[battery.north]\n", "[battery.north]\nhold_s = 9.0\n")
    with pytest.raises(InputError, match=CHANGES) as refused:
        planned(text, {path: values})
    assert str(refused.value).startswith(f"over: {path}: {path} changes [battery.north] alone")
    assert planned(text.replace('source = "public"\n', ""), {path: values}).axes


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("battery.south.reaction_s", [5]),
        ("*.*.reaction_s", [5, 6]),
        ("battery.*.reaction_s", [5, 6]),
        ("raid.missiles.count", [5, 6]),
        ("raid.scale", [0.5, 2]),
        ("interceptor.*.cost", [5, 6]),
        ("architecture.integrated.network.availability", [0.5]),
        ("uncertainty.skill.low", [0.7]),
        ("engagement.losses", [True, False]),
    ],
)
def test_fictional_and_several_places_are_not_refused(path: str, values: list[Any]) -> None:
    assert planned(REAL, {path: values}).axes[0].path == path


def test_cases_are_judged_beside_the_base() -> None:
    north, south = {"battery.north.reaction_s": 5}, {"battery.south.reaction_s": 5}
    assert planned(REAL, None, {"both": north | south, "other": south})
    for case in (north, north | {"raid.scale": 2}):
        with pytest.raises(InputError, match=CHANGES):
            planned(REAL, None, {"both": north | south, "one": case})


def test_a_curve_along_one_place_is_refused_whatever_the_base() -> None:
    """Every point differs from the scenario at both places, and from its neighbour at one."""
    over = {"battery.north.reaction_s": [5, 6], "battery.south.reaction_s": [7]}
    with pytest.raises(InputError, match=CHANGES) as refused:
        planned(REAL, over)
    assert str(refused.value).startswith("over: battery.north.reaction_s: battery.north")


def test_each_architecture_is_judged_as_it_sees_the_places() -> None:
    """One architecture's north and the other's south are several places, and each a single one."""
    cases = {
        "both": {
            "architecture.separate.set.battery.north.reaction_s": 5,
            "architecture.integrated.set.battery.south.reaction_s": 5,
        }
    }
    with pytest.raises(InputError, match=CHANGES):
        planned(REAL, None, cases)
    path = 'architecture.integrated.variants.slow."battery.north.reaction_s"'
    with pytest.raises(InputError, match=CHANGES):
        planned(VARIANTS, {path: [5]})
    assert planned(VARIANTS, {path.replace("north", "south"): [5]})


def test_a_raid_at_one_battery_is_about_that_battery() -> None:
    text = REAL.replace("[raid.ballistic]\n", '[raid.ballistic]\nasset = "battery.north"\n')
    with pytest.raises(InputError, match=CHANGES):
        planned(text, {"raid.ballistic.count": [5]})
    assert planned(text, {"raid.missiles.count": [5]})


def test_rounds_of_a_sole_battery_are_refused(tmp_path: Path) -> None:
    """`worth --rounds` makes the paths itself."""
    path = tmp_path / "real.toml"
    path.write_text(REAL.replace('medium_sam"\n', 'medium_sam"\nmagazine.medium_sam = 8\n', 1))
    with pytest.raises(InputError, match=CHANGES) as refused:
        mcdefense.worth(path, {}, asked=Asked(interceptor="medium_sam"))
    assert str(refused.value).startswith("rounds: more_")
    option = {"south": {"battery.south.reaction_s": 5}}
    with pytest.raises(InputError, match=CHANGES):
        mcdefense.worth(path, option, asked=Asked(interceptor="medium_sam"))


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("sweep", "--over", 'battery."deveselu".channels=3'), "battery.deveselu"),
        (
            ("sweep", "--over", 'architecture.full.set."battery.redzikowo.channels"=3'),
            "battery.redzikowo",
        ),
        (("sweep", "--case", "x=sens*.kur*.p_look=0.5,raid.scale=2"), "sensor.kurecik"),
        (("worth", "--option", "x=*.deveselu_radar.p_look=0.5"), "battery.deveselu"),
    ],
)
def test_the_commands_refuse_them(tmp_path: Path, words: tuple[str, ...], place: str) -> None:
    done = command(words[0], FLANK, *words[1:], "-o", tmp_path / "s.h5")
    assert done.exit_code == 2
    assert f"[{place}] alone, a place with a source, expected a fictional place" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("paths", "hidden"),
    [
        ('"*.north.hold_s"', True),
        ('"battery.n*.hold_s"', True),
        ('"sensor.north_radar.p_look", "battery.north.hold_s"', True),
        ('"interceptor.medium_sam.against.*.sspk"', True),
        ('"battery.*.hold_s"', False),
        ('"interceptor.*.against.*.sspk"', False),
        ('"battery.south.hold_s"', False),
    ],
)
def test_draws_are_judged_by_what_they_reach(paths: str, hidden: bool) -> None:
    text = REAL.replace("[uncertainty.skill]", f"[uncertainty.one]\npaths = [{paths}]\n{WIDE}\n\\0")
    text = text.replace("\\0", "[uncertainty.skill]").replace(WIDE, WIDE.replace("20", "2"))
    if "sspk" in paths or "p_look" in paths:
        text = text.replace("low = 1\nhigh = 2\n", "low = 0.4\nhigh = 0.6\n")
    result = mcdefense.simulate(mcdefense.loads(text), worlds=8, trials_per_world=8)
    left_out = mcdefense.drivers(result).driven.left_out
    said = "uncertainty.one: of a single place that may be real"
    assert (said in left_out) == hidden


def test_a_draw_that_an_override_leaves_to_one_place_is_hidden() -> None:
    """It names two batteries, of which another value holds at one."""
    text = f'{REAL}\n[uncertainty.one]\npaths = ["battery.*.hold_s"]\n{WIDE}'
    for overrides, hidden in (({}, False), ({"battery.south.hold_s": 3}, True)):
        scenario = mcdefense.loads(text, overrides=overrides)
        result = mcdefense.simulate(scenario, worlds=8, trials_per_world=8)
        left_out = mcdefense.drivers(result).driven.left_out
        assert bool(left_out) == hidden
