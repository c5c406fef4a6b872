"""Whatever befalls the console at whichever step of a session: nobody goes on listening or talking unattended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.asterisk.console import ChildConsole, console_on
from tests.asterisk.kit import Bench, Call, Party, is_gone
from tests.asterisk.lab import Lab
from tests.asterisk.ledger import closed_rows
from tests.asterisk.test_lease import LEASE, SLACK
from tests.asterisk.tones import supervisor_tone
from whisper_tui.audit.records import Kind
from whisper_tui.terms import Uniqueid

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]

STEPS: dict[str, tuple[str, ...]] = {
    "own call": ("listen", "takeover"),
    "ringing": (),
    "silent": ("listen",),
    "whisper": ("listen", "whisper"),
    "barge": ("listen", "barge"),
    "idle": ("listen", "release"),
    "third": ("join",),
}
"""What a console has done when it is struck."""


@dataclass
class AtWork:
    """A console at one step, with a phone, a log and an installation of its own."""

    step: str
    child: ChildConsole
    call: Call
    phone: str
    trail: Path
    installation: str

    @property
    def supervisor(self) -> Party:
        return Party("supervisor", self.phone, supervisor_tone(self.phone))

    def leg(self, bench: Bench) -> str:
        prefix = f"wt-{self.installation}-"
        return next(m["Uniqueid"] for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith(prefix))


async def put_to_work(bench: Bench, folder: Path) -> list[AtWork]:
    """Seven consoles, one at each step."""
    calls = [await bench.call(f"555016{n}") for n in range(1, len(STEPS) + 1)]

    async def one(n: int, step: str) -> AtWork:
        phone, trail, installation = f"200{n}", folder / f"{n}.db", f"0000000{n}"
        child = await ChildConsole().start(
            bench.lab.ports.ami, trail, device=f"PJSIP/{phone}", installation=installation
        )
        at_work = AtWork(step, child, calls[n - 1], phone, trail, installation)
        if step == "ringing":
            await bench.phones.manners(phone, "ring")
            child.begin("listen", at_work.call)
            await bench.witness.sees(
                lambda m: m["Uniqueid"].startswith(f"wt-{installation}-") and m["ChannelStateDesc"] == "Ringing"
            )
        for deed in STEPS[step]:
            assert await child.do(deed, at_work.call) == "Done()", step
        return at_work

    return list(await asyncio.gather(*(one(n, step) for n, step in enumerate(STEPS, 1))))


async def struck(bench: Bench, floor: list[AtWork], since: float, within: float) -> None:
    """Every leg that listens ends in time; a call of somebody's own goes on."""
    for each in floor:
        if each.step == "own call":
            continue
        gone = await bench.witness.sees(is_gone(each.leg(bench)), within + 5)
        assert gone.at - since <= within, f"{each.step}: the leg lived {gone.at - since:.1f} s"
    (mine,) = [each for each in floor if each.step == "own call"]
    await bench.hear({mine.call.customer: {mine.supervisor}, mine.supervisor: {mine.call.customer}})


async def closed_by_the_next_start(bench: Bench, each: AtWork) -> None:
    """The next console of the installation closes what is open; a call of one's own when it ends."""
    async with console_on(
        bench.lab.ports.ami, each.trail, device=f"PJSIP/{each.phone}", installation=each.installation
    ) as console:
        if each.step == "own call":
            await bench.phones.hang_up(each.call.customer.leg)
            leg = Uniqueid(each.leg(bench))
            await console.soon(lambda floor: leg not in floor.channels)
    kinds = [row.kind for row in closed_rows(each.trail)]
    assert kinds.count(Kind.LEFT) == 1
    dialled = [m for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith(f"wt-{each.installation}-")]
    assert len(dialled) == 1, "one intent rang twice"


@pytest.fixture
async def floor(bench: Bench, tmp_path: Path) -> AsyncIterator[list[AtWork]]:
    """Seven consoles at work; afterwards each log is whole and closed."""
    at_work = await put_to_work(bench, tmp_path)
    bench.logs += [each.trail for each in at_work]
    yield at_work
    for each in at_work:
        await each.child.kill()
    await asyncio.gather(*(closed_by_the_next_start(bench, each) for each in at_work))


@pytest.mark.parametrize("how", ["killed", "stopped"])
async def test_a_console_that_dies_at_any_step_leaves_no_listener_behind(
    bench: Bench, floor: list[AtWork], how: str
) -> None:
    for each in floor:
        if how == "killed":
            await each.child.kill()
        else:
            each.child.stop()
    await struck(bench, floor, time.time(), LEASE + SLACK)


async def test_a_connection_that_is_cut_at_any_step_ends_every_leg_that_listens(
    bench: Bench, floor: list[AtWork]
) -> None:
    bench.lab.kick("console")
    await struck(bench, floor, time.time(), LEASE + SLACK)


async def test_an_asterisk_that_is_killed_at_any_step_leaves_no_session_open(lab: Lab, tmp_path: Path) -> None:
    own = Lab(lab.chroot)
    own.start()
    async with AsyncExitStack() as stack:
        stack.callback(own.stop)
        bench = await Bench(own).open()
        floor = await put_to_work(bench, tmp_path)
        own.kill_asterisk()
        await bench.drop()
        own.start_asterisk()
        for each in floor:
            await each.child.quit()
            kinds = [row.kind for row in closed_rows(each.trail)]
            assert kinds.count(Kind.LEFT) == 1, each.step
