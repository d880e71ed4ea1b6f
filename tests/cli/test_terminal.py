"""A run as it is watched: a bar on a terminal, lines in a log, and Ctrl-C in the middle."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from mcdefense.cli.progress import Reporter, StepsShown
from mcdefense.run import Progress
from mcdefense.store import read, write
from tests.support.command_line import in_a_process, names, passed_on, program
from tests.support.raid_result import raid_result
from tests.support.small_scenarios import TABLE
from tests.support.terminal import read_to_the_end

SECONDS_TO_START = 120.0


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "table.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_terminal_shows_a_bar(scenario: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        program("run", scenario, "-o", tmp_path / "result.h5"),
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    text = read_to_the_end(ours)
    screen, _ = started.communicate()
    assert started.returncode == 0
    assert "\r" in text
    assert re.search(r"NOTIONAL  trials\s+\[#+\]\s+100%.* million pairings/s", text)
    assert screen.startswith("NOTIONAL  Four threats")
    assert "\x1b" not in screen


def test_a_log_gets_plain_lines(scenario: Path, tmp_path: Path) -> None:
    done = in_a_process("run", scenario, "-o", tmp_path / "result.h5")
    lines = done.stderr.splitlines()
    assert done.returncode == 0
    wanted = (
        r"building worlds and compiling",
        r"mcdefense [\d.]+, jax [\d.]+, jaxlib .*, model \d+, Python 3[\d.]+",
        r"\d+ x core \(cpu\), \d+ threads, [\d.]+ of [\d.]+ GiB memory free, process \d+ on .+",
        r"scenario [0-9a-f]{16}, seed 1, 2 worlds of 200 trials",
        r"400 of 400 trials, \d+ s, .* million pairings/s",
        r".*result.h5: written; schedule [\d.]+ s, wait .*, total [\d.]+ s; exit 0, finished",
    )
    assert len(lines) == len(wanted)
    for line, pattern in zip(lines, wanted, strict=True):
        assert re.fullmatch(f"mcdefense: {pattern}", line)
    assert not set("\r\x1b[#") & set(done.stderr)


@pytest.mark.parametrize("end", [20, 25])
def test_a_log_gets_a_line_every_so_often_and_one_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], end: int
) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with Reporter(quiet=False) as reporter:
        for second in range(end + 1):
            clock[0] = float(second)
            reporter.show(Progress(second, 100, second * 4_000_000, float(second)))
    lines = capsys.readouterr().err.splitlines()[1:]
    assert [line.split()[1] for line in lines] == ["10", "20", "25"][: 2 + (end == 25)]
    assert lines[0] == "mcdefense: 10 of 100 trials, 10 s, 4 million pairings/s"


def test_other_work_has_a_line_every_so_often_and_none_if_it_is_short(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with StepsShown("what drives the result") as steps:
        for second in range(26):
            clock[0] = float(second)
            steps.show(100 * second, 2500)
    assert capsys.readouterr().err.splitlines() == [
        "mcdefense: what drives the result: 1,000 of 2,500 steps",
        "mcdefense: what drives the result: 2,000 of 2,500 steps",
    ]


def test_a_terminal_shows_a_bar_of_other_work(tmp_path: Path) -> None:
    path = tmp_path / "toy.h5"
    write(raid_result(), path)
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        program("drivers", path),
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    text = read_to_the_end(ours)
    screen, _ = started.communicate()
    assert started.returncode == 0
    assert re.search(r"NOTIONAL  what drives the result\s+\[#+\]\s+100%", text)
    assert screen.startswith("NOTIONAL")


def test_quiet_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter(quiet=True) as reporter:
        reporter.show(Progress(1, 2, 3, 4.0))
    assert capsys.readouterr() == ("", "")


def started(
    scenario: Path, folder: Path, trials: int, *, ignored: tuple[signal.Signals, ...] = ()
) -> subprocess.Popen[bytes]:
    """A run of so many trials a world, with its log in a file, that ignores these signals."""
    options = ("--trials-per-world", str(trials), "--batch", "200")
    with ExitStack() as stack:
        for number in (signal.SIGINT, signal.SIGHUP):
            stack.enter_context(passed_on(number, ignored=number in ignored))
        stream = stack.enter_context((folder / "log").open("wb"))
        return subprocess.Popen(
            program("run", scenario, "-o", folder / "result.h5", *options),
            stdout=stream,
            stderr=stream,
        )


def signalled(
    process: subprocess.Popen[bytes], folder: Path, wanted: str, *signals: signal.Signals
) -> tuple[int, str]:
    """Exit code and log of a run that gets these once `wanted` is in its log."""
    log = folder / "log"
    try:
        limit = time.monotonic() + SECONDS_TO_START
        while wanted not in log.read_text(encoding="utf-8"):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < limit
            time.sleep(0.05)
        for each in signals:
            process.send_signal(each)  # which does nothing to a process that is known to have ended
            time.sleep(0.02)
            process.poll()
        code = process.wait(SECONDS_TO_START)
    finally:
        process.kill()
    text = log.read_text(encoding="utf-8")
    assert "Traceback" not in text
    return code, text


def interrupted(
    scenario: Path, folder: Path, wanted: str, *signals: signal.Signals
) -> tuple[int, str]:
    """The same of an endless run that hears every signal."""
    return signalled(started(scenario, folder, 2**32 - 1), folder, wanted, *signals)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"])
def test_a_run_told_to_stop_saves_what_it_has_in_the_middle_of_a_world(
    scenario: Path, tmp_path: Path, name: str
) -> None:
    code, text = interrupted(scenario, tmp_path, " trials, ", signal.Signals[name])
    saved = tmp_path / "result.h5.part"
    assert code == 75
    assert text.splitlines()[-1] == (
        f"mcdefense: {saved}: interrupted and saved, 0 of 2 worlds done; go on with --resume"
    )
    assert names(tmp_path) == ["log", "result.h5.part", "table.toml"]
    assert read(saved).tally.trials >= 200


def test_a_run_told_to_stop_before_its_first_block_leaves_nothing_or_that_block(
    scenario: Path, tmp_path: Path
) -> None:
    code, text = interrupted(scenario, tmp_path, "building", signal.SIGTERM)
    assert code == 75
    assert "interrupted" in text.splitlines()[-1]
    assert set(names(tmp_path)) - {"result.h5.part"} == {"log", "table.toml"}


def test_a_second_interrupt_ends_it_at_once(scenario: Path, tmp_path: Path) -> None:
    # Two that come before the process has had a turn count as one: a busy machine needs more.
    code, text = interrupted(scenario, tmp_path, "building", *[signal.SIGINT] * 50)
    assert code == 130
    assert text.splitlines()[-1] == "mcdefense: interrupted twice: ended at once"


def test_a_run_whose_terminal_is_closed_saves_what_it_has(scenario: Path, tmp_path: Path) -> None:
    """Whatever it shows after that is written to a terminal that is no more."""
    ours, theirs = pty.openpty()
    endless = ("--trials-per-world", str(2**32 - 1), "--batch", "200")
    with passed_on(signal.SIGHUP, ignored=False):
        process = subprocess.Popen(
            program("run", scenario, "-o", tmp_path / "result.h5", *endless),
            stdout=subprocess.DEVNULL,
            stderr=theirs,
        )
    os.close(theirs)
    shown = b""
    while b"pairings/s" not in shown:
        shown += os.read(ours, 4096)
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    try:
        assert process.wait(SECONDS_TO_START) == 75
    finally:
        process.kill()
    assert names(tmp_path) == ["result.h5.part", "table.toml"]
    assert read(tmp_path / "result.h5.part").tally.trials >= 200


def test_a_terminal_that_is_stopped_does_not_hold_up_a_bar() -> None:
    code = (
        "from mcdefense.cli.progress import Reporter, StepsShown\n"
        "from mcdefense.run import Progress\n"
        "with Reporter(quiet=False) as run: run.show(Progress(1, 2, 3, 4.0))\n"
        "with StepsShown('work') as steps: steps.show(1, 2)\n"
    )
    ours, theirs = pty.openpty()
    termios.tcflow(theirs, termios.TCOOFF)  # as Ctrl-S does
    try:
        subprocess.run([sys.executable, "-c", code], stderr=theirs, timeout=60, check=True)
    finally:
        os.close(theirs)
        os.close(ours)


def test_what_its_parent_has_it_ignore_stays_ignored(scenario: Path, tmp_path: Path) -> None:
    """As a shell does with Ctrl-C for a job in the background, and nohup with SIGHUP."""
    both = (signal.SIGINT, signal.SIGHUP)
    process = started(scenario, tmp_path, 20_000, ignored=both)
    code, text = signalled(process, tmp_path, "building", *both, *both)
    assert code == 0, text
    assert read(tmp_path / "result.h5").tally.trials == 40_000
