"""`whisper-tui log`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.fakes.clock import WoundClock
from tests.unit.audit.rows import behind_its_back
from tests.unit.cli.logs import accesses
from whisper_tui.audit import access
from whisper_tui.audit.anchors import Anchor, Teller, append, beside, read
from whisper_tui.audit.history import History
from whisper_tui.audit.keeping import Keeping
from whisper_tui.audit.records import CallRef, Certainty, Kind, Record, Who, Whom
from whisper_tui.audit.trail import Trail
from whisper_tui.cli.main import root
from whisper_tui.config import paths

ANA = Who("ana", 1000, profile="leads")
BEN = Whom("PJSIP/1002", "Ben \x1b[2J漢字", "sales")
CALL = CallRef("lyon", "1.1", "1.1", "1.2", "5550142")


def row(kind: Kind, session: str, at: float, **more: object) -> Record:
    leg = f"wt-00000000-{session:0<16}"
    fields = {"who": ANA, "whom": BEN, "call": CALL, "leg": leg, "session": session, **more}
    return Record(kind, at, at, "boot", **fields)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def trail() -> Path:
    """Two sessions, one of them over."""
    path = paths.trail_file()
    with Trail.open(path) as written:
        written.append(row(Kind.REQUESTED, "aa11", 1000.0, deed="listen", mode_asked="silent"))
        written.append(row(Kind.RINGING, "", 1001.0, leg="wt-00000000-aa11000000000000"))
        written.append(row(Kind.AIMED, "aa11", 1002.0, mode="silent", microphone="open"))
        written.append(
            row(
                Kind.LEFT, "aa11", 1012.0, cause="leg.left", end_certainty=Certainty.EXACT, audible=2.5,
                seconds={"silent": 7.5, "barge": 2.5},
            )
        )  # fmt: skip
        written.append(row(Kind.REQUESTED, "bb22", 1020.0, deed="whisper", mode_asked="whisper"))
    return path


def log(*arguments: str) -> Result:
    return CliRunner().invoke(root, ["log", *arguments])


def test_list_shows_who_heard_whom_how_long_and_how_it_ended() -> None:
    shown = log("list")
    assert shown.exit_code == 0
    titles, newest, oldest = shown.stdout.splitlines()
    assert titles.split() == [
        "session",
        "began",
        "who",
        "agent",
        "queue",
        "caller",
        "silent",
        "whisper",
        "barge",
        "third",
        "takeover",
        "audible",
        "score",
        "ended",
    ]
    assert newest.split()[0] == "bb22"
    assert newest.endswith("not closed")
    assert oldest.split()[3:5] == ["ana", "Ben"]
    assert oldest.split()[-8:] == ["7.5", "0.0", "2.5", "0.0", "0.0", "2.5", "-", "leg.left"]


def test_a_name_cannot_move_the_cursor_nor_break_the_columns() -> None:
    assert "Ben \\x1b[2J漢字  sales  …0142" in log("list").stdout


def test_list_can_be_narrowed() -> None:
    assert [json.loads(line)["session"] for line in log("list", "--json").stdout.splitlines()] == ["bb22", "aa11"]
    assert len(log("list", "--json", "--limit", "1").stdout.splitlines()) == 1
    assert log("list", "--json", "--user", "ben").stdout == ""
    assert len(log("list", "--json", "--queue", "sales", "--agent", "PJSIP/1002").stdout.splitlines()) == 2


def test_show_gives_seconds_by_mode_and_every_row_in_order() -> None:
    shown = log("show", "aa").stdout
    assert "ana heard Ben \\x1b[2J漢字 (PJSIP/1002), queue sales" in shown
    assert "silent         7.5 s" in shown
    assert "barge          2.5 s" in shown
    assert "the customer could hear it for 2.5 s" in shown
    kinds = [json.loads(line)["kind"] for line in log("show", "aa11", "--json").stdout.splitlines()]
    assert kinds == ["requested", "ringing", "aimed", "left"]


@pytest.mark.parametrize("ident", ["cc", ""])
def test_a_session_that_is_none_is_said(ident: str) -> None:
    shown = log("show", ident)
    assert shown.exit_code == 2
    assert "session" in shown.stderr


def test_verify_says_whole_and_gives_the_last_hash() -> None:
    shown = log("verify")
    assert shown.exit_code == 0
    assert "5 rows, whole, last " in shown.stdout
    assert json.loads(log("verify", "--json").stdout)["broken"] == []


def test_verify_names_the_row_that_was_changed(trail: Path) -> None:
    with sqlite3.connect(trail) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE log SET body = replace(CAST(body AS TEXT), '7.5', '0.5') WHERE seq = 4")
    database.close()
    shown = log("verify")
    assert shown.exit_code == 1
    assert "row 4: hash" in shown.stdout
    assert "BROKEN" in shown.stdout


def test_a_log_that_is_not_there_or_none_is_said(tmp_path: Path) -> None:
    assert "there is none" in log("--file", str(tmp_path / "none.db"), "list").stderr
    (tmp_path / "text.db").write_text("not a database, and long enough to be looked at twice" * 20)
    shown = log("--file", str(tmp_path / "text.db"), "verify")
    assert shown.exit_code == 3
    assert "file is not a database" in shown.stderr


def test_a_log_of_somebody_else_is_denied(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    shown = log("verify")
    assert shown.exit_code == 3
    assert "you may not read this log" in shown.stderr


def asked() -> list[tuple[Kind, str]]:
    """What stands in the log of who read, oldest first."""
    return [(each.kind, each.detail) for each in accesses()]


def test_verify_notes_who_did_what_was_asked_and_the_answer(trail: Path, tmp_path: Path) -> None:
    with Trail.open(trail) as written:
        head = written.end.head.hex()
    assert json.loads(log("verify", "--json").stdout)["noted"] is True
    behind_its_back(trail, "UPDATE log SET user = 'ben' WHERE seq IN (2, 4)")
    log("verify")
    copy = tmp_path / "syslog"
    copy.write_text(f"9 {'00' * 32} {'0' * 32} 1795000000.000\n")
    log("verify", "--anchors", str(tmp_path / "none"))
    behind_its_back(trail, "UPDATE log SET user = 'ana' WHERE seq IN (2, 4)")
    log("verify", "--anchors", str(copy))
    assert asked() == [
        (Kind.LOG_VERIFIED, f"trail.db verify --json: whole, 5 rows, last {head}"),
        (Kind.LOG_VERIFIED, "trail.db verify: broken, row 2 column and 1 more"),
        (
            Kind.LOG_VERIFIED,
            f"trail.db verify --anchors {tmp_path / 'none'}: unreadable, the anchors cannot be read (no such file or directory)",
        ),
        (Kind.LOG_VERIFIED, f"trail.db verify --anchors {copy}: cut, row 9 not there"),
    ]
    (who,) = {each.who for each in accesses()}
    assert who is not None
    assert who.uid == os.geteuid()
    shown = log("--file", str(trail.with_name("access.db")), "list").stdout
    assert shown.count("log-verified") == 4
    assert "broken, row 2 column" in shown


@pytest.mark.parametrize("answer", [0, 1])
@pytest.mark.parametrize("hinder", ["folder", "damaged", "held"])
def test_a_log_is_verified_though_nothing_can_be_noted(
    trail: Path, answer: int, hinder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if answer:
        behind_its_back(trail, "UPDATE log SET user = 'ben' WHERE seq = 2")
    access_log = trail.with_name("access.db")
    monkeypatch.setattr(access, "PATIENCE", 0.0)
    with ExitStack() as stack:
        if hinder == "folder":
            access_log.mkdir()
        elif hinder == "damaged":
            access_log.write_bytes(b"dear diary" * 999)
        else:
            stack.enter_context(Trail.open(access_log))
        shown = log("verify", "--json")
    # What cannot be written is no fault of the log; what cannot be read is one of access.db.
    assert shown.exit_code == (answer if hinder == "held" else 1)
    assert bool(json.loads(shown.stdout)["broken"]) == bool(answer)
    assert json.loads(shown.stdout)["noted"] is False
    assert "that it was verified could not be noted" in shown.stderr
    assert str(access_log) in shown.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_log_of_somebody_else_is_verified_and_nothing_is_put_beside_it(trail: Path) -> None:
    """A file of root's there would keep its owner from reading the log."""
    os.chown(trail, 65534, 65534)
    shown = log("verify")
    assert shown.exit_code == 0
    assert "could not be noted" in shown.stderr
    assert "belongs to somebody else" in shown.stderr
    assert not trail.with_name("access.db").exists()


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Callable[[Iterable[Path]], Path]]:
    """Puts copies of files on a medium that takes nothing, as an auditor may have them."""
    folder = tmp_path / "medium"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(["mount", *options], capture_output=True).returncode != 0:
        pytest.skip("nothing can be mounted here")

    def put(files: Iterable[Path]) -> Path:
        for file in files:
            shutil.copy(file, folder)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        return folder / "trail.db"

    yield put
    subprocess.run(["umount", str(folder)], check=True)


