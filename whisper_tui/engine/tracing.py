"""What was sent to the PBXs and what came of it, as one supervisor may see it: every action of the engine passes `Traced`.

Decided and masked in the moment of the sending, by an allow-list: a field that is not known to be harmless is hidden, and so
is all of an action on a call, an agent or a queue that the profile does not reach, or on the leg of somebody else who hears
one. Logging in is no action of the engine and never here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

from whisper_tui.ami.actions import Action, Headers, Outcome, Reply
from whisper_tui.clock import Clock
from whisper_tui.engine.line import Line
from whisper_tui.engine.rows import TraceRow
from whisper_tui.engine.traced import Finish
from whisper_tui.engine.views import Sight
from whisper_tui.errors import WhisperError
from whisper_tui.floor import find
from whisper_tui.permissions.masks import HIDDEN, mask_text
from whisper_tui.permissions.policy import Allowed, Denied, Numbers
from whisper_tui.terms import Pbx, Right, Uniqueid

KEPT = 500
"""Actions that are remembered; older ones are forgotten."""

PLAIN = frozenset(
    {"Variables", "Receive", "Async", "Timeout", "Paused", "Penalty", "Application", "Reason", "Priority"}
)
"""Fields that name nobody."""

KEYS = frozenset("456*7")
"""Keys that legs are given; no others are ever shown."""

OWN_VARIABLES = ("FRAME_DROP(RX)", "TIMEOUT(absolute)")
"""Variables of our legs whose values name nobody."""


class Trace:
    """One supervisor's.

    Args:
        lines: by PBX.
        sight: what they may see, now.
        phone: their own; mine: the leg that it is rung for, None without one.
        is_owner: the engine is theirs: no right is needed.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        sight: Sight,
        phone: str,
        mine: Callable[[], Uniqueid | None],
        clock: Clock,
        *,
        is_owner: bool,
    ) -> None:
        self._lines = lines
        self._sight = sight
        self._phone = phone
        self._mine = mine
        self._clock = clock
        self._is_owner = is_owner
        self._rows: deque[TraceRow] = deque(maxlen=KEPT)
        self._count = 0

    def why_not(self) -> Denied | None:
        """Why this person may not look, or None."""
        if (blind := self._sight.blind()) is not None:
            return blind
        assert self._sight.grants is not None, "who is not blind has a policy"
        if self._is_owner:
            return None
        verdict = self._sight.grants.decide(Right.AMI_TRACE, None, self._sight.now)
        return None if isinstance(verdict, Allowed) else verdict

    def rows(self) -> tuple[TraceRow, ...]:
        """Return the actions, the newest last."""
        return tuple(self._rows)

    def forget(self) -> None:
        """What may be seen was decided anew: what was decided before is not shown on."""
        self._rows.clear()

    def sent(self, pbx: Pbx, action: Action) -> Finish | None:
        """Note that `action` is sent; the result takes what becomes of it, None: this person may not look."""
        line = self._lines.get(pbx)
        if line is None or self.why_not() is not None:
            return None
        try:
            headers = action.headers()
        except WhisperError:
            return None  # it is not sent
        self._count += 1
        count, fields = self._count, self._fields(line, headers)
        row = TraceRow(count, self._clock.wall(), pbx, HIDDEN if fields is None else action.name, fields or ())
        self._rows.append(row)

        def finish(reply: Reply | None, seconds: float) -> None:
            at = count - self._count + len(self._rows) - 1
            if not 0 <= at < len(self._rows) or self._rows[at].number != count:
                return  # forgotten
            answer = "" if fields is None or reply is None else self._answer(action, reply)
            outcome = Outcome.UNKNOWN if reply is None else reply.outcome
            self._rows[at] = TraceRow(count, row.at, pbx, row.action, row.fields, outcome.value, answer, seconds)

        return finish

    def _fields(self, line: Line, headers: Headers) -> tuple[tuple[str, str], ...] | None:
        """The headers as they may be seen; None: nothing of it may be."""
        shown: list[tuple[str, str]] = []
        variable = ""
        for name, value in headers:
            match name:
                case "Channel" | "ChannelId" | "Channel1":
                    seen = self._channel(line, value)
                case "BridgeUniqueid":
                    seen = self._bridge(line, value)
                case "Queue":
                    seen = value if self._sight.queue(line, value) is not None else None
                case "To":  # of a text: the agent's phone
                    technology, _colon, endpoint = value.partition(":")
                    there = self._sight.agent(line, f"{technology.upper()}/{endpoint}")
                    seen = HIDDEN if there is not None else None
                case "Interface":
                    seen = value if self._sight.agent(line, value) is not None else HIDDEN
                case "Data":
                    seen = value if value.startswith(f",qg(wt-{self._sight.installation}-") else HIDDEN
                case "Digit":
                    seen = value if value in KEYS else HIDDEN
                case "Variable":
                    variable, equals, _value = value.partition("=")
                    seen = (
                        value if not equals or variable in OWN_VARIABLES else f"{variable.partition('(')[0]}={HIDDEN}"
                    )
                case "Value":
                    seen = value if variable in OWN_VARIABLES else HIDDEN
                case _:
                    seen = value if name in PLAIN else HIDDEN
            if seen is None:
                return None
            shown.append((name, seen))
        return tuple(shown)

    def _channel(self, line: Line, value: str) -> str | None:
        """A channel that may be seen, None: its call may not, or what it hears if it is somebody else's leg."""
        channel = Uniqueid(value)
        if channel == self._mine() or value == self._phone:
            return value
        if (spy := line.floor.spies.get(channel)) is not None:
            return value if self._sight.spy(line, spy, self._mine()) is not None else None
        call = find.call_of(line.floor, channel)
        return value if call is not None and self._sight.sees_call(line, call) else None

    def _bridge(self, line: Line, value: str) -> str | None:
        """In the place of a bridge in which somebody may be seen, None: nobody may."""
        bridge = line.floor.bridges.get(value)
        there = bridge.channels if bridge is not None else ()
        return HIDDEN if any(self._channel(line, each) is not None for each in there) else None

    def _answer(self, action: Action, reply: Reply) -> str:
        """What the PBX said. Values and lists are not shown, but that there was one and how long it was."""
        grants = self._sight.grants
        numbers = grants.numbers if grants is not None else Numbers.NONE
        rows = f"({len(reply.rows)})" if action.is_list else ""
        return " ".join(part for part in (mask_text(reply.message, numbers), rows) if part)
