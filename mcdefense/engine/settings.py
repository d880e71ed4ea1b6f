"""JAX as the engine needs it, whatever its process or environment has set; and its start.

Settings of other people's programs, such as 64 bits or strict promotion, would change the types
that the engine computes with, or refuse what it does. So it computes inside settings of its own:
they hold for the thread that entered them and end with it, and nothing that a user set is changed.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from mcdefense.engine.cores import LOOP_FLAG, engine_flags
from mcdefense.errors import Fault, InputError, McdefenseError

try:
    import jax
except (ValueError, RuntimeError) as error:  # a JAX_... variable that has no such value
    _MESSAGE = f"cannot be imported: {error}; correct or unset that environment variable"
    raise InputError([Fault("JAX", "", _MESSAGE)]) from error

from jaxlib import xla_client  # nothing public says which XLA flags hold

TOO_LATE = (
    "JAX has started before mcdefense, which is slow on a CPU: set "
    f'XLA_FLAGS="{LOOP_FLAG}" before Python starts'
)
MIXED_TYPES, MIXED_RANKS = "standard", "allow"
"""What becomes of numbers of two types, and of arrays of unequal rank. Nothing in the engine mixes
them: in tests these are "strict" and "raise" (tests/conftest.py)."""
_starting = threading.Lock()


@contextmanager
def own_settings(device: jax.Device) -> Iterator[None]:
    """Compute on the device, in the engine's own settings, whatever this thread's are."""
    with ExitStack() as stack:
        for setting in (
            jax.default_device(device),
            jax.enable_x64(False),
            jax.numpy_dtype_promotion(MIXED_TYPES),
            jax.numpy_rank_promotion(MIXED_RANKS),
            jax.transfer_guard("allow"),
            jax.disable_jit(False),
            jax.debug_nans(False),
            jax.debug_infs(False),
            jax.check_tracer_leaks(False),
            jax.no_tracing(False),
            jax.no_execution(False),
        ):
            stack.enter_context(setting)
        yield


def started_devices() -> list[jax.Device]:
    """The devices that JAX computes on, which starts it unless it has started.

    XLA reads its flags at that moment, and XLA_FLAGS is afterwards as it was. Raises InputError
    where a setting names a device that is not there.
    """
    try:
        with _starting, _xla_flags(engine_flags()):
            devices = jax.devices()
    except (RuntimeError, AssertionError) as error:
        raise _no_device(error) from error
    if devices[0].platform == "cpu" and not _has_one_loop():
        warnings.warn(TOO_LATE, stacklevel=2)
    return devices


@contextmanager
def _xla_flags(flags: str) -> Iterator[None]:
    before = os.environ.get("XLA_FLAGS")
    os.environ["XLA_FLAGS"] = flags
    try:
        yield
    finally:
        if before is None:
            del os.environ["XLA_FLAGS"]
        else:
            os.environ["XLA_FLAGS"] = before


def _has_one_loop() -> bool:
    """Whether XLA runs with LOOP_FLAG, or with what the user has said in its place."""
    options: bytes = xla_client.CompileOptions().SerializeAsString()
    name = LOOP_FLAG.partition("=")[2].partition("=")[0]
    return name.encode() in options or "xla_backend_extra_options" in engine_flags(alone=True)


def _no_device(error: Exception) -> McdefenseError:
    reason = (str(error).splitlines() or [""])[0]
    values = {
        "JAX_PLATFORMS": jax.config.values["jax_platforms"],  # Python may have set it too
        "JAX_PLATFORM_NAME": os.environ.get("JAX_PLATFORM_NAME"),
        "JAX_XLA_BACKEND": os.environ.get("JAX_XLA_BACKEND"),
    }
    known = {name: value for name, value in values.items() if value}
    if not known:
        return McdefenseError(f"JAX does not start: {reason or type(error).__name__}")
    got = " and ".join(f"'{value}'" for value in known.values())
    message = f"got {got}, but JAX has no such device here{reason and f' ({reason})'}"
    return InputError([Fault(" and ".join(known), "", f"{message}; unset it, or set it to cpu")])