def test_a_copy_that_nobody_can_write_is_verified(trail: Path, read_only: Callable[[Iterable[Path]], Path]) -> None:
    with Trail.open(trail) as written:
        written.carry()
    shown = log("--file", str(read_only(trail.parent.glob("trail*.db"))), "verify")
    assert shown.exit_code == 0, shown.output
    assert "6 rows in 2 files, whole" in shown.stdout
    assert "that it was verified could not be noted" in shown.stderr
    assert "access.db" in shown.stderr


def test_a_copy_whose_newest_rows_cannot_be_read_where_it_is_says_what_to_do(
    trail: Path, read_only: Callable[[Iterable[Path]], Path]
) -> None:
    with Trail.open(trail) as written:
        written.append(row(Kind.NOTE, "bb22", 1030.0))
        copy = read_only([trail, trail.with_name("trail.db-wal")])
    shown = log("--file", str(copy), "verify")
    assert shown.exit_code == 3
    assert "copy it with trail.db-wal to a folder that can be written" in shown.stderr


def test_a_log_that_is_not_there_is_not_begun_by_asking_for_it(tmp_path: Path) -> None:
    assert log("--file", str(tmp_path / "none.db"), "verify").exit_code == 3
    assert list(tmp_path.iterdir()) == []


def anchored(path: Path) -> Anchor:
    """Note the newest rows as the console does; return that of access.db."""
    with Trail.open(path) as trail:
        Keeping(trail, beside(path), None, WoundClock(), Teller(lambda line: None)).anchor()
    found = [each for each in read(beside(path))[0] if each.of]
    return found[-1]


