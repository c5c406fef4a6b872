"""What can be sent about queues: their members, and the callers in them. Answers and events measured on 22.10.1 and 16.28."""

from __future__ import annotations

from typing import ClassVar

from whisper_tui.ami.actions import Action, Headers
from whisper_tui.ami.names import UnsafeAction, channel_name, code, member, queue_name


class QueuePause(Action, frozen=True):
    """Of one member in one queue (write class `agent`). `reason`: a code, "" for none."""

    name: ClassVar[str] = "QueuePause"
    queue: str
    interface: str
    paused: bool
    reason: str = ""

    def headers(self) -> Headers:
        said = [("Queue", queue_name(self.queue)), ("Interface", member(self.interface))]
        said.append(("Paused", "true" if self.paused else "false"))
        return [*said, ("Reason", code(self.reason))] if self.reason else said


class QueueAdd(Action, frozen=True):
    """Make somebody a dynamic member of a queue (write class `agent`); QueueMemberAdded comes before the answer.

    Who is one by this interface already: "Unable to add interface: Already there". 16 takes no `Reason` of a pause.

    Args:
        member_name: as the PBX itself has it elsewhere.
        state: the interface whose state is watched, "" for `interface`.
    """

    name: ClassVar[str] = "QueueAdd"
    queue: str
    interface: str
    member_name: str
    penalty: int
    state: str = ""
    paused: bool = False
    reason: str = ""

    def headers(self) -> Headers:
        said = [("Queue", queue_name(self.queue)), ("Interface", member(self.interface))]
        said += [("Penalty", str(counted(self.penalty))), ("Paused", "true" if self.paused else "false")]
        if self.member_name:
            said.append(("MemberName", self.member_name))
        if self.state:
            said.append(("StateInterface", member(self.state)))
        return [*said, ("Reason", code(self.reason))] if self.reason else said


class QueueRemove(Action, frozen=True):
    """End a membership (write class `agent`); QueueMemberRemoved comes before the answer.

    Of one that stands in queues.conf, or comes from a database: "Member not dynamic".
    """

    name: ClassVar[str] = "QueueRemove"
    queue: str
    interface: str

    def headers(self) -> Headers:
        return [("Queue", queue_name(self.queue)), ("Interface", member(self.interface))]


class QueuePenalty(Action, frozen=True):
    """Of one member in one queue, static ones too (write class `agent`); QueueMemberPenalty comes before the answer, also where
    it was so already. A static member has the old one again after a reload of queues.conf."""

    name: ClassVar[str] = "QueuePenalty"
    queue: str
    interface: str
    penalty: int

    def headers(self) -> Headers:
        place = [("Queue", queue_name(self.queue)), ("Interface", member(self.interface))]
        return [*place, ("Penalty", str(counted(self.penalty)))]


class QueueChangePriorityCaller(Action, frozen=True):
    """The queue priority of who waits (no class at all: any login may). No event tells of it.

    22 moves the caller at once, in front of the first who has a smaller priority. 16 takes no `Immediate`: their place stays
    what it is, and only who comes later stands behind them (measured; 18 and later know it by their documentation).

    Args:
        caller: the whole name of the channel; a Uniqueid is no such caller (measured).
    """

    name: ClassVar[str] = "QueueChangePriorityCaller"
    queue: str
    caller: str
    priority: int

    def headers(self) -> Headers:
        place = [("Queue", queue_name(self.queue)), ("Caller", channel_name(self.caller))]
        return [*place, ("Priority", str(counted(self.priority))), ("Immediate", "yes")]


class QueueWithdrawCaller(Action, frozen=True):
    """Take who waits out of Queue(): they go on in the dialplan, where QUEUESTATUS is WITHDRAW (no class at all: any login may).

    The answer says that it is asked for. It is done when the caller's thread looks next: QueueCallerAbandon and
    QueueCallerLeave came within 0.5 s (measured on 22.10.1 and 16.28.0, which both have it). Versions from before 2021 lack it.

    Args:
        caller: the whole name of the channel.
        info: what the dialplan finds in QUEUE_WITHDRAW_INFO.
    """

    name: ClassVar[str] = "QueueWithdrawCaller"
    queue: str
    caller: str
    info: str

    def headers(self) -> Headers:
        place = [("Queue", queue_name(self.queue)), ("Caller", channel_name(self.caller))]
        return [*place, ("WithdrawInfo", code(self.info))]


MOST = 99_999
"""The highest penalty or priority that is sent: Asterisk reads a C int and refuses no figure."""


def counted(value: int) -> int:
    """`value` if it is a figure from 0 to MOST."""
    if not 0 <= value <= MOST:
        raise UnsafeAction("not a figure from 0 on", str(value))
    return value
