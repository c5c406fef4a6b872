"""The keys of a recording: stop, go on, faster, slower, forward, back."""

from __future__ import annotations

from whisper_tui.engine.backend import Playback

FASTEST, SLOWEST = 16.0, 0.25

JITTER = 1.0
"""Seconds by which a position may fall back while the recording goes on."""


class Player:
    """Plays a recording at a speed that a stop does not lose."""

    def __init__(self, playback: Playback) -> None:
        self.playback = playback
        self._speed = playback.speed or 1.0
        self._seen = playback.position[0]
        self._seeks = 0

    def pause(self) -> None:
        """Stop, or go on as fast as before."""
        if self.playback.speed:
            self._speed = self.playback.speed
            self.playback.set_speed(0.0)
        else:
            self.playback.set_speed(self._speed)

    def speed(self, times: float) -> None:
        """Play `times` as fast as now."""
        self._speed = max(SLOWEST, min(FASTEST, (self.playback.speed or self._speed) * times))
        self.playback.set_speed(self._speed)

    async def seek(self, seconds: float) -> float:
        """Go on from so many seconds later, or earlier; return the second of the recording that is reached."""
        reached, length = self.playback.position
        there = max(0.0, min(length, reached + seconds))
        self._seeks += 1
        try:
            await self.playback.seek(there)
        finally:
            self._seeks -= 1
            self._seen = self.playback.position[0]
        return there

    def began_again(self) -> bool:
        """Whether the recording has come to its end, and gone on from its beginning, since this was asked last."""
        before, self._seen = self._seen, self.playback.position[0]
        return not self._seeks and self._seen < before - JITTER
