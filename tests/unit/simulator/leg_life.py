"""What a console does with a leg, action by action: the steps that several tests begin with."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.ami_client import AmiClient
from whisper_tui.floor.model import Call
from whisper_tui.simulator.server import Simulator
from whisper_tui.terms import CallState, Uniqueid

LEG = "wt-0a1b2c3d-00000000000000aa"
LOCK = "DTMF_END"


@dataclass(frozen=True)
class Talk:
    """Two who talk: an agent's channel and a customer's."""

    agent: Uniqueid
    customer: Uniqueid
    queue: str


def talks(pbx: Simulator) -> list[Talk]:
    """Calls of two that are up, as the floor lists them."""
    return [talk for call in pbx.floor.calls.values() if (talk := _talk(call)) is not None]


def _talk(call: Call) -> Talk | None:
    if call.state is not CallState.TALKING or call.agent_channel is None or call.parties != 2:
        return None
    return Talk(call.agent_channel, call.key, call.queue)


async def dial(
    client: AmiClient,
    leg: str = LEG,
    phone: str = "PJSIP/2001",
    options: str = "d",
    lease: str = "30",
    timeout: str = "5000",
    dropped: str = LOCK,
) -> str:
    """Ring the phone as DESIGN section 2 does; return the ActionID."""
    reply = await client.ask(
        "Originate",
        ("Variable", f"FRAME_DROP(RX)={dropped}"),
        ("Variable", f"TIMEOUT(absolute)={lease}"),
        Channel=phone,
        Application="ChanSpy",
        Data=f",qg({leg}){options}",
        CallerID='"Supervision" <2000>',
        Timeout=timeout,
        ChannelId=leg,
        Async="true",
    )
    assert reply["Message"] == "Originate successfully queued"
    return reply["ActionID"]


async def join(client: AmiClient, beside: str, leg: str = LEG, lease: str = "30") -> None:
    """Ring, and come into the call that `beside`, a channel's name, is in."""
    reply = await client.ask(
        "Originate",
        ("Variable", f"FRAME_DROP(RX)={LOCK}"),
        ("Variable", f"TIMEOUT(absolute)={lease}"),
        Channel="PJSIP/2001",
        Application="BridgeAdd",
        Data=beside,
        CallerID='"Supervision" <2000>',
        Timeout="5000",
        ChannelId=leg,
        Async="true",
    )
    answered = await client.event("OriginateResponse", ActionID=reply["ActionID"])
    assert answered["Response"] == "Success"


async def up(client: AmiClient, leg: str = LEG, options: str = "d", lease: str = "30") -> None:
    """Ring, and wait for the answer."""
    await dial(client, leg, options=options, lease=lease)
    answered = await client.event("OriginateResponse", Uniqueid=leg)
    assert answered["Response"] == "Success"


async def lock(client: AmiClient, value: str, leg: str = LEG) -> str:
    """Set what is dropped of the leg's frames; return Asterisk's words."""
    return (await client.ask("Setvar", Channel=leg, Variable="FRAME_DROP(RX)", Value=value))["Message"]


async def key(client: AmiClient, digit: str, leg: str = LEG) -> None:
    """Unlock, press, wait until it was read, lock."""
    await lock(client, "", leg)
    begun = len(client.messages)
    await client.ask("PlayDTMF", Channel=leg, Digit=digit, Receive="true")
    await client.event("DTMFEnd", since=begun, Uniqueid=leg, Digit=digit, Direction="Received")
    await lock(client, LOCK, leg)


async def leash(client: AmiClient, target: str, group: str) -> None:
    reply = await client.ask("Setvar", Channel=target, Variable="SPYGROUP", Value=group)
    assert reply["Message"] == "Variable Set"


async def aim(client: AmiClient, target: str, leg: str = LEG) -> None:
    """Put the leash on `target`, and wait until the leg hears it."""
    begun = len(client.messages)
    await leash(client, target, leg)
    await client.event("ChanSpyStart", since=begun, SpyerUniqueid=leg, SpyeeUniqueid=target)
