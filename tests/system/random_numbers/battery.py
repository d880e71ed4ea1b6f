"""The engine's own words as an endless stream of bytes, and a battery of tests of randomness.

    python -m tests.system.random_numbers.battery words STREAM |
        python -m tests.system.random_numbers.battery judge | tee STREAM.txt
    python -m tests.system.random_numbers.battery count STREAM.txt

Streams are `lists`, `trials` and `keys`; their words come from `Luck.four`, little-endian, in
orders in which the engine uses counters. The judge is dieharder 3.31.1 (Debian's package).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from mcdefense.contract.purposes import Purpose
from mcdefense.engine.draws import Luck

BLOCKS = 4096
"""Blocks of four entities that a trial of the stream `lists` meets."""
TRIALS = 256
"""Trials in one piece of the stream `lists`."""
ENTITIES, ROW = 1024, 4096
"""Entities and trials of one piece of the stream `trials`."""
SEEDS, WORLDS, SUBS, FEW_TRIALS = 64, 64, 4, 4
"""One piece of the stream `keys`; of every purpose entities 0 to 3."""

COLUMNS = 6
"""Columns of a line of dieharder's table."""


def _tests() -> Iterator[tuple[str, ...]]:
    """Options of the tests of `dieharder -a`, without `diehard_sums`, which its author calls unfit
    for use, and without what would take most of the time: bit patterns past 8 (`sts_serial` has
    them up to 16), most of the 33 lags and nine tenths of their samples."""
    for number in (*range(14), 15, 16, 17, 100, 101, 102, 204, 205, 206, 207, 208, 209):
        yield ("-d", str(number))
    for number, sizes in ((200, range(1, 9)), (201, range(2, 6)), (202, range(2, 6))):
        yield from (("-d", str(number), "-n", str(size)) for size in sizes)
    for lag in (*range(9), 16, 32):
        yield ("-d", "203", "-n", str(lag), "-t", "100000")


@jax.jit
def lists(first_trial: Array) -> Array:
    """One trial after another: entities 0, 1, ... of a list; seed 1, world 0."""
    trial = first_trial + jnp.arange(TRIALS, dtype=jnp.uint32)[:, None]
    luck = Luck((jnp.uint32(1), jnp.uint32(0)), jnp.uint32(0), trial)
    block = jnp.arange(BLOCKS, dtype=jnp.uint32)
    return jnp.stack(luck.four(Purpose.KILL, 0, block), axis=-1).reshape(-1)


@jax.jit
def trials(first_trial: Array) -> Array:
    """One entity after another, each in 4,096 trials, as the engine judges a block of trials."""
    trial = first_trial + jnp.arange(ROW, dtype=jnp.uint32)[None, :]
    luck = Luck((jnp.uint32(1), jnp.uint32(0)), jnp.uint32(0), trial)
    block = jnp.arange(ENTITIES // 4, dtype=jnp.uint32)[:, None]
    return jnp.stack(luck.four(Purpose.KILL, 0, block), axis=1).reshape(-1)


@jax.jit
def keys(first_seed: Array) -> Array:
    """Consecutive seeds; in each, worlds, purposes, subs and trials from 0 on: small counters."""
    shape = (SEEDS, WORLDS, len(Purpose), SUBS, FEW_TRIALS)
    seed, world, purpose, sub, trial = jnp.meshgrid(
        *(jnp.arange(size, dtype=jnp.uint32) for size in shape), indexing="ij", sparse=True
    )
    luck = Luck((first_seed + seed, jnp.uint32(0)), world, trial)
    return jnp.stack(luck.four(purpose, sub, jnp.uint32(0)), axis=-1).reshape(-1)


class Stream(NamedTuple):
    """A stream in pieces; each begins `step` further."""

    piece: Callable[[Array], Array]
    step: int


STREAMS = {
    "lists": Stream(lists, TRIALS),
    "trials": Stream(trials, ROW),
    "keys": Stream(keys, SEEDS),
}


def pieces(name: str) -> Iterator[NDArray[np.uint32]]:
    """The words of a stream, some millions at a time, until its counter has run through."""
    piece, step = STREAMS[name]
    for first in range(0, 2**32, step):
        yield np.asarray(piece(jnp.uint32(first)))


def p_values(text: str) -> dict[str, float]:
    """The p-value of every test in dieharder's table, by name, parameter and line."""
    found = {}
    for number, line in enumerate(text.splitlines()):
        columns = [column.strip() for column in line.split("|")]
        if len(columns) == COLUMNS and columns[1].isdigit():
            found[f"{columns[0]} {columns[1]} (line {number})"] = float(columns[4])
    return found


def judge() -> None:
    """Run the battery on the words at standard input, one test after another."""
    for options in _tests():
        command = ("dieharder", "-g", "200", *options)
        done = subprocess.run(command, stdin=sys.stdin, stdout=subprocess.PIPE, check=True)
        rows = [line for line in done.stdout.decode().splitlines() if p_values(line)]
        print("\n".join(rows), flush=True)


def main(command: str, *names: str) -> None:
    """Write a stream to standard output, judge one, or count the p-values in files."""
    if command == "words":
        for words in pieces(*names):
            sys.stdout.buffer.write(words.astype("<u4").tobytes())
    elif command == "judge":
        judge()
    else:
        for name in names:
            found = p_values(Path(name).read_text(encoding="utf-8"))
            outside = {test: p for test, p in found.items() if not 0.001 <= p <= 0.999}
            print(f"{name}: {len(found)} p-values, {len(outside)} outside [0.001, 0.999] {outside}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BrokenPipeError:  # the battery has read enough
        sys.stderr.close()
