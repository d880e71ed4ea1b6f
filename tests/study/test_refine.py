"""Sizes are refined where it matters, and a study that goes on keeps every finished point."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mcdefense
from mcdefense.run import Interrupted, Monitor
from mcdefense.statistics import Criterion, Result, Study, estimates_at
from mcdefense.store import read_study
from mcdefense.study import plan_study, prepared, prepared_sizes
from tests.study.test_sweep import same
from tests.support.command_line import command, names
from tests.support.small_scenarios import TABLE

SIZE = mcdefense.RunOptions(worlds=4, trials_per_world=200, devices=1, checkpoint_every_s=0)
SOME = Criterion("expected_leakers", 0.9)
OVER = "raid.salvo.count=2:10:4"
DRAWN = TABLE.replace("count   = 4", "count   = [3, 5]")
ROW = 'threat = "other", battery = "site", interceptor = "round", launch_s = 0, intercept_s = 10'
TWO = TABLE.replace(
    "[opportunities]", '[raid.other]\nclass = "warhead"\n@\n[opportunities]'
).replace("rows = [", f"rows = [\n  {{ {ROW} }},")


@pytest.fixture(scope="module")
def whole(table: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Path]:
    path = tmp_path_factory.mktemp("whole") / "s.h5"
    found = mcdefense.withstand(table, path, criterion=SOME, over=OVER, options=SIZE)
    return found.study, path


def again(table: Path, output: Path, **options: Any) -> Study:
    """The same, gone on with."""
    run = replace(SIZE, resume=True, **options)
    found = mcdefense.withstand(table, output, criterion=SOME, over=OVER, options=run)
    return found.study


def counted(table: Path, output: Path, stop_after: int = 10**9, **options: Any) -> tuple[int, bool]:
    """Blocks that a study simulates, asked to stop after so many, and whether it came to its end:
    those that run when it is asked are counted still."""
    blocks = [0]

    def count(_: object) -> None:
        blocks[0] += 1

    ready = prepared_sizes(table, output, OVER, SOME, 2, (), replace(SIZE, **options))
    try:
        ready.run(Monitor(count, lambda: blocks[0] >= stop_after))
    except Interrupted:
        return blocks[0], False
    return blocks[0], True


def test_a_refined_file_is_gone_on_from(
    table: Path, whole: tuple[Study, Path], tmp_path: Path
) -> None:
    study, path = whole
    assert len(study.points) > 3
    output = tmp_path / "s.h5"
    output.write_bytes(path.read_bytes())
    assert counted(table, output, resume=True) == (0, True)
    assert same(read_study(output), study)
    assert same(again(table, output), study)


@pytest.mark.parametrize("blocks", [2, 12, 13, 17])
def test_stopped_at_any_time_it_ends_as_if_it_had_not_been(
    table: Path, whole: tuple[Study, Path], tmp_path: Path, blocks: int
) -> None:
    """Four blocks a size: in the grid, between it and the first halving, and in either halving.
    What is finished is never simulated again."""
    output = tmp_path / "s.h5"
    total = 4 * len(whole[0].points)
    assert total == 20
    done, whole_study = counted(table, output, blocks)
    assert blocks <= done < total
    assert not whole_study
    assert names(tmp_path)[-1] == "s.h5.part"
    assert counted(table, output, resume=True) == (total - done, True)
    assert names(tmp_path) == ["s.h5"]
    assert same(read_study(output), whole[0])


def test_a_file_of_another_study_is_replaced_by_what_was_asked(
    table: Path, whole: tuple[Study, Path], tmp_path: Path
) -> None:
    """With `force` nothing of the other is kept, its sizes neither."""
    output = tmp_path / "s.h5"
    output.write_bytes(whole[1].read_bytes())
    other = replace(SIZE, seed=9, resume=True, force=True)
    ready = prepared_sizes(table, output, OVER, SOME, 0, (), other)
    assert ready.run().study.axes[0].values == (2, 6, 10)


@pytest.mark.parametrize(
    ("text", "over", "more"),
    [
        (TABLE, {"raid.salvo.count": [2, 8]}, {"raid.salvo.count": [2, 5, 8]}),
        (TABLE, {"raid.scale": [1, 3]}, {"raid.scale": [1, 2.0, 3]}),
        (DRAWN, {"raid.scale": [1, 3]}, {"raid.scale": [1, 2.0, 3]}),
        (
            TWO.replace("@", "count = [1, 3]\nstart_s = 0"),
            {"raid.salvo.count": [2, 8]},
            {"raid.salvo.count": [2, 4, 8]},
        ),
        (
            TWO.replace("@", "count = { poisson = 2.0 }\nstart_s = 0"),
            {"raid.salvo.count": [2, 8], "raid.scale": [1, 2]},
            {"raid.salvo.count": [2, 4, 8], "raid.scale": [1, 1.5, 2]},
        ),
    ],
)
def test_a_size_between_two_others_is_of_the_same_study(
    text: str, over: dict[str, Any], more: dict[str, Any]
) -> None:
    """It keeps the numbers of the objects, also beside waves whose counts are drawn; a larger one
    does not."""

    def digest(axes: dict[str, Any]) -> str:
        plan = plan_study(lambda values: mcdefense.loads(text, overrides=list(values)), axes)
        return plan.digest(SIZE.size(plan.scenarios[0]))

    path = next(iter(over))
    assert digest(over) == digest(more)
    assert digest(over) != digest({**over, path: [*over[path], 20]})


@pytest.mark.parametrize(
    ("text", "over", "kinds"),
    [
        (TABLE, "raid.scale=1,2", {int, float}),
        (DRAWN, "raid.scale=1,2", {int, float}),
        (TABLE, "raid.*.count=2,10", {int}),
    ],
)
def test_scales_and_wildcards_are_refined(
    tmp_path: Path, text: str, over: str, kinds: set[type]
) -> None:
    """The smallest size passes and the largest fails: two halvings of the gap add two sizes or
    more, and between whole scales those with a fraction."""
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8")
    criterion = Criterion("expected_leakers", 2.0) if "scale" in over else SOME
    found = mcdefense.withstand(path, criterion=criterion, over=over, options=SIZE)
    values = found.study.axes[0].values
    assert len(values) >= 4
    assert {type(value) for value in values} == kinds


@pytest.mark.parametrize(
    ("criterion", "refine", "said"),
    [
        (SOME, 2, []),
        (
            SOME,
            4,
            [
                "refine: the gaps were halved 2 of 4 times, since the raids on the two sides of "
                "each gap differ by one object at most"
            ],
        ),
        (
            Criterion("expected_leakers", 11.0),
            1,
            [
                "refine: the gaps were halved 0 of 1 times, since no architecture ceases to pass "
                "between two of the sizes"
            ],
        ),
        (Criterion("expected_leakers", 11.0), 0, []),
    ],
)
def test_what_is_left_to_refine_nowhere_is_said(
    table: Path,
    whole: tuple[Study, Path],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    criterion: Criterion,
    refine: int,
    said: list[str],
) -> None:
    """Between 2, 6 and 10 threats two halvings leave raids that differ by one threat; of 10
    threats no more than 10 leak."""
    output = tmp_path / "s.h5"
    output.write_bytes(whole[1].read_bytes())
    with caplog.at_level("INFO", "mcdefense.run"):
        prepared_sizes(table, output, OVER, criterion, refine, (), replace(SIZE, resume=True)).run()
    assert [text for text in caplog.messages if text.startswith("refine")] == said


def test_gaps_below_the_value_are_refined_where_the_interval_reaches(tmp_path: Path) -> None:
    """No size passes surely, so that the truth may lie in any gap from the smallest on."""
    path = tmp_path / "t.toml"
    path.write_text(TABLE, encoding="utf-8")
    few = mcdefense.RunOptions(worlds=2, trials_per_world=2, seed=1)
    criterion = Criterion("p_no_leakers", 0.9)
    found = mcdefense.withstand(
        path, criterion=criterion, over="raid.salvo.count=1,3", refine=1, options=few
    )
    assert found.withstood[0].low is None
    assert found.withstood[0].value == 3
    assert found.study.axes[0].values == (1, 2, 3)


def test_points_that_are_alike_are_simulated_once(table: Path) -> None:
    """A case with the scenario's own values is the base, under a name of its own."""
    blocks = [0]

    def count(_: object) -> None:
        blocks[0] += 1

    options = mcdefense.RunOptions(devices=1, batch=200)
    cases = {"own": {"raid.salvo.count": 4}, "more": {"raid.salvo.count": 5}}
    study = prepared(table, None, None, cases, (), options).run(Monitor(count))
    # Two worlds, of one block each, of two points; the third shows its progress in one step.
    assert blocks[0] == 2 * 2 + 1
    assert study.points[1].tally.equals(study.points[0].tally)
    assert study.points[1].provenance["overrides"] == "raid.salvo.count = 4"
    assert np.all(study.estimates["change_expected_leakers"][1] == 0)


