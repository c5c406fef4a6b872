"""The session log as a console reads it: beside the loop, as far as the profile goes, and noted before anything is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from msgspec import structs

from whisper_tui.audit.history import History, Row
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.search import OPENS, Finder
from whisper_tui.audit.sessions import scores_of, session_of
from whisper_tui.clock import Clock
from whisper_tui.engine import reading
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.reading import Filter, LogEntry, LogPage, LogSight
from whisper_tui.engine.scores import score_of
from whisper_tui.engine.scribe import Scribe
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.decide import Grants
from whisper_tui.permissions.policy import Denied
from whisper_tui.scorecard import Scorecard
from whisper_tui.supervision.intents import Answer, Done, GiveScore, Note, Refused
from whisper_tui.terms import DIGITS, NUMBER, Notice, Right, SessionId, Subject

T = TypeVar("T")
MOST = 200
"""Entries that are shown unless a filter asks for fewer: the newest."""
LONGEST = 2_000
"""Signs of a note."""


class Shelf(Protocol):
    """Where the log stands: `audit.access.Shelf`."""

    def open(self) -> History:
        """The log, to be read.

        Raises:
            TrailUnreadable: it cannot be.
        """

    def note(self, record: Record) -> None:
        """Return once it is on disk who reads.

        Raises:
            TrailUnwritable: it is not; nothing may be shown.
        """


class Archive:
    """What one supervisor reads, and writes beside it.

    Args:
        shelf: None: there is nothing to read.
        subject, grants: who it is, and what the policy gives them, now.
        thread: where it is read.
        is_owner: the log is theirs; see `LogSight`.
        talked: seconds that the call of a row has been talked, None where it goes on no more.
        scoring: held from reading the score that a session has until another one is on disk.
        card: the site's scorecard, None: it has none.
    """

    def __init__(
        self,
        shelf: Shelf | None,
        subject: Callable[[], Subject],
        grants: Callable[[], Grants | None],
        scribe: Scribe,
        clock: Clock,
        thread: Executor,
        talked: Callable[[Record], float | None],
        *,
        is_owner: bool,
        scoring: asyncio.Lock,
        card: Scorecard | None = None,
    ) -> None:
        self._scoring = scoring
        self._card = card
        self._shelf = shelf
        self._subject = subject
        self._grants = grants
        self._scribe = scribe
        self._clock = clock
        self._thread = thread
        self._talked = talked
        self._is_owner = is_owner
        self._open: History | None = None
        self._looking: History | None = None
        """What is open for a look."""
        self._looks = 0
        """The last look that was asked for: one before it is given up."""

    async def find(self, chosen: Filter) -> LogPage | Refused:
        """Look for sessions, or for what else `chosen` asks for. One look at a time: the one before is given up."""
        self._looks += 1
        if (before := self._looking) is not None:
            before.interrupt()
        look = self._looks
        return await self._read(lambda shelf: self._find(shelf, chosen, look))

    async def entry(self, ident: SessionId) -> LogEntry | Refused:
        """One session in full; one that may not be seen is answered as one that is not there."""
        return await self._read(lambda shelf: self._entry(shelf, ident))

    def why_not_note(self, note: Note) -> Notice | None:
        """Why it cannot be written, as far as that shows without looking; None: it may be."""
        if self._shelf is None:
            return Notice("log.none")
        if not note.text.strip():
            return Notice("note.empty")
        if not note.text.isprintable():
            return Notice("note.signs")
        # Whatever the number of the caller is: that it was refused must not tell it.
        if NUMBER.search(note.text):
            return Notice("note.number", {"digits": str(DIGITS)})
        return Notice("note.long", {"most": str(LONGEST)}) if len(note.text) > LONGEST else None

    async def note(self, note: Note) -> Answer:
        """Write a note beside a session, for good; returns once it is on disk.

        Raises:
            WhisperError: it is not.
        """
        if (why := self.why_not_note(note)) is not None:
            return Refused(why)
        about = await self._read(lambda shelf: self._about(shelf, note))
        if isinstance(about, Refused):
            return about
        await self._scribe.note(about, note.text.strip(), self._talked(about))
        return Done()

    def why_not_score(self) -> Notice | Denied | None:
        """Why nobody here gives a score, as far as that shows without looking; None: they may."""
        if self._shelf is None:
            return Notice("log.none")
        return Notice("score.no_card") if self._card is None else self._sight().lacks(Right.SCORE_GIVE)

    async def score(self, given: GiveScore) -> Answer:
        """Write what was given beside a session, for good; returns once it is on disk.

        Raises:
            WhisperError: it is not.
        """
        if (why := self.why_not_score()) is not None:
            return self._refuse_score(why)
        assert self._card is not None, "without one it is refused"
        async with self._scoring:
            found = await self._read(lambda shelf: self._scored(shelf, given.session))
            if isinstance(found, Refused):
                return found
            first, before = found
            # Decided here and not where it was read: the disk took its time.
            if (denied := self._sight().why_not(first, Right.SCORE_GIVE)) is not None:
                return self._refuse_score(denied, first)
            score = score_of(self._card, given, before)
            if isinstance(score, Notice):
                return Refused(score)
            await self._scribe.score(first, score)
        return Done()

    def close(self) -> None:
        """What is being looked for is given up."""
        self._looks += 1
        if (history := self._open) is not None:
            history.interrupt()

    async def _read(self, work: Callable[[Shelf], T | Refused]) -> T | Refused:
        shelf = self._shelf
        if shelf is None:
            return Refused(Notice("log.none"))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, shelf)
        except WhisperError as trouble:
            return Refused(Notice("log.unread", {"where": trouble.where, "why": trouble.what}))

    # --- in the thread

    def _find(self, shelf: Shelf, chosen: Filter, look: int) -> LogPage | Refused:
        sight = self._sight()
        narrowed, asked = reading.narrowed(sight, chosen), f"console list {reading.said(chosen)}".rstrip()
        if isinstance(narrowed, Denied):
            return self._refuse(shelf, asked, narrowed)
        denied = sight.lacks(Right.LOG_VIEW)
        limit = min(chosen.limit or MOST, MOST)
        with self._finder(shelf, lambda: self._looks != look) as found:
            self._looking = found.history
            groups = list(reading.groups(found, sight, structs.replace(narrowed, limit=limit), self._clock.wall()))
            page = LogPage(
                tuple(reading.entry_of(rows, chosen) for rows in groups),
                more=len(groups) == limit,
                narrowed=words_of(denied) if denied is not None else None,
                damaged=len(found.damaged),
            )
        shelf.note(self._scribe.of_reading(Kind.LOG_READ, f"{asked}: {len(groups)}"))
        return page

    def _entry(self, shelf: Shelf, ident: SessionId) -> LogEntry | Refused:
        sight = self._sight()
        with self._finder(shelf) as found:
            rows = found.session(ident)
            if not _is_seen(rows, sight):
                return Refused(Notice("log.no_session"))
            masked = sight.all_masked(found.around(rows))
        shelf.note(self._scribe.of_reading(Kind.LOG_READ, f"console show {ident}: {len(masked)}"))
        return LogEntry(session_of([row for row in masked if row.record.session]), tuple(masked))

    def _about(self, shelf: Shelf, note: Note) -> Record | Refused:
        """The row that opens the session, where a note may stand beside it."""
        with self._finder(shelf) as found:
            rows = found.session(note.session)
        if not _is_seen(rows, self._sight()):
            return Refused(Notice("log.no_session"))
        return next(row.record for row in rows if row.record.kind in OPENS)

    def _scored(self, shelf: Shelf, session: SessionId) -> tuple[Record, Row | None] | Refused:
        """The row that opens the session, where a score may stand beside it, and that of the score that it has."""
        with self._finder(shelf) as found:
            rows = found.session(session)
        if not _is_seen(rows, self._sight()):
            return Refused(Notice("log.no_session"))
        given = scores_of(rows)
        return next(row.record for row in rows if row.record.kind in OPENS), given[-1] if given else None

    def _refuse_score(self, why: Notice | Denied, about: Record | None = None) -> Refused:
        if isinstance(why, Notice):
            return Refused(why)
        call = structs.replace(about.call, caller="") if about is not None and about.call is not None else None
        self._scribe.denied("score", why.rule, call, whom=about.whom if about is not None else None)
        return Refused(words_of(why), denied=True)

    def _refuse(self, shelf: Shelf, asked: str, denied: Denied) -> Refused:
        shelf.note(self._scribe.of_reading(Kind.DENIED, asked, deed=Right.LOG_VIEW.value, rule=denied.rule))
        return Refused(words_of(denied), denied=True)

    def _sight(self) -> LogSight:
        now = datetime.fromtimestamp(self._clock.wall(), UTC)
        return LogSight(self._subject(), self._grants(), now, is_owner=self._is_owner)

    @contextmanager
    def _finder(self, shelf: Shelf, stopped: Callable[[], bool] = lambda: False) -> Iterator[Finder]:
        with shelf.open() as history:
            self._open = history
            try:
                yield Finder(history, stopped)
            finally:
                self._open = self._looking = None


def _is_seen(rows: list[Row], sight: LogSight) -> bool:
    first = next((row.record for row in rows if row.record.kind in OPENS), None)
    return first is not None and sight.sees(first)
