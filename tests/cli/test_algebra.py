"""What a command finds in its environment, and leaves there."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from mcdefense.cli.algebra import VARIABLES
from mcdefense.cli.program import main


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a command `look` finds."""
    found: dict[str, str] = {}

    @click.command("look")
    def look() -> None:
        found.update(os.environ)

    monkeypatch.setitem(main.commands, "look", look)
    return found


def test_a_command_has_one_thread_for_algebra(
    seen: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "4")
    assert CliRunner().invoke(main, ["look"]).exit_code == 0
    assert {name: seen[name] for name in VARIABLES} == {
        "MKL_NUM_THREADS": "4",
        "OPENBLAS_NUM_THREADS": "1",
        "VECLIB_MAXIMUM_THREADS": "1",
    }
    assert os.environ["MKL_NUM_THREADS"] == "4"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_it_is_said_before_numpy_is_imported() -> None:
    code = "import sys, mcdefense.cli; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
