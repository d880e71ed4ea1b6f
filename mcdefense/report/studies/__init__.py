"""Studies as text and numbers: their points, and what is read off along their axes."""

from mcdefense.report.studies.answer import answer_json, study_json, study_screen

__all__ = ["answer_json", "study_json", "study_screen"]
