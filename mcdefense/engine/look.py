"""A look's state in one 16-bit row, and a decision in one more: bits packed and unpacked.

Packing halves the rows that a step moves; measured, a row update costs as much as the logic.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from mcdefense.schedule.schedule import MAX_LOOKS

_FIRED = 10  # codes below are causes; from here up `_FIRED + rounds fired`


class Look(NamedTuple):
    """A cell's view of its current or last look at an object; rows [W, T]."""

    looks: Array  # looks so far
    owed: Array  # rounds still owed in it
    dead_called_alive: Array  # 1: it would err on a dead object
    live_called_dead: Array  # 1: it would err on a live one
    wasted: Array  # 1: the object was dead, or doomed, when it opened


def pack_look(look: Look) -> Array:
    """The row of a look."""
    return (
        look.looks
        | (look.owed << 4)
        | (look.dead_called_alive << 8)
        | (look.live_called_dead << 9)
        | (look.wasted << 10)
    )


def unpack_look(packed: Array) -> Look:
    """The look in a row."""
    return Look(
        looks=packed & 15,
        owed=(packed >> 4) & 15,
        dead_called_alive=(packed >> 8) & 1,
        live_called_dead=(packed >> 9) & 1,
        wasted=(packed >> 10) & 1,
    )


class Decision(NamedTuple):
    """What a cell does with an opportunity; rows [W, T]."""

    cause: Array  # rule 29's cause if nothing is fired, MISSED if something is
    fired: Array  # rounds
    opens: Array  # 1: a look begins
    kills: Array  # 1: the rounds kill
    owed: Array  # rounds owed afterwards
    wasted: Array  # 1: the rounds are wasted (rule 28)
    remote: Array  # 1: licensed by a remote track
    dead_called_alive: Array  # 1: the look errs on a dead object
    live_called_dead: Array  # 1: it errs on a live one


def pack_decision(
    code: Array,
    opens: Array,
    kills: Array,
    owed: Array,
    wasted: Array,
    remote: Array,
    errors: Array | None,
) -> Array:
    """The row of a decision; `code` is a cause, or 10 + rounds fired; `errors` bit 0 on a dead
    object, bit 1 on a live one, None where looks never err."""
    packed = code | (opens << 5) | (kills << 6) | (owed << 7) | (wasted << 11) | (remote << 12)
    return packed if errors is None else packed | (errors << 13)


def fired_code(rounds: Array) -> Array:
    """The code of an opportunity taken with so many rounds."""
    return rounds + _FIRED


def is_taken(code: Array) -> Array:
    """Whether a code is that of rounds fired."""
    return code >= _FIRED


def unpack_decision(packed: Array) -> Decision:
    """The decision in a row."""
    code = packed & 31
    return Decision(
        cause=jnp.minimum(code, 8 + (code == 9)),
        fired=jnp.maximum(code - _FIRED, 0),
        opens=(packed >> 5) & 1,
        kills=(packed >> 6) & 1,
        owed=(packed >> 7) & 15,
        wasted=(packed >> 11) & 1,
        remote=(packed >> 12) & 1,
        dead_called_alive=(packed >> 13) & 1,
        live_called_dead=(packed >> 14) & 1,
    )


def next_looks(looks: Array) -> Array:
    """Looks after one more, saturating: later looks use the last salvo entry anyway."""
    return jnp.minimum(looks + 1, MAX_LOOKS)
