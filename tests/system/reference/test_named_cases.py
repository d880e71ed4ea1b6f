"""Cases small enough to settle by the text of the rules, under the engine and the reference."""

from __future__ import annotations

import pytest

from tests.system.reference.comparing import report
from tests.system.reference.every_case import every_case
from tests.system.reference.named_cases import NAMED


@pytest.mark.parametrize("name", NAMED)
def test_named_case(name: str, seed: int) -> None:
    case = every_case(seed).named[name]
    for trial, difference in case.disagreements():
        pytest.fail(report(case, trial, difference))
    for counts in case.outcomes.values():
        expected = NAMED[name].expected
        assert {key: counts[key] for key in expected} == expected
