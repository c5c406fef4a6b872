"""The real Asterisk, started once for all tests that are marked `asterisk`, and a bench for each of them.

A test marked `on_asterisk("22", "16")` runs once on each, and its id names the version; the second Asterisk is started
only if such a test was collected. One that is marked `needs_lock` too leaves 16 out. A test without the mark runs on
the usual Asterisk.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.asterisk.chroot import OLD, USUAL, NoAsterisk
from tests.asterisk.console import Console, console_on
from tests.asterisk.kit import Bench
from tests.asterisk.lab import Lab, can_lock
from tests.asterisk.labs import Labs, is_of
from tests.asterisk.ledger import nothing_is_unlogged
from tests.asterisk.requirement import hold_to_it
from tests.conftest import NOTES

LABS = pytest.StashKey[Labs]()


def pytest_configure(config: pytest.Config) -> None:
    for mark in (
        "needs_lock: needs an Asterisk that can lock a keypad (20.16, 21.11, 22.6, 23.0)",
        "on_asterisk(*versions): runs on each of these, of 22 and 16; without it, on the usual Asterisk",
    ):
        config.addinivalue_line("markers", mark)
    config.stash[LABS] = Labs()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    mark = metafunc.definition.get_closest_marker("on_asterisk")
    if mark is not None and "lab" in metafunc.fixturenames:
        locked = metafunc.definition.get_closest_marker("needs_lock") is not None
        versions = [version for version in mark.args if not (locked and version == OLD)]
        metafunc.parametrize("lab", versions, indirect=True, ids=[f"asterisk{version}" for version in versions])


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start them here and not in a fixture: making the chroot takes longer than a test may."""
    config = session.config
    wanted = [version for version in map(version_of, session.items) if version is not None]
    if config.option.collectonly or not wanted:
        return
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    for line in config.stash[LABS].start(wanted):
        if reporter is not None and not hasattr(config, "workerinput"):
            reporter.write_line(line)
        else:
            config.stash[NOTES].append(line)


def version_of(item: pytest.Item) -> str | None:
    """The Asterisk that this test runs on, a key of SUITES; None if it needs none."""
    if item.get_closest_marker("asterisk") is None:
        return None
    callspec = getattr(item, "callspec", None)
    return USUAL if callspec is None else str(callspec.params.get("lab", USUAL))


def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[LABS].stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return hold_to_it(report, version_of(item))


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Lab:
    version = str(getattr(request, "param", ""))
    try:
        lab = request.config.stash[LABS].lab(version or USUAL)
    except NoAsterisk as why:
        pytest.skip(str(why))
    if version and not is_of(lab, version):
        pytest.skip(f"it is for Asterisk {version}, and {lab.version_text} is what there is")
    if request.node.get_closest_marker("needs_lock") and not can_lock(lab.version):
        pytest.skip(f"Asterisk {lab.version_text} cannot lock the keypad of a supervisor's phone")
    return lab


@pytest.fixture
def unlockable(lab: Lab) -> Iterator[Lab]:
    """An Asterisk whose phones cannot be locked: an old one as it is, a new one without the module."""
    with lab.without_lock() if can_lock(lab.version) else nullcontext():
        yield lab


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
