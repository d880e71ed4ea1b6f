"""Names of parametrized cases whose arguments are grouped."""

from __future__ import annotations


def flat(value: object) -> str | None:
    """Name of a case's tuple: that of its parts in a row, as if each were an argument."""
    return "-".join(map(str, value)) if isinstance(value, tuple) else None
