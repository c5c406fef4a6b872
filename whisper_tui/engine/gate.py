"""What stands between an intent and the wire: the policy asked on what the floor knows, and again on what the PBX says now."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.line import Line
from whisper_tui.engine.target import Target, not_audible, read_target
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.floor import find
from whisper_tui.floor.model import Call, Spy
from whisper_tui.permissions.explain import explain
from whisper_tui.permissions.policy import CallFacts, Denied, Notify
from whisper_tui.supervision.intents import Barge, Join, Listen, Loud, TakeOver, Whisper
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


class Gate:
    """For one supervisor and one phone."""

    def __init__(self, lines: Mapping[Pbx, Line], sight: Sight, device: str) -> None:
        self._lines = lines
        self._sight = sight
        self._device = device

    @property
    def notify(self) -> Notify:
        """Whether the agent is told, by this person's profiles."""
        return self._sight.grants.notify if self._sight.grants is not None else Notify.OFF

    @property
    def agents_may_decline(self) -> bool:
        return self._sight.grants is not None and self._sight.grants.agent_may_decline

    def denies(self, facts: CallFacts, mode: Mode) -> Denied | None:
        """The rule against being in `mode` on such a call, which always includes listening."""
        for right in (Right.LISTEN, Right.of(mode)):
            verdict = self._sight.decide(right, facts, self._device)
            if isinstance(verdict, Denied):
                return verdict
        return None

    def every_mode(self, facts: CallFacts) -> bool:
        """Whether this person may be in every mode that a phone's keypad can switch to, and nobody has to be told before."""
        if self.notify is Notify.LIVE:
            return False
        return not any(self.denies(facts, mode) for mode in (Mode.SILENT, Mode.WHISPER, Mode.BARGE))

    def why_not(self, key: CallKey, mode: Mode, mine: Uniqueid | None) -> Notice | Denied | None:
        """As far as the floor knows; `permitted` asks the PBX. A call that may not be seen is one that is not there.

        Args:
            mine: the leg of this person, whose own listening is in nobody's way.
        """
        line = self._lines.get(key.pbx)
        if self._sight.grants is None:
            return Denied("no-policy")
        call = line.floor.calls.get(key.uniqueid) if line is not None else None
        if line is None or call is None or not self._sight.sees(facts_of(line, call)):
            return Denied("no-such-call", hidden=True)
        if not line.live:
            return Notice("link.stale", {"pbx": line.pbx})
        if line.missing:
            return line.rights_missing
        if (why := not_audible(call)) is not None:
            return why
        if (denied := self.denies(facts_of(line, call), mode)) is not None:
            return denied
        return (CROWDED.get(mode) if call.parties > 2 else None) or self._in_the_way(line, call, mode, mine)

    async def permitted(self, key: CallKey, mode: Mode, mine: Uniqueid | None) -> Target | Notice | Denied:
        """The call as the PBX describes it now, if the policy lets this person be in `mode` on it."""
        if (why := self.why_not(key, mode, mine)) is not None:
            return why
        line = self._lines[key.pbx]
        target = await read_target(line, key.uniqueid)
        if isinstance(target, Notice):
            return target
        if (denied := self.denies(facts_of_target(line, target), mode)) is not None:
            return denied
        return (CROWDED.get(mode) if target.parties > 2 else None) or target

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
    """Somebody other than `mine` who speaks to the agent of this call, or of whom AMI does not show whether they do."""
    there = (*find.spies_on(line.floor, call), *find.parties_of(line.floor, call))
    return next((spy for spy in there if spy.spyer != mine and spy.mode is not Mode.SILENT), None)


def may_tell(line: Line) -> bool:
    """Whether the account may send texts to phones."""
    return line.wire.allowed is not None and TELL in line.wire.allowed


def facts_of_target(line: Line, target: Target) -> CallFacts:
    """What a decision looks at, as the PBX says it."""
    return CallFacts(
        line.pbx, target.queue, target.agent, target.parties, target.peer, tags=target.tags, declined=target.declined
    )


def words_of(why: Notice | Denied) -> Notice:
    return explain(why) if isinstance(why, Denied) else why
