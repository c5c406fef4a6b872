"""What a supervisor does to the floor: planned, allowed, on disk, and only then done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from whisper_tui.audit.records import CallRef, Whom
from whisper_tui.clock import Clock
from whisper_tui.engine.callers import Callers
from whisper_tui.engine.carrying import Carrying, Plan
from whisper_tui.engine.denials import Attempt, Denials
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.line import Line
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.scribe import Scribe, ref_of
from whisper_tui.engine.staffing import Staffing
from whisper_tui.engine.views import Sight
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.acts import (
    Act,
    CallerAct,
    HangUp,
    LogOut,
    MoveAgent,
    MoveCaller,
    Pause,
    Raise,
    SetPenalty,
    Unpause,
    Withdraw,
)
from whisper_tui.supervision.intents import Answer, Refused
from whisper_tui.terms import Notice, Pbx

DEEDS: Mapping[type[Act], str] = {
    Pause: "pause",
    Unpause: "unpause",
    LogOut: "logout",
    MoveAgent: "move-in",
    SetPenalty: "penalty",
    MoveCaller: "move-caller",
    Raise: "raise",
    Withdraw: "withdraw",
    HangUp: "hangup",
}
"""What the log calls what was tried."""


class Acting:
    """Of one supervisor.

    Args:
        reasons: the codes of which a pause has one.
        entries: where the dialplan of each PBX takes callers of a queue.
        say: called with what has come of something.
        replay: nothing can be done to a recording.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        sight: Sight,
        scribe: Scribe,
        denials: Denials,
        clock: Clock,
        reasons: Collection[str],
        entries: Mapping[Pbx, Entries],
        say: Callable[[Notice], None],
        *,
        replay: bool,
    ) -> None:
        self._lines = lines
        self._denials = denials
        self._replay = replay
        self._carrying = Carrying(scribe, clock)
        self._staffing = Staffing(sight, reasons)
        self._callers = Callers(sight, self._carrying, entries, say)

    def why_not(self, intent: Act) -> Notice | Denied | None:
        """Why it would be refused now, or None.

        Where something has to be said first, what: `pause.reason` (one of `codes`; it would be in `queues`), `penalty.how` (from
        0 to `most`; it is `penalty`), `raise.how` (the same; `first` is enough to pass all who are `ahead`).
        """
        plan = self._plan(intent)
        return None if isinstance(plan, Plan) else plan

    def note_dim(self, intent: Act) -> None:
        """It was tried; where a rule forbids it, that is written down."""
        if isinstance(denied := self._plan(intent), Denied):
            self._note(intent, denied)

    async def do(self, intent: Act) -> Answer:
        """Do it, step by step; returns once the PBX has done each, or at the first that it did not do.

        One at a time to a caller or an agent: until the PBX has told what came of the first, the second is decided on old news.
        A hangup waits for nothing but another one.

        Raises:
            WhisperError: it is not on disk; that much was not done.
        """
        plan = self._plan(intent)
        if not isinstance(plan, Plan):
            return self._refuse(intent, plan)
        in_hand, whom = plan.line.in_hand, _whom(intent)
        if whom in in_hand:
            return Refused(Notice("busy.asking"))
        in_hand.add(whom)
        try:
            return await self._done(intent, plan)
        finally:
            in_hand.discard(whom)

    async def _done(self, intent: Act, plan: Plan) -> Answer:
        if plan.look is not None:
            if (why := await plan.look() or plan.steps[0].bars()) is not None:
                return self._refuse(intent, why)
            again = self._plan(intent)  # what the log says of it is what was found, not what was known before
            if not isinstance(again, Plan):
                return self._refuse(intent, again)
            plan = again
        return await self._carrying.carry_out(plan)

    def news(self) -> None:
        """The floor has changed."""
        self._carrying.news()

    def _plan(self, intent: Act) -> Plan | Notice | Denied:
        line = self._lines.get(intent.call.pbx if isinstance(intent, CallerAct) else intent.pbx)
        if self._replay:
            return Notice("mode.replay")
        if line is None:
            return Denied("no-such-call" if isinstance(intent, CallerAct) else "no-such-agent", hidden=True)
        if isinstance(intent, CallerAct):
            return self._callers.plan(line, intent)
        return self._staffing.plan(line, intent)

    def _refuse(self, intent: Act, why: Notice | Denied) -> Refused:
        if isinstance(why, Denied):
            self._note(intent, why)
        return Refused(words_of(why), denied=isinstance(why, Denied))

    def _note(self, intent: Act, denied: Denied) -> None:
        deed = DEEDS[type(intent)]
        if isinstance(intent, CallerAct):
            self._denials.note(Attempt(deed, denied.rule, ref_of(intent.call)))
        else:
            self._denials.note(Attempt(deed, denied.rule, CallRef(intent.pbx), Whom(intent.agent)))


def _whom(intent: Act) -> str:
    """To whom it is done."""
    if isinstance(intent, HangUp):
        return f"end {intent.call.uniqueid}"
    return intent.call.uniqueid if isinstance(intent, CallerAct) else intent.agent
