"""The command line: a file for each command, and what they share."""

from mcdefense.cli.program import main

__all__ = ["main"]
