"""What stands between an intent and the wire: the policy asked on what the floor knows, and again on what the PBX says now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, isfinite
from typing import NamedTuple

from msgspec.structs import replace

from whisper_tui.engine.counts import NOTHING_SAID, Claim
from whisper_tui.engine.line import Line
from whisper_tui.engine.target import Target, not_audible, read_target
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.floor import find
from whisper_tui.floor.model import Call, Spy
from whisper_tui.floor.trace import is_cue
from whisper_tui.permissions.conditions import Question
from whisper_tui.permissions.decide import included
from whisper_tui.permissions.explain import explain
from whisper_tui.permissions.policy import Allowed, CallFacts, Denied, Notify
from whisper_tui.permissions.state import State
from whisper_tui.supervision.intents import Barge, Join, Listen, Loud, TakeOver, Whisper
from whisper_tui.supervision.session import Belongs
from whisper_tui.terms import CallKey, Mode, Notice, Pbx, Right, Uniqueid

MODE: Mapping[type[Loud], Mode] = {
    Listen: Mode.SILENT,
    Whisper: Mode.WHISPER,
    Barge: Mode.BARGE,
    Join: Mode.THIRD,
    TakeOver: Mode.TAKEOVER,
}
TELL = "MessageSend"
"""The action that sends an agent a text (write class `message`)."""
CROWDED = {
    Mode.BARGE: Notice("call.bridge_of_three"),
    Mode.TAKEOVER: Notice("takeover.bridge_of_three"),
}
"""ChanSpy's barge reaches only the agent in a bridge of three or more (AUDIO.md F3), and a takeover would break it up."""


class Granted(NamedTuple):
    """What somebody may. `until`: UTC seconds, None: without an end; `glass`: the rules that are gone past, by right."""

    until: float | None
    glass: Mapping[Right, tuple[str, ...]]


class Permit(NamedTuple):
    """A call as the PBX describes it now, and what this person may on it."""

    target: Target
    granted: Granted


