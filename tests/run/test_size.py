"""A run of a size that cannot be is refused before anything is built."""

from __future__ import annotations

import pytest

from mcdefense.errors import InputError
from mcdefense.run import simulate
from mcdefense.scenario import loads
from tests.support.small_scenarios import TABLE


def test_every_number_out_of_range_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        simulate(loads(TABLE), worlds=0, trials_per_world=2**32 + 1, seed=-1, batch=-3)
    places = [fault.where for fault in caught.value.faults]
    assert places == ["worlds", "trials_per_world", "seed", "batch"]
