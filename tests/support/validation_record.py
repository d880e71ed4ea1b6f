"""What a test compared: one call compares, registers and fails.

So docs/validation.md can't say anything that no test checked. A test names its claim by a mark,
asks for the fixture `record`, and compares through it:

    @pytest.mark.claim("c", "A finite magazine", oracle="dynamic programming")
    def test_rounds(record: Record) -> None:
        record.mean("ten: rounds", exact=12.99, estimated=13.01, standard_error=0.02)

`pytestmark` marks a whole module. The calls: `mean`, `share`, `histogram` (4 standard errors,
chi-square), `digits` (printed decimals), `same` (whole numbers, and counts of differences),
`between` (bounds), `p_value` (any other test of chance), and `refuses` around a wrong answer that
must be noticed. Figures must follow from the code and the seed alone: no times, no machine.

`pytest --record FILE` writes all that was compared to FILE, under xdist too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypedDict

import numpy as np
import pytest
from numpy.typing import ArrayLike

from tests.support import consistency

LEAST_P_VALUE = 6e-5
"""A p-value below this fails, as do more than 4 standard errors: a false alarm of either has
probability 6e-5 under the exact answer."""

LEAST_SHOWN = 1e-12
"""A p-value below this is recorded as 0: its digits differ between libraries."""

Refusal = Literal["z", "p", "value"]
"""What refuses: the standard errors, a p-value (chi-square), or the value itself."""


class Row(TypedDict):
    """One comparison. Numbers come as text with the digits that are compared and shown."""

    case: str
    exact: str
    estimated: str
    z: float | None
    p: float | None
    note: str
    verdict: Literal["holds", "fails", "refused", "not refused"]


class Claimed(TypedDict):
    """What a test's mark says, and where the test is."""

    section: str
    title: str
    oracle: str
    slow: bool


_running: Record | None = None


def running() -> Record:
    """The record of the test that runs now, for helpers of a scope wider than a test."""
    if _running is None:
        raise LookupError("a comparison outside of a test: fixtures must not compare")
    return _running


def claim_of(item: pytest.Item) -> Claimed | None:
    """The claim that a test is marked with: @pytest.mark.claim(section, title, oracle=...)."""
    mark = item.get_closest_marker("claim")
    if mark is None:
        return None
    section, title = mark.args
    slow = item.get_closest_marker("slow") is not None
    return Claimed(section=section, title=title, oracle=mark.kwargs["oracle"], slow=slow)


