"""Each fault of panoramisk 1.4 that was found: shown on it as it is, then shown to be absent from the link.

If a newer panoramisk makes the first half of a test fail, that half has done its work.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from panoramisk import Manager
from panoramisk.message import Message

from tests.fakes.ami_server import FakeAmi, Request, error, event, response, silence
from tests.fakes.linked import Canary, Linked
from whisper_tui.ami.actions import Getvar, OriginateSpy, Outcome, Ping, PlayDtmf, QueueStatus, Setvar
from whisper_tui.ami.events import BridgeGone, ChannelCaller, Malformed
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.ami.protocol import Connection
from whisper_tui.terms import LegId, LinkState, Uniqueid

LEG = LegId("wt-00000001-0123456789abcdef")
SPY = OriginateSpy("PJSIP/2001", LEG, 15.0, 5, "Console", "2000")
AWHILE = 0.05
"""Seconds that panoramisk is given to do what it never does."""


@asynccontextmanager
async def stock(pbx: FakeAmi, **config: object) -> AsyncIterator[Manager]:
    """panoramisk as it is, connected; it connects again at once where it would wait two seconds."""
    manager = Manager(
        **{
            "host": "127.0.0.1",
            "port": pbx.port,
            "username": pbx.user,
            "secret": pbx.secret,
            "loop": asyncio.get_running_loop(),
            "reconnect_timeout": 0,
            **config,
        }
    )
    await manager.connect()
    await pbx.connected()
    try:
        yield manager
    finally:
        manager.connect = manager.connection_made = lambda *_: None
        manager.close()


def gone(bridge: str) -> bytes:
    return event("BridgeDestroy", ("BridgeUniqueid", bridge))


async def never(future: asyncio.Future[Message]) -> bool:
    """Whether the future is still pending after a while."""
    done, _ = await asyncio.wait({future}, timeout=AWHILE)
    return not done


def connection_of(linked: Linked) -> Connection:
    connection = linked.link._connection
    assert connection is not None
    return connection


async def test_a_value_with_a_line_break_is_an_action_of_its_own() -> None:
    value = "x\r\n\r\nAction: Originate\r\nChannel: PJSIP/1001"
    async with FakeAmi() as pbx, stock(pbx) as manager:
        manager.send_action({"Action": "Setvar", "Variable": "SPYGROUP", "Value": value}, as_list=False)
        await pbx.asked("Originate")
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        with pytest.raises(UnsafeAction):
            await link.send(Setvar(Uniqueid("1.1"), "SPYGROUP", value))
        await link.send(Ping())
        assert not pbx.named("Originate") and not pbx.named("Setvar")


async def test_an_originate_without_an_answer_is_sent_again_after_a_reconnect() -> None:
    def booted(request: Request) -> bytes:
        return response(request) + event("FullyBooted", ("Status", "Fully Booted"), privilege="system,all")

    answers = {"Login": booted, "Originate": silence}
    async with FakeAmi(answers=answers) as pbx, stock(pbx) as manager:
        manager.send_action({"Action": "Originate", "Channel": "PJSIP/2001"}, as_list=False)
        await pbx.asked("Originate")
        pbx.drop()
        await pbx.asked("Originate", times=2)
    async with FakeAmi(answers=answers) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        sending = asyncio.create_task(link.send(SPY))
        await pbx.asked("Originate")
        pbx.drop()
        assert (await sending).outcome is Outcome.UNKNOWN
        await linked.reached(LinkState.LOST)
        await linked.clock.wind(1)
        await linked.reached(LinkState.SEEDING, times=2)
        await link.send(Ping())
        assert len(pbx.named("Originate")) == 1


async def test_a_wrong_secret_is_tried_for_ever() -> None:
    async with FakeAmi() as pbx, stock(pbx, secret="wrong"):
        await pbx.asked("Login", times=5)
    async with FakeAmi() as pbx, Linked(pbx, secret=Canary("wrong")) as linked:
        await linked.reached(LinkState.REFUSED)
        await linked.clock.wind(3600, step=600)
        assert len(pbx.named("Login")) == 1


async def test_one_odd_event_drops_the_link() -> None:
    odd = event("Newchannel", ("CallerIDNum", "5\r\nEvent: Hangup"))
    async with FakeAmi() as pbx, stock(pbx):
        await pbx.asked("Login")
        pbx.say(odd)
        await pbx.connected(2)
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        pbx.say(odd + gone("b"))
        await linked.heard(Malformed)
        assert (await link.send(Ping())).outcome is Outcome.DONE
        assert linked.facts[-1] == BridgeGone("b") and pbx.connections == 1


async def test_a_callback_that_raises_drops_the_link() -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    async with FakeAmi() as pbx, stock(pbx) as manager:
        manager.register_event("*", broken)
        await pbx.asked("Login")
        pbx.say(gone("b"))
        await pbx.connected(2)
    async with FakeAmi() as pbx:
        linked = Linked(pbx)
        linked.link._on_event = broken
        async with linked:
            link = await linked.live()
            pbx.say(gone("b"))
            assert (await link.send(Ping())).outcome is Outcome.DONE
            assert pbx.connections == 1


async def test_a_character_that_a_read_cut_in_two_is_lost() -> None:
    raw = event("NewCallerid", ("Uniqueid", "1.1"), ("CallerIDNum", "1"), ("CallerIDName", "José"))
    cut = raw.index("é".encode()) + 1
    async with FakeAmi() as pbx, stock(pbx) as manager:
        names: list[str] = []
        manager.register_event("NewCallerid", lambda _, told: names.append(told.calleridname))
        manager.protocol.data_received(raw[:cut])
        manager.protocol.data_received(raw[cut:])
        assert names == ["Jos"]
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        await linked.live()
        connection_of(linked).data_received(raw[:cut])
        connection_of(linked).data_received(raw[cut:])
        assert linked.facts == [ChannelCaller(Uniqueid("1.1"), "1", "José")]


async def test_sixteen_megabytes_without_an_end_are_kept() -> None:
    megabyte = b"A: bbb\r\n" * (1 << 17)
    async with FakeAmi() as pbx, stock(pbx) as manager:
        for _ in range(16):
            manager.protocol.data_received(megabyte)
        assert sum(map(len, manager.protocol.queue)) >= 16 << 20
        manager.protocol.queue.clear()
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        await linked.live()
        connection = connection_of(linked)
        for _ in range(3):
            connection.data_received(megabyte)
        notice = await linked.reached(LinkState.LOST)
        assert notice is not None and "does not end" in notice.values["error"]
        assert len(connection.stream._framer._tail) == 0


async def test_no_action_ends_by_itself() -> None:
    async with FakeAmi(answers={"Getvar": silence}) as pbx, stock(pbx) as manager:
        assert await never(manager.send_action({"Action": "Getvar", "Variable": "SPYGROUP"}, as_list=False))
    async with FakeAmi(answers={"Getvar": silence}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        sending = asyncio.create_task(link.send(Getvar(Uniqueid("1.1"), "SPYGROUP")))
        await pbx.asked("Getvar")
        await linked.clock.wind(Getvar.limit)
        assert (await sending).outcome is Outcome.UNKNOWN


async def test_the_answer_to_a_key_that_is_played_drops_the_link() -> None:
    def queued(request: Request) -> bytes:
        return response(request, Message="DTMF successfully queued")

    async with FakeAmi(answers={"PlayDTMF": queued}) as pbx, stock(pbx) as manager:
        await pbx.asked("Login")
        manager.send_action({"Action": "PlayDTMF", "Channel": "PJSIP/2001-1", "Digit": "5", "Receive": "true"})
        await pbx.connected(2)
    async with FakeAmi(answers={"PlayDTMF": queued}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        reply = await link.send(PlayDtmf(Uniqueid(LEG), "5"))
        assert (reply.outcome, reply.message) == (Outcome.DONE, "DTMF successfully queued")
        assert pbx.connections == 1


async def test_a_dead_peer_is_never_noticed() -> None:
    async with FakeAmi(answers={"Ping": silence}) as pbx, stock(pbx, ping_delay=0, ping_interval=0) as manager:
        await pbx.asked("Ping", times=20)
        assert pbx.connections == 1 and manager._connected
    async with FakeAmi(answers={"Ping": silence}) as pbx, Linked(pbx) as linked:
        await linked.live()
        asked = asyncio.create_task(pbx.asked("Ping"))
        await linked.clock.wind(3)
        await asked
        await linked.clock.wind(4)
        notice = await linked.reached(LinkState.LOST)
        assert notice is not None and "no sign of life" in notice.values["error"]


async def test_sending_on_a_lost_link_hangs() -> None:
    async with FakeAmi() as pbx, stock(pbx) as manager:
        lost = asyncio.Event()
        manager.on_disconnect = lambda *_: lost.set()
        await pbx.asked("Login")
        pbx.stop_listening()
        pbx.drop()
        await lost.wait()
        assert await never(manager.send_action({"Action": "Ping"}, as_list=False))
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        pbx.stop_listening()
        pbx.drop()
        await linked.reached(LinkState.LOST)
        assert (await link.send(Ping())).outcome is Outcome.FAILED


async def test_the_secret_is_logged_when_a_send_fails(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeAmi(user="josé") as pbx, stock(pbx, encoding="ascii"):
        assert pbx.secret in caplog.text
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    async with FakeAmi(user="josé") as pbx, Linked(pbx) as linked:
        await linked.live()
        assert pbx.secret not in caplog.text and pbx.named("Login")[0]["Key"] not in caplog.text


async def test_a_list_that_is_refused_is_never_answered() -> None:
    def denied(request: Request) -> bytes:
        return error(request, "Permission denied")

    async with FakeAmi(answers={"QueueStatus": denied}) as pbx, stock(pbx) as manager:
        future = manager.send_action({"Action": "QueueStatus"}, as_list=True)
        await pbx.asked("QueueStatus")
        assert await never(future)
    async with FakeAmi(answers={"QueueStatus": denied}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        reply = await link.send(QueueStatus())
        assert (reply.outcome, reply.message) == (Outcome.FAILED, "Permission denied")


async def test_a_long_message_in_many_reads_takes_time_by_the_square_of_its_length() -> None:
    raw = b"Event: X\r\nPrivilege: call,all\r\n" + b"A: bbb\r\n" * (1 << 16) + b"\r\n"
    reads = [raw[start : start + 1000] for start in range(0, len(raw), 1000)]

    def seconds(received: object) -> float:
        assert callable(received)
        began = time.process_time()
        for read in reads:
            received(read)
        return time.process_time() - began

    async with FakeAmi() as pbx, stock(pbx) as manager:
        theirs = seconds(manager.protocol.data_received)
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        await linked.live()
        ours = seconds(connection_of(linked).data_received)
        assert ours * 5 < theirs  # some fifty times, and more the longer the message


async def test_events_lose_their_order_in_callbacks_that_wait() -> None:
    async with FakeAmi() as pbx, stock(pbx) as manager:
        order: list[str] = []
        first = asyncio.Event()

        async def waits(_: Manager, told: Message) -> None:
            if told.bridgeuniqueid == "1":
                await first.wait()
            order.append(told.bridgeuniqueid)
            first.set()

        manager.register_event("BridgeDestroy", waits)
        manager.protocol.data_received(gone("1") + gone("2"))
        await first.wait()
        await asyncio.sleep(0)
        assert order == ["2", "1"]
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        await linked.live()
        tasks = len(asyncio.all_tasks())
        connection_of(linked).data_received(gone("1") + gone("2"))
        assert linked.facts == [BridgeGone("1"), BridgeGone("2")]
        assert len(asyncio.all_tasks()) <= tasks + 2  # the two are this test's own


async def test_close_during_the_wait_connects_again_all_the_same() -> None:
    async with FakeAmi() as pbx, stock(pbx) as manager:
        manager.on_disconnect = lambda *_: manager.close()
        await pbx.asked("Login")
        pbx.drop()
        await pbx.connected(2)
    async with FakeAmi() as pbx:
        async with Linked(pbx) as linked:
            await linked.live()
            pbx.drop()
            await linked.reached(LinkState.LOST)
        await linked.clock.wind(60, step=5)
        assert pbx.connections == 1


async def test_the_secret_crosses_the_wire_in_the_clear() -> None:
    async with FakeAmi() as pbx, stock(pbx):
        await pbx.asked("Login")
        assert pbx.secret.encode() in pbx.received
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        await linked.live()
        assert pbx.secret.encode() not in pbx.received
