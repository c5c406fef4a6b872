"""The site's own events: which of them mean something here."""

from __future__ import annotations

from whisper_tui.ami.events import UserSaid
from whisper_tui.floor import facts, hands
from whisper_tui.floor.model import Changes, Floor


def on_said(floor: Floor, fact: UserSaid, now: float, changes: Changes) -> None:
    """Take note of one that the settings name; of the others nothing is kept."""
    if fact.event and fact.event == floor.heeds.hand_event:
        hands.see_event(floor, fact, now, changes)
    facts.see_event(floor, fact, changes)
