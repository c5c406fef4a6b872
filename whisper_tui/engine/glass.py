"""Broken glass: who took in an emergency what their profile does not give, and who has to read of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from msgspec import Struct, field

from whisper_tui.audit.records import Kind, Record
from whisper_tui.clock import Clock
from whisper_tui.engine.rows import GlassRow
from whisper_tui.engine.scribe import Scribe, deed_of
from whisper_tui.engine.views import Sight
from whisper_tui.permissions.policy import CallFacts
from whisper_tui.supervision.session import Session
from whisper_tui.terms import Notice, Right, Subject


class _Broken(Struct):
    """Once.

    Args:
        rule: those that were gone past, with commas.
        facts: of the call, None: not known any more, so that nobody is told whose it was.
        read: the uids of those who have read of it.
    """

    ident: str
    by: str
    uid: int
    right: Right
    rule: str
    reason: str
    at: float
    facts: CallFacts | None
    member: str
    told: frozenset[str]
    read: set[int] = field(default_factory=set)

    def row(self, sight: Sight) -> GlassRow:
        seen = self.facts is not None and sight.sees(self.facts)
        agent, queue = (self.member, self.facts.queue or "") if seen and self.facts is not None else ("", "")
        return GlassRow(self.ident, self.by, self.right, self.rule, self.reason, self.at, agent, queue)

    def is_for(self, subject: Subject) -> bool:
        """Whether this person is one who is told, and has not read it."""
        named = subject.user in self.told or any(f"@{group}" in self.told for group in subject.groups)
        return named and subject.uid not in self.read and subject.uid != self.uid


class Glass:
    """For everybody on one engine. What was broken before a start is told after it.

    Args:
        changed: called when there is more, or less, to read.
    """

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._broken: dict[str, _Broken] = {}

    def read(self, rows: Iterable[Record]) -> None:
        """Take what the log has of it, oldest first."""
        for row in rows:
            ident = _ident(row.session, row.deed)
            if row.kind is Kind.GLASS_READ and row.who is not None and ident in self._broken:
                self._broken[ident].read.add(row.who.uid)
            elif (
                row.kind is Kind.GLASS_BROKEN and row.who is not None and row.call is not None and row.whom is not None
            ):
                self._broken[ident] = _Broken(
                    ident, row.who.user, row.who.uid, Right(f"call.{row.deed}"), row.rule, row.reason, row.at, None,
                    row.whom.member, frozenset(row.told),
                )  # fmt: skip
        self._changed()

    async def broken(
        self,
        scribe: Scribe,
        session: Session,
        right: Right,
        rules: Iterable[str],
        told: Collection[str],
        facts: CallFacts,
    ) -> None:
        """Have it on disk, and tell `told`. `facts`: of the call.

        Raises:
            WhisperError: it is not on disk; nothing may be done.
        """
        rule = ", ".join(sorted(rules))
        await scribe.breaks_glass(session, right, rule, told)
        ident = _ident(session.ident, deed_of(right))
        who = scribe.who
        self._broken[ident] = _Broken(
            ident, who.user, who.uid, right, rule, session.reason, self._clock.wall(), facts, session.member,
            frozenset(told),
        )  # fmt: skip
        self._changed()

    def rows(self, subject: Subject, sight: Sight) -> dict[str, GlassRow]:
        """What this person has to read."""
        return {ident: each.row(sight) for ident, each in self._broken.items() if each.is_for(subject)}

    def acknowledge(self, ident: str, subject: Subject, scribe: Scribe) -> Notice | None:
        """They have read it; or why there is nothing to read."""
        broken = self._broken.get(ident)
        if broken is None or not broken.is_for(subject):
            return Notice("glass.none")
        broken.read.add(subject.uid)
        session, _, deed = ident.partition(" ")
        scribe.about_soon(Kind.GLASS_READ, session=session, deed=deed)
        self._changed()
        return None


def _ident(session: str, deed: str) -> str:
    return f"{session} {deed}"
