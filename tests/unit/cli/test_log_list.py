"""`whisper-tui log list`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.unit.audit.rows import behind_its_back
from tests.unit.cli.logs import ANA, AT, MINE, log, policy, row, session, write
from whisper_tui.audit.records import CallRef, Certainty, Kind, Whom
from whisper_tui.audit.trail import Trail
from whisper_tui.config import paths

VIP = Whom("PJSIP/1042", "Cleo", "vip-gold")


@pytest.fixture
def floor() -> None:
    """Three sessions, two attempts that were denied, a spy from elsewhere."""
    write(
        *session("aa11"),
        *session("bb22", 100, {"silent": 100.0, "barge": 300.0}, whom=VIP),
        *session("cc33", 900, {"silent": 5.0, "whisper": 2.0}, who=MINE),
        row(Kind.DENIED, after=1000, deed="barge", rule="no-right", whom=None),
        row(Kind.DENIED, after=1010, deed="barge", rule="no-right", whom=None, times=4),
        row(Kind.DENIED, after=1020, deed="listen", rule="denied-scope", whom=None, who=MINE),
        row(Kind.FOREIGN_SPY, after=1030, who=None, leg="1.9", phone="PJSIP/2009", deed="started", mode="whisper"),
        row(
            Kind.FOREIGN_SPY, after=1430, who=None, leg="1.9", phone="PJSIP/2009", deed="stopped", mode="barge",
            end_certainty=Certainty.BOUNDED,
        ),
        row(Kind.REQUESTED, "dd44", 1500, deed="listen", mode_asked="silent"),
    )  # fmt: skip


def found(*arguments: str) -> list[dict[str, object]]:
    shown = log("list", "--json", *arguments)
    assert shown.exit_code == 0, shown.output
    return [json.loads(line) for line in shown.stdout.splitlines()]


def idents(*arguments: str) -> list[object]:
    return [each["session"] for each in found(*arguments)]


@pytest.mark.usefixtures("floor")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), ["dd44", "cc33", "bb22", "aa11"]),
        (("--user", "ana"), ["dd44", "bb22", "aa11"]),
        (("--user", "a*", "--queue", "vip-*"), ["bb22"]),
        (("--agent", "PJSIP/10[!4]?"), ["dd44", "cc33", "aa11"]),
        (("--mode", "barge"), ["bb22"]),
        (("--mode", "silent", "--longer", "9s", "--until", datetime.fromtimestamp(AT + 200).isoformat()),
         ["bb22", "aa11"]),
        (("--longer", "5m"), ["bb22"]),
        (("--mode", "whisper", "--longer", "5m"), []),
        (("--limit", "1", "--queue", "sales"), ["dd44"]),
        (("--since", datetime.fromtimestamp(AT + 100).isoformat(), "--until", datetime.fromtimestamp(AT + 900).isoformat()),
         ["bb22"]),
    ],
)  # fmt: skip
def test_what_is_asked_for_holds_all_together(
    arguments: tuple[str, ...], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: AT + 1510)
    assert idents(*arguments) == expected


@pytest.mark.usefixtures("floor")
def test_attempts_that_were_denied_are_counted_as_often_as_they_were_made() -> None:
    assert [(each["user"], each["deed"], each["times"]) for each in found("--denied", "--user", "ana")] == [
        ("ana", "barge", 4),
        ("ana", "barge", 1),
    ]
    assert found("--denied", "--mode", "silent")[0]["rule"] == "denied-scope"
    assert log("list", "--denied").stdout.splitlines()[-1] == "6 attempts"


@pytest.mark.usefixtures("floor")
def test_spies_from_elsewhere_are_listed_with_their_end() -> None:
    (spy,) = found("--foreign", "--longer", "5m", "--mode", "barge", "--queue", "sales")
    assert (spy["phone"], spy["caller"], spy["certainty"]) == ("PJSIP/2009", "…0142", "bounded")
    assert spy["ended"] == AT + 1430
    assert found("--foreign", "--longer", "1h") == []
    assert "PJSIP/2009" in log("list", "--foreign").stdout


def test_hands_are_listed_once_each_with_who_took_them_and_after_how_long() -> None:
    up, taken, down = Kind.HAND_RAISED, Kind.HAND_ANSWERED, Kind.HAND_LOWERED
    eva = Whom("PJSIP/1003", "Eva Lind", "support")
    write(
        row(up, after=0, who=None),
        row(up, after=5, who=None, whom=eva),
        row(taken, after=11.9, deed="answer", lasted=11.9, who=MINE),
        row(taken, after=12, deed="answer", lasted=12.0),
        row(taken, after=12.1, deed="answer", cause="hand.taken", who=MINE),
        row(down, after=65, who=None, whom=eva, lasted=60.0, cause="lapsed"),
        row(up, after=100, who=None),
    )
    hands = [
        (each["at"] - AT, each["member"], each["answered_by"], each["lasted"], each["ended"])
        for each in found("--hands")
    ]
    assert hands == [
        (100, "Ben Okoro", "", None, ""), (5, "Eva Lind", "", 60.0, "lapsed"), (0, "Ben Okoro", "ana", 12.0, ""),
    ]  # fmt: skip
    assert [each["lasted"] for each in found("--hands", "--longer", "30s")] == [60.0]
    assert [each["answered_by"] for each in found("--hands", "--user", "ana")] == ["ana"]
    assert len(found("--hands", "--queue", "support")) == 1
    shown = log("list", "--hands").stdout
    assert "not seen to end" in shown
    policy("'log.view'", scope="queue = ['support']")
    assert [each["member"] for each in found("--hands")] == ["Eva Lind"]


def test_what_was_done_to_the_floor_is_listed_once_each_and_says_what_was_not_done() -> None:
    eva, ben = Whom("PJSIP/1003", "Eva Lind", "support"), Whom("PJSIP/1002", "Ben Okoro", "sales")
    write(
        row(Kind.ACTED, after=0, deed="pause", whom=eva, reason="lunch", call=None),
        row(Kind.ACTED, after=5, deed="logout", whom=ben, call=None),
        row(Kind.ACTED, after=6, deed="logout", whom=ben, call=None, cause="acted.failed", detail="Member not dynamic"),
        row(Kind.ACTED, after=9, deed="logout", whom=ben, call=None),
        row(Kind.ACTED, after=20, deed="hangup", whom=ben),
    )
    deeds = [(each["at"] - AT, each["deed"], each["member"], each["ended"]) for each in found("--acts")]
    assert deeds == [
        (20, "hangup", "Ben Okoro", ""), (9, "logout", "Ben Okoro", ""), (6, "logout", "Ben Okoro", "acted.failed"),
        (0, "pause", "Eva Lind", ""),
    ]  # fmt: skip
    assert [each["reason"] for each in found("--acts", "--agent", "PJSIP/1003")] == ["lunch"]
    shown = log("list", "--acts").stdout
    assert "Member not dynamic" in shown
    assert "5550142" not in shown, "the caller's number as the profile lets it be seen"
    policy("'log.view'", scope="queue = ['support']")
    assert [each["member"] for each in found("--acts")] == ["Eva Lind"]


def test_of_deeds_that_were_not_done_each_is_listed_once_whatever_went_on_meanwhile() -> None:
    turned = replace(ANA, policy="another")
    write(
        row(Kind.ACTED, after=0, deed="pause", call=CallRef("lab")),
        row(Kind.ACTED, after=1, deed="pause", call=CallRef("lab")),
        row(Kind.ACTED, after=2, deed="pause", call=CallRef("far")),
        row(Kind.ACTED, after=3, deed="pause", call=CallRef("lab"), cause="acted.failed"),
        row(Kind.ACTED, after=4, deed="pause", call=CallRef("lab"), cause="denied.no-right", who=turned),
    )
    deeds = [(each["at"] - AT, each["pbx"], each["ended"]) for each in found("--acts")]
    assert deeds == [(4, "lab", "denied.no-right"), (3, "lab", "acted.failed"), (2, "far", "")]


@pytest.fixture
def paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("paris")
def test_a_day_is_one_of_the_machines_calendar_also_when_summer_time_ends() -> None:
    begins = 1_792_879_200.0  # 2026-10-25 00:00 in Paris; this day has 25 hours
    moments = {"a1": begins - 1, "b2": begins, "c3": begins + 25 * 3600 - 1, "d4": begins + 25 * 3600}
    for ident, at in moments.items():
        write(*session(ident, at - AT))
    assert idents("--day", "2026-10-25") == ["c3", "b2"]


def test_today_and_yesterday_are_days() -> None:
    write(*session("aa11", time.time() - AT))
    assert idents("--day", "today") == ["aa11"]
    assert idents("--day", "yesterday") == []


def test_a_clock_that_was_put_back_hides_no_session() -> None:
    hour = 3600.0
    for n, at in enumerate([0, 10, 11, 12, -8, -7, 5, 6, 13, 30, 60]):
        write(*session(f"s{n:02}", at * hour))
    since, until = (datetime.fromtimestamp(AT + hours * hour).isoformat() for hours in (4, 12))
    assert idents("--since", since, "--until", until) == ["s07", "s06", "s02", "s01"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--day", "26.11.2026"), "did you mean 2026-11-26?"),
        (("--day", "2026-11-31"), "that month has 30 days"),
        (("--day", "2026-1-5"), "did you mean 2026-01-05?"),
        (("--day", "tomorrow"), "today or yesterday"),
        (("--day", "9999-12-31"), "is no day"),
        (("--since", "noon"), "is no moment: 2026-11-26T09:00"),
        (("--since", "26/11/2026"), "did you mean 2026-11-26?"),
        (("--longer", "5 minutes"), "30s, 5m or 1h"),
        (("--day", "today", "--since", "2026-11-26"), "either --day"),
        (("--denied", "--foreign"), "one after the other"),
        (("--denied", "--hands"), "one after the other"),
        (("--denied", "--longer", "5m"), "no length"),
        (("--acts", "--longer", "5m"), "no length"),
        (("--acts", "--mode", "barge"), "no mode"),
        (("--hands", "--mode", "barge"), "a hand has no mode"),
        (("--mode", "shout"), "silent"),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_can(arguments: tuple[str, ...], hint: str) -> None:
    write(*session("aa11"))
    shown = log("list", *arguments)
    assert shown.exit_code == 2
    assert hint in " ".join(shown.stderr.split()).replace("│ ", "")


def test_a_damaged_row_is_left_out_and_said() -> None:
    path = write(*session("aa11"), *session("bb22", 100))
    behind_its_back(path, "UPDATE log SET body = x'00' WHERE seq = 5")
    shown = log("list")
    assert shown.exit_code == 1
    assert "row 5" in shown.stderr
    assert "aa11" in shown.stdout
    assert "bb22" in shown.stdout


def test_a_log_that_is_being_written_is_listed() -> None:
    with Trail.open(paths.trail_file()) as trail:
        for each in session("aa11"):
            trail.append(each)
        assert idents() == ["aa11"]


@pytest.mark.usefixtures("floor")
def test_the_log_of_who_has_read_is_listed_too() -> None:
    log("list", "--user", "ana")
    policy("'call.listen'", scope="queue = ['support']")
    assert log("list", "--user", "ana").exit_code == 3
    access = str(paths.trail_file().with_name("access.db"))
    shown = log("--file", access, "list")
    assert shown.exit_code == 0
    newest, oldest = shown.stdout.splitlines()[1:]
    assert "denied" in newest
    assert "no-right" in newest
    assert "trail.db list --user ana: 3" in oldest
    assert log("--file", access, "list", "--queue", "sales").exit_code == 2
