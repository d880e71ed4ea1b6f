"""The text of a kernel's steps in CUDA C++, for some trials a thread."""

from __future__ import annotations

import numpy as np

from mcdefense.gpu.form import Memory, Step, StepBlock, Value
from mcdefense.gpu.primitives import TYPES, UNSIGNED, template_of

PARTS = "xyzw"
"""Fields of CUDA's vectors, one for each trial of a thread."""


class Writer:
    """Lines so far; values that vary have a variable for each of the thread's `each` trials."""

    def __init__(self, each: int) -> None:
        self.each, self.lines = each, list[str]()
        self._names: dict[int, str] = {}
        self._count, self._depth = 0, 1

    def name(self, value: Value, name: str) -> None:
        """Use this name for a value that the text around declares."""
        self._names[id(value)] = name

    def write(self, block: StepBlock) -> None:
        """All steps of a block."""
        for step in block.steps:
            self._step(step)

    def _put(self, text: str) -> None:
        self.lines.append("  " * self._depth + text)

    def _new(self, value: Value, prefix: str = "v") -> str:
        self._count += 1
        self._names[id(value)] = f"{prefix}{self._count}"
        return self._names[id(value)]

    def _of(self, value: Value, trial: int) -> str:
        """A value's variable in one trial of the thread."""
        if value.literal is not None:
            return _constant(value)
        name = self._names[id(value)]
        return f"{name}_{trial}" if value.varies else name

    def _trials(self, value: Value) -> range:
        return range(self.each if value.varies else 1)

    def _let(self, result: Value, inputs: list[Value], template: str) -> None:
        """A variable by a template."""
        self._new(result)
        kind = TYPES[str(result.kind)]
        for k in self._trials(result):
            names = [self._of(value, k) for value in inputs]
            first = TYPES[str(inputs[0].kind)] if inputs else kind
            text = template.format(*names, r=kind, u=UNSIGNED.get(first, first))
            self._put(f"const {kind} {self._of(result, k)} = {text};")

    def _step(self, step: Step) -> None:
        if step.what == "load":
            self._load(step)
        elif step.what == "store":
            self._store(step)
        elif step.what == "add_to":
            self._add(step)
        elif step.what == "record":
            self._record(step)
        elif step.what == "any_trial":
            (truth,), (result,) = step.inputs, step.results
            either = " | ".join(self._of(truth, k) for k in self._trials(truth))
            self._put(f"const bool {self._new(result)} = ANY({either});")
        elif step.what == "choose":
            self._choose(step)
        elif step.what in ("loop", "repeat"):
            self._loop(step)
        else:
            kinds = [result.kind for result in step.results]
            self._let(step.results[0], step.inputs, template_of(step.what, kinds))

    def _load(self, step: Step) -> None:
        memory, (place,), (result,) = step.memory, step.inputs, step.results
        assert memory is not None
        if not memory.is_by_trial:
            self._let(result, [place], memory.value + "({0})")
            return
        # One load for all trials of the thread: their rows lie side by side.
        name = self._new(result)
        self._put(f"const Rows {name} = {memory.value}({self._of(place, 0)});")
        for k in self._trials(result):
            self._put(f"const short {self._of(result, k)} = PART({name}, {PARTS[k]});")

    def _store(self, step: Step) -> None:
        memory, (place, value) = step.memory, step.inputs
        assert memory is not None
        if memory is Memory.MARKS:
            self._put(f"MARK({self._of(place, 0)}, {self._of(value, 0)});")
            return
        values = ", ".join(self._of(value, k) for k in range(self.each))
        self._put(f"{memory.value}({self._of(place, 0)}) = MAKE_ROWS({values});")

    def _add(self, step: Step) -> None:
        place, value = step.inputs
        if place.varies:
            for k in range(self.each):
                self._put(f"ADD_BY({self._of(place, k)}, {self._of(value, k)});")
            return
        total = " + ".join(f"(int){self._of(value, k)}" for k in range(self.each))
        self._put(f"ADD({self._of(place, 0)}, {total});")

    def _record(self, step: Step) -> None:
        number = self._of(step.inputs[0], 0)
        self._count += 1
        for four in range(len(step.results) // 4):
            name = f"r{self._count}_{four}"
            self._put(f"const int4 {name} = RECORD({number}, {four});")
            for k, part in enumerate(PARTS):
                self._names[id(step.results[4 * four + k])] = f"{name}.{part}"

    def _declare(self, value: Value, begin: Value | None = None) -> None:
        self._new(value)
        kind = TYPES[str(value.kind)]
        for k in self._trials(value):
            first = "" if begin is None else f" = {self._of(begin, k)}"
            self._put(f"{kind} {self._of(value, k)}{first};")

    def _assign(self, value: Value, other: Value) -> None:
        for k in self._trials(value):
            self._put(f"{self._of(value, k)} = {self._of(other, k)};")

    def _choose(self, step: Step) -> None:
        for result in step.results:
            self._declare(result)
        which = self._of(step.inputs[0], 0)
        last = len(step.blocks) - 1
        if last == 1:  # of two, the second is the one for true
            order, tests = [1, 0], [which, ""]
        else:
            order, tests = [*range(last + 1)], [f"{which} == {i}" for i in range(last)]
        for turn, i in enumerate(order):
            head = f"if ({tests[turn]}) {{" if turn < last else "{"
            self._put(("} else " if turn else "") + head)
            self._depth += 1
            self.write(step.blocks[i])
            for result, value in zip(step.results, step.blocks[i].results, strict=True):
                self._assign(result, value)
            self._depth -= 1
        self._put("}")

    def _loop(self, step: Step) -> None:
        body = step.blocks[-1]
        for result, begin in zip(step.results, step.inputs, strict=True):
            self._declare(result, begin)
        for block in step.blocks:
            for argument, result in zip(block.arguments, step.results, strict=True):
                self._names[id(argument)] = self._names[id(result)]
        if step.what == "repeat":
            self._count += 1
            i = f"i{self._count}"
            self._put(f"for (int {i} = 0; {i} < {step.times}; {i}++) {{")
        else:
            self._put("for (;;) {")
        self._depth += 1
        if step.what == "loop":
            self.write(step.blocks[0])
            self._put(f"if (!({self._of(step.blocks[0].results[0], 0)})) break;")
        self.write(body)
        self._carry_on(step.results, body)
        self._depth -= 1
        self._put("}")

    def _carry_on(self, carried: list[Value], body: StepBlock) -> None:
        """The carried values of the next turn, all at once: one may be made of another."""
        changed = [
            (result, value)
            for result, value, argument in zip(carried, body.results, body.arguments, strict=True)
            if value is not argument
        ]
        fresh = []
        for result, value in changed:
            new = Value(result.kind, varies=result.varies)
            self._new(new)
            for k in self._trials(new):
                kind = TYPES[str(new.kind)]
                self._put(f"const {kind} {self._of(new, k)} = {self._of(value, k)};")
            fresh.append((result, new))
        for result, new in fresh:
            self._assign(result, new)


def _constant(value: Value) -> str:
    if value.kind == np.bool_:
        return "true" if value.literal else "false"
    if value.kind == np.uint32:
        return f"{value.literal}u"
    if value.kind == np.float32:
        return f"{value.literal!r}f"
    return f"(({TYPES[str(value.kind)]}){value.literal})"
