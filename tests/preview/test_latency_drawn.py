"""What `check` says of latencies that worlds draw: the least and the greatest that come."""

from __future__ import annotations

import pytest

from mcdefense.preview.command import architecture_lines
from mcdefense.scenario import loads
from tests.support.small_scenarios import LAYDOWN

JOINED = 'join    = ["lookout", "north", "south"]\n'
PATH = 'paths = ["architecture.integrated.latency_s"]\n'
VALUE = f'[uncertainty.slow]\n{PATH}as = "value"\ndistribution = "uniform"\nlow = 5\nhigh = 120\n'
FACTOR = f'[uncertainty.times]\n{PATH}as = "factor"\ndistribution = "choice"\nvalues = [0.5, 2]\n'
OPEN = FACTOR.replace('"choice"\nvalues = [0.5, 2]', '"normal"\nmean = 1\nsd = 1\nlow = 0.3')


@pytest.mark.parametrize(
    ("draws", "late"),
    [
        ("", "10 s late"),
        (VALUE, "5 to 120 s late (drawn)"),
        (FACTOR, "5 to 20 s late (drawn)"),
        (VALUE + FACTOR, "2.5 to 240 s late (drawn)"),
        (OPEN, "3 s or more late (drawn)"),
    ],
)
def test_a_picture_is_as_late_as_worlds_draw(draws: str, late: str) -> None:
    scenario = loads(LAYDOWN.replace(JOINED, f"{JOINED}latency_s = 10\n") + draws)
    said = " ".join(" ".join(architecture_lines(scenario)).split())
    assert f"tracks, {late}" in said
    assert said.count(" late") == 1
