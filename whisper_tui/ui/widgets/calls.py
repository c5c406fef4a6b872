"""The calls: one line each, columns by the width there is."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import NamedTuple

from whisper_tui.engine.rows import CallRow, Limits, LinkRow, QueueRow
from whisper_tui.terms import CallKey, LinkState, Notice, Pbx
from whisper_tui.ui import present
from whisper_tui.ui.inks import EMPTY, Ground, Ink, Line, Span, crop, dimmed, fit, fit_right, spread, taken
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.sheet import Sheet
from whisper_tui.ui.widgets import table
from whisper_tui.ui.widgets.table import Column
from whisper_tui.ui.words import _, fill, later, sentence

COLUMNS = (
    Column("state", later("STATE"), 9),
    Column("queue", later("QUEUE"), 9),
    Column("agent", later("AGENT"), 13),
    Column("caller", later("CALLER"), 9),
    Column("talk", later("TALK"), 6, right=True),
    Column("wait", later("WAIT"), 6, right=True),
    Column("flags", "", 10),
)
_DROPPED = ("flags", "queue", "caller")
"""Columns that go, in this order, where there is no room for them."""

_GROWTH = (
    ("agent", 16), ("queue", 12), ("caller", 13), ("flags", 13), ("caller", 24), ("agent", 22), ("queue", 18),
    ("caller", 34), ("agent", 28), ("flags", 400),
)  # fmt: skip
"""Who is given room first, and how much."""

columns = table.Layout(COLUMNS, _DROPPED, _GROWTH)

NAMED = 17
"""From this width on the caller's name stands behind the number."""


class Floor(NamedTuple):
    """What the pane is made of besides the sheet."""

    queues: Mapping[tuple[Pbx, str], QueueRow]
    links: Mapping[Pbx, LinkRow]
    typing: str | None
    moment: Moment
    now: float
    """`moment` may be one before, where the list stands still."""
    reason: Notice | None = None
    """Why nothing may be shown at all."""
    clear: str = DEFAULT.key_of("clear")
    """The key that clears the filter."""
    joined: CallKey | None = None
    """The call that the supervisor is a party of: no listener, and no agent."""


class _Look(NamedTuple):
    """All that a row's line depends on."""

    row: CallRow
    now: float
    limits: Limits
    under_cursor: bool
    stale: bool
    joined: bool
    marked: bool
    width: int


class CallsPane:
    """Draws the sheet, and keeps lines that need no drawing again."""

    def __init__(self) -> None:
        self._kept: dict[CallKey, tuple[_Look, Line]] = {}

    def draw(self, sheet: Sheet, floor: Floor, width: int, height: int) -> list[Line]:
        """Return at most `height` lines; the sheet learns how many rows fit."""
        head = [table.head(columns(width), width, sheet.sorting), *notes(sheet, floor, width)][:height]
        sheet.resize(height - len(head))
        if not len(sheet):
            return head + nothing(sheet, floor, width, height - len(head))
        kept: dict[CallKey, tuple[_Look, Line]] = {}
        for row in sheet.window():
            queue = floor.queues.get((row.key.pbx, row.queue))
            limits = present.NO_LIMITS if queue is None else queue.limits
            pbx = row.key.pbx
            known, stale = floor.moment.known(pbx), pbx in floor.moment.silent_since
            here, joined, marked = row.key == sheet.cursor, row.key == floor.joined, row.key in sheet.marked
            look = _Look(row, known, limits, here, stale, joined, marked, width)
            before = self._kept.get(row.key)
            kept[row.key] = before if before is not None and before[0] == look else (look, _row(look))
        self._kept = kept
        return head + [line for _look, line in kept.values()]


