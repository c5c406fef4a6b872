"""For all tests: the files of whoever runs them are out of sight, and what was measured is printed at the end.

The tests run in two processes (`-n 2`); what each has measured is put together in the one that started them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.asterisk.hearing import Hearing

NOTES = pytest.StashKey[list[str]]()
HEARING = pytest.StashKey[Hearing]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NOTES] = []
    config.stash[HEARING] = Hearing()


def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["measured"] = (session.config.stash[NOTES], session.config.stash[HEARING].counted())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    notes, counted = getattr(node, "workeroutput", {}).get("measured", ([], []))
    node.config.stash[NOTES] += notes
    node.config.stash[HEARING].add(counted)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in (*config.stash[NOTES], *config.stash[HEARING].lines()):
        terminalreporter.write_line(line)


@pytest.fixture
def note(request: pytest.FixtureRequest) -> list[str]:
    """Lines that the run prints at its end, e.g. times that were measured."""
    return request.config.stash[NOTES]


@pytest.fixture
def hearing(request: pytest.FixtureRequest) -> Hearing:
    """The run's table of who hears whom."""
    return request.config.stash[HEARING]


@pytest.fixture(autouse=True)
def _a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LANGUAGE", "C")  # the words that tests look for are those of the code
    for name in ("CONFIG", "STATE", "DATA", "CACHE", "RUNTIME"):
        monkeypatch.delenv(f"XDG_{name}_{'DIR' if name == 'RUNTIME' else 'HOME'}", raising=False)


@pytest.fixture
def home() -> Path:
    """The home folder of the person that the test is about."""
    return Path.home()
