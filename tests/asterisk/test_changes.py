"""The call changes under a supervisor who speaks: no stranger hears them, and what is shown stays true."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.asterisk.console import PBX, Console, console_on
from tests.asterisk.kit import OTHER_CUSTOMER_TONE, SUPERVISOR, Bench, Call, Party, is_gone
from tests.asterisk.lab import Lab
from tests.asterisk.ledger import closed_rows, rows_of
from tests.asterisk.test_hearing import parties
from tests.asterisk.tones import agent_tone, supervisor_tone
from whisper_tui.audit.records import Kind, Record, Whom
from whisper_tui.engine.backend import Hears, Phase
from whisper_tui.engine.rows import Whose
from whisper_tui.supervision.intents import Barge, Leave, Listen, Mute, Refused, Whisper
from whisper_tui.terms import LinkState, Mode, Notice, Uniqueid

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]


async def barging(bench: Bench, console: Console, to: str = "5550161") -> Call:
    call = await bench.call(to)
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(Barge(key))
    await bench.hear(parties(call, Mode.BARGE))
    return call


async def test_after_a_blind_transfer_the_new_agent_does_not_hear_the_supervisor(
    bench: Bench, console: Console
) -> None:
    call = await barging(bench, console, "5550100")
    to = "1004"
    new_agent = Party("new agent", to, agent_tone(to))
    await bench.phones.do("blind", leg=call.agent.leg, to=to)
    await console.until(lambda view: view.strip.phase in (Phase.IDLE, Phase.NONE))
    await bench.hear({call.customer: {new_agent}, new_agent: {call.customer}})
    assert (console.strip.agent_hears, console.strip.customer_hears) == (Hears.NO, Hears.NO)


async def test_after_an_attended_transfer_the_new_agent_does_not_hear_the_supervisor(
    bench: Bench, console: Console
) -> None:
    call = await barging(bench, console, "5550100")
    to = "1004"
    new_agent = Party("new agent", to, agent_tone(to))
    await bench.phones.do("attended", leg=call.agent.leg, to=to, talk=0.5)
    await console.until(lambda view: view.strip.phase in (Phase.IDLE, Phase.NONE))
    await bench.hear({call.customer: {new_agent}, new_agent: {call.customer}})
    assert (console.strip.agent_hears, console.strip.customer_hears) == (Hears.NO, Hears.NO)


async def test_another_customer_who_is_given_to_the_agent_never_hears_the_supervisor(
    bench: Bench, console: Console
) -> None:
    """A barge stays with the customer of its first packet, and the next one would go to whoever comes (AUDIO.md F3)."""
    call = await barging(bench, console)
    other = await bench.call("5550162", tone=OTHER_CUSTOMER_TONE)
    await bench.watch([other.customer])
    await bench.witness.ask("Bridge", Channel1=call.agent.uniqueid, Channel2=other.customer.uniqueid)
    await bench.hear({call.agent: {other.customer}})
    await console.until(lambda view: view.strip.customer_hears is Hears.NO)
    heard = await bench.so_far(other.customer)
    assert heard[SUPERVISOR.tone] == 0
    assert heard[call.agent.tone] > 10


async def test_while_the_agent_holds_the_customer_the_strip_goes_on_telling_the_truth(
    bench: Bench, console: Console
) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(Whisper(key))
    await bench.phones.do("hold", leg=call.agent.leg, on=True)
    await console.until(lambda view: view.calls[key].held_since is not None)
    assert console.strip.mode is Mode.WHISPER
    await bench.phones.do("hold", leg=call.agent.leg, on=False)
    await console.until(lambda view: view.calls[key].held_since is None)
    await bench.hear(parties(call, Mode.WHISPER))


async def test_two_supervisors_hear_one_agent_and_not_each_other(
    bench: Bench, console: Console, tmp_path: Path
) -> None:
    theirs = tmp_path / "second.db"
    bench.logs.append(theirs)
    second = Party("second supervisor", "2002", supervisor_tone("2002"))
    async with console_on(bench.lab.ports.ami, theirs, device="PJSIP/2002", installation="0456cdef") as other:
        call = await bench.call("5550161")
        key = await console.sees(call)
        await console.does(Listen(key))
        await console.does(Whisper(key))
        await other.does(Listen(await other.sees(call)))
        await bench.hear({**parties(call, Mode.WHISPER), second: {call.customer, call.agent}})
        badges = other.seat.view().calls[key].listeners
        shown = sorted((badge.device, badge.whose, badge.mode) for badge in badges)
        assert shown == [("PJSIP/2001", Whose.CONSOLE, Mode.WHISPER), ("PJSIP/2002", Whose.MINE, Mode.SILENT)]
        reason = Notice("call.coached", {"phone": "PJSIP/2001"})
        assert await other.ask(Whisper(key)) == Refused(reason)
    await bench.hear(parties(call, Mode.WHISPER))


def others(trail: Path) -> list[Record]:
    """What a closed log has of others who listen."""
    return [row for row in rows_of(trail) if row.kind is Kind.FOREIGN_SPY]


@pytest.mark.parametrize(("options", "mode"), [("qu", Mode.SILENT), ("quw", Mode.WHISPER), ("quB", Mode.BARGE)])
async def test_a_foreign_spy_is_logged_and_known_with_its_mode(
    bench: Bench, trail: Path, options: str, mode: Mode
) -> None:
    spyer = Uniqueid("somebody-else")
    async with console_on(bench.lab.ports.ami, trail) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        ears = {"Application": "ChanSpy", "Data": f"{call.agent.channel},{options}", "ChannelId": spyer}
        await bench.witness.ask("Originate", Channel="PJSIP/2002", Async="true", **ears)
        await console.soon(lambda floor: spyer in floor.spies and floor.spies[spyer].mode is mode, limit=2.0)
        await console.until(lambda view: [badge.whose for badge in view.calls[key].listeners] == [Whose.FOREIGN])
        await bench.witness.ask("Hangup", Channel=spyer)
        await console.soon(lambda floor: spyer not in floor.spies)
    started, stopped = others(trail)
    assert (started.deed, stopped.deed) == ("started", "stopped")
    for row in (started, stopped):
        assert (row.leg, row.phone, row.detail) == (spyer, "PJSIP/2002", "a spy from elsewhere")
        assert row.whom == Whom("PJSIP/1001", "Ana Lima")
        assert row.call is not None
        assert (row.call.customer, row.call.agent) == (call.customer.uniqueid, call.agent.uniqueid)
    assert stopped.mode == mode.value


async def test_a_console_that_logs_in_later_knows_whom_the_leg_of_two_supervisors_hears(
    bench: Bench, console: Console, tmp_path: Path
) -> None:
    theirs = tmp_path / "second.db"
    bench.logs.append(theirs)
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    leg = Uniqueid(str(console.strip.leg))
    async with console_on(bench.lab.ports.ami, theirs, device="PJSIP/2002", installation="0456cdef") as other:
        await other.sees(call)
        assert [badge.device for badge in other.seat.view().calls[key].listeners] == ["PJSIP/2001"]
        spy = other.floor.spies[leg]
        assert (spy.spyee, spy.mode) == (call.agent.uniqueid, None), "it may have been switched before"
        for intent, mode in ((Whisper(key), Mode.WHISPER), (Barge(key), Mode.BARGE), (Listen(key), Mode.SILENT)):
            await console.does(intent)
            await other.soon(lambda floor, mode=mode: floor.spies[leg].mode is mode)  # type: ignore[misc]
        await console.does(Leave())
        await other.soon(lambda floor: leg not in floor.spies)
    assert [(row.leg, row.deed, row.detail) for row in others(theirs)] == [
        (leg, "started", "another console, up before login"),
        (leg, "stopped", "another console, up before login"),
    ]


async def test_when_the_link_is_lost_the_leg_ends_and_the_strip_never_says_that_all_is_well(
    bench: Bench, console: Console
) -> None:
    call = await barging(bench, console)
    leg = str(console.strip.leg)
    bench.lab.kick("console")
    await console.until(lambda view: view.links[PBX].state is not LinkState.LIVE)
    assert console.strip.phase is Phase.UNKNOWN
    assert console.strip.customer_hears is Hears.UNKNOWN
    await bench.witness.sees(is_gone(leg))
    await console.until(lambda view: view.strip.phase is Phase.NONE)
    await console.until(lambda view: view.links[PBX].state is LinkState.LIVE)
    await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})


@pytest.fixture
async def own_lab(lab: Lab) -> AsyncIterator[Lab]:
    """A lab that a test may kill."""
    own = Lab(lab.chroot)
    own.start()
    yield own
    own.stop()


async def test_after_asterisk_was_killed_the_session_is_closed_and_the_new_floor_is_shown(
    own_lab: Lab, trail: Path
) -> None:
    before = await Bench(own_lab).open()
    async with console_on(own_lab.ports.ami, trail) as console:
        call = await barging(before, console)
        own_lab.kill_asterisk()
        await console.until(lambda view: view.links[PBX].state is LinkState.LOST)
        assert console.strip.phase is Phase.UNKNOWN
        await before.drop()
        own_lab.start_asterisk()
        await console.until(lambda view: view.links[PBX].state is LinkState.LIVE, limit=20)
        await console.until(lambda view: view.strip.phase is Phase.NONE and not view.calls)
        after = await Bench(own_lab).open()
        again = await after.call("5550161")
        await console.does(Listen(await console.sees(again)))
        await console.does(Mute())
        await after.close()
        assert call.agent.channel != "" and again.agent.uniqueid != call.agent.uniqueid
    kinds = [row.kind for row in closed_rows(trail)]
    assert kinds.count(Kind.LEFT) == kinds.count(Kind.AIMED) == 2


async def test_the_log_names_the_recordings_file_without_the_callers_number(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        await bench.witness.ask("MixMonitor", Channel=key.uniqueid, File="in-5550151-1.wav")  # as the trunk sends it
        await console.does(Listen(key))
        await console.does(Leave())
    (left,) = (row for row in rows_of(trail) if row.kind is Kind.LEFT)
    assert left.recording == "on"
    assert left.recording_file.endswith("/in-{caller}-1.wav")
