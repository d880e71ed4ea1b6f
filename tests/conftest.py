"""What every test shares: a seed that an environment variable can change, a compile cache, and
the record of what it compared (validation/validation_record.py)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from validation_record import Collector, Record, recorded

# Before JAX starts: compiled programs are kept between test processes and runs.
_CACHE = Path(__file__).parents[1] / ".pytest_cache" / "compiled"
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(_CACHE))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")


@pytest.fixture(scope="session")
def seed() -> int:
    """Seed of stochastic tests; MCDEFENSE_TEST_SEED reseeds them."""
    return int(os.environ.get("MCDEFENSE_TEST_SEED", "1"))


@pytest.fixture(autouse=True)
def record(request: pytest.FixtureRequest) -> Iterator[Record]:
    """Compares, registers and fails in one call; the test needs a claim (validation_record.py)."""
    with recorded(request.node) as comparisons:
        yield comparisons


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", metavar="FILE", help="write all that was compared, as JSON")


_collected = Collector()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _collected.add(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under xdist only the controller, which sees every report, writes."""
    path = session.config.getoption("--record")
    if path and not hasattr(session.config, "workerinput"):
        Path(path).write_text(json.dumps(_collected.claimed(), indent=1), encoding="utf-8")
