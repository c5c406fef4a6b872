"""What all seats of one engine work with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor

from msgspec import Struct

from whisper_tui.clock import Clock
from whisper_tui.engine.archive import Shelf
from whisper_tui.engine.caretaker import Caretaker
from whisper_tui.engine.counts import Counts
from whisper_tui.engine.facts import FactRules
from whisper_tui.engine.glass import Glass
from whisper_tui.engine.hands import Hands
from whisper_tui.engine.lawbook import Lawbook
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook
from whisper_tui.engine.patience import Patience
from whisper_tui.engine.petitions import Petitions
from whisper_tui.engine.shipper import Shipper
from whisper_tui.permissions.decide import Grants, grants_of
from whisper_tui.supervision.quality import LineLimits
from whisper_tui.terms import Pbx, Subject


class Shared(Struct, frozen=True):
    """The floors, the log, the policy, and what people have done and said so far."""

    lines: Mapping[Pbx, Line]
    book: Logbook
    clock: Clock
    law: Lawbook
    counts: Counts
    petitions: Petitions
    glass: Glass
    hands: Hands
    caretaker: Caretaker
    shelf: Shelf | None
    """Where the log can be read, None: nowhere."""
    readers: Executor
    """Where it is read: beside the loop, and not where it is written."""
    shipper: Shipper
    patience: Patience
    """How long callers may wait."""
    facts: FactRules
    """What other systems know of calls."""
    quality: LineLimits
    """From where on a line is bad."""
    scoring: asyncio.Lock
    """Held while somebody's score goes into the log: each names the one before."""

    def grants_of(self, subject: Subject) -> Grants | None:
        """What the policy in force gives somebody, None without one."""
        return grants_of(subject, self.law.policy) if self.law.policy is not None else None
