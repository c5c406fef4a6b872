"""themes/*.toml: Textual's own fields and ours, made into a Textual theme and into the styles of the inks."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec
import tomli
from rich.style import Style
from textual.theme import Theme

from whisper_tui.config.locate import nearest
from whisper_tui.config.paths import shipped, theme_names
from whisper_tui.errors import UsageError
from whisper_tui.ui.inks import Ground, Ink


class TextualColours(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The fields of a Textual theme, `#rrggbb` each."""

    background: str
    surface: str
    panel: str
    foreground: str
    primary: str
    secondary: str
    success: str
    warning: str
    accent: str
    error: str


class OurColours(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What Textual has no word for, `#rrggbb` each."""

    muted: str
    rule: str
    silent: str
    whisper: str
    barge: str
    third: str
    takeover: str
    waiting: str
    late: str
    paused: str


class ThemeFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A file in themes/; its name is the theme's."""

    dark: bool
    textual: TextualColours
    ours: OurColours


class Palette(NamedTuple):
    """The styles of one theme."""

    name: str
    file: ThemeFile

    def theme(self) -> Theme:
        """Return what Textual wants to know of it."""
        ours = {name: str(colour) for name, colour in msgspec.structs.asdict(self.file.ours).items()}
        fields = {name: str(colour) for name, colour in msgspec.structs.asdict(self.file.textual).items()}
        return Theme(name=f"whisper-{self.name}", dark=self.file.dark, variables=ours, **fields)  # type: ignore[arg-type]

    def style(self, ink: Ink, ground: Ground) -> Style:
        """Return how `ink` looks on `ground`."""
        return _style(self.file, ink, ground)


@cache
def _style(file: ThemeFile, ink: Ink, ground: Ground) -> Style:
    textual, ours = file.textual, file.ours
    under = {Ground.PAGE: textual.background, Ground.BAR: textual.surface, Ground.CURSOR: textual.panel}[ground]
    colour, bold, block = {
        Ink.TEXT: (textual.foreground, False, False),
        Ink.STRONG: (textual.foreground, True, False),
        Ink.MUTED: (ours.muted, False, False),
        Ink.RULE: (ours.rule, False, False),
        Ink.TALKING: (textual.success, False, False),
        Ink.HELD: (textual.warning, False, False),
        Ink.RINGING: (textual.accent, False, False),
        Ink.WAITING: (ours.waiting, False, False),
        Ink.LATE: (ours.late, True, False),
        Ink.PAUSED: (ours.paused, False, False),
        Ink.SILENT: (ours.silent, True, False),
        Ink.WHISPER: (ours.whisper, True, False),
        Ink.BARGE: (ours.barge, True, False),
        Ink.THIRD: (ours.third, True, False),
        Ink.TAKEOVER: (ours.takeover, True, False),
        Ink.GOOD: (textual.success, False, False),
        Ink.ALARM: (textual.error, True, False),
        Ink.SILENT_BLOCK: (ours.silent, True, True),
        Ink.WHISPER_BLOCK: (ours.whisper, True, True),
        Ink.BARGE_BLOCK: (ours.barge, True, True),
        Ink.THIRD_BLOCK: (ours.third, True, True),
        Ink.TAKEOVER_BLOCK: (ours.takeover, True, True),
        Ink.ALARM_BLOCK: (textual.error, True, True),
        Ink.MUTED_BLOCK: (ours.muted, True, True),
    }[ink]
    if block:
        return Style(color=textual.background, bgcolor=colour, bold=bold)
    return Style(color=colour, bgcolor=under, bold=bold)


def load(name: str) -> Palette:
    """Return the theme called `name`.

    Raises:
        UsageError: there is none of that name, or its file is not a theme.
    """
    if name not in (known := theme_names()):
        meant = nearest(name, known)
        hint = f"did you mean {meant!r}?" if meant else f"there are: {', '.join(known)}"
        raise UsageError(f"no theme {name!r}", "theme", hint)
    path = shipped("themes", f"{name}.toml")
    try:
        file = msgspec.convert(tomli.loads(path.read_text(encoding="utf-8")), ThemeFile)
        for colours in (file.textual, file.ours):
            for field, colour in msgspec.structs.asdict(colours).items():
                if not _is_colour(str(colour)):
                    raise UsageError(f"{field} = {colour!r} is not a colour", str(path), 'write "#rrggbb"')
    except (tomli.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(str(error), str(path), "compare it with dark.toml") from error
    return Palette(name, file)


def _is_colour(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(digit in "0123456789abcdefABCDEF" for digit in text[1:])
