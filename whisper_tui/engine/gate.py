"""What stands between an intent and the wire: the policy asked on what the floor knows, and again on what the PBX says now."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.line import Line
from whisper_tui.engine.target import Target, not_audible, read_target
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.permissions.explain import explain
from whisper_tui.permissions.policy import CallFacts, Denied
from whisper_tui.supervision.intents import Barge, Listen, Whisper
from whisper_tui.terms import CallKey, Mode, Notice, Pbx, Right

Loud = Listen | Whisper | Barge
MODE: Mapping[type[Loud], Mode] = {Listen: Mode.SILENT, Whisper: Mode.WHISPER, Barge: Mode.BARGE}
THREE = Notice("call.bridge_of_three")
"""ChanSpy's barge reaches only the agent in a bridge of three or more (AUDIO.md F3)."""


class Gate:
    """For one supervisor and one phone."""

    def __init__(self, lines: Mapping[Pbx, Line], sight: Sight, device: str) -> None:
        self._lines = lines
        self._sight = sight
        self._device = device

    def denies(self, facts: CallFacts, mode: Mode) -> Denied | None:
        """The rule against being in `mode` on such a call, which always includes listening."""
        for right in (Right.LISTEN, Right.of(mode)):
            verdict = self._sight.decide(right, facts, self._device)
            if isinstance(verdict, Denied):
                return verdict
        return None

    def why_not(self, call: CallKey, mode: Mode) -> Notice | Denied | None:
        """As far as the floor knows; `permitted` asks the PBX. A call that may not be seen is one that is not there."""
        line = self._lines.get(call.pbx)
        if self._sight.grants is None:
            return Denied("no-policy")
        known = line.floor.calls.get(call.uniqueid) if line is not None else None
        if line is None or known is None or not self._sight.sees(facts_of(line, known)):
            return Denied("no-such-call", hidden=True)
        if not line.live:
            return Notice("link.stale", {"pbx": line.pbx})
        if line.missing:
            return line.rights_missing
        if (why := not_audible(known)) is not None:
            return why
        if (denied := self.denies(facts_of(line, known), mode)) is not None:
            return denied
        return THREE if mode is Mode.BARGE and known.parties > 2 else None

    async def permitted(self, call: CallKey, mode: Mode) -> Target | Notice | Denied:
        """The call as the PBX describes it now, if the policy lets this person be in `mode` on it."""
        if (why := self.why_not(call, mode)) is not None:
            return why
        line = self._lines[call.pbx]
        target = await read_target(line, call.uniqueid)
        if isinstance(target, Notice):
            return target
        denied = self.denies(CallFacts(line.pbx, target.queue, target.agent, target.parties, target.peer), mode)
        if denied is not None:
            return denied
        return THREE if mode is Mode.BARGE and target.parties > 2 else target


def words_of(why: Notice | Denied) -> Notice:
    return explain(why) if isinstance(why, Denied) else why
