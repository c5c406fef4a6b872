"""Four eyes: what one person asks others to allow, who may allow it, and what came of it.

Between people on one engine; who is who, the kernel says.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from whisper_tui.audit.records import Kind
from whisper_tui.clock import Clock
from whisper_tui.engine.chores import Chores
from whisper_tui.engine.rows import CallRow, PetitionRow
from whisper_tui.engine.scribe import Scribe, deed_of, ref_of, who_is
from whisper_tui.permissions.conditions import Conditions
from whisper_tui.permissions.policy import Denied
from whisper_tui.permissions.spans import in_words
from whisper_tui.permissions.state import Approval
from whisper_tui.supervision.intents import Answer, Done, PetitionId, Refused
from whisper_tui.terms import CallKey, Notice, Right, Subject


class Colleague(Protocol):
    """A seat, as others meet it."""

    scribe: Scribe

    @property
    def subject(self) -> Subject:
        """Whose it is."""

    @property
    def conditions(self) -> Conditions | None:
        """What the policy asks of them, None without a policy."""

    def shows(self, call: CallKey) -> CallRow | None:
        """The row of a call, None where this person does not see it."""

    def say(self, notice: Notice) -> None:
        """Tell the person once."""


class _Petition(Struct):
    """`until`: when it falls by itself, or, once it is approved, can be used no more (monotonic)."""

    ident: PetitionId
    asker: Colleague
    right: Right
    call: CallKey
    agent: str
    reason: str
    until: float
    approved: Approval | None = None
    answered: bool = False
    """An answer is being written down."""


class Petitions:
    """For everybody on one engine.

    Args:
        seats: all of them.
        changed: called when something was asked, answered or fell.
    """

    def __init__(self, clock: Clock, seats: Sequence[Colleague], changed: Callable[[], None]) -> None:
        self._clock = clock
        self._seats = seats
        self._changed = changed
        self._open: dict[PetitionId, _Petition] = {}
        self._given: dict[tuple[int, CallKey], dict[Right, Approval]] = {}
        self._asking: set[tuple[int, Right, CallKey]] = set()
        """What is being written down before anybody is asked."""
        self._timers = Chores()

    def rows(self, seat: Colleague) -> dict[PetitionId, PetitionRow]:
        """What this person has asked for, and what they may allow."""
        return {ident: row for ident, each in self._open.items() if (row := self._row(each, seat)) is not None}

    def approvals(self, subject: Subject, call: CallKey) -> dict[Right, Approval]:
        """What this person was allowed on a call."""
        return self._given.get((subject.uid, call), {})

    def why_not_ask(self, asker: Colleague, call: CallKey, denied: Denied) -> Notice | None:
        """Why nobody is asked for what `denied` (by four eyes) is about: they were already, or nobody who may allow it is there."""
        right = Right(denied.detail)
        waits = any((each.asker, each.right, each.call) == (asker, right, call) for each in self._open.values())
        if waits or (asker.subject.uid, right, call) in self._asking:
            return Notice("petition.already")
        if not any(self._may(each, asker, right, call) for each in self._seats):
            return Notice("petition.none_there", {"approvers": denied.more["approvers"]})
        return None

    async def ask(self, asker: Colleague, call: CallKey, reason: str, denied: Denied) -> Answer:
        """Ask the people whom the policy names, of those who are there and see the call.

        Args:
            denied: by four eyes: what is asked for.

        Raises:
            WhisperError: it is not on disk; nobody was asked.
        """
        if (why := self.why_not_ask(asker, call, denied)) is not None:
            return Refused(why)
        right = Right(denied.detail)
        asking = (asker.subject.uid, right, call)
        self._asking.add(asking)
        try:
            await asker.scribe.about(Kind.LEAVE_ASKED, deed=deed_of(right), reason=reason, call=ref_of(call))
        finally:
            self._asking.discard(asking)
        row, conditions = asker.shows(call), asker.conditions
        if row is None or conditions is None or not conditions.asks_eyes(right):  # the disk took its time
            return Refused(Notice("petition.over"))
        ident = PetitionId(secrets.token_hex(8))
        until = self._clock.monotonic() + conditions.approval_lasts(right)
        petition = self._open[ident] = _Petition(ident, asker, right, call, row.agent_device, reason, until)
        self._stands(petition)
        asker.say(Notice("petition.asked", {"approvers": denied.more["approvers"]}))
        return Done()

    async def approve(self, by: Colleague, ident: PetitionId) -> Answer:
        """Allow it, once that is on disk.

        Raises:
            WhisperError: it is not; nothing is allowed.
        """
        petition = self._answerable(by, ident)
        if isinstance(petition, Notice):
            return Refused(petition)
        other = who_is(petition.asker.subject)
        petition.answered = True
        try:
            await by.scribe.about(
                Kind.LEAVE_GIVEN,
                deed=deed_of(petition.right),
                reason=petition.reason,
                call=ref_of(petition.call),
                other=other,
            )
        finally:
            petition.answered = False
        again = self._answerable(by, ident)  # the disk took its time
        conditions = petition.asker.conditions
        if isinstance(again, Notice) or conditions is None:
            return Refused(again if isinstance(again, Notice) else Notice("petition.gone"))
        approval = Approval(by.subject, petition.right, petition.call, petition.agent, self._clock.wall())
        key = (petition.asker.subject.uid, petition.call)
        self._given.setdefault(key, {})[petition.right] = approval
        lasts = conditions.approval_lasts(petition.right)
        petition.approved, petition.until = approval, self._clock.monotonic() + lasts
        self._stands(petition)
        values = {"by": by.subject.user, "deed": deed_of(petition.right), "limit": in_words(lasts)}
        petition.asker.say(Notice("petition.approved", values))
        return Done()

    def reject(self, by: Colleague, ident: PetitionId) -> Answer:
        """Refuse it."""
        petition = self._answerable(by, ident)
        if isinstance(petition, Notice):
            return Refused(petition)
        by.scribe.about_soon(
            Kind.LEAVE_REFUSED,
            deed=deed_of(petition.right),
            call=ref_of(petition.call),
            other=who_is(petition.asker.subject),
        )
        self._fall(petition, Notice("petition.rejected", {"by": by.subject.user}))
        return Done()

    def look(self) -> None:
        """The floor changed: what is over, or at another agent, needs no answer."""
        for petition in list(self._open.values()):
            row = petition.asker.shows(petition.call)
            if row is None or row.agent_device != petition.agent:
                self._fall(petition, None if petition.approved else Notice("petition.over"))

    def decide_again(self) -> None:
        """The policy, or somebody, is another: what needs no leave any more, or was given by one who may not, is nothing."""
        for petition in list(self._open.values()):
            conditions = petition.asker.conditions
            if conditions is None or not conditions.asks_eyes(petition.right):
                self._fall(petition, Notice("petition.over"))
        people = {each.subject.uid: each.subject for each in self._seats}
        for (uid, _), given in self._given.items():
            asker = next((each for each in self._seats if each.subject.uid == uid), None)
            for right, approval in list(given.items()):
                by = people.get(approval.by.uid, approval.by)
                if asker is None or asker.conditions is None or not asker.conditions.may_approve(by, right):
                    del given[right]

    def forget(self, call: CallKey) -> None:
        """A call is over."""
        for key in [each for each in self._given if each[1] == call]:
            del self._given[key]

    def close(self) -> None:
        self._timers.close()

    def _row(self, petition: _Petition, seat: Colleague) -> PetitionRow | None:
        mine = petition.asker is seat
        shown = seat.shows(petition.call)
        if shown is None or not (
            mine or (petition.approved is None and self._may(seat, petition.asker, petition.right, petition.call))
        ):
            return None
        return PetitionRow(
            petition.ident,
            mine,
            petition.asker.subject.user,
            petition.right,
            petition.call,
            shown.agent,
            shown.queue,
            shown.caller,
            petition.reason,
            petition.until,
            petition.approved.by.user if petition.approved is not None else "",
        )

    def _may(self, seat: Colleague, asker: Colleague, right: Right, call: CallKey) -> bool:
        """Whether somebody may allow it: they are named, they are another person, and they see the call."""
        conditions = asker.conditions
        return (
            seat is not asker
            and conditions is not None
            and conditions.may_approve(seat.subject, right)
            and seat.shows(call) is not None
        )

    def _answerable(self, by: Colleague, ident: PetitionId) -> _Petition | Notice:
        petition = self._open.get(ident)
        if petition is None or petition.approved is not None or petition.answered:
            return Notice("petition.gone")
        if petition.asker is by:
            by.scribe.denied("approve", "four-eyes", ref_of(petition.call))
            return Notice("petition.own")
        return petition if self._may(by, petition.asker, petition.right, petition.call) else Notice("petition.gone")

    def _stands(self, petition: _Petition) -> None:
        """From now on, until its time is over."""
        self._timers.begin(self._time_out(petition, petition.until))
        self._changed()

    async def _time_out(self, petition: _Petition, until: float) -> None:
        await self._clock.until(until)
        if petition.until == until and petition.ident in self._open:
            self._fall(petition, None if petition.approved else Notice("petition.unanswered"))

    def _fall(self, petition: _Petition, why: Notice | None) -> None:
        del self._open[petition.ident]
        if why is not None:
            petition.asker.say(why)
        self._changed()
