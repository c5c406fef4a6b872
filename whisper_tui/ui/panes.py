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

DETAIL, DETAIL_HIGH = 12, 18
"""Lines of the open detail, and where the terminal is high."""

FRAMED = 4
"""Lines of the strip where it says what it usually does: two, and a frame around them."""

LEAST_CALLS = 3
"""Lines that the calls keep, however much the strip has to say."""

BANNERS = 5
"""At most so many lines stand under the first one: what wants an answer needs up to two, and is never alone for long."""

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
    coach: Region = NOWHERE
    hints: Region = NOWHERE

    @property
    def beside(self) -> bool:
        """Whether the queues stand beside the calls."""
        return self.queues.height > 0 and self.queues.y == self.calls.y


class Wanted(NamedTuple):
    """What there is to show.

    Args:
        strip: lines that the strip would fill, its frame included.
        leg_up: a leg is up, or a question is on the screen: the strip has a frame wherever it can.
        alone: the list stands without the queues; whole: and without the detail.
        coach: lines that the coach's hint would fill.
    """

    banners: int = 0
    queues: int = 0
    leg_up: bool = False
    detail_open: bool = False
    strip: int = FRAMED
    alone: bool = False
    whole: bool = False
    coach: int = 0


def arrange(width: int, height: int, wanted: Wanted) -> Panes:
    """Return the panes of a terminal of `width` x `height`; the strip is given its lines before anything else."""
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return Panes(small=Region(0, 0, width, height))
    banners = min(wanted.banners, BANNERS if height >= 24 else 2 if height >= 14 else 1)
    above = _queues_above(width, height, wanted)
    strip = _strip_height(height, wanted, height - 2 - banners - above - LEAST_CALLS)
    coach = max(0, min(wanted.coach, height - 2 - banners - above - strip - LEAST_CALLS))
    body = height - 2 - strip - banners - coach
    detail = 0 if wanted.whole else _detail_height(height, body - above, wanted.detail_open)
    y = 1 + banners
    queues, calls = NOWHERE, Region(0, y, width, body - detail)
    if width >= WIDE and not wanted.alone:
        queues = Region(0, y, QUEUES_WIDTH, calls.height)
        calls = Region(QUEUES_WIDTH, y, width - QUEUES_WIDTH, calls.height)
    elif above:
        queues = Region(0, y, width, above)
        calls = Region(0, y + above, width, calls.height - above)
    return Panes(
        top=Region(0, 0, width, 1),
        banners=Region(0, 1, width, banners),
        queues=queues,
        calls=calls,
        detail=Region(0, y + body - detail, width, detail),
        strip=Region(0, height - 1 - coach - strip, width, strip),
        coach=Region(0, height - 1 - coach, width, coach),
        hints=Region(0, height - 1, width, 1),
    )


def _queues_above(width: int, height: int, wanted: Wanted) -> int:
    """How many lines the queues take above the calls."""
    if width >= WIDE or wanted.alone or not wanted.queues or height < 14:
        return 0
    return 1 + min(wanted.queues, QUEUES_STACKED) if height >= 30 else 1


def _strip_height(height: int, wanted: Wanted, most: int) -> int:
    if not wanted.leg_up:
        # Of what has no frame the last line, which says how to begin, is left out too.
        return min(most, wanted.strip if height >= 30 else wanted.strip - 2) if height >= 16 else 1
    # Where there is little room the lower edge is left out.
    lines = wanted.strip if height >= 14 else wanted.strip - 1
    return max(3, min(lines, most))


def _detail_height(height: int, room: int, is_open: bool) -> int:
    if is_open:
        return max(0, min(DETAIL_HIGH if height >= 36 else DETAIL, room - 5))
    return 3 if height >= 20 and room >= 8 else 0
