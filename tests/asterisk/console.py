"""The program on the lab without its screen: an engine, a session log on disk and one supervisor, as `cli` joins them.

As a program of its own (`python -m tests.asterisk.console PORT LOG ACCOUNT DEVICE INSTALLATION`) it does what it reads line by
line, to be killed.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.asterisk.kit import LIMIT, Call
from tests.asterisk.lab import SECRET
from tests.fakes.law import Law
from whisper_tui.ami.link import Link
from whisper_tui.ami.settings import LinkSettings
from whisper_tui.audit.trail import Trail
from whisper_tui.clock import Clock, SystemClock
from whisper_tui.config.secrets import HiddenSecret
from whisper_tui.engine.backend import FloorView, Phase, StripView, ViewChanges
from whisper_tui.engine.booth import Booth
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.facts import FactRules
from whisper_tui.engine.lawbook import PolicySource
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.seat import Seat
from whisper_tui.floor.model import HEEDS_NOTHING, Floor, Heeds
from whisper_tui.permissions.policy import Notify, Policy, Profile
from whisper_tui.supervision.intents import Answer, Barge, Done, Intent, Join, Listen, Release, TakeOver, Whisper
from whisper_tui.terms import CallKey, LinkState, Notice, Pbx, Right, Subject, Uniqueid

PBX = Pbx("lab")
ACCOUNT, DEVICE, INSTALLATION = "console", "PJSIP/2001", "0123abcd"
NO_ENTRIES = Entries()
ANA = Subject("ana", 1000, login_uid=1000)
START = 20.0
"""Seconds in which a console of its own process is live, or closed, many of them at a time."""
RIGHTS = frozenset({Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE, Right.JOIN, Right.TAKEOVER})


class Console:
    """One supervisor at work."""

    def __init__(self, engine: Engine, seat: Seat) -> None:
        self.engine, self.seat = engine, seat
        self.told: list[Notice] = []
        self._changed = asyncio.Event()
        seat.subscribe(self._take)

    @property
    def strip(self) -> StripView:
        return self.seat.view().strip

    async def ask(self, intent: Intent) -> Answer:
        return await self.seat.ask(intent)

    async def does(self, intent: Intent) -> None:
        """Ask for it, and fail unless it is done."""
        answer = await self.seat.ask(intent)
        assert answer == Done(), f"{intent}: {answer}"

    async def sees(self, call: Call) -> CallKey:
        """The call's key, once the floor shows that it can be heard."""
        key = CallKey(PBX, Uniqueid(call.customer.uniqueid))
        await self.until(lambda view: key in view.calls and view.calls[key].can_be_heard)
        return key

    async def until(self, happened: Callable[[FloorView], bool], limit: float = LIMIT) -> None:
        async with asyncio.timeout(limit):
            while not happened(self.seat.view()):
                self._changed.clear()
                await self._changed.wait()

    @property
    def floor(self) -> Floor:
        return self.engine.lines[PBX].floor

    async def soon(self, so: Callable[[Floor], bool], limit: float = LIMIT) -> None:
        """Wait until it is so on the floor, also for what no row of the screen shows."""
        async with asyncio.timeout(limit):
            while True:
                if so(self.floor):
                    return
                await asyncio.sleep(0.02)

    def _take(self, changes: ViewChanges) -> None:
        self.told.extend(changes.notices)
        self._changed.set()


