"""Exact checks, d5: own tracks against a fused picture.

Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.statistics.closed_forms import coordination, distribution
from tests.support.exact_case import Counted, run, scenario, setting, shots, threats, waves
from tests.support.validation_record import Record

pytestmark = pytest.mark.claim("d", "Own tracks against a fused picture", oracle="closed form")

DETECTION = {"one": 0.6, "two": 0.5, "three": 0.7}
KILL, COUNT = 0.8, 4
OWN = tuple(DETECTION.values())


@pytest.fixture(scope="module")
def pictures(seed: int) -> Counted:
    """Three batteries, each with a sensor that tracks a threat for good or not at all."""
    parts = [threats("raid", COUNT), "doctrine.every = {salvo = [1]}"]
    parts.append('interceptor.shot = {remote = "engage"}')
    rows = []
    tracks = ["[tracks]", "rows = ["]
    for name, probability in DETECTION.items():
        parts.append(f"sensor.{name}_radar = {{}}")
        parts.append(
            f'battery.{name} = {{magazine = {{shot = {COUNT}}}, sensors = ["{name}_radar"]}}'
        )
        rows += shots("raid", name, waves(1), KILL)
        tracks.append(
            f'  {{sensor = "{name}_radar", threat = "raid", time_s = 0, '
            f"probability = {probability}}},"
        )
    none = {f"battery__{name}__magazine__shot": "0" for name in ("two", "three")}
    architectures = {
        "own": "",
        "first_alone": setting(**none),
        "fused": 'join = "all", share = "engage"',
        "fused_three": f'join = "all", share = "engage", {setting(doctrine__every__salvo="[3]")}',
        # Cells of their own that fire once each, whoever of them tracks the threat.
        "linked": 'share = "engage"',
    }
    return run(scenario(parts, rows, architectures, "\n".join([*tracks, "]"])), seed, 100_000)


@pytest.mark.parametrize(
    ("architecture", "leak", "printed"),
    [
        ("own", coordination.leak_own_tracks(OWN, KILL), 0.13728),
        ("first_alone", coordination.leak_own_tracks(OWN[:1], KILL), 0.52),
        ("fused", coordination.leak_fused_track(OWN, KILL), 0.248),
        ("fused_three", coordination.leak_fused_track(OWN, KILL, shots=3), 0.06752),
        ("linked", coordination.leak_fused_track(OWN, KILL, shots=3), 0.06752),
    ],
)
def test_leak_by_picture(pictures: Counted, architecture: str, leak: float, printed: float) -> None:
    assert leak == pytest.approx(printed, abs=1e-10)
    pictures.leakers_are(architecture, "raid", distribution.binomial(COUNT, leak))


def test_rounds_are_fired_at_what_is_tracked(pictures: Counted) -> None:
    for name, d in DETECTION.items():
        fired = pictures.rounds("own", name)
        pictures.mean_is(f"own {name}: rounds", fired, COUNT * d, COUNT * d * (1 - d))
    tracked = coordination.fused_track(OWN)
    fired = sum(pictures.rounds("fused", name) for name in DETECTION)
    variance = COUNT * tracked * (1 - tracked)
    pictures.mean_is("fused: rounds", fired, COUNT * tracked, variance)


def test_remote_engagements_are_those_on_another_s_track(pictures: Counted, record: Record) -> None:
    """The first battery of a cell fires on a remote track where its own sensor has none."""
    tally, a = pictures.result.tally, pictures.at("architecture", "fused")
    first = pictures.at("battery", "one")
    remote = int(np.sum(tally["remote_engagements"][a, first]))
    share = coordination.fused_track(OWN) - DETECTION["one"]
    pictures.mean_is("fused one: remote", remote, COUNT * share, COUNT * share * (1 - share))
    own = int(np.sum(tally["remote_engagements"][pictures.at("architecture", "own")]))
    record.same("own: engagements on remote tracks", exact=0, estimated=own)
