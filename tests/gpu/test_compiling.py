"""The texts of kernels: compiled for every kind of card, and unchanged unless somebody means it.

NVRTC needs no GPU. What a kernel takes is read from the machine code itself too.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jax
import pytest

from mcdefense.gpu import compiling
from mcdefense.gpu.compiling import (
    MOST_REGISTERS,
    CompileError,
    compiled,
    compiler_version,
    kept_or_compiled,
    taken_by,
)
from mcdefense.gpu.program import KERNELS, Program, program_of
from mcdefense.schedule.pad import padded_sizes
from tests.gpu.test_equal import world_of

KEPT = Path(__file__).with_name("kernels_recorded.json")
"""Registers and spills by case, architecture and kernel, and the digest of each text."""
ARCHITECTURES = ("sm_75", "sm_80", "sm_90", "sm_100", "sm_120")
CASES = ("quick_start", "layered_table", "coordination", "eastern_flank")
SPILLED_BYTES = 64
"""Of a kernel at most; `eastern_flank` is held to 80 registers at that price."""


def program(name: str) -> Program:
    schedule = world_of(name)
    capacity = padded_sizes(schedule.sizes)
    return program_of(schedule, schedule.features, capacity, bins=capacity.objects + 1)


def taken(made: Program, architecture: str) -> dict[str, dict[str, int]]:
    """Registers and spilled bytes of each kernel on an architecture."""

    def one(kernel: str) -> dict[str, int]:
        code, used = compiled(made.text(kernel), made.lanes, architecture)
        assert code[:4] == b"\x7fELF"
        assert f".text.{kernel}".encode() in code
        own = taken_by(code)
        assert used.get(kernel, own) == own, "the assembler says something else"
        return {"registers": own.registers, "spilled_bytes": own.spilled_bytes}

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(KERNELS, pool.map(one, KERNELS), strict=True))


def recorded() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return kept


@pytest.mark.parametrize("name", CASES)
def test_the_text_is_the_one_recorded(name: str) -> None:
    """A new JAX or a changed rule gives another text: look at it, then record it anew."""
    assert program(name).digest == recorded()["text_sha256"][name], REMEDY


REMEDY = "python tests/gpu/record_kernels.py"


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_kernel_is_compiled_for_every_architecture(architecture: str) -> None:
    found, kept = taken(program("quick_start"), architecture), recorded()
    for name, kernel in found.items():
        assert 16 <= kernel["registers"] <= MOST_REGISTERS, name
        assert kernel["spilled_bytes"] <= SPILLED_BYTES, name
    if kept["compiler"] == compiler_version():  # others choose registers otherwise
        assert found == kept["taken"]["quick_start"][architecture], REMEDY


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_main_example_is_compiled_for_every_architecture(architecture: str) -> None:
    for name, kernel in taken(program("eastern_flank"), architecture).items():
        assert 16 <= kernel["registers"] <= MOST_REGISTERS, name
        assert kernel["spilled_bytes"] <= SPILLED_BYTES, name


def test_a_text_that_is_no_kernel_is_refused_with_the_compilers_words() -> None:
    with pytest.raises(CompileError, match=r"NVRTC cannot compile for sm_90: .*nonsense"):
        compiled('extern "C" __global__ void k() { nonsense(); }', 64, "sm_90")


SPILLS = """
extern "C" __global__ void __launch_bounds__(1024, 2) spills(int* x, int* y) {
  int kept[128];
  #pragma unroll
  for (int i = 0; i < 128; i++) kept[i] = y[i * 64 + threadIdx.x];
  #pragma unroll
  for (int j = 0; j < 128; j++) x[j * j + threadIdx.x] = kept[j] * kept[127 - j] + kept[j];
}
"""


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_registers_and_spills_are_those_of_the_machine_code(architecture: str) -> None:
    """What is read from the machine code against the assembler's report, where it gives one."""
    code, used = compiled(SPILLS, 1024, architecture)
    found = taken_by(code)
    assert found.registers in (32, 64)
    assert found.spilled_bytes > 0
    assert found.stack_bytes > 0
    assert used.get("spills", found) == found


def test_machine_code_is_kept_in_the_compile_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'extern "C" __global__ void k(int* x) { *x = LANES; }'
    before = jax.config.values["jax_compilation_cache_dir"]
    jax.config.update("jax_compilation_cache_dir", str(tmp_path))
    try:
        first = kept_or_compiled(text, 64, "sm_90")
        (file,) = tmp_path.iterdir()
        assert file.read_bytes() == first
        assert kept_or_compiled(text, 32, "sm_90") != first
        assert len(list(tmp_path.iterdir())) == 2

        def refuse(*_: Any) -> Any:
            raise AssertionError("compiled again")

        monkeypatch.setattr(compiling, "compiled", refuse)
        assert kept_or_compiled(text, 64, "sm_90") == first
    finally:
        jax.config.update("jax_compilation_cache_dir", before)
