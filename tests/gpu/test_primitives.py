"""Each primitive that a rule may use, written in C++, gives what JAX gives on random integers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax.ref import addupdate

from mcdefense.gpu.form import Memory
from mcdefense.gpu.primitives import NOTHING_DONE, PLAIN
from mcdefense.gpu.program import SCALARS, kernel_text
from mcdefense.gpu.reading import UnknownPrimitive, read
from mcdefense.gpu.varying import BranchByTrial, mark_varying
from tests.gpu.host_card import built

TRIALS = 2_000
I16, I32, U32, TRUTH, F32 = jnp.int16, jnp.int32, jnp.uint32, jnp.bool_, jnp.float32


class Case(NamedTuple):
    """A primitive with the types of its inputs."""

    name: str
    function: Callable[..., Any]
    kinds: tuple[Any, ...]
    least: int | None = None
    """The second input's least value, for shifts and divisions; its greatest is then 15."""


def of(name: str, function: Callable[..., Any], *kinds: Any, least: int | None = None) -> Case:
    return Case(name, function, kinds, least)


def shifted(shift: Callable[..., Any], kind: Any) -> Callable[..., Any]:
    return lambda x, by: shift(x, by.astype(kind))


CASES = [
    *(of(f.__name__, f, k, k) for f in (lax.add, lax.sub, lax.mul) for k in (I16, I32, U32)),
    *(of(f.__name__, f, k, k) for f in (lax.div, lax.rem) for k in (I16, I32)),
    of("div", lambda a, b: lax.div((a >> 12).astype(F32), b.astype(F32)), I32, I32),
]
CASES = [case._replace(least=1) if case.name in ("div", "rem") else case for case in CASES]
CASES += [
    *(of("and", lax.bitwise_and, k, k) for k in (I16, I32, U32, TRUTH)),
    *(of("or", lax.bitwise_or, k, k) for k in (I16, I32, U32, TRUTH)),
    *(of("xor", lax.bitwise_xor, k, k) for k in (I16, I32, U32, TRUTH)),
    *(of("not", lax.bitwise_not, k) for k in (I16, I32, U32, TRUTH)),
    *(of("neg", lax.neg, k) for k in (I16, I32)),
    *(of("sign", lax.sign, k) for k in (I16, I32)),
    *(of("shift_left", lax.shift_left, k, k, least=0) for k in (I16, I32, U32)),
    *(of("shift_right_arithmetic", lax.shift_right_arithmetic, k, k, least=0) for k in (I16, I32)),
    *(of("shift_right_logical", lax.shift_right_logical, k, k, least=0) for k in (I16, I32, U32)),
    *(of(f.__name__, f, k, k) for f in (lax.eq, lax.ne) for k in (I16, I32, U32, TRUTH)),
    *(of(f.__name__, f, k, k) for f in (lax.lt, lax.le, lax.gt, lax.ge) for k in (I16, I32, U32)),
    *(of(f.__name__, f, k, k) for f in (lax.min, lax.max) for k in (I16, I32, U32)),
    *(of("clamp", lambda a, b: lax.clamp(jnp.int32(-9), a, lax.max(b, 5)), I32, I32),),
    *(of("select_n", lambda a, b: lax.select(a > b, a, b), k, k) for k in (I16, I32, U32)),
    of("mulhi", lambda a, b: lax.mulhi(a, b), U32, U32),
    *(
        of("convert_element_type", lambda a, to=to: a.astype(to), k)
        for k in (I16, I32, U32, TRUTH)
        for to in (I16, I32, U32, TRUTH)
        if to is not k
    ),
    of("convert_element_type", lambda a: (a >> 10).astype(F32).astype(I32), I32),
]


def used(case: Case) -> set[str]:
    """Names of the primitives of a case as JAX traces it."""
    given = [jnp.zeros((), kind) for kind in case.kinds]
    return {str(e.primitive) for e in jax.make_jaxpr(case.function)(*given).jaxpr.eqns}


