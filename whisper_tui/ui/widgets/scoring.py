"""The score sheet: the items of the site's card, what was given for each, and what it comes to so far."""

from __future__ import annotations

from whisper_tui.scorecard import Item, Result
from whisper_tui.ui import present
from whisper_tui.ui.inks import Ink, Line, Span, crop, folded, spread, width_of
from whisper_tui.ui.scoring import ScoreSheet, in_words, said_before
from whisper_tui.ui.widgets import table
from whisper_tui.ui.widgets.hints import Hint
from whisper_tui.ui.widgets.table import Column
from whisper_tui.ui.words import _, fill, later

COLUMNS = (
    Column("words", later("ITEM"), 16),
    Column("critical", "", 8),
    Column("given", later("GIVEN"), 8),
    Column("of", later("TAKES"), 5),
    Column("weight", later("WEIGHT"), 6, right=True),
)
_DROPPED = ("weight", "of")
_GROWTH = (("words", 120),)
_layout = table.Layout(COLUMNS, _DROPPED, _GROWTH)


def draw(sheet: ScoreSheet, width: int, height: int) -> list[Line]:
    """Return at most `height` lines: the cursor's item and the result are always among them."""
    columns = _layout(width)
    body, at = _body(sheet, columns, width)
    foot = _foot(sheet, columns[0][1], width)
    head = [_title(sheet, width), table.head(columns, width)]
    room = height - len(head) - len(foot)
    if room < 3:  # a small terminal: what is asked, and what it comes to
        head, foot = [], foot[-1:]
        room = height - 1
    top = max(0, min(at - room // 2, len(body) - room))
    shown = body[top : top + max(1, room)]
    return [*head, *shown, *[Line(())] * (room - len(shown)), *foot][:height]


def hinted() -> list[Hint]:
    """Return the keys that fill it in."""
    return [
        Hint("0-9 y n", _("points")),
        Hint("-", _("leaves out")),
        Hint("Enter", _("saves")),
    ]


def _title(sheet: ScoreSheet, width: int) -> Line:
    about = fill(_("{agent} · queue {queue}"), {"agent": sheet.about.agent, "queue": sheet.about.queue or "-"})
    left = ((f" {_('SCORE SHEET')} ", Ink.STRONG), (f" {sheet.card.title}", Ink.TEXT))
    return Line(spread(left, ((f"{about} ", Ink.STRONG),), width))


def _body(sheet: ScoreSheet, columns: tuple[tuple[Column, int], ...], width: int) -> tuple[list[Line], int]:
    """All lines of items and headings, and the place of the cursor's among them."""
    lines: list[Line] = []
    section, at = "", 0
    for place, item in enumerate(sheet.card.items):
        if item.section != section and item.section:
            lines.append(Line(crop(((f" {item.section}", Ink.STRONG),), width)))
        section = item.section
        if place == sheet.at:
            at = len(lines)
        lines.append(table.row(columns, _cells(item, sheet), width, under_cursor=place == sheet.at))
    return lines, at


def _cells(item: Item, sheet: ScoreSheet) -> dict[str, Span]:
    failed = item.critical and sheet.points.get(item.ident) == 0
    critical = (_("FAILED"), Ink.ALARM_BLOCK) if failed else (_("critical") if item.critical else "", Ink.LATE)
    return {
        "words": (f"  {item.words}" if item.section else item.words, Ink.TEXT),
        "critical": critical,
        "given": _given(item, sheet),
        "of": (_("y n") if item.most == 1 else f"0-{item.most}", Ink.MUTED),
        "weight": (str(item.weight), Ink.MUTED),
    }


def _given(item: Item, sheet: ScoreSheet) -> Span:
    if item.ident not in sheet.points:
        return present.NOTHING, Ink.WAITING
    given = sheet.points[item.ident]
    if given is None:
        return _("left out"), Ink.MUTED
    if item.most == 1:
        return (_("yes") if given else _("no")), Ink.STRONG
    return str(given), Ink.STRONG


def _foot(sheet: ScoreSheet, room: int, width: int) -> list[Line]:
    """The item under the cursor in full where it has no `room`, what is corrected, and the result."""
    found, (words, _ink) = sheet.result, _cells(sheet.current, sheet)["words"]
    lines: list[Line] = []
    if width_of(words) > room:
        lines += [Line(((f" {part}", Ink.TEXT),)) for part in folded(words.strip(), max(10, width - 2))]
    if before := said_before(sheet.before):
        said = fill(_("corrects {score}; that one stays in the log"), {"score": before})
        lines.append(Line(crop(((f" {said}", Ink.WAITING),), width)))
    values = {"count": str(found.answered), "all": str(len(sheet.card.items))}
    answered = fill(_("{count} of {all} answered"), values)
    said, ink = _result(found, sheet)
    return [*lines, Line(spread(((f" {said}", ink),), ((f"{answered} ", Ink.MUTED),), width))]


def _result(found: Result, sheet: ScoreSheet) -> Span:
    """What it comes to, in words and percent."""
    if found.percent is None:
        return _("nothing given yet"), Ink.MUTED
    if found.failed:
        values = {"item": found.failed[0].words}
        return fill(_("0 % FAILED, a critical item: {item}"), values), Ink.ALARM
    whole = found.answered == len(sheet.card.items)
    words = _("result: {result}") if whole else _("so far: {result}")
    return fill(words, {"result": in_words(found)}), Ink.STRONG