class ChildConsole:
    """A console in a process of its own."""

    async def start(
        self,
        port: int,
        trail: Path,
        *,
        account: str = ACCOUNT,
        device: str = DEVICE,
        installation: str = INSTALLATION,
    ) -> ChildConsole:
        words = (str(port), str(trail), account, device, installation)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.asterisk.console", *words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert await self.says(START) == "live"
        return self

    async def do(self, deed: str, call: Call) -> str:
        """`listen`, `whisper`, `barge`, `release`, `join`, `takeover`; returns what was answered."""
        self.begin(deed, call)
        return await self.says()

    def begin(self, deed: str, call: Call) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{deed} {call.customer.uniqueid}\n".encode())

    def stop(self) -> None:
        """SIGSTOP: it is there and does nothing."""
        self._process.send_signal(signal.SIGSTOP)

    async def quit(self) -> None:
        """Let it close its log, once it has nothing up, and see it end."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"quit -\n")
        while await self.says(START) != "left":
            pass  # the answer to what it was asked before
        self._process.stdin.close()
        await self._process.wait()

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def says(self, limit: float = LIMIT) -> str:
        """Its next line."""
        assert self._process.stdout is not None
        async with asyncio.timeout(limit):
            return (await self._process.stdout.readline()).decode().strip()


@asynccontextmanager
async def console_on(
    port: int,
    trail: Path,
    *,
    rights: frozenset[Right] = RIGHTS,
    account: str = ACCOUNT,
    device: str = DEVICE,
    ring_seconds: float = 10.0,
    answer_headers: tuple[tuple[str, str], ...] = (),
    installation: str = INSTALLATION,
    idle_seconds: float = 300.0,
    tags_variable: str = "",
    entries: Entries = NO_ENTRIES,
    notify: Notify = Notify.OFF,
    decline_key: str = "",
    law: PolicySource | None = None,
    clock: Clock | None = None,
    floor_server: bool = False,
    cues: tuple[str, ...] = (),
    booth: Booth | None = None,
    heeds: Heeds = HEEDS_NOTHING,
    facts: FactRules | None = None,
) -> AsyncIterator[Console]:
    """A console whose floor is live; leaves and closes its log at the end.

    Args:
        port: AMI's.
        trail: the session log's file.
        clock: the machine's own unless given.
        floor_server: others can be let in, asked and told.
        law: the policy; usually one profile with `rights`, `notify`, and agents who may decline if there is a key for it.
        account: of etc/manager.conf, or the one that `whisper-tui init` prints: `console`.
    """
    clock = clock or SystemClock()
    paper = Trail.open(trail)
    settings = LinkSettings(PBX, "127.0.0.1", port, account, HiddenSecret(SECRET))
    profile = Profile("leads", rights, os_users=frozenset({"ana"}), notify=notify, agent_may_decline=decline_key != "")
    source = law or Law(Policy((profile,), "digest"))
    engine = Engine(
        paper, clock, installation=installation, law=source, boot="lab", floor_server=floor_server, facts=facts
    )
    engine.connect(PBX, lambda on_event, on_state: Link(settings, clock, on_event, on_state), tags_variable, heeds)
    rules = PhoneRules(
        device, installation, ring_seconds=ring_seconds, idle_seconds=idle_seconds, answer_headers=answer_headers
    )
    seat = engine.admit(
        ANA, rules, entries={PBX: entries}, decline_key=decline_key, pause_reasons=("lunch",), cues=cues, booth=booth
    )
    console = Console(engine, seat)
    await engine.start()
    alive = asyncio.create_task(_live(seat, clock))
    try:
        await console.until(lambda view: view.links[PBX].state is LinkState.LIVE)
        yield console
    finally:
        alive.cancel()
        await engine.close()
        paper.close()


async def _live(seat: Seat, clock: Clock) -> None:
    """Beat, as a screen does."""
    while True:
        seat.beat()
        await clock.until(clock.monotonic() + 1.0)


async def _obey(port: int, trail: Path, account: str, device: str, installation: str) -> None:
    async with console_on(port, trail, account=account, device=device, installation=installation) as console:
        sys.stdout.write("live\n")
        sys.stdout.flush()
        while line := await asyncio.to_thread(sys.stdin.readline):
            deed, uniqueid = line.split()
            if deed == "quit":
                await console.until(
                    lambda view: view.links[PBX].state is LinkState.LIVE and view.strip.phase is Phase.NONE, limit=30
                )
                break
            key = CallKey(PBX, Uniqueid(uniqueid))
            await console.until(lambda view, key=key: key in view.calls and view.calls[key].can_be_heard)  # type: ignore[misc]
            intents: dict[str, Intent] = {
                "listen": Listen(key),
                "whisper": Whisper(key),
                "barge": Barge(key),
                "release": Release(),
                "join": Join(key),
                "takeover": TakeOver(key),
            }
            answer = await console.ask(intents[deed])
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()
    sys.stdout.write("left\n")
    sys.stdout.flush()


if __name__ == "__main__":
    port_, trail_, *rest = sys.argv[1:]
    asyncio.run(_obey(int(port_), Path(trail_), *rest))
