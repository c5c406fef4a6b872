"""One supervisor's phone: the leg, moved. Knows no permission and starts nothing by itself; what must end, it ends by itself.

Deeds raise `DeedFailed` with the words' code.
"""

from __future__ import annotations

import secrets

from whisper_tui.ami.actions import Status
from whisper_tui.ami.events import ChannelGone, Event
from whisper_tui.audit.records import Certainty
from whisper_tui.engine.driver import Driver
from whisper_tui.engine.hold import sent
from whisper_tui.engine.line import Line
from whisper_tui.engine.phone import DeedFailed
from whisper_tui.engine.voice import Voice
from whisper_tui.supervision import bridging, steps
from whisper_tui.supervision.kinds import Findings
from whisper_tui.supervision.leg import Leg, LegGone, TargetGone, Unconfirmed
from whisper_tui.supervision.session import SPYING, TO, Input, Session, State
from whisper_tui.supervision.steps import Proof
from whisper_tui.terms import LegId, LegKind, Mode, Notice


class NotFit(Exception):
    """The leg cannot be held as it must be, and was hung up before it heard anybody: one of one mode is needed."""

    def __init__(self, findings: Findings, why: Notice) -> None:
        super().__init__(why.code)
        self.findings = findings
        self.why = why


class Handset(Voice):
    """A supervisor's phone."""

    pending: Session | None = None
    """A session whose phone rings into the call itself: it hears as soon as it is answered."""
    _bridge = ""

    def new_id(self) -> LegId:
        """An id that nobody can guess: it is the spy group too."""
        return LegId(f"wt-{self.rules.installation}-{secrets.token_hex(8)}")

    # --- deeds

    async def dial(
        self, line: Line, ident: LegId, fixed: Mode | None, findings: Findings, *, every_mode: bool
    ) -> Findings:
        """Ring the phone and find out how far its keypad is held; returns with an idle leg.

        Args:
            fixed: the one mode that it shall be in, None: its keys may switch it.
            findings: what is known of this PBX.
            every_mode: the person may be in every mode, so that an open keypad does no harm.

        Returns:
            What is known now.

        Raises:
            NotFit: its keypad is open and must not be, or nobody can tell; it was hung up.
            DeedFailed: it was not answered, or ended.
        """
        leg = Leg(ident, self.rules.device, fixed, deaf=fixed is not None and findings.keys is False)
        self._begin(leg, line)
        await self._run(steps.dial(leg, self.rules.spy(ident, fixed), self.rules.ring_seconds))
        self._move(Input.ANSWERED)
        proof = await self._run(steps.try_key(leg) if leg.deaf else steps.prove(leg))
        found = Findings(locks=None if proof is Proof.DEAF else proof is Proof.LOCKED, keys=proof is not Proof.DEAF)
        if fixed is not None:
            leg.deaf = proof is Proof.DEAF
            return await self._up_open(leg, LegKind.FIXED, Input.FIXED, found)
        if proof is Proof.LOCKED:
            return self._up(leg, LegKind.LOCKED, Input.LOCKED, found)
        if proof is Proof.UNLOCKED and every_mode:
            return await self._up_open(leg, LegKind.OPEN, Input.OPEN, found)
        code = "leg.no_keys" if proof is Proof.DEAF else "leg.not_lockable"
        self.ending = why = Notice(code, {"asterisk": line.wire.asterisk})
        self._move(Input.NOT_FIT)
        self._unleased()
        await self._end(leg)
        raise NotFit(found, why)

    async def join(self, line: Line, session: Session, beside: str, bridge: str) -> None:
        """Ring the phone into the call itself.

        Args:
            beside: the agent's channel by its whole name; `bridge`: the bridge that it is in.
        """
        leg = Leg(session.leg, self.rules.device)
        self._begin(leg, line)
        self.pending, self._bridge = session, bridge
        try:
            await self._run(bridging.join(leg, self.rules.third(session.leg, beside), self.rules.ring_seconds, bridge))
        finally:
            self.pending = None
        self.session = session
        self._move(Input.JOINED)
        session.mark(Mode.THIRD, leg.microphone, self._clock.monotonic())
        self._scribe.joined(leg)
        self._scribe.aimed(session, leg, Mode.THIRD)

    async def hear(self, session: Session) -> None:
        """Aim the leg, idle or not, at the session's agent: heard by nobody."""
        leg = self._driver().leg
        if leg.spyee is not None:
            await self.to(Mode.SILENT)
        hears = leg.spyee is not None
        self._move(Input.AIM)
        try:
            await self._run(steps.reaim(leg, session.target) if hears else steps.aim(leg, session.target))
            if leg.spyee != session.target:
                raise TargetGone("the channel ended as it was aimed at", session.target)
        except TargetGone:
            self._drop_session("leg.released")
            self._move(Input.TARGET_GONE)
            self._rest()
            raise DeedFailed(Notice("call.gone", {"agent": session.member})) from None
        self._drop_session("leg.reaimed")
        self.session = session
        self._move(Input.HEARS if leg.mode is Mode.SILENT else TO[leg.mode])
        session.mark(leg.mode, leg.microphone, self._clock.monotonic())
        self._measure(session)
        self._scribe.aimed(session, leg, leg.mode)
        if leg.fixed is not None:  # other desks see its mode by what ChanSpy runs with
            self._chore(sent(self._driver().line, Status(leg.uniqueid)))

    async def take_over(self, channel: str, *, through_barge: bool) -> None:
        """Take the customer of the session.

        Args:
            channel: the customer's channel by its whole name.
            through_barge: let the customer hear the supervisor first, so that nothing begins anew with the bridge.
        """
        leg, session = self._driver().leg, self.session
        if session is None or self.state not in SPYING:
            raise DeedFailed(Notice("session.none"))
        if leg.fixed is None and leg.mode is not (wanted := Mode.BARGE if through_barge else Mode.SILENT):
            await self.to(wanted)
        self.asked = Mode.TAKEOVER
        self._move(Input.TAKE)
        try:
            taken = await self._bridged(leg, session, channel)
        finally:
            self.asked = None
        if taken:
            await self._settle(leg, session)
        elif leg.spyee is None:
            self._drop_session("call.gone")
            self._move(Input.TARGET_GONE)
            self._rest()
            raise DeedFailed(Notice("call.gone", {"agent": session.member}))
        else:
            self._move(TO[leg.mode])
            await self.to(Mode.SILENT)
            raise DeedFailed(Notice("takeover.refused"))

    async def _bridged(self, leg: Leg, session: Session, channel: str) -> bool:
        """Whether the customer is there: both were seen to enter one bridge, whatever became of the answer."""
        drive = self._driver()
        try:
            return await drive.run(bridging.take_over(leg, session.call.uniqueid, channel))
        except (Unconfirmed, LegGone) as lost:
            if leg.taken_over and not leg.over:
                return True
            self._fail(lost.what, drive)
            raise self._failed() from lost

    async def hand_back(self, context: str, exten: str, to: str) -> None:
        """Send the customer of one's own call on; the leg ends."""
        leg = self._driver().leg
        if not await self._run(bridging.is_there(leg, context, exten)):
            raise DeedFailed(Notice("handback.no_extension", {"to": to, "place": f"{context},{exten}"}))
        self.ending = done = Notice("handback.done", {"to": to})
        try:
            taken = await self._run(bridging.hand_back(leg, context, exten))
        except DeedFailed as failed:
            if leg.over and failed.notice is done:
                return  # the leg's end overtook the answer
            raise
        finally:
            if not leg.over:
                self.ending = None
        if not taken:
            raise DeedFailed(Notice("handback.refused", {"to": to}))
        self.ending = done
        self._move(Input.LEAVE)
        await self._end(leg)

    async def release(self, cause: str = "leg.released") -> None:
        """Hear nothing more; the leg stays up, idle. `cause` is what the log says of the session's end.

        A party of the call can only leave it.
        """
        leg = self._driver().leg
        if self.state is State.THIRD:
            await self.leave(Notice(cause))
            return
        if self.state in SPYING:
            self._move(Input.RELEASE)
            await self._run(steps.release(leg))
        if self.state is State.RELEASING:
            self._drop_session(cause)
            self._move(Input.RELEASED)
            self._rest()

    async def leave(self, why: Notice) -> None:
        """End the leg, or cancel its ringing."""
        leg = self._driver().leg
        self.ending = why
        self._move(Input.LEAVE)
        self._unleased()
        await self._end(leg)

    async def panic(self) -> None:
        """Mute and hang up in the same breath."""
        drive = self._driver()
        self._silence_on_the_wire(drive)
        await self.leave(Notice("leg.panic"))

    # --- news

    def observe(self, line: Line, fact: Event) -> None:
        """Take note of an event, which may be about anything."""
        drive, session = self._drive, self.session
        if drive is None or line is not drive.line:
            return
        leg = drive.leg
        if self._take_talk(leg, fact):
            return
        if not leg.observe(fact):
            if self.unheard and type(fact) is ChannelGone:
                drive.wake()
            return
        if leg.over:
            self._over(Certainty.EXACT)
        elif self._is_elsewhere(leg):
            self._fail("bridged")
        else:
            if self.state is State.DIALLING and leg.ringing:
                self._move(Input.RANG)
                self._scribe.ringing(leg.ident)
            self._take_keys(leg)
            if self.state in SPYING and leg.spyee is None:
                self._hears_no_more(drive)
            elif self.state in (*SPYING, State.IDLE) and leg.spyee != (session.target if session else None):
                if leg.kind is not LegKind.LOCKED:
                    self.ending = Notice(
                        "leg.moved_on"
                    )  # `*` or `#` of the phone: off its target and on again (measured)
                self._fail("aim")
        drive.wake()

    def link_lost(self, line: Line) -> None:
        """The link is down: nothing of this leg can be confirmed, and its lease is not renewed. A call of one's own goes on."""
        if self.state is State.TAKING and line is self.line and self._drive is not None:
            self._drive.give_up()  # `_bridged` knows whether the customer was seen to come
        elif self._drive is not None and line is self.line and self.state is not State.UNKNOWN and not self.own_call:
            self.ending = Notice("link.lost", {"pbx": line.pbx, "error": ""})
            self._unleased()
            self._move(Input.UNCONFIRMED)
            self._drive.give_up()

    def link_up(self, line: Line) -> None:
        """The link is up again, first without the floor, then with it: find out what became of the leg, and end it, unless it is a
        call of one's own. A leg that was to hear and nothing else is ended before the floor is read, which may take its time."""
        if self._drive is None or line is not self.line:
            return
        leg = self._drive.leg
        if not line.live:
            if self.state is State.UNKNOWN and leg.wanted is None:
                self._chore(self._make_sure(self._drive))
        elif self.own_call:
            self._chore(self._look_for(self._drive))
        elif self.state is State.UNKNOWN and leg.wanted is not None:
            there = [line.floor.channels.get(each) for each in (leg.uniqueid, leg.wanted) if each is not None]
            bridges = {each.bridge if each is not None else "" for each in there}
            if len(bridges) == 1 and "" not in bridges:
                self._chore(self._found_with_the_customer(self._drive))
            else:
                self._chore(self._make_sure(self._drive))

    # --- inside

    def _up(self, leg: Leg, kind: LegKind, happened: Input, found: Findings) -> Findings:
        leg.kind = kind
        self._move(happened)
        self._rest()
        self._scribe.joined(leg)
        self._chore(self._detect(self._driver()))
        return found

    async def _up_open(self, leg: Leg, kind: LegKind, happened: Input, found: Findings) -> Findings:
        leg.kind = kind
        await self._run(steps.keep_open(leg))
        return self._up(leg, kind, happened, found)

    async def _settle(self, leg: Leg, session: Session) -> None:
        """The customer is there: an ordinary call from now on, which no death of ours ends."""
        drive = self._driver()
        self._unleased()
        self._move(Input.TAKEN)
        session.mark(Mode.TAKEOVER, leg.microphone, self._clock.monotonic())
        self._scribe.mode(session, leg, "takeover", Mode.TAKEOVER)
        leg.leash = None  # the agent's channel is hung up
        try:
            await drive.run(bridging.settle(leg))
        except Unconfirmed:
            # The customer must not pay for it: the lease goes on, and is renewed.
            self._say(Notice("takeover.leased"))
            self._let(drive)
        except LegGone:
            raise self._failed() from None

    def _is_elsewhere(self, leg: Leg) -> bool:
        """Somebody else took it into a bridge, or out of the one it was in."""
        if self.state in (State.DIALLING, State.RINGING) and self.pending is not None:
            return leg.bridge not in ("", self._bridge)  # BridgeAdd goes where the agent is, wherever that is now
        if self.state in (State.DIALLING, State.RINGING, State.TAKING, State.TAKEOVER, State.LEAVING):
            return False  # on its way into a call, or a call like any other
        return leg.bridge == "" if self.state is State.THIRD else leg.bridge != ""

    async def _found_with_the_customer(self, drive: Driver) -> None:
        session = self.session
        if session is not None and self._drive is drive:
            drive.take_up()
            self.ending = None
            try:
                await self._settle(drive.leg, session)
            except DeedFailed as failed:
                self._say(failed.notice)

    async def _look_for(self, drive: Driver) -> None:
        await self._see_whether_gone(drive)
