"""What every test shares: a seed that an environment variable can change, and a compile cache."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before JAX starts: compiled programs are kept between test processes and runs.
_CACHE = Path(__file__).parents[1] / ".pytest_cache" / "compiled"
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(_CACHE))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")


@pytest.fixture(scope="session")
def seed() -> int:
    """Seed of stochastic tests; MCDEFENSE_TEST_SEED reseeds them."""
    return int(os.environ.get("MCDEFENSE_TEST_SEED", "1"))
