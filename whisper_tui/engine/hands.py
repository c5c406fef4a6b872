"""The hands that agents raise: written down when they go up and when they come down, and who took them after how long."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, structs

from whisper_tui.audit.records import CallRef, Kind, Record, Whom
from whisper_tui.clock import Clock
from whisper_tui.engine.chores import Chores
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook
from whisper_tui.floor import hands
from whisper_tui.floor.model import Hand
from whisper_tui.terms import Pbx

IN_SIGHT = 60.0
"""Seconds for which everybody sees who has taken a hand."""

LAPSED, PAUSE_OVER, GONE, LOWERED = "lapsed", "pause-over", "agent-gone", "agent"
"""Causes of a hand that came down and nobody took: its time was over; the agent is paused no more, is in no queue, lowered it."""


class _Up(Struct):
    hand: Hand
    row: Record
    lapsed: bool = False


class Hands:
    """For everybody on one engine.

    Args:
        lasts: seconds after which a hand comes down by itself, 0: never.
        changed: called when a floor was changed here.
        taken: called with the agent's line, the hand, and who has taken it.
        replay: nothing is written of a recording.
    """

    def __init__(
        self,
        book: Logbook,
        clock: Clock,
        lasts: float,
        changed: Callable[[], None],
        taken: Callable[[Line, Hand], None],
        *,
        replay: bool,
    ) -> None:
        self._book = book
        self._clock = clock
        self._lasts = lasts
        self._changed = changed
        self._taken = taken
        self._replay = replay
        self._up: dict[tuple[Pbx, str], _Up] = {}
        self._waits = Chores()

    def look(self, line: Line, phone: str) -> None:
        """The hand of this agent may have gone up or down: the floor has it already."""
        for at in [at for at, up in self._up.items() if up.hand.device != at[1]]:  # known by another phone by now
            moved = self._up.pop(at)
            self._up[at[0], moved.hand.device] = moved
        hand, up = line.floor.hands.get(phone), self._up.get((line.pbx, phone))
        if up is not None and (hand is not up.hand or hand.answered_by):
            del self._up[line.pbx, phone]
            if not up.hand.answered_by:  # else it is written already
                lasted, cause = self._lasted(up.hand), self._why(line, up)
                self._write(structs.replace(up.row, kind=Kind.HAND_LOWERED, lasted=lasted, cause=cause))
        if hand is not None and not hand.answered_by and (line.pbx, phone) not in self._up:
            row = structs.replace(self._book.record(Kind.HAND_RAISED), **_about(line, phone))
            self._up[line.pbx, phone] = _Up(hand, row)
            self._write(row)
            if self._lasts:
                self._waits.begin(self._lapse(line, hand))

    def raised(self, line: Line, phone: str) -> Hand | None:
        """The hand of this agent that nobody has taken."""
        up = self._up.get((line.pbx, phone))
        return up.hand if up is not None and line.floor.hands.get(phone) is up.hand else None

    def about(self, line: Line, hand: Hand) -> dict[str, object]:
        """What a row says of a hand that is up: whose it is, in which call, and for how long."""
        row = self._up[line.pbx, hand.device].row
        return {"whom": row.whom, "call": row.call, "lasted": self._lasted(hand)}

    def answered(self, line: Line, hand: Hand, by: str) -> None:
        """Somebody has taken it, and that is on disk."""
        hands.answer(line.floor, hand.device, by, line.changes)
        self._waits.begin(self._clear(line, hand))
        self._changed()
        self._taken(line, hand)

    def close(self) -> None:
        self._waits.close()

    def _lasted(self, hand: Hand) -> float:
        return round(self._clock.monotonic() - hand.since, 3)

    def _why(self, line: Line, up: _Up) -> str:
        if up.lapsed:
            return LAPSED
        if up.hand.device not in line.floor.agents:
            return GONE
        return PAUSE_OVER if up.hand.by_pause and not line.floor.agents[up.hand.device].asks_by_pause else LOWERED

    def _write(self, row: Record) -> None:
        if not self._replay:
            now = self._book.record(row.kind)
            self._book.write_soon(structs.replace(row, at=now.at, monotonic=now.monotonic))

    async def _lapse(self, line: Line, hand: Hand) -> None:
        await self._clock.until(hand.since + self._lasts)
        up = self._up.get((line.pbx, hand.device))
        if up is not None and up.hand is hand:
            up.lapsed = True
            self._lower(line, hand)

    async def _clear(self, line: Line, hand: Hand) -> None:
        await self._clock.until(self._clock.monotonic() + IN_SIGHT)
        if line.floor.hands.get(hand.device) is hand:
            self._lower(line, hand)

    def _lower(self, line: Line, hand: Hand) -> None:
        hands.lower(line.floor, hand.device, line.changes)
        self._changed()


def _about(line: Line, phone: str) -> dict[str, object]:
    """Whose hand it is and in which call; outside a call the queue is the first that the agent is in."""
    floor = line.floor
    agent = floor.agents[phone]
    call = next(
        (floor.calls[key] for key in agent.calls if key in floor.calls and floor.calls[key].agent == phone), None
    )
    queue = call.queue if call is not None else next(iter(agent.queues), "")
    ref = CallRef(line.pbx)
    if call is not None:
        customer = floor.channels[call.key]
        ref = CallRef(line.pbx, customer.linkedid, call.key, call.agent_channel or "", call.number)
    return {"whom": Whom(phone, agent.name, queue), "call": ref}