class Gate:
    """For one supervisor and one phone.

    Args:
        so_far: what the person has done so far, as far as a right on a call asks for it.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        sight: Sight,
        device: str,
        so_far: Callable[[Right, CallFacts, Claim], State],
    ) -> None:
        self._lines = lines
        self._sight = sight
        self._device = device
        self._so_far = so_far

    @property
    def notify(self) -> Notify:
        """Whether the agent is told, by this person's profiles."""
        return self._sight.grants.notify if self._sight.grants is not None else Notify.OFF

    def belongs(self, facts: CallFacts) -> Belongs:
        """What the policy of now says that a call belongs to."""
        if self._sight.grants is None:
            return Belongs()
        queue, agent = self._sight.grants.places.kin(facts)
        return Belongs(*map(", ".join, (queue.campaign, queue.department, agent.team, agent.location)))

    @property
    def told_of_glass(self) -> frozenset[str]:
        """Who is told when this person breaks glass: users, and groups as `@name`."""
        return self._sight.grants.glass_notify if self._sight.grants is not None else frozenset()

    @property
    def agents_may_decline(self) -> bool:
        return self._sight.grants is not None and self._sight.grants.agent_may_decline

    def verdict(self, facts: CallFacts, mode: Mode, claim: Claim = NOTHING_SAID) -> Granted | Denied:
        """Whether this person may be in `mode` on such a call, which always includes listening, and until when."""
        lacking = self._sight.decide(Right.of(mode), facts, self._device)
        if isinstance(lacking, Denied) and lacking.rule == "no-right":  # before anything that it would have to wait for
            return lacking
        ends: list[float] = []
        glass: dict[Right, tuple[str, ...]] = {}
        for right in included(Right.of(mode)):
            state = self._so_far(right, facts, claim)
            answer = self._sight.decide(right, facts, self._device, state)
            if isinstance(answer, Denied):
                return answer
            if answer.glass:
                glass[right] = answer.glass
            if right is not Right.of(mode) and state.spent is not None:  # who speaks uses up no listening
                endless = replace(state, spent={**state.spent, right: -inf})
                answer = self._sight.decide(right, facts, self._device, endless)
            if isinstance(answer, Allowed) and answer.until is not None and isfinite(answer.until):
                ends.append(answer.until)
        return Granted(min(ends, default=None), glass)

    def denies(self, facts: CallFacts, mode: Mode, claim: Claim = NOTHING_SAID) -> Denied | None:
        """The rule against it, or None."""
        answer = self.verdict(facts, mode, claim)
        return answer if isinstance(answer, Denied) else None

    def overdue(self, facts: CallFacts, mode: Mode, claim: Claim) -> Denied | None:
        """The longest time that this has lasted already, wherever the person's profiles reach; None: none."""
        grants, right = self._sight.grants, Right.of(mode)
        if grants is None:
            return None
        asked = Question(right, facts, self._sight.now, self._so_far(right, facts, claim))
        return next((each for each in grants.conditions.unmet(asked) if each.rule in ("max", "max-session")), None)

    def lasts(self, facts: CallFacts, mode: Mode, claim: Claim) -> float | None:
        """When a longest time will be over, in UTC seconds, wherever the person's profiles reach; None: never."""
        grants, right = self._sight.grants, Right.of(mode)
        if grants is None or not grants.conditions.asks_for(right):
            return None
        return grants.conditions.ends(Question(right, facts, self._sight.now, self._so_far(right, facts, claim)))

    def is_read(self, line: Line, call: Call) -> bool:
        """Whether all that the policy looks at is known of a call."""
        return self._sight.is_read(line, call)

    def every_mode(self, facts: CallFacts) -> bool:
        """Whether this person may be in every mode that a phone's keypad can switch to, and nobody has to be told before."""
        if self.notify is Notify.LIVE:
            return False
        for right in (
            Right.LISTEN,
            Right.WHISPER,
            Right.BARGE,
        ):  # a right that has limits is denied: no key keeps to them
            if isinstance(self._sight.decide(right, facts, self._device), Denied):
                return False
        return True

    def why_not(
        self, key: CallKey, mode: Mode, mine: Uniqueid | None, claim: Claim = NOTHING_SAID
    ) -> Notice | Denied | None:
        """As far as the floor knows; `permitted` asks the PBX. A call that may not be seen is one that is not there.

        Args:
            mine: the leg of this person, whose own listening is in nobody's way.
            claim: what the person says for it.
        """
        line = self._lines.get(key.pbx)
        if self._sight.grants is None:
            return Denied("no-policy")
        call = line.floor.calls.get(key.uniqueid) if line is not None else None
        if line is None or call is None or not self._sight.sees_call(line, call):
            return Denied("no-such-call", hidden=True)
        if not line.live:
            return Notice("link.stale", {"pbx": line.pbx})
        if line.missing:
            return line.rights_missing
        if (why := not_audible(call)) is not None:
            return why
        if (denied := self.denies(facts_of(line, call), mode, claim)) is not None:
            return denied
        return (CROWDED.get(mode) if call.parties > 2 else None) or self._in_the_way(line, call, mode, mine)

    async def permitted(
        self, key: CallKey, mode: Mode, mine: Uniqueid | None, claim: Claim = NOTHING_SAID
    ) -> Permit | Notice | Denied:
        """What the floor says, and then what the PBX says now."""
        return self.why_not(key, mode, mine, claim) or await self.read(key, mode, claim)

    async def read(self, key: CallKey, mode: Mode, claim: Claim) -> Permit | Notice | Denied:
        """The call as the PBX describes it now, if the policy lets this person be in `mode` on it."""
        line = self._lines[key.pbx]
        target = await read_target(line, key.uniqueid)
        if isinstance(target, Notice):
            return target
        answer = self.verdict(facts_of_target(line, target), mode, claim)
        if isinstance(answer, Denied):
            return answer
        return (CROWDED.get(mode) if target.parties > 2 else None) or Permit(target, answer)

    def _in_the_way(self, line: Line, call: Call, mode: Mode, mine: Uniqueid | None) -> Notice | None:
        """Who else speaks to this agent already, and whether the agent can be told as the profile asks."""
        if mode is Mode.SILENT:
            return None
        if (other := coach_of(line, call, mine)) is not None:
            return Notice("call.coached" if other.mode else "call.perhaps_coached", {"phone": other.device})
        if self.notify is Notify.LIVE and not may_tell(line):
            return Notice("notify.impossible", {"pbx": line.pbx})
        return None


def coach_of(line: Line, call: Call, mine: Uniqueid | None) -> Spy | None:
    """Somebody other than `mine` who speaks to the agent of this call, or of whom AMI does not show whether they do. A cue card
    that is spoken is nobody."""
    there = (*find.spies_on(line.floor, call), *find.parties_of(line.floor, call))
    return next(
        (spy for spy in there if spy.spyer != mine and spy.mode is not Mode.SILENT and not is_cue(spy.spyer)), None
    )


def may_tell(line: Line) -> bool:
    """Whether the account may send texts to phones."""
    return line.wire.allowed is not None and TELL in line.wire.allowed


def facts_of_target(line: Line, target: Target) -> CallFacts:
    """What a decision looks at, as the PBX says it."""
    return CallFacts(
        line.pbx,
        target.queue,
        target.agent,
        target.parties,
        target.peer,
        tags=target.tags,
        key=target.call,
        variables=target.variables,
        declined=target.declined,
    )


def words_of(why: Notice | Denied) -> Notice:
    return explain(why) if isinstance(why, Denied) else why
