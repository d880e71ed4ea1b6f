"""A threat class's own figures reach its flight."""

from __future__ import annotations

import pytest

from mcdefense import geometry
from mcdefense.encounter.routes import fly
from mcdefense.scenario.model_raid import Threat

ORIGIN, TARGET = (50.0, 30.0), (50.0, 25.0)


@pytest.mark.parametrize("dive_range_km", [None, 40.0])
def test_a_glide_dives_from_its_own_range(dive_range_km: float | None) -> None:
    threat = Threat(
        flight="quasi_ballistic", speed_kms=2.0, height_km=30.0, dive_range_km=dive_range_km
    )
    flight = fly(threat, ORIGIN, TARGET, ())
    # Without one it dives at 45 degrees: from 30 km, its height.
    expected = geometry.powered.glide(
        ORIGIN, TARGET, 2000.0, 30_000.0, 1000.0 * (dive_range_km or 30.0)
    )
    assert flight.impact_s == pytest.approx(expected.impact_s, rel=1e-12)
