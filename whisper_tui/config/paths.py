"""Where files live: what is shipped with the program, and what belongs to the person who runs it."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Literal

import platformdirs

from whisper_tui.errors import UsageError

APP = "whisper-tui"
PACKAGE = Path(__file__).resolve().parent.parent
Shipped = Literal["themes", "fixtures", "man"]


def shipped(kind: Shipped, name: str = "") -> Path:
    """Return the path of `name` among the themes, fixtures or man pages that came with the program, or of their folder.

    A wheel carries themes and fixtures inside the package and the man pages under share/man (pyproject.toml); an
    editable install has all three in the checkout's folders.

    Raises:
        UsageError: it is not there, so the installation is damaged.
    """
    checkout = PACKAGE.parent / kind / name
    if not (PACKAGE / "shared").is_dir() and checkout.exists():
        return checkout
    if kind == "man":
        section = f"man{name.rpartition('.')[2]}" if name else ""
        import sysconfig  # costs 1 ms, and few ask for a manual page

        found = Path(sysconfig.get_path("data")) / "share" / "man" / section / name
    else:
        found = PACKAGE / "shared" / kind / name
    if not found.exists():
        raise UsageError("not part of this installation", str(found), "install whisper-tui again")
    return found


def theme_names() -> list[str]:
    """The themes that `theme = "..."` can name."""
    return sorted(file.stem for file in shipped("themes").glob("*.toml"))


def own_themes(folder: Path) -> list[str]:
    """The themes in a folder of the person's own; none where there is no such folder."""
    try:
        return sorted(file.stem for file in folder.glob("*.toml") if file.is_file())
    except OSError:
        return []


def own_themes_of(settings: Path) -> Path:
    """The folder of the person's own themes: beside the settings at `settings`."""
    return settings.parent / "themes"


def config_file() -> Path:
    """The usual config.toml of whoever runs the program."""
    return platformdirs.user_config_path(APP) / "config.toml"


def state_dir() -> Path:
    """The folder of the session log and the installation's id; made, for its owner alone, where it is missing.

    Raises:
        UsageError: it cannot be made.
    """
    return private_dir(platformdirs.user_state_path(APP))


def private_dir(folder: Path) -> Path:
    """Make `folder` (0700) unless it is there, and return it.

    Raises:
        UsageError: it cannot be made.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise UsageError(_words(error), str(folder), "the folder must be yours to write in") from error
    return folder


def trail_file() -> Path:
    """The usual place of the session log."""
    return state_dir() / "trail.db"


def findings_file() -> Path:
    """What legs have shown of each PBX; it may be deleted at any time, and is found out again."""
    return state_dir() / "findings.json"


def installation_id() -> str:
    """Return this installation's id, 8 hex digits, made once and kept (0600).

    It stands in the id of every leg, so that a console tells its own legs from those of another one.

    Raises:
        UsageError: the file cannot be written or does not hold an id.
    """
    file = state_dir() / "installation"
    try:
        if not file.exists():
            made = file.with_name(f"{file.name}.{os.getpid()}")
            made.touch(mode=0o600)
            made.write_text(secrets.token_hex(4) + "\n")
            try:
                # A link fails where another console was first, and never shows a file that is half written.
                file.hardlink_to(made)
            except FileExistsError:
                pass
            finally:
                made.unlink()
        held = file.read_text(errors="replace").strip()
    except OSError as error:
        raise UsageError(_words(error), str(file), "the folder must be yours to write in") from error
    if not re.fullmatch(r"[0-9a-f]{8}", held):
        raise UsageError("does not hold 8 hex digits", str(file), "remove the file: a new id is made")
    return held


def _words(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
