"""What there is to know before something is done to a caller or a call. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from whisper_tui.engine.rows import CallRow
from whisper_tui.ui import present
from whisper_tui.ui.typed import number_of
from whisper_tui.ui.words import _, fill

HANGUP = "hangup"
"""What is typed to end a call that is in no queue and has no agent."""


def who(row: CallRow) -> str:
    """Return who waits, and where."""
    values = {"caller": present.caller(row), "queue": row.queue, "place": str(row.position or "?")}
    return fill(_("{caller} · queue {queue} · place {place}"), values)


def withdrawal(row: CallRow) -> tuple[str, ...]:
    """Return what comes of it when they are taken out of the queue."""
    return (
        who(row),
        _(
            "they leave the queue, and the dialplan behind it decides what becomes of them: voicemail, a menu, a hang-up"
        ),
        fill(
            _("{queue} counts them as given up; while a phone rings for them it takes a moment"), {"queue": row.queue}
        ),
    )


def move(row: CallRow, queues: Sequence[str]) -> tuple[str, ...]:
    """Return what comes of it when they are sent to another queue."""
    return (
        who(row),
        fill(_("to one of: {queues}"), {"queues": " ".join(queues)}),
        fill(_("they begin to wait anew there; {queue} counts them as given up"), {"queue": row.queue}),
    )


def word(row: CallRow) -> str:
    """Return what must be typed to end a call: the agent's number, else the queue, else a word."""
    return number_of(row.agent_device) or row.queue or HANGUP


def end(row: CallRow) -> tuple[str, ...]:
    """Return what comes of it when a call is hung up."""
    values = {"agent": present.person(row), "queue": present.queue_name(row), "caller": present.caller(row)}
    whose = fill(_("{agent} · queue {queue} · {caller}"), values)
    return whose, _("the call ends for everybody in it, at once; whoever hears it hears nothing more")