def numbers(case: Case, random: np.random.Generator) -> np.ndarray:
    """Inputs [2, trials] of all sizes and signs, and the bounds of 16 and 32 bits."""
    wide = random.integers(-(2**31), 2**31, (2, TRIALS))
    wide >>= random.integers(0, 32, (2, TRIALS))
    wide[:, :16] = random.choice([0, 1, -1, 2**15 - 1, -(2**15), 2**31 - 1, -(2**31)], (2, 16))
    if case.least is not None:
        wide[1] = random.integers(case.least, 16, TRIALS)
    return wide.astype(np.int32)


def converted(case: Case, given: np.ndarray) -> list[Any]:
    """The inputs in their own types."""
    return [jnp.asarray(given[i]).astype(kind) for i, kind in enumerate(case.kinds)]


def number(result: Any) -> Any:
    """A result as an int32."""
    if result.dtype == F32:
        result = (result * 1024).astype(I32)
    return result.astype(I32)


def test_every_primitive_gives_what_jax_gives(seed: int) -> None:
    random = np.random.default_rng(seed)
    tables = np.stack([numbers(case, random) for case in CASES])

    def kernel(memories: Any, given: Any) -> None:
        trial = given["trial"].astype(I32)
        for i, case in enumerate(CASES):
            begin = 2 * TRIALS * i + trial
            own = [memories[Memory.TABLE][begin + TRIALS * k] for k in range(2)]
            own = [x.astype(kind) for x, kind in zip(own, case.kinds, strict=False)]
            place = TRIALS * i + trial
            value = jnp.where(given["valid"], number(case.function(*own)), 0)
            addupdate(memories[Memory.SUMS], jnp.where(given["valid"], place, 0), value)

    sizes = dict.fromkeys(Memory, 1)
    sizes |= {Memory.TABLE: tables.size, Memory.SUMS: len(CASES) * TRIALS}
    sums = np.zeros(len(CASES) * TRIALS, np.int64)
    world = np.array([0, 0, TRIALS, 0], np.uint32)
    key, rows = np.zeros(2, np.uint32), np.zeros(64, np.int16)
    function = built(kernel_text("every", kernel, sizes, each=2, words=4), "every").all_every
    operands = (key, world, tables, rows, rows, rows, rows, sums)
    addresses = [ctypes.c_void_p(x.ctypes.data) for x in operands]
    function(TRIALS // 2, 1, 1, *addresses, 0)
    ours = sums.reshape(len(CASES), TRIALS)
    for case, given, found in zip(CASES, tables, ours, strict=True):
        expected = np.asarray(number(case.function(*converted(case, given))))
        np.testing.assert_array_equal(found, expected, str(case))


def test_every_primitive_has_a_case() -> None:
    traced = {name for case in CASES for name in used(case)}
    assert {*PLAIN, "not"} <= traced
    assert all(case.name in used(case) for case in CASES)
    assert traced <= {*PLAIN, "not", *NOTHING_DONE, "pjit", "jit"}


def read_alone(function: Callable[[Any], None]) -> Any:
    sizes = dict.fromkeys(Memory, 8)
    block, given = read(lambda memories, scalars: function((memories, scalars)), sizes, SCALARS)
    mark_varying(block, [given["trial"], given["valid"]])
    return block


def test_an_unknown_primitive_is_named_with_its_place() -> None:
    def rule(at_hand: Any) -> None:
        memories, given = at_hand
        memories[Memory.STATE][0] = jnp.sin(given["trial"].astype(F32)).astype(I16)

    with pytest.raises(UnknownPrimitive, match=r"^sin is not in mcdefense/gpu/primitives\.py: "):
        read_alone(rule)


def test_an_array_in_a_rule_is_refused() -> None:
    def rule(at_hand: Any) -> None:
        memories, given = at_hand
        memories[Memory.STATE][0] = jnp.full(3, given["trial"]).max().astype(I16)

    with pytest.raises(UnknownPrimitive, match="expected a number of"):
        read_alone(rule)


def test_a_branch_that_differs_between_trials_is_refused() -> None:
    def rule(at_hand: Any) -> None:
        memories, given = at_hand

        def store() -> None:
            memories[Memory.STATE][0] = jnp.int16(1)

        lax.cond(given["trial"] > 3, store, lambda: None)

    with pytest.raises(BranchByTrial):
        read_alone(rule)
