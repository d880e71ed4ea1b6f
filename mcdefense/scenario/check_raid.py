"""Checks of the raid and of what a laydown needs, across entries."""

from __future__ import annotations

from math import sqrt

from mcdefense.scenario.faults import Report, unknown
from mcdefense.scenario.model_raid import FLIGHT_NEEDS, CountDraw, Threat, Wave
from mcdefense.scenario.model_scenario import Scenario
from mcdefense.scenario.names import Draft, asset_names_of, check_names, class_names_of, names_of
from mcdefense.scenario.values import MAX_OBJECTS, TOTALS


def check_raid(draft: Draft, report: Report) -> None:
    """Adds the faults of waves, plans, and of places and envelopes that a laydown needs."""
    scenario = draft.scenario
    if not names_of(draft, "raid"):
        report.add(("raid",), "got no wave, expected at least one [raid.NAME]")
    for name, wave in scenario.raid.items():
        _check_wave(draft, name, wave, report)
    _check_plans(draft, report)
    _check_references(draft, report)
    if any(wave.laydown for wave in scenario.raid.values()):
        _check_places(scenario, report)
        _check_shooters(scenario, report)
        _check_threats(scenario, report)


def largest_count(scenario: Scenario, wave: Wave) -> int:
    """Most objects that a wave can bring; a Poisson count is cut 8 deviations above its mean."""
    return scenario.scaled(_largest_drawn(scenario, wave))


def _largest_drawn(scenario: Scenario, wave: Wave) -> int:
    if isinstance(wave.count, int):
        return wave.count
    if not isinstance(wave.count, CountDraw):
        return wave.count[1]
    if wave.count.poisson is not None:
        mean = wave.count.poisson
        return int(mean + 8 * sqrt(mean)) + (8 if mean else 0)
    history = scenario.history
    if history is None or not history.loaded:
        return 0
    column = history.columns.count.get(wave.count.column or "")
    return 0 if column is None else int(column.max())


def _check_wave(draft: Draft, name: str, wave: Wave, report: Report) -> None:
    path = ("raid", name)
    classes = class_names_of(draft)
    if wave.class_ not in classes:
        report.add((*path, "class"), unknown("a threat class", wave.class_, classes))
    assets = asset_names_of(draft)
    for index, asset in enumerate(wave.asset_weights):
        if asset not in assets:
            inner = (asset,) if isinstance(wave.asset, dict) else (index,)
            where = (*path, "asset") if isinstance(wave.asset, str) else (*path, "asset", *inner)
            report.add(where, unknown("an asset", asset, assets))
    if wave.asset is not None and not sum(wave.asset_weights.values()):
        report.add((*path, "asset"), "got weights that are all 0, expected one above 0")
    column = wave.count.column if isinstance(wave.count, CountDraw) else None
    if column and "history" not in draft.document:
        report.add((*path, "count"), "got a column, expected a [history] with its file")
    if column in TOTALS:
        text = f"got '{column}', the word for a total, expected a column of another name"
        report.add((*path, "count", "column"), text)
    if not wave.laydown:
        return
    if not wave.asset_weights:
        report.add((*path, "asset"), f"got nothing, expected {_one_of(assets)}")
    if wave.from_ is None:
        wanted = "where the wave starts (or start_s, if it is in an opportunity table)"
        report.add((*path, "from"), f"got nothing, expected {wanted}")
    if wave.arrival_s is None:
        report.add((*path, "arrival_s"), "got nothing, expected the time of impact [s]")


def _one_of(names: list[str]) -> str:
    return "an asset" + (f" ({', '.join(names[:6])})" if names else ", defined as [asset.NAME]")


def _check_plans(draft: Draft, report: Report) -> None:
    scenario, waves = draft.scenario, names_of(draft, "raid")
    for name, plan in scenario.plan.items():
        check_names(report, ("plan", name, "waves"), "a wave", plan.waves, waves)
    if scenario.plan and not sum(plan.weight for plan in scenario.plan.values()):
        report.add(("plan",), "got weights that are all 0, expected one above 0")
    if set(waves) != set(scenario.raid) or not waves:
        return
    for name, plan in scenario.plans.items():
        known = [scenario.raid[wave] for wave in dict.fromkeys(plan.waves) if wave in scenario.raid]
        path = ("plan", name, "waves") if scenario.plan else ("raid",)
        drawn = any(isinstance(wave.count, CountDraw) and wave.count.column for wave in known)
        most = sum(wave.repeat * largest_count(scenario, wave) for wave in known)
        if most > MAX_OBJECTS:
            report.add(path, f"got up to {most:,} objects, expected at most {MAX_OBJECTS:,}")
        elif most == 0 and known and not drawn:
            scale = scenario.raid_scale
            at = "" if scale == 1 else f" at raid.scale = {scale:g}"
            message = f"got an empty raid (every count is 0{at}), expected at least one object"
            report.add(path, message)


