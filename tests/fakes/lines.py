"""A PBX in memory with true lines: who waits where, at which place, with which priority, as app_queue.c keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.pbx import Chan, FakePbx
from whisper_tui.ami import actions as do
from whisper_tui.ami.actions import Action, Outcome, Reply
from whisper_tui.ami.events import ChannelGone, ChannelNew, QueueAbandoned, QueueJoined, QueueLeft
from whisper_tui.ami.list_rows import QueueRow, WaitingRow
from whisper_tui.ami.queue_actions import QueueChangePriorityCaller, QueueWithdrawCaller
from whisper_tui.terms import Uniqueid

NONE = Reply(Outcome.FAILED, "No such caller")


@dataclass
class LinePbx(FakePbx):
    """Callers join with `joins`.

    Args:
        moves: a new priority moves the caller at once, as on 22; on 16 it does not.
        withdraws: at once; or a phone rings and the caller stays until it stops.
        routes: where an extension leads.
    """

    moves: bool = True
    withdraws: bool = True
    routes: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[Uniqueid]] = field(default_factory=lambda: {"support": [], "sales": []})
    priorities: dict[Uniqueid, int] = field(default_factory=dict)

    def joins(self, queue: str, n: int, priority: int = 0) -> Uniqueid:
        """A caller comes into a queue, behind whoever has this priority or a higher one."""
        caller, name, number = Uniqueid(f"pbx-1.{n}"), f"PJSIP/trunk-{n:08x}", f"555014{n}"
        self.chans[caller] = Chan(caller, name, caller, "", "Queue", f"{queue},tT")
        self._event(ChannelNew(caller, caller, name, 4, number, "A caller", "from-trunk", "100"))
        self._enter(queue, caller, priority)
        return caller

    def leaves(self, caller: Uniqueid, *, hangs_up: bool = True) -> None:
        """A caller gives up, or is taken out of the queue."""
        queue = next(queue for queue, line in self.lines.items() if caller in line)
        place = self.lines[queue].index(caller) + 1
        self.lines[queue].remove(caller)
        self._event(QueueAbandoned(queue, caller, 5))
        self._event(QueueLeft(queue, caller, place, len(self.lines[queue])))
        self.chans[caller].application = self.chans[caller].data = ""
        if hangs_up:
            self._goes(caller)

    def _enter(self, queue: str, caller: Uniqueid, priority: int) -> None:
        line, self.priorities[caller] = self.lines[queue], priority
        at = self._place(line, priority)
        line.insert(at, caller)
        chan = self.chans[caller]
        self._event(QueueJoined(queue, caller, caller, chan.name, "5550142", "A caller", at + 1, len(line)))

    def _place(self, line: list[Uniqueid], priority: int) -> int:
        behind = (at for at, other in enumerate(line) if self.priorities[other] < priority)
        return next(behind, len(line))

    def _goes(self, caller: Uniqueid) -> None:
        self._event(ChannelGone(caller, self.chans.pop(caller).name, 16, "Normal Clearing", 0))

    def _waiting(self, name: str, queue: str) -> Uniqueid | None:
        return next((each for each in self.lines.get(queue, []) if self.chans[each].name == name), None)

    def _answer(self, action: Action) -> Reply:
        if (refusal := self.refusals.get(action.name)) is not None:
            return refusal
        match action:
            case do.QueueStatus():
                return self._list("QueueStatus", self._rows())
            case QueueChangePriorityCaller(queue=queue, priority=priority):
                caller = self._waiting(action.caller, queue)
                if caller is None:
                    return NONE
                if self.moves:
                    self.lines[queue].remove(caller)
                    self.lines[queue].insert(self._place(self.lines[queue], priority), caller)
                self.priorities[caller] = priority
            case QueueWithdrawCaller(queue=queue):
                caller = self._waiting(action.caller, queue)
                if caller is None:
                    return NONE
                if self.withdraws:
                    self.leaves(caller)
            case do.Redirect(channel=caller):
                self.leaves(caller, hangs_up=action.exten not in self.routes)
                if action.exten in self.routes:
                    to = self.routes[action.exten]
                    self.chans[caller].application, self.chans[caller].data = "Queue", f"{to},tT"
                    self._enter(to, caller, 0)
            case do.Hangup(channel=channel) if not channel.startswith("wt-") and channel in self.chans:
                if any(channel in line for line in self.lines.values()):
                    self.leaves(channel)
                else:
                    self.hang_up_call(channel)
            case _:
                return super()._answer(action)
        return Reply(Outcome.DONE)

    def _rows(self) -> tuple[QueueRow | WaitingRow, ...]:
        rows: list[QueueRow | WaitingRow] = []
        for queue, line in self.lines.items():
            rows.append(QueueRow(queue, "rrmemory", len(line), 0, 0, 0, 0, 20, 0.0, 0))
            for at, caller in enumerate(line, 1):
                name = self.chans[caller].name
                rows.append(WaitingRow(queue, caller, name, at, "5550142", "A caller", 5, self.priorities[caller]))
        return tuple(rows)
