"""The CUDA peer plays by the rules: its text, compiled by g++, counts as the C peer does."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest
from cases import SEED, prepare
from peers.c_peer import CPeer
from peers.cuda_peer import CudaPeer
from peers.orders import problem_of

from mcdefense.gpu.compiling import compiled

TRIALS = 512
PRELUDE = """
#include <algorithm>
using std::max;
using std::min;
struct Three { int x; };
static Three blockIdx, threadIdx;
#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __shared__ static
#define __syncthreads()
#define __ballot_sync(who, x) ((x) ? 1u : 0u)
#define __popc __builtin_popcount
#define atomicAdd(to, value) (*(to) += (value))
static inline unsigned __umulhi(unsigned a, unsigned b) {
  return ((unsigned long long)a * b) >> 32;
}
"""
LOOP = """
extern "C" void every(int blocks, const problem* p, const unsigned* numbers, short* memory,
    long long rows, unsigned long long* outcome, unsigned long long* account_sums) {
  for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++)
    peer(p, numbers, memory, rows, outcome, account_sums);
}
"""


@pytest.fixture(scope="module")
def peer() -> CudaPeer:
    (schedule,) = prepare("small", 1).schedules
    return CudaPeer(problem_of(schedule), threads=1)


def test_it_counts_as_the_c_peer_does(peer: CudaPeer, tmp_path: Path) -> None:
    source, library = tmp_path / "peer.cc", tmp_path / "peer.so"
    source.write_text(PRELUDE + peer.text + LOOP, encoding="utf-8")
    command = ["g++", "-O1", "-w", "-fwrapv", "-shared", "-fPIC", "-o", str(library), str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:3000]
    every = ctypes.CDLL(str(library)).every
    tables = np.zeros(peer.packed(0).size + 64, np.uint8)
    begin = -tables.ctypes.data % 64
    tables[begin : begin + peer.packed(0).size] = peer.packed(tables.ctypes.data + begin)
    memory, numbers = np.zeros(peer.rows * TRIALS, np.int16), peer.numbers(SEED)
    outcome, sums = np.zeros_like(peer.outcome), np.zeros_like(peer.account_sums)
    where = [ctypes.c_void_p(tables.ctypes.data + begin)]
    where += [ctypes.c_void_p(x.ctypes.data) for x in (numbers, memory)]
    counts = [ctypes.c_void_p(x.ctypes.data) for x in (outcome, sums)]
    every(TRIALS, *where, ctypes.c_longlong(peer.rows), *counts)
    (theirs,) = CPeer([peer.problem], philox=True).run(TRIALS, SEED)
    np.testing.assert_array_equal(outcome, theirs.outcome)
    np.testing.assert_array_equal(sums[..., :5], theirs.account_sums[..., :5])
    assert outcome.sum() > 0


def test_its_text_is_cuda(peer: CudaPeer) -> None:
    text = CudaPeer(peer.problem).text
    code, used = compiled(text, 64, "sm_90")
    assert code[:4] == b"\x7fELF"
    assert used["peer"].spilled_bytes < 256
