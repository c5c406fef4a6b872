"""Promise 1 without an Asterisk: on a floor that moves, the strip says who hears the supervisor, and it is so."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.unit.simulator.conftest import QUICK
from whisper_tui.ami.link import Link
from whisper_tui.ami.settings import LinkSettings
from whisper_tui.audit.trail import Trail
from whisper_tui.clock import SystemClock
from whisper_tui.config.secrets import HiddenSecret
from whisper_tui.engine.backend import Hears, Phase, ViewChanges
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.lawbook import Fixed
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.seat import Seat
from whisper_tui.permissions.policy import Policy, Profile, Scope
from whisper_tui.simulator.server import Simulator, start
from whisper_tui.supervision.intents import Barge, Done, Intent, Leave, Listen, Mute, Unmute, Whisper
from whisper_tui.terms import LinkState, Pbx, Right, Subject, Uniqueid

INSTALLATION = "0a1b2c3d"
LEAD = Profile("leads", frozenset(Right), os_users=frozenset({"lead"}), scope=Scope(queue=("support", "sales", "none")))
COACH = Profile(
    "coaches", frozenset(Right) - {Right.BARGE}, os_users=frozenset({"lead"}), scope=Scope(queue=("retention",))
)


@asynccontextmanager
async def seated(pbx: Simulator, folder: Path) -> AsyncIterator[Seat]:
    """The engine on the simulated PBX, live, with a supervisor who may not barge on one queue."""
    clock, policy = SystemClock(), Policy((LEAD, COACH), "digest")
    settings = LinkSettings(Pbx("demo"), pbx.host, pbx.port, pbx.user, HiddenSecret(pbx.secret))
    with Trail.open(folder / "trail.db") as trail:
        engine = Engine(trail, clock, installation=INSTALLATION, law=Fixed(policy), boot="boot")
        engine.connect(settings.pbx, partial(Link, settings, clock))
        seat = engine.admit(Subject("lead", 1000), PhoneRules("PJSIP/2001", INSTALLATION))
        live = asyncio.Event()

        def look(changes: ViewChanges) -> None:
            if any(link.state is LinkState.LIVE for link in seat.view().links.values()):
                live.set()

        seat.subscribe(look)
        await engine.start()
        try:
            async with asyncio.timeout(5):
                await live.wait()
            yield seat
        finally:
            await engine.close()


def says_what_is_so(seat: Seat, pbx: Simulator) -> bool:
    """Whether the strip claims neither more nor less than the ears of the PBX know."""
    strip = seat.view().strip
    ears = set().union(*pbx.ears().values())
    if strip.phase is not Phase.ON:
        return strip.phase is not Phase.NONE or not ears
    claims = (strip.agent_hears is Hears.YES, strip.customer_hears is Hears.YES)
    return claims == (bool(ears), len(ears) > 1)


async def comes_to_say_what_is_so(seat: Seat, pbx: Simulator) -> None:
    """An event may be on its way: that is what a second is for."""
    changed = asyncio.Event()
    stop = seat.subscribe(lambda changes: changed.set())
    try:
        async with asyncio.timeout(1):
            while not says_what_is_so(seat, pbx):
                changed.clear()
                await changed.wait()
    finally:
        stop()


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_strip_and_the_ears_agree_whatever_a_supervisor_does(seed: int, busy: Path, tmp_path: Path) -> None:
    chance = random.Random(seed)
    async with await start(busy, speed=5, answers=QUICK) as pbx, seated(pbx, tmp_path) as seat:
        barged: set[Uniqueid] = set()
        for _ in range(40):
            # What the PBX has ended a moment ago may still be in sight.
            there = [row for row in seat.view().calls.values() if row.key.uniqueid in pbx.floor.calls]
            call = chance.choice([row for row in there if row.can_be_heard])
            agent = pbx.floor.calls[call.key.uniqueid].agent_channel
            deeds: list[Intent] = [Listen(call.key), Whisper(call.key), Barge(call.key), Unmute(), Unmute(), Mute()]
            intent = chance.choice(deeds)
            answer = await seat.ask(intent)
            if isinstance(intent, Barge) and isinstance(answer, Done) and agent is not None:
                assert call.queue != "retention"
                barged.update((call.key.uniqueid, agent))
            await comes_to_say_what_is_so(seat, pbx)
        customers = {ear for _, ear in pbx.heard if ear in pbx.floor.calls}
        assert customers <= barged, "no customer but one who was barged in on ever heard the supervisor"
        assert isinstance(await seat.ask(Leave()), Done)
        assert pbx.ears() == {}
        assert len(pbx.originated) == len({one.channel_id for one in pbx.originated}), "nothing is rung twice"
