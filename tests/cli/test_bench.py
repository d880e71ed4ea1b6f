"""`mcdefense bench`: a user's own machine, in some seconds."""

from __future__ import annotations

from tests.support.command_line import command


def test_bench_prints_a_speed_and_what_a_run_takes() -> None:
    done = command("bench", "--seconds", "0.1", "--devices", "1")
    assert done.exit_code == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    assert first.startswith("1 x core (cpu), built-in case: 3,785 opportunities, 2 architectures")
    assert [line.split(":")[0].strip() for line in lines] == [
        "pairings judged",
        "compiling",
        "a default run",
    ]
    assert " million/s a device" in lines[0]
    assert "64 worlds of 4,096 trials" in lines[2]
