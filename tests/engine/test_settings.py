"""Other people's JAX: the same counts in their settings, which stay as they were."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from mcdefense.engine import cores
from mcdefense.engine.cores import LOOP_FLAG, WIDE_FLAG, engine_flags
from mcdefense.errors import InputError
from mcdefense.run import simulate
from mcdefense.scenario import loads
from mcdefense.statistics import Tally
from tests.support.small_scenarios import TABLE

COUNTS = "tally['leaked'].ravel().tolist()"


def counted() -> Tally:
    return simulate(loads(TABLE), devices=1).tally


@pytest.fixture(scope="module")
def usual() -> Tally:
    return counted()


@contextmanager
def configured(name: str, value: Any) -> Iterator[None]:
    before = jax.config.values[name]
    jax.config.update(name, value)
    try:
        yield
    finally:
        jax.config.update(name, before)


SETTINGS = {
    "jax_enable_x64": True,
    "jax_numpy_dtype_promotion": "strict",
    "jax_numpy_rank_promotion": "raise",
    "jax_transfer_guard": "disallow",
    "jax_transfer_guard_host_to_device": "disallow_explicit",
    "jax_transfer_guard_device_to_host": "disallow_explicit",
    "jax_disable_jit": True,
    "jax_debug_nans": True,
    "jax_debug_infs": True,
    "jax_check_tracer_leaks": True,
    "jax_explicit_x64_dtypes": "error",
    "jax_no_tracing": True,
    "jax_no_execution": True,
    "jax_default_matmul_precision": "bfloat16",
    "jax_default_prng_impl": "rbg",
    "jax_threefry_partitionable": False,
    "jax_debug_key_reuse": True,
    "jax_disable_most_optimizations": True,
    "jax_optimization_level": "O0",
}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_counts_are_the_same_in_anybodys_settings(usual: Tally, name: str) -> None:
    with configured(name, SETTINGS[name]):
        before = dict(jax.config.values), dict(os.environ)
        tally = counted()
        assert (dict(jax.config.values), dict(os.environ)) == before
    assert tally.equals(usual)


def test_the_counts_are_the_same_inside_anybodys_contexts(usual: Tally) -> None:
    with (
        jax.enable_x64(True),
        jax.default_device(jax.devices("cpu")[-1]),
        jax.numpy_dtype_promotion("strict"),
        jax.transfer_guard("disallow"),
        jax.disable_jit(True),
        jax.checking_leaks(),
    ):
        assert counted().equals(usual)
        # And the caller's own work goes on in the caller's settings.
        assert jax.numpy.arange(2.0).dtype == np.float64


def python(code: str, **environment: str) -> tuple[str, str]:
    """What a fresh interpreter prints and says, with no settings but these."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("XLA_")}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
        env={**plain, "TABLE": TABLE, **environment},
    )
    return done.stdout, done.stderr


SIMULATED = f"""
    import os, mcdefense
    before = dict(os.environ)
    result = mcdefense.simulate(mcdefense.loads(os.environ["TABLE"]), devices=1)
    import jax
    from jaxlib import xla_client
    print(result.{COUNTS}, before == dict(os.environ))
    print(b"small_while_loop" in xla_client.CompileOptions().SerializeAsString())
"""


@pytest.mark.parametrize("where", ["none", "flags", "a file", "an empty file"])
def test_xla_gets_its_flag_and_the_environment_keeps_its_own(
    usual: Tally, tmp_path: Path, where: str
) -> None:
    """XLA takes a text without a dash in front for a file of flags."""
    file = tmp_path / "flags of ours"
    file.write_text("\n" if "empty" in where else "--xla_cpu_enable_fast_math=false\n")
    flags = {
        "none": {},
        "flags": {"XLA_FLAGS": " --xla_cpu_enable_fast_math=false "},
        "a file": {"XLA_FLAGS": str(file)},
        "an empty file": {"XLA_FLAGS": str(file)},
    }[where]
    printed, said = python(SIMULATED, **flags)
    assert printed == f"{usual['leaked'].ravel().tolist()} True\nTrue\n", said
    assert said == ""


