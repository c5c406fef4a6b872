"""What one supervisor says for what they do: a reason, that chance chose, that glass was broken, that others allowed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from whisper_tui.clock import Clock
from whisper_tui.engine.counts import Claim
from whisper_tui.engine.handset import Handset
from whisper_tui.permissions.state import Approval
from whisper_tui.supervision.intents import Loud
from whisper_tui.supervision.session import Session
from whisper_tui.terms import CallKey, Right


class Claims:
    """Of one supervisor.

    Args:
        approvals: what others have allowed this person on a call.
    """

    def __init__(
        self, handset: Handset, clock: Clock, approvals: Callable[[CallKey], Mapping[Right, Approval]]
    ) -> None:
        self._handset = handset
        self._clock = clock
        self._approvals = approvals
        self.drawn: CallKey | None = None
        """The call that chance has chosen."""

    def of(self, intent: Loud) -> Claim:
        """Of what is asked for: on the call that is heard, what was said for it holds on."""
        session = self._handset.session
        if session is not None and session.call == intent.call:
            said = self.of_session(session)
            return said._replace(reason=intent.reason or said.reason, glass=intent.glass or said.glass)
        return Claim(intent.reason, self.drawn == intent.call, intent.glass, self._approvals(intent.call))

    def of_session(self, session: Session) -> Claim:
        """Of what is done."""
        return Claim(
            session.reason, session.picked, bool(session.glass), self._approvals(session.call), self._began(session)
        )

    def _began(self, session: Session) -> dict[Right, float]:
        handset = self._handset
        if handset.session is not session or handset.mode is None or session.heard_from is None:
            return {}
        ahead = self._clock.wall() - self._clock.monotonic()
        return {Right.LISTEN: session.heard_from + ahead, Right.of(handset.mode): handset.since + ahead}
