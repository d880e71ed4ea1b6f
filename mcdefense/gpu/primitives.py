"""What a rule may be made of, and how each piece is written in C++.

To add a primitive of JAX that works on numbers one by one, add a line to PLAIN and a case to
tests/gpu/test_primitives.py. A template has the inputs as {0}, {1}, ..., the C type of the
result as {r}, and the unsigned type as wide as the first input as {u}.
"""

from __future__ import annotations

from typing import Any

import jax.core
import numpy as np
from jax import Array
from jax.extend.core import Primitive

TYPES = {"bool": "bool", "int16": "short", "int32": "int", "uint32": "unsigned", "float32": "float"}
"""C types of the numbers that rules may use."""
UNSIGNED = {"bool": "bool", "short": "unsigned short", "int": "unsigned", "unsigned": "unsigned"}

PLAIN = {
    "add": "({r})({0} + {1})",
    "sub": "({r})({0} - {1})",
    "mul": "({r})({0} * {1})",
    # Of integers both round towards zero, as XLA does; rules divide by no zero.
    "div": "({r})({0} / {1})",
    "rem": "({r})({0} % {1})",
    "and": "({r})({0} & {1})",
    "or": "({r})({0} | {1})",
    "xor": "({r})({0} ^ {1})",
    "neg": "({r})(-{0})",
    "sign": "({r})(({0} > 0) - ({0} < 0))",
    # Unsigned: C leaves the shift of a negative number, and one into the sign, undefined.
    "shift_left": "({r})((unsigned){0} << {1})",
    "shift_right_arithmetic": "({r})({0} >> {1})",
    "shift_right_logical": "({r})(({u}){0} >> {1})",
    "eq": "{0} == {1}",
    "ne": "{0} != {1}",
    "lt": "{0} < {1}",
    "le": "{0} <= {1}",
    "gt": "{0} > {1}",
    "ge": "{0} >= {1}",
    "min": "{0} < {1} ? {0} : {1}",
    "max": "{0} > {1} ? {0} : {1}",
    "clamp": "{1} < {0} ? {0} : {1} > {2} ? {2} : {1}",
    "select_n": "{0} ? {2} : {1}",
    "mulhi": "MULHI({0}, {1})",
    "convert_element_type": "({r}){0}",
}
NOT = {"bool": "!{0}", "integer": "({r})(~{0})"}
"""The primitive `not`, of truths and of bits."""
NOTHING_DONE = frozenset(
    {"broadcast_in_dim", "copy", "copy_p", "expand_dims", "reshape", "squeeze", "stop_gradient"}
)
"""Primitives that change the shape alone: every row of a trial is one number."""


def template_of(name: str, results: list[np.dtype[Any]]) -> str:
    """How a plain primitive is written."""
    if name == "not":
        return NOT["bool" if results[0] == np.bool_ else "integer"]
    return PLAIN[name]


def is_plain(name: str) -> bool:
    """Whether a primitive works on numbers one by one."""
    return name in PLAIN or name == "not"


record_p = Primitive("record")
"""The packed record of a turn (records.py): its number -> `words` words of 32 bits."""
record_p.multiple_results = True


@record_p.def_abstract_eval
def _record_shape(number: Any, *, words: int) -> list[jax.core.ShapedArray]:
    del number
    return [jax.core.ShapedArray((), np.dtype(np.int32))] * words


any_trial_p = Primitive("any_trial")
"""Whether a truth holds in any trial of the warp: the same answer for all of them."""


@any_trial_p.def_abstract_eval
def _any_shape(truth: Any) -> Any:
    return truth


def record(number: Array, words: int) -> list[Array]:
    """The words of a turn's record."""
    got: list[Array] = record_p.bind(number, words=words)
    return got


def any_trial(truth: Array) -> Array:
    """Whether it holds in any trial of the warp."""
    anywhere: Array = any_trial_p.bind(truth)
    return anywhere
