"""The map: distances from its centre are those of the Earth, wherever it lies."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense import geometry
from mcdefense.errors import InputError, McdefenseError
from mcdefense.preview import laydown_map
from mcdefense.preview.coast import coast_file, coast_lines
from mcdefense.preview.projection import Projection, degrees_of
from mcdefense.report import LaydownMap, draw_found
from mcdefense.scenario import Scenario

ROOT = Path(__file__).parents[2]
QUICK = (ROOT / "configs" / "quick_start.toml").read_text(encoding="utf-8")


def turned(east_deg: float) -> Scenario:
    """The quick start, its places so many degrees further east."""

    def moved(found: re.Match[str]) -> str:
        lon = (float(found[2]) + east_deg + 180) % 360 - 180
        return f"at_deg{found[1]}{lon:.6f}]"

    return mcdefense.loads(re.sub(r"at_deg(\s*=\s*\[[\d.]+, )([\d.]+)\]", moved, QUICK))


def lines(shown: LaydownMap, kind: str) -> list[np.ndarray]:
    return [np.stack([x.x_km, x.y_km]) for x in shown.lines if x.kind == kind]


def test_distance_and_bearing_from_the_centre_are_right() -> None:
    projection = Projection(71.0, 179.0)
    draw = np.random.default_rng(1)
    lat, lon = draw.uniform(-80, 89, 500), draw.uniform(-180, 180, 500)
    x, y = projection.km(lat, lon)
    assert np.hypot(x, y) == pytest.approx(geometry.great_circle_m(71.0, 179.0, lat, lon) / 1000)
    bearing = geometry.bearing_deg(71.0, 179.0, lat, lon)
    assert np.degrees(np.arctan2(x, y)) % 360 == pytest.approx(bearing)


def test_positions_have_the_degrees_they_were_made_of() -> None:
    draw = np.random.default_rng(1)
    lat, lon = draw.uniform(-89, 89, 100), draw.uniform(-180, 180, 100)
    found = degrees_of(geometry.position_m(lat, lon, draw.uniform(0, 1e5, 100)))
    assert found[0] == pytest.approx(lat)
    assert found[1] == pytest.approx(lon)


@pytest.mark.parametrize("east_deg", [100.0, 159.5, 160.0, 200.0])
def test_a_map_across_180_degrees_is_the_map_of_the_same_laydown(east_deg: float) -> None:
    here, there = laydown_map(turned(0)), laydown_map(turned(east_deg))
    for place, moved in zip(here.places, there.places, strict=True):
        assert (moved.x_km, moved.y_km) == pytest.approx((place.x_km, place.y_km), abs=1e-6)
    for kind in ("route", "sensor reach", "battery reach"):
        assert lines(here, kind)
        for one, other in zip(lines(here, kind), lines(there, kind), strict=True):
            assert other == pytest.approx(one, abs=1e-6)


def test_reach_is_that_of_the_envelope_at_the_height() -> None:
    """Against cruise missiles at 0.5 km: the slant range of the longest round, of each battery."""
    scenario = turned(0)
    shown = laydown_map(scenario, "subsonic_cruise", 0.5)
    places = {place.names[0]: place for place in shown.places}
    found = {}
    for name, outline in zip(("north", "south"), lines(shown, "battery reach"), strict=True):
        apart = outline - np.array([[places[name].x_km], [places[name].y_km]])
        found[name] = np.hypot(*apart)
    rounds = scenario.interceptor
    for name, magazine in (("north", ["medium_sam"]), ("south", ["long_sam", "low_terminal"])):
        spans = [rounds[i].against["subsonic_cruise"].range_km for i in magazine]
        longest = max(span[1] for span in spans if span is not None)
        assert found[name] == pytest.approx(longest, rel=0.005)


def test_no_battery_reaches_above_its_altitude() -> None:
    assert lines(laydown_map(turned(0), "subsonic_cruise", 400.0), "battery reach") == []


def test_a_place_with_a_source_of_its_own_is_not_fictional() -> None:
    text = QUICK.replace("[asset.area]\n", '[asset.area]\nsource = "public: a town"\n')
    told = {p.names[0]: p.fictional for p in laydown_map(mcdefense.loads(text)).places}
    assert told == {"area": False, "north": True, "south": True, "lookout": True}


def test_a_class_that_does_not_fly_is_refused() -> None:
    with pytest.raises(InputError, match="got 'airliner', expected one of subsonic_cruise,"):
        laydown_map(turned(0), "airliner")


def test_a_scenario_without_places_has_no_map() -> None:
    scenario = mcdefense.load(ROOT / "configs" / "layered_table.toml")
    with pytest.raises(McdefenseError, match="no place is given"):
        laydown_map(scenario)


def test_the_coast_is_read_or_said_to_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcdefense.preview.chart.coast_file", lambda: None)
    shown = laydown_map(turned(0))
    assert "No coast is drawn" in shown.heading.note
    assert lines(shown, "coast") == []


@pytest.mark.skipif(coast_file() is None, reason="the extra `map` is not installed")
def test_the_coast_is_where_it_is() -> None:
    path = coast_file()
    assert path is not None
    rings = list(coast_lines(path))
    assert len(rings) > 200
    assert all(np.abs(lat).max() <= 90.001 and np.abs(lon).max() <= 180.001 for lat, lon in rings)
    # Iceland: a ring of its own between these degrees.
    assert [1 for lat, lon in rings if lat.min() > 63 and lat.max() < 67 and -25 < lon.min() < -13]
    shown = laydown_map(turned(0))
    assert "Natural Earth" in shown.heading.note
    assert lines(shown, "coast")


@pytest.mark.parametrize("config", ["quick_start", "eastern_flank"])
def test_the_map_is_drawn(config: str) -> None:
    shown = laydown_map(mcdefense.load(ROOT / "configs" / f"{config}.toml"))
    (axes,) = draw_found("map", shown).axes
    texts = [text for text in axes.texts if text.get_text()]
    boxes = [text.get_window_extent() for text in texts]
    assert len(boxes) >= 4
    overlapping = [
        (one.get_text(), other.get_text())
        for i, one in enumerate(texts)
        for j, other in enumerate(texts)
        if i < j and boxes[i].overlaps(boxes[j])
    ]
    assert overlapping == []
    marks = [axes.transData.transform((place.x_km, place.y_km)) for place in shown.places]
    half = 4 * axes.figure.dpi / 72
    hidden = [
        text.get_text()
        for text, box in zip(texts, boxes, strict=True)
        for x, y in marks
        if box.x0 < x + half and box.x1 > x - half and box.y0 < y + half and box.y1 > y - half
    ]
    assert hidden == []


def test_the_frame_holds_all_reach_and_little_more_and_each_outline_has_its_name() -> None:
    """A box of the outlines, 6 % larger, in the shape of the page: one of its sides fits."""
    shown = laydown_map(turned(0))
    (axes,) = draw_found("map", shown).axes
    outlines = np.concatenate(
        [*lines(shown, "battery reach"), *lines(shown, "sensor reach")], axis=1
    )
    parts = []
    for (low, high), ends in zip((axes.get_xlim(), axes.get_ylim()), outlines, strict=True):
        assert low < ends.min()
        assert ends.max() < high
        assert low + high == pytest.approx(ends.min() + ends.max())
        parts.append((high - low) / np.ptp(ends))
    assert min(parts) == pytest.approx(1.06)
    named = {line.name for line in shown.lines if line.name}
    assert named == {"north", "south", "lookout", "north_radar", "south_radar"}
    said = [text.get_text() for text in axes.texts]
    assert said.count("north") == said.count("south") == said.count("lookout") == 2
    assert {"north radar", "south radar"} <= set(said)


def test_without_a_height_the_round_of_the_longest_reach_is_shown() -> None:
    """Ballistic missiles have no height of their own; exo-atmospheric rounds begin at 100 km and
    reach 800 km, so that their site's outline has hypot(800, 100) as its slant."""
    scenario = mcdefense.load(ROOT / "configs" / "eastern_flank.toml")
    shown = laydown_map(scenario, "medium_range_ballistic")
    assert "at 100 km height" in shown.heading.shows
    widest = max(np.ptp(outline[1]) for outline in lines(shown, "battery reach"))
    assert widest == pytest.approx(2 * np.sqrt(800**2 - 100**2), rel=0.02)
    assert "at 20 km height" in laydown_map(turned(0), "short_range_ballistic").heading.shows


def test_the_height_of_the_ground_is_a_height() -> None:
    assert "at 0 km height" in laydown_map(turned(0), "subsonic_cruise", 0.0).heading.shows
