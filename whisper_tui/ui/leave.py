"""Four eyes: the question whether to ask others to allow what one person alone may not do. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from whisper_tui.supervision.intents import AskLeave, Loud
from whisper_tui.terms import Notice
from whisper_tui.ui import asking
from whisper_tui.ui.asking import Means, Sight
from whisper_tui.ui.petitions import RIGHTS
from whisper_tui.ui.typed import About

WANTED = "denied.four-eyes"
"""The refusal that another person's leave lifts."""


class AskOthers(NamedTuple):
    """Others would be asked: Enter, or not at all.

    Args:
        approvers: who may allow it.
        glass: there is a way without them, in an emergency.
    """

    intent: AskLeave
    about: About
    approvers: str
    glass: bool = False


def ask_others(means: Means, refusal: Notice) -> Callable[[Sight], AskOthers | Notice]:
    """Return what asks whether the others whom `refusal` names are to be asked, as things stand; or why they are not."""

    def question(sight: Sight) -> AskOthers | Notice:
        meant = means(sight)
        if isinstance(meant, Notice):
            return meant
        intent = asking.first(meant)
        if not isinstance(intent, Loud):
            return refusal
        right = RIGHTS[type(intent)]
        if any(row.call == intent.call and row.right is right and not row.approved for row in sight.news.mine):
            return Notice("petition.waits", {"approvers": refusal.values.get("approvers", "")})
        approvers = refusal.values.get("approvers", "")
        return AskOthers(AskLeave(intent), asking.about(intent.call, sight), approvers, "glass" in refusal.values)

    return question
