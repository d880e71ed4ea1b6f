"""What can go wrong between a result and its file."""

from __future__ import annotations

import os
import re

from mcdefense.errors import McdefenseError

ONE_POINT = "run makes a result of one of its points, with the values of that point as --set"
"""What to do with the file of a study where that of a run is wanted."""


class StoreError(McdefenseError):
    """A results file could not be written, or is damaged; one line, exit code 1."""


def reason(error: BaseException) -> str:
    """The cause in the system's words (`No space left on device`), or the error's first line."""
    if isinstance(error, MemoryError):
        return "out of memory"
    number = error.errno if isinstance(error, OSError) else None
    if number is None and (found := re.search(r"errno = (\d+)", str(error))):
        number = int(found.group(1))
    if number is not None:
        return os.strerror(number)
    text = str(error.args[0]) if error.args else ""
    return (text.splitlines() or [type(error).__name__])[0]
