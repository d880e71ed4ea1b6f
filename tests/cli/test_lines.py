"""The package's log, as the command line shows it: every line, harmless, and never waited for."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

from mcdefense.cli.progress import Reporter
from tests.support.command_line import command, python

LOGGER = logging.getLogger("mcdefense.run")


def test_a_log_gets_the_lines_of_every_level(capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter(quiet=False):
        LOGGER.debug("for a log")
        LOGGER.info("for the user, 100 % of it")
        LOGGER.warning("did not work")
    assert capsys.readouterr().err.splitlines()[1:] == [
        "mcdefense: for a log",
        "mcdefense: for the user, 100 % of it",
        "mcdefense: did not work",
    ]


def test_a_quiet_one_gets_none_and_nobody_else_does(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with Reporter(quiet=True):
        LOGGER.warning("did not work")
    assert capsys.readouterr() == ("", "")
    assert caplog.messages == []


def test_logging_is_left_as_it_was() -> None:
    package = logging.getLogger("mcdefense")
    before = (package.level, package.propagate, list(package.handlers))
    with Reporter(quiet=False):
        assert package.handlers != before[2]
    assert (package.level, package.propagate, list(package.handlers)) == before


def test_control_characters_of_a_line_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter(quiet=False):
        LOGGER.info("a\x1b[2Jb\rc")
    assert (
        capsys.readouterr().err.splitlines()[1]
        == "mcdefense: a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}c"
    )


def test_a_pipe_that_nobody_empties_does_not_hold_up_a_line() -> None:
    """More lines than a pipe holds, and a reader that waits for the end of the writer first."""
    code = (
        "import logging\n"
        "from mcdefense.cli.progress import Reporter\n"
        "with Reporter(quiet=False):\n"
        "    for _ in range(5000): logging.getLogger('mcdefense.run').warning('x' * 100)\n"
    )
    reading, writing = os.pipe()
    try:
        done = subprocess.run([sys.executable, "-c", code], stderr=writing, timeout=60, check=False)
    finally:
        os.close(writing)
        os.close(reading)
    assert done.returncode == 0


def test_both_modules_start_the_program() -> None:
    for module in ("mcdefense", "mcdefense.cli"):
        words = [sys.executable, "-m", module, "--version"]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        assert done.stdout == command("--version").stdout.replace("main", "mcdefense")


def test_a_mistake_is_said_without_a_large_library() -> None:
    printed = python(
        "import sys\n"
        "from mcdefense.cli import main\n"
        "try: main(['schemas'])\n"
        "except SystemExit as end: print(end.code)\n"
        "print(sorted({'jax', 'numpy', 'pydantic'} & set(sys.modules)))\n"
    )
    assert printed == "2\n[]\n"
