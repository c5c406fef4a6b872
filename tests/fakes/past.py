"""Sessions that were, for screens that show the log."""

from __future__ import annotations

from whisper_tui.audit.history import Row
from whisper_tui.audit.records import CallRef, Kind, Mark, Record, Score, Who, Whom
from whisper_tui.audit.sessions import Session, session_of
from whisper_tui.engine.reading import LogEntry
from whisper_tui.scorecard import Grade, Item, Scorecard

AT = 1_795_000_000.0  # 2026-11-18 11:06:40 UTC


def session(ident: str = "aa11", user: str = "ana", agent: str = "PJSIP/1002", **more: object) -> Session:
    fields = {"seconds": {"silent": 10.0, "barge": 5.0}, "audible": 5.0, "ended": "leg.left", **more}
    return Session(ident, AT, user, agent, "Ben Okoro", "sales", "…0142", **fields)  # type: ignore[arg-type]


CARD = Scorecard(
    "Care call",
    "d1",
    (
        Item("greets", "Greets with name and company", section="Opening"),
        Item("verifies", "Makes sure who calls before anything is told", 2, critical=True, section="Opening"),
        Item("listens", "Lets the caller finish, and says back what they want", 3, most=5, section="Talk"),
    ),
    (Grade("good", 75), Grade("fair", 50)),
)


def scored(percent: int, **points: int) -> Score:
    """What somebody gave by CARD."""
    given = {"greets": 1, "verifies": 1, "listens": 4, **points}
    marks = tuple(
        Mark(item.ident, item.words, item.weight, item.most, given[item.ident], item.critical) for item in CARD.items
    )
    return Score(CARD.title, CARD.digest, percent, marks, "good" if percent >= 75 else "")


def entry(*notes: str, file: str = "", scores: tuple[Score, ...] = ()) -> LogEntry:
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
        *[row(5 + len(notes) + n, Kind.SCORE, 30 + n, deed="score", score=score) for n, score in enumerate(scores)],
    ]
    return LogEntry(session_of(rows), tuple(rows))
