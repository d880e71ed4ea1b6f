"""What a command may do with bad input: succeed, or say why not in whole, plain lines."""

from __future__ import annotations

import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from mcdefense.cli import main

DEADLINE_S = 20
"""Of a core's time, which other work does not lengthen; six times that by the clock."""
MOST_BYTES = 2**30
"""Most that the process may grow by, over all cases; a good input takes a tenth."""
_CODES = (0, 1, 2)
_SAID = ("mcdefense: ", "Usage: ", "Try ", "Error: ")


class Slow(BaseException):
    """A case that outlasts its deadline; nothing but the harness catches it."""


_opened: list[str] | None = None


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _opened is not None and isinstance(arguments[0], str):
        _opened.append(arguments[0])
    elif event in ("subprocess.Popen", "os.system", "os.exec") and _opened is not None:
        _opened.append(event)


sys.addaudithook(_listen)


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Ends what takes too long; AssertionError for files opened outside the folder, or memory."""
    global _opened

    def late(*_: object) -> None:
        raise Slow(f"took over {DEADLINE_S} s of a core, or {6 * DEADLINE_S} s by the clock")

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    earlier = {number: signal.signal(number, late) for number in (signal.SIGALRM, signal.SIGPROF)}
    signal.alarm(6 * DEADLINE_S)
    signal.setitimer(signal.ITIMER_PROF, DEADLINE_S)
    opened: list[str] = []
    _opened = opened
    try:
        yield
    finally:
        _opened = None
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for number, handler in earlier.items():
            signal.signal(number, handler)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MOST_BYTES, f"took {grown / 2**20:.0f} MiB"
    assert not (others := [name for name in opened if not _allowed(name, folder)]), others


_PROGRAM = tuple(
    str(Path(place).resolve())
    for place in (
        *(sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), Path(__file__).parents[3]),
        *("/proc", "/sys", "/dev/null", "/usr", "/dev/urandom"),
    )
)


def _allowed(name: str, folder: Path) -> bool:
    path = os.path.realpath(name)
    return path.startswith((str(folder.resolve()), *_PROGRAM))


def command(folder: Path, *words: str) -> int:
    """Runs a command; its exit code, once what it did and said is as it should be."""
    with watched(folder):
        done = CliRunner().invoke(main, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in _CODES, done.exit_code
    odd = [c for c in done.output if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert not odd, f"control characters on the screen: {odd[:5]}"
    if done.exit_code:
        said = done.stderr.splitlines()
        assert said, "failed in silence"
        assert all(line.startswith(_SAID) or not line for line in said), said[:5]
        assert max(map(len, said)) < 4000, "a line nobody reads"
    return done.exit_code
