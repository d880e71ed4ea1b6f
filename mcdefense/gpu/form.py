"""A kernel between the trace and the text: steps on the scalars of one trial.

JAX traces a rule to a jaxpr; reading.py turns that into this form, varying.py says which values
differ between the trials of a thread, and writer.py writes the text. Nothing here knows CUDA, so
that another writer can start from the same form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np


class Memory(Enum):
    """The memories of a kernel, and what the trials of a launch share of each."""

    TABLE = "TABLE"  # a world's tables: read, the same for all its trials
    BEFORE = "BEFORE"  # rows of a trial, which all architectures share
    STATE = "STATE"  # rows of a trial under one architecture
    LEFT = "LEFT"  # rows of a trial: leakers of each architecture
    MARKS = "MARKS"  # numbers of a warp
    SUMS = "SUMS"  # a world's counts, added to and never read

    @property
    def is_by_trial(self) -> bool:
        """Whether each trial has a row of its own."""
        return self in (Memory.BEFORE, Memory.STATE, Memory.LEFT)


@dataclass(eq=False)
class Value:
    """A number of a trial: a literal, or what a step computes."""

    kind: np.dtype[Any]
    literal: bool | int | float | None = None
    varies: bool = False
    """Whether it may differ between the trials of a thread (varying.py)."""


Atom = Value | Memory


@dataclass(eq=False)
class Step:
    """One thing done: `what` is a name of primitives.py, or of a structure with blocks.

    `choose` has a block for each value of its input; `loop` a block that says whether to go on,
    and one that gives the next values; `repeat` only the latter, `times` times.
    """

    what: str
    inputs: list[Value]
    results: list[Value]
    memory: Memory | None = None
    times: int = 0
    blocks: list[StepBlock] = field(default_factory=list)

    @property
    def changes_memory(self) -> bool:
        """Whether it does more than give results."""
        if self.what in ("store", "add_to"):
            return True
        return any(step.changes_memory for block in self.blocks for step in block.steps)


@dataclass(eq=False)
class StepBlock:
    """Steps in their order; `arguments` are what a loop carries in."""

    arguments: list[Value]
    steps: list[Step]
    results: list[Value]

    def every_step(self) -> Iterator[Step]:
        """All steps, also those of inner blocks."""
        for step in self.steps:
            yield step
            for block in step.blocks:
                yield from block.every_step()


def without_unused(block: StepBlock) -> StepBlock:
    """The block without steps whose results nobody reads and which change no memory."""
    needed = set(map(id, block.results))

    def kept(block: StepBlock) -> list[Step]:
        needed.update(map(id, block.results))
        steps = []
        for step in reversed(block.steps):
            if not step.changes_memory and not any(id(r) in needed for r in step.results):
                continue
            needed.update(map(id, step.inputs))
            step.blocks = [StepBlock(b.arguments, kept(b), b.results) for b in step.blocks]
            steps.append(step)
        return steps[::-1]

    return StepBlock(block.arguments, kept(block), block.results)
