"""Where the panes stand, for every size of terminal. Pure."""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import Region

LEAST_WIDTH, LEAST_HEIGHT = 40, 10
"""Below this the mode and the way out are shown, nothing else."""

WIDE = 110
"""From this width on the queues stand beside the calls, below it above them."""

QUEUES_WIDTH = 47
"""Width of the queues beside the calls, the line between them included."""

QUEUES_STACKED = 5
"""At most so many queues stand above the calls."""

NOWHERE = Region()


class Panes(NamedTuple):
    """The regions; one without height is not shown."""

    small: Region = NOWHERE
    top: Region = NOWHERE
    banners: Region = NOWHERE
    queues: Region = NOWHERE
    calls: Region = NOWHERE
    detail: Region = NOWHERE
    strip: Region = NOWHERE
    hints: Region = NOWHERE

    @property
    def beside(self) -> bool:
        """Whether the queues stand beside the calls."""
        return self.queues.height > 0 and self.queues.y == self.calls.y


class Wanted(NamedTuple):
    """What there is to show."""

    banners: int = 0
    queues: int = 0
    leg_up: bool = False
    """A leg is up, or a question is on the screen: the strip has all its lines."""
    detail_open: bool = False


def arrange(width: int, height: int, wanted: Wanted) -> Panes:
    """Return the panes of a terminal of `width` x `height`; the strip is given its lines before anything else."""
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return Panes(small=Region(0, 0, width, height))
    strip = _strip_height(height, wanted.leg_up)
    banners = min(wanted.banners, 2 if height >= 24 else 1)
    body = height - 2 - strip - banners
    detail = _detail_height(height, body, wanted.detail_open)
    y = 1 + banners
    queues, calls = NOWHERE, Region(0, y, width, body - detail)
    if width >= WIDE:
        queues = Region(0, y, QUEUES_WIDTH, calls.height)
        calls = Region(QUEUES_WIDTH, y, width - QUEUES_WIDTH, calls.height)
    elif wanted.queues and height >= 14:
        lines = 1 + min(wanted.queues, QUEUES_STACKED) if height >= 30 else 1
        queues = Region(0, y, width, lines)
        calls = Region(0, y + lines, width, calls.height - lines)
    return Panes(
        top=Region(0, 0, width, 1),
        banners=Region(0, 1, width, banners),
        queues=queues,
        calls=calls,
        detail=Region(0, y + body - detail, width, detail),
        strip=Region(0, height - 1 - strip, width, strip),
        hints=Region(0, height - 1, width, 1),
    )


def _strip_height(height: int, leg_up: bool) -> int:
    if leg_up:
        return 4 if height >= 14 else 3
    return 4 if height >= 30 else 2 if height >= 16 else 1


def _detail_height(height: int, body: int, is_open: bool) -> int:
    if is_open:
        return max(0, min(11, body - 5))
    return 3 if height >= 20 and body >= 9 else 0
