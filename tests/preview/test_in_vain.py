"""What `check` says of a sensor that sees nothing, an asset that nobody defends, a coin that nobody
tosses, what comes too late, and a reserve of more rounds than the magazine holds."""

from __future__ import annotations

import pytest

from mcdefense.preview import warnings
from mcdefense.preview.in_vain import in_vain
from mcdefense.preview.survey import survey
from mcdefense.scenario import loads
from tests.support.small_scenarios import LAYDOWN, TABLE

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


LOST = """\
[architecture.cut]
extends = "together"
network = { availability = 0.5, fallback = "alone", onset_s = %s }
"""


@pytest.mark.parametrize(
    ("onset", "late"),
    [("20", False), ("20.001", True), ("[15, 99]", False), ("[50, 99]", True)],
)
def test_a_network_that_is_lost_after_the_last_launch(onset: str, late: bool) -> None:
    """The last launch of every world is at 20 s; an onset at the same instant comes before it."""
    begin = onset.strip("[").partition(",")[0]
    expected = (
        f"architecture cut: its network is lost at {begin} s at the earliest, after the last "
        "launch of the 2 worlds drawn (20 s in those looked at first): the loss costs nothing; "
        "onset_s counts in seconds from the start of the raid"
    )
    text = TABLE + LOST % onset
    assert said(text) == [expected] * late
    drawn = (
        '[uncertainty.when]\npaths = ["architecture.cut.network.onset_s*"]\nas = "factor"\n'
        'distribution = "uniform"\nlow = 0\nhigh = 1\n'
    )
    assert said(text + drawn.replace("_s*", "_s" + ".*" * onset.startswith("["))) == []
    assert said(text.replace("availability = 0.5", "availability = 1")) == []


def test_a_loss_is_late_only_if_it_is_in_every_world() -> None:
    """The raid starts at some time of 60 s, and its last launch is 20 s after."""
    text = TABLE.replace("start_s = 0", "start_s = [0, 60]").replace("worlds = 2", "worlds = 40")
    scenario = loads(text)
    first = survey(scenario, 1)
    assert len(first.worlds) == 2
    assert 20 < first.last_launch_s < 79
    (early,) = [w for w in said(text + LOST % "81") if w.startswith("architecture cut")]
    assert "the last launch of the 32 worlds drawn" in early
    assert said(text + LOST % f"{first.last_launch_s + 0.001:.3f}") == []


SEEN = """\
[sensor.eye]
[tracks]
rows = [{ sensor = "eye", threat = "salvo", time_s = 0, probability = 0.5 }]
[architecture.linked.cells]
site = { batteries = ["site"] }
eye = { sensors = ["eye"] }
[architecture.linked.links]
site = {}
eye = {}
"""
WATCHED = TABLE + SEEN
REMOTE = WATCHED.replace("[interceptor.round]", '[interceptor.round]\nremote = "engage"')
NO_SITE, NO_SENSOR = (
    "no opportunity is in its scope",
    "no sensor that it names gives a battery a track",
)
NO_LINK = "no track crosses a link that it names"


@pytest.mark.parametrize(
    ("text", "coin", "why"),
    [
        (TABLE, 'level = "sensor"', NO_SENSOR),
        (TABLE, 'level = "link"', NO_LINK),
        (TABLE, 'level = "battery"\nbatteries = []', NO_SITE),
        (TABLE, 'level = "raid"\ncells = ["together"]\narchitectures = ["alone"]', NO_SITE),
        (TABLE, 'level = "engagement"\ncells = ["together"]\narchitectures = ["alone"]', NO_SITE),
        (TABLE, 'level = "pair"\ninterceptors = []', NO_SITE),
        (REMOTE, 'level = "link"\ncells = []', NO_LINK),
        (REMOTE, 'level = "sensor"\narchitectures = ["alone"]', NO_SENSOR),
        (REMOTE, 'level = "sensor"', ""),
        (REMOTE, 'level = "link"', ""),
        (REMOTE, 'level = "link"\ncells = ["eye"]', ""),
        (TABLE, 'level = "raid"\ncells = ["together"]', ""),
        (TABLE, 'level = "engagement"\neffect = "double"\ncells = ["together"]', ""),
        (TABLE, 'level = "engagement"', ""),
        (TABLE, 'level = "pair"', ""),
    ],
)
def test_a_coin_that_nobody_tosses(text: str, coin: str, why: str) -> None:
    expected = (
        "coin luck changes nothing: no architecture tosses it in the 2 worlds drawn, since " + why
    )
    found = said(f"{text}[coin.luck]\nprobability = 0.5\n{coin}\n")
    assert found == [expected] * bool(why)


def test_a_coin_that_is_told_of_already_is_told_of_once() -> None:
    assert said(TABLE + '[coin.luck]\nlevel = "sensor"\nprobability = 1\n') == []
    other = '[threat.other]\n[coin.luck]\nlevel = "raid"\nclasses = ["other"]\nprobability = 0.5\n'
    assert said(TABLE + other) == []


@pytest.mark.parametrize(("rounds", "all_of_them"), [(11, False), (12, True), (13, True)])
def test_a_pooled_reserve_of_all_rounds_of_every_cell(rounds: int, all_of_them: bool) -> None:
    """The two batteries have 6 rounds each, so that the joined cell has 12."""
    more = "[battery.other]\nmagazine = { round = 6 }\n"
    kept = f"[doctrine.kept]\npooled_reserve = {{ round = {rounds} }}\n"
    text = TABLE + more + kept
    expected = (
        f"doctrine kept: its pooled_reserve of round is {rounds} rounds, and no cell in which it "
        "holds has more than 12: none is ever fired at warhead"
    )
    assert said(text) == [expected] * all_of_them
    assert said(text + "[doctrine.later]\npooled_reserve = { round = 1 }\n") == []
    drawn = (
        '[uncertainty.few]\npaths = ["doctrine.kept.pooled_reserve.round"]\nas = "factor"\n'
        'distribution = "uniform"\nlow = 0\nhigh = 1\n'
    )
    assert said(text + drawn) == []
