"""Facts of a call read again before anything is granted: events are hints, anybody's phone can put bytes in them."""

from __future__ import annotations

import asyncio

from msgspec import Struct

from whisper_tui.ami.actions import BridgeInfo, Outcome, Reply
from whisper_tui.ami.list_rows import BridgeMemberRow, StatusRow
from whisper_tui.engine.line import Line
from whisper_tui.floor import find
from whisper_tui.floor.model import Call
from whisper_tui.terms import CallKey, CallState, Notice, Recording, Uniqueid

UP = 6
"""AST_STATE_UP."""


class Target(Struct, frozen=True):
    """A call as the PBX itself describes it now.

    Args:
        channel: the agent's.
        agent: the agent's phone, from the name of its own channel.
        queue: the queue, None outside queues.
        parties: channels in the agent's bridge.
        peer: the other agent's phone, where the customer is one, else "".
        name, customer: the whole names of the agent's and the customer's channel, good only until something is asked of them.
        bridge: the agent's.
        tags, variables, declined, recorded: as the floor has them (`recorded`: the customer's channel, and the agent's).
    """

    call: CallKey
    channel: Uniqueid
    agent: str
    member: str
    queue: str | None
    caller: str
    linkedid: str
    parties: int
    peer: str
    name: str
    customer: str
    bridge: str
    tags: frozenset[str]
    variables: tuple[tuple[str, str], ...]
    declined: bool
    recorded: tuple[Recording, Recording]
    recording_file: str


async def read_target(line: Line, uniqueid: Uniqueid) -> Target | Notice:
    """Ask the PBX who is connected to whom in this call; the answer, or why it cannot be heard now.

    Both channels must be up, bridged and of one Linkedid, and the customer in the queue that the floor shows. With a
    `Local/...` member (FreePBX) agent and customer stand in two bridges, so the bridge itself is not compared.
    """
    call = line.floor.calls.get(uniqueid)
    if call is None:
        return Notice("denied.no-such-call")
    if (why := not_audible(call)) is not None:
        return why
    agent_channel = call.agent_channel or Uniqueid("")
    replies = await asyncio.gather(*(line.wire.send(line.status(each)) for each in (agent_channel, call.key)))
    agent, customer = (_row(reply) for reply in replies)
    if agent is None or customer is None:
        lost = any(reply.outcome is Outcome.UNKNOWN for reply in replies)
        return Notice("link.stale", {"pbx": line.pbx}) if lost else Notice("call.gone", {"agent": _name(line, call)})
    queue = customer.application_data.partition(",")[0] if customer.application == "Queue" else None
    if (
        agent.uniqueid != agent_channel
        or customer.uniqueid != call.key
        or agent.linkedid != customer.linkedid
        or not (agent.state == UP and agent.bridge and customer.bridge)
        or device_of(agent.channel) != call.agent
        or (queue or "") != call.queue
    ):
        line.look_again()
        return Notice("call.changed")
    bridge = await line.wire.send(BridgeInfo(agent.bridge))
    members = [row for row in bridge.rows if isinstance(row, BridgeMemberRow)]
    still = line.floor.calls.get(uniqueid) is call and (call.agent, call.agent_channel) == (
        device_of(agent.channel),
        agent_channel,
    )
    if agent_channel not in {row.uniqueid for row in members} or not still:
        return Notice("call.changed")
    return Target(
        CallKey(line.pbx, uniqueid),
        agent_channel,
        call.agent,
        _name(line, call),
        queue,
        call.number,
        agent.linkedid,
        len(members),
        peer if (peer := device_of(customer.channel)) in line.floor.agents else "",
        agent.channel,
        customer.channel,
        agent.bridge,
        call.tags,
        find.variables_of(line.floor, call),
        call.declined,
        find.recordings(line.floor, call),
        find.recording_file(line.floor, call),
    )


def not_audible(call: Call) -> Notice | None:
    """Why nobody can be heard in this call, or None."""
    if call.state not in (CallState.TALKING, CallState.HELD):
        return Notice("call.waiting")
    if call.agent_channel is None:
        return Notice("call.no_agent_channel")
    return None


def device_of(channel: str) -> str:
    """`PJSIP/1001-0000002f` -> `PJSIP/1001`."""
    return channel.rpartition("-")[0] or channel


def _name(line: Line, call: Call) -> str:
    agent = line.floor.agents.get(call.agent)
    return agent.name if agent is not None and agent.name else call.agent


def _row(reply: Reply) -> StatusRow | None:
    rows = [row for row in reply.rows if isinstance(row, StatusRow)]
    return rows[0] if reply.outcome is Outcome.DONE and len(rows) == 1 else None
