"""What the tests say: a customer calls, these hear those, this phone is pressed."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.asterisk.lab import AGENTS, SUPERVISORS, Lab
from tests.asterisk.tones import CUSTOMER_TONE, agent_tone, supervisor_tone
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
        """Leave everything as it is."""
        await self.phones.close()
        await self.witness.close()

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
        dialled = await self.witness.sees(
            lambda m: (
                (m.name, m["DialStatus"], m["Linkedid"]) == ("DialEnd", "ANSWER", customer.uniqueid)
                and m["DestChannel"].startswith("PJSIP/")
            )
        )
        number = dialled["DestChannel"].removeprefix("PJSIP/").split("-")[0]
        agent = Party(f"agent {number}", number, agent_tone(number), dialled["DestUniqueid"], dialled["DestChannel"])
        for party in (customer, agent):
            await self.witness.sees(lambda m, who=party: m.name == "BridgeEnter" and m["Uniqueid"] == who.uniqueid)  # type: ignore[misc]
        await self.hear({customer: {agent}, agent: {customer}})
        return Call(customer, agent)

    async def hear(
        self, expected: Mapping[Party, Iterable[Party]], limit: float = LIMIT
    ) -> dict[Party, dict[int, int]]:
        """Wait until each hears exactly those, over STEADY packets that all came in the same time.

        A party that is to hear nobody may also get no packets at all; one that hears somebody got them by nature.

        Returns:
            For each party the packets in which each tone was heard since `watch` (or since this began).
        """
        await self.watch(expected)
        last: dict[str, Any] = {}
        try:
            async with asyncio.timeout(limit):
                while True:
                    last = await self._heard(expected)
                    if all(_hears(last[who.leg], {p.tone for p in whom}) for who, whom in expected.items()):
                        break
                    await asyncio.sleep(0.02)
        except TimeoutError:
            names = {p.tone: p.name for p in itertools.chain(expected, *expected.values())}
            said = {who.name: [names.get(tone, f"{tone} Hz") for tone in last[who.leg]["now"]] for who in expected}
            wanted = {who.name: [p.name for p in whom] for who, whom in expected.items()}
            raise AssertionError(f"heard: {said}\nwanted: {wanted}\n{last}") from None
        return {who: dict(last[who.leg]["by_tone"]) for who in expected}

    async def watch(self, listeners: Iterable[Party]) -> None:
        """Count anew what each of these hears."""
        await self.phones.do("watch", legs=[party.leg for party in listeners], tones=VOICES)

    def press_soon(self, leg: str, digits: str) -> asyncio.Task[None]:
        return asyncio.create_task(self.phones.press(leg, digits))

    async def so_far(self, party: Party) -> dict[int, int]:
        """The packets in which it heard each tone since `watch`."""
        return dict((await self._heard([party]))[party.leg]["by_tone"])

    async def _heard(self, parties: Iterable[Party]) -> dict[str, Any]:
        heard: dict[str, Any] = (await self.phones.do("heard", legs=[party.leg for party in parties]))["heard"]
        return heard


def _hears(said: dict[str, Any], tones: set[int]) -> bool:
    if not tones and said["quiet"] >= STEADY * 0.02:
        return True
    return said["now"] == sorted(tones) and said["same"] >= STEADY and said["quiet"] < 0.2


def is_gone(uniqueid: str) -> Callable[[Message], bool]:
    return lambda message: message.name == "Hangup" and message["Uniqueid"] == uniqueid
