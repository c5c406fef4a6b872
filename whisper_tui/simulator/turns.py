"""From the end of one loop to the beginning of the next, without an empty floor in between.

Everything still up is ended and everything the recording begins with is brought about, by turns, so that the screen stays full.
"""

from __future__ import annotations

from collections.abc import Iterator

from whisper_tui.floor.model import Call, Floor
from whisper_tui.simulator import scenes
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.terms import CallState


def turn(pbx: SimulatedPbx, there: Floor) -> Iterator[None]:
    """Say what leads from the floor as it is to `there`, a floor with other ids; pause wherever this yields.

    Legs stay: the supervisor's phone has no part in the recording.
    """
    old = _in_order(pbx.floor)
    _staff(pbx, there)
    yield
    for call in _in_order(there):
        for ended in [one for one in old if call.agent and call.agent in (one.agent, one.peer)] or old[:1]:
            old.remove(ended)
            _end(pbx, ended)
        queue = there.queues.get(call.queue)
        if queue is not None and call.key in queue.waiting:
            pbx.priorities[call.key] = queue.waiting[call.key].priority or 0
        scenes.begin(pbx, there, call)
        yield
    for ended in old:
        _end(pbx, ended)
        yield
    for channel in [one for one in pbx.floor.channels.values() if not one.leg and one.uniqueid not in there.channels]:
        if channel.uniqueid in pbx.floor.channels:
            scenes.leave_bridge(pbx, channel)
            scenes.hang_up(pbx, channel)
    _settle(pbx, there)


def _in_order(floor: Floor) -> list[Call]:
    """Talking ones first, because they free or take agents; then those who wait, as they stand in line."""

    def place(call: Call) -> tuple[bool, int]:
        queue = floor.queues.get(call.queue)
        waiting = queue.waiting.get(call.key) if queue is not None else None
        return call.state not in (CallState.TALKING, CallState.HELD), waiting.position if waiting is not None else 0

    return sorted(floor.calls.values(), key=place)


def _end(pbx: SimulatedPbx, call: Call) -> None:
    if call.key in pbx.floor.calls:  # it may have gone with another, or have hung up by itself
        scenes.end(pbx, call)


def _staff(pbx: SimulatedPbx, there: Floor) -> None:
    """Members as the recording begins with them: who is in which queue, who is paused and why."""
    for queue in there.queues.values():
        here = pbx.floor.queues.get(queue.name)
        for member in queue.members.values():
            now = here.members.get(member.interface) if here is not None else None
            if now is None:
                pbx.member(scenes.idle(member), "Added")
            elif (now.paused, now.reason) != (member.paused, member.reason):
                pbx.member(scenes.idle(member, now), "Pause")
            elif now.penalty != member.penalty:
                pbx.member(scenes.idle(member, now), "Penalty")
    for queue in list(pbx.floor.queues.values()):
        stays = there.queues[queue.name].members if queue.name in there.queues else {}
        for member in [one for interface, one in queue.members.items() if interface not in stays]:
            pbx.member(member, "Removed")


def _settle(pbx: SimulatedPbx, there: Floor) -> None:
    """Phones that are in no call, as the recording begins with them."""
    for device, state in there.devices.items():
        agent = pbx.floor.agents.get(device)
        if agent is None or not agent.calls:
            pbx.device(device, state)
    for queue in there.queues.values():
        for member in queue.members.values():
            here = pbx.floor.queues[queue.name].members.get(member.interface)
            if here is not None and here.status != member.status:
                pbx.member(scenes.with_status(here, member.status, member.in_call))
