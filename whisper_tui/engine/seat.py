"""One supervisor in the engine: asks the policy, has it written down, moves the handset, and shows what the profile lets be seen.

The loud direction is on disk before anything is sent; the quiet direction goes on the wire first and is written right after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import assert_never

from whisper_tui.ami.events import Event
from whisper_tui.engine.agents import AgentsSay
from whisper_tui.engine.asides import Asides
from whisper_tui.engine.backend import Banner, CallRow, FloorView, Person, StripView, ViewChanges
from whisper_tui.engine.claims import Claims
from whisper_tui.engine.denials import Denials
from whisper_tui.engine.follower import Follower
from whisper_tui.engine.front import Front
from whisper_tui.engine.gate import MODE, Gate, words_of
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.known import Known
from whisper_tui.engine.line import Line
from whisper_tui.engine.lot import Lot
from whisper_tui.engine.loud import LoudDeeds, Tools, name_of
from whisper_tui.engine.order import Order
from whisper_tui.engine.parties import Entries, Parties
from whisper_tui.engine.phone import DeedFailed, PhoneRules
from whisper_tui.engine.reveals import Reveals
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.shared import Shared
from whisper_tui.engine.standing import Standing
from whisper_tui.engine.strip import strip_of
from whisper_tui.engine.wake import Wake
from whisper_tui.engine.watch import Watch
from whisper_tui.errors import WhisperError
from whisper_tui.floor.model import Changes
from whisper_tui.permissions.conditions import Conditions
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import (
    Answer,
    Aside,
    Barge,
    Done,
    Draw,
    Follow,
    HandBack,
    Intent,
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
from whisper_tui.terms import CallKey, Mode, Notice, Pbx, SessionId, Subject, Uniqueid


class Seat:
    """A Backend on the engine in this process.

    Args:
        shared: what all seats of the engine work with.
        subject: whose seat it is.
        rules: of their phone.
        enforced: False: direct mode, the profile is advice.
        banners: what stands above everything.
        replay: nobody can be heard.
        entries: where each PBX takes a customer who is handed back.
        known: what legs have shown of each PBX.
        decline_key: the key on an agent's phone that ends coaching for the call; "": there is none.
    """

    def __init__(
        self,
        shared: Shared,
        subject: Subject,
        rules: PhoneRules,
        *,
        enforced: bool = False,
        banners: tuple[Banner, ...] = (),
        replay: bool = False,
        entries: Mapping[Pbx, Entries] | None = None,
        known: Known | None = None,
        decline_key: str = "",
    ) -> None:
        lines, clock = shared.lines, shared.clock
        self._shared = shared
        self.came_as = subject
        """The person as the kernel named them when they came."""
        self._lines = lines
        self._replay = replay
        self._standing = standing = Standing(shared, subject, rules, enforced=enforced)
        self.scribe = Scribe(shared.book, standing.who(), rules.device, "enforced" if enforced else "advisory")
        self.handset = Handset(rules, clock, self.scribe, self._strip_changed, self.say, self._left, self._keypad)
        self._order = Order(self.handset, self._did)
        self._front = Front(shared, standing, self.handset, self._strip, banners, replay=replay)
        self._claims = Claims(self.handset, clock, lambda call: shared.petitions.approvals(self.subject, call))
        so_far = partial(standing.so_far, self)
        self._gate = Gate(lines, standing.sight, rules.device, so_far)
        self._lot = Lot(lines, standing.sight, rules.device, so_far)
        self._agents = AgentsSay(lines, self._gate, self.handset, self.scribe, decline_key)
        self.follower = Follower(lines, self.handset, self._hop, self.say, self._strip_changed)
        self._watch = Watch(
            lines,
            self._gate,
            self.handset,
            self.scribe,
            self.follower,
            self._claims,
            clock,
            self._order.quietly,
            self.say,
            self._front.strip_changed,
        )
        tools = Tools(
            lines,
            self._gate,
            self.handset,
            self.scribe,
            clock,
            self._claims,
            shared.glass,
            known or Known(),
            self._why_not_loud,
            self._watch.look,
            self.say,
        )
        self._deeds = LoudDeeds(tools)
        self._parties = Parties(tools, entries or {})
        self._reveals = Reveals(lines, standing.sight, self.scribe, clock, self._redraw)
        self._asides = Asides(self, standing.sight, self._reveals, shared.petitions, shared.glass, self._why_not_loud)
        self._denials = Denials(self.scribe, clock)
        self._turn = Wake(clock, self.decide_again)

    # --- Backend

    @property
    def person(self) -> Person:
        return self._standing.person

    def view(self) -> FloorView:
        return self._front.view()

    def subscribe(self, listener: Callable[[ViewChanges], None]) -> Callable[[], None]:
        return self._front.subscribe(listener)

    def beat(self) -> None:
        self.handset.beat()

    def why_not(self, intent: Intent) -> Notice | None:
        if isinstance(intent, Aside):
            aside = self._asides.why_not(intent)
            return words_of(aside) if aside is not None else None
        match intent:
            case Listen(call=call) if self.handset.hears(call):
                return None
            case Listen() | Whisper() | Barge() | Join() | TakeOver():
                why = self._why_not_loud(intent)
                return words_of(why) if why is not None else None
            case HandBack(queue=queue):
                way = self._parties.way_back(queue)
                return way if isinstance(way, Notice) else None
            case Follow():
                return None if self.handset.state in SPYING else Notice("follow.only_heard")
            case Unfollow():
                return None if self.follower.whom is not None else Notice("follow.none")
            case Mute() | Unmute() | Release() | Leave() | Panic():
                return None if self.handset.leg is not None else Notice("session.none")
            case Draw(reason=reason):
                why = self._why_not_draw(reason)
                return words_of(why) if why is not None else None
            case _:
                assert_never(intent)

    async def ask(self, intent: Intent) -> Answer:
        if isinstance(intent, Aside):
            return await self._asides.ask(intent)
        try:
            match intent:
                case Listen(call=call) if self.handset.hears(call):
                    await self._order.quietly(lambda: self.handset.to(Mode.SILENT))
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
                    if self.handset.session is None or self.handset.state not in SPYING:
                        return Refused(Notice("follow.only_heard"))
                    self.follower.begin(whom, self.handset.session)
                case Unfollow():
                    self.follower.end()
                case Mute():
                    if self.handset.leg is None or not self.handset.leg.born:
                        return Refused(Notice("session.none"))
                    await self._order.quietly(self.handset.mute)
                case Release():
                    if self.handset.own_call:
                        return Refused(Notice("takeover.own_call"))
                    if self._order.rings:
                        return Refused(Notice("busy.asking"))
                    self.follower.end()
                    await self._order.quietly(self.handset.release)
                case Leave():
                    self.follower.end()
                    taking = self.handset.state is State.TAKING
                    await self._order.stop_loud()
                    if taking and self.handset.own_call:  # it was asked for while there was an agent
                        return Refused(Notice("takeover.own_call"))
                    await self.handset.leave(self._leaving())
                case Panic():
                    self.follower.end()
                    await self._order.stop_loud()
                    await self.handset.panic()
                case Draw():
                    return await self._draw(intent)
                case _:
                    assert_never(intent)
        except DeedFailed as failed:
            return Refused(failed.notice)
        except WhisperError as broken:
            return self._order.broke(name_of(intent), broken)
        return Done()

    def note_dim(self, intent: Intent, why: Notice) -> None:
        if not isinstance(intent, Loud):
            return
        denied = self._why_not_loud(intent)
        if not isinstance(denied, Denied):
            return
        self._denials.note(name_of(intent), denied.rule, intent.call)

    # --- fed by the engine

    def observe(self, line: Line, event: Event) -> None:
        """An event of `line`, after the floor has it."""
        self.handset.observe(line, event)

    def floor_changed(self, line: Line, changes: Changes, touched: set[Uniqueid]) -> None:
        """Show what changed (`touched`: the calls to draw anew), and end what may no longer be."""
        self._watch.floor_changed(line, changes)
        self._front.changed(line, changes, touched)
        self.follower.news()

    def link_turned(self, line: Line) -> None:
        if line.live:
            self.handset.link_live(line)
        elif line.lost:
            self.handset.link_lost(line)
        self._front.link_turned(line)

    def begin(self) -> None:
        """From now on the clock counts."""
        self._turn.set(self._standing.next_turn())
        self.others_changed()

    def decide_again(self) -> None:
        """The hour, the system's clock or the policy is another: what is up, and what is shown, is decided anew."""
        self._watch.again()
        self._agents.look()
        self._turn.set(self._standing.next_turn())
        self._front.everything()
        self.others_changed()

    def policy_changed(self) -> None:
        """Another policy is in force, or the one in its file is refused."""
        self._is_now(self.subject)

    def is_now(self, subject: Subject) -> None:
        """The system says who this person is now."""
        if subject != self.subject:
            self._is_now(subject)
            self._shared.petitions.decide_again()
            self.say(Notice("person.changed", {"profile": self.person.profile}))

    def _is_now(self, subject: Subject) -> None:
        self._standing.renew(subject)
        self.scribe.who = self._standing.who()
        self.decide_again()

    def others_changed(self) -> None:
        """Something was asked of others, or answered; or somebody broke glass."""
        self._front.others_changed(self)

    def alarms_changed(self) -> None:
        self._front.alarms_changed()

    def log_trouble(self, trouble: WhisperError | None) -> None:
        self._front.log_trouble(trouble)

    async def close(self) -> None:
        """Leave, whatever is going on; a call of one's own goes on without us."""
        self.follower.close()
        await self._order.stop_loud()
        if self.handset.leg is not None and not self.handset.own_call:
            try:
                await self.handset.panic()
            except DeedFailed as failed:
                self.say(failed.notice)
        self.handset.close()
        self._watch.close()
        self._agents.close()
        self._turn.close()
        self._reveals.close()
        self._denials.close()

    # --- the loud direction

    async def _hop(self, intent: Listen, follows: SessionId) -> Answer:
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
            self.scribe.denied("draw", why.rule, None)
        if why is not None:
            return Refused(words_of(why), denied=isinstance(why, Denied))
        return await self._order.loudly(self._hear_one(intent))

    async def _hear_one(self, intent: Draw) -> Answer:
        session = self.handset.session
        call = self._lot.draw(intent.reason, session.call if session is not None else None)
        if call is None:
            return Refused(Notice("draw.none"))
        self._claims.drawn = call
        self.follower.end()
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
        if self.handset.state in (State.UNKNOWN, State.LEAVING):
            return Notice("busy.asking")
        return Notice("takeover.own_call") if self.handset.own_call else None

    def _goes_elsewhere(self, call: CallKey) -> None:
        """A person's own choice of another call ends what was followed."""
        if not self.handset.hears(call):
            self.follower.end()

    def _why_not_loud(self, intent: Loud) -> Notice | Denied | None:
        handset, mode = self.handset, MODE[type(intent)]
        if handset.hears(intent.call) and handset.mode is mode:
            return Notice("session.already", {"mode": mode.value})
        if (why := self._stands_still()) is not None:
            return why
        blocked = self._gate.why_not(intent.call, mode, self._mine, self._claims.of(intent))
        if blocked is None and mode is Mode.TAKEOVER and not handset.hears(intent.call):
            return Notice("takeover.listen_first")
        return blocked

    # --- the quiet direction

    def _did(self) -> None:
        """A deed is done, or was given up: another mode may last longer, and at another desk of this person's it may be one too
        many."""
        self.look_again()
        for each in self._shared.counts.others(self):
            each.look_again()
        self.follower.news()

    def _leaving(self) -> Notice:
        ringing = self.handset.state in (State.DIALLING, State.RINGING)
        return Notice("leg.cancelled" if ringing else "takeover.left" if self.handset.own_call else "leg.left")

    def _left(self, session: Session) -> None:
        self._shared.counts.left(self.uid, session)
        self._agents.left(session)

    def _keypad(self) -> None:
        """A key of the phone itself has switched: beyond the profile it is answered with silence at once."""
        if self.handset.session is not None:
            self._watch.look(self.handset.session)

    # --- as others see it

    @property
    def subject(self) -> Subject:
        return self._standing.subject

    @property
    def uid(self) -> int:
        return self.subject.uid

    @property
    def session(self) -> Session | None:
        """The one that is up, or that has been asked for."""
        return self.handset.session or self.handset.pending or self._claims.coming

    @property
    def ending(self) -> Sequence[Session]:
        return self.handset.unheard

    def look_again(self) -> None:
        """Somebody else's session, or another one of this person's, is up."""
        if self.handset.session is not None:
            self._watch.look(self.handset.session)

    @property
    def conditions(self) -> Conditions | None:
        return self._standing.conditions

    def shows(self, call: CallKey) -> CallRow | None:
        return self._front.calls.get(call)

    def say(self, notice: Notice) -> None:
        self._front.say(notice)

    # --- the strip

    @property
    def _mine(self) -> Uniqueid | None:
        return self.handset.leg.uniqueid if self.handset.leg is not None else None

    def _strip(self) -> StripView:
        return strip_of(self.handset, self._front.calls, self.follower.whom, self._watch.limit)

    def _redraw(self, call: CallKey) -> None:
        """A call is to be shown otherwise, here and in what others ask about it."""
        self._front.redraw(call)
        self.others_changed()

    def _strip_changed(self) -> None:
        self._agents.look()
        self._front.strip_changed()
        self.follower.news()
