"""Sessions that were, for screens that show the log."""

from __future__ import annotations

from whisper_tui.audit.history import Row
from whisper_tui.audit.records import CallRef, Kind, Record, Who, Whom
from whisper_tui.audit.sessions import Session, session_of
from whisper_tui.engine.reading import LogEntry

AT = 1_795_000_000.0  # 2026-11-18 11:06:40 UTC


def session(ident: str = "aa11", user: str = "ana", agent: str = "PJSIP/1002", **more: object) -> Session:
    fields = {"seconds": {"silent": 10.0, "barge": 5.0}, "audible": 5.0, "ended": "leg.left", **more}
    return Session(ident, AT, user, agent, "Ben Okoro", "sales", "…0142", **fields)  # type: ignore[arg-type]


def entry(*notes: str, file: str = "") -> LogEntry:
    who, whom, call = Who("ana", 1), Whom("PJSIP/1002", "Ben Okoro", "sales"), CallRef("lyon", "1.1", "1.1", "1.2")

    def row(seq: int, kind: Kind, after: float, **more: object) -> Row:
        fields = {"session": "aa11", "leg": "wt-1", "whom": whom, "call": call, **more}
        return Row(seq, Record(kind, AT + after, 100 + after, "boot", who, **fields), b"")  # type: ignore[arg-type]

    rows = [
        row(1, Kind.REQUESTED, 0, deed="listen", reason="training", phone="PJSIP/2001"),
        row(2, Kind.AIMED, 2, mode="silent", microphone="open"),
        row(3, Kind.MODE, 12, mode="barge", microphone="open", deed="barge"),
        row(
            4, Kind.LEFT, 17, cause="leg.left", seconds={"silent": 10.0, "barge": 5.0}, audible=5.0, recording_file=file
        ),
        *[row(5 + n, Kind.NOTE, 20 + n, deed="note", detail=note) for n, note in enumerate(notes)],
    ]
    return LogEntry(session_of(rows), tuple(rows))
