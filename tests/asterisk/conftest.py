"""The real Asterisk, started once for all tests that are marked `asterisk`, and a bench for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests.asterisk.chroot import NoAsterisk, find_or_make
from tests.asterisk.console import Console, console_on
from tests.asterisk.kit import Bench
from tests.asterisk.lab import Lab, can_lock
from tests.asterisk.ledger import nothing_is_unlogged
from tests.asterisk.requirement import hold_to_it

LAB = pytest.StashKey[Lab | NoAsterisk]()
NOTES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "needs_lock: needs an Asterisk that can lock a keypad (20.16, 21.11, 22.6, 23.0)"
    )
    config.stash[NOTES] = []


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start it here and not in a fixture: making the chroot takes longer than a test may."""
    config = session.config
    if config.option.collectonly or not any(item.get_closest_marker("asterisk") for item in session.items):
        return
    try:
        lab = Lab(find_or_make())
        lab.start()
        config.stash[LAB] = lab
        said = f"Asterisk {lab.version_text} from {lab.chroot.suite}"
    except NoAsterisk as why:
        config.stash[LAB] = why
        said = f"no real Asterisk: {why}"
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(said)


def pytest_sessionfinish(session: pytest.Session) -> None:
    lab = session.config.stash.get(LAB, None)
    if isinstance(lab, Lab):
        lab.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return hold_to_it(report, marked=item.get_closest_marker("asterisk") is not None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for note in config.stash[NOTES]:
        terminalreporter.write_line(note)


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Lab:
    lab = request.config.stash[LAB]
    if isinstance(lab, NoAsterisk):
        pytest.skip(str(lab))
    if request.node.get_closest_marker("needs_lock") and not can_lock(lab.version):
        pytest.skip(f"Asterisk {lab.version_text} cannot lock the keypad of a supervisor's phone")
    return lab


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    """The session log of this test's consoles."""
    return tmp_path / "trail.db"


@pytest.fixture
async def bench(lab: Lab, trail: Path) -> AsyncIterator[Bench]:
    """Hands and eyes on the lab. Afterwards what was done there must be in the log, whatever the test was about."""
    bench = await Bench(lab).open()
    try:
        yield bench
        await nothing_is_unlogged(bench.witness, [trail, *bench.logs])
    finally:
        await bench.close()


@pytest.fixture
async def console(bench: Bench, trail: Path) -> AsyncIterator[Console]:
    async with console_on(bench.lab.ports.ami, trail) as console:
        yield console


@pytest.fixture
def note(request: pytest.FixtureRequest) -> list[str]:
    """Lines that the run prints at its end, e.g. times that were measured."""
    return request.config.stash[NOTES]
