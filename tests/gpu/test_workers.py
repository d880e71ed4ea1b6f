"""Which devices a run uses, and what is said where a GPU that is there cannot be used."""

from __future__ import annotations

import ctypes
import importlib.util
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import jax
import pytest

from mcdefense.engine import devices
from mcdefense.engine.devices import Fleet
from mcdefense.errors import InputError
from mcdefense.gpu import choose_workers, default_batch, description, fleet_of, workers
from mcdefense.gpu.fleet import CardFleet
from tests.gpu.host_card import HostCard


class Driver:
    """libcuda.so.1 as ctypes gives it."""

    def __init__(self, version: int = 13_000, cards: int = 2, error: int = 0) -> None:
        self.version, self.cards, self.error = version, cards, error

    def cuInit(self, _: int) -> int:
        return self.error

    def cuDeviceGetCount(self, number: Any) -> int:
        number._obj.value = self.cards  # noqa: SLF001 what ctypes.byref points to has no public name
        return 0

    def cuDriverGetVersion(self, version: Any) -> int:
        version._obj.value = self.version  # noqa: SLF001 what ctypes.byref points to has no public name
        return 0


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A machine with this driver, or none; what is said there is in `said`."""
    said: list[str] = []
    monkeypatch.delenv("JAX_PLATFORMS", raising=False)
    monkeypatch.setattr(workers, "Card", lambda _: HostCard())
    monkeypatch.setattr(workers, "compiler_version", lambda: "a compiler")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())

    def put(driver: Driver | None) -> None:
        def library(_: str) -> Driver:
            if driver is None:
                raise OSError("no such file")
            return driver

        monkeypatch.setattr(ctypes, "CDLL", library)

    return SimpleNamespace(put=put, said=said, tell=said.append, patch=monkeypatch)


def test_a_machine_without_a_gpu_computes_on_its_cores_and_says_nothing(machine: Any) -> None:
    for driver in (None, Driver(error=workers.NO_DEVICE), Driver(cards=0)):
        machine.put(driver)
        chosen = choose_workers(1, machine.tell)
        assert [worker.platform for worker in chosen] == ["cpu"]
    assert machine.said == []
    with fleet_of(chosen, 0) as fleet:
        assert isinstance(fleet, Fleet)


def test_all_gpus_are_used_or_as_many_as_are_asked_for(machine: Any) -> None:
    machine.put(Driver(cards=2))
    assert len(choose_workers(None, machine.tell)) == 2
    (one,) = choose_workers(1, machine.tell)
    assert description([one]) == "1 x this processor (CUDA kernels by a compiler)"
    with fleet_of([one], 0) as fleet:
        assert isinstance(fleet, CardFleet)
    with pytest.raises(InputError, match="got 3, expected 1 to 2"):
        choose_workers(3, machine.tell)
    assert machine.said == []


def test_the_user_may_ask_for_the_cpu(machine: Any) -> None:
    machine.put(Driver(cards=2))
    machine.patch.setenv("JAX_PLATFORMS", "cpu")
    assert [worker.platform for worker in choose_workers(1, machine.tell)] == ["cpu"]
    assert machine.said == []


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        (Driver(version=11_080), "the NVIDIA driver here is for CUDA 11.8, and kernels need 12.0"),
        (Driver(error=999), "the NVIDIA driver here does not start (CUDA error 999)"),
    ],
)
def test_a_driver_that_does_not_serve_is_told_in_one_line(
    machine: Any, driver: Driver, said: str
) -> None:
    machine.put(driver)
    assert [worker.platform for worker in choose_workers(1, machine.tell)] == ["cpu"]
    (line,) = machine.said
    assert line.startswith(said)
    assert line.endswith("1 x core (cpu) computes, by XLA's program")
    assert "\n" not in line


def test_missing_packages_are_told_in_one_line(machine: Any) -> None:
    machine.put(Driver())
    machine.patch.setattr(importlib.util, "find_spec", lambda _: None)
    choose_workers(1, machine.tell)
    (line,) = machine.said
    assert "cuda-core is missing (pip install 'mcdefense[cuda13]'" in line


def test_a_card_that_cuda_core_cannot_use_is_told_in_one_line(machine: Any) -> None:
    def broken(_: int) -> HostCard:
        raise RuntimeError("CUDA_ERROR_INSUFFICIENT_DRIVER:\nthe driver\nis older")

    machine.put(Driver())
    machine.patch.setattr(workers, "Card", broken)
    choose_workers(1, machine.tell)
    (line,) = machine.said
    assert "cannot use the NVIDIA GPU here (CUDA_ERROR_INSUFFICIENT_DRIVER: the driver" in line


def test_a_gpu_of_another_maker_is_told_in_one_line(machine: Any) -> None:
    rocm = SimpleNamespace(platform="rocm", device_kind="gfx90a")
    machine.put(None)
    machine.patch.setattr(devices, "choose_workers", lambda _: [rocm])
    assert choose_workers(None, machine.tell) == [rocm]
    (line,) = machine.said
    assert line == "kernels are for NVIDIA GPUs alone: 1 x gfx90a (rocm) computes, by XLA's program"


def test_importing_the_room_imports_neither_jax_nor_cuda() -> None:
    code = "import sys, mcdefense.gpu; print(sorted({'jax', 'cuda', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_card_takes_as_many_trials_as_its_memory_holds() -> None:
    from mcdefense.schedule.pad import padded_sizes
    from tests.gpu.test_equal import world_of

    schedule = world_of("quick_start")
    capacity = padded_sizes(schedule.sizes)
    batch = default_batch(HostCard(), schedule.features, capacity)
    assert batch == 262_144


def test_settings_of_other_peoples_programs_do_not_change_the_text() -> None:
    from tests.gpu.test_compiling import program

    expected = program("quick_start").digest
    with jax.enable_x64(True), jax.numpy_dtype_promotion("strict"):
        assert program("quick_start").digest == expected
