"""What agents have a say in: that they are told, and that they may decline to be coached in a call."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.ami.actions import MessageSend, Outcome
from whisper_tui.engine.chores import Chores
from whisper_tui.engine.gate import Gate, may_tell
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.line import Line
from whisper_tui.engine.scribe import Scribe
from whisper_tui.permissions.policy import Notify
from whisper_tui.supervision.session import Session
from whisper_tui.terms import Pbx, Uniqueid

TOLD_AFTER = "A supervisor was in your last call."
"""The text of `notify_agent = "after"`."""


class AgentsSay:
    """For the agents whom one supervisor hears.

    Args:
        decline_key: the key on an agent's phone that ends coaching for the call; "": there is none.
    """

    def __init__(
        self, lines: Mapping[Pbx, Line], gate: Gate, handset: Handset, scribe: Scribe, decline_key: str
    ) -> None:
        self._lines = lines
        self._gate = gate
        self._handset = handset
        self._scribe = scribe
        self._decline_key = decline_key
        self._watched: tuple[Line, Uniqueid] | None = None
        self._chores = Chores()

    def look(self) -> None:
        """Let the agent's key through, of the one whom the session hears, and only where it means something."""
        session, line = self._handset.session, self._handset.line
        means = self._decline_key and self._gate.agents_may_decline and not self._handset.own_call
        wanted = (line, session.target) if means and session is not None and line is not None else None
        if wanted == self._watched:
            return
        if self._watched is not None:
            self._watched[0].unwatch_key(self._watched[1])
        if wanted is not None:
            wanted[0].watch_key(wanted[1], self._decline_key)
        self._watched = wanted

    def left(self, session: Session) -> None:
        """A session is over: tell the agent, where the profile says so."""
        line = self._lines[session.call.pbx]
        if session.heard_from is not None and self._gate.notify is Notify.AFTER and line.live:
            self._chores.begin(self._tell(line, session))

    def close(self) -> None:
        self._chores.close()

    async def _tell(self, line: Line, session: Session) -> None:
        reached = may_tell(line)
        if reached:
            sent = await line.wire.send(MessageSend(session.agent, TOLD_AFTER))
            reached = sent.outcome is Outcome.DONE
        self._scribe.told(session, reached=reached)