def test_who_has_read_is_verified_with_the_log(trail: Path) -> None:
    for _ in range(3):
        log("list")
    noted = anchored(trail)
    assert noted.seq == 3
    shown = log("verify")
    assert shown.exit_code == 0
    access_log = trail.with_name("access.db")
    assert f"{access_log}: 3 rows, whole" in shown.stdout
    assert f"{beside(trail)}: 1 anchors of access.db of 1 agree" in shown.stdout
    behind_its_back(access_log, "UPDATE log SET user = 'ben' WHERE seq = 2")
    shown = log("verify", "--json")
    assert shown.exit_code == 1
    told = json.loads(shown.stdout)
    assert (told["answer"], told["broken"], told["access"]["answer"]) == ("broken", [], "broken")
    assert [each["seq"] for each in told["access"]["broken"]] == [2]
    assert log("--file", str(access_log), "verify").exit_code == 1


@pytest.mark.parametrize("how", ["cut", "exchanged", "away"])
def test_a_log_of_who_has_read_that_lacks_rows_shows(trail: Path, how: str, tmp_path: Path) -> None:
    access_log = trail.with_name("access.db")
    log("list")
    log("list")
    anchored(trail)
    if how == "cut":
        cut_to(access_log, 1)
    else:
        for file in trail.parent.glob("access.db*"):
            file.unlink()
        if how == "exchanged":
            log("list")
    for _ in range(2):  # that it was verified is a row, too, and must not fill the gap
        shown = log("verify")
        assert shown.exit_code == 2
        assert f"{access_log}: CUT OR REWRITTEN" in shown.stdout
        assert f"{access_log}: row 2: " in shown.stdout
    assert accesses()[-1].detail.startswith("trail.db verify: whole, 5 rows, last ")
    assert "; access.db cut, row 2 " in accesses()[-1].detail
    copy = tmp_path / "syslog"
    copy.write_text(
        "".join(f"Nov 26 09:00 pbx: session log {line}\n" for line in beside(trail).read_text().splitlines())
    )
    beside(trail).unlink()
    assert log("verify", "--anchors", str(copy)).exit_code == 2


