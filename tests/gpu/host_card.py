"""A card that is this machine's processor: the very text of a program, compiled by g++.

Each block of a grid is run as so many blocks of one thread, so that the rows of a trial lie
otherwise than on a GPU, and a vote is one of a thread's own trials; the rest is the same text. A
vote only decides what is left out, so that any grouping of trials must give equal bits.
"""

from __future__ import annotations

import ctypes
import hashlib
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.gpu.card import Grid, MemoryShort

PRELUDE = """
#define ON_HOST
#define LANES 1
struct Three { int x, y, z; };
static thread_local Three blockIdx, gridDim;
static const Three threadIdx = {0, 0, 0};
#define __global__
#define __launch_bounds__(...)
#define __restrict__
#define __shared__ static thread_local
#define __ldg(place) (*(place))
static inline unsigned __umulhi(unsigned a, unsigned b) {
  return ((unsigned long long)a * b) >> 32;
}
struct int4 { int x, y, z, w; };
struct short2 { short x, y; };
struct short4 { short x, y, z, w; };
static inline short2 make_short2(short x, short y) { return {x, y}; }
static inline short4 make_short4(short x, short y, short z, short w) { return {x, y, z, w}; }
#define SYNC
#define MARK(i, v) marks[i] = (v);
#define ANY(x) (x)
static inline void add(char* sums, int are_wide, int place, int value) {
  if (are_wide) ((long long*)sums)[place] += value;
  else ((unsigned*)sums)[place] += value;
}
#define ADD(i, v) add(sums, are_wide, i, v)
#define ADD_BY(i, v) add(sums, are_wide, i, v)
"""
LOOP = """
extern "C" void all_{name}(int blocks, int architectures, int worlds, const unsigned* key,
    const int4* numbers, const int* tables, const int4* records, short* before, short* state,
    short* left, char* sums, int turns, int are_wide) {{
  gridDim = {{blocks, architectures, worlds}};
  for (int z = 0; z < worlds; z++) for (int y = 0; y < architectures; y++)
    for (int x = 0; x < blocks; x++) {{
      blockIdx = {{x, y, z}};
      {name}(key, numbers, tables, records, before, state, left, sums, turns, are_wide);
    }}
}}
"""
STREAM = "stream"
COMPILE = ("g++", "-O1", "-w", "-fwrapv", "-shared", "-fPIC")


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="mcdefense-kernels-"))


def built(text: str, name: str) -> ctypes.CDLL:
    """The text as a library of this machine."""
    whole = PRELUDE + text + LOOP.format(name=name)
    stem = _folder() / hashlib.sha256(whole.encode()).hexdigest()
    library = stem.with_suffix(".so")
    if not library.exists():
        stem.with_suffix(".cc").write_text(whole, encoding="utf-8")
        command = [*COMPILE, "-o", str(library), str(stem.with_suffix(".cc"))]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[:4000]
    return ctypes.CDLL(str(library))


class HostCard:
    """Does what card.Card does; keeps a list of what it was asked for."""

    name, architecture = "this processor", "host"

    def __init__(self, memory: int = 2**34) -> None:
        self.total, self.used = memory, 0
        self.asked: list[tuple[Any, ...]] = []

    def use(self) -> None:
        """Nothing."""

    def free_bytes(self) -> int:
        """What is left of `memory`."""
        return self.total - self.used

    def new_stream(self) -> str:
        """Work is done at once."""
        return STREAM

    def load(self, text: str, lanes: int, name: str) -> tuple[str, Any]:
        """The function that runs all blocks of a grid."""
        self.asked.append(("load", name, lanes))
        return name, getattr(built(text, name), f"all_{name}")

    def memory(self, size: int, stream: str) -> NDArray[np.uint8]:
        """An array of other numbers than zeros; raises MemoryShort past `memory`."""
        assert stream == STREAM
        self.asked.append(("memory", size))
        if self.used + size > self.total:
            raise MemoryShort(f"{size} bytes")
        self.used += size
        return np.full(size, 0xA5, np.uint8)

    def pinned(self, size: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """An array, twice."""
        array = np.full(size, 0xA5, np.uint8)
        self.used += size
        return array, array

    def free(self, buffer: NDArray[np.uint8], stream: str) -> None:
        """Counted as free again."""
        assert stream == STREAM
        self.asked.append(("free", buffer.size))
        self.used -= buffer.size

    def copy(self, to: NDArray[np.uint8], begin: NDArray[np.uint8], size: int, stream: str) -> None:
        """At once."""
        assert stream == STREAM
        self.asked.append(("copy", size))
        to[:size] = begin[:size]

    def clear(self, buffer: NDArray[np.uint8], size: int, stream: str) -> None:
        """At once."""
        assert stream == STREAM
        self.asked.append(("clear", size))
        buffer[:size] = 0

    def address(self, buffer: NDArray[np.uint8], offset: int) -> ctypes.c_void_p:
        """Within the array."""
        return ctypes.c_void_p(buffer.ctypes.data + offset)

    def launch(
        self, kernel: tuple[str, Any], grid: Grid, lanes: int, operands: list[Any], stream: str
    ) -> None:
        """Run all blocks of the grid, as blocks of one thread."""
        assert stream == STREAM
        name, function = kernel
        self.asked.append(("launch", name, grid, lanes))
        *addresses, turns, are_wide = operands
        function(grid[0] * lanes, *grid[1:], *addresses, int(turns), int(are_wide))

    def wait(self, stream: str) -> None:
        """All is done."""
        assert stream == STREAM
        self.asked.append(("wait",))

    def mark(self, stream: str) -> float:
        """Now."""
        assert stream == STREAM
        return time.perf_counter()

    def seconds(self, begin: float, end: float) -> float:
        """Of the clock."""
        return end - begin
