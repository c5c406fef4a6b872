"""`whisper-tui log show`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests.unit.cli.logs import ANA, NUMBER, log, row, session, write
from whisper_tui.audit.records import Certainty, Kind, Who
from whisper_tui.cli.main import root
from whisper_tui.ui.story import SAID


@pytest.fixture(autouse=True)
def _trail() -> None:
    more = {"phone": "PJSIP/2001", "enforcement": "advisory"}
    write(
        row(Kind.GLASS_BROKEN, "aa11", -1, deed="barge", rule="hours", told=("@dpo",)),
        row(Kind.REQUESTED, "aa11", 0, deed="listen", mode_asked="silent", reason="complaint", other=Who("eve", 5), **more),
        row(Kind.AIMED, "aa11", 10, mode="silent", microphone="open"),
        row(Kind.MODE, "aa11", 50, mode="whisper", microphone="open", deed="whisper"),
        row(Kind.MODE, "aa11", 70, mode="barge", microphone="open", deed="barge"),
        row(Kind.MODE, "aa11", 75, mode="barge", microphone="muted", deed="mute"),
        row(
            Kind.LEFT, "aa11", 100, cause="leg.left", end_certainty=Certainty.BOUNDED, recording="on",
            recording_holds_coach=True, seconds={"silent": 40.0, "whisper": 20.0, "barge": 30.0}, audible=5.0,
        ),
        *session("bb22", 200),
        *session("bb23", 300),
    )  # fmt: skip


def test_the_bar_says_what_was_heard_and_the_lines_below_who_let_it_be() -> None:
    shown = log("show", "aa11", env={"COLUMNS": "102"}).stdout
    bar = shown.splitlines()[1].strip()
    assert bar == "·" * 10 + "─" * 40 + "▒" * 20 + "█" * 5 + "╌" * 25
    assert "╌ microphone off" in shown
    for words in (
        "allowed by  profile leads, policy abababababab (advice",
        "and by      eve",
        "reason      complaint",
        "glass       broken for barge past hours; told: @dpo",
        "phone       PJSIP/2001",
        "caller      …0142",
        "recording   on; it holds the supervisor's voice",
        "(at the latest: nobody saw it), leg.left",
    ):
        assert words in shown
    assert NUMBER not in shown


@pytest.mark.parametrize(("columns", "cells"), [("1", 20), ("0", 78), ("500", 100)])
def test_the_bar_keeps_to_the_width_of_the_terminal(columns: str, cells: int) -> None:
    bar = log("show", "aa11", env={"COLUMNS": columns}).stdout.splitlines()[1].strip()
    assert len(bar) == cells
    assert "█" in bar


def test_a_terminal_without_utf_8_gets_letters() -> None:
    shown = CliRunner(charset="ascii").invoke(root, ["log", "show", "aa11"], env={"COLUMNS": "102"})
    assert shown.stdout_bytes.splitlines()[1].strip() == b"." * 10 + b"-" * 40 + b"w" * 20 + b"B" * 5 + b"m" * 25


def test_numbers_are_masked_in_hidden_fields_too() -> None:
    for line in log("show", "aa11", "--json").stdout.splitlines():
        assert json.loads(line)["call"]["caller"] == "…0142"


def test_the_beginning_of_an_id_is_enough_where_it_is_one() -> None:
    assert "and by      eve" in log("show", "a").stdout
    several = log("show", "bb")
    assert several.exit_code == 2
    assert "bb22, bb23" in several.stderr
    assert log("show", "zz").exit_code == 2


def test_words_of_ten_kilobytes_are_cut_and_cannot_break_a_line() -> None:
    write(row(Kind.NOTE, "bb22", 250, detail="long\n\x1b[2J" + "x" * 10_000))
    shown = log("show", "bb22")
    (note,) = (line for line in shown.stdout.splitlines() if " note " in line)
    assert "long\\n\\x1b[2J" in note
    assert len(note) < SAID + 100
    assert len(log("show", "bb22", "--json").stdout) > 10_000


def test_a_session_that_nobody_closed_is_shown_as_that() -> None:
    write(row(Kind.REQUESTED, "ee55", 400, deed="listen", who=ANA))
    assert "not yet, or nobody saw it end" in log("show", "ee55").stdout
