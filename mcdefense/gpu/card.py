"""One NVIDIA GPU through NVIDIA's cuda-core: memory, streams and launches.

The only file that knows cuda-core when a program runs (compiling.py knows its compiler), so that
tests put another card in its place.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.errors import McdefenseError
from mcdefense.gpu.compiling import kept_or_compiled

Grid = tuple[int, int, int]


class MemoryShort(Exception):
    """A card, or the host's pinned memory, has no room for so many bytes."""


class CardError(McdefenseError):
    """A card failed for another reason than its memory: nothing more can be computed on it."""


@contextmanager
def _named(card: str) -> Iterator[None]:
    """Errors of cuda-core as ours."""
    from cuda.core._utils.cuda_utils import CUDAError  # the class has no public name

    try:
        yield
    except CUDAError as error:
        text = " ".join(str(error).split())
        if "OUT_OF_MEMORY" in text:
            raise MemoryShort(text) from error
        raise CardError(
            f"{card} failed: {text[:300]}; what was saved is kept, and --resume goes on from it"
        ) from error


class Card:
    """One GPU; a thread calls `use` before anything else."""

    def __init__(self, number: int) -> None:
        from cuda.core import Device

        self._device = Device(number)
        self.name = str(self._device.name)
        self._named = f"GPU {number} ({self.name})"
        major, minor = self._device.compute_capability
        self.architecture = f"sm_{major}{minor}"

    def use(self) -> None:
        """Make it this thread's card."""
        with _named(self._named):
            self._device.set_current()

    def free_bytes(self) -> int:
        """Bytes of memory that are free now."""
        from cuda.bindings import driver

        self.use()
        error, free, _ = driver.cuMemGetInfo()
        if int(error) != 0:
            raise CardError(f"{self._named} does not say how much memory is free: {error!r}")
        return int(free)

    def new_stream(self) -> Any:
        """A queue of work of its own."""
        with _named(self._named):
            return self._device.create_stream()

    def load(self, text: str, lanes: int, name: str) -> Any:
        """The kernel of a text, for blocks of so many threads."""
        from cuda.core import ObjectCode

        cubin = kept_or_compiled(text, lanes, self.architecture)
        self.use()
        with _named(self._named):
            return ObjectCode.from_cubin(cubin).get_kernel(name)

    def memory(self, size: int, stream: Any) -> Any:
        """So many bytes of the card's memory; raises MemoryShort."""
        with _named(self._named):
            return self._device.allocate(size, stream=stream)

    def pinned(self, size: int) -> tuple[Any, NDArray[np.uint8]]:
        """So many bytes of the host's memory that the card reaches by itself, and as an array."""
        from cuda.core import LegacyPinnedMemoryResource

        with _named(self._named):
            buffer = LegacyPinnedMemoryResource().allocate(size)
        address: Any = (ctypes.c_uint8 * size).from_address(int(buffer.handle))
        return buffer, np.frombuffer(address, np.uint8)

    def free(self, buffer: Any, stream: Any) -> None:
        """Give memory back once the stream comes to it."""
        with _named(self._named):
            buffer.close(stream)

    def copy(self, to: Any, begin: Any, size: int, stream: Any) -> None:
        """Copy the first bytes of one buffer to the beginning of another."""
        from cuda.core import Buffer

        with _named(self._named):
            part = Buffer.from_handle(begin.handle, size, owner=begin)
            Buffer.from_handle(to.handle, size, owner=to).copy_from(part, stream=stream)

    def clear(self, buffer: Any, size: int, stream: Any) -> None:
        """Zeros in the first bytes of a buffer."""
        from cuda.core import Buffer

        with _named(self._named):
            Buffer.from_handle(buffer.handle, size, owner=buffer).fill(0, stream=stream)

    def address(self, buffer: Any, offset: int) -> Any:
        """An operand: where a buffer's bytes from `offset` on lie."""
        return np.uint64(int(buffer.handle) + offset)

    def launch(self, kernel: Any, grid: Grid, lanes: int, operands: list[Any], stream: Any) -> None:
        """Start a kernel with blocks of so many threads after what the stream holds."""
        from cuda.core import LaunchConfig, launch

        with _named(self._named):
            launch(stream, LaunchConfig(grid=grid, block=(lanes, 1, 1)), kernel, *operands)

    def wait(self, stream: Any) -> None:
        """Until the stream's work is done."""
        with _named(self._named):
            stream.sync()

    def mark(self, stream: Any) -> Any:
        """A moment of the stream."""
        from cuda.core import EventOptions

        with _named(self._named):
            return stream.record(options=EventOptions(timing_enabled=True))

    def seconds(self, begin: Any, end: Any) -> float:
        """Between two moments that are past."""
        with _named(self._named):
            return float(end - begin) / 1e3
