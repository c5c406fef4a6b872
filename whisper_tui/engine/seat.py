"""One supervisor in the engine: who sits there, what they do, what is shown to them, and what ends by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from whisper_tui.ami.actions import Action
from whisper_tui.ami.events import Event
from whisper_tui.audit.records import Record
from whisper_tui.engine.acting import Acting
from whisper_tui.engine.agents import AgentsSay
from whisper_tui.engine.archive import Archive
from whisper_tui.engine.asides import Asides
from whisper_tui.engine.backend import Banner, FloorView, Person, StripView, ViewChanges
from whisper_tui.engine.booth import Booth
from whisper_tui.engine.calllines import CallLines
from whisper_tui.engine.cards import Cards
from whisper_tui.engine.claims import Claims
from whisper_tui.engine.denials import Denials
from whisper_tui.engine.doing import Doing
from whisper_tui.engine.exporting import Exporting
from whisper_tui.engine.follower import Follower
from whisper_tui.engine.front import Front
from whisper_tui.engine.gate import Gate, words_of
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.helping import Helping
from whisper_tui.engine.known import Known
from whisper_tui.engine.line import Line
from whisper_tui.engine.lot import Lot
from whisper_tui.engine.nudge import Nudge
from whisper_tui.engine.order import Order
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.phone import DeedFailed, PhoneRules
from whisper_tui.engine.reading import Filter, LogEntry, LogPage
from whisper_tui.engine.reveals import Reveals
from whisper_tui.engine.rows import CallRow, TraceRow
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.shared import Shared
from whisper_tui.engine.spoken import SpokenCues
from whisper_tui.engine.standing import Standing
from whisper_tui.engine.strip import strip_of
from whisper_tui.engine.takers import Takers
from whisper_tui.engine.traced import Finish
from whisper_tui.engine.tracing import Trace
from whisper_tui.engine.wake import Wake
from whisper_tui.engine.watch import Watch
from whisper_tui.errors import WhisperError
from whisper_tui.floor.measure import talked
from whisper_tui.floor.model import Changes, Hand
from whisper_tui.permissions.conditions import Conditions
from whisper_tui.scorecard import Scorecard
from whisper_tui.supervision.intents import (
    Answer,
    Intent,
    Listen,
    Refused,
)
from whisper_tui.supervision.session import Session
from whisper_tui.terms import CallKey, Notice, Pbx, SessionId, Subject, Uniqueid


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
        pause_reasons: the codes of which a pause of an agent has one.
        cues: phrases that can be sent to an agent.
        scorecard: what points are given for.
        booth: where cues are spoken from, None: nowhere.
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
        pause_reasons: Collection[str] = (),
        cues: Sequence[str] = (),
        scorecard: Scorecard | None = None,
        booth: Booth | None = None,
    ) -> None:
        lines, clock = shared.lines, shared.clock
        self._shared = shared
        self.came_as = subject
        """The person as the kernel named them when they came."""
        self._lines, self._now = lines, clock.monotonic
        self._standing = standing = Standing(
            shared, subject, rules, enforced=enforced, cues=tuple(cues), scorecard=scorecard
        )
        self.scribe = Scribe(shared.book, standing.who(), rules.device, "enforced" if enforced else "advisory")
        self.handset = Handset(rules, clock, self.scribe, self._strip_changed, self.say, self._left, self._keypad)
        self._order = Order(self.handset, self._did)
        self._front = Front(shared, standing, self.handset, self._strip, banners, replay=replay)
        self._claims = Claims(self.handset, clock, lambda call: shared.petitions.approvals(self.subject, call))
        so_far = partial(standing.so_far, self)
        self._gate = Gate(lines, standing.sight, rules.device, so_far)
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
        self._doing = Doing(
            shared,
            self._gate,
            self.handset,
            self.scribe,
            self._claims,
            Lot(lines, standing.sight, rules.device, so_far),
            self._order,
            self.follower,
            known or Known(),
            entries or {},
            self._watch.look,
            self.say,
            replay=replay,
        )
        self._reveals = Reveals(lines, standing.sight, self.scribe, clock, self._redraw)
        self._archive = Archive(
            shared.shelf,
            lambda: self.subject,
            lambda: shared.grants_of(self.subject),
            self.scribe,
            clock,
            shared.readers,
            self._talked,
            is_owner=not enforced,
            scoring=shared.scoring,
            card=scorecard,
        )
        self._denials = denials = Denials(self.scribe, clock)
        self._trace = Trace(
            lines, standing.sight, rules.device, lambda: self.handset.mine, clock, is_owner=not enforced
        )
        others = shared.petitions, shared.glass
        helping = Helping(lines, standing.sight, shared.hands, self.scribe, denials, replay=replay)
        exporting = Exporting(lines, standing.sight, self.scribe, denials)
        own = self._archive, helping
        asides = Asides(self, standing.sight, self._reveals, *others, *own, exporting, self._doing.why_not_loud)
        self._acting = Acting(
            lines,
            standing.sight,
            self.scribe,
            denials,
            clock,
            pause_reasons,
            entries or {},
            self.say,
            replay=replay,
        )
        cards = Cards(lines, standing.sight, self.handset, self.scribe, denials, cues)
        tools, installation = self._doing.tools, rules.installation
        self._spoken = SpokenCues(tools, cards, denials, installation, booth)
        self._takers = Takers(
            self._doing, asides, self._acting, cards, self._spoken, helping, exporting, self._archive, denials
        )
        self._turn = Wake(clock, self.decide_again)
        self._lines_of_call = CallLines(lines, self.handset, clock, shared.quality, self._front.strip_changed, self.say)
        self._nudge = Nudge(self.handset, clock, self._may_speak_on, self.say)

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
        return self._takers.why_not(intent)

    async def ask(self, intent: Intent) -> Answer:
        return await self._takers.ask(intent)

    async def log(self, chosen: Filter) -> LogPage | Refused:
        return await self._archive.find(chosen)

    async def log_entry(self, session: SessionId) -> LogEntry | Refused:
        return await self._archive.entry(session)

    def trace(self) -> Sequence[TraceRow] | Notice:
        why = self._trace.why_not()
        return words_of(why) if why is not None else self._trace.rows()

    def note_dim(self, intent: Intent, why: Notice) -> None:
        self._takers.note_dim(intent)

    # --- fed by the engine

    def sent(self, pbx: Pbx, action: Action) -> Finish | None:
        """An action is sent to a PBX; the result takes what becomes of it, None: this person may not look."""
        return self._trace.sent(pbx, action)

    def observe(self, line: Line, event: Event) -> None:
        """An event of `line`, after the floor has it."""
        self.handset.observe(line, event)
        self._spoken.observe(event)

    def floor_changed(self, line: Line, changes: Changes, touched: set[Uniqueid]) -> None:
        """Show what changed (`touched`: the calls to draw anew), and end what may no longer be."""
        self._watch.floor_changed(line, changes)
        self._front.changed(line, changes, touched)
        self.follower.news()
        self._acting.news()

    def link_turned(self, line: Line) -> None:
        if line.lost:
            self.handset.link_lost(line)
        else:
            self.handset.link_up(line)
        self._front.link_turned(line)

    def decide_again(self) -> None:
        """Somebody has come, or the hour, the system's clock or the policy is another: what is up, and what is shown, is decided
        anew."""
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
        self._trace.forget()
        self.scribe.who = self._standing.who()
        self.decide_again()

    def others_changed(self) -> None:
        """Something was asked of others, or answered; or somebody broke glass."""
        self._front.others_changed(self)

    def hand_taken(self, line: Line, hand: Hand) -> None:
        """Somebody goes to an agent who asks for help: the others need not."""
        row = self._standing.sight.agent(line, hand.device)
        if row is not None and hand.answered_by != self.subject.user:
            self.say(Notice("hand.taken", {"by": hand.answered_by, "agent": row.name}))

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
        await self._spoken.close()
        self.handset.close()
        self._watch.close()
        self._agents.close()
        self._turn.close()
        self._lines_of_call.close()
        self._nudge.close()
        self._reveals.close()
        self._archive.close()
        self._denials.close()

    # --- what comes of deeds

    async def _hop(self, intent: Listen, follows: SessionId) -> Answer:
        return await self._doing.hop(intent, follows)

    def _did(self) -> None:
        """A deed is done, or was given up: another mode may last longer, and at another desk of this person's it may be one too
        many."""
        self.look_again()
        for each in self._shared.counts.others(self):
            each.look_again()
        self.follower.news()

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

    def _strip(self) -> StripView:
        return strip_of(
            self.handset, self._front.calls, self.follower.whom, self._watch.limit, self._lines_of_call.heard
        )

    def _may_speak_on(self) -> float | None:
        return self.conditions.nudge if self.conditions is not None else None

    def _talked(self, first: Record) -> float | None:
        """Seconds that the call of a session has been talked, None where it goes on no more."""
        ref = first.call
        line = self._lines.get(Pbx(ref.pbx)) if ref is not None else None
        call = line.floor.calls.get(Uniqueid(ref.customer)) if line is not None and ref is not None else None
        return talked(call, self._now()) if call is not None else None

    def _redraw(self, call: CallKey) -> None:
        """A call is to be shown otherwise, here and in what others ask about it."""
        self._front.redraw(call)
        self.others_changed()

    def _strip_changed(self) -> None:
        self._agents.look()
        self._lines_of_call.look()
        self._nudge.look()
        self._front.strip_changed()
        self.follower.news()