def _check_references(draft: Draft, report: Report) -> None:
    scenario = draft.scenario
    classes, sensors = class_names_of(draft), names_of(draft, "sensor")
    for name in set(names_of(draft, "battery")) & set(sensors):
        report.add(("sensor", name), f"got {name!r}, a battery's name too, expected another name")
    for name, sensor in scenario.sensor.items():
        check_names(report, ("sensor", name, "sees"), "a threat class", sensor.sees, classes)
    for name, interceptor in scenario.interceptor.items():
        for threat in interceptor.against:
            if threat not in classes:
                path = ("interceptor", name, "against", threat)
                report.add(path, unknown("a threat class", threat, classes))
    rounds = names_of(draft, "interceptor")
    for name, battery in scenario.battery.items():
        check_names(report, ("battery", name, "sensors"), "a sensor", battery.sensors, sensors)
        for kind in battery.magazine:
            if kind not in rounds:
                path = ("battery", name, "magazine", kind)
                report.add(path, unknown("an interceptor", kind, rounds))
        for threat in battery.salvo or {}:
            if threat not in classes:
                path = ("battery", name, "salvo", threat)
                report.add(path, unknown("a threat class", threat, classes))
        for kind in battery.reload:
            if kind not in battery.magazine:
                wanted = "an interceptor of its magazine"
                report.add(
                    ("battery", name, "reload", kind), unknown(wanted, kind, battery.magazine)
                )
        for kind, reserve in (battery.reserve or {}).items():
            if kind not in battery.magazine:
                wanted = "an interceptor of its magazine"
                report.add(
                    ("battery", name, "reserve", kind), unknown(wanted, kind, battery.magazine)
                )
            for threat in reserve:
                if threat not in classes:
                    at = ("battery", name, "reserve", kind, threat)
                    report.add(at, unknown("a threat class", threat, classes))


def _check_places(scenario: Scenario, report: Report) -> None:
    def need(path: tuple[str, ...], value: object, what: str) -> None:
        if value is None and path[:2] not in report.unfilled:
            report.add(path, f"got nothing, expected {what} (the raid has a laydown)")

    place = "a place [latitude, longitude] in degrees"
    for name, battery in scenario.battery.items():
        need(("battery", name, "at_deg"), battery.at_deg, place)
    for name, sensor in scenario.sensor.items():
        # an organic radar stands at its battery, which is asked for its own place
        if ("sensor", name) not in report.moved:
            need(("sensor", name, "at_deg"), sensor.at_deg, place)
        need(("sensor", name, "reach_km"), sensor.reach_km, "the reach against 1 m2 [km]")
        need(("sensor", name, "revisit_s"), sensor.revisit_s, "the time between looks [s]")
        need(("sensor", name, "p_look"), sensor.p_look, "a detection probability of one look")
    flown_at = {a for w in scenario.raid.values() if w.laydown for a in w.asset_weights}
    for name, asset in scenario.asset.items():
        if name in flown_at:
            need(("asset", name, "at_deg"), asset.at_deg, place)


def _check_shooters(scenario: Scenario, report: Report) -> None:
    used = {kind for battery in scenario.battery.values() for kind in battery.magazine}
    for name, interceptor in scenario.interceptor.items():
        path = ("interceptor", name)
        if name not in used or path in report.unfilled:
            continue
        if interceptor.speed_kms is None and interceptor.flyout is None:
            text = "got nothing, expected a mean speed [km/s], or a flyout table"
            report.add((*path, "speed_kms"), text)
        for threat, against in interceptor.against.items():
            for key in ("range_km", "altitude_km", "sspk"):
                if getattr(against, key) is None:
                    text = "got nothing, expected it (the raid has a laydown)"
                    report.add((*path, "against", threat, key), text)


def _check_threats(scenario: Scenario, report: Report) -> None:
    used = {wave.class_ for wave in scenario.raid.values() if wave.laydown}
    for name, threat in scenario.threat.items():
        if name in used and ("threat", name) not in report.unfilled:
            for key, what in _missing(threat):
                report.add(("threat", name, key), f"got nothing, expected {what}")


def _missing(threat: Threat) -> list[tuple[str, str]]:
    """Keys that the threat's kind of flight needs and does not have."""
    missing = []
    if threat.flight is None:
        *kinds, last = FLIGHT_NEEDS
        missing.append(("flight", f"{', '.join(kinds)} or {last}"))
    if threat.rcs_m2 is None:
        missing.append(("rcs_m2", "a radar cross section [m2]"))
    for keys, what in FLIGHT_NEEDS.get(threat.flight or "", ()):
        if all(getattr(threat, key) is None for key in keys):
            missing.append((keys[0], what))
    return missing
