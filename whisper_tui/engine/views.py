"""What one supervisor's profile may see of the floor: rows out of scope are absent, numbers are masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct, field

from whisper_tui.clock import Clock
from whisper_tui.engine.facts import FactRules
from whisper_tui.engine.line import Line
from whisper_tui.engine.patience import Patience
from whisper_tui.engine.rows import (
    AgentRow,
    AgentState,
    CallRow,
    FactRow,
    HandRow,
    ListenerBadge,
    MemberRow,
    QueueRow,
    SpyRow,
    Whose,
)
from whisper_tui.engine.target import not_audible
from whisper_tui.floor import find, measure
from whisper_tui.floor.facts import facts_of as facts_of_call
from whisper_tui.floor.model import Call, Member, Spy
from whisper_tui.floor.trace import is_cue, is_leg
from whisper_tui.floor.variables import is_read
from whisper_tui.permissions.decide import Grants
from whisper_tui.permissions.masks import mask, mask_name, mask_text
from whisper_tui.permissions.policy import Allowed, CallFacts, Denied, Numbers
from whisper_tui.permissions.state import UNCOUNTED, State
from whisper_tui.terms import CallKey, CallState, Right, Uniqueid


class Sight(Struct):
    """One supervisor's eyes.

    Args:
        grants: what the policy gives this person, None without a policy: nothing is seen.
        installation: legs named after it are ours.
        patience: how long callers may wait.
        facts: what other systems know of calls.
    """

    grants: Grants | None
    clock: Clock
    installation: str
    patience: Patience = field(default_factory=Patience)
    facts: FactRules = field(default_factory=FactRules)
    revealed: set[CallKey] = field(default_factory=set)
    """Calls whose numbers are shown whole for now."""

    def decide(self, right: Right, facts: CallFacts, phone: str = "", state: State = UNCOUNTED) -> Allowed | Denied:
        if self.grants is None:
            return Denied("no-policy")
        return self.grants.decide(right, facts, self.now, phone, state)

    @property
    def profiles(self) -> str:
        """The names of this person's profiles."""
        return ", ".join(profile.name for profile in self.grants.profiles) if self.grants is not None else ""

    def blind(self) -> Denied | None:
        """Why nothing at all may be seen, or None."""
        if self.grants is None:
            return Denied("no-policy")
        verdict = self.grants.decide(Right.FLOOR_VIEW, None, self.now)
        return verdict if isinstance(verdict, Denied) else None

    def sees(self, facts: CallFacts) -> bool:
        return isinstance(self.decide(Right.FLOOR_VIEW, facts), Allowed)

    def is_read(self, line: Line, call: Call) -> bool:
        """Whether the variables of a call were read, where the policy looks at any."""
        return self.grants is None or not self.grants.variables or is_read(line.floor, call)

    def sees_call(self, line: Line, call: Call) -> bool:
        """Whether there is such a call for this person; not before its variables were read, where the policy looks at any."""
        return self.is_read(line, call) and self.sees(facts_of(line, call))

    def call(self, line: Line, call: Call, mine: Uniqueid | None) -> CallRow | None:
        """The row of a call, None where the profile does not let it be seen."""
        if not self.sees_call(line, call):
            return None
        key = CallKey(line.pbx, call.key)
        agent = line.floor.agents.get(call.agent)
        waiting = find.place_of(line.floor, call)
        return CallRow(
            key=key,
            state=call.state,
            queue=call.queue,
            agent=agent.name if agent is not None else call.agent,
            agent_device=call.agent,
            caller=self._masked(call.number, key),
            caller_name=self._named(call.name, key),
            began=call.began,
            waiting_since=call.waiting_since,
            waited=call.waited,
            talking_since=call.talking_since,
            talk_known=call.talk_known,
            held_since=call.held_since,
            holds=call.holds,
            held=call.held,
            position=waiting.position if waiting is not None else None,
            priority=waiting.priority if waiting is not None else None,
            recording=call.recording,
            parties=call.parties,
            outbound=call.outbound,
            can_be_heard=not_audible(call) is None,
            listeners=self._listeners(line, call, mine),
            steps=call.steps,
            hand=self._hand(line, call.agent, key) if line.floor.hands else None,
            silent_since=call.silent_since,
            before=call.before,
            facts=self._facts(line, call, key),
        )

    def spy(self, line: Line, spy: Spy, mine: Uniqueid | None) -> SpyRow | None:
        """The row of somebody in ChanSpy, None where the profile does not let what is heard be seen."""
        call = find.call_of(line.floor, spy.spyee)
        heard = line.floor.channels.get(spy.spyee)
        device = call.agent if call is not None else heard.device if heard is not None else ""
        agent = line.floor.agents.get(device)
        outside = CallFacts(line.pbx, None, device if agent else None)
        if not (self.sees_call(line, call) if call is not None else self.sees(outside)):
            return None
        return SpyRow(
            line.pbx,
            spy.spyer,
            _device(spy),
            self.whose(spy, mine),
            spy.mode,
            CallKey(line.pbx, call.key) if call is not None else None,
            agent.name if agent is not None else device,
            call.queue if call is not None else "",
            self._masked(call.number, CallKey(line.pbx, call.key)) if call is not None else "",
            spy.since,
        )

    def whose(self, spy: Spy, mine: Uniqueid | None) -> Whose:
        if mine is not None and spy.spyer == mine:
            return Whose.MINE
        if is_cue(spy.spyer):
            return Whose.CUE
        if spy.spyer.startswith(f"wt-{self.installation}-"):
            return Whose.OURS
        return Whose.CONSOLE if is_leg(spy.spyer) else Whose.FOREIGN

    def queue(self, line: Line, name: str) -> QueueRow | None:
        queue = line.floor.queues.get(name)
        if queue is None or self.grants is None or not self.grants.sees_queue(name, self.now):
            return None
        longest, staff = measure.longest_waiting(queue), measure.staff(queue)
        return QueueRow(
            pbx=line.pbx,
            queue=name,
            waiting=len(queue.waiting),
            longest_since=longest.since if longest is not None else None,
            service_level=queue.service_level,
            performance=measure.service_level(queue),
            talking=queue.talking,
            free=staff.free,
            paused=staff.paused,
            members=len(queue.members),
            completed=queue.completed,
            abandoned=queue.abandoned,
            limits=self.patience.of(name, queue.service_level),
        )

    def agent(self, line: Line, device: str) -> AgentRow | None:
        """The row of an agent, None where the profile sees them in no queue."""
        agent = line.floor.agents.get(device)
        if agent is None:
            return None
        members = [
            line.floor.queues[queue].members[interface]
            for queue, interface in agent.queues.items()
            if self.sees(CallFacts(line.pbx, queue, device))
        ]
        if not members:
            return None
        calls = (line.floor.calls[key] for key in agent.calls if key in line.floor.calls)
        call = next((each for each in calls if each.agent == device and self.sees_call(line, each)), None)
        state = _doing(call, members)
        rows = tuple(
            MemberRow(m.queue, m.paused, m.reason, m.calls_taken, m.penalty, m.dynamic, m.last_call) for m in members
        )
        key = CallKey(line.pbx, call.key) if call is not None else None
        since = call.held_since if state is AgentState.HELD and call else call.talking_since if call else None
        began, hand = _began(state, members), self._hand(line, device, key) if line.floor.hands else None
        wraps = _wraps(members) if state is AgentState.FREE else None
        return AgentRow(line.pbx, device, agent.name, state, rows, key, since, began, hand, wraps_until=wraps)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.wall(), UTC)

    def _listeners(self, line: Line, call: Call, mine: Uniqueid | None) -> tuple[ListenerBadge, ...]:
        return tuple(
            ListenerBadge(spy.device, self.whose(spy, mine), spy.mode, spy.since)
            for spy in (*find.spies_on(line.floor, call), *find.parties_of(line.floor, call))
            if not is_cue(spy.spyer)  # it hears nobody
        )

    def _facts(self, line: Line, call: Call, key: CallKey) -> tuple[FactRow, ...]:
        if not self.facts.names:
            return ()
        told = facts_of_call(line.floor, call)
        return self.facts.rows(told, whole=self.numbers(key) is Numbers.FULL) if told else ()

    def _hand(self, line: Line, device: str, call: CallKey | None) -> HandRow | None:
        """What an agent has said with it belongs to the call that they are in: without it nothing of that is shown."""
        hand = line.floor.hands.get(device)
        if hand is None:
            return None
        numbers = self.numbers(call) if call is not None else Numbers.NONE
        told = call is not None or not line.floor.agents[device].calls
        return HandRow(hand.since, mask_text(hand.text, numbers) if told else "", hand.answered_by)

    def numbers(self, call: CallKey) -> Numbers:
        """How much of the caller's number is shown."""
        if self.grants is None:
            return Numbers.NONE
        return Numbers.FULL if call in self.revealed else self.grants.numbers

    def _masked(self, number: str, call: CallKey) -> str:
        return mask(number, self.numbers(call))

    def _named(self, name: str, call: CallKey) -> str:
        return mask_name(name, self.numbers(call))


