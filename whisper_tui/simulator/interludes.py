"""What a story's sheet lets happen besides its recording: a transfer, a tag, somebody else who listens."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Struct


class Transfer(msgspec.Struct, tag="transfer", tag_field="does", forbid_unknown_fields=True, frozen=True):
    """An agent sends the customer on, without asking anybody (a blind transfer).

    Args:
        second: of the recording, as in all of these.
        agent: the phone, `PJSIP/1010`; nothing happens where it is not in a call of two.
        to: the extension.
    """

    second: float
    agent: str
    to: str
    context: str = "internal"


class Tag(msgspec.Struct, tag="tag", tag_field="does", forbid_unknown_fields=True, frozen=True):
    """The dialplan tags a call, by a UserEvent and by a variable of the customer's channel, and takes the tag off again.

    Args:
        caller: the number of a caller who talks.
        variable: "" for none.
    """

    second: float
    until: float
    caller: str
    tag: str
    variable: str = ""


class Listen(msgspec.Struct, tag="listen", tag_field="does", forbid_unknown_fields=True, frozen=True):
    """Somebody spies on an agent without any console: a ChanSpy that was started elsewhere."""

    second: float
    until: float
    agent: str
    phone: str


class Console(msgspec.Struct, tag="console", tag_field="does", forbid_unknown_fields=True, frozen=True):
    """A console of another installation listens to an agent.

    Args:
        installation: eight hexadecimal digits.
        whispers: the second at which it begins to speak to the agent, 0 for never.
    """

    second: float
    until: float
    agent: str
    phone: str
    installation: str
    whispers: float = 0.0


class Hand(msgspec.Struct, tag="hand", tag_field="does", forbid_unknown_fields=True, frozen=True):
    """An agent asks for help by a key of the phone, which the dialplan makes a UserEvent of, and by another at the end.

    Args:
        agent: the phone; nothing happens where it is not in a call of two.
        text: what the dialplan says with it.
    """

    second: float
    until: float
    agent: str
    text: str = ""


class Hold(msgspec.Struct, tag="hold", tag_field="does", forbid_unknown_fields=True, frozen=True):
    """An agent puts the customer on hold and forgets about them: until that second, or until a supervisor speaks to the agent.

    Nothing happens where the agent is not in a call of two.
    """

    second: float
    until: float
    agent: str


class SendOn(msgspec.Struct, tag="send-on", tag_field="does", forbid_unknown_fields=True, frozen=True):
    """Whichever agent a supervisor whispers to first sends the customer on in the middle of it, without asking anybody.

    Args:
        second: from then on.
        after: seconds of the clock, not the recording's, that the supervisor has been heard.
        to: extensions, the first whose phone is free; the last where none is.
    """

    to: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    second: float = 0.0
    after: float = 5.0
    context: str = "internal"


class Tell(msgspec.Struct, tag="tell", tag_field="does", forbid_unknown_fields=True, frozen=True):
    """Another system tells something of a call, by a UserEvent that names its channel.

    Args:
        caller: the number of a caller who talks.
        event, header, value: what is told.
    """

    second: float
    caller: str
    event: str
    header: str
    value: str


Interlude: TypeAlias = Transfer | Tag | Listen | Console | Hand | Hold | SendOn | Tell


class Part(Enum):
    BEGINS = "begins"
    WHISPERS = "whispers"
    ENDS = "ends"


class Cue(Struct, frozen=True):
    """One thing that happens at one moment."""

    second: float
    part: Part
    interlude: Interlude


def cues(interludes: Iterable[Interlude], seconds: float) -> list[Cue]:
    """What happens when, in order. Whatever has begun ends within the story, which lasts `seconds`."""
    found: list[Cue] = []
    for one in interludes:
        if one.second >= seconds:
            continue
        found.append(Cue(one.second, Part.BEGINS, one))
        if isinstance(one, Console) and one.whispers:
            found.append(Cue(min(one.whispers, seconds), Part.WHISPERS, one))
        if not isinstance(one, Transfer | SendOn | Tell):
            found.append(Cue(min(one.until, seconds), Part.ENDS, one))
    return sorted(found, key=lambda cue: cue.second)


def is_in_order(one: Interlude) -> bool:
    """Whether its times can be."""
    times = [0.0, one.second]
    if isinstance(one, Console) and one.whispers:
        times.append(one.whispers)
    if not isinstance(one, Transfer | SendOn | Tell):
        times.append(one.until)
    return all(map(math.isfinite, times)) and times == sorted(times)
