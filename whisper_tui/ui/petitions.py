"""What people ask of each other: leave that one person asks of others, and glass that somebody broke. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from whisper_tui.engine.rows import GlassRow, PetitionRow
from whisper_tui.supervision.intents import Approve, Barge, Join, Listen, Loud, PetitionId, TakeOver, Whisper
from whisper_tui.terms import Right

RIGHTS: Mapping[type[Loud], Right] = {
    Listen: Right.LISTEN,
    Whisper: Right.WHISPER,
    Barge: Right.BARGE,
    Join: Right.JOIN,
    TakeOver: Right.TAKEOVER,
}

SECONDS = 10.0
"""How long a question stands in which there is something to read about somebody else."""

RESTS = 1.0
"""Seconds that a line must have stood before a key answers it: the key may have been meant for the one that stood there."""


class Allow(NamedTuple):
    """Somebody else would be heard by a customer, or hear one: Enter within `SECONDS`, or not at all."""

    intent: Approve
    row: PetitionRow


class News(NamedTuple):
    """What there is to answer and to wait for.

    Args:
        petitions: those that this person may answer, the oldest first.
        glass: what was broken and not acknowledged yet, the oldest first.
        mine: what this person waits for.
        fresh: the first of what can be answered stands there only since a moment ago.
    """

    petitions: tuple[PetitionRow, ...] = ()
    glass: tuple[GlassRow, ...] = ()
    mine: tuple[PetitionRow, ...] = ()
    fresh: bool = False

    @property
    def first(self) -> PetitionRow | GlassRow | None:
        """What a key answers."""
        return self.petitions[0] if self.petitions else self.glass[0] if self.glass else None


class Board:
    """The petitions and the glass as the backend tells them."""

    def __init__(self) -> None:
        self._petitions: dict[PetitionId, PetitionRow] = {}
        self._glass: dict[str, GlassRow] = {}
        self._first = ""
        self._first_since = 0.0

    def apply(
        self, petitions: Mapping[PetitionId, PetitionRow | None], glass: Mapping[str, GlassRow | None], now: float
    ) -> bool:
        """Take changed rows in; None: the row is gone.

        Returns:
            Whether somebody should look up: there is something to answer that was not there, or leave was given.
        """
        if not petitions and not glass:
            return False
        before = self._calling()
        self._petitions = {ident: row for ident, row in {**self._petitions, **petitions}.items() if row is not None}
        self._glass = {ident: row for ident, row in {**self._glass, **glass}.items() if row is not None}
        self.news(now)
        return bool(self._calling() - before)

    def news(self, now: float) -> News:
        """Return what there is at `now` (monotonic); what has fallen by itself is not there, whoever has still to say so."""
        rows = [row for row in self._petitions.values() if row.until > now]
        petitions = tuple(row for row in rows if not row.mine and not row.approved)
        glass = tuple(sorted(self._glass.values(), key=lambda row: row.at))
        mine = tuple(sorted((row for row in rows if row.mine), key=lambda row: not row.approved))
        news = News(petitions, glass, mine)
        ident = "" if news.first is None else f"{type(news.first).__name__} {news.first.ident}"
        if ident != self._first:
            self._first, self._first_since = ident, now
        return news._replace(fresh=now - self._first_since < RESTS)

    def _calling(self) -> set[str]:
        """What calls for somebody, once."""
        wanted = {
            f"petition {row.ident} {row.approved}" for row in self._petitions.values() if row.mine == bool(row.approved)
        }
        return wanted | {f"glass {ident}" for ident in self._glass}
