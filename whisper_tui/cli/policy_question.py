"""What the commands about a policy ask: a right, a call, a moment; and how limits are put into a few words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import click

from whisper_tui.config.locate import nearest
from whisper_tui.errors import UsageError
from whisper_tui.permissions.policy import CallFacts, Denied
from whisper_tui.terms import Right
from whisper_tui.ui.words import fill

LIMITS = {
    "sessions": "no more than {limit} at once",
    "quota": "one agent no more often than {limit}",
    "pick": "whom chance chooses",
    "listen-first": "after listening for {seconds} s",
    "reason": "for a reason ({codes})",
    "max": "no longer than {limit} on a call",
    "max-session": "no longer than {limit} in a session",
    "coach-budget": "one agent no longer than {limit}",
    "four-eyes": "with the approval of {approvers}, not older than {limit}",
}
"""Rule of a condition -> what it lets be done."""


def moment(_ctx: click.Context, _param: click.Parameter, written: str | None) -> datetime:
    """A moment as `2026-11-23T10:00`, on the clock of this machine unless it names a zone; not written: now.

    Raises:
        click.BadParameter: it is none.
    """
    if written is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise click.BadParameter(
            f"{written!r} is not a moment: 2026-11-23T10:00, or with a zone 2026-11-23T10:00+01:00"
        ) from None
    return found if found.tzinfo is not None else found.astimezone()


def right_of(word: str) -> Right:
    """The right that `word` means: `call.barge`, or `barge` alone.

    Raises:
        UsageError: there is none.
    """
    for right in Right:
        if word in (right.value, right.value.partition(".")[2]):
            return right
    known = [right.value for right in Right]
    meant = nearest(word, known) or nearest(f"call.{word}", known)
    raise UsageError(
        f"there is no right {word!r}", "RIGHT", f"did you mean `{meant}`?" if meant else f"one of: {', '.join(known)}"
    )


def call_of(queue: str, agent: str, peer: str = "", tags: Iterable[str] = ()) -> CallFacts:
    """The call that a question is about; without a queue it is outside any, without an agent nobody knows who it is."""
    return CallFacts("", queue or None, agent or None, peer=peer, tags=frozenset(tags))


def in_words(conditions: Iterable[Denied]) -> list[str]:
    """What limits ask, or let be done, in a few words each."""
    return [fill(LIMITS[each.rule], each.more).replace(" ()", "") for each in conditions]
