"""Records to write, and a hand that changes the file behind the log's back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from msgspec import structs

from whisper_tui.audit.records import CallRef, Kind, Record, Who, Whom
from whisper_tui.audit.tables import DDL

CALLER = "+33155550142"
PLAIN = Record(
    Kind.REQUESTED,
    at=1_795_000_000.25,
    monotonic=1000.5,
    boot="b0",
    who=Who("ana", 1000, 1000, "red-leads", "a" * 64),
    leg="leg-1",
    session="session-1",
    phone="PJSIP/2001",
    whom=Whom("PJSIP/1001", "Ben Okoro", "support"),
    call=CallRef("main", "1795.1", "1795.1", "1795.2", CALLER),
    deed="listen",
    mode_asked="silent",
    enforcement="advisory",
)


def record(kind: Kind = Kind.REQUESTED, **fields: object) -> Record:
    return structs.replace(PLAIN, kind=kind, **fields)


def behind_its_back(path: Path, *statements: str) -> None:
    """Run SQL on the log as somebody would who knows it well: triggers are taken away before and put back after."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        triggers = [statement for statement in DDL if statement.startswith("CREATE TRIGGER")]
        for statement in triggers:
            connection.execute(f"DROP TRIGGER {statement.split()[2]}")
        for statement in statements:
            connection.execute(statement)
        for statement in triggers:
            connection.execute(statement)
    finally:
        connection.close()
