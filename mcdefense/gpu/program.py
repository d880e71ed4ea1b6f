"""The texts of a program: four kernels for schedules with these features in this capacity.

`begin` has a grid of (blocks of trials, 1, worlds), `replay` and `count` of (blocks, architectures,
worlds), `compare` again of (blocks, 1, worlds). All take the same operands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

import numpy as np

from mcdefense.contract import Features, Schedule, Sizes
from mcdefense.gpu.counting import compare, count
from mcdefense.gpu.form import Memory
from mcdefense.gpu.places import Places, Sums
from mcdefense.gpu.reading import read
from mcdefense.gpu.records import Fields
from mcdefense.gpu.replay import begin, replay
from mcdefense.gpu.tables import TableLayout
from mcdefense.gpu.varying import mark_varying
from mcdefense.gpu.writer import Writer

EACH = 2
"""Trials of a thread: what is the same for both is then done once. Four take too many registers."""
WARP = 32
MOST_SHARED_BYTES = 48 * 1024
"""Shared memory that every card gives a block without being asked."""
MOST_OBJECTS = 4096
"""Of more, the squares of a warp's leakers would pass 31 bits."""
KERNELS = ("begin", "replay", "count", "compare")
BY_LENGTH = ("replay", "begin", "count", "compare")
"""The same by how long a compiler takes for them."""
BY_ARCHITECTURE = ("replay", "count")
"""Kernels whose grid has the architectures as its second axis."""

SCALARS = {
    "key0": np.dtype(np.uint32),
    "key1": np.dtype(np.uint32),
    "world": np.dtype(np.uint32),
    "trial": np.dtype(np.uint32),
    "valid": np.dtype(np.bool_),
    "architecture": np.dtype(np.int32),
}
BY_TRIAL = ("trial", "valid")

OPERANDS = (
    "const unsigned* __restrict__ key",
    "const int4* __restrict__ worlds",
    "const int* __restrict__ tables",
    "const int4* __restrict__ all_records",
    "short* all_before",
    "short* all_state",
    "short* all_left",
    "char* all_sums",
    "const int turns",
    "const int are_wide",
)
"""Of each piece of a world, `worlds` has its number, the first trial, how many trials count, and
which of the tables are the world's: pieces of one world share them. Counts have 64 bits if
`are_wide`, else 32."""


class Unfit(NotImplementedError):
    """This program cannot be a kernel; the reason is a sentence for the user."""


@dataclass(frozen=True)
class Program:
    """Four kernels, each a text of its own, and where they find what."""

    places: Places
    layout: TableLayout
    fields: Fields
    sums: Sums
    lanes: int
    each: int
    _texts: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def width(self) -> int:
        """Trials of a block."""
        return self.lanes * self.each

    def text(self, kernel: str) -> str:
        """The text of one kernel, traced when it is first asked for."""
        if kernel not in self._texts:
            self._texts[kernel] = self._written(kernel)
        return self._texts[kernel]

    @property
    def digest(self) -> str:
        """SHA-256 of all texts."""
        whole = "".join(map(self.text, KERNELS))
        return hashlib.sha256(whole.encode()).hexdigest()

    def _written(self, kernel: str) -> str:
        common: dict[str, Any] = {"places": self.places, "layout": self.layout}
        functions: dict[str, Callable[..., None]] = {
            "begin": partial(begin, **common),
            "replay": partial(replay, **common, fields=self.fields),
            "count": partial(count, **common, sums=self.sums),
            "compare": partial(compare, **common, sums=self.sums),
        }
        sizes = {
            Memory.TABLE: self.layout.numbers,
            Memory.BEFORE: self.places.before.end,
            Memory.STATE: self.places.state_rows,
            Memory.LEFT: self.places.left.end,
            Memory.MARKS: self.places.marks,
            Memory.SUMS: self.sums.numbers,
        }
        words = self.fields.words
        return kernel_text(kernel, functions[kernel], sizes, each=self.each, words=words)


