"""What studies here are of: threats in sequence, known exactly, and a small table."""

from __future__ import annotations

from pathlib import Path

import pytest

import mcdefense
from tests.support.pooled_sectors import pooled_or_sectors
from tests.support.small_scenarios import TABLE

COUNTS = (6, 7, 8, 10, 11)
SIZE = "run = { worlds = 4, trials_per_world = 4000, seed = 7 }\n"


@pytest.fixture(scope="session")
def sequence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario: ten threats, two batteries of eight rounds."""
    path = tmp_path_factory.mktemp("sequence") / "sequence.toml"
    path.write_text(pooled_or_sectors(run=SIZE), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario of four threats, with two shots at each."""
    path = tmp_path_factory.mktemp("table") / "table.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def by_count(sequence: Path) -> mcdefense.Study:
    """Raids of 6 to 11 threats."""
    return mcdefense.sweep(sequence, over={"raid.salvo.count": COUNTS})
