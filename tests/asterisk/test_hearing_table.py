"""The table at the end of a run says what was recorded, each thing once."""

from __future__ import annotations

import pytest

from tests.asterisk.hearing import Hearing
from tests.asterisk.kit import SUPERVISOR, Party

CUSTOMER = Party("customer 5550151", "leg", 2000)
AGENT = Party("agent 1001", "1001", 450)
NEW_AGENT = Party("new agent 1004", "1004", 600)
SECOND = Party("second supervisor", "2002", 1200)

WHISPER = {CUSTOMER: [AGENT], AGENT: [SUPERVISOR, CUSTOMER], SUPERVISOR: [AGENT, CUSTOMER]}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_each_listener_has_a_column_and_a_row_is_counted_when_it_comes_again() -> None:
    hearing = Hearing()
    hearing.record("22.10.1", "locked", "whisper", WHISPER)
    hearing.record("22.10.1", "locked", "whisper", WHISPER)
    _, head, row = hearing.lines()
    assert cells(head)[:6] == ["Asterisk", "leg", "situation", "customer hears", "agent hears", "supervisor hears"]
    assert cells(row) == ["22.10.1", "locked", "whisper", "agent", "customer, supervisor", "customer, agent", "2"]


def test_what_came_out_otherwise_is_a_row_of_its_own() -> None:
    hearing = Hearing()
    hearing.record("22.10.1", "locked", "whisper", WHISPER)
    hearing.record("22.10.1", "locked", "whisper", {**WHISPER, AGENT: [CUSTOMER]})
    assert len(hearing.lines()) == 4


def test_the_newest_asterisk_comes_first_and_then_the_kinds_of_leg() -> None:
    hearing = Hearing()
    for version, kind in (("16.28.0", "open"), ("22.9.0", "-"), ("22.10.1", "third"), ("22.10.1", "locked")):
        hearing.record(version, kind, "barge", {CUSTOMER: []})
    assert [cells(line)[:2] for line in hearing.lines()[2:]] == [
        ["22.10.1", "locked"],
        ["22.10.1", "third"],
        ["22.9.0", "-"],
        ["16.28.0", "open"],
    ]


def test_a_new_agent_stands_for_the_agent_and_whoever_has_no_column_is_named() -> None:
    hearing = Hearing()
    hearing.record("16.28.0", "open", "blind REFER", {NEW_AGENT: [CUSTOMER], SUPERVISOR: [], SECOND: [NEW_AGENT]})
    (row,) = hearing.lines()[2:]
    assert cells(row) == ["16.28.0", "open", "blind REFER", "customer", "nobody", "second supervisor: new agent", "1"]


def test_where_nothing_was_measured_there_is_no_table() -> None:
    assert Hearing().lines() == []


def test_a_kind_that_there_is_not_and_two_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="no kind"):
        Hearing().record("22.10.1", "loked", "whisper", WHISPER)
    with pytest.raises(ValueError, match="one name"):
        Hearing().record("22.10.1", "locked", "whisper", {**WHISPER, Party("agent 1002", "1002", 500): []})
