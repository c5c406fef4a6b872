"""What a person is told when something is denied: a code and values; the words stand in the screen's catalogue."""

from __future__ import annotations

from whisper_tui.permissions.policy import Denied
from whisper_tui.terms import Notice

NO_SUCH_CALL = Notice("denied.no-such-call")
"""The one answer for a call that is not there and for one that this person may not see."""
NO_SUCH_AGENT = Notice("denied.no-such-agent")
"""The same for an agent."""


def explain(denied: Denied) -> Notice:
    """Return `denied.<rule>` with the rule's profile, its place in the file and what would have been needed.

    What the person may not see is answered as what does not exist: no rule, no profile, no line.
    """
    if denied.hidden:
        match denied.rule:
            case "no-such-agent":
                return NO_SUCH_AGENT
            case "no-such-queue":
                return Notice("denied.no-such-queue", denied.more)
            case _:
                return NO_SUCH_CALL
    values = {"profile": denied.profile, "where": denied.where}
    match denied.rule:
        case "no-policy":
            values["command"] = "whisper-tui init"
        case "phone":
            values["phone"] = denied.detail
        case _:
            values["right"] = denied.detail
    known = {name: value for name, value in values.items() if value}
    return Notice(f"denied.{denied.rule}", {**known, **denied.more})
