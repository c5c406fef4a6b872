"""A console whose log is shipped: what a supervisor does is in the database, and what does not get there is on the screen."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.docs.screenshot import until
from tests.postgres.place import Place
from whisper_tui.audit import anchors
from whisper_tui.cli import demo
from whisper_tui.cli.screen import manned
from whisper_tui.config.schema import ShipSettings
from whisper_tui.engine import shipper
from whisper_tui.engine.backend import Phase
from whisper_tui.simulator import server
from whisper_tui.terms import Subject
from whisper_tui.ui.words import said

pytestmark = pytest.mark.postgresql


async def test_a_session_is_in_the_database_when_the_console_is_left(place: Place) -> None:
    async with await server.start(demo.story_file(demo.USUAL)) as pbx:
        post = demo.post_at(pbx, Subject("ana", 1000))
        there = ShipSettings(place.to, "lyon")
        post = replace(post, trail=place.path, anchors=anchors.beside(place.path), ship=there)
        async with manned(post) as console, console.run_test(size=(120, 36)) as pilot:
            await until(console, lambda view: any(row.can_be_heard for row in view.calls.values()))
            await pilot.press("g", "l")
            await until(console, lambda view: view.strip.phase is Phase.ON)
            await pilot.press("x")
            await until(console, lambda view: view.strip.phase is Phase.NONE)
    kinds = [kind for (kind,) in place.select("SELECT kind FROM whisper_tui.log ORDER BY seq")]
    assert {"started", "requested", "joined", "aimed", "left", "stopped"} <= {*kinds}
    assert place.there() == place.here()
    assert place.select("SELECT name FROM whisper_tui.names") == [("lyon",)]


async def test_a_database_that_is_away_is_a_line_above_the_floor_until_it_is_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipper, "PATIENCE", 0.0)
    monkeypatch.setattr(shipper, "LONGEST", 0.2)
    monkeypatch.setattr(shipper, "EVERY", 0.1)
    async with await server.start(demo.story_file(demo.USUAL)) as pbx:
        post = replace(demo.post_at(pbx, Subject("ana", 1000)), trail=place.path, ship=ShipSettings(place.to, "lyon"))
        place.server.stop()
        try:
            async with manned(post) as console, console.run_test(size=(120, 36)):
                await until(console, lambda view: any(each.notice.code == "log.unshipped" for each in view.banners))
                (words,) = [
                    said(each.notice)
                    for each in console.desk.backend.view().banners
                    if each.notice.code == "log.unshipped"
                ]
                assert "(connection refused); rows wait in the log" in words
                place.server.start()
                await until(console, lambda view: all(each.notice.code != "log.unshipped" for each in view.banners))
        finally:
            if not place.server.is_up:
                place.server.start()
    assert place.there() == place.here()
