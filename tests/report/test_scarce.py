"""From how many leakers for want of rounds on a screen warns of rounds that cheap threats used."""

from __future__ import annotations

import pytest

from mcdefense.report.reading import read_result
from mcdefense.report.scarce import scarce_rounds
from mcdefense.statistics import OUTCOMES
from tests.support.raid_result import raid_result

MISSILE, DRONE, LOW_TERMINAL = 1, 0, 1


def said(wanting: int, leaked_a_world: int, margin: float = 0.1) -> list[str]:
    """Warnings of 3,200 trials in 16 worlds, so many of whose cruise missiles leak under the
    baseline, and so many of these for want of the one round that is also fired at drones."""
    result = raid_result(margin=margin)
    tally = result.tally
    tally["outcome"][:, :, OUTCOMES.index("no_magazine")] = 0
    tally["outcome"][0, MISSILE, OUTCOMES.index("no_magazine")] = wanting
    tally["leaked"][:, 0, MISSILE] = leaked_a_world
    tally["rounds_fired"][:] = 0
    tally["rounds_fired"][0, 0, LOW_TERMINAL, [MISSILE, DRONE]] = 10
    tally["emptied"][0, 0, LOW_TERMINAL] = 1
    return list(scarce_rounds(read_result(result)))


@pytest.mark.parametrize(
    ("wanting", "leaked_a_world", "margin", "warned"),
    [
        (320, 1000, 0.1, True),  # the margin a raid, though 2 % of the leakers only
        (319, 1000, 0.1, False),
        (40, 50, 0.1, True),  # 5 % of 800 leakers
        (39, 50, 0.1, False),
        (33, 40, 0.1, True),  # more than 5 % of 640, and than .01 a raid
        (32, 40, 0.1, False),  # .01 a raid is not more than a tenth of the margin
        (1, 1, 0.0, True),  # 6 % of 16 leakers, where no margin is stated
        (1, 2, 0.0, False),
    ],
)
def test_few_leakers_for_want_of_rounds_are_no_warning(
    wanting: int, leaked_a_world: int, margin: float, warned: bool
) -> None:
    found = said(wanting, leaked_a_world, margin)
    assert len(found) == warned
    for text in found:
        assert text.startswith("cruise_missile leaked for want of low_terminal, the only round")
        assert text.endswith("only a run with it tells whether fewer leak")
