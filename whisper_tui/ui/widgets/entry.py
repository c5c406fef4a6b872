"""One session of the log in full: what was heard from when to when, who let it be, notes, scores, and every row of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.search import OPENS
from whisper_tui.audit.timeline import MUTED, QUIETEST_FIRST, SUSPENDED, WAITING, after, bar, spans
from whisper_tui.engine.reading import LogEntry
from whisper_tui.permissions.spans import in_words
from whisper_tui.terms import Mode
from whisper_tui.ui import present
from whisper_tui.ui.inks import EMPTY, Ink, Line, Span, crop, fit, fit_right, folded, linked, spread, width_of
from whisper_tui.ui.story import SIGNS, facts, recording_file, recording_link, scores, told, when, word_of
from whisper_tui.ui.words import _, fill

INKS: dict[str, Ink] = {
    WAITING: Ink.MUTED, SUSPENDED: Ink.LATE, "silent": Ink.SILENT, MUTED: Ink.MUTED, "whisper": Ink.WHISPER,
    "third": Ink.THIRD, "barge": Ink.BARGE, "takeover": Ink.TAKEOVER,
}  # fmt: skip
_NAMES = 12
_OFFSET, _KIND = 10, 13


def draw(
    entry: LogEntry, body: Sequence[Line], top: int, names: Mapping[str, str], width: int, height: int
) -> list[Line]:
    """Return what is shown of `body` from line `top` on, under a title; the title alone says whose session it is.

    Args:
        names: of the keys, by those of their deeds.
    """
    session = entry.session
    values = {"who": session.user, "agent": session.member or session.agent, "queue": session.queue or "-"}
    title = fill(_("{who} heard {agent} · queue {queue}"), values)
    keys = fill(
        _("{down} {up} scroll, {note} notes, {copy} copies the id, {agents-day} the agent's day, Esc closes"), names
    )
    if width_of(title) + width_of(keys) + 3 > width:
        keys = _("Esc closes")
    head = Line(spread(((f" {title}", Ink.STRONG),), ((f"{keys} ", Ink.MUTED),), width))
    return [head, *body[top : top + max(0, height - 1)]][:height]


def furthest(body: Sequence[Line], height: int) -> int:
    """Return the `top` that shows the last line."""
    return max(0, len(body) - height + 1)


def lines(entry: LogEntry, width: int, recordings: str) -> list[Line]:
    """Return everything there is to say of a session, in lines of `width` cells.

    Args:
        recordings: the address at which recordings can be heard, with {value} for the file's name; "": there is none.
    """
    return [
        *_bar(entry, width),
        *_facts(entry, width, recordings),
        *_scores(entry, width),
        *_notes(entry, width),
        EMPTY,
        *_rows(entry, width),
    ]


def _bar(entry: LogEntry, width: int) -> Iterator[Line]:
    session, stretches = entry.session, spans(entry.named)
    cells = bar(stretches, max(10, width - 2))
    if cells:
        yield Line(((" ", Ink.TEXT), *((SIGNS[state], INKS[state]) for state in cells)))
        legend: list[Span] = []
        for state in QUIETEST_FIRST:
            if state in cells:
                legend += [(f" {SIGNS[state]} ", INKS[state]), (f"{word_of(state)}  ", Ink.TEXT)]
        yield Line(crop(tuple(legend), width))
    by_mode = ((mode.value, session.seconds.get(mode.value, 0.0)) for mode in Mode)
    spent = " · ".join(f"{mode} {present.duration(seconds)}" for mode, seconds in by_mode if seconds > 0)
    heard = fill(_("the customer could hear it for {time}"), {"time": present.duration(session.audible)})
    long = in_words(stretches[-1].end) if stretches else "0 s"
    said = " · ".join(part for part in (when(session.began), long, spent, heard) if part)
    yield from (Line(((f" {part}", Ink.TEXT),)) for part in folded(said, max(10, width - 2)))


def _facts(entry: LogEntry, width: int, recordings: str) -> Iterator[Line]:
    file = recording_file(entry.named)
    for name, words in facts(entry.named):
        yield from _beside(name, words, width, recording_link(recordings, file) if words == file else "")
    yield from _beside(_("id"), entry.session.ident, width)


def _beside(name: str, words: str, width: int, link: str = "") -> Iterator[Line]:
    """`link`: where the words lead, "" for nowhere."""
    parts = folded(words, max(10, width - _NAMES - 2)) or [""]
    for at, part in enumerate(parts):
        yield Line(((f" {fit(name if at == 0 else '', _NAMES)}", Ink.MUTED), (linked(part, link), Ink.TEXT)))


def _scores(entry: LogEntry, width: int) -> Iterator[Line]:
    for name, words in scores(entry.named):
        yield from _beside(name, words, width)


def _notes(entry: LogEntry, width: int) -> Iterator[Line]:
    first = _first(entry)
    for row in entry.named:
        if row.record.kind is Kind.NOTE:
            who = row.record.who.user if row.record.who is not None else "?"
            at = present.duration(after(row.record, first))
            if (talked := row.record.lasted) is not None:
                at = fill(_("{at} (in the call {talked})"), {"at": at, "talked": present.duration(talked)})
            parts = folded(f"{at} {who}: {row.record.detail}", max(10, width - _NAMES - 2))
            for place, part in enumerate(parts):
                yield Line(((f" {fit(_('note') if place == 0 else '', _NAMES)}", Ink.MUTED), (part, Ink.STRONG)))


def _rows(entry: LogEntry, width: int) -> Iterator[Line]:
    first = _first(entry)
    for row in entry.rows:
        kind, words = told(row.record)
        offset = fit_right(f"{after(row.record, first):+.1f} s", _OFFSET)
        parts = folded(words, max(10, width - _OFFSET - _KIND - 4)) or [""]
        for place, part in enumerate(parts):
            head = f" {offset}  {fit(kind, _KIND)} " if place == 0 else " " * (_OFFSET + _KIND + 4)
            yield Line(((head, Ink.MUTED), (part, Ink.TEXT)))


def _first(entry: LogEntry) -> Record:
    return next(row.record for row in entry.named if row.record.kind in OPENS)
