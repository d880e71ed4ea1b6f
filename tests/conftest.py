"""What every test shares: a seed that an environment variable can change, a compile cache, and
the record of what it compared (validation/validation_record.py)."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

# Before NumPy is imported: tests run side by side, and threads of its linear algebra would spin.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tests.support.processes import children
from tests.support.runtime_types import check_types

check_types()  # before anything of the package is imported

from mcdefense.engine.cores import engine_flags  # noqa: E402
from tests.support.validation_record import Collector, Record, claim_of, recorded  # noqa: E402
from tests.support.validation_store import SEED, differences  # noqa: E402

# Before JAX starts: compiled programs are kept between test processes and runs.
_CACHE = Path(__file__).parents[1] / ".pytest_cache" / "compiled"
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(_CACHE))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ["XLA_FLAGS"] = engine_flags()  # for tests that call the engine themselves

from mcdefense.engine import settings  # noqa: E402  (JAX reads the variables above)

settings.MIXED_TYPES, settings.MIXED_RANKS = "strict", "raise"  # in every run of this process


@pytest.fixture(scope="session")
def seed() -> int:
    """Seed of stochastic tests; MCDEFENSE_TEST_SEED reseeds them."""
    return int(os.environ.get("MCDEFENSE_TEST_SEED", "1"))


@pytest.fixture(autouse=True)
def record(request: pytest.FixtureRequest, seed: int) -> Iterator[Record]:
    """Compares, registers and fails in one call; the test needs a claim (validation_record.py).

    What holds must also be what docs/validation.md says, digit for digit.
    """
    with recorded(request.node) as comparisons:
        yield comparisons
    if not request.node.stash.get(_PASSED, False):
        return
    if claim_of(request.node) is not None and not comparisons.rows:
        pytest.fail("it is marked with a claim, and compares nothing")
    renewing = seed != SEED or request.config.getoption("--record")
    if not renewing:
        changed = differences(request.node.nodeid, comparisons.rows)
        if changed:
            remedy = "python tests/validate.py " + request.node.nodeid.partition("::")[0]
            pytest.fail("\n".join(["docs/validation.md is out of date:", *changed, remedy]))


_PASSED = pytest.StashKey[bool]()


@pytest.fixture(autouse=True)
def no_process_outlives_a_failed_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a failed test started and left running would take the cores of all that follow."""
    before = children()
    yield
    if not request.node.stash.get(_PASSED, False):
        for pid in children() - before:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    return report


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