def test_a_checkpoint_makes_no_estimate_again(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of six points each saved four times: those that are finished keep theirs, and those that are
    not begun too."""
    made = [0]

    def counting(base: Result, point: Result) -> dict[str, np.ndarray]:
        made[0] += 1
        return estimates_at(base, point)

    monkeypatch.setattr("mcdefense.study.assembled.estimates_at", counting)
    over = {"raid.salvo.count": [4, 2, 3, 5, 6, 7]}
    study = mcdefense.sweep(table, tmp_path / "s.h5", over=over, options=SIZE)
    saved = 6 * 4
    # While the base grows all are made anew, four times; then one of each save, and the last.
    assert made[0] <= 4 * 6 + saved + 6
    assert same(study, mcdefense.sweep(table, over=over, options=SIZE))


def test_the_command_goes_on_from_its_own_file(table: Path, tmp_path: Path) -> None:
    words = ("withstand", table, "--leakers", "0.9", "--over", OVER, "-o", tmp_path / "s.h5")
    size = ("--worlds", "4", "--trials-per-world", "200", "--quiet")
    assert command(*words, *size).exit_code == 0
    done = command(*words, *size, "--resume")
    assert done.exit_code == 0, done.stderr
    done = command(*words, *size[:-1], "--resume", "--refine", "3")
    assert done.exit_code == 0, done.stderr
    assert "mcdefense: refine: the gaps were halved 2 of 3 times, since " in done.stderr
