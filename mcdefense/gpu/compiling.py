"""A program's text to machine code for one kind of card, by NVIDIA's compiler NVRTC.

NVRTC comes as a small package, compiles on a machine without a GPU, and gives code for the very
architecture, so that no intermediate language's version stands between it and the driver.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from struct import unpack_from
from typing import Any

import jax

from mcdefense.errors import McdefenseError

MOST_REGISTERS = 80
"""Registers of a thread at most: with 80 an H100 holds six blocks of 128 threads at a time, and
its list of `configs/eastern_flank.toml` took 11 % less time than with the 83 it would take."""
_STANDARD = "c++17"


_IMPORTING = threading.Lock()
"""Threads that import cuda-core at once see half of it."""


class CompileError(McdefenseError):
    """NVRTC refused a text, which is a fault of this program or of the installation."""


_OF_SYMBOLS = {0x2F: "registers", 0x11: "stack"}
"""Attributes of a cubin's section .nv.info whose bytes are a function's symbol and this number."""
_SIZED = 4
"""Form of an attribute whose bytes follow it; other forms hold their value themselves."""
_STACK = (0x387, 0x983)
"""Last 12 bits of the instructions of 16 bytes that store to a thread's stack (STL) and load from
it (LDL), from sm_70 on."""
_MOVES = (1, 1, 2, 2, 4, 8, 16, 0)
"""Bytes by the three bits of an instruction that say how wide it is."""


@dataclass(frozen=True)
class Used:
    """What a kernel takes of a card."""

    registers: int
    spilled_bytes: int
    stack_bytes: int


def compiled(text: str, lanes: int, architecture: str) -> tuple[bytes, dict[str, Used]]:
    """Machine code (cubin) of a text for blocks of `lanes` threads on `architecture`, such as
    sm_90, and what its kernels take by the assembler's own report, which not
    every NVRTC gives (taken_by needs none)."""
    with _IMPORTING:
        from cuda.core import Program, ProgramOptions

    options = ProgramOptions(
        arch=architecture,
        std=_STANDARD,
        define_macro=[("LANES", str(lanes))],
        max_register_count=MOST_REGISTERS,
        ptxas_options=["-v"],
    )
    log = io.StringIO()
    try:
        code = Program(text, "c++", options).compile("cubin", logs=log).code
    except Exception as error:  # cuda-core has an exception of its own for each library
        said = " ".join((log.getvalue() or str(error)).split())
        raise CompileError(f"NVRTC cannot compile for {architecture}: {said[:500]}") from error
    return bytes(code), used_in(log.getvalue())


def used_in(log: str) -> dict[str, Used]:
    """Registers and spills by kernel, out of the assembler's report."""
    found: dict[str, Used] = {}
    pattern = (
        r"entry function '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores, "
        r"(\d+) bytes spill loads.*?Used (\d+) registers"
    )
    for name, stack, stores, loads, registers in re.findall(pattern, log, re.DOTALL):
        found[name] = Used(int(registers), int(stores) + int(loads), int(stack))
    return found


def taken_by(cubin: bytes) -> Used:
    """What the functions in a cubin take, at most; spills of all of them together. All is read from
    the machine code, for compilers whose assembler reports nothing. A kernel has no array of its
    own, so that whatever it moves to or from its stack is spilled."""
    begin = unpack_from("<Q", cubin, 40)[0]
    size, number, names = unpack_from("<3H", cubin, 58)
    headers = [unpack_from("<IIQQQQ", cubin, begin + size * i) for i in range(number)]
    texts, most, spilled = headers[names][4], {"registers": 0, "stack": 0}, 0
    for at, _, _, _, offset, length in headers:
        name = cubin[texts + at : cubin.index(b"\0", texts + at)]
        if name.startswith(b".text."):
            spilled += _moved(cubin[offset : offset + length])
        if name != b".nv.info":
            continue
        place = offset
        while place < offset + length:
            form, attribute, value = unpack_from("<BBH", cubin, place)
            if attribute in _OF_SYMBOLS:
                of = _OF_SYMBOLS[attribute]
                most[of] = max(most[of], unpack_from("<I", cubin, place + 8)[0])
            place += 4 + (value if form == _SIZED else 0)
    return Used(most["registers"], spilled, most["stack"])


def _moved(code: bytes) -> int:
    """Bytes that a function's instructions move to or from its stack."""
    words = [unpack_from("<QQ", code, at) for at in range(0, len(code), 16)]
    return sum(_MOVES[high >> 9 & 7] for low, high in words if low & 0xFFF in _STACK)


def compiler_version() -> str:
    """Versions of cuda-core and of NVRTC."""
    from importlib.metadata import version

    from cuda.bindings import nvrtc

    _, major, minor = nvrtc.nvrtcVersion()
    return f"cuda-core {version('cuda-core')} with NVRTC {major}.{minor}"


def kept_or_compiled(text: str, lanes: int, architecture: str) -> bytes:
    """The machine code from the compile cache, if the user has asked for one and it is there."""
    config: Any = jax.config  # whose flags no type checker knows
    folder = config.jax_compilation_cache_dir
    if folder is None:
        return compiled(text, lanes, architecture)[0]
    options = f"{architecture} {_STANDARD} {MOST_REGISTERS} {lanes}"
    key = "\n".join((text, options, compiler_version()))
    file = Path(folder) / f"kernels-{hashlib.sha256(key.encode()).hexdigest()}.cubin"
    try:
        return file.read_bytes()
    except OSError:
        code, _ = compiled(text, lanes, architecture)
        _keep(file, code)
        return code


def _keep(file: Path, code: bytes) -> None:
    """Write a file at once or not at all; a full disk costs the next run a compilation, no more."""
    try:
        descriptor, name = tempfile.mkstemp(dir=file.parent)
    except OSError:
        return
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(code)
        os.replace(name, file)
    except OSError:
        Path(name).unlink(missing_ok=True)
