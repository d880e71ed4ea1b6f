"""A result in a notebook: its table is text in a fixed pitch, its figure a figure."""

from __future__ import annotations

import pytest

from mcdefense.errors import InputError
from mcdefense.report import screen
from tests.support.raid_result import raid_result


def test_a_table_is_the_screen_and_shown_as_it_is_printed() -> None:
    result = raid_result()
    for by in (None, "class", "cause", "battery", "asset"):
        table = result.table(by)
        assert table == screen(result, by)
        assert repr(table) == str(table)


def test_a_notebook_gets_text_and_no_markup_of_a_title() -> None:
    table = raid_result(title="<script>1</script>\x1b[2J").table()
    html = table._repr_html_()  # type: ignore[attr-defined]
    assert html.startswith("<pre>NOTIONAL")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "\x1b" not in html + repr(table)


def test_another_table_or_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="got 'colour'"):
        raid_result().table("colour")
    with pytest.raises(InputError, match="got 'pie', expected one of leak"):
        raid_result().figure("pie")


def test_a_figure_is_drawn_by_name() -> None:
    result = raid_result(architectures=3)
    assert len(result.figure().axes) == 2
    assert len(result.figure("worlds").axes) == 1


def test_the_summary_names_both() -> None:
    shown = repr(raid_result())
    assert "result.table()" in shown
    assert "result.figure()" in shown
