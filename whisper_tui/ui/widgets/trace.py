"""The actions that were sent to the PBXs, each with its answer, in the place of the list; the newest at the foot."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.rows import TraceRow
from whisper_tui.ui import present
from whisper_tui.ui.inks import EMPTY, Ground, Ink, Line, Span, crop, spread, taken
from whisper_tui.ui.trace import TracePane
from whisper_tui.ui.words import _, fill, later, sentence

OUTCOMES: dict[str, tuple[str, Ink]] = {
    "": (later("asked"), Ink.WAITING),
    "done": (later("done"), Ink.GOOD),
    "failed": (later("FAILED"), Ink.ALARM),
    "unknown": (later("UNKNOWN"), Ink.ALARM),
}


def draw(pane: TracePane, several: bool, keys: Mapping[str, str], width: int, height: int) -> list[Line]:
    """Return the lines; the pane learns how many rows fit.

    Args:
        several: PBXs, so that each row names its own.
        keys: of the deeds, by their names.
    """
    pane.height = max(1, height - 1)
    if pane.still:
        right = fill(_("stands still, {count} newer; {last} goes on"), {**keys, "count": str(pane.newer)})
    else:
        right = fill(_("{down} {up} scroll, Esc closes"), keys)
    title: tuple[Span, ...] = ((f" {_('WHAT THE PBX WAS ASKED')}", Ink.STRONG),)
    head = Line(spread(title, ((f"{right} ", Ink.MUTED),), width))
    if pane.trouble is not None or not pane.rows:
        said = sentence(pane.trouble) if pane.trouble is not None else _("nothing was asked yet")
        return [head, EMPTY, Line(crop(((f"  {said}", Ink.MUTED),), width))][:height]
    return [head, *(_row(row, several, width) for row in pane.window())][:height]


def _row(row: TraceRow, several: bool, width: int) -> Line:
    word, ink = OUTCOMES.get(row.outcome, (row.outcome, Ink.TEXT))
    took = "" if row.seconds is None else f" {row.seconds * 1000:.0f} ms"
    where = f"{row.pbx} " if several else ""
    spans: tuple[Span, ...] = (
        (f" {present.clock_time(row.at)} {where}", Ink.MUTED),
        (row.action, Ink.STRONG),
        ("".join(f" {name}={value}" for name, value in row.fields), Ink.TEXT),
    )
    answer: tuple[Span, ...] = (
        (f" {_(word)}", ink),
        (f"{took}", Ink.MUTED),
        (f" {row.answer}" if row.answer else "", Ink.TEXT),
    )
    if row.outcome == "done":  # what was asked says more than how the PBX took it: that has what room is left
        tail, rest = answer[:2], answer[2:]
    else:
        tail, rest = answer, ()
    kept = crop(spans, max(1, width - taken(tail) - 1))
    line = (*kept, *tail, *rest)
    return Line((*crop(line, width), (" " * max(0, width - taken(line)), Ink.TEXT)), Ground.PAGE)
