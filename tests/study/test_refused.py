"""What no point of a study may change: refused before anything is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mcdefense
from mcdefense.errors import InputError
from mcdefense.study import plan_study
from tests.support.command_line import command
from tests.support.small_scenarios import TABLE


def refused(over: dict[str, Any] | None, cases: dict[str, Any] | None = None) -> str:
    with pytest.raises(InputError) as found:
        plan_study(lambda values: mcdefense.loads(TABLE, overrides=list(values)), over, cases)
    return str(found.value)


@pytest.mark.parametrize(
    ("path", "values", "message"),
    [
        ("run.worlds", [2, 3], "changes the size and seed that all points have in common"),
        ("run.trials_per_world", [200], "changes the size and seed"),
        ("run.seed", [1, 2], "changes the size and seed"),
        ("run", [{"seed": 3}], "changes the size and seed"),
        ('"run".seed', [3], "changes the size and seed"),
        ("engagement.compare", ["alone", "together"], "changes what is compared"),
        ("engagement.baseline", ["together"], "changes what is compared"),
        ("engagement.ladder", [["alone", "together"]], "changes what is compared"),
        ("engagement.margin", [0.1, 0.2], "changes what is compared"),
        ("engagement", [{"losses": False}], "changes what is compared"),
        ("title", ["one", "two"], "changes what the scenario is called"),
        ("marking", ["NOTIONAL"], "changes what the scenario is called"),
        ("study", [{"over": {"raid.salvo.count": [1]}}], "changes what a study runs"),
        ("architecture.alone.label", ["one"], "changes what an architecture is called"),
        ("architecture.*.label", ["one"], "changes what an architecture is called"),
    ],
)
def test_keys_that_are_no_part_of_what_happens(path: str, values: list[Any], message: str) -> None:
    assert refused({path: values}).startswith(f"over: {path}: {path} {message}")
    found = refused(None, {"more": {"raid.salvo.count": 5, path: values[0]}})
    assert found.startswith(f"case: more: {path} {message}")


@pytest.mark.parametrize(
    ("path", "value", "names"),
    [
        ("architecture.alone.variants", {"slow": {"battery": {"site": {}}}}, "alone, alone_slow"),
        ("architecture", {"alone": {}, "third": {}, "together": {"join": "all"}}, "alone, third"),
        ("architecture", {"alone": {}}, "alone, expected"),
        ("architecture", {"together": {"join": "all"}, "alone": {}}, "together, alone"),
    ],
)
def test_every_point_has_the_same_architectures(path: str, value: Any, names: str) -> None:
    wanted = "expected those of the scenario as it stands, alone, together"
    for found, start in (
        (refused({path: [value]}), f"over: {path}: {path} gives"),
        (refused(None, {"other": {path: value}}), f"case: other: {path} gives"),
    ):
        assert found.startswith(f"{start} the architectures {names}")
        assert found.endswith(wanted)


def test_the_command_says_so_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(TABLE, encoding="utf-8")
    for words, message in (
        (("--over", "run.worlds=2,3"), "--over: run.worlds: run.worlds changes the size and seed"),
        (("--case", "x=architecture={one={}}"), "--case: x: architecture gives the architectures"),
    ):
        done = command("sweep", path, *words, "-o", tmp_path / "s.h5")
        assert done.exit_code == 2
        assert message in done.stderr
        assert [p.name for p in tmp_path.iterdir()] == ["t.toml"]


@pytest.mark.parametrize(
    ("over", "cases", "said"),
    [
        ({"raid.scale": [1, 0.1]}, None, "over: raid.scale = 0.1: "),
        (
            {"raid.scale": [1, 0.1], "battery.site.reaction_s": [2]},
            None,
            "over: raid.scale = 0.1, battery.site.reaction_s = 2: ",
        ),
        (None, {"less": {"raid.scale": 0.1}}, "case: less: "),
    ],
)
def test_a_fault_elsewhere_names_the_point_that_brings_it(
    over: dict[str, Any] | None, cases: dict[str, Any] | None, said: str
) -> None:
    """A tenth of four threats is none."""
    line = 1 + TABLE.splitlines().index("[raid.salvo]")
    assert refused(over, cases) == (
        f"{said}scenario:{line}: raid: got an empty raid (every count is 0 at raid.scale = 0.1), "
        "expected at least one object"
    )