def program_of(
    schedule: Schedule,
    features: Features,
    capacity: Sizes,
    *,
    bins: int,
    lanes: int = 2 * WARP,
    each: int = EACH,
) -> Program:
    """The program for schedules like this one, with these features, in this capacity."""
    places = Places(features, capacity)
    warps = -(-lanes // WARP)
    if places.marks > MOST_SHARED_BYTES:
        raise Unfit(
            f"a raid of {capacity.pairs:,} pairs of cell and object needs too many marks a warp"
        )
    if warps * places.marks > MOST_SHARED_BYTES:
        lanes = WARP
    if capacity.objects > MOST_OBJECTS:
        raise Unfit(
            f"a raid of {capacity.objects:,} objects passes the {MOST_OBJECTS:,} of a kernel"
        )
    layout, fields = TableLayout.of(schedule, features, capacity), Fields.of(features, capacity)
    return Program(places, layout, fields, Sums.of(features, capacity, bins), lanes, each)


def widest(capacities: Sequence[Sizes]) -> Sizes:
    """The greatest of every size."""
    return Sizes(
        *(max(getattr(capacity, f.name) for capacity in capacities) for f in fields(Sizes))
    )


def kernel_text(
    name: str,
    function: Callable[..., None],
    sizes: dict[Memory, int],
    *,
    each: int,
    words: int,
) -> str:
    """The text of a kernel that does what the function does, for `each` trials a thread.

    `sizes` are the numbers of each memory, `words` those of a turn's record.
    """
    block, given = read(function, sizes, SCALARS)
    mark_varying(block, [given[name] for name in BY_TRIAL])
    writer = Writer(each)
    for scalar, value in given.items():
        writer.name(value, scalar)
    writer.write(block)
    has_marks = any(step.memory is Memory.MARKS for step in block.every_step())
    head = f"#define EACH {each}\n#define WORDS4 {words // 4}\n{HEAD}"
    return head + _kernel(name, writer.lines, sizes, each, has_marks=has_marks)


def _kernel(
    name: str, statements: list[str], sizes: dict[Memory, int], each: int, *, has_marks: bool
) -> str:
    """A kernel: where the thread's memories begin, then its statements."""
    lines = [
        f'extern "C" __global__ void __launch_bounds__(LANES) {name}(\n  '
        + ",\n  ".join(OPERANDS)
        + ")\n{",
        "  const int architecture = blockIdx.y, t = threadIdx.x, x = blockIdx.x, z = blockIdx.z;",
        "  const int4 own = worlds[z];",
        "  const unsigned wanted = own.z, in_warp = (unsigned)x * WIDTH + t / 32 * 32 * EACH;",
        "  if (in_warp >= wanted) return;",
        "  const long long block = (long long)z * gridDim.x + x;",
        "  const long long list = (long long)z * gridDim.y + architecture;",
        f"  const int* table = tables + (long long)own.w * {sizes[Memory.TABLE]};",
        "  const int4* records = all_records",
        "    + ((long long)own.w * gridDim.y + architecture) * turns * WORDS4;",
        f"  short* before = all_before + block * ({sizes[Memory.BEFORE]}LL * WIDTH) + t * EACH;",
        f"  short* state = all_state + (list * gridDim.x + x) * ({sizes[Memory.STATE]}LL * WIDTH)"
        " + t * EACH;",
        f"  short* left = all_left + block * ({sizes[Memory.LEFT]}LL * WIDTH) + t * EACH;",
        f"  char* sums = all_sums + (long long)z * {sizes[Memory.SUMS]} * (are_wide ? 8 : 4);",
        "  const unsigned key0 = key[0], key1 = key[1], world = own.x;",
    ]
    for k in range(each):
        lines.append(f"  const unsigned number_{k} = (unsigned)x * WIDTH + t * EACH + {k};")
        lines.append(f"  const unsigned trial_{k} = (unsigned)own.y + number_{k};")
        lines.append(f"  const bool valid_{k} = number_{k} < wanted;")
    if has_marks:
        marks = sizes[Memory.MARKS]
        lines += [
            f"  __shared__ signed char all_marks[(LANES + 31) / 32][{marks}];",
            "  signed char* marks = all_marks[t / 32];",
            f"  for (int i = t % 32; i < {marks}; i += LANES < 32 ? LANES : 32) marks[i] = 0;",
            "  SYNC;",
        ]
    return "\n".join([*lines, *statements, "}"]) + "\n\n"


HEAD = """
#define WIDTH (LANES * EACH)
#if EACH == 1
typedef short Rows;
#define PART(rows, part) rows
#define MAKE_ROWS(a) a
#elif EACH == 2
typedef short2 Rows;
#define PART(rows, part) rows.part
#define MAKE_ROWS(a, b) make_short2(a, b)
#else
typedef short4 Rows;
#define PART(rows, part) rows.part
#define MAKE_ROWS(a, b, c, d) make_short4(a, b, c, d)
#endif
#define TABLE(i) __ldg(table + (i))
#define BEFORE(i) (*(Rows*)(before + (i) * WIDTH))
#define STATE(i) (*(Rows*)(state + (i) * WIDTH))
#define LEFT(i) (*(Rows*)(left + (i) * WIDTH))
#define MARKS(i) marks[i]
#define RECORD(n, k) __ldg(records + (n) * WORDS4 + (k))
#define MULHI(a, b) __umulhi(a, b)
#ifndef ON_HOST
#define SYNC __syncwarp()
// One lane writes, between two fences: all others may read before and after.
#define MARK(i, v) { SYNC; if (t % 32 == 0) marks[i] = (v); SYNC; }
#define ANY(x) __any_sync(0xffffffffu, x)

static __device__ __forceinline__ int sum_of_warp(int value) {
#if __CUDA_ARCH__ >= 800
  return __reduce_add_sync(0xffffffffu, value);
#else
  for (int by = 16; by; by /= 2) value += __shfl_xor_sync(0xffffffffu, value, by);
  return value;
#endif
}

static __device__ __forceinline__ void add(char* sums, int are_wide, int place, int value) {
  const unsigned total = sum_of_warp(value);
  if (threadIdx.x % 32 || !total) return;
  if (are_wide) atomicAdd((unsigned long long*)sums + place, (unsigned long long)total);
  else atomicAdd((unsigned*)sums + place, total);
}

// Each lane to a sum of its own: lanes with the same one are added up first.
static __device__ __forceinline__ void add_by(char* sums, int are_wide, int place, int value) {
  unsigned left = __ballot_sync(0xffffffffu, value != 0);
  while (left) {
    const int chosen = __shfl_sync(0xffffffffu, place, __ffs(left) - 1);
    const bool same = value != 0 && place == chosen;
    left &= ~__ballot_sync(0xffffffffu, same);
    add(sums, are_wide, chosen, same ? value : 0);
  }
}
#define ADD(i, v) add(sums, are_wide, i, v)
#define ADD_BY(i, v) add_by(sums, are_wide, i, v)
#endif

"""
