"""What a brief says of options, steps, classes, plans and risks, held against numbers put in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mcdefense
from mcdefense.report.brief import by_part, risks, words
from mcdefense.report.brief.options import options
from mcdefense.report.causes import CAUSES
from mcdefense.report.numbers import short
from mcdefense.report.reading import PARTS, read_result
from mcdefense.statistics import OUTCOMES, Result
from tests.report.brief.test_brief import with_plans
from tests.support.raid_result import raid_result

OPTIONS = """
title = "Who is told what"
library = "notional-2"
run = { worlds = 2, trials_per_world = 8 }
engagement.losses = true
asset.area = { at_deg = [50.0, 20.0] }
battery.north = { class = "medium_sam", at_deg = [50.1, 20.1] }
battery.south = { class = "medium_sam", at_deg = [49.9, 20.1] }
battery.west = { class = "medium_sam", at_deg = [50.0, 19.9] }
[raid.missiles]
class = "subsonic_cruise"
count = 4
from = { bearing_deg = 90, range_km = 200 }
arrival_s = [0, 60]
[architecture.separate]
cells.one = { batteries = ["north", "south"] }
cells.west = { batteries = ["west"] }
[architecture.warned]
extends = "separate"
links = { one = { share = "warning" }, west = { share = "warning" } }
[architecture.joined]
join = "all"
latency_s = 5
network = { availability = 0.9, fallback = "separate" }
[architecture.cut]
extends = "joined"
losses = false
[architecture.cut.network]
availability = 0.0
onset_s = [60, 600]
dead_time_s = 30
"""

IN_FILES = """
title = "Tables in files"
run = { worlds = 2, trials_per_world = 4 }
threat.drone = {}
raid.raid = { class = "drone", count = { column = "drones" }, start_s = 0 }
plan.night = { waves = ["raid"] }
interceptor.round = { against.drone.sspk = 0.5 }
sensor.radar = {}
battery.north = { magazine = { round = 2 }, sensors = ["radar"] }
battery.south = { magazine = { round = 2 }, sensors = ["radar"] }
history.file = "nights.csv"
opportunities.file = "shots.csv"
tracks.file = "tracks.csv"
architecture.separate = {}
architecture.joined = { join = "all", set = { "battery.north.reaction_s" = 0 } }
"""


@pytest.fixture(scope="module")
def simulated() -> Result:
    return mcdefense.simulate(mcdefense.loads(OPTIONS))


def test_every_option_is_described(simulated: Result) -> None:
    apart = "one fire control over 2 batteries, and 1 battery under its own"
    whole = "one fire control over 3 batteries, with a picture up to 5 s late"
    assert list(options(read_result(simulated))) == [
        f"separate: {apart}, which tell each other nothing.",
        f"cut: {whole}; its network is lost in 100 % of the trials, 1 to 10 min after the raid "
        "begins, nobody fires for 30 s, and then 'separate' takes over with the rounds that are "
        "left; no battery or sensor that is hit is lost.",
        f"warned: {apart}, which warn each other of what they see.",
        "joined: as cut; its network is up in 90 % of the trials, and else 'separate' takes over.",
    ]


def test_a_delay_that_worlds_draw_is_no_sameness(simulated: Result) -> None:
    """`cut` has its own delay in each world, 2 to 90 s, and all else as `joined`."""
    drawn = (
        '[uncertainty.slow]\npaths = ["architecture.cut.latency_s"]\nas = "value"\n'
        'distribution = "uniform"\nlow = 2\nhigh = 90\n'
    )
    result = replace(simulated, scenario_text=OPTIONS + drawn)
    cut, joined = (line for line in options(read_result(result)) if line[:3] in ("cut", "joi"))
    assert "with a picture up to 90 s late;" in cut
    assert joined.startswith("joined: as cut, but with a picture 5 s late; its network is up in")


def test_a_scenario_that_does_not_load_is_told(simulated: Result) -> None:
    broken = simulated.scenario_text.replace('library = "notional-2"', 'library = "unknown"')
    (said,) = options(read_result(replace(simulated, scenario_text=broken)))
    assert said.startswith("What each architecture is cannot be told here: ")
    assert "library" in said


def test_tables_in_files_need_not_be_here_to_describe_the_options(tmp_path: Path) -> None:
    """A description takes names and values of the scenario alone, and those the result has."""
    files = {
        "nights.csv": "drones\n2\n1\n",
        "shots.csv": "threat,battery,interceptor,launch_s,intercept_s\nraid,north,round,0,10\n",
        "tracks.csv": "sensor,threat,time_s,probability\nradar,raid,0,1\n",
        "s.toml": IN_FILES,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = mcdefense.simulate(mcdefense.load(tmp_path / "s.toml"), trials_per_world=4)
    for name in files:
        (tmp_path / name).unlink()
    said = [
        "separate: 2 batteries, each under its own fire control, which tell each other nothing.",
        "joined: one fire control over 2 batteries; with other values of battery.north.reaction_s.",
    ]
    assert list(options(read_result(result))) == said
    fault = replace(result, scenario_text=IN_FILES.replace('["raid"]', '["radi"]'))
    (told,) = options(read_result(fault))
    assert told.startswith("What each architecture is cannot be told here: ")
    assert "plan.night.waves" in told


def test_a_result_without_a_scenario_has_no_options() -> None:
    assert list(options(read_result(replace(raid_result(), scenario_text="")))) == []


def put(result: Result, name: str, place: Any, low: float, high: float) -> None:
    """An estimate with its interval."""
    for end, value in (("", (low + high) / 2), ("_low", low), ("_high", high)):
        result.estimates[name + end][place] = value


def test_a_step_that_is_better_than_the_last_is_told() -> None:
    result = with_plans(architectures=4)
    reading = read_result(result)
    between = [a for a in reading.steps if a not in reading.headline]
    for a in range(4):
        result.estimates["expected_leakers"][a] = 1.5 if a == between[-1] else 2.0
    pair, turned = reading.pair(between[-1], reading.compare)
    ends = (-0.6, -0.4) if turned else (0.4, 0.6)
    put(result, "difference_expected_leakers", pair, *ends)
    (said,) = words.best_step(reading)
    assert "lets fewer through" in said
    assert "1.50 a raid, so that the rest of the way adds 0.50 (0.40 to 0.60)" in said
    put(result, "difference_expected_leakers", pair, -0.1, 0.1)
    assert list(words.best_step(reading)) == []


def test_classes_are_told_by_size_and_the_small_are_counted() -> None:
    result = raid_result()
    reading = read_result(result)
    name, live = "difference_leak_probability", reading.live_classes
    for place, c in enumerate(live):
        ends = [(-0.06, -0.04), (0.01, 0.03), (-0.003, -0.001)][min(place, 2)]
        put(result, name, (0, c), *ends)
    for cause, size in (("missed", 0.3), ("held", 0.1)):
        spot = (0, live[1], OUTCOMES.index(cause))
        put(result, "expected_leakers_added", spot, size - 0.01, size + 0.01)
    fewer, more, why, rest = by_part.of_classes(reading)
    first, second = (reading.classes[c].replace("_", " ") for c in live[:2])
    assert fewer.endswith(f"in threats of a hundred: {first}, by 5.0 (4.0 to 6.0).")
    assert more.endswith(f"in threats of a hundred: {second}, by 2.0 (1.0 to 3.0).")
    assert why == (
        f"Of the class {second}, of threats that leak under {reading.labels[1]} and are stopped "
        f"under {reading.labels[0]}, 75 % do because {CAUSES['missed']}."
    )
    assert rest.startswith(f"Of the other {len(live) - 2} classes")
    for c in live:
        put(result, name, (0, c), -0.1, 0.1)
    assert list(by_part.of_classes(reading)) == [
        f"No class shows a clear difference between {reading.labels[1]} and the baseline."
    ]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((-0.2, 0.1), "There is no clear gain to explain"),
        ((-0.02, -0.01), "The whole difference is smaller than the margin"),
        ((0.8, 0.9), "On the whole there is no gain"),
        ((-0.9, -0.8), ""),
    ],
)
def test_where_there_is_no_gain_it_is_said(ends: tuple[float, float], said: str) -> None:
    result = raid_result(margin=0.1)
    put(result, "difference_expected_leakers", 0, *ends)
    reading = read_result(result)
    *before, last = by_part.of_gain(reading)
    assert [text.startswith(said) for text in before] == [True] * bool(said)
    saved, added = (
        sum(reading.part(part, 0, 1, o).value for o in range(len(OUTCOMES))) for part in PARTS
    )
    assert f"stops {short(saved)} threats" in last
    assert f"lets {short(added)} through" in last


@pytest.mark.parametrize(
    ("whole", "margin", "said"),
    [
        ((-0.02, -0.01), 9.0, "In none of the 2 raid plans does it make a difference that matters"),
        ((-0.02, -0.01), 0.0301, "In these raid plans it does matter"),
        ((-9.0, -8.0), 0.1, "Every raid plan says the same"),
        ((8.0, 9.0), 0.1, "These raid plans say the opposite, by their own worlds: far, night"),
    ],
)
def test_plans_are_held_against_the_margin(
    whole: tuple[float, float], margin: float, said: str
) -> None:
    result = with_plans()
    result.provenance["margin"] = margin
    put(result, "difference_expected_leakers", 0, *whole)
    assert next(by_part.changes(read_result(result))).startswith(said)


def test_the_plan_of_most_leakers_is_named() -> None:
    result = with_plans(plan_weights=json.dumps({"night": 0.9, "far": 0.1}))
    tally = result.tally
    night = np.array([plan == "night" for plan in result.plan])
    part = [w * tally["leaked"][rows, 0, -1].sum() / tally["trials"][rows].sum()
            for w, rows in ((0.9, night), (0.1, ~night))]  # fmt: skip
    first, *_ = by_part.of_plans(read_result(result))
    share = 100 * part[0] / sum(part)
    assert first.endswith(f"{share:.0f} % come with the plan 'night'.")


def test_what_is_beyond_the_margin_comes_first() -> None:
    result = raid_result(architectures=4, margin=0.1)
    names = result.tally.axes.architecture
    result.provenance["ladder"] = json.dumps([names[0], names[-1]])
    reading = read_result(result)
    first, second = (a for a in range(4) if a not in (reading.baseline, reading.compare))
    for a, ends in ((first, (0.01, 0.05)), (second, (0.2, 0.4))):
        pair, turned = reading.pair(reading.baseline, a)
        put(result, "difference_expected_leakers", pair, *(-ends[1], -ends[0]) if turned else ends)
    said = list(risks.risks(reading))
    assert said[0] == (
        f"'{reading.labels[second]}', which is not in the answer above, lets 0.30 (0.20 to 0.40) "
        f"more threats through than {reading.labels[reading.baseline]}: more than the margin."
    )
    assert said[-1].startswith(f"'{reading.labels[first]}'")
    assert "margin" not in said[-1]


@pytest.mark.parametrize(("margin", "ends"), [(0.5, True), (0.01, False)])
def test_a_loss_below_the_margin_is_called_so(margin: float, ends: bool) -> None:
    """The fallback lets 0.1 to 0.3 more through than the baseline."""
    result = raid_result(architectures=3, margin=margin)
    names = result.tally.axes.architecture
    reading = read_result(result)
    fallback = next(a for a in range(3) if a not in reading.headline)
    result.provenance["fallbacks"] = json.dumps({names[reading.compare]: names[fallback]})
    pair, turned = reading.pair(reading.baseline, fallback)
    put(result, "difference_expected_leakers", pair, *(-0.3, -0.1) if turned else (0.1, 0.3))
    put(result, "break_even_availability", reading.pair(*reading.headline)[0], 0.6, 0.8)
    (said,) = (text for text in risks.risks(reading) if "pays if its network" in text)
    assert "pays if its network is up in 70 (60 to 80) % of the raids or more" in said
    assert ("though by less than the margin" in said) == ends
