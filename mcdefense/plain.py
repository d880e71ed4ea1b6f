"""Text that anybody may have written, made harmless to the terminal that shows it."""

from __future__ import annotations

_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")
del _CONTROL[ord("\n")]


def plain(text: str) -> str:
    """The text without control characters but line ends: in a title or a path, which may be
    anybody's, they would steer the terminal."""
    return text.translate(_CONTROL)
