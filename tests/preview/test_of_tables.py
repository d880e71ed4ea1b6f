"""What `check` says of a scenario with an opportunity table that gives what its rows give."""

from __future__ import annotations

from typing import Any

import pytest

from mcdefense.preview import warnings
from mcdefense.preview.of_tables import in_vain_beside_rows
from mcdefense.preview.survey import survey
from mcdefense.scenario import loads
from mcdefense.schedule import Builder
from tests.support.small_scenarios import LAYDOWN, TABLE

ROWS = TABLE.replace("intercept_s = 10 }", "intercept_s = 10, sspk = 0.8 }").replace(
    "intercept_s = 30 }", "intercept_s = 30, sspk = 0.7 }"
)
KEY = "interceptor.round.against.warhead.sspk"
BETTER = f'set = {{ "{KEY}" = 0.9 }}\n'
DRAWN = f'[uncertainty.skill]\npaths = ["{KEY}"]\ndistribution = "uniform"\nlow = 0.1\nhigh = 0.9\n'
HOLDS = (
    "in vain: every row of [opportunities] for that round and class gives its own sspk, which "
    "holds instead; change it there, or leave it out of these rows"
)


def said(text: str, overrides: dict[str, Any] | None = None) -> list[str]:
    scenario = loads(text, overrides=overrides or {})
    found = list(in_vain_beside_rows(scenario))
    assert set(found) <= set(warnings(scenario, survey(scenario, 1), 4, 1))
    return found


def test_a_kill_probability_where_every_row_has_its_own() -> None:
    assert ROWS.count(", sspk") == 2
    assert said(ROWS) == []  # it is one of those of the rows
    assert said(ROWS + BETTER) == [f"architecture together gives {KEY} = 0.9 {HOLDS}"]
    assert said(ROWS.replace("{ sspk = 0.8 }", "{ sspk = 0.6 }")) == [
        f"the file gives {KEY} = 0.6 {HOLDS}"
    ]
    assert said(ROWS, {"interceptor.*.against.*.sspk": 0.9}) == [
        f"an override gives {KEY} = 0.9 {HOLDS}"
    ]


def test_a_row_without_its_own_takes_the_interceptor_s() -> None:
    one = ROWS.replace(", sspk = 0.7", "")
    assert said(one + BETTER) == said(one, {KEY: 0.9}) == []
    assert said(one.replace("{ sspk = 0.8 }", "{ sspk = 0.6 }")) == []


@pytest.mark.parametrize(("text", "in_vain"), [(ROWS, True), (TABLE, False)])
def test_a_draw_of_what_every_row_has(text: str, in_vain: bool) -> None:
    scenario = loads(text + DRAWN)
    found = warnings(scenario, survey(scenario, 1), 4, 1)
    assert (
        found
        == [
            "uncertainty skill changes nothing: no trial uses what it draws; every row of "
            "[opportunities] gives its own sspk instead"
        ]
        * in_vain
    )


def test_a_wave_that_names_no_asset_damages_none() -> None:
    text = TABLE + "[asset.town]\n[asset.fort]\n"
    assert said(text) == [
        "wave salvo: no leaker of it damages town or fort, since without `asset` a wave with "
        'start_s flies at "unnamed"; name the asset in the wave'
    ]
    assert said(text.replace("count   = 4", "count = 4\nasset = 'town'")) == []
    assert said(text.replace("[threat.warhead]", "[threat.warhead]\nrole = 'decoy'")) == []
    assert said(TABLE + "[asset.town]\nvalue = 0\n") == []


