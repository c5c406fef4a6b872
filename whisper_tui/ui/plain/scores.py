"""A score sheet in lines: one item after the other, each answered by what it takes. Pure."""

from __future__ import annotations

from whisper_tui.ui.plain import orders
from whisper_tui.ui.scoring import DIGITS, LEFT_OUT, NO, YES, ScoreSheet, in_words
from whisper_tui.ui.words import _, fill

KEYS = {**{digit: digit for digit in DIGITS}, NO: NO, "no": NO, "-": LEFT_OUT}
"""What is typed, and the key that it stands for on a screen."""


def key_of(line: str) -> str | None:
    """Return the key that fills in an item, None where `line` is none."""
    return YES if orders.is_yes(line) else KEYS.get(line.casefold())


def item(sheet: ScoreSheet) -> str:
    """Return `item 2 of 3: Talk, Lets the caller finish; 0 to 5; given 4`."""
    each = sheet.current
    takes = _("y or n") if each.most == 1 else fill(_("0 to {most}"), {"most": str(each.most)})
    values = {
        "number": str(sheet.at + 1),
        "all": str(len(sheet.card.items)),
        "item": ", ".join(part for part in (each.section, each.words, _("critical") if each.critical else "") if part),
        "takes": takes,
        "given": _given(sheet),
    }
    return fill(_("item {number} of {all}: {item}; {takes}; {given}"), values)


def begin(sheet: ScoreSheet) -> list[str]:
    """Return what is said when a sheet is opened."""
    about = fill(_("{agent} · queue {queue}"), {"agent": sheet.about.agent, "queue": sheet.about.queue or "-"})
    how = _("answer each item, - leaves it out, go 2 goes to the second; save keeps it for good, close puts it away")
    return [f"{_('SCORE SHEET')}: {sheet.card.title}, {about}", how, item(sheet)]


def filled(sheet: ScoreSheet) -> str:
    """Return what is said once an item is answered: the next one, or where all are, what they come to."""
    if sheet.result.answered < len(sheet.card.items):
        return item(sheet)
    return fill(_("all is answered: {result}; save keeps it for good"), {"result": in_words(sheet.result) or "-"})


def _given(sheet: ScoreSheet) -> str:
    each = sheet.current
    if each.ident not in sheet.points:
        return _("nothing given yet")
    points = sheet.points[each.ident]
    if points is None:
        return _("left out")
    said = str(points) if each.most > 1 else _("yes") if points else _("no")
    return fill(_("given {points}"), {"points": said})
