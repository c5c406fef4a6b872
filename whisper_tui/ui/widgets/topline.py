"""The first line: the program, the PBXs with their lights, who is there, the counts, the time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from whisper_tui.engine.backend import Person
from whisper_tui.engine.rows import LinkRow, QueueRow
from whisper_tui.terms import Pbx
from whisper_tui.ui import present
from whisper_tui.ui.hands import SIGN
from whisper_tui.ui.inks import Ground, Ink, Line, Span, Tint, spread, taken
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.present import Wait
from whisper_tui.ui.words import _, counted

NAME = "whisper-tui"


class Playing(NamedTuple):
    """How a recording is played: `speed` 0.0 is stopped, the rest is seconds."""

    speed: float
    reached: float
    length: float


class Top(NamedTuple):
    """What the line is made of."""

    person: Person
    links: tuple[LinkRow, ...]
    queues: tuple[QueueRow, ...]
    calls: int
    moment: Moment
    wall: float
    playback: Playing | None = None
    foreign: int = 0
    """Listeners that no console started."""
    hands: int = 0
    """Agents who ask for help."""
    tints: Mapping[Pbx, Tint] = {}
    """The colours of PBXs that have one."""


def draw(top: Top, width: int) -> list[Line]:
    """Return the line; where there is little room the word for a long wait goes first, whose sign stays, then the program's name,
    then the counts."""
    counts, how = _counts(top)
    said = (*counts, (f" {_(how[1])}", how[2])) if how[1] else counts
    time = ((f"  {present.clock_time(top.wall)} ", Ink.MUTED),)
    links = _links(top)
    alarm = (*_hands(top.hands), *_foreign(top.foreign))
    who = _who(top.person)
    name: tuple[Span, ...] = ((f" {NAME} ", Ink.STRONG),)
    space: tuple[Span, ...] = ((" ", Ink.TEXT),)
    for left, right in (
        ((*name, *space, *links, *alarm, *space, *who), (*said, *time)),
        ((*name, *space, *links, *alarm, *space, *who), (*counts, *time)),
        ((*space, *links, *alarm, *space, *who), (*counts, *time)),
        ((*space, *links, *alarm, *space, *who), counts),
        ((*space, *links, *alarm), counts),
        ((*space, *alarm, *space, *links), counts),
    ):
        if taken(left) + taken(right) + 1 <= width:
            break
    return [Line(spread(left, right, width), Ground.BAR)]


def _links(top: Top) -> tuple[Span, ...]:
    spans: list[Span] = []
    for link in top.links:
        spans += [*present.link_spans(link, top.moment.now, top.tints.get(link.pbx)), ("  ", Ink.TEXT)]
    if top.playback is not None:
        said = f"{top.playback.speed:g}×" if top.playback.speed else _("stopped")
        reached, length = present.duration(top.playback.reached), present.duration(top.playback.length)
        spans.append((f"{said} {reached}/{length}  ", Ink.RINGING))
    return tuple(spans)


def _foreign(count: int) -> tuple[Span, ...]:
    if not count:
        return ()
    said = counted("1 foreign listener", "{count} foreign listeners", count)
    return (f" ▲ {said} ", Ink.ALARM_BLOCK), ("  ", Ink.TEXT)


def _hands(count: int) -> tuple[Span, ...]:
    if not count:
        return ()
    said = counted("1 hand up", "{count} hands up", count)
    return (f" {SIGN} {said} ", Ink.ALARM_BLOCK), ("  ", Ink.TEXT)


def _who(person: Person) -> tuple[Span, ...]:
    said = " · ".join(part for part in (person.user, person.profile) if part)
    return ((said, Ink.MUTED),)


def _counts(top: Top) -> tuple[tuple[Span, ...], tuple[str, str, Ink]]:
    """The counts, and how the longest wait stands."""
    waiting = sum(queue.waiting for queue in top.queues)
    spans: list[Span] = [
        (f"{_('calls')} ", Ink.MUTED),
        (str(top.calls), Ink.TEXT),
        (f"  {_('waiting')} ", Ink.MUTED),
        (str(waiting), Ink.WAITING if waiting else Ink.TEXT),
    ]
    waits = [
        top.moment.known(queue.pbx) - queue.longest_since for queue in top.queues if queue.longest_since is not None
    ]
    stand = {present.longest_stands(queue, top.moment.known(queue.pbx)) for queue in top.queues}
    how = present.WAITS[next(each for each in (Wait.LATE, Wait.LONG, Wait.FINE) if each in {*stand, Wait.FINE})]
    if waits:
        spans += [(f"  {_('longest')} ", Ink.MUTED), (present.duration(max(waits)) + how[0], how[2])]
    return tuple(spans), how