PLACED = """\
title = "A table, and what only a laydown uses"
[asset.town]
[battery.site]
magazine = { round = 6 }
sensors = ["eye"]
[sensor.eye]
[interceptor.round]
remote = "engage"
against.warhead = { sspk = 0.8 }
[threat.warhead]
[raid.salvo]
class = "warhead"
asset = "town"
count = 4
start_s = [0, 9]
[opportunities]
rows = [{ threat = "salvo", battery = "site", interceptor = "round", launch_s = 9, intercept_s=20 }]
[tracks]
rows = [
  { sensor = "eye", threat = "salvo", time_s = 4, probability = 0.5, cued_probability = 0.7 },
  { sensor = "far", threat = "salvo", time_s = 2, probability = 0.9 },
]
[sensor.far]
[architecture.alone]
[architecture.together]
join = "all"
"""
USELESS = {
    "asset.town.at_deg": (50.0, 20.0),
    "sensor.eye.at_deg": (50.0, 20.0),
    "sensor.eye.height_m": 2000.0,
    "sensor.eye.reach_km": 3.0,
    "sensor.eye.max_range_km": 3.0,
    "sensor.eye.sector_deg": (0.0, 1.0),
    "sensor.eye.elevation_deg": (80.0, 90.0),
    "sensor.eye.revisit_s": 99.0,
    "sensor.eye.p_look": 0.0,
    "sensor.eye.cued": {"reach_factor": 9.0},
    "sensor.eye.sees": ("other",),
    "battery.site.at_deg": (50.0, 20.0),
    "battery.site.launch_spacing_s": 70.0,
    "interceptor.round.speed_kms": 0.01,
    "interceptor.round.flyout": ((0.0, 0.0), (1.0, 99.0)),
    "interceptor.round.launch_delay_s": 99.0,
    "interceptor.round.against.warhead.range_km": (0.0, 0.1),
    "interceptor.round.against.warhead.altitude_km": (0.0, 0.1),
    "threat.warhead.flight": "ballistic",
    "threat.warhead.speed_kms": 9.0,
    "threat.warhead.height_km": 900.0,
    "threat.warhead.loft_deg": 80.0,
    "threat.warhead.glide_height_km": 80.0,
    "threat.warhead.dive_range_km": 80.0,
    "threat.warhead.rcs_m2": 0.001,
    "threat.warhead.launch_spacing_s": 70.0,
    "raid.salvo.routes": 1,
}
USED = {"battery.site.reaction_s": 6.0, "threat.warhead.reliability": 0.5}


def digest(overrides: dict[str, Any]) -> str:
    builder = Builder(loads(PLACED + "[threat.other]\n", overrides=overrides))
    return builder.schedule(builder.world(1, 0)).digest


@pytest.mark.parametrize("path", [*USELESS, *USED])
def test_keys_of_a_laydown_are_named_and_change_nothing(path: str) -> None:
    """What is named leaves every array of a world as it was; what is not named does not."""
    known = digest({})
    if path in USED:
        assert digest({path: USED[path]}) != known
        assert said(PLACED, {path: USED[path]}) == []
        return
    given = {path: USELESS[path]}
    assert digest(given) == known
    (warning,) = [w for w in said(PLACED + "[threat.other]\n", given) if "at most a map" in w]
    assert warning.startswith(f"{path}: no trial uses it, at most a map, since all opportunities")


def test_all_keys_of_a_laydown_are_named_in_one_sentence() -> None:
    """Those that the library gives are no slip, and a laydown uses all of them."""
    some = {path: USELESS[path] for path in list(USELESS)[:6]}
    (warning,) = said(PLACED, some)
    assert warning.startswith(
        "asset.town.at_deg, sensor.eye.at_deg, sensor.eye.height_m, sensor.eye.reach_km and 2 "
        "more: no trial uses them"
    )
    filled = PLACED.replace("[sensor.eye]", '[sensor.eye]\nclass = "ground_radar"')
    assert said(filled.replace("[asset", 'library = "notional-1"\n[asset', 1)) == []
    assert said(LAYDOWN) == []


def test_a_battery_with_a_place_needs_no_speed_of_its_rounds() -> None:
    """A radar with a place and a reach needs no looks either: the table has the tracks."""
    placed = {"battery.site.at_deg": (50.0, 20.0), "sensor.eye.at_deg": (50.0, 20.0)}
    assert digest(placed | {"sensor.eye.reach_km": 9.0}) == digest({})
