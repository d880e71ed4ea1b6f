"""`mcdefense init`: a first laydown that is understood, runs, and gives an answer."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import mcdefense
from tests.support.command_line import command, names


def test_it_is_short_has_comments_and_no_warning(tmp_path: Path) -> None:
    done = command("init", tmp_path / "laydown.toml")
    assert done.exit_code == 0, done.stderr
    lines = (tmp_path / "laydown.toml").read_text(encoding="utf-8").splitlines()
    assert 30 <= len([line for line in lines if line]) <= 40
    assert sum("#" in line for line in lines) >= 10
    assert "NOTIONAL" in lines[0] + lines[1]
    assert mcdefense.check(mcdefense.load(tmp_path / "laydown.toml")).warnings == ()


def test_the_next_three_commands_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are printed, the run smaller than its default."""
    monkeypatch.chdir(tmp_path)
    said = command("init").stdout
    lines = re.findall(r"^  mcdefense (.*)$", said, re.MULTILINE)
    assert [line.split()[0] for line in lines] == ["check", "run", "plot"]
    for line in lines:
        small = ["--worlds", "16", "--trials-per-world", "256"] if line[:3] == "run" else []
        assert command(*shlex.split(line), *small).exit_code == 0, line
    assert names(tmp_path) == ["laydown.h5", "laydown.png", "laydown.toml"]
    change = mcdefense.read("laydown.h5")["difference_expected_leakers_high"][0]
    assert change < 0  # joining helps, and the run is long enough to say so


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("mine", encoding="utf-8")
    assert command("init", tmp_path / "mine.toml").exit_code == 2
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "mine"
    assert command("init", tmp_path / "mine.toml", "--force").exit_code == 0
    assert mcdefense.load(tmp_path / "mine.toml").title == "My first laydown"
