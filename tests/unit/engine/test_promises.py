"""Whatever a supervisor, a caller, a phone and a network do in whatever order: the promises of the console hold.

Random lives on a PBX in memory. After every step the PBX's own books say who hears the supervisor, and the strip is held against
them; at the end the log is.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import ANA, Desk, at_a_desk, policy
from whisper_tui.ami import actions as do
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Hears, Phase
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.views import facts_of
from whisper_tui.engine.watch import ENFORCED
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.decide import grants_of
from whisper_tui.permissions.hours import Hours
from whisper_tui.permissions.limits import Limits
from whisper_tui.permissions.policy import Allowed, Policy, Scope
from whisper_tui.permissions.state import FIRST
from whisper_tui.supervision.intents import (
    Barge,
    Follow,
    HandBack,
    Intent,
    Join,
    Leave,
    Listen,
    Mute,
    Panic,
    Release,
    TakeOver,
    Unfollow,
    Unmute,
    Whisper,
    Whom,
)
from whisper_tui.terms import CallKey, Microphone, Mode, Pbx, Right, Uniqueid

AGENT, CUSTOMER = ("PJSIP/1001", "PJSIP/1002", "PJSIP/1003"), "PJSIP/trunk"
NUMBERS = itertools.count(100)
"""Of channels that come later."""
LAW = policy(Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE, Right.TAKEOVER, Right.JOIN)
KEYS = st.sampled_from("0123456789*#")
CALLS = st.integers(1, 2)
LEADS = LAW.profiles[0]
LAWS = {
    "everything": LAW,
    "no barge": replace(LAW, profiles=(replace(LEADS, rights=LEADS.rights - {Right.BARGE, Right.JOIN}),)),
    "only listening": replace(LAW, profiles=(replace(LEADS, rights=frozenset({Right.FLOOR_VIEW, Right.LISTEN})),)),
    "one agent": replace(LAW, profiles=(replace(LEADS, scope=Scope(agent=("PJSIP/1001",))),)),
    "not that agent": replace(LAW, profiles=(replace(LEADS, deny=Scope(agent=("PJSIP/1002",))),)),
    "closed": replace(LAW, profiles=(replace(LEADS, hours=Hours(frozenset({0}), 0, 60, ZoneInfo("UTC"))),)),
    "short": replace(
        LAW, profiles=(replace(LEADS, limits=Limits(longest={Right.WHISPER: 4.0, Right.BARGE: 2.0})),), max_session=9.0
    ),
    "nobody": Policy((), "digest"),
    "wrong": WhisperError("it is wrong", "policy.toml:1"),
    "gone": None,
}
"""What somebody may save while people work."""
STEPS = st.one_of(
    st.tuples(st.sampled_from([Listen, Whisper, Barge, Join, TakeOver]), CALLS),
    st.tuples(st.sampled_from([Mute, Unmute, Release, Leave, Panic, HandBack, Unfollow]), st.just(0)),
    st.tuples(st.just(Follow), st.sampled_from(list(Whom))),
    st.tuples(st.sampled_from(["end call", "new call", "transfer", "next customer", "payment", "paid"]), CALLS),
    st.tuples(
        st.sampled_from(["phone hangs up", "link drops", "link is back", "deaf", "hears again", "wait"]), st.just(0)
    ),
    st.tuples(st.just("policy"), st.sampled_from(list(LAWS))),
    st.tuples(st.just("press"), KEYS),
    st.tuples(st.just("press while unlocked"), KEYS),
    st.tuples(st.just("phone"), st.sampled_from(["answer", "busy", "ring", "no-answer"])),
)


@example(steps=[(Listen, 1), ("link drops", 0), ("link is back", 0), ("policy", "closed")])  # at once, and not yet read
@example(steps=[(Listen, 1), ("deaf", 0), (Listen, 1), ("payment", 1)])
@given(steps=st.lists(STEPS, max_size=20))
@settings(max_examples=700, deadline=None)
def test_the_strip_never_says_less_than_the_truth_and_every_session_closes(
    steps: list[tuple[type[Intent] | str, int | str | Whom]],
) -> None:
    asyncio.run(_live(steps))


async def _live(steps: list[tuple[type[Intent] | str, int | str | Whom]]) -> None:
    asked: list[asyncio.Task[object]] = []
    async with at_a_desk(FakePbx(extensions={"1001", "1002"}), law=LAW, entries=Entries("internal,{number}")) as desk:
        for n in (1, 2):
            await desk.call(agent=f"100{n}", n=n)
        for what, which in steps:
            if isinstance(what, str):
                await _happens(desk, what, which)
            elif what is Follow:
                asked.append(asyncio.create_task(desk.seat.ask(Follow(Whom(which)))))
            elif what in (Listen, Whisper, Barge, Join, TakeOver):
                call = CallKey(Pbx("lab"), Uniqueid(f"pbx-1.{which}"))
                asked.append(asyncio.create_task(desk.seat.ask(what(call))))  # type: ignore[call-arg]
            else:
                asked.append(asyncio.create_task(desk.seat.ask(what())))  # type: ignore[call-arg]
            await settle(60)
            _strip_holds(desk)
            if desk.pbx.deaf and what in ("payment", "transfer", "next customer"):
                await desk.clock.wind(
                    ENFORCED
                )  # a leg that still waits for an answer is hung up within that, not at once
            _policy_holds(desk)
        desk.pbx.deaf = False
        if not desk.pbx.up:
            desk.pbx.connect()
        await desk.clock.wind(3)
        if desk.seat.handset.own_call:
            await desk.ask(Leave())  # it would go on without the console
    if asked:
        await asyncio.wait(asked, timeout=5)
    assert all(task.done() and task.exception() is None for task in asked)
    _log_holds(desk)


async def _happens(desk: Desk, what: str, which: int | str | Whom) -> None:
    pbx, customer = desk.pbx, Uniqueid(f"pbx-1.{which}")
    match what:
        case "end call" if customer in pbx.chans:
            pbx.hang_up_call(customer)
        case "new call" if customer not in pbx.chans:
            pbx.call(agent=f"100{which}", n=int(which))
        case "transfer" if customer in pbx.chans and pbx.agent_of(customer) in pbx.chans:
            pbx.move(customer, "1003", next(NUMBERS))
        case "next customer" if customer in pbx.chans and pbx.agent_of(customer) in pbx.chans:
            pbx.another_customer(pbx.agent_of(customer), next(NUMBERS))
        case "payment" | "paid":
            pbx.tag(customer, on=what == "payment")
        case "phone hangs up" if pbx.leg is not None:
            pbx.hang_up_phone()
        case "link drops" if pbx.up:
            pbx.drop()
        case "link is back" if not pbx.up:
            pbx.connect()
        case "deaf" | "hears again":
            pbx.deaf = what == "deaf"
        case "press" if pbx.leg is not None and pbx.leg.state == 6:
            pbx.press(str(which))
        case "press while unlocked" if pbx.leg is not None and pbx.leg.state == 6:
            kept, pbx.leg.frame_drop = pbx.leg.frame_drop, pbx.leg.frame_drop.replace("DTMF_END", "").strip(",")
            leg = pbx.leg
            pbx.press(str(which))
            leg.frame_drop = kept
        case "phone":
            pbx.phone = str(which)
        case "policy":
            desk.law.becomes(LAWS[str(which)])
            desk.seat.beat()
            await desk.clock.wind(1.9)  # it is taken within a second, and holds a second later
            _ear_may_be(desk)
        case "wait":
            await desk.clock.wind(3)
        case _:
            pass


def _strip_holds(desk: Desk) -> None:
    """The strip may say UNKNOWN; it may not say NO to an ear that hears, nor YES to one that does not."""
    truth, strip = desk.pbx.hears_supervisor(), desk.strip
    if not desk.pbx.up:
        assert strip.phase in (Phase.UNKNOWN, Phase.NONE) or strip.mode is Mode.TAKEOVER
        return
    agent_hears = any(device in truth for device in AGENT)
    assert strip.agent_hears in ((Hears.YES, Hears.UNKNOWN) if agent_hears else (Hears.NO, Hears.UNKNOWN))
    assert strip.customer_hears in ((Hears.YES, Hears.UNKNOWN) if CUSTOMER in truth else (Hears.NO, Hears.UNKNOWN))
    if strip.mode is Mode.SILENT or strip.microphone is Microphone.MUTED:
        assert not truth
    if strip.phase is Phase.NONE:
        assert desk.pbx.leg is None


def _policy_holds(desk: Desk) -> None:
    """Who is heard, may be: by the policy in force, whatever it was when they began."""
    handset, law = desk.seat.handset, desk.engine.law.policy
    session, mode = handset.session, handset.mode
    if session is None or mode in (None, Mode.TAKEOVER) or not desk.pbx.up:
        return
    call = desk.engine.lines[session.call.pbx].floor.calls.get(session.call.uniqueid)
    if law is None or call is None:
        assert law is not None, "a policy that is gone leaves the one before in force"
        return
    facts = facts_of(desk.engine.lines[session.call.pbx], call)
    speaks = mode if desk.pbx.hears_supervisor() else Mode.SILENT
    now = datetime.fromtimestamp(desk.clock.wall(), UTC)
    for right in (Right.LISTEN, Right.of(speaks)):
        answer = grants_of(ANA, law).decide(right, facts, now, "PJSIP/2001", FIRST)
        assert isinstance(answer, Allowed), f"{right.value}: {answer}"
    if law == LAWS["short"]:
        spent = session.spent(desk.clock.monotonic())
        assert spent.get(speaks, 0.0) < {Mode.WHISPER: 4.0, Mode.BARGE: 2.0}.get(speaks, 9.0) + 0.6
        assert sum(spent.values()) < 9.6


def _ear_may_be(desk: Desk) -> None:
    """A second after the policy was another one the ear itself is held against it, whatever the strip says of it."""
    session, leg = desk.seat.handset.session, desk.pbx.leg
    if session is None or leg is None or leg.spyee is None or not desk.pbx.up or desk.engine.law.policy is None:
        return
    call = desk.engine.lines[session.call.pbx].floor.calls.get(session.call.uniqueid)
    if call is not None:
        now = datetime.fromtimestamp(desk.clock.wall(), UTC)
        facts, grants = facts_of(desk.engine.lines[session.call.pbx], call), grants_of(ANA, desk.engine.law.policy)
        speaks = {"whisper": Right.WHISPER, "barge": Right.BARGE}.get(leg.mode) if desk.pbx.hears_supervisor() else None
        for right in (Right.LISTEN, speaks or Right.LISTEN):
            answer = grants.decide(right, facts, now, "PJSIP/2001", FIRST)
            assert isinstance(answer, Allowed), answer


def _log_holds(desk: Desk) -> None:
    requested = {row.session for row in desk.paper.of(Kind.REQUESTED)}
    left = Counter(row.session for row in desk.paper.of(Kind.LEFT))
    assert set(left) == requested
    assert set(left.values()) <= {1}
    rung = [action.leg for action in desk.pbx.sent if isinstance(action, do.Originate)]
    assert len(rung) == len(set(rung))
    assert sorted(row.leg for row in desk.paper.of(Kind.LEG_ENDED)) == sorted(rung)
    assert desk.pbx.leg is None, "a leg outlived its console"
    aimed = {row.session for row in desk.paper.of(Kind.AIMED)}
    assert aimed <= requested
