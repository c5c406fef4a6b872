"""A cue card on the simulated PBX, over real sockets: it comes for the sound as Asterisk does, and whispers to the agent alone."""

from __future__ import annotations

import asyncio

from tests.unit.simulator.leg_life import talks
from tests.unit.simulator.test_demo import PATIENCE, console_on
from whisper_tui.ami.actions import Getvar, Outcome, Setvar
from whisper_tui.ami.audiosocket import Door
from whisper_tui.ami.cueleg import OriginateCue
from whisper_tui.ami.events import ChannelGone, OriginateAnswered, SpyStarted, TalkBegun, TalkEnded
from whisper_tui.ami.rtcp import VARIABLE, read
from whisper_tui.clock import SystemClock
from whisper_tui.simulator.server import Simulator
from whisper_tui.supervision.talk import DETECT
from whisper_tui.terms import LegId, Uniqueid

CUE = LegId("wt-0a1b2c3d-cue-0123456789ab")
SOUND = bytes([1, 1]) * 160


async def test_it_comes_for_the_sound_and_only_the_agent_hears_it(pbx: Simulator) -> None:
    talk = talks(pbx)[0]
    async with asyncio.timeout(PATIENCE), console_on(pbx) as console:
        async with Door("127.0.0.1", 0, SystemClock()).visit() as (visit, port):
            channel = f"AudioSocket/127.0.0.1:{port}/{visit.ident}/c(slin)"
            assert (await console.link.send(OriginateCue(channel, CUE, talk.agent, 5))).outcome is Outcome.DONE
            started = await console.wait(lambda fact: isinstance(fact, SpyStarted) and fact.spyer == CUE)
            assert isinstance(started, SpyStarted)
            assert started.spyee == talk.agent
            await visit.came.wait()
            assert pbx.ears()[Uniqueid(CUE)] == {talk.agent}
            for _ in range(3):
                assert visit.say(SOUND)
        await console.wait(lambda fact: isinstance(fact, ChannelGone) and fact.uniqueid == CUE)
        assert Uniqueid(CUE) not in pbx.ears()
        assert {ear for leg, ear in pbx.heard if leg == CUE} == {talk.agent}


async def test_where_nobody_listens_there_is_no_channel(pbx: Simulator) -> None:
    async with asyncio.timeout(PATIENCE), console_on(pbx) as console:
        async with Door("127.0.0.1", 0, SystemClock()).visit() as (visit, port):
            pass
        channel = f"AudioSocket/127.0.0.1:{port}/{visit.ident}/c(slin)"
        await console.link.send(OriginateCue(channel, CUE, talks(pbx)[0].agent, 5))
        told = await console.wait(lambda fact: isinstance(fact, OriginateAnswered) and fact.uniqueid == CUE)
        assert isinstance(told, OriginateAnswered)
        assert (told.succeeded, told.reason) == (False, 8)


async def test_lines_are_told_of_and_so_is_talk(pbx: Simulator) -> None:
    talk = talks(pbx)[0]
    async with asyncio.timeout(PATIENCE), console_on(pbx) as console:
        told = read((await console.link.send(Getvar(talk.agent, VARIABLE))).value)
        assert told is not None
        assert told.at_phone is not None
        async with Door("127.0.0.1", 0, SystemClock()).visit() as (visit, port):
            channel = f"AudioSocket/127.0.0.1:{port}/{visit.ident}/c(slin)"
            await console.link.send(OriginateCue(channel, CUE, talk.agent, 5))
            await visit.came.wait()
            assert (await console.link.send(Setvar(Uniqueid(CUE), DETECT, "10"))).outcome is Outcome.DONE
            await console.wait(lambda fact: isinstance(fact, TalkBegun) and fact.uniqueid == CUE)
            ended = await console.wait(lambda fact: isinstance(fact, TalkEnded))
            assert isinstance(ended, TalkEnded)
            assert abs(ended.duration - 4000) < 500
