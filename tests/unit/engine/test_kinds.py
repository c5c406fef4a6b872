"""The three kinds of leg: locked, open and fixed, found out by what a phone's keys do and remembered."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import Desk, at_a_desk, policy
from whisper_tui.ami import actions as do
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Hears, Phase
from whisper_tui.engine.known import Known
from whisper_tui.supervision.intents import Answer, Barge, Done, Intent, Listen, Mute, Refused, Release, Unmute, Whisper
from whisper_tui.supervision.kinds import Findings
from whisper_tui.terms import LegKind, Microphone, Mode, Notice, Pbx, Right

LISTENS = policy(Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER)


def old(*, frame_drops: bool = True) -> FakePbx:
    """An Asterisk that cannot lock a keypad."""
    return FakePbx(locks=False, asterisk="16.28.0", frame_drops=frame_drops)


async def asked(desk: Desk, intent: Intent) -> Answer:
    """Ask, and let the time pass that finding out takes."""
    asking = asyncio.create_task(desk.seat.ask(intent))
    for _ in range(40):
        desk.seat.beat()
        await desk.clock.wind(0.1, step=0.05)
        if asking.done():
            break
    answer = await asking
    await settle()
    return answer


def rung(desk: Desk) -> list[str]:
    return [dict(a.headers())["Data"].partition(")")[2] for a in desk.pbx.sent if isinstance(a, do.OriginateSpy)]


async def test_who_may_do_everything_keeps_a_leg_whose_keypad_cannot_be_locked() -> None:
    async with at_a_desk(old()) as desk:
        call = await desk.call()
        assert await asked(desk, Listen(call)) == Done()
        assert (desk.strip.kind, desk.strip.mode) == (LegKind.OPEN, Mode.SILENT)
        assert await asked(desk, Whisper(call)) == Done()
        assert desk.pbx.hears_supervisor() == {"PJSIP/1001": "whisper"}
        desk.pbx.press("6")
        await settle()
        assert (desk.strip.mode, desk.strip.customer_hears) == (Mode.BARGE, Hears.YES)
        assert [row.detail for row in desk.paper.of(Kind.KEYPAD)] == ["6"]
        assert await asked(desk, Mute()) == Done()
        assert desk.pbx.hears_supervisor() == {}
        assert rung(desk) == ["d"]


async def test_an_open_leg_ends_where_the_profile_does_not_hold_every_mode() -> None:
    async with at_a_desk(old(), law=policy(Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE)) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        desk.law.becomes(LISTENS)
        await desk.clock.wind(1.5)
        assert desk.pbx.leg is None
        assert Notice("leg.open_no_more") in desk.told


@pytest.mark.parametrize("frame_drops", [True, False], ids=["it says Success and locks nothing", "there is none"])
async def test_who_lacks_a_mode_is_rung_again_for_a_leg_whose_keys_do_nothing(frame_drops: bool) -> None:
    async with at_a_desk(old(frame_drops=frame_drops), law=LISTENS) as desk:
        call = await desk.call()
        assert await asked(desk, Listen(call)) == Done()
        assert (desk.strip.kind, desk.strip.mode) == (LegKind.FIXED, Mode.SILENT)
        assert rung(desk) == ["d", ""]
        for digit in "456":
            desk.pbx.press(digit)
            await settle()
        assert desk.pbx.hears_supervisor() == {}
        assert desk.strip.mode is Mode.SILENT
        kinds = desk.paper.kinds()
        assert kinds.count(Kind.REQUESTED) == 2, "each ringing has its own intent"
        assert kinds.count(Kind.LEG_ENDED) == 1
        assert kinds.count(Kind.LEFT) == 0


async def test_a_whisper_on_a_leg_of_one_mode_rings_anew_muted_and_falls_silent_by_the_microphone() -> None:
    async with at_a_desk(old(), law=LISTENS) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        assert await asked(desk, Whisper(call)) == Done()
        assert rung(desk) == ["d", "", "w"]
        assert (desk.strip.kind, desk.strip.mode, desk.strip.microphone) == (
            LegKind.FIXED,
            Mode.WHISPER,
            Microphone.MUTED,
        )
        assert desk.pbx.hears_supervisor() == {}
        assert await asked(desk, Unmute()) == Done()
        assert desk.pbx.hears_supervisor() == {"PJSIP/1001": "whisper"}
        assert (desk.strip.agent_hears, desk.strip.customer_hears) == (Hears.YES, Hears.NO)
        assert await asked(desk, Listen(call)) == Done()
        assert desk.pbx.hears_supervisor() == {}
        assert (desk.strip.agent_hears, desk.strip.microphone) == (Hears.NO, Microphone.MUTED)


async def test_a_leg_of_one_mode_goes_from_call_to_call_without_ringing() -> None:
    async with at_a_desk(old(), law=LISTENS) as desk:
        first, second = await desk.call(n=1), await desk.call(agent="1002", n=2)
        await asked(desk, Listen(first))
        assert await asked(desk, Listen(second)) == Done()
        assert desk.strip.call == second
        assert rung(desk) == ["d", ""]
        assert await asked(desk, Release()) == Done()
        assert desk.strip.phase is Phase.IDLE


async def test_without_frame_drop_the_microphone_is_closed_by_muteaudio() -> None:
    async with at_a_desk(old(frame_drops=False)) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await asked(desk, Whisper(call))
        assert await asked(desk, Mute()) == Done()
        assert desk.strip.microphone is Microphone.MUTED
        assert desk.pbx.hears_supervisor() == {}
        assert await asked(desk, Unmute()) == Done()
        assert desk.pbx.hears_supervisor() == {"PJSIP/1001": "whisper"}


async def test_where_no_key_is_seen_to_be_read_each_mode_is_a_leg_of_its_own() -> None:
    async with at_a_desk(FakePbx(deaf=True)) as desk:
        call = await desk.call()
        assert await asked(desk, Listen(call)) == Done()
        assert (desk.strip.kind, desk.strip.mode) == (LegKind.FIXED, Mode.SILENT)
        assert rung(desk) == ["d", ""]
        desk.pbx.deaf = False  # the account reads class dtmf now
        await asked(desk, Barge(call))
        assert rung(desk) == ["d", "", "B"]
        await asked(desk, Release())
        await asked(desk, Listen(call))
        assert (rung(desk)[-1], desk.strip.kind) == ("d", LegKind.LOCKED), "a key came back: keys can be trusted again"


async def test_the_next_leg_starts_in_the_kind_that_was_found_and_a_new_version_is_asked_anew(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    Known(file).keep(Pbx("lab"), "16.28.0", Findings(locks=False, keys=True))
    assert Known(file).recall(Pbx("lab"), "16.28.0") == Findings(locks=False, keys=True)
    assert Known(file).recall(Pbx("lab"), "22.10.1") == Findings()
    async with at_a_desk(old(), law=LISTENS, known=Known(file)) as desk:
        call = await desk.call()
        assert await asked(desk, Listen(call)) == Done()
        assert rung(desk) == [""]


async def test_findings_that_cannot_be_read_are_found_out_again(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    file.write_text("{not json")
    assert Known(file).recall(Pbx("lab"), "22.10.1") == Findings()


async def test_a_locked_leg_is_proved_each_time_whatever_was_found_before() -> None:
    known = Known()
    known.keep(Pbx("lab"), "22.10.1", Findings(locks=True, keys=True))
    async with at_a_desk(FakePbx(locks=False), law=LISTENS, known=known) as desk:
        call = await desk.call()
        assert await asked(desk, Listen(call)) == Done()
        assert desk.strip.kind is LegKind.FIXED


async def test_the_microphone_of_a_muted_leg_opens_only_where_its_mode_is_allowed() -> None:
    async with at_a_desk(old(), law=LISTENS) as desk:
        call = await desk.call()
        await asked(desk, Whisper(call))
        desk.law.becomes(policy(Right.FLOOR_VIEW, Right.LISTEN))
        await desk.clock.wind(1.5)
        answer = await asked(desk, Unmute())
        assert isinstance(answer, Refused)
        assert answer.denied
        assert desk.pbx.hears_supervisor() == {}


async def test_a_star_on_a_phone_whose_keypad_is_open_ends_the_leg_and_says_so() -> None:
    async with at_a_desk(old()) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await asked(desk, Whisper(call))
        desk.pbx.press("*")
        await settle()
        assert desk.pbx.hears_supervisor() == {}
        assert desk.pbx.leg is None
        assert desk.strip.ended == Notice("leg.moved_on")
