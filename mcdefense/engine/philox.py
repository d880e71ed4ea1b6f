"""Philox4x32-10, the engine's only source of chance.

Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11
(doi 10.1145/2063384.2063405); constants and known answers from Random123.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

_MULTIPLIER = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10


def _multiply(a: Array, constant: int) -> tuple[Array, Array]:
    """High and low 32 bits of a 32 x 32-bit product.

    By 16-bit halves: a uint64 product needs x64 mode, `lax.mulhi` does not compile everywhere.
    """
    low, high = jnp.uint32(constant & 0xFFFF), jnp.uint32(constant >> 16)
    a_low, a_high = a & 0xFFFF, a >> 16
    carry = a_low * low
    middle = a_high * low + (carry >> 16)
    other = a_low * high + (middle & 0xFFFF)
    return a_high * high + (middle >> 16) + (other >> 16), a * jnp.uint32(constant)


def philox4x32(
    counter: tuple[Array, Array, Array, Array], key: tuple[Array, Array]
) -> tuple[Array, Array, Array, Array]:
    """Four uint32 words for each counter; counters broadcast against each other."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(_ROUNDS):
        high0, low0 = _multiply(c0, _MULTIPLIER[0])
        high1, low1 = _multiply(c2, _MULTIPLIER[1])
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = k0 + jnp.uint32(_WEYL[0]), k1 + jnp.uint32(_WEYL[1])
    return c0, c1, c2, c3


def multiply_high(word: Array, n: Array) -> Array:
    """floor(word * n / 2**32) for n < 2**16: one of n equally likely numbers (uint32)."""
    return ((word >> 16) * n + (((word & 0xFFFF) * n) >> 16)) >> 16
