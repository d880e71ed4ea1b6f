"""What the engine leaves out on a CPU, and tracks that a schedule leaves out, change no bit."""

from __future__ import annotations

from pathlib import Path

import jax
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from mcdefense.contract import OUT_OF_PLAY, TRACK_TIMES, Schedule, Sizes, Tosses, TrackRows
from mcdefense.engine.block import BlockShape, TrialRange, simulate_block
from mcdefense.engine.epilogue import Outcome
from mcdefense.engine.rows import Column, whole
from mcdefense.engine.transfer import joined, parted
from mcdefense.run.speed import SMALL
from mcdefense.scenario import Scenario, load, loads
from mcdefense.schedule import compile as schedule_compile
from mcdefense.schedule.build import Builder
from mcdefense.schedule.gates import Entries, Gates, track_rows
from mcdefense.schedule.pad import padded_sizes
from tests.support.every_chance import TEXT
from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import toml

CONFIGS = Path(__file__).parents[2] / "configs"
CHUNK = 24
"""Trials that leave parts out together: few enough that much is left out."""
RANDOM = tuple(range(12))


def built(scenario: Scenario) -> Schedule:
    builder = Builder(scenario)
    return builder.schedule(builder.world(1, 0))


def scenarios() -> list[Scenario]:
    random = [loads(toml(random_scenario(number))) for number in RANDOM]
    real = [load(CONFIGS / f"{name}.toml") for name in ("eastern_flank", "coordination")]
    return [loads(TEXT), load(SMALL), *real, *random]


def simulated(schedule: Schedule, capacity: Sizes, *, skips: bool = True) -> Outcome:
    parts, layout = joined(schedule.arrays, capacity)
    shape = BlockShape(
        layout=layout,
        features=schedule.features,
        sizes=capacity,
        trials=3 * CHUNK,
        chunk=CHUNK,
        leaker_bins=capacity.objects + 1,
        skips=skips,
    )
    asked = TrialRange.of([7, 0], [0], 100, 100 + 3 * CHUNK - 5)
    return simulate_block(parts, asked, shape=shape)


def out_of_play(tosses: Tosses, row: int) -> int:
    """A number for the tosses that put an object out of play by this row of flags; 0 none."""
    which = np.flatnonzero((tosses.flags == row) & ((tosses.bits & OUT_OF_PLAY) != 0))
    fates = (tosses.purpose, tosses.sub, tosses.entity, tosses.low, tosses.high)
    return hash(tuple(sorted(tuple(f[i].tobytes() for f in fates) for i in which))) * which.size


def hold_alike(one: Outcome, other: Outcome) -> None:
    assert np.asarray(one.account_sums).any()
    for name, counts in one._asdict().items():
        assert_array_equal(counts, getattr(other, name), err_msg=name)


@pytest.mark.parametrize(
    "scenario", [loads(TEXT), load(SMALL), loads(toml(random_scenario(3)))], ids=["all", "few", "3"]
)
def test_parts_left_out_change_nothing(scenario: Scenario) -> None:
    schedule = built(scenario)
    capacity = padded_sizes(schedule.sizes)
    hold_alike(simulated(schedule, capacity), simulated(schedule, capacity, skips=False))


@pytest.mark.parametrize("number", RANDOM)
def test_tracks_left_out_change_nothing(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = loads(toml(random_scenario(number)))
    used = built(scenario)

    def every_track(gates: Gates, *_: object) -> tuple[TrackRows, TrackRows]:
        tracks = gates.tracks
        plain, cued = (
            Entries(*(column[np.argsort(some.entity, kind="stable")] for column in some))
            for some in (tracks.plain, tracks.cued)
        )
        return track_rows(tracks, plain, 0), track_rows(tracks, cued, TRACK_TIMES)

    monkeypatch.setattr(schedule_compile, "used_tracks", every_track)
    builder = Builder(scenario)
    every = builder.schedule(builder.world(1, 0))
    assert every.digest != used.digest
    assert every.sizes.tracks >= used.sizes.tracks
    capacity = padded_sizes(every.sizes)
    hold_alike(simulated(used, capacity), simulated(every, capacity))


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda s: s.title)
def test_a_cell_done_with_an_object_stays_done_with_it(scenario: Scenario) -> None:
    """What skip.py relies on: along an architecture's opportunities of one cell and object no
    look opens again and nothing is unseen again by itself, a later kill comes after every look
    that is over by then, and what is out of play stays so."""
    schedule = built(scenario)
    a, doctrine = schedule.arrays, schedule.arrays.doctrine
    for i in range(schedule.features.architectures):
        allowed = np.flatnonzero(doctrine.allowed[i])
        order = allowed[np.argsort(doctrine.pair[i, allowed], kind="stable")]
        same = np.diff(doctrine.pair[i, order]) == 0
        assert (np.diff(doctrine.look_limit[i, order])[same] >= 0).all()
        assert (np.diff(doctrine.seen_limit[i, order])[same] >= 0).all()
        absent = np.array([out_of_play(a.tosses, row) for row in doctrine.pair_flags[i, order]])
        assert (absent[1:] == absent[:-1])[same].all()
        for object_ in np.unique(a.opportunities.object[allowed]):
            its = allowed[a.opportunities.object[allowed] == object_]
            first_kill = np.minimum.accumulate(a.opportunities.death_rank[its][::-1])[::-1]
            assert (first_kill > doctrine.look_limit[i, its]).all()
        assert not any(out_of_play(a.tosses, row) for row in doctrine.site_flags[i, allowed])


def test_what_was_joined_is_parted_again() -> None:
    schedule = built(load(SMALL))
    parts, layout = joined(schedule.arrays, padded_sizes(schedule.sizes))
    assert len(parts) > 2, "some arrays are large"
    columns = parted([jax.numpy.asarray(part) for part in parts], layout)

    def hold_inside(array: np.ndarray, column: Column) -> None:
        padded = np.array(whole(column))
        inside = tuple(map(slice, array.shape))
        assert_array_equal(padded[inside], array)
        padded[inside] = 0
        assert not padded.any()

    jax.tree.map(hold_inside, schedule.arrays, columns)
