"""What is kept back while the lists stand still."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.rows import NOW, talking
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import CallRow
from whisper_tui.terms import CallKey
from whisper_tui.ui.freeze import Picture
from whisper_tui.ui.sheet import Sheet

STEP = st.dictionaries(st.integers(0, 8), st.sampled_from(["", "Ana", "Ben"]), max_size=5)


def row(number: int, agent: str) -> CallRow | None:
    return talking(number, agent) if agent else None


@given(STEP, st.lists(STEP, max_size=8))
def test_the_calls_of_now_are_known_all_the_time_and_shown_once_the_lists_go_on(
    before: dict[int, str], steps: list[dict[int, str]]
) -> None:
    there = {each.key: each for number, agent in before.items() if (each := row(number, agent)) is not None}
    sheet, live = Sheet(), dict(there)
    sheet.replace(there, NOW)
    picture = Picture(sheet.rows, {}, {}, {}, NOW)
    for step in steps:
        changes: dict[CallKey, CallRow | None] = {talking(n, "").key: row(n, agent) for n, agent in step.items()}
        for key, each in changes.items():
            if each is None:
                live.pop(key, None)
            else:
                live[key] = each
        sheet.apply(picture.keep(ViewChanges(calls=changes)).calls, NOW)
        assert sheet.rows == there, "the list stands still"
        assert dict(picture.calls) == live
        assert len(picture.calls) == len(live)
        assert picture.changed == sum(live.get(key) != there.get(key) for key in live.keys() | there.keys())
    sheet.apply(picture.kept().calls, NOW)
    assert sheet.rows == live
