"""The log: sessions that were, denied attempts, spies from elsewhere, raised hands, or deeds on the floor, one line each."""

from __future__ import annotations

import time
from collections.abc import Mapping

from whisper_tui.audit.sessions import FAILED, Acted, Attempt, Raised, Session, Spying, lasted
from whisper_tui.engine.reading import Entry
from whisper_tui.terms import Mode
from whisper_tui.ui import present
from whisper_tui.ui.inks import EMPTY, Ink, Line, Span, crop, fit
from whisper_tui.ui.logview import LogView
from whisper_tui.ui.widgets import table
from whisper_tui.ui.widgets.table import Column
from whisper_tui.ui.words import _, fill, later, sentence

_BEGAN = Column("began", later("BEGAN"), 11)
SESSIONS = (
    _BEGAN,
    Column("who", later("WHO"), 7),
    Column("mode", later("LOUDEST"), 8),
    Column("agent", later("HEARD"), 11),
    Column("queue", later("QUEUE"), 8),
    Column("caller", later("CALLER"), 8),
    Column("lasted", later("LASTED"), 7, right=True),
    Column("notes", later("NOTES"), 5, right=True),
    Column("ended", later("ENDED"), 10),
)
SCORED = (*SESSIONS[:-1], Column("score", later("SCORE"), 6, right=True), SESSIONS[-1])
ATTEMPTS = (
    _BEGAN,
    Column("who", later("WHO"), 8),
    Column("tried", later("TRIED"), 9),
    Column("rule", later("RULE"), 14),
    Column("times", later("TIMES"), 5, right=True),
    Column("call", later("CALL"), 16),
)
SPIES = (
    _BEGAN,
    Column("phone", later("PHONE"), 12),
    Column("mode", later("MODE"), 8),
    Column("agent", later("HEARD"), 11),
    Column("queue", later("QUEUE"), 8),
    Column("lasted", later("LASTED"), 7, right=True),
    Column("ended", later("ENDED"), 12),
)
HANDS = (
    _BEGAN,
    Column("agent", later("ASKED"), 11),
    Column("queue", later("QUEUE"), 8),
    Column("who", later("TAKEN BY"), 9),
    Column("lasted", later("AFTER"), 7, right=True),
    Column("ended", later("ENDED"), 12),
)
ACTS = (
    _BEGAN,
    Column("who", later("WHO"), 8),
    Column("tried", later("DID"), 11),
    Column("agent", later("TO WHOM"), 11),
    Column("queue", later("QUEUE"), 8),
    Column("what", later("WHAT"), 8),
    Column("ended", later("NOT DONE"), 12),
)
_DROPPED = ("what", "ended", "notes", "score", "caller", "queue", "lasted", "call", "times")
_GROWTH = (
    ("agent", 16), ("ended", 18), ("who", 12), ("queue", 12), ("caller", 14), ("call", 30), ("rule", 24), ("agent", 24),
    ("what", 30), ("ended", 30),
)  # fmt: skip
_OF_SESSIONS, _OF_SCORED, _OF_ATTEMPTS, _OF_SPIES, _OF_HANDS, _OF_ACTS = (
    table.Layout(each, _DROPPED, _GROWTH) for each in (SESSIONS, SCORED, ATTEMPTS, SPIES, HANDS, ACTS)
)
_BY_NAME: Mapping[str, Mode] = {mode.value: mode for mode in Mode}
_THEIRS = {Mode.TAKEOVER: later("TAKEOVER"), Mode.THIRD: later("THIRD")}
"""Words for what on the strip is "your call"."""
_LOUDEST = (Mode.TAKEOVER, Mode.BARGE, Mode.THIRD, Mode.WHISPER, Mode.SILENT)


def draw(
    view: LogView, typing: str | None, keys: Mapping[str, str], wall: float, width: int, height: int
) -> list[Line]:
    """Return at most `height` lines; the view learns how many entries fit.

    Args:
        typing: what is typed behind `/`, None while nobody does.
        keys: of the deeds, by their names.
        wall: now, seconds since 1970 UTC.
    """
    columns = _layout(view)(width)
    lines = [table.head(columns, width), *_notes(view, typing, keys, width)][:height]
    view.resize(height - len(lines))
    if not view.shown:
        return [*lines, EMPTY, Line(((f"  {_nothing(view)}", Ink.MUTED),))][:height]
    current = view.current
    rows = [table.row(columns, _cells(entry, wall), width, under_cursor=entry is current) for entry in view.window()]
    return [*lines, *rows][:height]


def loudest(seconds: Mapping[str, float]) -> Mode | None:
    """Return the mode in which most people heard the supervisor, None where none was confirmed."""
    return next((mode for mode in _LOUDEST if seconds.get(mode.value, 0.0) > 0), None)


def _layout(view: LogView) -> table.Layout:
    """The columns of what is shown."""
    match view.current:
        case Attempt():
            return _OF_ATTEMPTS
        case Spying():
            return _OF_SPIES
        case Raised():
            return _OF_HANDS
        case Acted():
            return _OF_ACTS
        case _:
            given = any(isinstance(each, Session) and each.score is not None for each in view.shown)
            return _OF_SCORED if given else _OF_SESSIONS