def _row(look: _Look) -> Line:
    cells = present.call_cells(look.row, look.now, look.limits)
    spans: list[Span] = [("▸" if look.under_cursor else " ", Ink.STRONG)]
    gap: Span = (table.MARK, Ink.STRONG) if look.marked else (" ", Ink.TEXT)
    for column, wide in columns(look.width):
        if column.name == "flags":
            mine: tuple[Span, ...] = ((_("you"), Ink.TAKEOVER), (" ", Ink.TEXT)) if look.joined else ()
            flags = crop((*mine, *cells.flags), wide)
            spans += [gap, *flags, (" " * (wide - taken(flags)), Ink.TEXT)]
        else:
            text, ink = getattr(cells, column.name)
            if column.name == "caller" and wide < NAMED:
                text = look.row.caller or text
            spans += [gap, ((fit_right if column.right else fit)(text, wide), ink)]
        gap = (" ", Ink.TEXT)
    line = Line(tuple(spans), Ground.CURSOR if look.under_cursor else Ground.PAGE)
    return dimmed(line) if look.stale else line


def notes(sheet: Sheet, floor: Floor, width: int) -> list[Line]:
    """What is to be known before the rows are read: old news, and a filter that hides some."""
    found: list[Line] = []
    if sheet.rows:
        for link in floor.links.values():
            if link.state is not LinkState.LIVE:
                found.append(_fitted(_no_news(link, floor.now), Ink.ALARM_BLOCK, width))
    if floor.typing is not None or sheet.filter.text:
        found.append(Line(_filter(sheet, floor.typing, floor.clear, width), Ground.BAR))
        found += [_fitted(f" {sentence(wrong)}", Ink.ALARM, width) for wrong in sheet.filter.wrong[:1]]
    return found


def _no_news(link: LinkRow, now: float) -> str:
    values = {"pbx": link.pbx, "age": present.age(now - link.since)}
    if link.notice is None:
        return f" ▲ {fill(_('{pbx}: no news for {age}, what is shown is old'), values)}"
    return f" ▲ {fill(_('no news for {age}'), values)} · {sentence(link.notice)}"


def _filter(sheet: Sheet, typing: str | None, clear: str, width: int) -> tuple[Span, ...]:
    text = sheet.filter.text if typing is None else typing
    left: list[Span] = [(" / ", Ink.WAITING), (text, Ink.STRONG)]
    if typing is not None:
        left.append(("_", Ink.WAITING))
    shown = fill(_("{shown} of {all}"), {"shown": str(len(sheet)), "all": str(len(sheet.rows))})
    hint = _("Enter keeps, Esc clears") if typing is not None else fill(_("{clear} clears"), {"clear": clear})
    return spread(tuple(left), ((f"{shown}   {hint} ", Ink.MUTED),), width)


def nothing(sheet: Sheet, floor: Floor, width: int, height: int) -> list[Line]:
    """Say why there is no row."""
    said: list[Line] = []
    if floor.reason is not None:
        said += _centred(sentence(floor.reason), Ink.ALARM, width)
    elif sheet.rows:
        said += _centred(_("no call matches the filter"), Ink.MUTED, width)
    else:
        for link in floor.links.values():
            if link.state is not LinkState.LIVE:
                word, ink = present.LINKS[link.state][1:]
                said += _centred(f"{link.pbx}: {_(word)} {present.age(floor.now - link.since)}", ink, width)
            if link.notice is not None:
                said += _centred(sentence(link.notice), Ink.ALARM, width)
        if not said:
            said += _centred(_("no calls now"), Ink.MUTED, width)
    return [EMPTY] * max(0, min(height // 3, height - len(said))) + said[: max(0, height)]


def _centred(text: str, ink: Ink, width: int) -> list[Line]:
    lines = [crop(((part, ink),), width) for part in textwrap.wrap(text, max(10, width - 4))]
    return [Line(((" " * ((width - taken(spans)) // 2), Ink.TEXT), *spans)) for spans in lines]


def _fitted(text: str, ink: Ink, width: int) -> Line:
    return Line(((fit(text, width), ink),))
