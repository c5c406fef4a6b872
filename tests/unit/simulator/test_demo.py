"""What the demo is made of: its stories, its policy, and a leg through the real link."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.simulator.conftest import QUICK
from tests.unit.simulator.leg_life import talks
from whisper_tui.ami.actions import (
    AbsoluteTimeout,
    Action,
    BlindTransfer,
    Bridge,
    CoreShowChannels,
    DeviceStateList,
    Getvar,
    Hangup,
    MessageSend,
    OriginateSpy,
    OriginateThird,
    Outcome,
    Ping,
    PlayDtmf,
    QueueStatus,
    Setvar,
    Status,
)
from whisper_tui.ami.events import (
    BlindTransferred,
    BridgeEntered,
    ChannelGone,
    DigitEnded,
    Fact,
    Listed,
    OriginateAnswered,
    SpyStarted,
)
from whisper_tui.ami.link import Link
from whisper_tui.ami.queue_actions import QueueRemove
from whisper_tui.ami.settings import LinkSettings
from whisper_tui.clock import SystemClock
from whisper_tui.config import load
from whisper_tui.config.paths import shipped
from whisper_tui.config.secrets import HiddenSecret
from whisper_tui.engine.backend import Playback
from whisper_tui.permissions.decide import decide
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.policy import Allowed, CallFacts
from whisper_tui.simulator.server import Simulator, start
from whisper_tui.simulator.stories import load as load_story
from whisper_tui.simulator.stories import title_of
from whisper_tui.terms import LegId, LinkState, Mode, Notice, Pbx, Right, Subject, Uniqueid

LEG = LegId("wt-0a1b2c3d-00000000000000bb")
PATIENCE = 5.0


class Console:
    """A real link on the simulated PBX, with everything it told."""

    def __init__(self, pbx: Simulator, clock: SystemClock) -> None:
        settings = LinkSettings(Pbx("demo"), pbx.host, pbx.port, pbx.user, HiddenSecret(pbx.secret))
        self.facts: list[Fact] = []
        self.states: list[LinkState] = []
        self.link = Link(settings, clock, self._told, self._moved)
        self._news = asyncio.Event()

    async def wait(self, fits: Callable[[Fact], bool]) -> Fact:
        async with asyncio.timeout(PATIENCE):
            while True:
                for fact in self.facts:
                    if fits(fact):
                        return fact
                self._news.clear()
                await self._news.wait()

    async def reach(self, state: LinkState) -> None:
        async with asyncio.timeout(PATIENCE):
            while state not in self.states:
                self._news.clear()
                await self._news.wait()

    def _told(self, fact: Fact) -> None:
        self.facts.append(fact)
        self._news.set()

    def _moved(self, state: LinkState, notice: Notice | None) -> None:
        self.states.append(state)
        self._news.set()


@asynccontextmanager
async def console_on(pbx: Simulator) -> AsyncIterator[Console]:
    console = Console(pbx, SystemClock())
    life = asyncio.create_task(console.link.run())
    try:
        await console.reach(LinkState.SEEDING)
        yield console
    finally:
        await console.link.close()
        await life


async def test_the_link_knows_what_it_may_do_and_gets_every_list(pbx: Simulator) -> None:
    async with console_on(pbx) as console:
        assert console.link.asterisk == "22.10.1"
        assert console.link.allowed is not None
        assert {"Originate", "Setvar", "PlayDTMF", "AbsoluteTimeout", "Hangup", "Status"} <= console.link.allowed
        for action in (QueueStatus(), CoreShowChannels(), Status(variables=["SPYGROUP"]), DeviceStateList()):
            reply = await console.link.send(action)
            assert reply.outcome is Outcome.DONE
            assert reply.rows
        listed = {fact.action for fact in console.facts if isinstance(fact, Listed)}
        assert listed == {"QueueStatus", "CoreShowChannels", "Status", "DeviceStateList"}
        assert console.link.malformed == 0


async def test_a_leg_lives_from_ring_to_leave_through_the_real_link(pbx: Simulator) -> None:
    talk = talks(pbx)[0]
    leg = Uniqueid(LEG)
    async with console_on(pbx) as console:
        send = console.link.send
        call = OriginateSpy("PJSIP/2001", LEG, 5.0, 5, "Supervision", "2000")
        assert (await send(call)).outcome is Outcome.DONE
        await console.wait(lambda fact: isinstance(fact, OriginateAnswered) and fact.uniqueid == leg)
        assert (await send(PlayDtmf(leg, "4"))).outcome is Outcome.DONE
        await send(Setvar(leg, "FRAME_DROP(RX)", ""))
        await send(PlayDtmf(leg, "7"))
        await console.wait(lambda fact: isinstance(fact, DigitEnded) and fact.digit == "7")
        await send(Setvar(leg, "FRAME_DROP(RX)", "DTMF_END"))
        assert [fact.digit for fact in console.facts if isinstance(fact, DigitEnded)] == ["7"]
        held = await send(Getvar(talk.agent, "SPYGROUP"))
        assert (held.outcome, held.value) == (Outcome.DONE, "")
        await send(Setvar(talk.agent, "SPYGROUP", LEG))
        await console.wait(lambda fact: isinstance(fact, SpyStarted) and fact.spyee == talk.agent)
        assert (await send(AbsoluteTimeout(leg, 5))).outcome is Outcome.DONE
        await send(Setvar(leg, "FRAME_DROP(RX)", ""))
        await send(PlayDtmf(leg, "5"))
        await console.wait(lambda fact: isinstance(fact, DigitEnded) and fact.digit == "5")
        assert pbx.ears()[leg] == {talk.agent}
        assert (await send(Hangup(leg))).outcome is Outcome.DONE
        await console.wait(lambda fact: isinstance(fact, ChannelGone) and fact.uniqueid == leg)
        assert (await send(Getvar(leg, "SPYGROUP"))).outcome is Outcome.FAILED
        assert console.link.malformed == 0


def every_action(kind: type[Action] = Action) -> set[type[Action]]:
    """The actions that the program can send."""
    below = kind.__subclasses__()
    return set().union(*map(every_action, below)) if below else {kind}


async def test_every_action_that_the_program_can_send_is_known_to_the_simulator(pbx: Simulator) -> None:
    assert {BlindTransfer, MessageSend, OriginateThird, Ping, QueueRemove} <= every_action()
    known = {one.name for one in pbx._answers._known.values()} | {"Challenge", "Login"}  # these two are the session's
    assert {kind.name for kind in every_action()} <= known


async def test_a_call_is_joined_taken_over_and_handed_back_through_the_real_link(pbx: Simulator) -> None:
    talk = talks(pbx)[0]
    agent, customer = pbx.floor.channels[talk.agent], pbx.floor.channels[talk.customer]
    leg, number = Uniqueid(LEG), agent.device.removeprefix("PJSIP/")
    async with console_on(pbx) as console:
        send = console.link.send
        text = await send(MessageSend(agent.device, "A supervisor is about to speak"))
        assert text.outcome is Outcome.DONE
        assert [one.phone for one in pbx.texts] == [agent.device]
        call = OriginateThird("PJSIP/2001", LEG, 5.0, 5, "Supervision", "2000", beside=agent.name)
        assert (await send(call)).outcome is Outcome.DONE
        await console.wait(lambda fact: isinstance(fact, BridgeEntered) and fact.uniqueid == leg)
        assert pbx.ears()[leg] == {talk.agent, talk.customer}
        assert (await send(Setvar(leg, "MUTEAUDIO(in)", "on"))).outcome is Outcome.DONE
        assert pbx.ears()[leg] == frozenset()
        assert (await send(Bridge(LEG, customer.name))).outcome is Outcome.DONE
        await console.wait(lambda fact: isinstance(fact, ChannelGone) and fact.uniqueid == talk.agent)
        assert (await send(BlindTransfer(leg, "internal", number))).outcome is Outcome.DONE
        await console.wait(lambda fact: isinstance(fact, BlindTransferred) and fact.transferee == talk.customer)
        await console.wait(lambda fact: isinstance(fact, ChannelGone) and fact.uniqueid == leg)
        assert console.link.malformed == 0


@pytest.mark.parametrize("fixed", [Mode.SILENT, Mode.WHISPER, Mode.BARGE])
async def test_a_leg_of_one_mode_rings_through_the_real_link_and_is_heard_by_nobody_yet(
    fixed: Mode, pbx: Simulator
) -> None:
    talk = talks(pbx)[0]
    async with console_on(pbx) as console:
        call = OriginateSpy("PJSIP/2001", LEG, 5.0, 5, "Supervision", "2000", fixed=fixed)
        assert (await console.link.send(call)).outcome is Outcome.DONE
        await console.link.send(Setvar(talk.agent, "SPYGROUP", LEG))
        await console.wait(lambda fact: isinstance(fact, SpyStarted) and fact.spyee == talk.agent)
        assert pbx.ears()[Uniqueid(LEG)] == frozenset()


async def test_a_wrong_secret_is_refused_and_not_tried_again(busy: Path) -> None:
    async with await start(busy, speed=0, answers=QUICK, refuses_after=0.01) as pbx:
        pbx.secret, right = "another", pbx.secret
        console = Console(pbx, SystemClock())
        pbx.secret = right
        life = asyncio.create_task(console.link.run())
        await console.reach(LinkState.REFUSED)
        assert console.states.count(LinkState.AUTHENTICATING) == 1
        await console.link.close()
        await life


def test_the_player_is_what_the_console_takes_for_playback(pbx: Simulator) -> None:
    playback: Playback = pbx.playback
    assert playback.position[1] > 100


STORIES = [
    path
    for path in sorted(shipped("fixtures", "demo").glob("*.toml"))
    if path.stem not in ("policy", "cues", "scorecard")
]


@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_every_story_that_is_shipped_opens_and_has_a_title(path: Path) -> None:
    assert title_of(path)
    with load_story(path) as story:
        assert story.seconds > 60
        assert next(story.messages())


VIP = CallFacts("demo", "vip", "PJSIP/1006")
SUPPORT = CallFacts("demo", "support", "PJSIP/1001")
OUTSIDE = CallFacts("demo", None, "PJSIP/1001")


@pytest.mark.parametrize(
    ("right", "call", "may"),
    [
        (Right.BARGE, SUPPORT, True),
        (Right.BARGE, OUTSIDE, True),
        (Right.WHISPER, VIP, True),
        (Right.BARGE, VIP, False),
        (Right.TAKEOVER, SUPPORT, True),
        (Right.JOIN, SUPPORT, True),
        (Right.TAKEOVER, VIP, False),
        (Right.JOIN, VIP, False),
    ],
)
def test_the_demos_policy_dims_what_is_loudest_on_one_queue(right: Right, call: CallFacts, may: bool) -> None:
    path = shipped("fixtures", "demo/policy.toml")
    read = load.policy_text(path.read_bytes(), path)
    policy = parse(read.table, read.digest, read.path, read.text)
    decision = decide(Subject("demo", 1000), right, call, datetime.now(UTC), policy, "PJSIP/2001")
    assert isinstance(decision, Allowed) is may
