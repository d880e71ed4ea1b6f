"""How much of what differs between worlds the best sum of effects of single inputs explains."""

from __future__ import annotations

import numpy as np

_DEGREE = 4
"""Of the polynomials of each input."""
_NO_WEIGHT = 1e-10
"""Part of the largest weight of a direction below which it has none but for rounding."""


def basis_of(design: np.ndarray) -> np.ndarray:
    """Orthonormal columns [W, K] that span those of a design, of which some may follow from
    others."""
    left, sizes, _ = np.linalg.svd(design, full_matrices=False)
    kept = sizes > sizes[0] * max(design.shape) * np.finfo(np.float64).eps
    return np.asarray(left[:, kept])


def explained_by(basis: np.ndarray, ys: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Share of the variance of each column of ys [W, Q] that the best sum of the columns of the
    basis explains, worlds counted by the weights [W], which add up to 1.

    The normal equations, as they are of an orthonormal basis, are many times as fast as a
    decomposition of the weighted columns, and as exact. Directions in which no world is drawn have
    no weight.
    """
    ys = ys - weights @ ys
    weighed = weights[:, np.newaxis] * basis
    sizes, directions = np.linalg.eigh(basis.T @ weighed)
    kept = sizes > sizes[-1] * _NO_WEIGHT
    along = directions[:, kept].T @ (weighed.T @ ys)
    explained = (along**2 / sizes[kept, np.newaxis]).sum(axis=0)
    whole = weights @ ys**2
    return np.asarray(np.where(whole > 0, explained / np.where(whole > 0, whole, 1.0), 0.0))


def columns_of(inputs: np.ndarray) -> list[np.ndarray]:
    """Columns that span the effects of one input of worlds [W]: of numbers polynomials of their
    ranks, of texts one for each but the first."""
    is_text = inputs.dtype == object
    values, level = np.unique(inputs.astype(str) if is_text else inputs, return_inverse=True)
    if values.size < 2:
        return []
    if is_text or values.size <= _DEGREE:
        return [(level == place).astype(np.float64) for place in range(1, values.size)]
    x = middle_ranks(inputs)
    return [np.polynomial.legendre.Legendre.basis(d)(x) for d in range(1, _DEGREE + 1)]


def middle_ranks(inputs: np.ndarray) -> np.ndarray:
    """The rank of the number of each world [W], from -1 to 1; equal numbers share the middle one of
    theirs."""
    _, level = np.unique(inputs, return_inverse=True)
    ends = np.cumsum(np.bincount(level))
    rank = (ends + np.concatenate([[0], ends[:-1]])) / level.size - 1
    return np.asarray(rank[level])
