"""themes/*.toml: Textual's own fields and ours, made into a Textual theme and into the styles of the inks."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import tomli
from rich.style import Style
from textual.theme import Theme

from whisper_tui.config.locate import nearest
from whisper_tui.config.paths import own_themes, shipped, theme_names
from whisper_tui.errors import UsageError
from whisper_tui.ui import contrast
from whisper_tui.ui.inks import Ground, Ink, Tint

MOST = 1 << 16
"""Bytes of a theme's file."""

SAFE = 3.0
"""Contrast on the ground that whatever says who hears has at least: a theme cannot hide it."""


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
    """A file in themes/; its name is the theme's.

    Args:
        contrast: what the colours of PBXs have on its ground at least (WCAG 2.1).
    """

    dark: bool
    textual: TextualColours
    ours: OurColours
    contrast: float = contrast.LEAST

    def colours(self) -> dict[str, str]:
        """Return its colours by the name that they have in the file, `ours.whisper`."""
        tables = {"textual": self.textual, "ours": self.ours}
        return {
            f"{table}.{name}": str(colour)
            for table, fields in tables.items()
            for name, colour in msgspec.structs.asdict(fields).items()
        }


class Palette(NamedTuple):
    """The styles of one theme, which `path` holds."""

    name: str
    file: ThemeFile
    path: Path

    def theme(self) -> Theme:
        """Return what Textual wants to know of it."""
        ours = {name: str(colour) for name, colour in msgspec.structs.asdict(self.file.ours).items()}
        fields = {name: str(colour) for name, colour in msgspec.structs.asdict(self.file.textual).items()}
        return Theme(name=f"whisper-{self.name}", dark=self.file.dark, variables=ours, **fields)  # type: ignore[arg-type]

    def style(self, ink: Ink | Tint, ground: Ground) -> Style:
        """Return how `ink` looks on `ground`."""
        return _style(self.file, ink, ground)


@cache
def _style(file: ThemeFile, ink: Ink | Tint, ground: Ground) -> Style:
    textual, ours = file.textual, file.ours
    under = {Ground.PAGE: textual.background, Ground.BAR: textual.surface, Ground.CURSOR: textual.panel}[ground]
    if isinstance(ink, Tint):
        return Style(color=_tinted(file, ink.colour, under), bgcolor=under, bold=True)
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


def _tinted(file: ThemeFile, colour: str, under: str) -> str:
    """Return a colour of the site's own as it looks in this theme; one without any colour has none for it either."""
    if all(map(contrast.is_grey, file.colours().values())):
        return file.textual.foreground
    return contrast.legible(colour, under, file.contrast)


def load(name: str, own: Path | None = None) -> Palette:
    """Return the theme called `name`.

    Args:
        own: the folder of the person's own themes, which come first.

    Raises:
        UsageError: there is none of that name, or its file is not a theme.
    """
    if name not in (known := names(own)):
        meant = nearest(name, known)
        hint = f"did you mean {meant!r}?" if meant else f"there are: {', '.join(known)}"
        raise UsageError(f"no theme {name!r}", "theme", hint)
    return read(name, find(name, own))


def names(own: Path | None) -> list[str]:
    """Return the themes that there are, with those in `own`."""
    return sorted({*theme_names(), *(own_themes(own) if own is not None else ())})


def find(name: str, own: Path | None) -> Path:
    """Return the file of a theme: in `own`, else the one that came with the program."""
    mine = None if own is None else own / f"{name}.toml"
    return mine if mine is not None and mine.is_file() else shipped("themes", f"{name}.toml")


def read(name: str, path: Path) -> Palette:
    """Return the theme in the file at `path`.

    Raises:
        UsageError: it cannot be read, or is not a theme: which key, and why.
    """
    try:
        with path.open("rb") as held:
            read = held.read(MOST + 1)
        if len(read) > MOST:
            raise UsageError("too long for a theme", str(path), "compare it with dark.toml")
        file = msgspec.convert(tomli.loads(read.decode()), ThemeFile)
    except OSError as error:
        raise UsageError((error.strerror or type(error).__name__).lower(), str(path)) from error
    except UnicodeDecodeError as error:
        raise UsageError("not UTF-8 text", str(path), "save the file as UTF-8") from error
    except tomli.TOMLDecodeError as error:
        raise UsageError(f"not TOML: {error}", str(path), "compare it with dark.toml") from error
    except msgspec.ValidationError as error:
        raise UsageError(_in_words(str(error)), str(path), "compare it with dark.toml") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; tables in tables in tables
        raise UsageError(f"not TOML that anybody writes: {error}", str(path)) from None
    for field, colour in file.colours().items():
        if not contrast.is_colour(colour):
            raise UsageError(f"{field} = {colour!r} is not a colour", str(path), 'write "#rrggbb"')
    if not 1.0 <= file.contrast <= 21.0:
        raise UsageError(f"contrast = {file.contrast:g} is not 1 to 21", str(path), "WCAG asks for 4.5, or for 7")
    for field in _SEEN:
        there = contrast.contrast(file.colours()[field], file.textual.background)
        if there < SAFE:
            raise UsageError(
                f"{field} can hardly be seen on textual.background (contrast {there:.1f})",
                str(path),
                f"it says who hears you: {SAFE:g} at least",
            )
    return Palette(name, file, path)


_SEEN = (
    "textual.foreground",
    "textual.error",
    "ours.silent",
    "ours.whisper",
    "ours.barge",
    "ours.third",
    "ours.takeover",
)


def _in_words(said: str) -> str:
    """Return what msgspec says as a person would: `[ours] lacks the key `late``."""
    what, _at, way = said.partition(" - at `$.")
    table = f"[{way.rstrip('`')}]" if way else "the file"
    if unknown := re.match(r"Object contains unknown field `(.+?)`", what):
        return f"unknown key `{unknown[1]}` in {table}"
    if missing := re.match(r"Object missing required field `(.+?)`", what):
        return f"{table} lacks the key `{missing[1]}`"
    return f"{way.rstrip('`') or table}: {what}"
