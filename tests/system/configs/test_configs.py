"""Every example loads, is marked, names its sources, shows no unannounced site, and runs."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mcdefense import load, simulate
from mcdefense.scenario import Scenario, scenario_schema

CONFIGS = Path(__file__).parents[3] / "configs"
EXAMPLES = sorted(path.stem for path in CONFIGS.glob("*.toml"))
SLOW = ("eastern_flank", "eastern_flank_all_threats", "mass_raid")
ANNOUNCED = {
    "deveselu": (44.08, 24.38),
    "redzikowo": (54.47, 17.10),
    "deveselu_air": (44.08, 24.38),  # a fictional radar at the announced site
    "redzikowo_air": (54.47, 17.10),
    "kurecik": (38.35, 37.80),
}
"""Sites announced publicly, at town level."""
OFF_GRID = ("quick_start",)
"""Examples whose fictional places lie closer together than half a degree."""


@pytest.fixture(params=EXAMPLES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scenario(name: str) -> Scenario:
    return load(CONFIGS / f"{name}.toml")


def places(scenario: Scenario) -> Iterator[tuple[str, tuple[float, float]]]:
    """Name and place of every asset, sensor and battery; a radar by its battery's name."""
    for section in (scenario.asset, scenario.sensor, scenario.battery):
        for entry, value in section.items():
            if value.at_deg is not None:
                yield entry.removesuffix("_radar"), value.at_deg


def flown_at(scenario: Scenario) -> set[str]:
    return {asset for wave in scenario.raid.values() for asset in wave.asset_weights}


def on_grid(degrees: float) -> bool:
    return (2 * degrees).is_integer()


def test_the_examples_are_there() -> None:
    assert {"coordination", "eastern_flank", "mass_raid", "quick_start"} <= set(EXAMPLES)


def test_the_schema_is_current() -> None:
    written = json.loads((CONFIGS / "scenario.schema.json").read_text(encoding="utf-8"))
    assert written == scenario_schema(), "mcdefense schema > configs/scenario.schema.json"


def test_it_names_and_fits_the_schema(name: str) -> None:
    text = (CONFIGS / f"{name}.toml").read_text(encoding="utf-8")
    assert text.startswith("#:schema scenario.schema.json\n")
    schema = json.loads((CONFIGS / "scenario.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(tomllib.loads(text))


def test_the_schema_refuses_a_wrong_file() -> None:
    schema = json.loads((CONFIGS / "scenario.schema.json").read_text(encoding="utf-8"))
    wrong: dict[str, Any] = tomllib.loads((CONFIGS / "quick_start.toml").read_text("utf-8"))
    wrong["raid"]["cruise"]["count"] = -4
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(wrong)


def test_it_is_marked_notional(scenario: Scenario) -> None:
    assert scenario.marking == "NOTIONAL"


def test_every_class_it_uses_has_a_source(scenario: Scenario) -> None:
    sections: tuple[dict[str, Any], ...] = (
        scenario.threat,
        scenario.interceptor,
        scenario.sensor,
        scenario.battery,
    )
    used = [(k, e) for section in sections for k, e in section.items() if e.class_ is not None]
    assert [k for k, e in used if not e.source] == []
    assert used or not scenario.library


def test_places_are_announced_or_fictional(name: str, scenario: Scenario) -> None:
    if name in OFF_GRID:
        return
    for place, (latitude, longitude) in places(scenario):
        if place in ANNOUNCED:
            assert (latitude, longitude) == ANNOUNCED[place]
        else:
            assert on_grid(latitude), place
            assert on_grid(longitude), place


def test_no_wave_flies_at_a_real_site(scenario: Scenario) -> None:
    assert not {asset.rpartition(".")[2] for asset in flown_at(scenario)} & set(ANNOUNCED)


def test_the_history_has_the_columns_and_nights_that_are_said() -> None:
    with (CONFIGS / "historical_raids.csv").open(encoding="utf-8", newline="") as stream:
        nights = list(csv.DictReader(stream))
    text = (CONFIGS / "historical_raids.md").read_text(encoding="utf-8")
    assert f"{len(nights)} nights" in text
    launched = sum(int(night["one_way_drone_launched"]) for night in nights)
    assert f"drones {launched:,} launched" in text
    assert load(CONFIGS / "mass_raid.toml").run.worlds == len(nights)


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in EXAMPLES],
)
def test_it_runs(name: str) -> None:
    scenario = load(CONFIGS / f"{name}.toml")
    result = simulate(scenario, worlds=1, trials_per_world=64, devices=1)
    assert result.tally["trials"].tolist() == [64]
    assert result.tally["live"].sum() > 0
    assert result.tally["rounds_fired"].sum() > 0
