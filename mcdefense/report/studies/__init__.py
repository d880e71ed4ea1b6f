"""Studies as text and numbers: what is read off along their axes."""

from mcdefense.report.studies.numbers import study_json
from mcdefense.report.studies.screen import study_screen
from mcdefense.report.studies.withstood import withstood_json, withstood_screen
from mcdefense.report.studies.worth import WorthReading, worth_json, worth_screen

__all__ = [
    "WorthReading",
    "study_json",
    "study_screen",
    "withstood_json",
    "withstood_screen",
    "worth_json",
    "worth_screen",
]
