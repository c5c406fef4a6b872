"""Settings for PBXs of a test, and the rows by which such a PBX tells its queues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from tests.fakes.ami_server import Request, listing, row
from whisper_tui.config import draft, files, paths
from whisper_tui.config.draft import PbxDraft
from whisper_tui.config.schema import Secret

Members = Mapping[str, Mapping[str, tuple[str, str]]]
"""Queue -> interface -> (state interface, name)."""


class Reachable(Protocol):
    """A PBX of a test: `FakeAmi`, or the simulator's."""

    port: int
    user: str
    secret: str


def settle(phone: str = "PJSIP/2001", **pbxs: Reachable) -> Path:
    """Write config.toml for `pbxs`, each by its name, where the program looks for it; returns its folder."""
    folder = paths.private_dir(paths.config_file().parent)
    drafts = {}
    for name, pbx in pbxs.items():
        secret = folder / f"secret-{name}"
        files.write_over(secret, pbx.secret)
        drafts[name] = PbxDraft("127.0.0.1", pbx.port, pbx.user, Secret("file", path=str(secret)))
    files.write_over(paths.config_file(), draft.config_text(drafts, phone, "by hand"))
    return folder


def queues(members: Members) -> Callable[[Request], bytes]:
    """An answer to QueueStatus."""

    def answer(request: Request) -> bytes:
        rows = []
        for queue, there in members.items():
            rows.append(row(request, "QueueParams", ("Queue", queue), ("Strategy", "ringall")))
            for interface, (state_interface, name) in there.items():
                told = (("Queue", queue), ("Name", name), ("Location", interface), ("StateInterface", state_interface))
                rows.append(row(request, "QueueMember", *told, ("Membership", "static"), ("Status", "1")))
        return listing(request, *rows)

    return answer


def devices(*phones: str) -> Callable[[Request], bytes]:
    """An answer to DeviceStateList."""

    def answer(request: Request) -> bytes:
        rows = (row(request, "DeviceStateChange", ("Device", each), ("State", "NOT_INUSE")) for each in phones)
        return listing(request, *rows)

    return answer
