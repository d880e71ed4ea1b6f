"""One small world, for all tests of kernels that need any."""

from __future__ import annotations

import pytest

from mcdefense.contract import Schedule, Sizes
from mcdefense.schedule.pad import padded_sizes
from tests.gpu.test_equal import world_of


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return world_of("quick_start")


@pytest.fixture(scope="module")
def capacity(schedule: Schedule) -> Sizes:
    return padded_sizes(schedule.sizes)
