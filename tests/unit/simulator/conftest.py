"""A simulated PBX on a busy floor that stands still, and a client that is logged in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.ami_client import AmiClient
from whisper_tui.config.paths import shipped
from whisper_tui.simulator.phones import PhoneBehaviour
from whisper_tui.simulator.server import Simulator, start

QUICK = PhoneBehaviour(rings=0.02, look=0.02)
"""Phones that answer at once, as those of a lab do, and a ChanSpy that looks round sooner than the real one."""


def capture(name: str) -> Path:
    """A recording of Asterisk 22.10.1 that is shipped."""
    return shipped("fixtures", f"captures/22.10/{name}.ami")


@pytest.fixture(scope="session")
def busy() -> Path:
    """12 agents and about 26 calls, 101 s."""
    return capture("b-busy")


@pytest.fixture(scope="session")
def spied() -> Path:
    """What a real Asterisk said to a session that spied in every way (AMI.md Q1, Q2)."""
    return capture("e-spy")


@pytest.fixture
def short(busy: Path, tmp_path: Path) -> Path:
    """The first 30 s of the busy floor, as a story: it stops in the middle of everything."""
    story = tmp_path / "short.toml"
    story.write_text(f'capture = "{busy}"\nuntil = 30\n')
    return story


@pytest_asyncio.fixture
async def pbx(busy: Path) -> AsyncIterator[Simulator]:
    async with await start(busy, speed=0, answers=QUICK, refuses_after=0.01) as simulator:
        yield simulator


@pytest_asyncio.fixture
async def client(pbx: Simulator) -> AsyncIterator[AmiClient]:
    async with await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client:
        yield client
