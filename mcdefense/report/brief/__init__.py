"""The brief of a result: one page for people who decide."""

from mcdefense.report.brief.page import brief
from mcdefense.report.brief.printing import browser_command, found_browser, printed

__all__ = ["brief", "browser_command", "found_browser", "printed"]
