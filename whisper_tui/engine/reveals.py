"""A caller's whole number, shown for a while to somebody whom it is masked for: allowed by the profile, and written down first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from whisper_tui.audit.records import CallRef, Kind
from whisper_tui.clock import Clock
from whisper_tui.engine.chores import Chores
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.line import Line
from whisper_tui.engine.scribe import Scribe, ref_of
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.floor.model import Call
from whisper_tui.permissions.policy import Denied, Numbers
from whisper_tui.supervision.intents import Answer, Done, Refused
from whisper_tui.terms import CallKey, Notice, Pbx, Right

SECONDS = 30.0
"""How long a number is shown whole."""


class Reveals:
    """Of one supervisor.

    Args:
        redraw: called with a call that is to be shown otherwise.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        sight: Sight,
        scribe: Scribe,
        clock: Clock,
        redraw: Callable[[CallKey], None],
    ) -> None:
        self._lines = lines
        self._sight = sight
        self._scribe = scribe
        self._clock = clock
        self._redraw = redraw
        self._shown = Chores()

    def why_not(self, key: CallKey) -> Notice | Denied | None:
        """Why the number of a call is not shown whole, or None. A call that may not be seen is one that is not there."""
        line = self._lines.get(key.pbx)
        call = line.floor.calls.get(key.uniqueid) if line is not None else None
        if line is None or call is None or not self._sight.sees_call(line, call):
            return Denied("no-such-call", hidden=True)
        if not call.number:
            return Notice("reveal.none")
        if self._sight.numbers(key) is Numbers.FULL:
            return Notice("reveal.whole")
        answer = self._sight.decide(Right.NUMBER_FULL, facts_of(line, call))
        return answer if isinstance(answer, Denied) else None

    async def reveal(self, key: CallKey) -> Answer:
        """Show it for SECONDS.

        Raises:
            WhisperError: that is not on disk; nothing is shown.
        """
        if (why := self.why_not(key)) is not None:
            return self._refused(key, why)
        call = self._lines[key.pbx].floor.calls[key.uniqueid]
        await self._scribe.about(Kind.REVEALED, deed="reveal", call=_named(key, call))
        if (why := self.why_not(key)) is not None:  # the disk took its time
            return self._refused(key, why)
        self._sight.revealed.add(key)
        self._redraw(key)
        self._shown.begin(self._hide(key))
        return Done()

    def _refused(self, key: CallKey, why: Notice | Denied) -> Refused:
        if isinstance(why, Denied):
            self._scribe.denied("reveal", why.rule, ref_of(key))
        return Refused(words_of(why), denied=isinstance(why, Denied))

    def close(self) -> None:
        self._shown.close()

    async def _hide(self, key: CallKey) -> None:
        await self._clock.until(self._clock.monotonic() + SECONDS)
        self._sight.revealed.discard(key)
        self._redraw(key)


def _named(key: CallKey, call: Call) -> CallRef:
    return CallRef(key.pbx, customer=key.uniqueid, agent=call.agent_channel or "", caller=call.number)
