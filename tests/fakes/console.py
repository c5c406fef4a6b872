"""`python -m tests.fakes.console`: the console on a floor that moves by itself, to look at and to measure. No PBX."""

from __future__ import annotations

import argparse
import asyncio
import random

from msgspec.structs import replace

from tests.fakes import rows
from tests.fakes.backend import FakeBackend
from whisper_tui.clock import SystemClock
from whisper_tui.engine.backend import FloorView, Phase, StripView, ViewChanges
from whisper_tui.engine.rows import CallRow, QueueRow, Whose
from whisper_tui.supervision.intents import (
    Answer,
    Barge,
    Done,
    Follow,
    HandBack,
    Intent,
    Join,
    Leave,
    Listen,
    Loud,
    Mute,
    Panic,
    Release,
    TakeOver,
    Unfollow,
    Unmute,
    Whisper,
)
from whisper_tui.terms import CallKey, CallState, Microphone, Mode, Notice, Pbx, Recording
from whisper_tui.ui.app import Console

AGENTS = (
    "Ana Ruiz", "Ben Okoro", "Chloe Martin", "Dmitri Volkov", "Élodie Faure", "Farid Haddad", "Grace Lim", "Hugo Lemaire",
    "Inès Costa", "Jonas Weber", "Keiko Tanaka 田中", "Lars Nyström", "Maya Singh", "Noah Adeyemi", "Olga Petrova", "Pablo Díaz",
)  # fmt: skip
QUEUES = ("support", "sales", "retention", "billing", "vip")
MODES: dict[type[Loud], Mode] = {
    Listen: Mode.SILENT, Whisper: Mode.WHISPER, Barge: Mode.BARGE, Join: Mode.THIRD, TakeOver: Mode.TAKEOVER,
}  # fmt: skip
CALLERS = ("M. Dubois", "", "Großhandel Ämter KG", "", "[/] [bold]x", "", "株式会社サンプル", "")


