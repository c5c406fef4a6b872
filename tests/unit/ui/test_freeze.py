"""What is kept back while the lists stand still."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes.rows import NOW, PBX, crew, members, spies, spy, talking
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import AgentRow, AgentState, CallRow, FactRow, HandRow, Whose
from whisper_tui.terms import CallKey, Mode
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


def test_what_was_seen_with_a_whole_number_alone_goes_with_it_at_once() -> None:
    """A reveal is over while the lists stand still: its number may stand in what the agent said, and in the sessions too."""
    number, asks = "+34611222333", HandRow(NOW - 9, "call +34611222333 back")
    private = FactRow("account", "Account", "A-1 +34611222333")
    whole = replace(talking(1, "Ana", caller=number), hand=asks, facts=(FactRow("tier", "Tier", "gold"), private))
    veiled = replace(whole, caller="+3461…", hand=replace(asks, text="call … back"), facts=whole.facts[:1])
    ana = AgentRow(PBX, "PJSIP/1001", "Ana", AgentState.TALKING, members("support"), whole.key, hand=asks)
    heard = spy("PJSIP/2002", Whose.OURS, Mode.SILENT, whole)
    picture = Picture({whole.key: whole}, crew(ana), spies(heard), {}, NOW)
    shown = picture.keep(
        ViewChanges(
            calls={whole.key: veiled},
            agents=crew(replace(ana, hand=veiled.hand)),
            spies=spies(replace(heard, caller=veiled.caller)),
        )
    )
    assert shown.calls == {whole.key: veiled}
    assert "611222333" not in repr(shown)
    assert set(shown.agents) == set(crew(ana))
    assert set(shown.spies) == set(spies(heard))


def test_what_an_agent_said_with_a_hand_that_is_down_is_not_shown_on() -> None:
    asking = replace(talking(1, "Ana"), hand=HandRow(NOW - 9, "call +34611222333 back"))
    picture = Picture({asking.key: asking}, {}, {}, {}, NOW)
    shown = picture.keep(ViewChanges(calls={asking.key: replace(asking, hand=None)})).calls[asking.key]
    assert shown == replace(asking, hand=HandRow(NOW - 9))
