"""Stored results as text, JSON and figures; the only room that draws."""

from mcdefense.report.as_json import to_json
from mcdefense.report.brief import brief, browser_command, found_browser, printed, study_brief
from mcdefense.report.comparison import Compared, compared
from mcdefense.report.driven import DriversShown, drivers_shown
from mcdefense.report.figures import (
    FIGURES,
    MOST_ROWS,
    Fired,
    Heading,
    LaydownMap,
    MapLine,
    MapPlace,
    Seen,
    Timeline,
    draw,
    draw_found,
    draw_study,
    entry_of,
    figures_of,
    picture_format,
    save,
)
from mcdefense.report.lines import (
    WIDTH,
    blocks,
    cut,
    heading,
    label_width,
    override_lines,
    row,
    wrapped,
)
from mcdefense.report.notebook import Shown, shown
from mcdefense.report.numbers import duration, short
from mcdefense.report.point_notes import answer_json, study_json, study_screen
from mcdefense.report.screen import screen
from mcdefense.report.sides import Chosen, chosen, sides_of
from mcdefense.report.speed import speed_lines

__all__ = [
    "FIGURES",
    "MOST_ROWS",
    "WIDTH",
    "Chosen",
    "Compared",
    "DriversShown",
    "Fired",
    "Heading",
    "LaydownMap",
    "MapLine",
    "MapPlace",
    "Seen",
    "Shown",
    "Timeline",
    "answer_json",
    "blocks",
    "brief",
    "browser_command",
    "chosen",
    "compared",
    "cut",
    "draw",
    "draw_found",
    "draw_study",
    "drivers_shown",
    "duration",
    "entry_of",
    "figures_of",
    "found_browser",
    "heading",
    "label_width",
    "override_lines",
    "picture_format",
    "printed",
    "row",
    "save",
    "screen",
    "short",
    "shown",
    "sides_of",
    "speed_lines",
    "study_brief",
    "study_json",
    "study_screen",
    "to_json",
    "wrapped",
]
