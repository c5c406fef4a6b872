"""Every phone of the tests, in one process of its own, so that their sound keeps its pace: agents and supervisors on
127.0.0.1, customers behind a trunk on 127.0.0.2. Driven by JSON lines over TCP; ends when its standard input closes.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.asterisk.sip import BEATS, Ears, Host, Leg, Message
from tests.asterisk.tones import PACKET


@dataclass(frozen=True, slots=True)
class Manners:
    """What a phone does when it rings: `answer`, `auto` (only when a header tells it to), `ring` for ever, `busy`, `decline`."""

    does: str
    after: float = 0.0
    """Seconds until it answers."""


class Phones:
    def __init__(self) -> None:
        self.hosts: list[Host] = []
        self.legs: dict[str, Leg] = {}
        """The last of them, gone ones too, so that one can ask how a call ended."""
        self.manners: dict[str, Manners] = {}
        self.invites: dict[str, list[tuple[str, str]]] = {}
        """The headers with which each phone was rung last."""
        self.texts: dict[str, dict[str, Message]] = {}
        """What each phone was told by MESSAGE, by Call-ID: one that is sent again is still one."""
        self._rung = asyncio.Event()
        """Set whenever a phone is rung or told something, and replaced."""

    async def run(self, sip: int, port: int, control: int) -> None:
        loop = asyncio.get_running_loop()
        for address in ("127.0.0.1", "127.0.0.2"):
            _, host = await loop.create_datagram_endpoint(
                lambda address=address: Host(self, address, port, ("127.0.0.1", sip)),  # type: ignore[misc]
                local_addr=(address, port),
            )
            self.hosts.append(host)
        server = await asyncio.start_server(self._serve, "127.0.0.1", control, limit=1 << 20)
        ended = loop.run_in_executor(None, sys.stdin.read)
        speaking = asyncio.create_task(self._speak())
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await ended
        speaking.cancel()
        server.close()

    def rings(self, leg: Leg) -> None:
        self._keep(leg)
        assert leg.invite is not None
        self.invites[leg.phone] = leg.invite.headers
        self._wake()
        manners = self.manners.get(leg.phone, Manners("answer"))
        if manners.does == "busy":
            leg.host.refuse(leg, "486 Busy Here")
        elif manners.does == "decline":
            leg.host.refuse(leg, "603 Decline")
        elif manners.does == "answer" or (manners.does == "auto" and _told_to_answer(leg.invite.headers)):
            leg.host.loop.call_later(manners.after, leg.host.answer, leg)

    def is_told(self, phone: str, text: Message) -> None:
        self.texts.setdefault(phone, {})[text.get("call-id")] = text
        self._wake()

    def _wake(self) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def _speak(self) -> None:
        """Each leg has its own beat, as phones have that know nothing of each other."""
        due = time.monotonic()
        for beat in itertools.cycle(range(BEATS)):
            for host in self.hosts:
                for leg in list(host.legs.values()):
                    if leg.beat == beat:
                        leg.speak()
            due = max(due + PACKET / BEATS, time.monotonic() - 1)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _keep(self, leg: Leg) -> None:
        self.legs[leg.ident] = leg
        for ident in [ident for ident, old in self.legs.items() if old.state == "gone"][:-100]:
            del self.legs[ident]

    # --- orders

    async def do(self, order: dict[str, Any]) -> dict[str, Any]:
        act: Callable[[dict[str, Any]], Coroutine[None, None, dict[str, Any]]] = getattr(self, f"do_{order['do']}")
        return await act(order)

    async def do_call(self, order: dict[str, Any]) -> dict[str, Any]:
        """A customer calls; `leg` names the call from here on."""
        number = order["number"]
        name = f'"{order["name"]}" ' if order.get("name") else ""
        trunk = self.hosts[1]
        leg = trunk.call(number, order["to"], f"{name}<sip:{number}@{trunk.address}>", order["tone"])
        self._keep(leg)
        return {"leg": leg.ident}

    async def do_manners(self, order: dict[str, Any]) -> dict[str, Any]:
        self.manners[order["phone"]] = Manners(order["does"], order["after"])
        return {}

    async def do_reset(self, _: dict[str, Any]) -> dict[str, Any]:
        """Hang every phone up; all answer again."""
        self.manners.clear()
        self.invites.clear()
        self.texts.clear()
        for host in self.hosts:
            for leg in list(host.legs.values()):
                host.hang_up(leg)
        return {}

    async def do_legs(self, _: dict[str, Any]) -> dict[str, Any]:
        legs = [leg for host in self.hosts for leg in host.legs.values()]
        return {"legs": [{"leg": leg.ident, "phone": leg.phone, "state": leg.state} for leg in legs]}

    async def do_wait(self, order: dict[str, Any]) -> dict[str, Any]:
        """Return when the leg is in one of `states`."""
        leg = self._find(order["leg"])
        while leg.state not in order["states"]:
            await leg.moved.wait()
        return {"state": leg.state, "refused": leg.refused}

    async def do_ringing(self, order: dict[str, Any]) -> dict[str, Any]:
        """Return the leg that rings at this phone, as soon as one does."""
        while True:
            for leg in self.legs.values():
                if (leg.phone, leg.state) == (order["phone"], "ringing"):
                    return {"leg": leg.ident}
            await self._rung.wait()

    async def do_hang_up(self, order: dict[str, Any]) -> dict[str, Any]:
        leg = self._find(order["leg"])
        leg.host.hang_up(leg)
        return {}

    async def do_answer(self, order: dict[str, Any]) -> dict[str, Any]:
        leg = self._find(order["leg"])
        leg.host.answer(leg)
        return {}

    async def do_press(self, order: dict[str, Any]) -> dict[str, Any]:
        for digit in order["digits"]:
            await self._find(order["leg"]).press(digit)
        return {}

    async def do_hush(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send no packets at all, or send them again."""
        self._find(order["leg"]).hushed = order["on"]
        return {}

    async def do_still(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send packets with nothing in them, or the tone again."""
        self._find(order["leg"]).still = order["on"]
        return {}

    async def do_hold(self, order: dict[str, Any]) -> dict[str, Any]:
        leg = self._find(order["leg"])
        await leg.host.hold(leg, "sendonly" if order["on"] else "sendrecv")
        return {}

    async def do_blind(self, order: dict[str, Any]) -> dict[str, Any]:
        leg = self._find(order["leg"])
        async with asyncio.timeout(5):
            notified = await leg.host.refer(leg, self._address(leg, order["to"]))
        leg.host.hang_up(leg)
        return {"notified": notified}

    async def do_attended(self, order: dict[str, Any]) -> dict[str, Any]:
        """Hold, ring `to`, talk for `talk` seconds, transfer."""
        first = self._find(order["leg"])
        host = first.host
        await host.hold(first, "sendonly")
        second = host.call(first.phone, order["to"], f"<sip:{first.phone}@{host.address}>", first.tone)
        self._keep(second)
        try:
            async with asyncio.timeout(15):
                while second.state not in ("up", "gone"):
                    await second.moved.wait()
                await asyncio.sleep(order["talk"])
                replaces = f"{quote(second.call_id)}%3Bto-tag%3D{second.remote_tag}%3Bfrom-tag%3D{second.local_tag}"
                notified = await host.refer(first, f"{self._address(first, order['to'])}?Replaces={replaces}")
        finally:
            host.hang_up(first)
            host.hang_up(second)
        return {"notified": notified}

    async def do_invite(self, order: dict[str, Any]) -> dict[str, Any]:
        return {"headers": self.invites.get(order["phone"], [])}

    async def do_texts(self, order: dict[str, Any]) -> dict[str, Any]:
        """Return what this phone was told by MESSAGE, oldest first, as soon as it is `least` texts."""
        while len(told := list(self.texts.get(order["phone"], {}).values())) < order["least"]:
            await self._rung.wait()
        return {"texts": [{"from": text.get("from"), "body": text.raw_body.decode()} for text in told]}

    async def do_watch(self, order: dict[str, Any]) -> dict[str, Any]:
        """Count anew what these legs hear, or with `anew` false what those of them hear that are not watched yet."""
        for leg in map(self._find, order["legs"]):
            if order["anew"] or not leg.ears.watched:
                leg.ears = Ears(order["tones"])
            leg.ears.same = 0  # what it has heard so far does not count as steady
        return {}

    async def do_gap(self, order: dict[str, Any]) -> dict[str, Any]:
        """The longest time without a sound that this leg has had since `watch`, in ms."""
        leg = self._find(order["leg"])
        return {"ms": 1000 * leg.ears.playout.longest(leg.ended or time.time())}

    async def do_ear(self, order: dict[str, Any]) -> dict[str, Any]:
        """The loudest sample that this leg has heard since `watch`, and when each tone came first."""
        ears = self._find(order["leg"]).ears
        return {"loudest": ears.loudest, "began": list(ears.began.items())}

    async def do_heard(self, order: dict[str, Any]) -> dict[str, Any]:
        said = {}
        for ident in order["legs"]:
            leg = self._find(ident)
            ears = leg.ears
            assert ears.watched, f"nobody listens to what {ident} hears"
            said[ident] = {
                "state": leg.state,
                "now": sorted(ears.now),
                "same": ears.same,
                "quiet": time.monotonic() - ears.last,
                "packets": ears.packets,
                "by_tone": [[tone, count] for tone, count in ears.by_tone.items()],
            }
        return {"heard": said}

    def _find(self, leg: str) -> Leg:
        """By the leg's name, or by its phone's number: the newest of that phone, one that is up before one that is not."""
        of_phone = [known for known in self.legs.values() if known.phone == leg]
        return self.legs[leg] if leg in self.legs else [*of_phone, *(k for k in of_phone if k.state == "up")][-1]

    @staticmethod
    def _address(leg: Leg, to: str) -> str:
        return f"sip:{to}@{leg.host.pbx[0]}:{leg.host.pbx[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running: set[asyncio.Task[None]] = set()

        async def one(order: dict[str, Any]) -> None:
            try:
                answer = await self.do(order)
            except Exception as why:  # noqa: BLE001  told to the test that asked
                answer = {"failed": repr(why)}
            writer.write(json.dumps({**answer, "id": order["id"]}).encode() + b"\n")

        while line := await reader.readline():
            task = asyncio.create_task(one(json.loads(line)))
            running.add(task)
            task.add_done_callback(running.discard)
        for task in running:
            task.cancel()
        writer.close()


def _told_to_answer(headers: list[tuple[str, str]]) -> bool:
    """As desk phones do it: Polycom and Yealink by Alert-Info, Snom, Grandstream and Cisco by Call-Info."""
    told = {(name.lower(), value) for name, value in headers}
    return any(
        (name == "alert-info" and "info=alert-autoanswer" in value)
        or (name == "call-info" and "answer-after=0" in value)
        for name, value in told
    )


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    for option in ("--sip", "--port", "--control"):
        options.add_argument(option, type=int, required=True)
    asked = options.parse_args()
    asyncio.run(Phones().run(asked.sip, asked.port, asked.control))
