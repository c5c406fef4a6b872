"""The console: a backend, a desk, a feed and a screen joined together."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from textual import events
from textual.screen import Screen

from whisper_tui.clock import Clock, SystemClock
from whisper_tui.config.schema import NeedSettings
from whisper_tui.engine.backend import Backend, Banner, Playback
from whisper_tui.engine.lesson import Hint
from whisper_tui.errors import UsageError
from whisper_tui.terms import Notice, Pbx
from whisper_tui.ui import terminal, themes
from whisper_tui.ui.changed_cells import ThriftyApp
from whisper_tui.ui.desk import Desk
from whisper_tui.ui.feed import Feed
from whisper_tui.ui.keymap import DEFAULT, Keymap
from whisper_tui.ui.questions import Asked
from whisper_tui.ui.screens.floor import FloorScreen
from whisper_tui.ui.signs import speaks_unicode
from whisper_tui.ui.themes import Palette
from whisper_tui.ui.wardrobe import Wardrobe

WHEEL = 3
"""Rows of a turn of the mouse's wheel."""


class Console(ThriftyApp):
    """The program that a supervisor looks at.

    Args:
        backend: what it shows and asks.
        theme: a name in themes/.
        own_themes: the folder of the person's own, which come first.
        colours: in which the names of PBXs are shown, `#rrggbb`.
        playback: play, pause and seek, where the PBX is a recording.
        readonly: True: keys that would start something are dim, as in a replay.
        clock: the clock that the backend's moments are of.
        keymap: what each key does.
        recordings: the address at which recordings can be heard, with {value} for the file's name.
        weights: what makes a call need somebody; None: the usual ones.
        hand_bell: whether the bell rings when an agent raises a hand.
        unicode: whether the terminal shows more than ASCII; None: as its locale says.
        hints: what a coach says, in order.

    Raises:
        UsageError: there is no such theme.
    """

    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        backend: Backend,
        *,
        theme: str = "dark",
        own_themes: Path | None = None,
        colours: Mapping[Pbx, str] | None = None,
        playback: Playback | None = None,
        readonly: bool = False,
        clock: Clock | None = None,
        keymap: Keymap = DEFAULT,
        recordings: str = "",
        unicode: bool | None = None,
        hand_bell: bool = True,
        weights: NeedSettings | None = None,
        hints: Sequence[Hint] = (),
    ) -> None:
        self._hand_bell = hand_bell
        self.clock: Clock = clock or SystemClock()
        super().__init__()
        self.driver_class = terminal.driver_class(self.driver_class, self.clock)
        self._own_themes = own_themes
        self._wardrobe = Wardrobe(theme, own_themes)
        palette = self._wardrobe.palette
        self.register_theme(palette.theme())
        self.theme = palette.theme().name
        self.desk = Desk(backend, self.clock, self, playback=playback, readonly=readonly, keymap=keymap, hints=hints)
        self.desk.weights = weights or self.desk.weights
        self.desk.log.recordings = recordings
        self.feed = Feed(backend, self.clock, self.desk.take, self._tick, self._paint)
        shows_unicode = speaks_unicode(os.environ) if unicode is None else unicode
        self._floor = FloorScreen(self.desk, palette, self.send_strips, unicode=shows_unicode, colours=colours)

    def get_default_screen(self) -> Screen[None]:
        """The floor; from here on it is fed, so that its very first frame shows it."""
        self.desk.start()
        self.feed.start()
        return self._floor

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _app: self.redraw_console())

    def on_unmount(self) -> None:
        self.feed.stop()

    async def on_event(self, event: events.Event) -> None:
        """Every key goes to the desk, Textual's own ctrl+q and ctrl+c among them; the rest takes its usual way."""
        if isinstance(event, events.Key):
            self.feed.settle()
            self.desk.press(terminal.press_of(event, self.clock))
        elif isinstance(event, events.Paste):
            self.desk.paste(event.text)
        elif isinstance(event, events.MouseEvent):
            self._mouse(event)
        else:
            if isinstance(event, events.Resize):
                self.forget_screen()
            await super().on_event(event)

    def _mouse(self, event: events.MouseEvent) -> None:
        """A click or the wheel, in cells of the screen; moves are nobody's."""
        self.feed.settle()
        match event:
            case events.MouseScrollDown():
                self.desk.scroll(WHEEL)
            case events.MouseScrollUp():
                self.desk.scroll(-WHEEL)
            case events.MouseDown(button=1):
                self._floor.clicked(int(event.x), int(event.y))
            case _:
                return
        self.paint_console()

    def on_terminal_gone(self) -> None:
        self.exit()

    # the desk's Shell

    def close_console(self) -> None:
        self.exit()

    def suspend_console(self) -> None:
        self.action_suspend_process()

    def redraw_console(self) -> None:
        self.forget_screen()
        self._floor.refresh()

    def paint_console(self) -> None:
        self.feed.paint_now()

    def ring_bell(self) -> None:
        self.bell()

    def hand_rises(self) -> None:
        if self._hand_bell:
            self.bell()

    def copy(self, text: str) -> None:
        self.copy_to_clipboard(text)

    def themes(self) -> list[str]:
        return themes.names(self._own_themes)

    def wear(self, theme: str) -> None:
        try:
            self._wardrobe = Wardrobe(theme, self._own_themes)
        except UsageError as error:
            self.desk.say(Notice("theme.wrong", {"where": theme, "why": error.what}))
        else:
            palette = self._wardrobe.palette
            self.register_theme(palette.theme())
            self.theme = palette.theme().name
            self.desk.own_banners = ()
            self._wear(palette)

    def has_room(self, asked: Asked) -> bool:
        return self._floor.has_room(asked)

    def _tick(self) -> None:
        self.desk.tick()
        looked = self._wardrobe.look()
        if isinstance(looked, Notice):
            self.desk.own_banners = (Banner(looked),)
        elif looked is not None:
            self.desk.own_banners = ()
            self.desk.say(Notice("theme.anew", {"theme": looked.name}))
            self._wear(looked)

    def _wear(self, palette: Palette) -> None:
        self.register_theme(palette.theme())
        self.refresh_css(animate=False)
        self._floor.wear(palette)
        self.redraw_console()

    def _paint(self) -> None:
        self._floor.draw()