class MovingFloor(FakeBackend):
    """A floor of `size` calls, on which `changes` rows a second change. It answers keys as a PBX would, late by a little."""

    def __init__(self, size: int, changes: float, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._clock = SystemClock()
        self._pause = 1 / changes
        self._made = 0
        self._size = size
        self._waiting_wanted = max(1, size // 6)
        calls = {row.key: row for row in (self._new_call() for _ in range(size))}
        spied = next((row for row in calls.values() if row.can_be_heard), None)
        spy = None if spied is None else rows.spy("SIP/99", Whose.FOREIGN, None, spied, since=self._clock.monotonic())
        view = FloorView(
            calls, {}, {rows.PBX: rows.link()}, StripView(Phase.NONE), spies=rows.spies(spy) if spy else {}
        )
        super().__init__(replace(view, queues=self._queues(calls)))

    async def run(self) -> None:
        """Move for ever."""
        while True:
            await asyncio.sleep(self._pause)
            self.step()

    def step(self) -> None:
        """Let one thing happen."""
        calls = self.view().calls
        row = self._random.choice(list(calls.values())) if calls else self._new_call()
        changed: dict[CallKey, CallRow | None] = {row.key: self._next(row)}
        if changed[row.key] is None or len(calls) < self._size:
            new = self._new_call()
            changed[new.key] = new
        after = {key: row for key, row in {**calls, **changed}.items() if row is not None}
        queues = self._queues(after)
        before = self.view().queues
        self.push(ViewChanges(calls=changed, queues={k: q for k, q in queues.items() if before.get(k) != q}))
        heard = self.view().strip.call
        if heard in changed and changed[heard] is None:
            self._end(Notice("call.gone", {"agent": self.view().strip.agent}))

    def _new_call(self) -> CallRow:
        self._made += 1
        now = self._clock.monotonic()
        kind = self._random.random()
        agent = self._random.choice(AGENTS)
        queue = self._random.choice(QUEUES)
        number, name = 1000 + self._made, self._random.choice(CALLERS)
        ago = self._random.random() * 600
        if kind < 0.2 or self._made > self._size:
            row = rows.waiting(number, queue, waited=rows.NOW - now + min(ago, 100), caller_name=name)
            return replace(row, began=now - min(ago, 100), waiting_since=now - min(ago, 100))
        row = rows.talking(number, agent, queue, caller_name=name)
        recording = self._random.choice((Recording.ON, Recording.ON, Recording.OFF))
        row = replace(row, began=now - ago - 9, waiting_since=None, talking_since=now - ago, recording=recording)
        return replace(row, state=CallState.HELD, held_since=now - 5, holds=1) if kind > 0.92 else row

    def _next(self, row: CallRow) -> CallRow | None:
        """What becomes of a call."""
        now = self._clock.monotonic()
        match row.state:
            case CallState.WAITING:
                agent = self._random.choice(AGENTS)
                return replace(row, state=CallState.RINGING, agent=agent, agent_device="PJSIP/1001", position=None)
            case CallState.RINGING:
                waited = now - (row.waiting_since or now)
                return replace(
                    row, state=CallState.TALKING, talking_since=now, waited=waited, can_be_heard=True, parties=2
                )
            case CallState.HELD:
                held = row.held + now - (row.held_since or now)
                return replace(row, state=CallState.TALKING, held_since=None, held=held)
            case CallState.TALKING | CallState.ELSEWHERE:
                if self._random.random() < 0.4:
                    return None
                return replace(row, state=CallState.HELD, held_since=now, holds=row.holds + 1)

    def _queues(self, calls: dict[CallKey, CallRow]) -> dict[tuple[Pbx, str], QueueRow]:
        found = {}
        for name in QUEUES:
            mine = [row for row in calls.values() if row.queue == name]
            waits = [row.waiting_since for row in mine if row.state in (CallState.WAITING, CallState.RINGING)]
            talk = sum(row.state in (CallState.TALKING, CallState.HELD) for row in mine)
            since = min((wait for wait in waits if wait is not None), default=None)
            row = rows.queue(name, waiting=len(waits), longest_since=since, performance=91.0, talking=talk, free=2)
            found[row.pbx, name] = row
        return found

    async def ask(self, intent: Intent) -> Answer:
        self.asked.append(intent)
        strip = self.view().strip
        match intent:
            case Listen() | Whisper() | Barge() | Join() | TakeOver():
                if strip.phase is Phase.NONE:
                    await self._ring(intent.call)
                mode = MODES[type(intent)]
                self.push_strip(asked=mode)
                await asyncio.sleep(0.15)
                self._join(intent.call, mode)
            case Mute():
                self.push_strip(microphone=Microphone.MUTED)
            case Unmute():
                self.push_strip(microphone=Microphone.OPEN)
            case Follow(whom=whom):
                self.push_strip(following=whom)
            case Unfollow():
                self.push_strip(following=None)
            case Release():
                idle = StripView(Phase.IDLE, phone=strip.phone, kind=strip.kind, since=self._clock.monotonic())
                self.push(ViewChanges(strip=replace(idle, recorded=False)))
            case HandBack(queue=queue):
                self._end(Notice("handback.done", {"to": queue or strip.agent}))
            case Leave():
                self._end(Notice("leg.left"))
            case Panic():
                self._end(Notice("leg.panic"))
        return Done()

    async def _ring(self, call: CallKey) -> None:
        row = self.view().calls[call]
        self.push_strip(
            phase=Phase.RINGING,
            phone="PJSIP/2001",
            since=self._clock.monotonic(),
            ended=None,
            call=call,
            agent=row.agent,
        )
        await asyncio.sleep(3)

    def _join(self, call: CallKey, mode: Mode) -> None:
        row = self.view().calls.get(call)
        if row is None:
            self._end(Notice("call.gone", {"agent": self.view().strip.agent}))
            return
        now = self._clock.monotonic()
        strip = rows.strip(row, mode, since=now, session_since=now, following=self.view().strip.following)
        if mode is Mode.TAKEOVER:
            self.push(ViewChanges(calls={call: replace(row, agent="", agent_device="", can_be_heard=False)}))
        self.push(ViewChanges(strip=strip))

    def _end(self, why: Notice) -> None:
        self.push(ViewChanges(strip=StripView(Phase.NONE, ended=why)))


class Moving(Console):
    """The console with its floor."""

    def __init__(self, floor: MovingFloor, theme: str) -> None:
        super().__init__(floor, theme=theme)
        self._moving = floor

    def on_ready(self) -> None:
        self._mover = asyncio.create_task(self._moving.run())


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=24)
    arguments.add_argument("--changes", type=float, default=1.0)
    arguments.add_argument("--theme", default="dark")
    chosen = arguments.parse_args()
    Moving(MovingFloor(chosen.rows, chosen.changes), chosen.theme).run(mouse=False)


if __name__ == "__main__":
    main()
