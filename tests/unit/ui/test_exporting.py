"""What a view shows, as a table and as a file."""

from __future__ import annotations

import csv
import os
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, NOW, PBX, SPY, members, queue, spy
from whisper_tui.engine.rows import AgentRow, AgentState, Whose
from whisper_tui.supervision.intents import Export
from whisper_tui.terms import Mode, Notice
from whisper_tui.ui import exporting, spreadsheet
from whisper_tui.ui.exporting import Naming
from whisper_tui.ui.moment import Moment

AT = Moment(NOW, {})
CALLS = exporting.of_calls([replace(ANA, listeners=(SPY,)), BEN, CALLER], AT)


def cell(table: exporting.Table, title: str) -> list[str]:
    return [row[table.titles.index(title)] for row in table.rows]


def test_calls_are_exported_as_they_are_masked_with_times_in_seconds() -> None:
    assert cell(CALLS, "caller") == ["…0242", "…0277", "…0251"]
    assert cell(CALLS, "talk_seconds") == ["391", "182", ""]
    assert cell(CALLS, "wait_seconds") == ["12", "12", "72"]
    assert cell(CALLS, "hold_seconds") == ["0", "20", "0"]
    assert cell(CALLS, "listeners") == ["SIP/99", "", ""]


def test_of_a_pbx_without_news_times_are_as_they_were_known_last() -> None:
    agent = AgentRow(PBX, "PJSIP/1", "Ana", AgentState.PAUSED, members("a", paused=True), None, None, 500.0)
    later = Moment(NOW + 600, {PBX: NOW})
    assert exporting.of_calls([replace(ANA, listeners=(SPY,)), BEN, CALLER], later) == CALLS
    assert cell(exporting.of_agents([agent], later, 2100.0), "for_seconds") == ["1000"]


def test_every_table_has_a_cell_for_each_of_its_titles() -> None:
    agent = AgentRow(PBX, "PJSIP/1", "Ana", AgentState.PAUSED, members("a", "b", paused=True), None, None, 500.0)
    tables = (
        CALLS,
        exporting.of_agents([agent], AT, 1500.0),
        exporting.of_queues([queue("support", longest_since=NOW - 9), queue("sales", performance=None)], AT),
        exporting.of_spies([spy("SIP/9", Whose.FOREIGN, None, ANA), spy("P/1", Whose.MINE, None, ANA)], Mode.WHISPER, AT),
    )  # fmt: skip
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.titles)}
    assert cell(tables[1], "for_seconds") == ["1000"]
    assert cell(tables[3], "mode") == ["unknown", "whisper"]


def test_a_file_is_its_owners_alone_and_nothing_in_it_is_a_formula(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        spreadsheet.write(
            str(tmp_path / "a.csv"), ("a", "b"), [("=1+1", " @x"), ("－2", "in\nline\x1b[2J"), ("ok", '"quoted"')]
        )
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [["a", "b"], ["'=1+1", "' @x"], ["'－2", "in?line?[2J"], ["ok", '"quoted"']]


def test_no_file_is_written_over_and_none_is_left_half_written(tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine")
    with pytest.raises(FileExistsError):
        spreadsheet.write(str(there), ("a",), [])
    assert there.read_text() == "mine"
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        spreadsheet.write(str(link), ("a",), [])

    class Full(tuple[str, ...]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        spreadsheet.write(str(tmp_path / "half.csv"), ("a",), [Full()])
    assert not (tmp_path / "half.csv").exists()


def test_a_name_goes_into_the_folder_a_path_where_it_says_and_anything_else_is_asked_again() -> None:
    naming = Naming(Export("calls", "", 3), "/state", "calls-1.csv")
    home = str(Path.home())
    for typed, path in (
        ("", "/state/calls-1.csv"),
        (" mine.csv ", "/state/mine.csv"),
        ("/srv/x.csv", "/srv/x.csv"),
        ("~/x.csv", f"{home}/x.csv"),
    ):
        assert naming.named(typed) == Export("calls", path, 3)
    for typed in ("a/b.csv", "/srv/", "~nobody-of-that-name/x", "..", "/srv/.."):
        assert naming.named(typed) == Notice("export.path", {"typed": typed})
