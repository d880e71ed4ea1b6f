"""docs/validation.md is what the record says, and the record is of the tests there are.

That each row is still what its test finds, every run of the tests holds (conftest.py).
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

import mcdefense
from tests.support import validation_store as store
from tests.support.validation_record import Row
from tests.system.validation import plausibility
from tests.system.validation.validation_page import Summary, largest_of, page, smallest_of

REMEDY = "run `python tests/validate.py` (some tests: `python tests/validate.py PATH`)"


def test_the_page_is_what_the_record_says() -> None:
    assert store.PAGE.read_text(encoding="utf-8") == page(store.read()), (
        "run `python tests/validate.py --page`"
    )


@pytest.mark.slow
def test_the_first_historical_nights_are_as_measured() -> None:
    """The only figures on the page that no claim compares."""
    measured = store.read().plausibility
    result = mcdefense.simulate(
        mcdefense.load(plausibility.SCENARIO),
        worlds=plausibility.FIRST,
        trials_per_world=measured["trials"],
        seed=store.SEED,
    )
    found = plausibility.counts(result, plausibility.FIRST)
    assert found == measured["first"], "run `python tests/validate.py --nights`"


def test_every_claim_is_on_the_page_and_no_other() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "claim", "--collect-only", "-n0", "tests"],
        cwd=store.ROOT,
        env={**os.environ, "PYTHONPATH": str(store.ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    collected = {line for line in done.stdout.splitlines() if "::" in line}
    assert set(store.read().tests) == collected, REMEDY


def test_every_claim_compares_something() -> None:
    assert [name for name, test in store.read().tests.items() if not test.rows] == []


def test_nothing_on_the_page_fails() -> None:
    summary = Summary.of(store.read().tests.values())
    assert summary.failed == 0
    assert summary.held > 500


def row(verdict: str, z: float | None = None) -> Row:
    return Row(
        case="case",
        exact="1",
        estimated="1",
        z=z,
        p=None,
        note="",
        verdict=verdict,  # type: ignore[typeddict-item]
    )


def test_what_is_out_of_date_or_fails_is_said() -> None:
    records = store.read()
    name, test = next(iter(records.tests.items()))
    one = replace(records, model=test.model, tests={name: test})
    assert "All rows were measured on one model" in page(one)
    assert "1 of 1 tests were measured on another model" in page(replace(one, model="another"))
    failing = replace(test, rows=(row("holds", 3.5), row("fails", 9.0)))
    text = page(replace(one, tests={name: failing}))
    assert "1 comparisons hold, 1 fail" in text
    assert "| 1 fail |" in text


def test_a_changed_digit_is_a_difference() -> None:
    name, test = next(iter(store.read().tests.items()))
    rows = [Row(**row) for row in test.rows]
    assert store.differences(name, rows) == []
    rows[0]["estimated"] += "1"
    (difference,) = store.differences(name, rows)
    assert rows[0]["case"] in difference
    assert len(store.differences(name, rows[1:])) >= 1
    assert store.differences("a test not in the record", rows) == []


def test_a_record_is_read_as_it_was_written(
    tmp_path: store.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = store.read()
    monkeypatch.setattr(store, "RECORD", tmp_path / "record.json")
    store.write(records)
    assert store.read.__wrapped__() == records


def test_comments_and_spacing_are_no_part_of_the_model() -> None:
    code = 'x = 1\n\n\ndef f() -> str:\n    """What it does."""\n    return "# no comment"\n'
    other = 'x = 1  # one\ndef f() -> str:\n    """Another\n    text."""\n    return "# no comment"'
    assert store._code(code) == store._code(other)
    assert store._code(code) != store._code(code.replace("1", "2"))
    assert "nocomment" in store._code(code)


def test_yardsticks_of_the_furthest() -> None:
    assert largest_of(1, 0.95) == pytest.approx(1.95996, abs=1e-5)
    assert largest_of(500, 0.5) == pytest.approx(3.198, abs=1e-3)
    assert smallest_of(1, 0.95) == pytest.approx(0.05)
    assert smallest_of(100, 0.5) == pytest.approx(1 - 0.5**0.01)


def test_reported_shares_are_those_of_the_description() -> None:
    """The totals printed in configs/historical_raids.md."""
    every = plausibility.reported()
    assert every["one_way_drone"] == (83_606, 60_108)
    assert every["short_range_ballistic"] == (1_278, 251)
    assert plausibility.reported([0])["short_range_ballistic"] == (16, 0)


def test_the_command_reruns_compares_and_prints(tmp_path: store.Path) -> None:
    """Of one file, in seconds; all of it takes minutes."""
    command = [sys.executable, "tests/validate.py", "--quick", "--check"]
    done = subprocess.run(
        [*command, "tests/geometry/test_run_in.py"],
        cwd=store.ROOT,
        env={**os.environ, "PYTHONPATH": str(store.ROOT), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 tests, 0 failed" in done.stdout
    assert "10 comparisons hold, 0 fail" in done.stdout
    assert "The page is current." in done.stdout