_IN_CALL = {
    CallState.TALKING: AgentState.TALKING,
    CallState.HELD: AgentState.HELD,
    CallState.RINGING: AgentState.RINGING,
}


def _doing(call: Call | None, members: Sequence[Member]) -> AgentState:
    """What an agent does."""
    if call is not None and (state := _IN_CALL.get(call.state)) is not None:
        return state
    status = {member.status for member in members}
    if status <= measure.UNREACHABLE_STATUS:
        return AgentState.AWAY
    if not status & measure.FREE_STATUS:
        return AgentState.BUSY
    return AgentState.PAUSED if all(member.paused for member in members) else AgentState.FREE


def _device(spy: Spy) -> str:
    """The phone; a cue card has none."""
    return spy.device.partition("/")[0] if is_cue(spy.spyer) else spy.device


def _began(state: AgentState, members: Sequence[Member]) -> float | None:
    """When a pause began or the last call ended, as the queues tell it."""
    if state is AgentState.PAUSED:
        return max(member.last_pause for member in members) or None
    return max(member.last_call for member in members) or None if state is AgentState.FREE else None


def _wraps(members: Sequence[Member]) -> float | None:
    """When the last wrap-up that members have of their own should be over: their last call and its time (app_queue.c)."""
    return max(
        (float(each.last_call + each.wrapup) for each in members if each.wrapup and each.last_call), default=None
    )


def facts_of(line: Line, call: Call) -> CallFacts:
    """What a decision looks at, as far as the floor knows it."""
    waiting = call.state is CallState.WAITING or (call.state is CallState.RINGING and not call.agent)
    return CallFacts(
        line.pbx,
        call.queue or None,
        call.agent or None,
        call.parties,
        call.peer,
        waiting,
        tags=call.tags,
        variables=find.variables_of(line.floor, call),
        key=CallKey(line.pbx, call.key),
        declined=call.declined,
    )
