"""The keys of a recording: stop, go on, faster, slower, forward, back."""

from __future__ import annotations

from whisper_tui.engine.backend import Playback

FASTEST, SLOWEST = 16.0, 0.25


class Player:
    """Plays a recording at a speed that a stop does not lose."""

    def __init__(self, playback: Playback) -> None:
        self.playback = playback
        self._speed = playback.speed or 1.0

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

    async def seek(self, seconds: float) -> None:
        """Go on from so many seconds later, or earlier."""
        reached, length = self.playback.position
        await self.playback.seek(max(0.0, min(length, reached + seconds)))
