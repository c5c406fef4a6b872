"""What the tests say: a customer calls, these hear those, this phone is pressed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from tests.asterisk.lab import AGENTS, SUPERVISORS, Lab
from tests.asterisk.tones import CUSTOMER_TONE, agent_tone, default_tone, supervisor_tone
from tests.asterisk.witness import Message, Witness

STEADY = 20
"""Packets in a row (0.4 s) that must be the same before it counts as what somebody hears."""
LIMIT = 5.0
"""Seconds within which it must have become steady."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a phone: `leg` is what the phones call it, `tone` (Hz) is its voice."""

    name: str
    leg: str
    tone: int
    uniqueid: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    customer: Party
    agent: Party


@dataclass(frozen=True, slots=True)
class Heard:
    """What a party was measured to hear."""

    voices: tuple[Party, ...]
    """Steadily, at the end."""
    packets: Mapping[int, int]
    """In how many it heard each tone since `watch`, or since it was listened to first."""


class Transfer(Enum):
    """The ways in which a call gets another agent."""

    BLIND = "blind REFER"
    BLIND_TO_QUEUE = "blind REFER to a queue"
    ATTENDED = "attended REFER"
    AMI_BLIND = "AMI BlindTransfer"


SUPERVISOR = Party("supervisor", "2001", supervisor_tone("2001"))
OTHER_CUSTOMER_TONE = 2200
VOICES = [*map(agent_tone, AGENTS), *map(supervisor_tone, SUPERVISORS), CUSTOMER_TONE, OTHER_CUSTOMER_TONE]
"""All tones that are listened for: a voice that nobody thought of must be missed too."""


class Phones:
    """The phones' remote control."""

    async def open(self, port: int) -> Phones:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._ids = itertools.count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reading = asyncio.create_task(self._read())
        return self

    async def close(self) -> None:
        self._reading.cancel()
        self._writer.close()
        await self._writer.wait_closed()

    async def do(self, order: str, **values: object) -> dict[str, Any]:
        """Give an order of `Phones.do_...` in phones.py and return its answer."""
        ident = next(self._ids)
        self._asked[ident] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps({**values, "do": order, "id": ident}).encode() + b"\n")
        async with asyncio.timeout(30):
            answer = await self._asked[ident]
        assert "failed" not in answer, f"{order}: {answer['failed']}"
        return answer

    async def wait(self, leg: str, *states: str) -> dict[str, Any]:
        return await self.do("wait", leg=leg, states=states)

    async def manners(self, phone: str, does: str, after: float = 0.0) -> None:
        await self.do("manners", phone=phone, does=does, after=after)

    async def hang_up(self, leg: str) -> None:
        await self.do("hang_up", leg=leg)

    async def ringing(self, phone: str) -> str:
        """The leg that rings at this phone, as soon as one does."""
        return str((await self.do("ringing", phone=phone))["leg"])

    async def press(self, leg: str, digits: str) -> None:
        await self.do("press", leg=leg, digits=digits)

    async def texts(self, phone: str, least: int = 0) -> list[str]:
        """What this phone was told by MESSAGE, oldest first, as soon as it is `least` texts."""
        return [str(text["body"]) for text in (await self.do("texts", phone=phone, least=least))["texts"]]

    async def _read(self) -> None:
        while line := await self._reader.readline():
            answer = json.loads(line)
            asked = self._asked.pop(answer["id"])
            if not asked.done():
                asked.set_result(answer)


