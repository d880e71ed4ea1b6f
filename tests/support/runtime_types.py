"""The type checker of tests: annotations of the package hold for what is really passed.

`tests/conftest.py` has it installed before the package is imported. A whole number may stand where
a float is expected, as type checkers have it.
"""

from __future__ import annotations

from beartype import BeartypeConf, beartype
from jaxtyping import install_import_hook

CHECKED = ("mcdefense.contract", "mcdefense.rules")
"""Rooms that every other one builds on; the engine's own functions are traced, not called."""

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))


def check_types() -> None:
    """Have every function of these rooms check its arguments and what it returns."""
    install_import_hook(CHECKED, "tests.support.runtime_types.checked")
