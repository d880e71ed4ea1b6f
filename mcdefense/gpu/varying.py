"""Which values differ between the trials of a thread.

A thread replays a few trials at once. What is the same for all of them, such as the tables and
whatever is computed of them, is then computed once; the rest once a trial. All branches and loops
must be asked of what is the same, so that the threads of a warp stay together.
"""

from __future__ import annotations

from mcdefense.gpu.form import Memory, Step, StepBlock, Value


class BranchByTrial(NotImplementedError):
    """A rule branches on something that differs between trials: use jnp.where."""


def mark_varying(block: StepBlock, begin: list[Value]) -> None:
    """Set `varies` of every value of the block, given those that do at its beginning."""
    for value in begin:
        value.varies = True
    _block(block)


def _block(block: StepBlock) -> None:
    for step in block.steps:
        _step(step)


def _step(step: Step) -> None:
    if step.what == "choose":
        _same(step.inputs[0])
        for block in step.blocks:
            _block(block)
        for i, result in enumerate(step.results):
            result.varies = any(block.results[i].varies for block in step.blocks)
    elif step.what in ("loop", "repeat"):
        _loop(step)
    elif step.what == "load":
        varies = step.memory is not None and step.memory.is_by_trial
        step.results[0].varies = varies or step.inputs[0].varies
        if varies:
            _same(step.inputs[0])
    elif step.what == "store":
        _same(step.inputs[0])
        if step.memory is Memory.MARKS:
            _same(step.inputs[1])
    elif step.what in ("record", "any_trial"):
        if step.what == "record":
            _same(step.inputs[0])
        for result in step.results:
            result.varies = False
    else:
        for result in step.results:
            result.varies = any(value.varies for value in step.inputs)


def _loop(step: Step) -> None:
    """Until nothing more varies: what varies at the end of a turn does at the next one's start."""
    body = step.blocks[-1]
    carried = [value.varies for value in step.inputs]
    while True:
        for block in step.blocks:
            for argument, varies in zip(block.arguments, carried, strict=True):
                argument.varies = varies
            _block(block)
        after = [a or r.varies for a, r in zip(carried, body.results, strict=True)]
        if after == carried:
            break
        carried = after
    if step.what == "loop":
        _same(step.blocks[0].results[0])
    for result, varies in zip(step.results, carried, strict=True):
        result.varies = varies


def _same(value: Value) -> None:
    if value.varies:
        raise BranchByTrial("a branch, a loop or a place differs between the trials of a thread")
