"""A traced function (jaxpr) read into the form of form.py; names every primitive it cannot read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import Literal
from jax.tree_util import tree_unflatten

from mcdefense.engine import own_settings, started_devices
from mcdefense.gpu.form import Atom, Memory, Step, StepBlock, Value, without_unused
from mcdefense.gpu.primitives import NOTHING_DONE, TYPES, is_plain

KINDS = dict.fromkeys(Memory, jnp.int16) | {Memory.TABLE: jnp.int32, Memory.SUMS: jnp.int32}
"""Types of the memories as rules see them."""
_CALLS = ("pjit", "jit", "closed_call", "custom_jvp_call")


class UnknownPrimitive(NotImplementedError):
    """A rule uses something that the room gpu cannot write: add it to primitives.py."""


def read(
    function: Callable[..., Any], sizes: dict[Memory, int], scalars: dict[str, np.dtype[Any]]
) -> tuple[StepBlock, dict[str, Value]]:
    """The steps of `function(memories, scalars)`; `sizes` numbers of each memory, by their names.

    Nothing is computed, and JAX needs no GPU of its own.
    """
    with own_settings(_device()):
        references = [jax.new_ref(jnp.zeros(n, KINDS[memory])) for memory, n in sizes.items()]
        numbers = [jnp.zeros((), kind) for kind in scalars.values()]

        def run(references: list[Any], numbers: list[jax.Array]) -> None:
            function(
                dict(zip(sizes, references, strict=True)), dict(zip(scalars, numbers, strict=True))
            )

        closed = jax.make_jaxpr(run)(references, numbers)
    given = {name: Value(np.dtype(kind)) for name, kind in scalars.items()}
    reader = _Reader()
    results = reader.closed(closed, [*sizes, *given.values()])
    assert not results, "a kernel returns nothing"
    return without_unused(StepBlock(list(given.values()), reader.steps, [])), given


def _device() -> jax.Device:
    """The CPU, unless the user has told JAX to do without it."""
    devices = started_devices()
    try:
        return jax.local_devices(backend="cpu")[0]
    except RuntimeError:
        return devices[0]


class _Reader:
    """Steps so far; calls of inner functions are read in place."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def closed(self, closed: Any, arguments: Sequence[Atom]) -> list[Value]:
        """The results of a jaxpr with its constants."""
        inner = getattr(closed, "jaxpr", closed)
        constants = [_literal(np.asarray(c)) for c in getattr(closed, "consts", ())]
        names: dict[Any, Atom] = dict(zip(inner.constvars, constants, strict=True))
        names |= dict(zip(inner.invars, arguments, strict=True))
        for equation in inner.eqns:
            self.equation(names, equation)
        return [self.value(names, v) for v in inner.outvars]

    def value(self, names: dict[Any, Atom], atom: Any) -> Any:
        if isinstance(atom, Literal):
            return _literal(np.asarray(atom.val, _kind_of(atom)))
        return names[atom]

    def apart(
        self, closed: Any, arguments: Sequence[Atom], carried: Sequence[Value] = ()
    ) -> StepBlock:
        """A jaxpr as a block of its own."""
        before, self.steps = self.steps, []
        results = self.closed(closed, arguments)
        steps, self.steps = self.steps, before
        return StepBlock(list(carried), steps, results)

    def put(self, what: str, inputs: list[Any], equation: Any, **more: Any) -> list[Value]:
        """One more step; its results."""
        results = [_of_aval(v.aval, equation) for v in equation.outvars]
        self.steps.append(Step(what, inputs, results, **more))
        return results

    def equation(self, names: dict[Any, Atom], equation: Any) -> None:
        """What one equation does; its results by their names."""
        name, parameters = equation.primitive.name, equation.params
        inputs = [self.value(names, v) for v in equation.invars]
        if name in NOTHING_DONE:
            _of_aval(equation.outvars[0].aval, equation)
            results = inputs[:1]
        elif is_plain(name) or name in ("record", "any_trial"):
            results = self.put(name, inputs, equation)
        elif name in ("get", "swap", "addupdate"):
            results = self.in_memory(name, inputs, parameters["tree"], equation)
        elif name in _CALLS:
            inner = parameters.get("jaxpr") or parameters["call_jaxpr"]
            results = self.closed(inner, inputs)
        elif name == "cond":
            blocks = [self.apart(branch, inputs[1:]) for branch in parameters["branches"]]
            results = self.put("choose", inputs[:1], equation, blocks=blocks)
        elif name == "while":
            results = self.loop(inputs, parameters, equation)
        elif name == "scan":
            results = self.repeat(inputs, parameters, equation)
        else:
            raise UnknownPrimitive(
                f"{name} is not in mcdefense/gpu/primitives.py: {_place(equation)}"
            )
        names.update(zip(equation.outvars, results, strict=True))

    def in_memory(self, name: str, inputs: list[Any], tree: Any, equation: Any) -> list[Value]:
        """A load, a store, or an addition to a sum."""
        memory, values = inputs[0], inputs[1 : 1 + (name != "get")]
        (indexer,) = tree_unflatten(tree, inputs[1 + len(values) :])
        (index,) = indexer.indices
        place = index if isinstance(index, Value) else _literal(np.asarray(index, np.int32))
        what = {"get": "load", "swap": "store", "addupdate": "add_to"}[name]
        return self.put(what, [place, *values], equation, memory=memory)

    def loop(self, inputs: list[Any], parameters: Any, equation: Any) -> list[Value]:
        """A loop that asks each time whether to go on."""
        ours, theirs = parameters["cond_nconsts"], parameters["body_nconsts"]
        begin = inputs[ours + theirs :]
        asked = [Value(v.kind) for v in begin]
        test = self.apart(parameters["cond_jaxpr"], [*inputs[:ours], *asked], asked)
        carried = [Value(v.kind) for v in begin]
        known = inputs[ours : ours + theirs]
        body = self.apart(parameters["body_jaxpr"], [*known, *carried], carried)
        return self.put("loop", begin, equation, blocks=[test, body])

    def repeat(self, inputs: list[Any], parameters: Any, equation: Any) -> list[Value]:
        """A loop of a known number of turns: all its results are carried, no rows come or go."""
        assert not parameters["reverse"]
        known = len(inputs) - len(equation.outvars)
        begin = inputs[known:]
        carried = [Value(v.kind) for v in begin]
        body = self.apart(parameters["jaxpr"], [*inputs[:known], *carried], carried)
        times = parameters["length"]
        return self.put("repeat", begin, equation, blocks=[body], times=times)


def _kind_of(atom: Any) -> Any:
    return atom.aval.dtype


def _literal(value: np.ndarray) -> Value:
    if value.shape != ():
        raise UnknownPrimitive(f"a rule holds an array of shape {value.shape} of its own")
    return Value(value.dtype, value.item())


def _of_aval(aval: Any, equation: Any) -> Value:
    if aval.shape != () or str(aval.dtype) not in TYPES:
        raise UnknownPrimitive(
            f"{equation.primitive.name} gives {aval.str_short()}, expected a number of "
            f"{', '.join(TYPES)}: {_place(equation)}"
        )
    return Value(np.dtype(aval.dtype))


def _place(equation: Any) -> str:
    """Where in our own files an equation was traced."""
    frames = getattr(equation.source_info.traceback, "frames", [])
    ours = [f for f in frames if "mcdefense" in f.file_name and "/gpu/reading" not in f.file_name]
    return f"{ours[0].file_name}:{ours[0].line_num}" if ours else str(equation)
