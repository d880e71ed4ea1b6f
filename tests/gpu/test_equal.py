"""The kernels count what the engine counts: configurations, named cases, random scenarios.

Their very text is compiled by g++ here (host_card.py), so that no GPU is needed. No chance of a
false alarm: both draw the same numbers, so every count must be equal.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import mcdefense
from mcdefense.contract import Schedule
from mcdefense.gpu import program
from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import padded_sizes
from tests.gpu.alike import blocks_of, by_engine, by_kernels, differences
from tests.gpu.host_card import HostCard
from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import Document, toml
from tests.support.unreached import LOST, UNREACHED
from tests.system.reference.engine_trial import Engine, capacity_for
from tests.system.reference.lean_scenarios import lean_scenario
from tests.system.reference.loss_scenarios import loss_scenario
from tests.system.reference.named_cases import NAMED
from tests.system.reference.onset_scenarios import onset_scenario
from tests.system.reference.post_scenarios import post_scenario
from tests.system.reference.reload_scenarios import reload_scenario

CONFIGS = Path(__file__).parents[2] / "configs"
WHOLE = ("coordination", "eastern_flank", "layered_table", "quick_start")
LARGE = ("eastern_flank_all_threats", "mass_raid")
"""Configurations that take minutes; together with the others, all there are."""
SEED = 5
FOUR = 4
"""Trials of a block of the reference comparison, whose programs are compiled anyway."""
TRIALS = 48
RANDOM = 200
"""Random scenarios of the whole comparison, each under the features that it happens to have."""


def world_of(name: str, number: int = 0) -> Schedule:
    builder = Builder(mcdefense.load(CONFIGS / f"{name}.toml"))
    return builder.schedule(builder.world(SEED, number))


def hold_alike(document: Document, number: int) -> None:
    """The kernels of a scenario's world count as the engine does."""
    engine = Engine(mcdefense.loads(toml(document)), SEED, number % 4)
    capacity = capacity_for([engine.sizes])
    first = 2**32 - 7 * number % 40 - 1  # some worlds' trials pass 2**32 and begin again
    fours = blocks_of(engine.schedule, capacity, first, range(FOUR, TRIALS + 1, FOUR))
    whole = blocks_of(engine.schedule, capacity, first, [TRIALS])
    assert differences(by_kernels(whole, SEED), by_engine(fours, SEED)) == []


@pytest.mark.parametrize("name", WHOLE)
def test_a_configuration_counts_alike_however_it_is_cut(name: str) -> None:
    schedule, trials = world_of(name), 300
    capacity = padded_sizes(schedule.sizes)
    theirs = by_engine(blocks_of(schedule, capacity, 11, [trials]), SEED)
    whole = by_kernels(blocks_of(schedule, capacity, 11, [trials]), SEED)
    assert differences(whole, theirs) == []
    assert whole.account_sums.sum() > 0
    cut = by_kernels(blocks_of(schedule, capacity, 11, [1, 90, 217, trials]), SEED)
    assert differences(cut, theirs) == []
    # One trial a thread, as a vote of one: other text, the same counts.
    alone = by_kernels(blocks_of(schedule, capacity, 11, [trials]), SEED, each=1)
    assert differences(alone, theirs) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_large_configuration_counts_alike(name: str) -> None:
    schedule = world_of(name)
    blocks = blocks_of(schedule, padded_sizes(schedule.sizes), 0, [128])
    assert differences(by_kernels(blocks, SEED), by_engine(blocks, SEED)) == []


def test_every_configuration_is_held_alike() -> None:
    assert {path.stem for path in CONFIGS.glob("*.toml")} == {*WHOLE, *LARGE}


EVERY = sorted(NAMED)


@pytest.mark.parametrize("name", EVERY[:: len(EVERY) // 6])
def test_a_named_case_counts_alike(name: str) -> None:
    hold_alike(NAMED[name].document, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_every_named_case_counts_alike(name: str) -> None:
    hold_alike(NAMED[name].document, 0)


@pytest.mark.parametrize("number", range(6))
def test_a_random_scenario_counts_alike(number: int) -> None:
    hold_alike(random_scenario(number), number)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(RANDOM))
def test_every_random_scenario_counts_alike(number: int) -> None:
    hold_alike(random_scenario(number) if number % 5 else lean_scenario(number), number)


@pytest.mark.parametrize("number", range(2))
def test_a_loss_during_the_raid_counts_alike(number: int) -> None:
    hold_alike(onset_scenario(number), number)


@pytest.mark.parametrize("joined", LOST)
def test_a_world_in_which_nobody_can_fire_counts_alike(joined: str) -> None:
    builder = Builder(mcdefense.loads(UNREACHED + joined))
    worlds = (builder.schedule(builder.world(SEED, number)) for number in range(8))
    schedule = next(world for world in worlds if not world.sizes.opportunities)
    blocks = blocks_of(schedule, padded_sizes(schedule.sizes), 0, [TRIALS])
    counted = by_kernels(blocks, SEED)
    assert differences(counted, by_engine(blocks, SEED)) == []
    assert counted.leakers.sum() == 2 * 2 * TRIALS


@pytest.mark.slow
@pytest.mark.parametrize("number", range(40))
def test_every_loss_during_the_raid_counts_alike(number: int) -> None:
    hold_alike(onset_scenario(number), number)


@pytest.mark.parametrize("number", range(3))
def test_reloads_and_raids_in_sequence_count_alike(number: int) -> None:
    """One alone, one with an onset, one with losses."""
    hold_alike(reload_scenario(number), number)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(3, 30))
def test_all_reloads_and_raids_in_sequence_count_alike(number: int) -> None:
    hold_alike(reload_scenario(number), number)


@pytest.mark.parametrize("number", range(3))
def test_losses_count_alike(number: int) -> None:
    hold_alike(loss_scenario(number), number)


@pytest.mark.parametrize("number", [0, 2])
def test_posts_count_alike(number: int) -> None:
    hold_alike(post_scenario(number), number)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(40))
def test_all_losses_count_alike(number: int) -> None:
    hold_alike(loss_scenario(number), number)


def test_counts_that_differ_are_found() -> None:
    schedule = world_of("quick_start")
    capacity = padded_sizes(schedule.sizes)
    ours = by_kernels(blocks_of(schedule, capacity, 0, [64]), SEED)
    theirs = by_kernels(blocks_of(schedule, capacity, 0, [64]), SEED + 1)
    assert "outcome" in differences(ours, theirs)


def test_a_card_works_through_all_four_kernels_once_a_launch() -> None:
    schedule, card = world_of("quick_start"), HostCard()
    by_kernels(blocks_of(schedule, padded_sizes(schedule.sizes), 0, [64]), SEED, card)
    launched = [asked[1] for asked in card.asked if asked[0] == "launch"]
    assert launched == list(program.KERNELS)
