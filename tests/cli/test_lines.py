"""The package's log, as the command line shows it: every line, harmless, and never waited for."""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
import time
from array import array
from fcntl import F_SETPIPE_SZ, fcntl, ioctl
from pathlib import Path
from termios import FIONREAD

import pytest

from mcdefense.cli.log import say
from mcdefense.cli.progress import Reporter
from tests.support.command_line import command, program, python
from tests.support.small_scenarios import TABLE

PAGE = os.sysconf("SC_PAGESIZE")
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


def test_a_quiet_one_gets_what_did_not_work_alone_and_nobody_else_does(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with Reporter(quiet=True):
        LOGGER.debug("for a log")
        LOGGER.info("for the user")
        LOGGER.warning("did not work")
    assert capsys.readouterr() == ("", "mcdefense: did not work\n")
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


def waiting(pipe: int) -> int:
    """Bytes in a pipe that nobody has read yet."""
    number = array("i", [0])
    ioctl(pipe, FIONREAD, number)
    return number[0]


@pytest.mark.parametrize("without_waiting", [False, True])
def test_of_many_faults_a_slow_reader_gets_every_one(tmp_path: Path, without_waiting: bool) -> None:
    """More than a pipe of two pages holds, to a reader that begins once there is some in both."""
    keys = [f"unknown_{number:02}_{'x' * 40}" for number in range(100)]
    scenario = tmp_path / "many.toml"
    scenario.write_text("".join(f"{key} = 1\n" for key in keys) + TABLE, encoding="utf-8")
    reading, writing = os.pipe()
    fcntl(writing, F_SETPIPE_SZ, 2 * PAGE)
    os.set_blocking(writing, not without_waiting)
    process = subprocess.Popen(program("check", scenario), stderr=writing)
    os.close(writing)
    while process.poll() is None and waiting(reading) <= PAGE:
        time.sleep(0.05)
    with open(reading, encoding="utf-8") as pipe:
        lines = pipe.read().splitlines()
    assert process.wait(60) == 2
    assert [line.split(": ")[2] for line in lines] == keys


def test_a_line_longer_than_a_pipe_takes_at_once_is_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading, writing = os.pipe()
    with open(writing, "w", encoding="utf-8") as stream, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        say("a" * 5000)
        say("b" * 5000, wait=True)
        say("c")
    with open(reading, encoding="utf-8") as pipe:
        cut, whole, after = pipe.read().splitlines()
    assert cut == ("mcdefense: " + "a" * 5000)[: select.PIPE_BUF - 1]
    assert (whole, after) == ("mcdefense: " + "b" * 5000, "mcdefense: c")


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