class Bench:
    """One test's hands and eyes on the lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.witness = Witness()
        self.phones = Phones()
        self.logs: list[Path] = []
        """Session logs of other consoles that this test has had."""
        self._numbers = itertools.count(5550151)

    async def open(self) -> Bench:
        await self.witness.open(self.lab.ports.ami)
        await self.phones.open(self.lab.ports.control)
        await self.clear()
        return self

    async def close(self) -> None:
        await self.clear()
        await self.drop()

    async def drop(self) -> None:
        """Leave everything as it is; an Asterisk that is gone has closed its side already."""
        for each in (self.phones, self.witness):
            with contextlib.suppress(ConnectionError):
                await each.close()

    async def clear(self) -> None:
        """Everybody hangs up; return when Asterisk has no channel left."""
        await self.phones.do("reset")
        while channels := await self.witness.channels():
            gone = [self.witness.expect(is_gone(row["Uniqueid"])) for row in channels]
            for row in channels:
                await self.witness.ask("Hangup", Channel=row["Uniqueid"])
            await asyncio.wait(gone, timeout=0.2)

    async def ring(self, to: str, name: str = "Cliente", tone: int = CUSTOMER_TONE) -> Party:
        """A customer dials `to`; return when Asterisk has the call."""
        number = str(next(self._numbers))
        arrived = self.witness.expect(
            lambda m: m.name == "Newchannel" and m["CallerIDNum"] == number and m["Channel"].startswith("PJSIP/trunk-")
        )
        leg = (await self.phones.do("call", to=to, number=number, name=name, tone=tone))["leg"]
        async with asyncio.timeout(LIMIT):
            seen = await arrived
        return Party(f"customer {number}", leg, tone, seen["Uniqueid"], seen["Channel"])

    async def call(self, to: str, name: str = "Cliente", tone: int = CUSTOMER_TONE) -> Call:
        """A customer dials `to`; return when an agent and the customer hear each other."""
        customer = await self.ring(to, name, tone)
        agent = _agent(await self._answered(lambda m: m["Linkedid"] == customer.uniqueid), "agent")
        for party in (customer, agent):
            await self._joined(party.uniqueid)
        await self.hear({customer: {agent}, agent: {customer}})
        return Call(customer, agent)

    async def transfer(self, call: Call, kind: Transfer, to: str) -> Party:
        """Give the customer to another agent: `to` is their number, or that of a queue.

        Return them once they and the customer hear each other, whoever else is heard. What was counted since `watch`
        is not lost by it.
        """
        before = len(self.witness.events)
        if kind is Transfer.ATTENDED:
            await self.phones.do("attended", leg=call.agent.leg, to=to, talk=0.5)
        elif kind is Transfer.AMI_BLIND:
            where = {"Channel": call.agent.channel, "Context": "internal", "Exten": to}
            said = await self.witness.ask("BlindTransfer", **where)
            assert said["Response"] == "Success", said
        else:
            await self.phones.do("blind", leg=call.agent.leg, to=to)
        dialled = await self._answered(lambda m: m["DestUniqueid"] != call.agent.uniqueid, before)
        new = _agent(dialled, "new agent")
        await self._joined(new.uniqueid)
        await self.reach(call.customer, new)
        return new

    async def answered(self, customer: Party, since: int = 0) -> Party:
        """The agent who has the customer now, once they hear each other; `since`: of the witness's events."""
        agent = _agent(await self._answered(lambda m: True, since), "agent")
        await self.reach(customer, agent)
        return agent

    async def third(self, call: Call, number: str) -> Party:
        """The phone `number` is rung and added to the bridge of `call`; return it once all three hear each other.

        Measured on 22.10.1 and 16.28.0: one BridgeEnter (BridgeNumChannels 3), then the bridge becomes a softmix; when it
        hangs up one BridgeLeave, and the other two go on. Data may be the agent's channel or the customer's, by name; a
        Uniqueid is taken for whatever begins with it. A name that is not there: OriginateResponse says Success, the
        phone is answered and hung up (Cause 0), with no BridgeEnter.
        """
        before = len(self.witness.events)
        ring = {"Application": "BridgeAdd", "Data": call.agent.channel, "Async": "true"}
        await self.witness.ask("Originate", Channel=f"PJSIP/{number}", **ring)
        arrived = await self.witness.sees(
            lambda m: m.name == "BridgeEnter" and m["Channel"].startswith(f"PJSIP/{number}-"), since=before
        )
        tone = default_tone(number)
        third = Party(f"third party {number}", number, tone, arrived["Uniqueid"], arrived["Channel"])
        for one, other in itertools.combinations((third, call.agent, call.customer), 2):
            await self.reach(one, other)
        return third

    async def hear(self, expected: Mapping[Party, Iterable[Party]], limit: float = LIMIT) -> dict[Party, Heard]:
        """Wait until each hears exactly those, over STEADY packets that all came in the same time.

        A party that is to hear nobody may also get no packets at all; one that hears somebody got them by nature.
        """
        wanted = {who: frozenset(party.tone for party in whom) for who, whom in expected.items()}
        last = await self._until(wanted, lambda who, said: _hears(said, wanted[who]), limit)
        known = {party.tone: party for party in itertools.chain(expected, *expected.values())}
        return {
            who: Heard(
                tuple(known[tone] for tone in last[who.leg]["now"] if tone in known), dict(last[who.leg]["by_tone"])
            )
            for who in expected
        }

    async def reach(self, one: Party, other: Party, limit: float = LIMIT) -> None:
        """Wait until these two hear each other, whoever else they hear."""
        wanted = {one: frozenset({other.tone}), other: frozenset({one.tone})}
        await self._until(wanted, lambda who, said: _hears(said, wanted[who] | set(said["now"])), limit)

    async def gap(self, party: Party) -> float:
        """The longest time without any sound that it has had since `watch`, in ms."""
        return float((await self.phones.do("gap", leg=party.leg))["ms"])

    async def watch(self, listeners: Iterable[Party]) -> None:
        """Count anew what each of these hears."""
        await self.phones.do("watch", legs=[party.leg for party in listeners], tones=VOICES, anew=True)

    def press_soon(self, leg: str, digits: str) -> asyncio.Task[None]:
        return asyncio.create_task(self.phones.press(leg, digits))

    async def so_far(self, party: Party) -> dict[int, int]:
        """The packets in which it heard each tone since `watch`."""
        return dict((await self._heard([party]))[party.leg]["by_tone"])

    async def _until(
        self, wanted: Mapping[Party, frozenset[int]], happened: Callable[[Party, dict[str, Any]], bool], limit: float
    ) -> dict[str, Any]:
        """Return what each hears, once it has happened to all in the same time."""
        legs = [party.leg for party in wanted]
        await self.phones.do("watch", legs=legs, tones=VOICES, anew=False)
        last: dict[str, Any] = {}
        try:
            async with asyncio.timeout(limit):
                while True:
                    last = await self._heard(wanted)
                    if all(happened(who, last[who.leg]) for who in wanted):
                        return last
                    await asyncio.sleep(0.02)
        except TimeoutError:
            names = {party.tone: party.name for party in wanted}

            def named(tones: Iterable[int]) -> list[str]:
                return [names.get(tone, f"{tone} Hz") for tone in sorted(tones)]

            heard = {who.name: named(last[who.leg]["now"]) for who in wanted}
            asked = {who.name: named(tones) for who, tones in wanted.items()}
            raise AssertionError(f"heard: {heard}\nwanted: {asked}\n{last}") from None

    async def _answered(self, test: Callable[[Message], bool], since: int = 0) -> Message:
        """The news that an agent's phone has answered."""
        return await self.witness.sees(
            lambda m: (
                (m.name, m["DialStatus"]) == ("DialEnd", "ANSWER")
                and m["DestChannel"].startswith("PJSIP/10")
                and test(m)
            ),
            since=since,
        )

    async def _joined(self, uniqueid: str) -> None:
        await self.witness.sees(lambda m: m.name == "BridgeEnter" and m["Uniqueid"] == uniqueid)

    async def _heard(self, parties: Iterable[Party]) -> dict[str, Any]:
        heard: dict[str, Any] = (await self.phones.do("heard", legs=[party.leg for party in parties]))["heard"]
        return heard


def _agent(dialled: Message, name: str) -> Party:
    number = dialled["DestChannel"].removeprefix("PJSIP/").split("-")[0]
    tone = agent_tone(number)
    return Party(f"{name} {number}", number, tone, dialled["DestUniqueid"], dialled["DestChannel"])


def _hears(said: dict[str, Any], tones: AbstractSet[int]) -> bool:
    if not tones and said["quiet"] >= STEADY * 0.02:
        return True
    return said["now"] == sorted(tones) and said["same"] >= STEADY and said["quiet"] < 0.2


def is_gone(uniqueid: str) -> Callable[[Message], bool]:
    return lambda message: message.name == "Hangup" and message["Uniqueid"] == uniqueid
