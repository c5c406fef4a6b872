"""A call centre's day, at random: callers wait, give up, talk; agents hold, transfer, pause, ring out, log in and out."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

from tests.asterisk.kit import Bench

NUMBERS = {
    "5550100": 5,
    "5550110": 4,
    "5550120": 2,
    "5550109": 1,
    "5550119": 1,
    "5550161": 1,
    "5550170": 2,
    "5550171": 1,
}
"""What customers dial, and how often."""
AGENTS = [str(number) for number in range(1001, 1013)]
QUEUES = ["support", "sales", "retention"]
REASONS = ["Almoço", "Café", "Treinamento", "Back-office"]
NAMES = ["Marta Alves", "João Brito", "Lúcia Cunha", "", "Rosa [/] Faria", "Zoë Ø. Gomes"]


class Traffic:
    """`calls` customers at a time, and twice a second something happens to an agent."""

    def __init__(self, bench: Bench, seed: int, calls: int = 16) -> None:
        self._bench, self._calls = bench, calls
        self._random = random.Random(seed)
        self.deeds = 0
        """What happened to agents so far."""
        self.refused = 0
        """Deeds that the PBX would not do, e.g. a transfer of a call that had just ended."""

    async def run(self, seconds: float) -> None:
        """Let it go on for `seconds`; on return nobody dials or moves any more, and calls that are up stay up."""
        extra = [(queue, agent) for agent in AGENTS[6:] for queue in self._random.sample(QUEUES, 2)]
        for queue, agent in extra:
            await self._log_in(queue, agent)
        for agent in AGENTS:
            await self._bench.phones.manners(agent, "answer", self._random.uniform(0.1, 1.5))
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(self._customer()) for _ in range(self._calls)]
            workers += [group.create_task(self._move()) for _ in range(6)]
            await asyncio.sleep(seconds)
            for worker in workers:
                worker.cancel()

    async def tidy(self) -> None:
        """Put the queues back as they were."""
        await self._bench.clear()
        for agent in AGENTS:
            await self._bench.witness.ask("QueuePause", Interface=f"PJSIP/{agent}", Paused="false")
            for queue in QUEUES:
                await self._bench.witness.ask("QueueRemove", Queue=queue, Interface=f"PJSIP/{agent}")
        self._bench.lab.cli("queue reload all")

    async def _customer(self) -> None:
        while True:
            await self._pause(0.2, 3)
            to = self._random.choices(list(NUMBERS), list(NUMBERS.values()))[0]
            caller = await self._bench.ring(to, self._random.choice(NAMES))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._random.uniform(6, 25)):  # patience
                    await self._bench.phones.wait(caller.leg, "up", "gone")
                    await self._pause(3, 12)
            if self._random.random() < 0.7:  # else the agent ends it, or the next move does
                with contextlib.suppress(AssertionError):
                    await self._bench.phones.hang_up(caller.leg)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(10):
                    await self._bench.phones.wait(caller.leg, "gone")

    async def _move(self) -> None:
        deeds: list[tuple[Callable[[str], Awaitable[object]], int]] = [
            (self._hold, 5),
            (self._break, 4),
            (self._hang_up, 3),
            (self._blind, 2),
            (self._attended, 2),
            (self._ring_out, 2),
            (self._log_out_and_in, 2),
            (self._penalty, 1),
            (self._record, 2),
        ]
        while True:
            await self._pause(0.3, 1.5)
            deed = self._random.choices([deed for deed, _ in deeds], [often for _, often in deeds])[0]
            self.deeds += 1
            try:
                await deed(self._random.choice(AGENTS))
            except (AssertionError, TimeoutError):
                self.refused += 1

    async def _hold(self, agent: str) -> None:
        leg = await self._talking(agent)
        await self._bench.phones.do("hold", leg=leg, on=True)
        await self._pause(1, 5)
        await self._bench.phones.do("hold", leg=leg, on=False)

    async def _break(self, agent: str) -> None:
        witness, interface = self._bench.witness, f"PJSIP/{agent}"
        await witness.ask("QueuePause", Interface=interface, Paused="true", Reason=self._random.choice(REASONS))
        await self._pause(2, 6)
        if self._random.random() < 0.8:
            await witness.ask("QueuePause", Interface=interface, Paused="false")

    async def _hang_up(self, agent: str) -> None:
        await self._bench.phones.hang_up(await self._talking(agent))

    async def _blind(self, agent: str) -> None:
        to = self._random.choice(["600", "610", "620", *AGENTS])
        await self._bench.phones.do("blind", leg=await self._talking(agent), to=to)

    async def _attended(self, agent: str) -> None:
        to = self._random.choice([other for other in AGENTS if other != agent])
        await self._bench.phones.do("attended", leg=await self._talking(agent), to=to, talk=1.5)

    async def _ring_out(self, agent: str) -> None:
        await self._bench.phones.manners(agent, self._random.choice(["ring", "busy", "decline"]))
        await self._pause(3, 8)
        await self._bench.phones.manners(agent, "answer", 0.5)

    async def _log_out_and_in(self, agent: str) -> None:
        queue = self._random.choice(QUEUES)
        await self._bench.witness.ask("QueueRemove", Queue=queue, Interface=f"PJSIP/{agent}")
        await self._pause(1, 4)
        await self._log_in(queue, agent)

    async def _penalty(self, agent: str) -> None:
        penalty = self._random.randint(0, 3)
        await self._bench.witness.ask("QueuePenalty", Interface=f"PJSIP/{agent}", Penalty=penalty)

    async def _record(self, agent: str) -> None:
        rows = [row for row in await self._bench.witness.channels() if row["Channel"].startswith(f"PJSIP/{agent}-")]
        for row in rows[:1]:
            await self._bench.witness.ask("MixMonitor", Channel=row["Uniqueid"], File=f"{row['Uniqueid']}.wav")

    async def _log_in(self, queue: str, agent: str) -> None:
        phone = f"PJSIP/{agent}"
        add = {"Interface": phone, "StateInterface": phone, "MemberName": f"Agente {agent}", "Penalty": 0}
        await self._bench.witness.ask("QueueAdd", Queue=queue, **add)

    async def _talking(self, agent: str) -> str:
        legs = (await self._bench.phones.do("legs"))["legs"]
        up = [leg["leg"] for leg in legs if leg["phone"] == agent and leg["state"] == "up"]
        assert up, f"{agent} is not on a call"
        return str(up[0])

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self._random.uniform(least, most))
