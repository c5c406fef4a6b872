"""Agents who do something because a supervisor speaks to them: a call going wrong, and a transfer in mid-whisper."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.ami_client import AmiClient
from tests.unit.simulator.conftest import QUICK, capture
from tests.unit.simulator.floors import Listener, shape
from tests.unit.simulator.leg_life import aim, key, up
from whisper_tui.simulator import heeding
from whisper_tui.simulator.server import Simulator, start
from whisper_tui.terms import CallState, Uniqueid

LISTS = ("QueueStatus", "CoreShowChannels", "Status", "DeviceStateList")


@pytest.fixture(autouse=True)
def heeds_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heeding, "HEEDS", 0.05)


@asynccontextmanager
async def played(folder: Path, sheet: str) -> AsyncIterator[tuple[Simulator, AmiClient]]:
    """An ordinary day, with what `sheet` adds to it."""
    file = folder / "made.toml"
    file.write_text(f'capture = "{capture("l-day")}"\n{sheet}')
    async with (
        await start(file, answers=QUICK) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        for name in LISTS:
            await client.listed(name)
        yield pbx, client


def agrees(pbx: Simulator, client: AmiClient) -> None:
    """Fail unless what was told makes the calls that there are."""
    listener = Listener()
    listener.feed(bytes(client.raw).replace(b"Event: DTMF", b"Event: Ignored"))
    assert shape(listener.floor)["calls"] == shape(pbx.floor)["calls"]


def channel_of(pbx: Simulator, phone: str) -> Uniqueid:
    return next(one for one, channel in pbx.floor.channels.items() if channel.device == phone)


HOLD = '[[interlude]]\ndoes = "hold"\nsecond = 0.0\nuntil = 190.0\nagent = "PJSIP/1011"\n'


async def test_an_agent_who_has_forgotten_a_caller_takes_them_back_when_spoken_to(tmp_path: Path) -> None:
    async with played(tmp_path, HOLD) as (pbx, client):
        agent = channel_of(pbx, "PJSIP/1011")
        call = next(one for one in pbx.floor.calls.values() if one.agent_channel == agent)
        assert call.state is CallState.HELD
        await up(client)
        await aim(client, agent)
        await client.ask("Ping")
        assert call.state is CallState.HELD, "nobody has been heard yet"
        await key(client, "5")
        await client.event("Unhold", Uniqueid=agent)
        await client.event("MusicOnHoldStop", Uniqueid=call.key)
        assert call.state is CallState.TALKING
        agrees(pbx, client)


async def test_an_agent_who_was_whispered_to_before_the_hold_heeds_the_next_whisper(tmp_path: Path) -> None:
    async with played(tmp_path, HOLD.replace("second = 0.0", "second = 3.0")) as (pbx, client):
        agent = channel_of(pbx, "PJSIP/1011")
        await up(client)
        await aim(client, agent)
        await key(client, "5")
        await key(client, "4")
        pbx.playback.set_speed(20)
        await client.event("Hold", Uniqueid=agent)
        pbx.playback.set_speed(1)
        await key(client, "5")
        await client.event("Unhold", Uniqueid=agent)


SEND_ON = '[[interlude]]\ndoes = "send-on"\nafter = 0.05\nto = ["1004", "1099", "610"]\n'


async def test_an_agent_sends_the_customer_on_in_mid_whisper_to_somebody_free_else_to_the_last(tmp_path: Path) -> None:
    async with played(tmp_path, SEND_ON) as (pbx, client):
        agent = channel_of(pbx, "PJSIP/1011")
        customer = next(one.key for one in pbx.floor.calls.values() if one.agent_channel == agent)
        await up(client)
        await aim(client, agent)
        await client.ask("Ping")
        assert not client.events("BlindTransfer")
        await key(client, "5")
        transfer = await client.event("BlindTransfer")
        assert (transfer["TransfererUniqueid"], transfer["TransfereeUniqueid"]) == (agent, customer)
        assert transfer["Extension"] == "610", "1004 talks, and there is no 1099"
        await client.event("QueueCallerJoin", Uniqueid=customer, Queue="sales")
        assert not any(pbx.ears().values())
        agrees(pbx, client)


async def test_it_happens_once(tmp_path: Path) -> None:
    async with played(tmp_path, SEND_ON) as (pbx, client):
        await up(client)
        for phone in ("PJSIP/1011", "PJSIP/1012"):
            await aim(client, channel_of(pbx, phone))
            begun = len(client.messages)
            await key(client, "5")
            if phone == "PJSIP/1011":
                await client.event("BlindTransfer", since=begun)
            await key(client, "4")
        await client.ask("Ping")
        assert len(client.events("BlindTransfer")) == 1


async def test_a_seek_in_mid_whisper_leaves_it_to_the_next_agent(tmp_path: Path) -> None:
    async with played(tmp_path, SEND_ON.replace("after = 0.05", "after = 0.3")) as (pbx, client):
        await up(client)
        await aim(client, channel_of(pbx, "PJSIP/1011"))
        await key(client, "5")
        await pbx.playback.seek(5)
        async with await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as again:
            await up(again)
            await aim(again, channel_of(pbx, "PJSIP/1011"))
            await key(again, "5")
            await again.event("BlindTransfer")


async def test_a_story_has_its_own_name_for_a_queue_in_everything_that_is_told(tmp_path: Path) -> None:
    async with played(tmp_path, 'queues = { retention = "vip" }\n') as (pbx, client):
        assert b"retention" not in bytes(client.raw)
        assert {queue.name for queue in pbx.floor.queues.values()} == {"recorded", "sales", "support", "vip"}
        rows = await client.listed("CoreShowChannels")
        assert any(row["ApplicationData"].startswith("vip,") for row in rows)
        plan = await client.listed("ShowDialPlan", Context="internal", Extension="620")
        assert any(row.get("AppData", "").startswith("vip,") for row in plan)
