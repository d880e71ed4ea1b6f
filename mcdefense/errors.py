"""What can go wrong by a user's hand, each with the place, what came and what was wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault in an input.

    `where` is `file` or `file:line`, or with `option` the name of an option as Python has it, such
    as `trials_per_world`, which the command line shows as it is typed there. `key` is the key path,
    or "" if the fault is in the file as a whole; `message` says what came and what was wanted.
    An option that a message names stands in backticks, which the command line reads likewise.
    """

    where: str
    key: str
    message: str
    option: bool = False

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.key, self.message) if part)


class McdefenseError(Exception):
    """An error with a remedy for the user; the command line prints it without a traceback."""

    exit_code = 1


class InputError(McdefenseError):
    """Every fault found in the user's input at once; exit code 2, no file touched."""

    exit_code = 2

    def __init__(self, faults: Sequence[Fault]) -> None:
        if not faults:
            raise ValueError("an InputError needs at least one fault")
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Fault, ...]]]:
        """From a worker's process to ours with its faults, not with its text in their place."""
        return type(self), (self.faults,)
