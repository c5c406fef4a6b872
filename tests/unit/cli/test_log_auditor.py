"""What somebody with the files in their hands may do to a log, and what `log verify` says to it, and where."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fakes.clock import WoundClock
from tests.unit.audit.rows import behind_its_back, record
from tests.unit.cli.logs import log
from whisper_tui.audit import access, chain, segments, tables
from whisper_tui.audit.anchors import Teller, beside
from whisper_tui.audit.keeping import Keeping
from whisper_tui.audit.records import Kind
from whisper_tui.audit.trail import Trail
from whisper_tui.config import paths

Deed = Callable[[Path], object]
ROWS = 15
"""In each of three files, beside the first row of the second and third one."""


def anchored(path: Path) -> str:
    """Note the newest rows as the console does; return what the system's log was told."""
    told: list[str] = []
    with Trail.open(path) as trail:
        teller = Teller(told.append)
        Keeping(trail, beside(path), None, WoundClock(), teller).anchor()
        teller.finish(5)
    return "".join(f"Nov 26 09:00:00 pbx whisper-tui: session log {line}\n" for line in told)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Rows 1 to 15, 16 to 31, 32 to 47; the newest row of each file was noted, and told to `syslog` elsewhere."""
    path = paths.trail_file()
    syslog = ""
    for part in range(3):
        with Trail.open(path, WoundClock()) as trail:
            if part:
                trail.carry()
            for n in range(ROWS):
                ident = f"{part}-{n // 3}"
                kind = (Kind.REQUESTED, Kind.LEFT, Kind.LEG_ENDED)[n % 3]
                trail.append(record(kind, session=f"s{ident}", leg=f"l{ident}"))
        access.write(path, record(Kind.LOG_READ, call=None))
        syslog += anchored(path)
    (tmp_path / "syslog").write_text(syslog)
    return path.parent


def done(name: str, *statements: str) -> Deed:
    return lambda folder: behind_its_back(folder / name, *statements)


def resealed(folder: Path) -> None:
    """Another row 40, with a hash that fits to the one before."""
    with closing(sqlite3.connect(folder / "trail.db")) as connection:
        ((body,),) = connection.execute("SELECT body FROM log WHERE seq = 40")
        ((before,),) = connection.execute("SELECT hash FROM log WHERE seq = 39")
    body = body.replace(b"silent", b"barged")
    sealed = chain.link(before, body)
    behind_its_back(
        folder / "trail.db", f"UPDATE log SET body = x'{body.hex()}', hash = x'{sealed.hex()}' WHERE seq = 40"
    )


def rewritten(folder: Path) -> None:
    """Row 45 is another, and all hashes from there on are made anew."""
    path = folder / "trail.db"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT seq, body FROM log ORDER BY seq").fetchall()
        about = tables.about(connection)
    assert about is not None
    head, statements = about.genesis, ["UPDATE log SET user = 'bob' WHERE seq = 45"]
    for seq, held in rows:
        body = held.replace(b"ana", b"bob") if seq == 45 else held
        head = chain.link(head, body)
        statements.append(f"UPDATE log SET body = x'{body.hex()}', hash = x'{head.hex()}' WHERE seq = {seq}")
    behind_its_back(path, *statements)


def cut_without_trace(folder: Path) -> None:
    """The last ten rows are gone, and so is all that could tell of them."""
    behind_its_back(
        folder / "trail.db", "DELETE FROM personal WHERE seq > 37", "DELETE FROM log WHERE seq > 37",
        "UPDATE sqlite_sequence SET seq = 37 WHERE name = 'log'", "DELETE FROM unclosed",
        *(f"INSERT INTO unclosed SELECT '{what}', {what}, min(seq) FROM log WHERE {what} <> '' GROUP BY 2 "
          f"HAVING max(kind = '{end}') = 0"
          for what, end in tables.CLOSING.items()),
    )  # fmt: skip


def index_lacks(name: str) -> Deed:
    """Of row 40 the index knows nothing, and the schema says that it does."""

    def harm(folder: Path) -> None:
        for text, then in (
            ((" AND " if name in ("sessions", "legs") else " WHERE ") + "seq <> 40", f"REINDEX {name}"),
            ("", ""),
        ):
            with closing(sqlite3.connect(folder / "trail.db", isolation_level=None)) as connection:
                (sql,) = (each for each in tables.DDL if each.startswith(f"CREATE INDEX {name} "))
                connection.execute("PRAGMA writable_schema=ON")
                connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", [sql + text, name])
            if then:
                with closing(sqlite3.connect(folder / "trail.db", isolation_level=None)) as connection:
                    connection.execute(then)

    return harm


def hidden_trigger(folder: Path) -> None:
    """One with a name that only SQLite's own have."""
    sql = "CREATE TRIGGER sqlite_quiet AFTER INSERT ON log BEGIN DELETE FROM personal WHERE seq = NEW.seq; END"
    with closing(sqlite3.connect(folder / "trail.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("INSERT INTO sqlite_master VALUES ('trigger', 'sqlite_quiet', 'log', 0, ?)", [sql])


def older_copy(folder: Path) -> None:
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    with Trail.open(folder / "trail.db") as trail:
        for _ in range(5):
            trail.append(record(Kind.NOTE))
    anchored(folder / "trail.db")
    for each in folder.glob("trail.db*"):
        each.unlink()
    shutil.copy(kept / "trail.db", folder)


def renamed(*names: str) -> Deed:
    """Each to the name that comes after it."""

    def rename(folder: Path) -> None:
        for old, new in pairwise(names):
            (folder / old).rename(folder / new)

    return rename


def said_to_be_old(folder: Path) -> None:
    """The middle file is deleted, with a row as of one that aged out."""
    with Trail.open(folder / "trail.db") as trail:
        part = segments.closed_part(folder / "trail.0002.db", trail.about.log_id)
        trail.append(record(Kind.LOG_AGED, part=part, session="", leg=""))
    (folder / "trail.0002.db").unlink()


def anchors_edited(old: str, new: str) -> Deed:
    """In the second line."""

    def edit(folder: Path) -> None:
        lines = (folder / "trail.anchors").read_text().splitlines(keepends=True)
        number = next(n for n, line in enumerate(lines) if line.startswith("31 "))
        lines[number] = lines[number].replace(old, new, 1)
        (folder / "trail.anchors").write_text("".join(lines))

    return edit


def away(*names: str) -> Deed:
    return lambda folder: [(folder / name).unlink() for name in names]


def both(*deeds: Deed) -> Deed:
    return lambda folder: [deed(folder) for deed in deeds]


@pytest.mark.parametrize(
    ("harm", "code", "where"),
    [
        (done("trail.db", "UPDATE log SET body = replace(body, 'silent', 'barged') WHERE seq = 40"), 1, "trail.db: row 40: hash"),
        (resealed, 1, "trail.db: row 41: hash"),
        (rewritten, 2, "trail.db: row 47: another hash"),
        (done("trail.db", "DELETE FROM log WHERE seq > 37"), 1, "trail.db: row 38: tail rows up to 47 were written"),
        (cut_without_trace, 2, "trail.db: row 47: not there"),
        (
            done("trail.db", *(f"UPDATE log SET seq = {new} WHERE seq = {old}" for old, new in ((40, 99), (41, 40), (99, 41)))),
            1, "trail.db: row 40: hash",
        ),
        (index_lacks("sessions"), 1, "missing from index sessions"),
        (index_lacks("legs"), 1, "missing from index legs"),
        (index_lacks("kinds"), 1, "missing from index kinds"),
        (index_lacks("times"), 1, "missing from index times"),
        (hidden_trigger, 1, "trail.db: schema trigger sqlite_quiet"),
        (older_copy, 2, "trail.db: row 52: not there"),
        (renamed("trail.0002.db", "trail.0007.db"), 1, "trail.0007.db was called trail.0002.db"),
        (renamed("trail.0001.db", "x", "trail.0001.db"), 0, "47 rows in 3 files, whole"),
        (away("trail.0002.db"), 1, "trail.db: row 16: file trail.0002.db is missing"),
        (away("trail.0001.db"), 1, "row 1: file trail.0001.db is missing"),
        (said_to_be_old, 1, "row 16: file trail.0002.db is said to have aged out, and one before it is there"),
        (away("trail.db"), 3, "its newest file is gone; trail.0002.db is there"),
        (away("trail.db", "trail.0001.db", "trail.0002.db"), 3, "it is gone; 3 anchors were made of it, the last of row 47"),
        (lambda folder: shutil.copy(folder / "trail.0001.db", folder / "trail.0009.db"), 1, "trail.0001.db has this row, too"),
        (anchors_edited("31 ", "310 "), 2, "trail.db: row 310: not there"),
        (anchors_edited("31 ", "30 "), 2, "trail.db: row 30: another hash"),
        (anchors_edited(" 1795", " garbage 1795"), 0, "1 lines are no anchors, the first is line 3"),
        (away("trail.anchors"), 0, "no anchors, so that a cut end would not show"),
        (away("access.db"), 2, "access.db: row 3: not there"),
        (done("access.db", "UPDATE log SET user = 'ben' WHERE seq = 2"), 1, "access.db: row 2: column user"),
    ],
)  # fmt: skip
def test_what_is_done_to_the_files_is_found_and_where(folder: Path, harm: Deed, code: int, where: str) -> None:
    assert log("verify").exit_code == 0
    harm(folder)
    shown = log("verify")
    assert where in shown.output
    assert shown.exit_code == code


@pytest.mark.parametrize("harm", [rewritten, cut_without_trace], ids=["rewritten", "cut"])
def test_with_the_anchors_gone_the_systems_log_tells(folder: Path, harm: Deed, tmp_path: Path) -> None:
    harm(folder)
    away("trail.anchors")(folder)
    assert log("verify").exit_code == 0  # nothing here can tell
    shown = log("verify", "--anchors", str(tmp_path / "syslog"))
    assert shown.exit_code == 2
    assert "trail.db: row 47: " in shown.stdout


def test_a_row_that_was_noted_many_times_is_named_once(folder: Path) -> None:
    for _ in range(3):
        anchored(folder / "trail.db")
    cut_without_trace(folder)
    assert log("verify").stdout.count("trail.db: row 47: not there") == 1
