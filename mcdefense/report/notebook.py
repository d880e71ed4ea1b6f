"""Text that a notebook shows as it is printed."""

from __future__ import annotations

from html import escape

from mcdefense.plain import plain
from mcdefense.report.screen import screen
from mcdefense.statistics import Result


class Shown(str):
    """A screen: printed or in a notebook's cell it is the text itself, in columns."""

    __slots__ = ()

    def __repr__(self) -> str:
        return plain(str(self))

    def _repr_html_(self) -> str:
        """The text in a fixed pitch, every sign of it escaped."""
        return f"<pre>{escape(plain(str(self)), quote=True)}</pre>"


def shown(result: Result, by: str | None = None, *, every: bool = False) -> Shown:
    """The screen of a result, or one table, for a notebook. Raises ValueError for another `by`."""
    return Shown(screen(result, by, every=every))
