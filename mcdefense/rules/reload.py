"""Rounds put into a magazine during the raid."""

from __future__ import annotations

import jax.numpy as jnp

from mcdefense.rules.numbers import Number


def put_in(rounds: Number, full: Number, due: Number, store: Number) -> Number:
    """`reload` (rule 41): of the rounds `due`, those that the magazine has room for and that its
    store holds; it has `rounds`, and room for `full`."""
    return jnp.minimum(jnp.minimum(due, full - rounds), store)
