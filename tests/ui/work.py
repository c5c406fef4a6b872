"""A person at work: a console on a fed backend, in a terminal of any size, with a clock that the test winds."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual import events
from textual.pilot import Pilot

from tests.fakes.backend import FakeBackend
from tests.fakes.clock import WoundClock, settle
from whisper_tui.engine.backend import FloorView, Person, Playback, ViewChanges
from whisper_tui.engine.lesson import Hint
from whisper_tui.terms import Pbx
from whisper_tui.ui.app import Console
from whisper_tui.ui.keymap import DEFAULT, Keymap
from whisper_tui.ui.keynames import SIGNS
from whisper_tui.ui.terminal import MarkedKey

CHARACTERS = {**SIGNS, "space": " "}
NAMES = {sign: name for name, sign in CHARACTERS.items()}
GOLDENS = Path(__file__).parent / "goldens"


@dataclass
class Work:
    """What a test does and sees."""

    console: Console
    backend: FakeBackend
    clock: WoundClock
    pilot: Pilot[None]

    async def press(self, *keys: str) -> None:
        """Press keys as a person does, half a second apart."""
        for key in keys:
            await self.clock.wind(0.5)
            await self.strike(key)
        await self.pilot.pause()

    async def hold(self, key: str, seconds: float) -> None:
        """Hold a key down: it repeats thirty times a second."""
        for _ in range(int(seconds * 30)):
            await self.strike(key)
            await self.clock.wind(1 / 30)
        await self.pilot.pause()

    async def strike(self, key: str) -> None:
        """Press a key in this very moment."""
        self.console.post_message(events.Key(key, CHARACTERS.get(key, key if len(key) == 1 else None)))
        await settle()

    async def paste_unbracketed(self, text: str) -> None:
        """Keys that come in one read."""
        for sign in text:
            key = {"\r": "enter"}.get(sign) or NAMES.get(sign, sign)
            self.console.post_message(MarkedKey(key, sign, self.clock.monotonic(), alone=False))
        await self.pilot.pause()

    async def happens(self, changes: ViewChanges) -> None:
        """Let the backend tell something, and the screen catch up."""
        self.backend.push(changes)
        await self.wind(0.2)

    async def wind(self, seconds: float) -> None:
        await self.clock.wind(seconds, step=0.25)
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        """What the terminal shows."""
        strips = self.console.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def strip(self) -> str:
        """The session strip alone."""
        region = self.console.screen.query_one("#strip").region
        return "\n".join(self.lines[region.y : region.bottom])

    @property
    def last_line(self) -> str:
        return self.lines[-1].strip()


@asynccontextmanager
async def at_work(
    view: FloorView | None = None,
    *,
    size: tuple[int, int] = (120, 40),
    theme: str = "dark",
    own_themes: Path | None = None,
    colours: Mapping[Pbx, str] | None = None,
    unicode: bool = True,
    readonly: bool = False,
    playback: Playback | None = None,
    keymap: Keymap = DEFAULT,
    hints: Sequence[Hint] = (),
    person: Person | None = None,
) -> AsyncIterator[Work]:
    """Sit down at a console."""
    backend, clock = FakeBackend(view, person), WoundClock()
    console = Console(
        backend,
        theme=theme,
        own_themes=own_themes,
        colours=colours,
        playback=playback,
        readonly=readonly,
        keymap=keymap,
        clock=clock,
        unicode=unicode,
        hints=hints,
    )
    async with console.run_test(size=size) as pilot:
        await pilot.pause()
        yield Work(console, backend, clock, pilot)


def in_utc() -> None:
    """Have times of day in UTC, whatever the machine's zone."""
    os.environ["TZ"] = "UTC"
    time.tzset()


def matches_golden(name: str, text: str) -> bool:
    """Compare `text` with goldens/NAME.txt; with UPDATE_GOLDENS set, write it and fail so that nobody forgets to look."""
    golden = GOLDENS / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(text, encoding="utf-8")
        return False
    assert golden.exists(), f"no {golden.name}: run with UPDATE_GOLDENS=1 and look at what it writes"
    expected = golden.read_text(encoding="utf-8")
    assert text == expected, f"{golden.name} differs; if it should, run with UPDATE_GOLDENS=1"
    return True
