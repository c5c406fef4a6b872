"""Cue cards that are spoken into the agent's ear alone: a private whisper (ChanSpy, option W) with a leg of its own.

Nobody but the agent hears it: measured with everybody else silent, the customer's highest sample is 0 (AUDIO.md F9). It is on disk
before it is dialled, decided again behind that and before every 20 ms of it, never dialled twice, and ends by itself with whatever
ends the session.
"""

from __future__ import annotations

import asyncio
import secrets
from functools import partial

from msgspec import Struct, field

from whisper_tui.ami.actions import Hangup, Outcome
from whisper_tui.ami.cueleg import OriginateCue
from whisper_tui.ami.events import ChannelGone, ChannelNew, Event, OriginateAnswered, SpyStarted, SpyStopped
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.engine.booth import Booth, Mouth
from whisper_tui.engine.cards import Cards
from whisper_tui.engine.denials import Attempt, Denials
from whisper_tui.engine.gate import Permit, words_of
from whisper_tui.engine.line import Line
from whisper_tui.engine.loud import Tools
from whisper_tui.engine.scribe import ref_of
from whisper_tui.errors import OutOfReach, WhisperError
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import Answer, Done, Refused, Say
from whisper_tui.supervision.session import Session
from whisper_tui.supervision.sound import FRAME_SECONDS, SILENCE, frames, seconds_of
from whisper_tui.terms import LegId, Mode, Notice, Uniqueid

CONNECT = 3.0
"""Seconds in which the PBX must have come, and ChanSpy have found the agent (measured: 0.1)."""

MARGIN = 5
"""Seconds that a leg may live longer than its sound, whatever becomes of us."""

TAIL = 5
"""Frames of silence behind the sound: what ChanSpy has in hand must have been heard before the leg ends."""

LEAD = 0.04
"""Seconds of sound that are sent at once in the beginning, so that a frame which comes a little late is no hole. (Of more than
0.1 s in hand ChanSpy throws some away: AST_AUDIOHOOK_SMALL_QUEUE_TOLERANCE, audiohook.c.)"""

BEHIND = 0.06
"""Seconds of sound that are sent at once where we were kept from sending."""


class NotSpoken(Exception):
    """The agent did not hear it, or not all of it."""

    def __init__(self, why: Notice) -> None:
        super().__init__(why.code)
        self.why = why


class _Leg(Struct):
    """What the PBX has said of the leg."""

    ident: LegId
    born: bool = False
    refused: bool = False
    gone: bool = False
    spyee: Uniqueid | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def observe(self, fact: Event) -> None:
        match fact:
            case ChannelNew(uniqueid=self.ident):
                self.born = True
            case OriginateAnswered(uniqueid=self.ident):
                self.refused = not fact.succeeded
            case SpyStarted(spyer=self.ident):
                self.spyee = fact.spyee
            case SpyStopped(spyer=self.ident):
                self.spyee = None
            case ChannelGone(uniqueid=self.ident):
                self.gone, self.spyee = True, None
            case _:
                return
        self.news.set()


