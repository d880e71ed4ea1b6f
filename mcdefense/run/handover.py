"""How a process that builds worlds hands one over: through memory that both processes see.

The builder writes a file that lies in memory and has no name, and sends its descriptor. Whoever
receives it maps the file: the arrays of the world lie in it, and are copied nowhere. A process that
ends, however it ends, leaves no such file behind.
"""

from __future__ import annotations

import errno
import mmap
import os
import pickle
import socket
import struct
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

_ALIGNED = 64
"""Every array begins at a multiple of so many bytes, a line of the cache."""
_MOST_PARTS = 1000
"""Parts that are written at once, of 1,024 that Linux allows."""
_NUMBER = struct.Struct("<q")
_PLACE = struct.Struct("<qq")


def send(connection: socket.socket, thing: Any) -> None:
    """Hand a thing over; of arrays in it one copy is made, into the shared memory."""
    found: list[pickle.PickleBuffer] = []
    text = pickle.dumps(thing, protocol=5, buffer_callback=found.append)
    parts = [memoryview(text), *(buffer.raw() for buffer in found)]
    begin = _NUMBER.size + _PLACE.size * len(parts)
    places = []
    for part in parts:
        begin = -(-begin // _ALIGNED) * _ALIGNED
        places.append((begin, part.nbytes))
        begin += part.nbytes
    head = _NUMBER.pack(len(parts)) + b"".join(_PLACE.pack(*place) for place in places)
    with _file() as file:
        _write(file, _with_gaps(head, parts, places))
        socket.send_fds(connection, [_NUMBER.pack(begin)], [file])


def _with_gaps(
    head: bytes, parts: list[memoryview], places: list[tuple[int, int]]
) -> Iterator[bytes | memoryview]:
    """The head and the parts, with what lies between them."""
    end = len(head)
    yield head
    for (first, length), part in zip(places, parts, strict=True):
        yield bytes(first - end)
        yield part
        end = first + length


def _write(file: int, parts: Iterable[bytes | memoryview]) -> None:
    """Write parts one after the other. The system copies them all at once; into memory that is
    mapped, it would first clear every page that is touched."""
    left = deque(part for part in parts if len(part))
    while left:
        written = os.writev(file, list(islice(left, _MOST_PARTS)))
        while left and written >= len(left[0]):
            written -= len(left.popleft())
        if written:
            left[0] = left[0][written:]


def receive(connection: socket.socket) -> Any:
    """The thing handed over next, whose arrays cannot be written; EOFError if none will come, and
    OSError if this process may have no further file."""
    message, files, flags, _ = socket.recv_fds(connection, _NUMBER.size, 1)
    try:
        if flags & socket.MSG_CTRUNC:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        if len(message) < _NUMBER.size or not files:
            raise EOFError
        (length,) = _NUMBER.unpack(message)
        memory = memoryview(mmap.mmap(files[0], length, access=mmap.ACCESS_READ))
    finally:
        for file in files:
            os.close(file)
    (number,) = _NUMBER.unpack_from(memory)
    places = [_PLACE.unpack_from(memory, _NUMBER.size + _PLACE.size * i) for i in range(number)]
    text, *arrays = (memory[first : first + length] for first, length in places)
    return pickle.loads(text, buffers=arrays)


@contextmanager
def _file() -> Iterator[int]:
    """A file in memory, or where the system has none such a temporary one without a name."""
    if hasattr(os, "memfd_create"):
        file = os.memfd_create("mcdefense-world")
        try:
            yield file
        finally:
            os.close(file)
    else:
        with tempfile.TemporaryFile() as made:
            yield made.fileno()
