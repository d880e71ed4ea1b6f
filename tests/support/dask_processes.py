"""A Dask cluster on loopback, of which any process may be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path


class Processes:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path, started: ExitStack) -> None:
        file = folder / "scheduler.json"
        self._folder, self._started = folder, started
        options = ("--host=127.0.0.1", "--port=0", f"--scheduler-file={file}")
        self.scheduler = self._start("scheduler", *options)
        end = time.monotonic() + 60
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.1)
        self.address = str(json.loads(file.read_text())["address"])
        self.workers = [
            self._start(
                "worker", self.address, "--nthreads=1", "--no-nanny", f"--local-directory={folder}"
            )
            for _ in range(2)
        ]

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        log = self._started.enter_context((self._folder / f"{kind}.log").open("ab"))
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", *options],
            stdout=log,
            stderr=log,
            cwd=self._folder,
        )
        self._started.callback(process.wait)
        self._started.callback(process.kill)
        return process
