"""A supervisor takes a view along as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.rows import ANA, BEN, CALLER, floor
from tests.ui.work import at_work
from whisper_tui.config import paths
from whisper_tui.supervision.intents import Export, Refused
from whisper_tui.terms import Notice


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "state_dir", lambda: tmp_path)


def files(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def test_what_the_filter_lets_through_is_written_once_it_is_logged(tmp_path: Path) -> None:
    async with at_work(floor([ANA, BEN, CALLER])) as work:
        await work.press("slash", *"support", "enter", "E")
        assert "rows as they are shown: 2" in work.strip
        await work.press(*"mine", "enter")
        await work.wind(0.5)
        (intent,) = work.backend.asked
        assert isinstance(intent, Export)
        assert set(intent.calls) == {ANA.key, CALLER.key}
        written = (tmp_path / "mine").read_text()
        assert written.startswith("pbx,id,state,queue,agent")
        assert "Ana Ruiz" in written
        assert "Ben Okoro" not in written
        assert "written, rows: 2" in work.last_line
        await work.press("E", *"mine", "enter")
        await work.wind(0.5)
        assert "none is written over" in work.last_line
        assert (tmp_path / "mine").read_text() == written
        assert len(work.backend.asked) == 1


async def test_nothing_is_written_where_the_profile_or_the_log_refuses(tmp_path: Path) -> None:
    async with at_work() as work:
        work.backend.refusals[Export] = Notice("denied.no-right", {"right": "floor.export"})
        await work.press("E")
        assert "does not grant floor.export" in work.last_line
        del work.backend.refusals[Export]
        await work.wind(1.5)
        work.backend.answer = Refused(Notice("log.unwritable", {"where": "trail.db", "why": "disk full"}))
        await work.press("E", "enter")
        await work.wind(0.5)
        assert "session log cannot be written" in work.last_line
    assert files(tmp_path) == []
