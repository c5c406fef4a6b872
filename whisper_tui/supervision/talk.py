"""How much a supervisor speaks to an agent: what Asterisk's talk detection tells of the leg, counted while it can be heard.

Measured on 22.10.1 and 16.28: ChannelTalkingStart comes with the first loud frame; ChannelTalkingStop SILENCE after the last one,
and its Duration leaves that silence out. While FRAME_DROP drops the leg's voice nothing is detected: who falls silent then is told
of SILENCE after the microphone is open again. A phone that sends no packets at all is never told to have stopped.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

SILENCE = 1.0
"""Seconds without a loud frame after which somebody has stopped speaking."""

BREAK = 2.0
"""Seconds of silence that end a stretch; a shorter one is a breath."""

MINUTE = 60.0

DETECT = "TALK_DETECT(set)"
"""The function that begins it (func_talkdetect.c); its value is SILENCE in ms."""

Piece: TypeAlias = tuple[float, float]
"""From, to."""


class Talk(Struct, frozen=True):
    """What one supervisor has said in one session. Moments are seconds of the monotonic clock.

    Args:
        began: when it began to be counted.
        audible: the agent can hear it now.
        speaks: since when talk detection hears somebody, None: nobody.
        counts: since when somebody both speaks and is heard, None: nobody.
        pieces: what was said within the last minute, oldest first.
        said: seconds in all, without what `counts`.
        stretch: the last one: pieces with no more than a breath between them.
        long: the longest that is over.
    """

    began: float
    audible: bool = False
    speaks: float | None = None
    counts: float | None = None
    pieces: tuple[Piece, ...] = ()
    said: float = 0.0
    stretch: Piece | None = None
    long: float = 0.0

    # --- what happens

    def heard(self, now: float) -> Talk:
        """From `now` on the agent can hear it."""
        if self.audible:
            return self
        return replace(self, audible=True, counts=now if self.speaks is not None else None)

    def hushed(self, now: float) -> Talk:
        """From `now` on the agent cannot."""
        return replace(self._ends(now), audible=False)

    def begins(self, now: float) -> Talk:
        """Somebody begins to speak; told twice, it is the first time that counts."""
        if self.speaks is not None:
            return self
        return replace(self, speaks=now, counts=now if self.audible else None)

    def ends(self, seconds: float, now: float) -> Talk:
        """Nobody speaks any more.

        Args:
            seconds: how long they spoke; whatever it says, they have not stopped later than `now`.
        """
        if self.speaks is None:
            return self
        return replace(self._ends(min(self.speaks + max(0.0, seconds), now)), speaks=None)

    # --- what is known of it

    def spoken(self, now: float) -> float:
        """Seconds in all."""
        return self.said + (self._counted(now) - self.counts if self.counts is not None else 0.0)

    def of_the_session(self, now: float) -> float:
        """The part of the session that was spoken, 0 to 1."""
        lasted = now - self.began
        return min(1.0, self.spoken(now) / lasted) if lasted > 0 else 0.0

    def of_the_minute(self, now: float) -> float:
        """The part of the last minute that was spoken, 0 to 1."""
        since = now - MINUTE
        running = [(self.counts, self._counted(now))] if self.counts is not None else []
        spoken = sum(max(0.0, ended - max(begun, since)) for begun, ended in (*self.pieces, *running))
        return min(1.0, spoken / MINUTE)

    @property
    def since(self) -> float | None:
        """When the stretch began that goes on, None: none does."""
        return self._stretch_from(self.counts) if self.counts is not None else None

    def running(self, now: float) -> float:
        """Seconds that the stretch lasts which goes on, 0 where none does."""
        return self._counted(now) - self._stretch_from(self.counts) if self.counts is not None else 0.0

    def longest(self, now: float) -> float:
        """Seconds of the longest stretch."""
        return max(self.long, self.running(now))

    def _counted(self, now: float) -> float:
        """Up to when it is sure that somebody speaks: of the last SILENCE that is not told yet."""
        return max(self.counts or 0.0, now - SILENCE)

    def _stretch_from(self, begun: float) -> float:
        return self.stretch[0] if self.stretch is not None and begun - self.stretch[1] < BREAK else begun

    def _ends(self, at: float) -> Talk:
        begun = self.counts
        if begun is None or at <= begun:
            return replace(self, counts=None)
        stretch = (self._stretch_from(begun), at)
        kept = tuple(piece for piece in self.pieces if piece[1] > at - MINUTE)
        return replace(
            self,
            counts=None,
            pieces=(*kept, (begun, at)),
            said=self.said + at - begun,
            stretch=stretch,
            long=max(self.long, stretch[1] - stretch[0]),
        )
