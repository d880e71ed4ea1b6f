"""One engine in a process of its own: prepares a case, then replays it whenever it is told to.

Reads a line `trials seed` at a time and answers each with a line of JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from cases import Prepared

Replay = Callable[[int, int], tuple[list[float], list[float], float]]
"""Trials and seed to the leak probability by architecture, its standard error, and seconds."""


class Ready(NamedTuple):
    """An engine that has compiled."""

    replay: Replay
    step: int  # trials that its blocks divide
    compile_s: float
    close: Callable[[], None]


def processes() -> list[int]:
    """This process and those it started."""
    return [os.getpid(), *(p.pid for p in multiprocessing.active_children() if p.pid)]


def core_seconds() -> float:
    """Time on cores so far, of all threads of these processes."""
    ticks = 0
    for pid in processes():
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_bytes() -> int:
    """Peak memory of these processes.

    Not ru_maxrss: that of a process just started counts what its parent held.
    """
    peak = 0
    for pid in processes():
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        peak += next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    return peak


def mcdefense_ready(prepared: Prepared) -> Ready:
    """The engine itself."""
    import numpy as np

    from mcdefense.run.speed import Trainer

    trainer = Trainer(prepared.schedules, prepared.axes, devices=None, seed=prepared.seed)

    def replay(trials: int, seed: int) -> tuple[list[float], list[float], float]:
        del seed  # every replay has trials of its own
        counts, seconds = trainer.replay(trials)
        total = {
            name: counts[name].sum(0)[..., -1]
            for name in ("leaked", "leakers_squared", "leakers_live", "live_squared")
        }
        lived, samples = counts["live"].sum(), counts["trials"].sum()
        p = total["leaked"] / lived
        scatter = total["leakers_squared"] - 2 * p * total["leakers_live"]
        scatter = np.maximum(scatter + p * p * total["live_squared"], 0.0)
        se = np.sqrt(scatter / max(samples - 1, 1) / samples) / (lived / samples)
        return p.tolist(), se.tolist(), seconds

    step = trainer.batch * len(trainer.workers)
    trials = min(prepared.trials or step, step)
    first, again = replay(trials, 0)[2], replay(trials, 0)[2]
    return Ready(replay, step, max(first - again, 0.0), trainer.close)


def peer_ready(name: str, prepared: Prepared, cores: int) -> Ready:
    """A peer."""
    from peers.orders import problem_of
    from peers.outcome import leak_probability

    problems = [problem_of(schedule) for schedule in prepared.schedules]
    begin = time.perf_counter()
    peer: Any
    if name == "numpy":
        from peers.numpy_peer import NumpyPeer

        peer = NumpyPeer(problems, processes=cores)
    elif name == "numba":
        from peers.numba_peer import NumbaPeer

        peer = NumbaPeer(problems, threads=cores)
    else:
        from peers.c_peer import BLOCK, CPeer

        peer = CPeer(problems, threads=cores, block=min(BLOCK, prepared.trials or BLOCK))
    compiling = time.perf_counter() - begin

    def replay(trials: int, seed: int) -> tuple[list[float], list[float], float]:
        begin = time.perf_counter()
        outcomes = peer.run(trials, seed)
        seconds = time.perf_counter() - begin
        p, se = leak_probability(outcomes, trials)
        return p.tolist(), se.tolist(), seconds

    return Ready(replay, peer.block * cores, compiling, getattr(peer, "close", lambda: None))


def answer(**values: Any) -> None:
    """One line to whoever asked."""
    print(json.dumps(values), flush=True)


def main() -> None:
    """`worker.py ENGINE FILE CORES`."""
    name, file, cores = sys.argv[1], sys.argv[2], int(sys.argv[3])
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    prepared = pickle.loads(Path(file).read_bytes())
    own = name == "mcdefense"
    ready = mcdefense_ready(prepared) if own else peer_ready(name, prepared, cores)
    answer(step=ready.step, compile_s=ready.compile_s)
    for line in sys.stdin:
        trials, seed = map(int, line.split())
        before = core_seconds()
        p, se, seconds = ready.replay(trials, seed)
        answer(
            leak_probability=p,
            leak_probability_se=se,
            seconds=seconds,
            core_seconds=core_seconds() - before,
            peak=peak_bytes(),
        )
    ready.close()


if __name__ == "__main__":
    main()
