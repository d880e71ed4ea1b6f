"""Colour on a terminal only, and not where NO_COLOR asks for none."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from mcdefense.store import write
from tests.support.command_line import in_a_process, program
from tests.support.raid_result import raid_result
from tests.support.terminal import read_to_the_end

_COLOUR = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("results") / "toy.h5"
    write(raid_result(trials=20), path)  # few trials: a warning stands at its end
    return path


def on_a_terminal(file: Path, **variables: str) -> str:
    """What `show` writes to a terminal."""
    known = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        program("show", file), stdout=theirs, env={**known, "TERM": "xterm", **variables}
    )
    os.close(theirs)
    shown = read_to_the_end(ours)
    assert started.wait() == 0
    return shown.replace("\r\n", "\n")


def test_a_terminal_has_the_marking_the_answer_and_warnings_set_off(file: Path) -> None:
    shown, plain = on_a_terminal(file), in_a_process("show", file).stdout
    assert "\x1b" not in plain
    assert _COLOUR.sub("", shown) == plain
    coloured = [line for line in shown.splitlines() if "\x1b" in line]
    assert coloured[0].startswith("\x1b[")
    assert "NOTIONAL" in coloured[0]
    assert "against separate" in coloured[1]
    assert any("! " in line for line in coloured[2:])
    assert all(line.endswith("\x1b[0m") for line in coloured[1:])


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_who_wants_no_colour_gets_none(file: Path, variables: dict[str, str]) -> None:
    assert "\x1b" not in on_a_terminal(file, **variables)
