"""What the PBXs have now: their queues, and the phones of the queues' members."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from whisper_tui.ami.actions import DeviceStateList, Outcome, QueueStatus
from whisper_tui.ami.events import Event
from whisper_tui.ami.settings import LinkSettings
from whisper_tui.cli.journal import keep_journal
from whisper_tui.cli.pbx import link_settings, logged_in, place_of
from whisper_tui.cli.settings import warn
from whisper_tui.clock import SystemClock
from whisper_tui.config.schema import PbxSettings
from whisper_tui.errors import OutOfReach
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import Changes, Floor
from whisper_tui.floor.trace import answers_to, is_half


class Live(Struct, frozen=True):
    """What there is on one PBX or several, whichever of them has it.

    Args:
        pbxs: their names.
        queues: names of queues, sorted.
        agents: phone -> whose it is as the queues tell it, "" if they do not; sorted by phone. A member `Local/1001@...` whose
            phone no queue names stands for itself, and beside it the phones that have its number.
    """

    pbxs: tuple[str, ...]
    queues: tuple[str, ...]
    agents: Mapping[str, str]


def look(pbxs: Mapping[str, PbxSettings]) -> Live:
    """Log in to each PBX once and read its queues and their members, of whom those who have not logged in to a queue are none.

    Raises:
        UsageError: a secret cannot be had.
        OutOfReach: one of them does not answer, or will not have us, or does not tell.
    """
    keep_journal()
    # Every secret before the first login: a source may have to ask.
    links = [link_settings(name, settings, warn) for name, settings in pbxs.items()]
    return live(asyncio.run(_floors(links)))


def live(floors: Iterable[Floor]) -> Live:
    """What these floors have, together."""
    floors = list(floors)
    agents: dict[str, str] = {}
    for floor in floors:
        for phone, whose in _agents(floor):
            agents[phone] = agents.get(phone) or whose
    queues = {name for floor in floors for name in floor.queues if name}
    return Live(tuple(str(floor.pbx) for floor in floors), tuple(sorted(queues)), dict(sorted(agents.items())))


async def _floors(links: Iterable[LinkSettings]) -> list[Floor]:
    return [await _floor(settings) for settings in links]


async def _floor(settings: LinkSettings) -> Floor:
    floor, changes, clock = Floor(settings.pbx), Changes(), SystemClock()

    def heard(event: Event) -> None:
        apply(floor, event, clock.monotonic(), changes)

    async with logged_in(settings, heard) as link:
        reply = await link.send(QueueStatus())
        if reply.outcome is not Outcome.DONE:
            what = f"it does not tell its queues ({reply.message})" if reply.message else "it does not tell its queues"
            raise OutOfReach(what, place_of(settings), "is app_queue loaded there?")
        if any(map(is_half, floor.agents)):
            await link.send(DeviceStateList())  # without it their phones are not known, and that is all
    return floor


def _agents(floor: Floor) -> Iterator[tuple[str, str]]:
    """Phones and whose they are; members' own before those that only have the number of one."""
    members = {phone: agent for phone, agent in floor.agents.items() if agent.queues and phone}
    numbered: dict[str, list[str]] = defaultdict(list)
    for phone in floor.devices:
        numbered[phone.partition("/")[2]].append(phone)
    names = {phone: agent.name if agent.name != phone else "" for phone, agent in members.items()}
    yield from names.items()
    for interface, name in names.items():
        if is_half(interface):
            number = interface.removeprefix("Local/").partition("@")[0]
            for phone in numbered[number]:
                if answers_to(interface, phone):
                    yield phone, f"{name}, behind {interface}" if name else f"behind {interface}"
