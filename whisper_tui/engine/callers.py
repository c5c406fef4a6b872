"""What is done to callers who wait, and to calls: sent to another queue, raised, withdrawn, hung up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from msgspec.structs import replace

from whisper_tui.ami.actions import Action, Hangup, Outcome, QueueStatus, Redirect, ShowDialPlan
from whisper_tui.ami.list_rows import StatusRow
from whisper_tui.ami.queue_actions import MOST, QueueChangePriorityCaller, QueueWithdrawCaller
from whisper_tui.audit.records import CallRef, Whom
from whisper_tui.engine.carrying import Carrying, Plan, Step, send
from whisper_tui.engine.line import Line
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.floor import find
from whisper_tui.floor.model import Call, Waiting
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.acts import CallerAct, HangUp, MoveCaller, Raise, Withdraw
from whisper_tui.supervision.intents import Answer, Done, Refused, Underway
from whisper_tui.terms import Notice, Pbx, Right

WITHDRAWS = "QueueWithdrawCaller"
INFO = "whisper-tui"
"""What the dialplan finds of whoever withdrew a caller: the program; the person stands in the log."""
PATIENCE = 5.0
"""Seconds that are waited for what a queue does when it looks next."""


class Callers:
    """Of one supervisor.

    Args:
        entries: where the dialplan of each PBX takes callers of a queue.
        say: called with what has come of it.
    """

    def __init__(
        self, sight: Sight, carrying: Carrying, entries: Mapping[Pbx, Entries], say: Callable[[Notice], None]
    ) -> None:
        self._sight = sight
        self._carrying = carrying
        self._entries = entries
        self._say = say

    def plan(self, line: Line, intent: CallerAct) -> Plan | Notice | Denied:
        """What would be done, or why nothing would be."""
        call = line.floor.calls.get(intent.call.uniqueid)
        if call is None or not self._sight.sees_call(line, call):
            return Denied("no-such-call", hidden=True)
        if not line.live:
            return Notice("link.stale", {"pbx": line.pbx})
        if isinstance(intent, HangUp):
            return self._hang_up(line, call)
        place = find.place_of(line.floor, call)
        if place is None:
            return Notice("caller.not_waiting")
        if (denied := self._denies(Right.CALLER_MOVE, line, call)) is not None:
            return denied
        match intent:
            case MoveCaller(to=to):
                return self._move(line, call, place, to)
            case Raise():
                return self._raise(line, call, place, intent)
            case Withdraw():
                return self._withdraw(line, call, place)
            case _:
                assert_never(intent)

    # --- to another queue

    def _move(self, line: Line, call: Call, place: Waiting, to: str) -> Plan | Notice | Denied:
        queue, values = place.queue, {"queue": place.queue, "to": to}
        if to == queue:
            return Notice("caller.there", values)
        if self._sight.queue(line, to) is None:
            return Denied("no-such-queue", hidden=True, more={"to": to})
        if (denied := self._denies(Right.CALLER_MOVE, line, call, to)) is not None:
            return denied
        entry = self._entries.get(line.pbx, Entries()).to("", to)
        if entry is None:
            return Notice("handback.no_entry", {"to": to})
        (context, exten), name = entry, line.floor.channels[call.key].name

        async def look() -> Notice | Denied | None:
            there = await send(line, ShowDialPlan(context, exten))
            if there.outcome is Outcome.UNKNOWN:
                return Notice("link.stale", {"pbx": line.pbx})
            if there.outcome is Outcome.FAILED:
                return Notice("caller.no_extension", {"place": f"{context},{exten}", "error": there.message})
            return await self._look(line, call, place, name)

        def bars() -> Notice | Denied | None:
            return self._bars(line, call, place) or self._denies(Right.CALLER_MOVE, line, call, to)

        async def then() -> Answer:
            def is_there() -> bool:
                here = line.floor.calls.get(call.key) is call and call.queue == to
                return here and (bool(call.agent) or find.place_of(line.floor, call) is not None)

            if await self._carrying.until(is_there):
                return Done()
            return self._underway(Notice("caller.on_the_way", {**values, "place": f"{context},{exten}"}))

        step = self._step(
            "move-caller", Redirect(call.key, context, exten), line, call, bars, f"to {to} by {context},{exten}"
        )
        return Plan(line, (replace(step, done=lambda: find.place_of(line.floor, call) is not place),), look, then)

    # --- in the line

    def _raise(self, line: Line, call: Call, place: Waiting, intent: Raise) -> Plan | Notice | Denied:
        queue, now, wanted = place.queue, place.priority, intent.priority
        line_up = line.floor.queues[queue].waiting.values()
        ahead = [each for each in line_up if each.position < place.position]
        values = {
            "queue": queue,
            "place": str(place.position),
            "ahead": str(len(ahead)),
            "priority": "?" if now is None else str(now),
            "first": str(min(MOST, 1 + max((each.priority or 0 for each in (*ahead, place)), default=0))),
            "most": str(MOST),
        }
        if wanted is None or not 0 <= wanted <= MOST:
            return Notice("raise.how", values)
        if now is not None and wanted <= now:
            return Notice("raise.not_higher", values)
        name, before = line.floor.channels[call.key].name, place.position

        async def look() -> Notice | Denied | None:
            if (why := await self._look(line, call, place, name)) is not None:
                return why
            read = await send(line, QueueStatus())  # no event tells a priority
            return Notice("link.stale", {"pbx": line.pbx}) if read.outcome is not Outcome.DONE else None

        async def then() -> Answer:
            read = await send(line, QueueStatus())
            there = find.place_of(line.floor, call)
            if read.outcome is Outcome.DONE and there is not place:
                return Done()  # they are in that line no more: their row says where
            if read.outcome is not Outcome.DONE or place.priority != wanted:
                self._carrying.not_done(step, "raise.unknown", read.message)
                return Refused(Notice("raise.unknown", values))
            stays = place.position >= before > 1
            told = {**values, "priority": str(place.priority), "place": str(place.position)}
            self._say(Notice("raise.stays" if stays else "raise.done", told))
            return Done()

        step = self._step(
            "raise",
            QueueChangePriorityCaller(queue, name, wanted),
            line,
            call,
            lambda: self._bars(line, call, place),
            f"priority {wanted}, was {values['priority']}",
        )
        return Plan(line, (step,), look, then)

    def _withdraw(self, line: Line, call: Call, place: Waiting) -> Plan | Notice | Denied:
        if line.wire.allowed is not None and WITHDRAWS not in line.wire.allowed:
            return Notice("withdraw.cannot", {"pbx": line.pbx, "version": line.wire.asterisk})
        name = line.floor.channels[call.key].name

        async def then() -> Answer:
            if await self._carrying.until(lambda: find.place_of(line.floor, call) is not place, PATIENCE):
                if not call.agent:
                    return Done()
                self._carrying.not_done(step, "withdraw.answered", "")
                return Refused(Notice("withdraw.answered", {"queue": place.queue}))
            self._carrying.not_done(step, "withdraw.pending", "")
            return self._underway(Notice("withdraw.pending", {"queue": place.queue}))

        step = self._step(
            "withdraw",
            QueueWithdrawCaller(place.queue, name, INFO),
            line,
            call,
            lambda: self._bars(line, call, place),
        )
        return Plan(line, (step,), lambda: self._look(line, call, place, name), then)

    # --- the end

    def _hang_up(self, line: Line, call: Call) -> Plan | Notice | Denied:
        if (denied := self._denies(Right.HANGUP, line, call)) is not None:
            return denied
        if find.parties_of(line.floor, call):
            return Notice("hangup.party")
        agent, name = call.agent, line.floor.channels[call.key].name

        def bars() -> Notice | Denied | None:
            if line.floor.calls.get(call.key) is not call:
                return Notice("caller.gone")
            if call.agent != agent or find.parties_of(line.floor, call):
                return Notice("call.changed")
            return self._stale(line) or self._denies(Right.HANGUP, line, call)

        async def look() -> Notice | Denied | None:
            row = await self._read(line, call, name)
            return row if isinstance(row, Notice) else None

        step = self._step("hangup", Hangup(call.key), line, call, bars)
        done = replace(step, done=lambda: call.key not in line.floor.channels, says="hangup")
        return Plan(line, (done,), look)

    # --- all of them

    def _underway(self, what: Notice) -> Underway:
        self._say(what)
        return Underway(what)

    def _step(
        self,
        deed: str,
        action: Action,
        line: Line,
        call: Call,
        bars: Callable[[], Notice | Denied | None],
        detail: str = "",
    ) -> Step:
        agent, channel = line.floor.agents.get(call.agent), line.floor.channels[call.key]
        whom = Whom(call.agent, agent.name if agent is not None else "", call.queue)
        ref = CallRef(line.pbx, channel.linkedid, call.key, call.agent_channel or "", call.number)
        return Step(deed, action, bars, whom, ref, detail=detail, says="caller", values={"queue": call.queue})

    async def _look(self, line: Line, call: Call, place: Waiting, name: str) -> Notice | None:
        """Why the PBX's own word on who waits stands against it."""
        row = await self._read(line, call, name)
        if isinstance(row, Notice):
            return row
        queue = row.application_data.partition(",")[0]
        if (row.application, queue) != ("Queue", place.queue) or row.bridge:
            line.look_again()
            return Notice("caller.elsewhere", {"queue": place.queue})
        return None

    async def _read(self, line: Line, call: Call, name: str) -> StatusRow | Notice:
        """The channel of the caller as the PBX describes it now, if it is still the one of that name."""
        reply = await send(line, line.status(call.key))
        rows = [row for row in reply.rows if isinstance(row, StatusRow)]
        if reply.outcome is Outcome.UNKNOWN:
            return Notice("link.stale", {"pbx": line.pbx})
        if reply.outcome is Outcome.FAILED or len(rows) != 1:
            return Notice("caller.gone")
        if (rows[0].uniqueid, rows[0].channel) != (call.key, name):
            line.look_again()
            return Notice("call.changed")
        return rows[0]

    def _bars(self, line: Line, call: Call, place: Waiting) -> Notice | Denied | None:
        """Why nothing must be done to who waits at `place` now."""
        if line.floor.calls.get(call.key) is not call:
            return Notice("caller.gone")
        if find.place_of(line.floor, call) is not place:
            return Notice("caller.elsewhere", {"queue": place.queue})
        return self._stale(line) or self._denies(Right.CALLER_MOVE, line, call)

    def _stale(self, line: Line) -> Notice | None:
        return None if line.live else Notice("link.stale", {"pbx": line.pbx})

    def _denies(self, right: Right, line: Line, call: Call, queue: str = "") -> Denied | None:
        facts = facts_of(line, call)
        answer = self._sight.decide(right, replace(facts, queue=queue) if queue else facts)
        return answer if isinstance(answer, Denied) else None
