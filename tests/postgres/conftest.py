"""A real PostgreSQL, started once for all tests of this folder, and a database for each of them.

Where PostgreSQL is not installed they are skipped with the reason; with WHISPER_TUI_REQUIRE_POSTGRESQL=1 that is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.postgres.place import Place
from tests.postgres.server import NoPostgres, Server

VARIABLE = "WHISPER_TUI_REQUIRE_POSTGRESQL"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get(VARIABLE) == "1" and item.get_closest_marker("postgresql") is not None:
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{VARIABLE}=1, but the test did not run. {why}"
    return report


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    try:
        server = Server()
    except NoPostgres as why:
        pytest.skip(str(why))
    yield server
    server.remove()


@pytest.fixture
def place(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A log, and a database that it is shipped to."""
    monkeypatch.setenv("PGPASSFILE", str(server.passwords(tmp_path / "pgpass")))
    return Place(server, server.database(), tmp_path / "trail.db")
