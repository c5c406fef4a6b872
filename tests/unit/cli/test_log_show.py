"""`whisper-tui log show`."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner
from msgspec import structs

from tests.unit.cli.logs import ANA, NUMBER, log, row, session, write
from whisper_tui.audit.records import Certainty, Kind, Mark, Score, Who
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


def test_scores_stand_in_full_each_with_who_gave_it_and_what_it_corrects() -> None:
    marks = (Mark("greets", "Greets \x1b[2J", 1, 1, 1), Mark("listens", "Listens", 3, 5, 4, critical=True),
             Mark("holds", "Holds", 1, 1))  # fmt: skip
    first = Score("Care", "ab" * 32, 85, marks, "good")
    write(row(Kind.SCORE, "aa11", 200, deed="score", score=first, who=Who("eve", 5)))
    (seq,) = [
        json.loads(line)["seq"] for line in log("show", "aa11", "--json").stdout.splitlines() if '"score":' in line
    ]
    again = structs.replace(first, percent=0, failed=("listens",), grade="", version=2, corrects=seq)
    write(row(Kind.SCORE, "aa11", 300, deed="score", score=again))
    shown = log("show", "aa11").stdout
    assert "85 % good, by eve, " in shown
    assert re.search(r"- Care abababababab\n +corrected since\n", shown)
    assert re.search(rf"0 % failed, by ana, \S+ \S+ - Care abababababab\n +version 2, corrects row {seq}\n", shown)
    for words in ("yes  Greets ", "4 of 5  Listens (weight 3, critical)", "does not apply  Holds (weight 1)"):
        assert words in shown
    assert "\x1b" not in shown
    assert re.search(r"score\s+score 85 % good", shown)
    assert "0 % failed" in log("list").stdout
    listed = [json.loads(line) for line in log("list", "--json").stdout.splitlines()]
    assert {each["session"]: (each["score"], each["grade"]) for each in listed} == {
        "aa11": (0, "failed"), "bb22": (None, ""), "bb23": (None, ""),
    }  # fmt: skip
    table = list(csv.DictReader(io.StringIO(log("export", "--format", "csv").stdout)))
    assert {each["session"]: (each["score"], each["grade"]) for each in table}["aa11"] == ("0", "failed")
    exported = log("export", "--format", "jsonl").stdout
    assert exported.count('\\"percent\\":') == 2


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
