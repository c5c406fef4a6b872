"""What a supervisor does with the phone: each intent is held against what stands in its way, and done in its turn.

The loud direction is on disk before anything is sent; the quiet direction goes on the wire first and is written right after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from whisper_tui.engine.claims import Claims
from whisper_tui.engine.follower import Follower
from whisper_tui.engine.gate import MODE, Gate, words_of
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.known import Known
from whisper_tui.engine.lot import Lot
from whisper_tui.engine.loud import LoudDeeds, Tools, name_of
from whisper_tui.engine.order import Order
from whisper_tui.engine.parties import Entries, Parties
from whisper_tui.engine.phone import DeedFailed
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.shared import Shared
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import (
    Answer,
    Barge,
    Done,
    Draw,
    Follow,
    HandBack,
    Join,
    Leave,
    Listen,
    Loud,
    Mute,
    Panic,
    Refused,
    Release,
    TakeOver,
    Unfollow,
    Unmute,
    Whisper,
)
from whisper_tui.supervision.session import SPYING, Session, State
from whisper_tui.terms import CallKey, Mode, Notice, Pbx, SessionId

Deed: TypeAlias = Loud | Draw | HandBack | Follow | Unfollow | Mute | Unmute | Release | Leave | Panic


class Doing:
    """Of one supervisor.

    Args:
        look_again: ends a session that may no longer be, as the floor shows it now.
        say: called with what a person should be told once.
        replay: nobody can be heard.
    """

    def __init__(
        self,
        shared: Shared,
        gate: Gate,
        handset: Handset,
        scribe: Scribe,
        claims: Claims,
        lot: Lot,
        order: Order,
        follower: Follower,
        known: Known,
        entries: Mapping[Pbx, Entries],
        look_again: Callable[[Session], None],
        say: Callable[[Notice], None],
        *,
        replay: bool,
    ) -> None:
        self._gate = gate
        self._handset = handset
        self._scribe = scribe
        self._claims = claims
        self._lot = lot
        self._order = order
        self._follower = follower
        self._replay = replay
        tools = Tools(
            shared.lines,
            gate,
            handset,
            scribe,
            shared.clock,
            claims,
            shared.glass,
            known,
            self.why_not_loud,
            look_again,
            say,
        )
        self.tools = tools
        self._deeds = LoudDeeds(tools)
        self._parties = Parties(tools, entries)

    def why_not(self, intent: Deed) -> Notice | None:
        """Why it would be refused now, or None."""
        match intent:
            case Listen(call=call) if self._handset.hears(call):
                return None
            case Listen() | Whisper() | Barge() | Join() | TakeOver():
                why = self.why_not_loud(intent)
                return words_of(why) if why is not None else None
            case HandBack(queue=queue):
                way = self._parties.way_back(queue)
                return way if isinstance(way, Notice) else None
            case Follow():
                return None if self._handset.state in SPYING else Notice("follow.only_heard")
            case Unfollow():
                return None if self._follower.whom is not None else Notice("follow.none")
            case Mute() | Unmute() | Release() | Leave() | Panic():
                return None if self._handset.leg is not None else Notice("session.none")
            case Draw(reason=reason):
                why = self._why_not_draw(reason)
                return words_of(why) if why is not None else None
            case _:
                assert_never(intent)

    async def ask(self, intent: Deed) -> Answer:
        """Do it, or say why not."""
        try:
            match intent:
                case Listen(call=call) if self._handset.hears(call):
                    await self._order.quietly(lambda: self._handset.to(Mode.SILENT))
                case Listen() | Whisper() | Barge():
                    self._goes_elsewhere(intent.call)
                    return await self._order.loudly(self._deeds.enter(intent))
                case Join():
                    return await self._order.loudly(self._parties.join(intent))
                case TakeOver():
                    return await self._order.loudly(self._parties.take_over(intent))
                case HandBack():
                    return await self._order.loudly(self._parties.hand_back(intent))
                case Unmute():
                    return await self._order.loudly(self._deeds.unmute())
                case Follow(whom=whom):
                    if self._handset.session is None or self._handset.state not in SPYING:
                        return Refused(Notice("follow.only_heard"))
                    self._follower.begin(whom, self._handset.session)
                case Unfollow():
                    self._follower.end()
                case Mute():
                    if self._handset.leg is None or not self._handset.leg.born:
                        return Refused(Notice("session.none"))
                    await self._order.quietly(self._handset.mute)
                case Release():
                    if self._handset.own_call:
                        return Refused(Notice("takeover.own_call"))
                    if self._order.rings:
                        return Refused(Notice("busy.asking"))
                    self._follower.end()
                    await self._order.quietly(self._handset.release)
                case Leave():
                    self._follower.end()
                    taking = self._handset.state is State.TAKING
                    await self._order.stop_loud()
                    if taking and self._handset.own_call:  # it was asked for while there was an agent
                        return Refused(Notice("takeover.own_call"))
                    await self._handset.leave(self._leaving())
                case Panic():
                    self._follower.end()
                    await self._order.stop_loud()
                    await self._handset.panic()
                case Draw():
                    return await self._draw(intent)
                case _:
                    assert_never(intent)
        except DeedFailed as failed:
            return Refused(failed.notice)
        except WhisperError as broken:
            return self._order.broke(name_of(intent), broken)
        return Done()

    async def hop(self, intent: Listen, follows: SessionId) -> Answer:
        """Where a call that is followed has gone: asked for like a key."""
        try:
            last = self._claims.last
            same = replace(intent, reason=last.reason if last is not None else "")
            return await self._order.loudly(self._deeds.enter(same, follows))
        except WhisperError as broken:
            return self._order.broke("follow", broken)

    async def _draw(self, intent: Draw) -> Answer:
        """In one deed, so that nobody draws until it suits them."""
        why = self._why_not_draw(intent.reason)
        if isinstance(why, Denied):
            self._scribe.denied("draw", why.rule, None)
        if why is not None:
            return Refused(words_of(why), denied=isinstance(why, Denied))
        return await self._order.loudly(self._hear_one(intent))

    async def _hear_one(self, intent: Draw) -> Answer:
        session = self._handset.session
        call = self._lot.draw(intent.reason, session.call if session is not None else None)
        if call is None:
            return Refused(Notice("draw.none"))
        self._claims.drawn = call
        self._follower.end()
        try:
            return await self._deeds.enter(Listen(call, intent.reason))
        finally:
            self._claims.drawn = None

    def _why_not_draw(self, reason: str) -> Notice | Denied | None:
        return self._stands_still() or self._lot.why_not(reason)

    def _stands_still(self) -> Notice | None:
        """Why nothing new is begun, whatever it is."""
        if self._replay:
            return Notice("mode.replay")
        if self._handset.state in (State.UNKNOWN, State.LEAVING):
            return Notice("busy.asking")
        return Notice("takeover.own_call") if self._handset.own_call else None

    def _goes_elsewhere(self, call: CallKey) -> None:
        """A person's own choice of another call ends what was followed."""
        if not self._handset.hears(call):
            self._follower.end()

    def why_not_loud(self, intent: Loud) -> Notice | Denied | None:
        """What stands in the way of it as far as is known here, or None."""
        handset, mode = self._handset, MODE[type(intent)]
        if handset.hears(intent.call) and handset.mode is mode:
            return Notice("session.already", {"mode": mode.value})
        if (why := self._stands_still()) is not None:
            return why
        blocked = self._gate.why_not(intent.call, mode, self._handset.mine, self._claims.of(intent))
        if blocked is None and mode is Mode.TAKEOVER and not handset.hears(intent.call):
            return Notice("takeover.listen_first")
        return blocked

    def _leaving(self) -> Notice:
        ringing = self._handset.state in (State.DIALLING, State.RINGING)
        return Notice("leg.cancelled" if ringing else "takeover.left" if self._handset.own_call else "leg.left")
