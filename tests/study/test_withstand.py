"""The largest raid withstood: exact where all is known, and every way in which it may not exist."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense.statistics import Criterion, Larger, WithstoodMore
from mcdefense.statistics.closed_forms import coordination
from mcdefense.statistics.intervals import proportion_interval
from mcdefense.statistics.withstood import Switch, withstood_along
from mcdefense.store import read_study
from mcdefense.study import SIZES
from tests.support.command_line import command, names

CLEAN = Criterion("p_no_leakers", 0.8)


def no_leakers(count: int, architecture: str) -> float:
    """Exact P(no leaker) of a raid of so many threats at 16 rounds of .7."""
    if architecture == "pooled":
        return float(coordination.pooled(count, 16, 0.7)[0])
    return float(coordination.sectors(count, (8, 8), 0.7)[0])


def test_the_exact_answer() -> None:
    """Sixteen pooled rounds withstand ten threats at .8246866307, two sectors seven at
    .8377851287."""
    assert no_leakers(10, "pooled") == pytest.approx(0.8246866307, abs=1e-10)
    assert no_leakers(7, "sectors") == pytest.approx(0.8377851287, abs=1e-10)
    assert no_leakers(11, "pooled") < 0.8 < no_leakers(10, "pooled")
    assert no_leakers(8, "sectors") < 0.8 < no_leakers(7, "sectors")


def test_a_grid_refined_finds_it(sequence: Path, tmp_path: Path) -> None:
    """From 4, 8 and 12 by two halvings, at 16,000 trials a size. The nearest probabilities lie .025
    and .038 above .8, seven standard errors: false with probability below 1e-6."""
    output = tmp_path / "s.h5"
    found = mcdefense.withstand(
        sequence,
        output,
        criterion=CLEAN,
        over="raid.salvo.count=4:12:4",
        options=mcdefense.RunOptions(worlds=16, trials_per_world=1000),
    )
    two, pooled = found.withstood
    assert (two.low, two.value, two.high) == (7, 7, 7)
    assert (pooled.low, pooled.value, pooled.high) == (10, 10, 10)
    assert found.more == (WithstoodMore("sectors", "pooled", Larger(3, 3, 3), Larger(3, 3, 3)),)
    assert two.changes == (Switch(7, 8, passes_after=False),)
    assert pooled.changes == (Switch(10, 11, passes_after=False),)
    assert found.study.axes[0].values == (4, 6, 7, 8, 10, 11, 12)
    assert read_study(output).axes == found.study.axes
    assert names(tmp_path) == ["s.h5"]
    shown = command("show", output)
    assert shown.exit_code == 0, shown.stderr


def test_none_beyond_and_curves_that_turn() -> None:
    sizes = [1.0, 2.0, 3.0, 4.0]

    def along(*values: float, wide: float = 0.01) -> object:
        middle = np.array(values)
        one = withstood_along(sizes, [middle, middle - wide, middle + wide], CLEAN)
        return one.low, one.value, one.below, one.high, one.all_pass, len(one.changes)

    assert along(0.9, 0.85, 0.7, 0.6) == (2, 2, 3, 3, False, 1)
    assert along(0.9, 0.9, 0.9, 0.9) == (4, 4, None, None, True, 0)
    assert along(0.5, 0.4, 0.3, 0.2) == (None, None, 1, 1, False, 0)
    assert along(0.9, 0.7, 0.9, 0.7) == (1, 1, 2, 2, False, 3)
    assert along(0.9, 0.805, 0.795, 0.7) == (1, 2, 3, 4, False, 1)
    assert along(0.805, 0.8, 0.795, 0.79, wide=0.02) == (None, 2, 3, None, False, 0)
    leakers = Criterion("expected_leakers", 1.0)
    middle = np.array([0.2, 0.9, 1.5, 3.0])
    one = withstood_along(sizes, [middle, middle - 0.1, middle + 0.1], leakers)
    assert (one.value, one.below, one.high) == (2, 3, 3)
    backwards = withstood_along(sizes[::-1], [middle[::-1]] * 3, leakers)
    assert backwards.low == 2


def test_a_finer_grid_lies_within_what_a_coarser_one_says() -> None:
    """The truth is 2.6: halves are told as from 2.5 to 3, whole sizes as from 2 to 3."""

    def at(*sizes: float) -> object:
        middle = np.where(np.array(sizes) <= 2.6, 0.9, 0.5)
        one = withstood_along(sizes, [middle, middle - 0.01, middle + 0.01], CLEAN)
        return one.value, one.below, one.low, one.high

    assert at(1.0, 2.0, 3.0) == (2, 3, 2, 3)
    assert at(1.0, 2.0, 2.5, 3.0) == (2.5, 3, 2.5, 3)


def test_the_interval_holds_the_truth() -> None:
    """Of 400 simulated studies of 300 trials a size: the ends hold ten, the truth of pooled rounds,
    in 93 % or more. Fewer than 357 come with probability 1e-3 at 93 %."""
    rng = np.random.default_rng(3)
    sizes = [float(n) for n in range(6, 15)]
    exact = np.array([no_leakers(int(n), "pooled") for n in sizes])
    held = 0
    for _ in range(400):
        clean = rng.binomial(300, exact)
        low, high = proportion_interval(clean.astype(float), np.full(clean.shape, 300.0))
        one = withstood_along(sizes, [clean / 300, low, high], CLEAN, whole=True)
        held += (one.low or 0) <= 10 <= (one.high or 0)
    assert held >= 357


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            [],
            "--p-no-leakers: got no criterion, expected one of --p-no-leakers, such as 0.8, or "
            "--leakers, such as 2",
        ),
        (["--leakers", "1", "--p-no-leakers", "0.5"], "got two criteria"),
        (["--p-no-leakers", "1"], "--p-no-leakers: got 1, expected a probability between 0 and 1"),
        (["--leakers", "-1"], "--leakers: got -1, expected leakers above 0"),
        (["--leakers", "1", "--refine", "99"], "--refine: got 99"),
        (["--leakers", "1", "--over", "battery.north.magazine.shot=1,2"], "is no size of a raid"),
        (["--leakers", "1", "--over", "raid.salvo.count=x"], "expected sizes as numbers"),
        (["--leakers", "1", "--over", "raid.other.count=1,2"], "the path matches nothing"),
    ],
)
def test_bad_requests_are_refused(sequence: Path, arguments: list[str], message: str) -> None:
    done = command("withstand", sequence, *arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_the_command_prints_it(sequence: Path) -> None:
    size = ["--worlds", "4", "--trials-per-world", "500", "--refine", "0", "--quiet"]
    over = ["--over", "raid.salvo.count=2,9"]
    done = command("withstand", sequence, "--leakers", "0.4", *over, *size[:-1])
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("NOTIONAL  sequence\n")
    shown = " ".join(done.stdout.split())
    of_sectors = "at least about 2.00, less than about 9.00"
    assert f"sectors: 2 to 8 (2 to 8) live threats a raid: {of_sectors} it" in shown
    of_pooled = "about 9.00 or more"
    beyond = "pooled: beyond the grid: every size passes, 9 too"
    assert f"{beyond} live threats a raid: {of_pooled} " in shown
    assert "it clearly passes at 2, and clearly fails at 9" in done.stdout
    told = "pooled: +1 or more, as sizes beyond the grid may pass; live threats a raid: 0 or more"
    assert told in shown
    assert max(map(len, done.stdout.splitlines())) <= 80
    done = command("withstand", sequence, "--leakers", "0.4", *over, *size, "--json")
    numbers = json.loads(done.stdout)
    two = numbers["withstood"]["sectors"]
    assert [two[name] for name in ("value", "below", "low", "high")] == [2, 9, 2, 8]
    assert numbers["live_threats"] == numbers["sizes"] == [2, 9]
    assert two["live_threats"] == {"value": 2, "below": 9}
    assert numbers["withstood"]["pooled"]["live_threats"] == {"value": 9, "below": None}
    assert numbers["difference_withstood"] == {
        "pooled - sectors": {
            "size": {"value": None, "low": 1, "high": None},
            "threats": {"value": None, "low": 0, "high": None},
        }
    }
    assert numbers["differences"] == "compare minus baseline"
    assert numbers["criterion"] == {"estimate": "expected_leakers", "limit": 0.4}


def test_the_help_states_the_sizes_that_are_taken() -> None:
    assert f"default {SIZES}." in " ".join(command("withstand", "--help").stdout.split())
