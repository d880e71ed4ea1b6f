"""What the engine is given to replay one block of a scenario's first world."""

from __future__ import annotations

from typing import Any

from mcdefense.engine.block import BlockShape
from mcdefense.engine.transfer import joined
from mcdefense.scenario import Scenario
from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import padded_sizes


def one_block(
    scenario: Scenario, trials: int, chunk: int, *, skips: bool
) -> tuple[Any, BlockShape]:
    """The arrays as they are sent and the shape that the program is compiled for, of a block of so
    many trials, a chunk of them at a time."""
    builder = Builder(scenario)
    schedule = builder.schedule(builder.world(1, 0))
    capacity = padded_sizes(schedule.sizes)
    parts, layout = joined(schedule.arrays, capacity)
    shape = BlockShape(
        layout=layout,
        features=schedule.features,
        sizes=capacity,
        trials=trials,
        chunk=chunk,
        leaker_bins=capacity.objects + 1,
        skips=skips,
    )
    return parts, shape
