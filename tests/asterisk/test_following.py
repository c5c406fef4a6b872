"""A followed call, through every kind of transfer: the new agent is heard soon, and the customer hears no whisper on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.console import RIGHTS, Console, console_on
from tests.asterisk.hearing import Hearing
from tests.asterisk.kit import SUPERVISOR, Bench, Call, Transfer
from tests.asterisk.lab import Lab
from tests.asterisk.ledger import rows_of
from tests.asterisk.test_hearing import ASK, parties
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Phase
from whisper_tui.supervision.intents import Done, Follow, Join, Listen, Whom
from whisper_tui.terms import LegKind, Mode, Right

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

TO = {Transfer.BLIND_TO_QUEUE: "620"}
"""1006 alone is a member of that queue."""


@pytest.mark.parametrize("mode", list(ASK), ids=lambda mode: mode.value)
@pytest.mark.parametrize("kind", list(Transfer), ids=lambda kind: kind.value)
async def test_a_transfer_is_followed_in_silence(
    bench: Bench, console: Console, hearing: Hearing, note: list[str], kind: Transfer, mode: Mode
) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    if mode is not Mode.SILENT:
        await console.does(ASK[mode](key))
    leg, legs = str(console.strip.leg), str(console.strip.kind.value if console.strip.kind else "-")
    await bench.hear(parties(call, mode))
    await console.does(Follow(Whom.CALL))
    await bench.watch([call.customer])
    before, first = len(bench.witness.events), console.strip.session
    new = await bench.transfer(call, kind, TO.get(kind, "1004"))
    await console.until(lambda view: view.strip.phase is Phase.ON and view.strip.session not in (None, first))
    assert console.strip.mode is Mode.SILENT
    moved = Call(call.customer, new)
    situation = f"{mode.value}, {kind.value}: followed"
    await hearing.hears(bench, legs, situation, parties(moved, Mode.SILENT))
    if mode is not Mode.BARGE:
        assert (await bench.so_far(call.customer))[SUPERVISOR.tone] == 0, "the customer heard the supervisor"
    spies = [m for m in bench.witness.events[before:] if m.name == "ChanSpyStart" and m["SpyerUniqueid"] == leg]
    assert [m["SpyeeUniqueid"] for m in spies] == [new.uniqueid]
    # An attended transfer brings the customer to the new agent as well as the other way round.
    entered = [m for m in bench.witness.events[before:] if m.name == "BridgeEnter"]
    joined = max(m.at for m in entered if m["Uniqueid"] in (new.uniqueid, call.customer.uniqueid))
    took = (spies[0].at - joined) * 1000
    note.append(f"followed, Asterisk {bench.lab.version_text}, {situation}: {took:.0f} ms after BridgeEnter")
    assert len([m for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith("wt-")]) == 1, "it rang again"


async def test_an_agent_is_followed_from_call_to_call(bench: Bench, console: Console, hearing: Hearing) -> None:
    first = await bench.call("5550161")
    await console.does(Listen(await console.sees(first)))
    assert await console.ask(Follow(Whom.AGENT)) == Done()
    await bench.phones.hang_up(first.customer.leg)
    await console.until(lambda view: view.strip.phase is Phase.IDLE)
    second = await bench.call("5550161")
    await console.until(lambda view: view.strip.phase is Phase.ON)
    legs = str(console.strip.kind.value if console.strip.kind else "-")
    await hearing.hears(bench, legs, "silent, followed to the agent's next call", parties(second, Mode.SILENT))


async def test_each_hop_is_a_session_that_continues_the_one_before(bench: Bench, console: Console, trail: Path) -> None:
    call = await bench.call("5550161")
    await console.does(Listen(await console.sees(call)))
    await console.does(Follow(Whom.CALL))
    first = console.strip.session
    await bench.transfer(call, Transfer.BLIND, "1004")
    await console.until(lambda view: view.strip.session not in (None, first))
    rows = rows_of(trail)
    aimed = [row for row in rows if row.kind is Kind.AIMED]
    assert [row.follows for row in aimed] == ["", first]
    assert len({row.leg for row in aimed}) == 1


@pytest.mark.parametrize("kind", list(Transfer), ids=lambda kind: kind.value)
async def test_a_leg_of_one_mode_follows_too(
    bench: Bench, unlockable: Lab, trail: Path, hearing: Hearing, kind: Transfer
) -> None:
    async with console_on(unlockable.ports.ami, trail, rights=RIGHTS - {Right.BARGE}) as console:
        call = await bench.call("5550161")
        await console.does(Listen(await console.sees(call)))
        assert console.strip.kind is LegKind.FIXED
        await console.does(Follow(Whom.CALL))
        first, leg = console.strip.session, console.strip.leg
        new = await bench.transfer(call, kind, TO.get(kind, "1004"))
        await console.until(lambda view: view.strip.phase is Phase.ON and view.strip.session not in (None, first))
        assert console.strip.leg == leg, "it rang again"
        await hearing.hears(
            bench, "fixed", f"silent, {kind.value}: followed", parties(Call(call.customer, new), Mode.SILENT)
        )


async def test_a_third_party_leaves_when_the_agent_gives_the_call_away(
    bench: Bench, console: Console, hearing: Hearing
) -> None:
    call = await bench.call("5550161")
    await console.does(Join(await console.sees(call)))
    new = await bench.transfer(call, Transfer.AMI_BLIND, "1004")
    await console.until(lambda view: view.strip.phase is Phase.NONE)
    alone = {call.customer: {new}, new: {call.customer}}
    await hearing.hears(bench, "third", "third party, AMI BlindTransfer: new agent", alone)
