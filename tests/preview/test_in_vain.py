"""What `check` says of a sensor that sees nothing, an asset that nobody defends, a latency longer
than any flight, and a reserve of more rounds than the magazine holds."""

from __future__ import annotations

import pytest

from mcdefense.preview import warnings
from mcdefense.preview.in_vain import in_vain
from mcdefense.preview.survey import survey
from mcdefense.scenario import loads
from tests.support.small_scenarios import LAYDOWN

JOINED = 'join    = ["lookout", "north", "south"]\n'
MAGAZINE = "magazine = { long_sam = 16, low_terminal = 16 }\n"


def said(text: str) -> list[str]:
    scenario = loads(text)
    found = list(in_vain(scenario, survey(scenario, 1), 1))
    assert set(found) <= set(warnings(scenario, survey(scenario, 1), 4, 1))
    return found


def test_a_sensor_with_its_coordinates_swapped_sees_nothing() -> None:
    worlds = min(loads(LAYDOWN).run.worlds, 32)
    swapped = LAYDOWN.replace("at_deg = [50.2, 21.0]", "at_deg = [21.0, 50.2]")
    assert said(swapped) == [
        f"sensor lookout sees nothing of the raid in the {worlds} worlds drawn"
    ]
    assert said(LAYDOWN) == []


def test_the_radar_of_a_battery_that_reaches_nothing_is_told_of_with_it() -> None:
    assert said(LAYDOWN.replace("at_deg = [50.3, 20.2]", "at_deg = [20.2, 50.3]")) == []


FIELD = """\
[asset.airfield]
at_deg = [50.1, 20.3]
"""
MISSILES, BALLISTIC = 'class     = "subsonic_cruise"\n', 'class     = "short_range_ballistic"\n'


def with_field(missiles: str, ballistic: str, field: str = FIELD) -> str:
    """With an airfield, and what cruise missiles and ballistic missiles fly at."""
    text = LAYDOWN.replace("[sensor.lookout]\n", f"{field}[sensor.lookout]\n", 1)
    text = text.replace(MISSILES, f"{MISSILES}asset = {missiles}\n")
    return text.replace(BALLISTIC, f"{BALLISTIC}asset = {ballistic}\n")


def test_an_asset_with_its_coordinates_swapped_cannot_be_defended() -> None:
    both, one = '["area", "airfield"]', '"area"'
    swapped = FIELD.replace("[50.1, 20.3]", "[20.3, 50.1]")
    text = with_field(both, one, swapped)
    worlds = min(loads(text).run.worlds, 32)
    assert said(with_field(both, one)) == []
    assert said(text) == [
        "asset airfield: no battery can engage anything that flies at it in the "
        f"{worlds} worlds drawn; its at_deg is [latitude, longitude]"
    ]
    assert said(with_field(both, one, f"{swapped}defended = false\n")) == []


def test_a_class_that_nobody_can_engage_is_told_of_without_its_asset() -> None:
    """Ballistic missiles alone fly at the airfield, and nothing fits them anywhere."""
    text = with_field('"area"', '"airfield"').replace(
        "magazine = { long_sam = 16, low_terminal = 16 }", "magazine = { long_sam = 16 }"
    )
    scenario = loads(text)
    found = warnings(scenario, survey(scenario, 1), 4, 1)
    assert [one for one in found if one.startswith("nobody can engage short_range_ballistic")]
    assert not [one for one in found if one.startswith("asset ")]


@pytest.mark.parametrize(("shorter_s", "late"), [(1.0, False), (0.0, True)])
def test_a_latency_of_the_longest_flight_comes_too_late(shorter_s: float, late: bool) -> None:
    scenario = loads(LAYDOWN)
    flight = survey(scenario, 1).longest_flight_s
    text = LAYDOWN.replace(JOINED, f"{JOINED}latency_s = {flight - shorter_s}\n")
    expected = (
        f"architecture integrated: cell integrated has a latency_s of {flight:,g}, and no threat "
        f"flies longer than {flight:,.0f} s: every shared track comes too late"
    )
    assert said(text) == [expected] * late


def test_a_latency_that_worlds_draw_is_not_judged() -> None:
    drawn = (
        '[uncertainty.slow]\npaths = ["architecture.integrated.latency_s"]\nas = "value"\n'
        'distribution = "uniform"\nlow = 1\nhigh = 9\n'
    )
    text = LAYDOWN.replace(JOINED, f"{JOINED}latency_s = 90000\n")
    assert len(said(text)) == 1
    assert said(text + drawn) == []


@pytest.mark.parametrize(("rounds", "beyond"), [(16, False), (17, True)])
def test_a_reserve_beyond_the_magazine_lets_none_be_fired(rounds: int, beyond: bool) -> None:
    reserve = f"reserve = {{ low_terminal = {{ short_range_ballistic = {rounds} }} }}\n"
    expected = (
        f"battery south: the reserve of low_terminal from short_range_ballistic is {rounds} "
        "rounds, and its magazine holds 16: none is ever fired at one"
    )
    assert said(LAYDOWN.replace(MAGAZINE, MAGAZINE + reserve)) == [expected] * beyond
