"""Where the floor has gone another way than its recording; `yielding.py` says what then is left of the recording."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from whisper_tui.floor.model import Call
from whisper_tui.terms import Uniqueid


class Kept(Struct):
    """What clients have set of one membership; None: nothing, it is as the recording has it.

    Attributes:
        there: whether it is one.
        pause: whether it is paused, for what reason, and when it was last paused (seconds since 1970).
    """

    there: bool | None = None
    pause: tuple[bool, str, int] | None = None
    penalty: int | None = None


class Astray(Struct):
    """What clients did to the recording's calls, and what has happened beside it.

    Attributes:
        customers: those whose recorded call is over, and the leg that each talks with, if any: they still hang up.
        phones: channels of phones that were hung up, or never rung, though the recording goes on with them; the phone of each.
        held: phones that serve somebody of whom the recording knows nothing: it does not ring them. Whom each serves.
        displaced: is called with a caller whom a held phone would have answered, and the phone: the recording has lost him.
        completed: customers whose queue has told their AgentComplete already.
        owed: customers who were sent on after a takeover, and the calls whose AgentComplete is told when they hang up.
        joined: bridges that a leg has come into.
        dissolved: of these, the ones that are gone already.
        raised: callers whose priority clients have set.
        members: memberships that clients began, ended, paused or weighed, by queue and interface: that stands.
    """

    customers: dict[Uniqueid, Uniqueid | None] = field(default_factory=dict)
    phones: dict[Uniqueid, str] = field(default_factory=dict)
    held: dict[str, Uniqueid] = field(default_factory=dict)
    displaced: Callable[[Uniqueid, str], None] = field(default=lambda caller, phone: None)
    completed: set[Uniqueid] = field(default_factory=set)
    owed: dict[Uniqueid, list[Call]] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)
    dissolved: set[str] = field(default_factory=set)
    raised: set[Uniqueid] = field(default_factory=set)
    members: dict[tuple[str, str], Kept] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.customers or self.phones or self.held or self.joined or self.raised or self.members)

    def clear(self) -> None:
        """The recording begins anew. What is still going on beside it stays so."""
        for part in (
            self.customers,
            self.phones,
            self.completed,
            self.joined,
            self.dissolved,
            self.raised,
            self.members,
        ):
            part.clear()

    def reset(self) -> None:
        self.clear()
        self.held.clear()
        self.owed.clear()

    def kept_of(self, queue: str, interface: str) -> Kept:
        """What clients have set of that membership, to be added to."""
        return self.members.setdefault((queue, interface), Kept())

    def is_away(self, phone: str) -> bool:
        """Whether what the recording says of this phone's state is not so."""
        return phone in self.held or phone in self.phones.values()
