"""A session log to look into, and policies to look into it with."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from click.testing import CliRunner, Result

from whisper_tui.audit.history import History
from whisper_tui.audit.records import CallRef, Kind, Record, Who, Whom
from whisper_tui.audit.trail import Trail
from whisper_tui.cli.main import root
from whisper_tui.config import paths

ME = pwd.getpwuid(os.geteuid()).pw_name
MINE = Who(ME, os.geteuid())
ANA = Who("ana", 1001, profile="leads", policy="ab" * 32)
NUMBER = "+33155550142"
AT = 1_795_000_000.0


def row(kind: Kind, session: str = "", after: float = 0.0, **more: object) -> Record:
    """A row of ana's, about Ben on the queue `sales`, `after` seconds."""
    leg = f"wt-00000000-{session:0<16}" if session else ""
    fields: dict[str, object] = {
        "who": ANA,
        "whom": Whom("PJSIP/1002", "Ben Okoro", "sales"),
        "call": CallRef("lyon", "1.1", "1.1", "1.2", NUMBER),
        "leg": leg,
        "session": session,
        **more,
    }
    return Record(kind, AT + after, 1000.0 + after, "boot", **fields)  # type: ignore[arg-type]


def session(ident: str, after: float = 0.0, modes: dict[str, float] | None = None, **more: object) -> list[Record]:
    """A session that is over: asked for, heard 10 s in silence unless `modes` say otherwise."""
    spent = modes or {"silent": 10.0}
    length = sum(spent.values())
    return [
        row(Kind.REQUESTED, ident, after, deed="listen", mode_asked="silent", **more),
        row(Kind.AIMED, ident, after + 1, mode=next(iter(spent)), microphone="open", **more),
        row(Kind.LEFT, ident, after + 1 + length, cause="leg.left", seconds=spent, audible=0.0, **more),
    ]


def write(*rows: Record, path: Path | None = None) -> Path:
    """Write a log, the usual one unless `path` names another."""
    path = path or paths.trail_file()
    with Trail.open(path) as trail:
        for each in rows:
            trail.append(each)
    return path


def policy(can: str, more: str = "", scope: str = "") -> Path:
    """The policy of the settings: one profile of whoever runs the tests."""
    path = paths.config_file().parent / "policy.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"schema = 1\n[roles.r]\ncan = [{can}]\n[[profile]]\nname = 'p'\nos_users = ['{ME}']\nroles = ['r']\n"
        f"scope = {{ {scope} }}\n{more}\n"
    )
    path.chmod(0o600)
    return path


def log(*arguments: str, **more: object) -> Result:
    return CliRunner().invoke(root, ["log", *arguments], **more)  # type: ignore[arg-type]


def accesses() -> list[Record]:
    """The rows of the log of who read, oldest first."""
    path = paths.trail_file().with_name("access.db")
    if not path.exists():
        return []
    with History.open(path) as history:
        return [each.record for each in reversed(history.rows())]
