"""Both engines on many scenarios: that no trial differs, or which is the first that does."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.support.validation_record import Record
from tests.system.reference.comparing import (
    TRIALS,
    Case,
    report,
)
from tests.system.reference.smaller import smaller

EQUAL = pytest.mark.claim(
    "Second engine",
    "The engine counts as a second engine does, trial by trial, bit for bit",
    oracle="tests/system/reference: an event queue in plain Python, written from docs/explanation",
)


def disagreement(cases: Iterable[Case]) -> tuple[Case, int] | None:
    """The first case, and its trial, of which the reference counts something else."""
    return next(((case, trial) for case in cases for trial, _ in case.disagreements()), None)


def hold_alike(record: Record, what: str, cases: Iterable[Case], scenarios: int) -> None:
    """So many scenarios, and no trial of them that the reference counts differently.

    The first that differs is made small before it is shown.
    """
    compared, trials = 0, 0
    for case in cases:
        compared, trials = compared + 1, trials + len(case.outcomes)
        for trial, _ in case.disagreements():
            least, difference = smaller(case, trial)
            pytest.fail(report(least, trial, difference))
    record.same(f"{what} scenarios", exact=scenarios, estimated=compared)
    record.same(f"{what} scenarios: trials alike", exact=scenarios * TRIALS, estimated=trials)
