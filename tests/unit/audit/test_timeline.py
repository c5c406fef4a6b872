"""How a session went, as stretches and as a bar."""

from __future__ import annotations

from msgspec import structs

from tests.unit.audit.rows import record
from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Kind
from whisper_tui.audit.timeline import Span, bar, spans


def rows(*steps: tuple[Kind, float, dict[str, object]]) -> list[Row]:
    found = []
    for seq, (kind, after, more) in enumerate(steps, 1):
        fields = {"at": 1e9 + after, "monotonic": 50 + after, **more}
        found.append(Row(seq, structs.replace(record(kind), **fields), b""))
    return found


def test_it_waits_is_heard_and_suspended() -> None:
    assert spans(
        rows(
            (Kind.GLASS_BROKEN, -5, {}),
            (Kind.REQUESTED, 0, {}),
            (Kind.AIMED, 3, {"mode": "silent"}),
            (Kind.REQUESTED, 4, {"mode": "silent"}),
            (Kind.MODE, 5, {"mode": "barge", "microphone": "muted"}),
            (Kind.MODE, 7, {"mode": "barge", "microphone": "open"}),
            (Kind.SUSPENDED, 9, {}),
            (Kind.LEFT, 10, {}),
            (Kind.GLASS_READ, 500, {}),
        )
    ) == [
        Span(0, 3, "waiting"),
        Span(3, 5, "silent"),
        Span(5, 7, "muted"),
        Span(7, 9, "barge"),
        Span(9, 10, "suspended"),
    ]


def test_an_end_that_was_found_after_a_start_of_the_machine_is_told_by_the_other_clock() -> None:
    found = rows((Kind.AIMED, 0, {"mode": "silent"}), (Kind.LEFT, 40, {"boot": "b1", "monotonic": 3.0}))
    assert spans(found) == [Span(0, 40, "silent")]


def test_a_clock_that_went_back_makes_no_stretch_shorter_than_nothing() -> None:
    found = rows((Kind.AIMED, 0, {"mode": "silent"}), (Kind.LEFT, -40, {}))
    assert spans(found) == [Span(0, 0, "silent")]
    assert bar(spans(found), 10) == []


def test_a_short_barge_shows_in_a_long_session() -> None:
    stretches = [Span(0, 1800, "silent"), Span(1800, 1801, "barge"), Span(1801, 3600, "silent")]
    cells = bar(stretches, 40)
    assert len(cells) == 40
    assert cells.count("barge") == 1
    assert bar(stretches, 1) == ["barge"]
    assert bar([], 10) == []
