"""Where an extension of the simulated site's dialplan leads: to an agent's phone, or into a queue."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from whisper_tui.floor.model import Floor
from whisper_tui.simulator.wire import Headers

CONTEXTS = frozenset({"internal", "from-trunk"})
"""Of the recorded site. Either knows every number here, as where each includes the other."""

QUEUES = {
    "5550100": "support",
    "5550109": "support",
    "5550110": "sales",
    "5550119": "sales",
    "5550120": "retention",
    "5550130": "recorded",
    "600": "support",
    "610": "sales",
    "620": "retention",
}
"""Numbers of queues, from outside and from inside."""
RENAMED = {"retention": "vip"}
"""What the demo's stories call a queue of the recorded site."""


class Phone(Struct, frozen=True):
    """`Dial` of an agent's phone."""

    device: str


class Line(Struct, frozen=True):
    """`Queue`."""

    queue: str


Place: TypeAlias = Phone | Line


def listed(place: Place, context: str, exten: str) -> Headers:
    """The row by which ShowDialPlan tells of it."""
    dial = ("_10XX", "Dial", "PJSIP/${EXTEN},20,tT")
    pattern, application, data = dial if isinstance(place, Phone) else (exten, "Queue", f"{place.queue},tT,,,300")
    return [
        ("Context", context),
        ("Extension", pattern),
        ("Priority", "1"),
        ("Application", application),
        ("AppData", data),
        ("Registrar", "pbx_config"),
    ]


def leads_to(floor: Floor, context: str, exten: str) -> Place | None:
    """Where that is on this floor; None: there is no such extension, and whoever is sent there is hung up."""
    if context not in CONTEXTS:
        return None
    queue = QUEUES.get(exten, "")
    for name in (queue, RENAMED.get(queue, "")):
        if name in floor.queues:
            return Line(name)
    device = f"PJSIP/{exten}"
    return Phone(device) if device in floor.agents else None
