"""`python -m tests.docs.screenshot`: plays the demo without a terminal and draws README's picture, fixtures/demo.svg."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.docs.write import CHECKOUT
from whisper_tui.cli import demo
from whisper_tui.cli.screen import manned
from whisper_tui.engine.backend import FloorView, Phase, ViewChanges
from whisper_tui.simulator import server
from whisper_tui.terms import Mode, Subject
from whisper_tui.ui.app import Console

PICTURE = CHECKOUT / "fixtures" / "demo.svg"


async def main() -> None:
    """A floor after a while, somebody whispering."""
    async with (
        await server.start(demo.story_file(demo.USUAL)) as pbx,
        manned(demo.post_at(pbx, Subject("ana", 1000))) as console,
        console.run_test(size=(120, 36)) as pilot,
    ):
        await until(console, lambda view: sum(row.talk_known for row in view.calls.values()) > 7)
        # The talking calls stand at the top, the youngest last: it will not end before the picture is taken.
        talking = [row for row in console.desk.backend.view().calls.values() if row.talking_since is not None]
        await pilot.press("g", *["j"] * (len(talking) - 1))
        await pilot.press("l")
        await until(console, lambda view: view.strip.phase is Phase.ON)
        await pilot.press("w")
        await until(console, lambda view: view.strip.mode is Mode.WHISPER)
        await pilot.pause(4)
        PICTURE.write_text(console.export_screenshot(title="whisper-tui demo"))


async def until(console: Console, happened: Callable[[FloorView], bool]) -> None:
    """Wait until the floor is so."""
    backend = console.desk.backend
    changed = asyncio.Event()

    def look(_: ViewChanges) -> None:
        changed.set()

    stop = backend.subscribe(look)
    try:
        while not happened(backend.view()):
            await asyncio.wait_for(changed.wait(), 60)
            changed.clear()
    finally:
        stop()


if __name__ == "__main__":
    asyncio.run(main())