class Record:
    """The comparisons of one test, in their order."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self._refusing = ""
        self.rows: list[Row] = []

    def mean(self, case: str, *, exact: float, estimated: float, standard_error: float) -> None:
        """An estimate lies within 4 standard errors of the exact value; without error it is it."""
        z = consistency.z_score(estimated, exact, standard_error)
        certain = standard_error == 0 and z == 0
        self._add(case, exact, estimated, failed=_beyond(z), z=None if certain else z)

    def share(self, case: str, *, exact: float, count: int, trials: int) -> None:
        """A share of independent trials has this probability, within 4 standard errors."""
        z = consistency.z_of_share(count, trials, exact)
        certain = exact in (0, 1) and z == 0
        self._add(case, exact, count / trials, failed=_beyond(z), z=None if certain else z)

    def histogram(self, case: str, *, exact: ArrayLike, seen: ArrayLike) -> None:
        """Trials by count follow this distribution: mean within 4 standard errors, chi-square.

        `exact` is the probability, `seen` the number of trials, of 0, 1, 2, ...
        """
        z, fit = consistency.z_of_mean(seen, exact), consistency.chi_square(seen, exact)
        failed = _beyond(z) | _unlikely(fit.p_value, LEAST_P_VALUE)
        note = f"chi2 {fit.chi_square:.1f}/{fit.degrees_of_freedom}"
        mean, found = _mean(exact), _mean(seen)
        if not failed and fit.degrees_of_freedom == 0:  # nothing but one number can come
            self._add(case, mean, found, failed=failed, z=z or None)
        else:
            self._add(case, mean, found, failed=failed, z=z, p=fit.p_value, note=note)

    def digits(self, case: str, *, exact: float, estimated: float, decimals: int = 10) -> None:
        """A computed value is the one given with so many decimals: half a unit of the last."""
        right = abs(estimated - exact) <= 0.51 * 10.0**-decimals
        shown = f"{exact:.{decimals}f}", f"{estimated:.{decimals}f}"
        note = f"{decimals} decimals"
        self._add(case, *shown, failed=set() if right else {"value"}, note=note)

    def same(self, case: str, *, exact: int | str, estimated: int | str, note: str = "") -> None:
        """A whole number, or a text, is exactly this."""
        failed: set[Refusal] = set() if estimated == exact else {"value"}
        self._add(case, str(exact), str(estimated), failed=failed, note=note)

    def between(
        self, case: str, *, least: float, most: float, estimated: float, note: str = ""
    ) -> None:
        """A figure lies within bounds, both allowed; `note` says what they come from."""
        failed: set[Refusal] = set() if least <= estimated <= most else {"value"}
        bounds = f"{_shown(least)} to {_shown(most)}"
        self._add(case, bounds, estimated, failed=failed, note=note)

    def p_value(self, case: str, *, p: float, note: str, least: float = LEAST_P_VALUE) -> None:
        """A test of chance that isn't a mean or a histogram; `note` names it."""
        failed = _unlikely(p, least)
        self._add(case, f"p ≥ {least:g}", f"p = {p:.3g}", failed=failed, p=p, note=note)

    @contextmanager
    def refuses(self, wrong: str, by: Refusal | None = None) -> Iterator[None]:
        """Within, a wrong answer, put in words by `wrong`, is compared and must fail (by this)."""
        self._refusing = wrong
        begin = len(self.rows)
        try:
            yield
        except _FailedError as failure:
            if by is not None and by not in failure.failed:
                raise
            return
        finally:
            self._refusing = ""
        for row in self.rows[begin:]:
            row["verdict"] = "not refused"
        raise AssertionError(f"a wrong answer passed: {wrong}, {self.rows[begin:]}")

    def _add(
        self,
        case: str,
        exact: float | str,
        estimated: float | str,
        *,
        failed: set[Refusal],
        z: float | None = None,
        p: float | None = None,
        note: str = "",
    ) -> None:
        if claim_of(self._item) is None:
            raise LookupError(f"{self._item.nodeid}: mark it with pytest.mark.claim(...)")
        if self._refusing:
            case = f"{self._refusing}; {case}"
        row = Row(
            case=case,
            exact=_shown(exact),
            estimated=_shown(estimated),
            z=None if z is None or not math.isfinite(z) else round(float(z), 2),
            p=None if p is None else float(f"{p:.3g}") if p >= LEAST_SHOWN else 0.0,
            note=note if z is None or math.isfinite(z) else f"z infinite {note}".strip(),
            verdict=("refused" if self._refusing else "fails") if failed else "holds",
        )
        self.rows.append(row)
        if failed:
            raise _FailedError(row, failed)


class _FailedError(AssertionError):
    """A comparison that failed, by which of its tests."""

    def __init__(self, row: Row, failed: set[Refusal]) -> None:
        super().__init__(
            f"{row['case']}: exact {row['exact']}, estimated {row['estimated']}, z {row['z']}, "
            f"p {row['p']} {row['note']} (failed: {', '.join(sorted(failed))})"
        )
        self.failed = failed


def _beyond(z: float) -> set[Refusal]:
    return set() if abs(z) <= consistency.MOST_STANDARD_ERRORS else {"z"}


def _unlikely(p: float, least: float) -> set[Refusal]:
    return set() if p >= least else {"p"}


def _mean(weights: ArrayLike) -> float:
    values = np.asarray(weights, np.float64)
    return float(np.arange(len(values)) @ values / values.sum())


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"


@contextmanager
def recorded(item: pytest.Item) -> Iterator[Record]:
    """The record of a test while it runs; its rows travel with the test's report."""
    global _running
    _running = Record(item)
    try:
        yield _running
    finally:
        claimed, rows = claim_of(item), _running.rows
        if claimed is not None:
            item.user_properties.append(("claim", {**claimed}))
            item.user_properties.append(("comparisons", [{**row} for row in rows]))
        _running = None


class Collector:
    """Gathers the reports of all tests, wherever they ran: claim, outcome and rows by test."""

    def __init__(self) -> None:
        self.tests: dict[str, dict[str, Any]] = {}

    def add(self, report: pytest.TestReport) -> None:
        """Take what a test's report carries; its rows are complete once it has been torn down."""
        entry = self.tests.setdefault(report.nodeid, {"outcome": "passed"})
        if not report.passed:
            entry["outcome"] = report.outcome
        if report.when == "teardown":
            entry.update(report.user_properties)

    def claimed(self) -> dict[str, dict[str, Any]]:
        """Those with a claim, in the order of their names."""
        return {
            name: self.tests[name] for name in sorted(self.tests) if "claim" in self.tests[name]
        }
