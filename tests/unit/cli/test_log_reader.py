"""Who may look into the session log, how much of a number they see, and that it is logged."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from msgspec import structs

from tests.unit.cli.logs import ME, MINE, NUMBER, accesses, log, policy, row, session, write
from whisper_tui.audit import access
from whisper_tui.audit.records import Kind, Whom
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import verify

VIP = Whom("PJSIP/1042", "Cleo", "vip")


@pytest.fixture(autouse=True)
def trail() -> Path:
    return write(*session("aa11"), *session("bb22", 100, whom=VIP), *session("cc33", 200, who=MINE, whom=VIP))


def idents(*arguments: str) -> list[str]:
    return [json.loads(line)["session"] for line in log("list", "--json", *arguments).stdout.splitlines()]


def test_without_a_policy_the_owner_of_the_log_sees_all_with_masked_numbers() -> None:
    assert idents() == ["cc33", "bb22", "aa11"]
    shown = log("list")
    assert "…0142" in shown.stdout
    assert NUMBER not in shown.stdout
    assert shown.stderr == ""


def test_without_a_policy_nobody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    for words in (("list",), ("show", "aa11")):
        shown = log(*words)
        assert shown.exit_code == 3
        assert f"run it as {ME}" in shown.stderr


@pytest.mark.parametrize(("numbers", "seen"), [("", "…0142"), ("numbers = 'full'", NUMBER), ("numbers = 'none'", "…")])
def test_a_number_is_shown_as_the_profile_of_the_reader_says(numbers: str, seen: str) -> None:
    policy("'log.view'", numbers)
    assert {json.loads(line)["caller"] for line in log("list", "--json").stdout.splitlines()} == {seen}
    shown = log("show", "aa11", "--json").stdout + log("show", "aa11").stdout
    assert seen in shown
    assert (NUMBER in shown) is (seen == NUMBER)


def test_the_right_to_see_numbers_on_the_screen_does_not_show_them_here() -> None:
    policy("'log.view', 'number.full'")
    assert NUMBER not in log("list", "--json").stdout


def test_the_log_is_seen_where_the_profile_reaches() -> None:
    policy("'log.view'", scope="queue = ['sales']")
    assert idents() == ["cc33", "aa11"]  # the other one in vip is the reader's own
    hidden, none = log("show", "bb22"), log("show", "zz99")
    assert hidden.exit_code == none.exit_code == 2
    assert hidden.stderr.replace("bb22", "") == none.stderr.replace("zz99", "")


def test_without_the_right_one_sees_ones_own_and_is_told_so() -> None:
    path = policy("'call.listen'")
    assert idents() == ["cc33"]
    assert "only your own: your profile does not grant log.view" in log("list").stderr
    assert log("show", "cc33").exit_code == 0
    for words in (("list", "--user", "ana"), ("list", "--foreign"), ("show", "aa11"), ("show", "zz99")):
        shown = log(*words)
        assert shown.exit_code == 3
        assert "your profile does not grant log.view" in shown.stderr
        assert str(path) in shown.stderr
        assert shown.stdout == ""
        attempt = accesses()[-1]
        assert (attempt.kind, attempt.deed, attempt.rule) == (Kind.DENIED, "log.view", "no-right")
        assert words[-1] in attempt.detail


def test_a_profile_that_is_closed_says_where_that_stands() -> None:
    path = policy("'log.view'", "when = { days = ['mon'], hours = '03:00-03:01', tz = 'UTC' }")
    shown = log("list", "--user", "ana")
    assert shown.exit_code == 3
    assert f"{path}:9" in shown.stderr


def test_a_name_that_was_given_to_somebody_else_does_not_give_their_sessions() -> None:
    write(*session("dd44", 300, who=structs.replace(MINE, uid=MINE.uid + 1)))
    policy("'call.listen'")
    assert idents() == ["cc33"]


def test_reading_is_noted_with_the_words_and_how_much_it_was(trail: Path) -> None:
    policy("'log.view'")
    log("list", "--queue", "v*", "--day", "2026-11-18")
    log("show", "aa11")
    listed, shown = accesses()
    assert (listed.kind, shown.kind) == (Kind.LOG_READ, Kind.LOG_READ)
    assert listed.detail == "trail.db list --queue 'v*' --day 2026-11-18: 2"
    assert shown.detail == "trail.db show aa11: 3"
    assert listed.who is not None
    assert (listed.who.user, listed.who.profile, len(listed.who.policy)) == (ME, "p", 64)
    assert verify(access.beside(trail)).whole


def test_what_cannot_be_noted_is_not_shown(trail: Path) -> None:
    access.beside(trail).mkdir()
    for words in (("list",), ("list", "--json"), ("show", "aa11")):
        shown = log(*words)
        assert shown.exit_code == 1
        assert shown.stdout == ""
        assert "so nothing is shown" in shown.stderr


def test_a_second_reader_waits_and_then_says_who_is_there(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    with Trail.open(access.beside(trail)):
        monkeypatch.setattr(time, "sleep", waited.append)
        monkeypatch.setattr(access.note, "__defaults__", (waited.append,))
        shown = log("list")
    assert shown.exit_code == 1
    assert f"process {os.getpid()}" in shown.stderr
    assert sum(waited) == pytest.approx(access.PATIENCE, abs=0.1)


def test_a_reader_who_is_there_but_for_a_moment_is_waited_for(trail: Path) -> None:
    there = Trail.open(access.beside(trail))
    access.note(trail, row(Kind.LOG_READ), lambda _: there.close())
    assert verify(access.beside(trail)).rows == 1


def test_reading_the_demos_log_is_noted_beside_it(tmp_path: Path) -> None:
    demo = write(*session("dd11"), path=tmp_path / "demo.db")
    assert log("--file", str(demo), "list").exit_code == 0
    assert verify(tmp_path / "access.db").rows == 1
    assert accesses() == []


def test_a_wrong_policy_shows_nothing() -> None:
    policy("'log.vew'")
    shown = log("list")
    assert shown.exit_code == 2
    assert "log.view" in shown.stderr
    assert shown.stdout == ""


def test_a_link_to_a_log_leads_to_where_its_readers_are_noted(trail: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(trail)
    assert log("--file", str(tmp_path / "link.db"), "list").exit_code == 0
    assert accesses()[-1].detail == "link.db list: 3"
    assert not (tmp_path / "access.db").exists()
