"""A study with the answer that its command has read off it, in its file too."""

from __future__ import annotations

from pathlib import Path

from mcdefense.statistics import Answer, Study, with_answer
from mcdefense.store import sole_writer, write_study


def answered(study: Study, path: Path | None, answer: Answer) -> Study:
    """The study with its answer, written over its file at `path` if it has one, so that whoever
    opens the file meets the answer and not the points alone.

    Raises InputError if another process writes the file, StoreError where the system refuses.
    """
    made = with_answer(study, answer)
    if path is not None:
        with sole_writer(path):
            write_study(made, path)
    return made
