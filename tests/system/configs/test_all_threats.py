"""The variant for the founding idea differs from the eastern flank by what its header says, and by
nothing else: two files that drift apart would be compared as if they told of one defence."""

from __future__ import annotations

import tomllib
from typing import Any

from tests.system.configs.test_configs import CONFIGS

NEW_AREAS = {"asset.grove", "asset.heath", "battery.short_grove", "battery.short_heath"}
SITES = {
    f"battery.{site}.{key}" for site in ("deveselu", "redzikowo") for key in ("magazine", "sensors")
}
RADARS = {"sensor.deveselu_air", "sensor.redzikowo_air"}
AIMS = {
    f"raid.{wave}.asset" for wave in ("night_drones", "night_cruise", "low_cruise", "low_drones")
}


def differences(one: dict[str, Any], other: dict[str, Any], sections: int = 2) -> set[str]:
    """Paths at which two documents differ: down to a key of an entry, such as raid.low.asset."""
    found: set[str] = set()
    for key in one.keys() | other.keys():
        here, there = one.get(key), other.get(key)
        if sections and isinstance(here, dict) and isinstance(there, dict):
            found |= {f"{key}.{rest}" for rest in differences(here, there, sections - 1)}
        elif here != there:
            found.add(key)
    return found


def documents() -> tuple[dict[str, Any], dict[str, Any]]:
    names = ("eastern_flank", "eastern_flank_all_threats")
    flank, variant = (
        tomllib.loads((CONFIGS / f"{name}.toml").read_text(encoding="utf-8")) for name in names
    )
    return flank, variant


def test_defence_and_raids_differ_by_sites_and_their_areas_only() -> None:
    flank, variant = documents()
    flank.pop("architecture"), variant.pop("architecture")
    assert (
        differences(flank, variant)
        == {"title", "engagement.ladder"} | NEW_AREAS | SITES | RADARS | AIMS
    )
    for wave in AIMS:
        before = flank["raid"][wave.split(".")[1]]["asset"]
        after = variant["raid"][wave.split(".")[1]]["asset"]
        assert set(after) - set(before) == {"grove", "heath"}
        if isinstance(before, dict):
            assert before == {name: after[name] for name in before}


def test_commands_differ_by_what_sites_may_engage() -> None:
    """The cells are the same, but for the new areas' guns; `separate` alone restricts the sites."""
    flank, variant = (document["architecture"] for document in documents())
    cells = flank["separate"]["cells"]
    of_variant = variant["any_threat"]["cells"]
    assert cells["missile_defence"] == of_variant["missile_defence"]
    for name, gun in (("air_north", "short_heath"), ("air_south", "short_grove")):
        assert of_variant[name]["batteries"].count(gun) == 1
        of_variant[name]["batteries"].remove(gun)
        assert of_variant[name] == cells[name]
    assert set(variant["separate"]["cells"]["missile_defence"]) == {"classes"}
    assert variant["full"] == flank["full"]
