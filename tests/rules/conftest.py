"""Rules on plain integers are tested where JAX mixes no types by itself."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import pytest


@pytest.fixture
def strict_types() -> Iterator[None]:
    """A rule that adds a truth to a number, or rows of 16 to rows of 32 bits, is refused here.

    The engine traces the rules in settings of its own (engine/settings.py), which allow it.
    """
    with jax.numpy_dtype_promotion("strict"):
        yield
