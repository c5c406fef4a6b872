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
        """The call that chance has chosen, while it is being entered."""
        self.coming: Session | None = None
        """The session that is asked for, and hears nothing yet."""
        self.last: Session | None = None
        """The one that was heard last."""

    def of(self, intent: Loud) -> Claim:
        """Of what is asked for: on the call that is heard, what was said for it holds on."""
        session = self._handset.session
        if session is not None and session.call == intent.call:
            return self.of_session(session)._replace(reason=intent.reason or session.reason, breaks=intent.glass)
        approvals = self._approvals(intent.call)
        return Claim(intent.reason, self.is_picked(intent.call), intent.glass, approvals=approvals)

    def of_session(self, session: Session) -> Claim:
        """Of what is done."""
        approvals = self._approvals(session.call)
        return Claim(session.reason, session.picked, False, session.glass, approvals, self._began(session))

    def is_picked(self, call: CallKey) -> bool:
        """Whether chance chose it: just now, or for the session that is taken up again from an idle leg."""
        again = self._handset.leg is not None and self.last is not None and self.last.call == call
        return self.drawn == call or (again and self.last is not None and self.last.picked)

    def _began(self, session: Session) -> dict[Right, float]:
        handset = self._handset
        if handset.session is not session or handset.mode is None or session.heard_from is None:
            return {}
        ahead = self._clock.wall() - self._clock.monotonic()
        return {Right.LISTEN: session.heard_from + ahead, Right.of(handset.mode): handset.since + ahead}
