"""Bad input: never a traceback, a hang, much memory, or a file opened that was not named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fuzzing import Inputs, explored, targets

_CASES = {"scenario": 60, "table": 40, "damaged": 60, "harmed": 120}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("name", _CASES)
def test_bad_input_is_refused_in_plain_lines(inputs: Inputs, name: str) -> None:
    (target,) = (t for t in targets(inputs) if t.__name__ == name)
    explored(target, _CASES[name], None)
    assert all(count["refused"] for count in inputs.counts.values())


def test_the_inputs_are_good_before_they_are_spoilt(inputs: Inputs) -> None:
    inputs.scenario("quick_start.toml", [], 1)
    inputs.damaged([], ("show",))
    inputs.harmed([], True, ("merge",))
    assert inputs.counts["scenario files"]["accepted"] >= 1
    assert inputs.counts["result files, structure"]["accepted"] >= 1
    assert Path(inputs.outside).exists()
