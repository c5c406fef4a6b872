"""`whisper-tui log export`: lines, tables, and bundles that prove themselves."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from msgspec import structs

from tests.unit.audit.rows import behind_its_back
from tests.unit.cli.logs import ANA, NUMBER, accesses, log, policy, row, session, write
from whisper_tui.audit import bundle_verify
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind, Whom
from whisper_tui.cli.log_csv import safe
from whisper_tui.config import paths

VIP = Whom("PJSIP/1042", "Cleo", "vip")
ROWS = 9


@pytest.fixture(autouse=True)
def trail() -> Path:
    return write(
        row(Kind.STARTED, who=None, whom=None, call=None),
        *session("aa11", 10),
        row(Kind.LEG_ENDED, "", 30, leg="wt-00000000-aa11000000000000", whom=None, call=None),
        *session("bb22", 100, whom=VIP),
        row(Kind.DENIED, after=150, deed="barge", rule="no-right", whom=None, detail="=cmd|' /C calc'!A0\n\x1b[2J"),
    )


def lines(*arguments: str) -> list[dict[str, str]]:
    shown = log("export", *arguments)
    assert shown.exit_code == 0, shown.output
    return [json.loads(line) for line in shown.stdout.splitlines()]


def table(*arguments: str) -> list[dict[str, str]]:
    shown = log("export", "--format", "csv", *arguments)
    assert shown.exit_code == 0, shown.output
    return list(csv.DictReader(io.StringIO(shown.stdout)))


def checked(folder: Path, alone: Path) -> tuple[int, str]:
    """What the verifier of a bundle says where there is nothing but the bundle."""
    shutil.copytree(folder, alone)
    found = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=alone, capture_output=True, text=True, env={}, timeout=60, check=False
    )
    assert found.stderr == ""
    return found.returncode, found.stdout


def test_every_row_is_exported_as_it_stands_and_its_hash_can_be_made_again(trail: Path) -> None:
    exported = lines()
    assert [each["seq"] for each in exported] == list(range(1, ROWS + 1))
    with History.open(trail) as history:
        bodies = [bytes(body) for (body,) in history.files()[0].select("SELECT body FROM log ORDER BY seq")]  # type: ignore[call-overload]
    for each, body in zip(exported, bodies, strict=True):
        assert each["body"].encode() == body
        assert hashlib.sha256(bytes.fromhex(each["before"]) + body).hexdigest() == each["hash"]


def test_a_filter_gives_the_rows_of_its_sessions_and_of_their_ringing() -> None:
    assert [each["seq"] for each in lines("--queue", "sales")] == [2, 3, 4, 5]
    first = lines("--user", "ana", "--limit", "1")
    assert [each["seq"] for each in first] == [6, 7, 8]
    assert hashlib.sha256(bytes.fromhex(first[0]["before"]) + first[0]["body"].encode()).hexdigest() == first[0]["hash"]
    assert [each["seq"] for each in lines("--denied")] == [9]


def test_a_hand_and_a_deed_that_failed_are_exported_with_the_rows_in_which_they_began() -> None:
    up, taken, acted = Kind.HAND_RAISED, Kind.HAND_ANSWERED, Kind.ACTED
    write(
        row(up, after=160, who=None),
        row(up, after=161, who=None, whom=VIP),
        row(taken, after=170, deed="answer", lasted=10.0),
        row(acted, after=180, deed="logout", call=None),
        row(acted, after=181, deed="logout", whom=VIP, call=None),
        row(acted, after=182, deed="logout", call=None, cause="acted.failed"),
    )
    assert [each["seq"] for each in lines("--hands")] == [10, 11, 12]
    assert [each["seq"] for each in lines("--hands", "--user", "ana")] == [10, 12], "nobody is named in the first"
    assert [each["seq"] for each in lines("--acts", "--queue", "sales")] == [13, 15]
    policy("'log.export'", scope="queue = ['vip']")
    assert [each["seq"] for each in lines("--hands")] == [11]


def test_a_time_alone_gives_all_rows_of_it() -> None:
    assert len(lines("--since", "2026-01-01", "--until", "2027-01-01")) == ROWS
    assert lines("--since", "2027-01-01") == []
    assert [each["seq"] for each in lines("--limit", "2")] == [8, 9]


def test_numbers_are_masked_and_then_without_what_they_were_sealed_with() -> None:
    shown = log("export").stdout
    assert NUMBER not in shown
    assert {each.get("caller") for each in lines("--queue", "sales", "--limit", "1")} == {"…0142", None}
    assert "salt" not in shown
    policy("'log.export'", "numbers = 'full'")
    whole = lines("--queue", "sales")[0]
    sealed = json.loads(whole["body"])["call"]["caller"]
    assert sealed == "sha256:" + hashlib.sha256(bytes.fromhex(whole["salt"]) + whole["caller"].encode()).hexdigest()


def test_it_takes_its_right_and_gives_what_the_profile_reaches() -> None:
    path = policy("'log.view'")
    shown = log("export")
    assert (shown.exit_code, shown.stdout) == (3, "")
    assert "your profile does not grant log.export" in shown.stderr
    assert str(path) in shown.stderr
    assert (accesses()[-1].kind, accesses()[-1].deed) == (Kind.DENIED, "log.export")
    policy("'log.export'", scope="queue = ['sales']")
    assert [each["seq"] for each in lines()] == [1, 2, 3, 4, 5]
    assert (accesses()[-1].kind, accesses()[-1].detail) == (Kind.LOG_EXPORTED, "trail.db export: 5")


def test_what_cannot_be_noted_is_not_exported(tmp_path: Path) -> None:
    paths.trail_file().with_name("access.db").mkdir()
    for words in ((), ("--format", "csv"), ("--evidence", str(tmp_path / "bundle"))):
        shown = log("export", *words)
        assert (shown.exit_code, shown.stdout) == (1, "")
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+331", "'+331"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\\t=1"),
        ("\r=1", "'\\r=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("a\nb", "a\\nb"),
        ("\x1b[2J", "\\x1b[2J"),
        ("sales", "sales"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula_or_moves_anything(text: str, cell: str) -> None:
    assert safe(text) == cell


def test_a_table_has_a_session_or_an_attempt_a_line() -> None:
    newest, oldest = table()
    assert (newest["session"], newest["queue"], newest["silent_seconds"]) == ("bb22", "vip", "10.000")
    assert oldest["caller"] == "…0142"
    assert oldest["began"].startswith("2026-11-")
    (attempt,) = table("--denied")
    assert attempt["detail"] == "'=cmd|' /C calc'!A0\\n\\x1b[2J"
    assert table("--foreign") == []


def test_a_bundle_is_checked_by_python_alone(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shown = log("export", "--queue", "sales", "--evidence", str(bundle))
    assert shown.exit_code == 0, shown.output
    assert f"4 of {ROWS} rows" in shown.stderr
    assert {file.name for file in bundle.iterdir()} == {
        "rows.jsonl", "about.json", "sessions.csv", "README.txt", "verify.py"
    }  # fmt: skip
    assert {file.stat().st_mode & 0o777 for file in bundle.iterdir()} == {0o600}
    code, said = checked(bundle, tmp_path / "alone")
    assert code == 0, said
    assert f"{ROWS} rows, 4 with their words: whole" in said
    assert NUMBER not in "".join(file.read_text() for file in bundle.iterdir())
    rows = (bundle / "rows.jsonl").read_text()
    assert [session in rows for session in (r"\"aa11\"", r"\"bb22\"")] == [True, False]
    assert len(Path(bundle_verify.__file__).read_text().splitlines()) < 100


def edited(rows: list[str]) -> list[str]:
    return [*rows[:2], rows[2].replace("silent", "whisper"), *rows[3:]]


def deleted(rows: list[str]) -> list[str]:
    return [*rows[:2], *rows[3:]]


def deleted_and_numbered_anew(rows: list[str]) -> list[str]:
    left = [json.loads(each) for each in deleted(rows)]
    return [json.dumps({**each, "seq": n}) for n, each in enumerate(left, 1)]


def swapped(rows: list[str]) -> list[str]:
    return [*rows[:2], rows[3], rows[2], *rows[4:]]


def swapped_and_numbered_anew(rows: list[str]) -> list[str]:
    return [json.dumps({**json.loads(each), "seq": n}) for n, each in enumerate(swapped(rows), 1)]


def cut(rows: list[str]) -> list[str]:
    return rows[:-1]


def silenced(rows: list[str]) -> list[str]:
    row = json.loads(rows[2])
    del row["body"]
    return [*rows[:2], json.dumps(row), *rows[3:]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (edited, "row 3 was changed"),
        (deleted, "row 3 should stand where row 4 does"),
        (deleted_and_numbered_anew, "row 3 was changed, or the row before it"),
        (swapped, "row 3 should stand where row 4 does"),
        (swapped_and_numbered_anew, "row 3 was changed"),
        (cut, f"row {ROWS} was the last"),
        (silenced, f"{ROWS - 1} rows have their words, {ROWS} had"),
    ],
)
def test_a_bundle_that_was_changed_says_where(change: object, says: str, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    assert log("export", "--evidence", str(bundle)).exit_code == 0
    rows = (bundle / "rows.jsonl").read_text().splitlines()
    (bundle / "rows.jsonl").write_text("\n".join(change(rows)) + "\n")  # type: ignore[operator]
    code, said = checked(bundle, tmp_path / "alone")
    assert code == 1
    assert says in said
    assert "CHANGED" in said


def test_a_bundle_that_is_no_bundle_is_said(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    log("export", "--evidence", str(bundle))
    (bundle / "rows.jsonl").write_text("{")
    assert checked(bundle, tmp_path / "alone")[0] == 2


def test_a_bundle_has_the_policy_in_force_and_whole_numbers_where_they_may_be_seen(tmp_path: Path) -> None:
    text = policy("'log.export'", "numbers = 'full'").read_bytes()
    digest = hashlib.sha256(text).hexdigest()
    write(*session("cc33", 200, who=structs.replace(ANA, policy=digest)))
    bundle = tmp_path / "bundle"
    assert log("export", "--evidence", str(bundle)).exit_code == 0
    assert (bundle / "policy.toml").read_bytes() == text
    assert json.loads((bundle / "about.json").read_text())["policies"] == {digest: "policy.toml", "ab" * 32: ""}
    numbers = (bundle / "numbers.jsonl").read_text()
    assert numbers.count(NUMBER) == 10
    assert checked(bundle, tmp_path / "alone")[0] == 0
    (bundle / "numbers.jsonl").write_text(numbers.replace(NUMBER, "+33155550143", 1))
    code, said = checked(bundle, tmp_path / "again")
    assert code == 1
    assert "row 2 was sealed with another number" in said


def test_a_bundle_can_be_one_file(tmp_path: Path) -> None:
    bundle = tmp_path / "june.zip"
    assert log("export", "--evidence", str(bundle)).exit_code == 0
    assert bundle.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(bundle) as held:
        held.extractall(tmp_path / "out")
    assert checked(tmp_path / "out" / "june", tmp_path / "alone")[0] == 0
    assert not list(tmp_path.glob(".june*"))


def test_a_bundle_is_never_written_over_anything(tmp_path: Path) -> None:
    (tmp_path / "taken.zip").write_text("mine")
    for target, says in ((tmp_path / "taken.zip", "is there already"), (tmp_path / "no" / "x", "no such folder")):
        shown = log("export", "--evidence", str(target))
        assert shown.exit_code == 2
        assert says in shown.stderr
    assert (tmp_path / "taken.zip").read_text() == "mine"
    assert log("export", "--format", "csv", "--evidence", str(tmp_path / "b")).exit_code == 2


def test_damaged_rows_are_exported_as_they_stand_and_the_bundle_says_so(trail: Path, tmp_path: Path) -> None:
    behind_its_back(trail, "UPDATE log SET body = x'ff00' WHERE seq = 3")
    assert lines()[2]["hex"] == "ff00"
    bundle = tmp_path / "bundle"
    log("export", "--evidence", str(bundle))
    code, said = checked(bundle, tmp_path / "alone")
    assert code == 1
    assert "row 3 was changed" in said
    assert "row 4" not in said


def test_a_note_of_ten_kilobytes_is_exported_whole() -> None:
    write(row(Kind.NOTE, "bb22", 300, detail="\x1b\n" + "y" * 10_000))
    shown = log("export", "--queue", "vip")
    assert shown.stdout.isascii()
    assert len(json.loads(json.loads(shown.stdout.splitlines()[-1])["body"])["detail"]) == 10_002
