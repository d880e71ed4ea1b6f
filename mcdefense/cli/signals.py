"""Signals that ask a run to stop are noted and obeyed between blocks."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any

_ASKING = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGINT)
"""Preemption and `scancel`; a terminal that is closed; what batch systems send before a time
limit; Ctrl-C."""
_AT_ONCE = b"mcdefense: interrupted twice: ended at once\n"


class StopSignals:
    """While entered, notes the first such signal; a second Ctrl-C ends the process at once."""

    def __init__(self) -> None:
        self.received: signal.Signals | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __call__(self) -> bool:
        """Whether the run should stop."""
        return self.received is not None

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            for number in _ASKING:
                before = signal.getsignal(number)
                # Ctrl-C is ignored for a job in the background, and SIGHUP under nohup.
                if before is not signal.SIG_IGN:
                    self._before[number] = before
                    signal.signal(number, self._note)
        return self

    def _note(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT and self.received == signal.SIGINT:
            # Not an exception: it would wait for the worker threads, perhaps compiling.
            os.write(2, _AT_ONCE)
            os._exit(128 + signal.SIGINT)
        if self.received is None or number == signal.SIGINT:
            self.received = signal.Signals(number)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Leave signals to whoever had them before."""
        for number, before in self._before.items():
            signal.signal(number, before)