def test_flags_of_the_user_come_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own, width = "--xla_backend_extra_options=xla_cpu_other=1", "--xla_cpu_prefer_vector_width=128"
    for flags, wanted, on_wide_vectors in (
        ("", LOOP_FLAG, f"{LOOP_FLAG} {WIDE_FLAG}"),
        ("--xla_a=1", f"{LOOP_FLAG} --xla_a=1", f"{LOOP_FLAG} {WIDE_FLAG} --xla_a=1"),
        (own, own, f"{WIDE_FLAG} {own}"),
        (width, f"{LOOP_FLAG} {width}", f"{LOOP_FLAG} {width}"),
    ):
        monkeypatch.setenv("XLA_FLAGS", flags)
        monkeypatch.setattr(cores, "has_wide_vectors", lambda: False)
        assert engine_flags() == wanted
        monkeypatch.setattr(cores, "has_wide_vectors", lambda: True)
        assert engine_flags() == on_wide_vectors
        assert engine_flags(alone=True) == flags
    monkeypatch.setenv("XLA_FLAGS", str(tmp_path / "none"))
    with pytest.raises(InputError, match=r"^XLA_FLAGS: names a file of flags, .* unset it$"):
        engine_flags()


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("flags\t\t: sse2 avx512f avx512bw avx512vl\n" * 2, True),
        ("flags\t\t: avx512f avx512bw avx512vl\nflags\t\t: avx2\n", False),
        ("flags\t\t: avx512f avx512vl\n", False),
        ("Features\t: asimd sve\n", False),
        ("", False),
    ],
)
def test_wide_vectors_are_used_where_all_cores_have_them(
    text: str, wide: bool, tmp_path: Path
) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(text)
    assert cores.has_wide_vectors(file) is wide
    assert not cores.has_wide_vectors(tmp_path / "none")


def test_a_jax_that_has_started_gives_the_same_counts_and_says_that_it_is_slow(
    usual: Tally,
) -> None:
    code = f"""
        import os, jax, warnings
        jax.numpy.zeros(3).block_until_ready()
        import mcdefense
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            result = mcdefense.simulate(mcdefense.loads(os.environ["TABLE"]), devices=1)
        print(result.{COUNTS}, [str(w.message)[:39] for w in said])
        """
    printed, said = python(code)
    slow = ["JAX has started before mcdefense, which"]
    assert printed == f"{usual['leaked'].ravel().tolist()} {slow}\n", said


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"JAX_PLATFORMS": "cuda"}, "JAX_PLATFORMS: got 'cuda', but JAX has no such device here"),
        ({"JAX_PLATFORMS": "abacus"}, "JAX_PLATFORMS: got 'abacus', but JAX has no such device"),
        ({"JAX_PLATFORM_NAME": "cuda"}, "JAX_PLATFORM_NAME: got 'cuda', but JAX has no such dev"),
        ({"XLA_FLAGS": "/nowhere"}, "XLA_FLAGS: names a file of flags, '/nowhere', that cannot"),
        ({"JAX_ENABLE_X64": "perhaps"}, "JAX: cannot be imported: invalid truth value 'perhaps' "),
        ({"JAX_NUMPY_RANK_PROMOTION": "maybe"}, 'JAX: cannot be imported: Invalid value "maybe"'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_setting_that_cannot_be_is_named_in_one_line(
    tmp_path: Path, environment: dict[str, str], line: str
) -> None:
    (tmp_path / "table.toml").write_text(TABLE, encoding="utf-8")
    words = ["run", str(tmp_path / "table.toml"), "-o", str(tmp_path / "x.h5"), "--quiet"]
    code = f"from mcdefense.cli import main\nmain({words})\n"
    printed, said = python(code, **environment)
    assert printed == ""
    assert said.startswith(f"mcdefense: {line}")
    assert said.count("\n") == 1
    assert "unset" in said
    assert os.listdir(tmp_path) == ["table.toml"]
    code = "from mcdefense.cli import main\nmain(['bench', '--seconds', '0.1'])\n"
    assert python(code, **environment)[1].startswith(f"mcdefense: {line}")