def _notes(view: LogView, typing: str | None, keys: Mapping[str, str], width: int) -> list[Line]:
    """What is to be known before the rows are read: what is looked for, what is left out."""
    said: list[Span] = []
    page = view.page
    if typing is not None:
        said.append((f" /{typing}_  {_('Enter looks for it')}", Ink.WAITING))
    elif view.query.text:
        said.append((f" /{view.query.text}  {fill(_('{clear} clears'), keys)}", Ink.WAITING))
    if view.reading:
        said.append((f" {_('reading…')}", Ink.WAITING))
    if page is not None and page.narrowed is not None:
        said.append((f" {_('only your own')}: {sentence(page.narrowed)}", Ink.MUTED))
    if page is not None and page.more:
        values = {**keys, "count": str(len(page.entries))}
        words = fill(_("the newest {count}; {filter} day= finds older ones"), values)
        said.append((f" {words}", Ink.MUTED))
    lines = [Line(crop((each,), width)) for each in said]
    if page is not None and page.damaged:
        words = fill(_("damaged rows, left out: {count} - whisper-tui log verify"), {"count": str(page.damaged)})
        lines.insert(0, Line(((fit(f" ▲ {words}", width), Ink.ALARM_BLOCK),)))
    return lines


def _nothing(view: LogView) -> str:
    if view.page is None:
        return sentence(view.trouble) if view.trouble is not None else _("reading…")
    return _("nothing of that is in the log that you may see")


def _cells(entry: Entry, wall: float) -> dict[str, Span]:
    match entry:
        case Session():
            mode = loudest(entry.seconds)
            live = not entry.ended
            return {
                "began": (_began(entry.began), Ink.TEXT),
                "who": (entry.user, Ink.STRONG),
                "mode": _mode(mode) if not live else (_("open"), Ink.WAITING),
                "agent": (entry.member or entry.agent, Ink.STRONG),
                "queue": (entry.queue or "-", Ink.TEXT),
                "caller": (entry.caller or "-", Ink.TEXT),
                "lasted": (present.duration(lasted(entry, wall)), Ink.TEXT),
                "notes": (str(entry.notes) if entry.notes else "", Ink.STRONG),
                "score": _score(entry),
                "ended": (entry.ended or "-", Ink.MUTED),
            }
        case Attempt():
            return {
                "began": (_began(entry.at), Ink.TEXT),
                "who": (entry.user, Ink.STRONG),
                "tried": (entry.deed, Ink.TEXT),
                "rule": (entry.rule, Ink.LATE),
                "times": (str(entry.times), Ink.TEXT),
                "call": (f"{entry.pbx} {entry.call}".strip(), Ink.MUTED),
            }
        case Raised():
            return {
                "began": (_began(entry.at), Ink.TEXT),
                "agent": (entry.member or entry.agent, Ink.STRONG),
                "queue": (entry.queue or "-", Ink.TEXT),
                "who": (entry.answered_by or present.NOTHING, Ink.STRONG if entry.answered_by else Ink.MUTED),
                "lasted": (present.NOTHING if entry.lasted is None else present.duration(entry.lasted), Ink.TEXT),
                "ended": (entry.ended or "-", Ink.MUTED),
            }
        case Acted():
            what = " ".join(part for part in (entry.reason, entry.detail) if part)
            return {
                "began": (_began(entry.at), Ink.TEXT),
                "who": (entry.user, Ink.STRONG),
                "tried": (entry.deed, Ink.TEXT),
                "agent": (entry.member or entry.agent or entry.caller or present.NOTHING, Ink.STRONG),
                "queue": (entry.queue or "-", Ink.TEXT),
                "what": (what, Ink.MUTED),
                "ended": (entry.ended, Ink.LATE),
            }
        case Spying():
            known = _BY_NAME.get(entry.mode)
            ended = _("not seen to end") if entry.ended is None else _began(entry.ended)
            return {
                "began": (_began(entry.began), Ink.TEXT),
                "phone": (entry.phone, Ink.ALARM),
                "mode": _mode(known) if known is not None else (_("UNKNOWN"), Ink.WAITING),
                "agent": (entry.member or entry.agent or present.NOTHING, Ink.STRONG),
                "queue": (entry.queue or "-", Ink.TEXT),
                "lasted": (present.duration(lasted(entry, wall)), Ink.TEXT),
                "ended": (ended, Ink.MUTED),
            }


def _score(entry: Session) -> Span:
    """What was given: a critical item failed makes it 0."""
    if entry.score is None:
        return "", Ink.TEXT
    return (_("failed"), Ink.LATE) if entry.grade == FAILED else (f"{entry.score} %", Ink.STRONG)


def _mode(mode: Mode | None) -> Span:
    if mode is None:
        return present.NOTHING, Ink.MUTED
    word, ink, _block = present.MODES[mode]
    return _(_THEIRS.get(mode, word)), ink


def _began(at: float) -> str:
    """`11-26 10:42`: month, day and time on the clock of this machine."""
    return time.strftime("%m-%d %H:%M", time.localtime(at))