def test_anchors_of_many_machines_say_nothing_of_who_has_read_elsewhere(trail: Path, tmp_path: Path) -> None:
    with Trail.open(trail) as written:
        mine = Anchor(written.end.last, written.end.head.hex(), written.about.log_id, 1020.0)
    of_another = Anchor(7, "00" * 32, "1" * 32, 1020.0, of="2" * 32)
    of_this = Anchor(7, "00" * 32, "1" * 32, 1020.0, of=mine.log_id)
    copy = tmp_path / "syslog"
    for lines, code in (((mine, of_another), 0), ((mine, of_another, of_this), 2)):
        copy.write_text("".join(f"pbx: session log {each.line}\n" for each in lines))
        for _ in range(2):  # the first time there is no access.db
            assert log("verify", "--anchors", str(copy)).exit_code == code


def test_a_log_of_who_has_read_without_its_newest_file_is_broken(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST", 1)
    log("list")
    for file in trail.parent.glob("access.db*"):
        file.unlink()
    shown = log("verify")
    assert shown.exit_code == 1
    assert "access.db: unreadable session log: its newest file is gone; access.0001.db is there" in shown.stdout


def test_who_has_read_goes_on_in_another_file_when_it_is_long(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST", 3)
    for _ in range(3):
        log("list")
    access_log = trail.with_name("access.db")
    assert access_log.with_name("access.0001.db").exists()
    log("list")
    assert len(log("--file", str(access_log), "list", "--json").stdout.splitlines()) == 4
    shown = log("verify")
    assert shown.exit_code == 0
    assert f"{access_log}: 6 rows in 2 files, whole" in shown.stdout


def cut_to(path: Path, seq: int) -> None:
    """Take the rows after `seq` away, and every trace of them in the file."""
    database = sqlite3.connect(path, isolation_level=None)
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    for table in ("personal", "log"):
        database.execute(f"DELETE FROM {table} WHERE seq > {seq}")
    database.execute(f"UPDATE sqlite_sequence SET seq = {seq} WHERE name = 'log'")
    database.execute("DELETE FROM unclosed")
    database.execute("INSERT INTO unclosed SELECT 'session', session, min(seq) FROM log WHERE session <> '' GROUP BY 2")
    database.execute("INSERT INTO unclosed SELECT 'leg', leg, min(seq) FROM log WHERE leg <> '' GROUP BY 2")
    for _, sql in triggers:
        database.execute(sql)
    database.close()


def test_verify_says_that_a_log_was_cut_and_since_when(trail: Path, tmp_path: Path) -> None:
    with Trail.open(trail) as written:
        kept = Anchor(2, kept_hash(trail, 2), written.about.log_id, 1001.0)
        noted = Anchor(written.end.last, written.end.head.hex(), written.about.log_id, 1020.0)
    assert "no anchors, so that a cut end would not show" in log("verify").stdout
    for each in (kept, noted):
        append(beside(trail), each)
    assert log("verify").exit_code == 0
    assert "2 anchors of 2 agree" in log("verify").stdout
    cut_to(trail, 3)
    shown = log("verify")
    assert shown.exit_code == 2
    assert "row 5: not there, as it was at 1970-01-01" in shown.stdout
    assert "row 2 of 1970-01-01" in shown.stdout
    copy = tmp_path / "syslog"
    beside(trail).rename(copy)
    assert log("verify").exit_code == 0
    assert log("verify", "--anchors", str(copy)).exit_code == 2
    (cut,) = json.loads(log("verify", "--json", "--anchors", str(copy)).stdout)["cut"]
    assert (cut["seq"], cut["there"]) == (5, False)
    gone = log("verify", "--anchors", str(tmp_path / "gone"))
    assert gone.exit_code == 3
    assert "the anchors cannot be read" in gone.stderr


def kept_hash(path: Path, seq: int) -> str:
    with History.open(path) as history:
        found = history.row(seq)
    assert found is not None
    return found.hash.hex()


def test_verify_says_in_words_how_many_rows_aged_out(trail: Path) -> None:
    with Trail.open(trail) as written:
        written.carry()
        written.age(2000.0)
    shown = log("verify")
    assert shown.exit_code == 0
    assert "5 rows aged out (rows 1 to 5, the newest of 1970-01-01" in shown.stdout
    trail.with_name("trail.anchors").write_text("dear diary\n")
    assert "1 lines are no anchors, the first is line 1" in log("verify").stdout
