"""Which devices a run uses: NVIDIA GPUs by our kernels, else what JAX finds by XLA's program.

A choice that the user might not expect is said in one line, never made in silence.
"""

from __future__ import annotations

import ctypes
import importlib.util
import logging
import os
from collections.abc import Callable
from typing import Any, TypeAlias

import jax

from mcdefense.contract import Features, Sizes
from mcdefense.engine import devices as engine
from mcdefense.engine import started_devices
from mcdefense.errors import Fault, InputError
from mcdefense.gpu.card import Card
from mcdefense.gpu.compiling import compiler_version
from mcdefense.gpu.fleet import MOST_BYTES, CardFleet
from mcdefense.gpu.places import Places

LOGGER = logging.getLogger("mcdefense.gpu")

Worker: TypeAlias = Any
"""A device of JAX, or a Card."""

LEAST_DRIVER = 12_000
"""CUDA version of a driver, as 1000 * major + 10 * minor, with which cuda-core works."""
NO_DEVICE = 100
"""CUDA's error of a driver that finds no GPU."""
HOW_TO_INSTALL = "pip install 'mcdefense[cuda13]', or [cuda12] for a driver older than 580"


def choose_workers(count: int | None, tell: Callable[[str], None] = LOGGER.warning) -> list[Worker]:
    """The device of each worker, all by default: GPUs, or cores of the CPU.

    Raises InputError if there are fewer than `count`.
    """
    cards, reason = cards_here()
    if not cards:
        workers: list[Worker] = list(engine.choose_workers(count))
        if reason is None and _platform(workers[0]) != "cpu":
            reason = "kernels are for NVIDIA GPUs alone"
        if reason is not None:
            tell(f"{reason}: {engine.description(workers)} computes, by XLA's program")
        return workers
    _start_jax()
    if count is None:
        return list(cards)
    if not 1 <= count <= len(cards):
        message = f"got {count}, expected 1 to {len(cards)} (NVIDIA GPUs to be had here)"
        raise InputError([Fault("devices", "", message, option=True)])
    return list(cards[:count])


def _start_jax() -> None:
    """Start JAX, which traces the kernels. Should the user have its own package for GPUs too, it
    must not take their memory."""
    name = "XLA_PYTHON_CLIENT_PREALLOCATE"
    if name in os.environ:
        started_devices()
        return
    os.environ[name] = "false"
    try:
        started_devices()
    finally:
        del os.environ[name]


def cards_here() -> tuple[list[Card], str | None]:
    """The GPUs that kernels can run on; if there are none though there is a GPU, why."""
    config: Any = jax.config  # whose flags no type checker knows
    asked = os.environ.get("JAX_PLATFORMS", "") or config.jax_platforms or ""
    if asked and asked.split(",")[0] not in ("cuda", "gpu"):
        return [], None  # the user wants another device
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return [], None
    version, number = ctypes.c_int(), ctypes.c_int()
    failed = driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(number))
    if failed not in (0, NO_DEVICE):
        return [], f"the NVIDIA driver here does not start (CUDA error {failed})"
    if failed or number.value == 0:
        return [], None
    driver.cuDriverGetVersion(ctypes.byref(version))
    if version.value < LEAST_DRIVER:
        found = f"{version.value // 1000}.{version.value % 1000 // 10}"
        return [], f"the NVIDIA driver here is for CUDA {found}, and kernels need 12.0 or later"
    if importlib.util.find_spec("cuda") is None or importlib.util.find_spec("cuda.core") is None:
        return [], f"there is an NVIDIA GPU here, but cuda-core is missing ({HOW_TO_INSTALL})"
    try:
        cards = [Card(i) for i in range(number.value)]
        cards[0].use()
        compiler_version()
    except Exception as error:  # whatever a wrong pair of driver and package comes to
        said = " ".join(str(error).split())[:200]
        return [], f"cuda-core cannot use the NVIDIA GPU here ({said}; {HOW_TO_INSTALL})"
    return cards, None


def _platform(worker: Any) -> str:
    return "card" if not hasattr(worker, "platform") else str(worker.platform)


def default_batch(worker: Worker, features: Features, capacity: Sizes, loads: int = 1) -> int:
    """Trials of a block that suit a worker, of each of so many `loads`."""
    if hasattr(worker, "platform"):
        return engine.default_batch(worker, features, capacity, loads)
    trials, most = engine.GPU_BATCH, MOST_BYTES // Places(features, capacity).bytes_of(1)
    while trials > max(most, engine.LEAST_BATCH):
        trials //= 2
    return trials


def description(workers: list[Worker]) -> str:
    """Kind and number of workers, and what computes, for logs and files."""
    first = workers[0]
    if hasattr(first, "platform"):
        return engine.description(workers)
    return f"{len(workers)} x {first.name} (CUDA kernels by {compiler_version()})"


def fleet_of(workers: list[Worker], seed: int) -> CardFleet | engine.Fleet:
    """What runs blocks on these workers."""
    if hasattr(workers[0], "platform"):
        return engine.Fleet(workers, seed)
    return CardFleet(workers, seed)