class SpokenCues:
    """Of one supervisor; one at a time.

    Args:
        booth: where they are spoken from, None: nowhere.
    """

    def __init__(self, tools: Tools, cards: Cards, denials: Denials, installation: str, booth: Booth | None) -> None:
        self._tools = tools
        self._cards = cards
        self._denials = denials
        self._installation = installation
        self._booth = booth
        self._leg: _Leg | None = None
        self._busy = False
        self._speaking: asyncio.Task[None] | None = None

    def why_not(self, say: Say) -> Notice | Denied | None:
        """Why it would not be spoken now, or None."""
        if self._busy:
            return Notice("cue.speaking")
        heard = self._heard(say)
        return None if isinstance(heard, Session) else heard

    def note_dim(self, say: Say) -> None:
        """It was tried; where a rule forbids it, that is written down."""
        denied, session = self._heard(say), self._tools.handset.session
        if isinstance(denied, Denied) and session is not None:
            self._note(denied, session)

    async def say(self, say: Say) -> Answer:
        """Speak it; returns with its first word, or once it is clear that there will be none.

        Raises:
            WhisperError: it is not on disk; nothing was dialled.
        """
        if (why := self.why_not(say)) is not None:
            self.note_dim(say)
            return Refused(words_of(why), denied=isinstance(why, Denied))
        self._busy = True
        try:
            return await self._prepared(say)
        finally:
            self._busy = self._speaking is not None

    def observe(self, fact: Event) -> None:
        """An event, which may be about anything."""
        if self._leg is not None:
            self._leg.observe(fact)

    async def close(self) -> None:
        """End what is being spoken."""
        if self._speaking is not None:
            self._speaking.cancel()
            await asyncio.wait({self._speaking})

    async def _prepared(self, say: Say) -> Answer:
        session, text, booth = self._heard(say), self._cards.text(say.number), self._booth
        if not isinstance(session, Session) or booth is None:
            return Refused(Notice("call.changed"))
        try:
            sound = await booth.sound(say.number, text)
        except WhisperError as mute:
            return Refused(Notice("cue.no_sound", {"error": str(mute)}))
        leg = LegId(f"wt-{self._installation}-cue-{secrets.token_hex(6)}")
        await self._tools.scribe.cue(session, text, leg)
        permit = await self._tools.still_permitted(session, Mode.WHISPER)
        heard = self._heard(say) if isinstance(permit, Permit) else permit
        if heard is not session or not isinstance(permit, Permit) or permit.target.channel != session.target:
            return self._not_dialled(session, heard, leg)
        line = self._tools.lines[session.call.pbx]
        if (untold := await self._tools.told(line, session)) is not None:
            self._tools.scribe.uncued(session, untold.why.code, "", leg)
            return untold
        if (heard := self._heard(say)) is not session:  # the text took its time
            return self._not_dialled(session, heard, leg)
        begun: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._leg = _Leg(leg)
        work = self._spoken(say, session, line, self._leg, booth, sound, begun)
        self._speaking = asyncio.get_running_loop().create_task(work)
        self._speaking.add_done_callback(partial(self._over, session, begun))
        return await begun

    def _not_dialled(self, session: Session, heard: Session | Notice | Denied, leg: LegId) -> Refused:
        why = Notice("call.changed") if isinstance(heard, Session) else heard
        self._tools.scribe.uncued(session, words_of(why).code, "", leg)
        if isinstance(why, Denied):
            self._note(why, session)
        return Refused(words_of(why), denied=isinstance(why, Denied))

    async def _spoken(
        self,
        say: Say,
        session: Session,
        line: Line,
        leg: _Leg,
        booth: Booth,
        sound: bytes,
        begun: asyncio.Future[Answer],
    ) -> None:
        """From the Originate to the Hangup; `begun` is told as soon as the agent hears the first of it, or will hear nothing."""
        about = {"agent": session.member, "text": self._cards.text(say.number)}
        try:
            async with booth.mouth(line) as mouth:
                if (heard := self._heard(say)) is not session:  # a name may have taken long to be looked up
                    leg.gone = True
                    begun.set_result(self._not_dialled(session, heard, leg.ident))
                    return
                await self._dialled(session, line, leg, mouth, seconds_of(sound))
                await self._paced(say, session, leg, mouth, sound, begun)
            self._tools.say(Notice("cue.spoken", about))
        except NotSpoken as cut:
            self._failed(session, leg, cut.why, begun)
        except OutOfReach as nowhere:
            leg.gone = True  # it was never dialled
            self._failed(session, leg, Notice("cue.no_port", {**about, "error": str(nowhere)}), begun)
        except asyncio.CancelledError:
            self._tools.scribe.uncued(session, "cue.cut", "", leg.ident)
            raise
        finally:
            self._leg = None
            if not begun.done():
                begun.set_result(Refused(Notice("cue.cut", about)))
            if not leg.gone and not (leg.refused and not leg.born):
                await line.wire.send(Hangup(Uniqueid(leg.ident)))

    async def _dialled(self, session: Session, line: Line, leg: _Leg, mouth: Mouth, seconds: float) -> None:
        """The leg is up, its sound is fetched, and ChanSpy whispers to the agent and to nobody else."""
        agent = {"agent": session.member}
        try:
            reply = await line.wire.send(OriginateCue(mouth.channel, leg.ident, session.target, int(seconds) + MARGIN))
        except UnsafeAction as unsafe:
            raise NotSpoken(Notice("cue.no_way", {**agent, "error": f"{unsafe.what}: {unsafe.where}"})) from unsafe
        if reply.outcome is Outcome.FAILED:
            leg.refused = True
            raise NotSpoken(Notice("cue.no_way", {**agent, "error": reply.message}))
        if reply.outcome is Outcome.UNKNOWN:
            raise NotSpoken(Notice("cue.unsure", agent))
        try:
            async with self._tools.clock.timeout(CONNECT):
                while leg.spyee is None:
                    if leg.refused or leg.gone:
                        raise NotSpoken(Notice("cue.no_way", {**agent, "error": mouth.channel.partition("/c(")[0]}))
                    leg.news.clear()
                    await leg.news.wait()
                await mouth.ready(line, Uniqueid(leg.ident))
        except OutOfReach as nowhere:
            raise NotSpoken(Notice("cue.no_way", {**agent, "error": str(nowhere)})) from nowhere
        except TimeoutError:
            raise NotSpoken(Notice("cue.no_way", {**agent, "error": f"{CONNECT:.0f} s"})) from None

    async def _paced(
        self, say: Say, session: Session, leg: _Leg, mouth: Mouth, sound: bytes, begun: asyncio.Future[Answer]
    ) -> None:
        """Let the sound through, 20 ms every 20 ms, as long as it may be and the agent is there."""
        clock = self._tools.clock
        due = clock.monotonic() - LEAD
        for frame in (*frames(sound), *[SILENCE] * TAIL):
            if (why := self._bars(say, session, leg)) is not None:
                raise NotSpoken(why)
            if not mouth.say(frame):
                raise NotSpoken(Notice("cue.cut", {"agent": session.member}))
            if not begun.done():
                begun.set_result(Done())
            due = max(due + FRAME_SECONDS, clock.monotonic() - BEHIND)
            await clock.until(due)

    def _bars(self, say: Say, session: Session, leg: _Leg) -> Notice | None:
        """Why not a frame more."""
        heard = self._heard(say)
        if heard is not session:
            return Notice("cue.cut", {"agent": session.member}) if isinstance(heard, Session) else words_of(heard)
        return None if leg.spyee == session.target else Notice("cue.cut", {"agent": session.member})

    def _failed(self, session: Session, leg: _Leg, why: Notice, begun: asyncio.Future[Answer]) -> None:
        cut = begun.done()
        self._tools.scribe.uncued(session, "cue.cut" if cut else why.code, why.code if cut else "", leg.ident)
        if cut:
            self._tools.say(Notice("cue.cut", {"agent": session.member}))
        else:
            begun.set_result(Refused(why))

    def _over(self, session: Session, begun: asyncio.Future[Answer], task: asyncio.Task[None]) -> None:
        self._speaking, self._busy = None, False
        if (leg := self._leg) is not None:  # given up before its first step
            self._leg = None
            self._tools.scribe.uncued(session, "cue.cut", "", leg.ident)
            if not begun.done():
                begun.set_result(Refused(Notice("cue.cut", {"agent": session.member})))
        if not task.cancelled() and (error := task.exception()) is not None:
            asyncio.get_running_loop().call_exception_handler({"message": "a cue broke off", "exception": error})

    def _note(self, denied: Denied, session: Session) -> None:
        self._denials.note(Attempt("say", denied.rule, ref_of(session.call)))

    def _heard(self, say: Say) -> Session | Notice | Denied:
        """The session whose agent would hear it, or why nobody would."""
        session = self._cards.session(say.number)
        if not isinstance(session, Session):
            return session
        if self._booth is None:
            return Notice("cue.no_reach", {"number": str(say.number)})
        if not self._booth.can_say(say.number):
            return Notice("cue.no_voice", {"number": str(say.number)})
        tools = self._tools
        claim = tools.claims.of_session(session)
        return tools.gate.why_not(session.call, Mode.WHISPER, tools.mine, claim) or session
