"""What is measured of the speed: the parts of an estimate, and a fleet that ends with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcdefense.run import Speed, measure, speed
from mcdefense.run.speed import Trainer
from tests.support.small_scenarios import TABLE


def test_a_default_run_is_compiled_built_and_judged() -> None:
    """5 s, 1,000 worlds of 0.1 s, and 10 x 2 x 128,000 pairings at a million a second."""
    found = Speed("one", 1, 10, 2, 1e6, 5.0, 0.1, 1_000, 128)
    assert found.default_run_s == pytest.approx(5 + 100 + 2.56, abs=1e-9)


def test_the_fleet_ends_with_the_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Trainer] = []

    class Kept(Trainer):
        def __enter__(self) -> Trainer:
            made.append(self)
            return super().__enter__()

    path = tmp_path / "table.toml"
    path.write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(speed, "SMALL", path)
    monkeypatch.setattr(speed, "Trainer", Kept)
    found = measure(seconds=0.01, devices=1)
    assert (found.workers, found.architectures) == (1, len(made[0].axes.architecture))
    with pytest.raises(RuntimeError, match="after shutdown"):
        made[0].replay(1)
