"""The loss of networks during the raid (rule 38, `onset`): one draw for all that a trial loses."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from mcdefense.contract import NO_LOSS, ONSET_BITS, Purpose
from mcdefense.engine.draws import Luck


def onset_draws(down: Array, luck: Luck) -> Array:
    """The draw from which the onset of each network follows, NO_LOSS where it stays up; `down` says
    where it is lost, [A, 1, W, T] of a block and a scalar of one trial."""
    drawn = luck.draw(Purpose.ONSET, 0, jnp.int32(0)) >> (31 - ONSET_BITS)
    return jnp.where(down, drawn, jnp.int32(NO_LOSS))
