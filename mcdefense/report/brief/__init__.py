"""The brief of a result or of a study: one page for people who decide."""

from mcdefense.report.brief.page import brief
from mcdefense.report.brief.printing import browser_command, found_browser, printed
from mcdefense.report.brief.study_page import study_brief

__all__ = ["brief", "browser_command", "found_browser", "printed", "study_brief"]
