"""Exact checks, l: shots at a radial run-in, from the laydown to the leakers.

The threats fly level and straight at the battery, low enough for slant range to be the range of
the recursion. Each look kills or not; the number of looks that the launch grid leaves decides
what leaks. Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import math

import pytest

from mcdefense.statistics.closed_forms import distribution, looks
from tests.support.exact_case import Counted, most_variance, run, setting
from tests.support.validation_record import Record

pytestmark = pytest.mark.claim(
    "l", "Shots at a radial run-in: laydown", oracle="recursion on the range, on the launch grid"
)

# range of detection and least range [km], speeds of threat and round [km/s], delay and look [s]
CASES = {"slow": (100, 5, 0.25, 1.2, 10, 5), "fast": (150, 10, 2, 1.5, 10, 5)}
PRINTED = {("slow", 1): 11, ("slow", 2): 11, ("slow", 5): 10, ("slow", 10): 9, ("fast", 1): 2}
SPACINGS_S = (1, 2, 5, 10)
COUNT, KILL = 5, 0.1
REVISIT_S = 0.1
"""The first look tracks; the reaction is shorter by one revisit, so that the delay is as given."""


@pytest.fixture(scope="module")
def run_in(seed: int) -> Counted:
    lines = [
        'title = "Run-in"',
        "[asset.town]",
        "at_deg = [0.0, 0.0]",
        "[sensor.mast]",
        "at_deg = [0.0, 0.0]",
        # High enough to see them from the start, low enough to see them at the end.
        "height_m = 300",
        "reach_km = 900",
        "elevation_deg = [-10, 90]",
        f"revisit_s = {REVISIT_S}",
        "p_look = 1.0",
        "[doctrine.every]",
        "assessment_s = 5",
    ]
    for name, (detected, least, threat, fired, delay, look) in CASES.items():
        assert look == 5
        lines += [
            f"[battery.{name}]",
            "at_deg = [0.0, 0.0]",
            f"magazine = {{ {name} = 99 }}",
            'sensors = ["mast"]',
            f"reaction_s = {delay - REVISIT_S}",
            f"[interceptor.{name}]",
            f"speed_kms = {fired}",
            f"[interceptor.{name}.against.{name}]",
            f"range_km = [{least}, 900]",
            "altitude_km = [0, 9]",
            f"sspk = {KILL}",
            f"[threat.{name}]",
            'flight = "cruise"',
            f"speed_kms = {threat}",
            "height_km = 0.5",
            "rcs_m2 = 1.0",
            f"[raid.{name}]",
            f'class = "{name}"',
            f"count = {COUNT}",
            'asset = "town"',
            f"from = {{ bearing_deg = 90, range_km = {detected} }}",
            "arrival_s = 2000",
        ]
    for spacing in SPACINGS_S:
        values = {f"battery__{name}__launch_spacing_s": str(spacing) for name in CASES}
        lines += [f"[architecture.every_{spacing}_s]", setting(**values)]
    return run("\n".join(lines), seed, 50_000)


def shots_on_the_grid(case: tuple[float, ...], spacing_s: float) -> int:
    """The recursion of the run-in with launches only at multiples of the spacing."""
    detected, least, threat, fired, delay, look = case
    shots, ready = 0, delay
    while True:
        launch = math.ceil(ready / spacing_s - 1e-9) * spacing_s
        flight = (detected - threat * launch) / (threat + fired)
        if fired * flight < least:
            return shots
        shots += 1
        ready = launch + flight + look


@pytest.mark.parametrize("spacing", SPACINGS_S)
@pytest.mark.parametrize("name", CASES)
def test_looks_at_a_run_in(run_in: Counted, name: str, spacing: int) -> None:
    number = shots_on_the_grid(CASES[name], spacing)
    assert number == PRINTED.get((name, spacing), number)
    assert number <= looks.radial_run_in(*CASES[name])
    architecture, leak = f"every_{spacing}_s", (1 - KILL) ** number
    run_in.leakers_are(architecture, name, distribution.binomial(COUNT, leak))
    run_in.mean_is(
        f"{name}, {architecture}: rounds ({number} looks)",
        run_in.rounds(architecture, name),
        COUNT * (1 - leak) / KILL,
        COUNT * most_variance((1 - leak) / KILL, 1, number),
    )


def test_one_look_fewer_is_noticed(run_in: Counted, record: Record) -> None:
    leak = (1 - KILL) ** (shots_on_the_grid(CASES["slow"], 1) - 1)
    with record.refuses("one look fewer", by="z"):
        run_in.leakers_are("every_1_s", "slow", distribution.binomial(COUNT, leak))
