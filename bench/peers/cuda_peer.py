"""The CUDA peer: `cuda_peer.cu` for one schedule of the simple case, launched by a card of ours.

The simple case has no networks, sharing or engagement coins. Counted are outcomes by object, and
sums by account but for kills: less than what our kernels count.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from peers.c_peer import SIZES, TABLES, defines_of, record_types, sizes_of, tables_of
from peers.orders import Problem
from peers.outcome import CODES, COLUMNS

SOURCE = Path(__file__).parent
THREADS = 64
"""Threads of a block, a trial each."""
_ALIGNMENT = 256


class CudaPeer:
    """One world of a problem."""

    def __init__(self, problem: Problem, *, threads: int = THREADS) -> None:
        features = problem.schedule.features
        if features.sharing or features.coins or any(f != -1 for f in features.fallback):
            raise ValueError("cuda_peer is for schedules without networks, sharing and coins")
        self.problem, self.threads = problem, threads
        self.sizes, self.tables = sizes_of(problem), tables_of(problem)
        s, a = self.sizes, features.architectures
        self.rows = 2 * a * s["objects"] + 2 * s["pairs"] + a * s["magazines"] + 1
        self.rows += a * s["batteries"] * problem.channels + s["gates"] + s["flags"]
        self.rows += s["most_places"]
        self.outcome = np.zeros((a, s["objects"], CODES), np.int64)
        self.account_sums = np.zeros((a, s["accounts"], 1, COLUMNS), np.int64)

    @property
    def text(self) -> str:
        """The text as a whole."""
        defines = defines_of(self.problem, self.threads, philox=True)
        defines.append(f"-DACCOUNT_SUMS={self.account_sums.size}")
        head = "".join(f"#define {d[2:].replace('=', ' ', 1)}\n" for d in defines)
        head += record_types().replace("int32_t", "int")
        fields = "".join(f"    int {name};\n" for name in SIZES)
        fields += "".join(f"    const {self._kind(name)}* {name};\n" for name in TABLES)
        problem = f"struct problem {{\n{fields}}};\n"
        whole = (SOURCE / "cuda_peer.cu").read_text(encoding="utf-8")
        whole = whole.replace("// PROBLEM\n", problem).replace("// JUDGE\n", _judge())
        return head + whole

    def _kind(self, name: str) -> str:
        records = {
            "orders": "order",
            "sharing": "sharing_step",
            "group_table": "group",
            "places": "place",
            "gate_table": "gate",
            "contributions": "contribution",
            "tosses_table": "toss",
            "gate_values": "short",
        }
        return records.get(name, "int")

    def packed(self, address: int) -> np.ndarray:
        """The problem and its tables as they lie from this address on."""
        place = -(-(4 * len(SIZES) + 4 + 8 * len(TABLES)) // _ALIGNMENT) * _ALIGNMENT
        begin, parts, pointers = place, [], []
        for name in TABLES:
            array = np.ascontiguousarray(self.tables[name]).view(np.uint8).reshape(-1)
            pointers.append(address + place)
            parts.append((place, array))
            place += -(-max(array.size, 1) // _ALIGNMENT) * _ALIGNMENT
        whole = np.zeros(place, np.uint8)
        for at, array in parts:
            whole[at : at + array.size] = array
        sizes = np.zeros(len(SIZES) + len(SIZES) % 2, np.int32)  # pointers begin at 8 bytes
        sizes[: len(SIZES)] = [self.sizes[name] for name in SIZES]
        head = np.concatenate([sizes.view(np.uint8), np.array(pointers, np.uint64).view(np.uint8)])
        assert head.size <= begin
        whole[: head.size] = head
        return whole

    def numbers(self, seed: int) -> np.ndarray:
        """Key and world."""
        world = int(self.problem.schedule.worlds[0])
        return np.array([seed & 0xFFFFFFFF, seed >> 32, world], np.uint32)

    def seconds(self, card: Any, trials: int, seed: int, repeats: int = 5) -> float:
        """The least time of the kernel for so many trials; fills `outcome`, `account_sums`."""
        if trials % self.threads:
            raise ValueError(f"got {trials} trials, expected a multiple of {self.threads}")
        stream = card.new_stream()
        sizes = {
            "tables": self.packed(0).size,
            "numbers": _ALIGNMENT,
            "memory": 2 * self.rows * trials,
            "outcome": self.outcome.nbytes,
            "account_sums": self.account_sums.nbytes,
        }
        on_card = {name: card.memory(size, stream) for name, size in sizes.items()}
        where = {name: card.address(buffer, 0) for name, buffer in on_card.items()}
        most = max(size for name, size in sizes.items() if name != "memory")
        staged, host = card.pinned(most)
        sent = {"tables": self.packed(int(where["tables"]))}
        sent["numbers"] = self.numbers(seed).view(np.uint8)
        for name, data in sent.items():
            host[: data.size] = data
            card.copy(on_card[name], staged, data.size, stream)
            card.wait(stream)
        kernel = card.load(self.text, self.threads, "peer")
        operands = [where["tables"], where["numbers"], where["memory"], np.int64(self.rows)]
        operands += [where["outcome"], where["account_sums"]]
        best = float("inf")
        for _ in range(repeats):
            for name in ("outcome", "account_sums"):
                card.clear(on_card[name], sizes[name], stream)
            begin = card.mark(stream)
            card.launch(kernel, (trials // self.threads, 1, 1), self.threads, operands, stream)
            end = card.mark(stream)
            card.wait(stream)
            best = min(best, card.seconds(begin, end))
        for name, counts in (("outcome", self.outcome), ("account_sums", self.account_sums)):
            card.copy(staged, on_card[name], sizes[name], stream)
            card.wait(stream)
            counts[:] = host[: sizes[name]].view(np.int64).reshape(counts.shape)
        for buffer in (*on_card.values(), staged):
            card.free(buffer, stream)
        return best


def _judge() -> str:
    """judge.h for a thread a trial: chance drawn where a trial fires, sums in shared memory."""
    text = (SOURCE / "judge.h").read_text(encoding="utf-8")
    text = text.replace('#include "state.h"\n', "").replace("int16_t", "short")
    text = text.replace("int32_t", "int")
    text = text.replace("at(spare_row, t)", "spare_of(s)")
    text = text.replace("at(error_row, t)", "errors_of(s, o->errors)")
    text = re.sub(r"totals\[(\d)\] \+= (.*);", r"add_total(totals + \1, \2);", text)
    return re.sub(r"^static (inline )?", "static __device__ ", text, flags=re.MULTILINE)
