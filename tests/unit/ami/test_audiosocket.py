"""AudioSocket: split at any place, strict, and a door that is open only to whom it is open for."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.ami.audiosocket import HANGUP, IDENT, MOST, SOUND, Door, Malformed, Messages, message
from whisper_tui.clock import SystemClock
from whisper_tui.errors import OutOfReach

LIMIT = 5.0


@given(st.data())
def test_messages_are_the_same_however_they_are_split(data: st.DataObject) -> None:
    sent = [(IDENT, uuid4().bytes), (SOUND, b"\1\2" * 160), (SOUND, b""), (HANGUP, b"")]
    raw = b"".join(message(kind, payload) for kind, payload in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)))))
    messages, found = Messages(), []
    for begin, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        found += messages.feed(raw[begin:end])
    assert found == sent


@pytest.mark.parametrize("raw", [b"GET / HTTP/1.1", b"\x01\x00\x11", b"\x10\xff\xff", b"\x02\x00\x00", b"\x00\x00\x01"])
def test_what_is_no_message_is_refused_at_its_head(raw: bytes) -> None:
    with pytest.raises(Malformed):
        Messages().feed(raw)


async def connect(port: int, *, says: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(says)
    return reader, writer


async def test_who_says_the_uuid_gets_the_sound_and_then_a_hangup() -> None:
    async with asyncio.timeout(LIMIT):
        async with Door("127.0.0.1", 0, SystemClock()).visit() as (visit, port):
            assert not visit.say(b"\1" * 320)
            reader, writer = await connect(port, says=message(IDENT, visit.ident.bytes))
            await visit.came.wait()
            writer.write(message(SOUND, bytes(320)))
            assert visit.say(b"\1" * 320)
            assert await reader.readexactly(323) == message(SOUND, b"\1" * 320)
        assert await reader.read() == message(HANGUP)
        writer.close()


async def test_nobody_else_gets_anything_and_the_uuid_is_good_for_one_connection() -> None:
    async with asyncio.timeout(LIMIT):
        async with Door("127.0.0.1", 0, SystemClock()).visit() as (visit, port):
            for says in (message(IDENT, uuid4().bytes), message(SOUND, bytes(320)), b"GET / HTTP/1.1\r\n\r\n"):
                reader, writer = await connect(port, says=says)
                assert await reader.read() == b""
                writer.close()
            assert not visit.came.is_set()
            _, first = await connect(port, says=message(IDENT, visit.ident.bytes))
            await visit.came.wait()
            reader, second = await connect(port, says=message(IDENT, visit.ident.bytes))
            assert await reader.read() == b""
            assert visit.say(bytes(320)), "the first is still there"
            first.close()
            await visit.gone.wait()
            assert not visit.say(bytes(320))
            second.close()


async def test_the_door_is_shut_when_nobody_is_waited_for() -> None:
    door = Door("127.0.0.1", 0, SystemClock())
    async with door.visit() as (_, port):
        pass
    with pytest.raises(OSError, match=r"refused|Connect"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_strangers_who_say_nothing_are_few() -> None:
    async with asyncio.timeout(LIMIT):
        async with Door("127.0.0.1", 0, SystemClock()).visit() as (_visit, port):
            silent = [await connect(port) for _ in range(MOST)]
            reader, writer = await connect(port)
            assert await reader.read() == b"" or reader.at_eof()
            for _, each in (*silent, (reader, writer)):
                each.close()


async def test_a_port_that_is_taken_is_said() -> None:
    async with Door("127.0.0.1", 0, SystemClock()).visit() as (_, port):
        with pytest.raises(OutOfReach, match=str(port)):
            async with Door("127.0.0.1", port, SystemClock()).visit():
                pass


def test_every_door_waits_for_another_uuid() -> None:
    assert UUID(bytes=message(IDENT, uuid4().bytes)[3:]).version == 4
