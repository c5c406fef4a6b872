"""Who is at the other end: through `Local/...` pairs, by who dialled whom and who shares a bridge, never by position.

AUDIO.md F12: a queue's member may be `Local/1001@internal/n`; then four channels live, `caller - ;1 | ;2 - phone`, and a
whisper on the wrong one is heard by the customer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from whisper_tui.ami.names import CUE_ID, LEG_ID
from whisper_tui.floor.model import Channel, Floor
from whisper_tui.terms import Uniqueid

DEPTH = 8
"""Pairs of `Local/...` followed one behind the other; a longer chain is not followed."""

_NOT_PHONES = frozenset({"Local", "Queue", "Custom", "MeetMe", "Confbridge", "Calendar", "Park"})
_PHONE = re.compile(r"([A-Za-z0-9]+)/([^/\s]+)")


def device_of(channel: str) -> str:
    """`PJSIP/1001` of `PJSIP/1001-0000002f`."""
    head, dash, _ = channel.rpartition("-")
    return head if dash else channel


def is_half(channel: str) -> bool:
    """One half of a `Local/...` pair."""
    return channel.startswith("Local/")


def is_leg(uniqueid: str) -> bool:
    """A supervision leg of this or another installation, by its ChannelId."""
    return uniqueid.startswith("wt-") and LEG_ID.fullmatch(uniqueid) is not None


def is_cue(uniqueid: str) -> bool:
    """A leg of this or another installation that speaks a cue card to an agent, and hears nobody."""
    return uniqueid.startswith("wt-") and CUE_ID.fullmatch(uniqueid) is not None


def member_phone(interface: str, state_interface: str, seen: Mapping[str, str]) -> str:
    """Return the phone of a queue member.

    Args:
        interface: `PJSIP/1001`, or `Local/1001@internal/n` (FreePBX).
        state_interface: `PJSIP/1001`, or `hint:1001@ext-local`, which is not a phone.
        seen: phones that were seen ringing behind an interface.

    Returns:
        `interface` if that is a phone, else the state interface if that is one, else what was seen, else `interface`.
    """
    if _is_phone(interface):
        return interface
    if _is_phone(state_interface):
        return state_interface
    return seen.get(interface, interface)


def answers_to(interface: str, device: str) -> bool:
    """Whether `device` may be learned as the phone of `Local/1001@...`: only if its own name is that extension.

    A member that rings a mobile leads to `PJSIP/trunk`, which is everybody's.
    """
    phone = _PHONE.fullmatch(device)
    return phone is not None and interface.removeprefix("Local/").partition("@")[0] == phone[2]


def other_half(floor: Floor, half: Channel) -> Channel | None:
    name = half.name
    other = floor.halves.get(name[:-1] + ("2" if name.endswith("1") else "1"))
    return floor.channels[other] if other is not None else None


def reachable(floor: Floor, bridge: str) -> list[Channel]:
    """Everybody who talks in `bridge`, through `Local/...` pairs; no halves, no supervision legs."""
    channels = floor.channels
    talkers: list[Channel] = []
    bridges = [bridge]
    for ident in bridges:
        for uniqueid in floor.bridges[ident].channels:
            channel = channels[uniqueid]
            if is_half(channel.name):
                other = other_half(floor, channel)
                if other is not None and other.bridge and other.bridge not in bridges and len(bridges) < DEPTH:
                    bridges.append(other.bridge)
            elif not channel.leg:
                talkers.append(channel)
    return talkers


def origin(floor: Floor, channel: Channel) -> Channel | None:
    """Who really calls where `channel` dials: itself, or whoever is in front of the `Local/...` pairs. None: not known."""
    for _ in range(DEPTH):
        if not is_half(channel.name):
            return channel
        half = other_half(floor, channel)
        if half is None:
            return None
        before = _beside(floor, half) if half.bridge else floor.channels.get(Uniqueid(half.dialled_by))
        if before is None:
            return None
        channel = before
    return None


def behind(floor: Floor, half: Channel) -> Channel | None:
    """The one channel that talks behind a `Local/...` half, or None if there is none or more than one."""
    other = other_half(floor, half)
    if other is None or not other.bridge:
        return None
    front = half.bridge and floor.bridges[half.bridge].channels
    there = [channel for channel in reachable(floor, other.bridge) if not front or channel.uniqueid not in front]
    return there[0] if len(there) == 1 else None


def _beside(floor: Floor, half: Channel) -> Channel | None:
    for uniqueid in floor.bridges[half.bridge].channels:
        if uniqueid != half.uniqueid and not floor.channels[uniqueid].leg:
            return floor.channels[uniqueid]
    return None


def _is_phone(interface: str) -> bool:
    found = _PHONE.match(interface)
    return found is not None and found[1] not in _NOT_PHONES
