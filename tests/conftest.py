"""For all tests: the files of whoever runs them are out of sight."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "STATE", "DATA", "CACHE", "RUNTIME"):
        monkeypatch.delenv(f"XDG_{name}_{'DIR' if name == 'RUNTIME' else 'HOME'}", raising=False)


@pytest.fixture
def home() -> Path:
    """The home folder of the person that the test is about."""
    return Path.home()
