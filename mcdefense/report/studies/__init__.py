"""Studies as text and numbers: what is read off along their axes."""

from mcdefense.report.studies.numbers import study_json
from mcdefense.report.studies.screen import study_screen

__all__ = ["study_json", "study_screen"]
