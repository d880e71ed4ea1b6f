"""Annotations of the rooms below all others are checked in every test, as functions are called."""

from __future__ import annotations

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from mcdefense.contract import limit
from mcdefense.rules.numbers import bit


def test_an_argument_of_another_type_is_refused() -> None:
    with pytest.raises(TypeCheckError, match="flag"):
        bit(True, "no flag")  # type: ignore[arg-type]
    assert int(bit(True, 4)) == 4


def test_a_whole_number_may_stand_for_a_float() -> None:
    assert limit(np.float64(1)) == limit(1)
