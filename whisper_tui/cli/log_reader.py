"""Who reads the session log, how much of it the policy lets them see, and the row that says that they did."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from msgspec import structs

from whisper_tui.audit import access
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind, Record, Who
from whisper_tui.audit.search import Finder
from whisper_tui.cli.main import printable, settings_file
from whisper_tui.cli.person import boot_id, subject
from whisper_tui.cli.policy_file import PolicyFile
from whisper_tui.cli.which import log_file
from whisper_tui.clock import SystemClock
from whisper_tui.config import load
from whisper_tui.engine.reading import LogSight
from whisper_tui.errors import NotAllowed, WhisperError
from whisper_tui.permissions.decide import Grants, grants_of
from whisper_tui.permissions.explain import explain
from whisper_tui.permissions.policy import Denied
from whisper_tui.terms import Right, Subject
from whisper_tui.ui.words import said


class Reader(LogSight):
    """A person at a log.

    Args:
        path: the log.
        asked: the words of the command, for the row that is kept of it.
        person: who reads; `grants`: what the policy gives them, None without a policy; `policy`: its digest.
        policy_file: where a policy is, or would be.
    """

    def __init__(
        self, path: Path, asked: str, person: Subject, grants: Grants | None, policy_file: Path, policy: str = ""
    ) -> None:
        super().__init__(person, grants, datetime.now(UTC), is_owner=True)
        self.path = path
        self.policy_file = policy_file
        self.asked = asked
        self._policy = policy

    @property
    def is_bound(self) -> bool:
        """Whether a policy says what this person may see."""
        return self._grants is not None

    def require(self, right: Right) -> None:
        """Go on only with `right`; that it was tried without is noted.

        Raises:
            NotAllowed: they do not have it; with the rule and where it stands.
        """
        denied = self.lacks(right)
        if denied is not None:
            self.refuse(right, denied)

    def refuse(self, right: Right, denied: Denied) -> NoReturn:
        """Note that `right` was tried, and refuse it.

        Raises:
            NotAllowed: always.
        """
        self._note(Kind.DENIED, self.asked, deed=right.value, rule=denied.rule)
        where = denied.where or (self._grants.path if self._grants is not None else "")
        raise NotAllowed(said(explain(denied)), where, f"ask whoever keeps the policy for {right.value}")

    def note(self, kind: Kind, count: int) -> None:
        """Write down, before anything is shown, that `count` rows or lines are about to be.

        Raises:
            TrailUnwritable: it is not on disk; nothing may be shown.
        """
        self._note(kind, f"{self.asked}: {count}")

    def record(self, kind: Kind, **fields: object) -> Record:
        """A record of this person and moment."""
        clock = SystemClock()
        profile = ", ".join(each.name for each in self._grants.profiles) if self._grants is not None else ""
        who = Who(self.person.user, self.person.uid, self.person.login_uid, profile, self._policy)
        made = Record(kind, clock.wall(), clock.monotonic(), boot_id(), who, enforcement="advisory")
        return structs.replace(made, **fields)

    def _note(self, kind: Kind, detail: str, **fields: object) -> None:
        access.note(self.path, self.record(kind, detail=detail, **fields))


class StoreReader(Reader):
    """A person at the logs of several machines, on which their name and number may be somebody else's: nothing is their own."""

    def is_own(self, record: Record) -> bool:
        return False


def reader(ctx: click.Context, asked: Sequence[str], kind: type[Reader] = Reader) -> Reader:
    """Whoever runs this, at the log that they chose. `asked`: the words of the command.

    Raises:
        UsageError: settings or policy are wrong.
        NotAllowed: the log is somebody else's.
    """
    path = log_file(ctx)
    if path.exists() and (owner := path.stat().st_uid) != os.geteuid():
        raise NotAllowed("this log belongs to somebody else", str(path), f"run it as {_name(owner)}")
    config, person = settings_file(ctx), subject()
    settings = load.load(config) if config.exists() else None
    policy_file = load.policy_file(settings, config) if settings is not None else config.parent / "policy.toml"
    policy = PolicyFile(policy_file).load()
    words = " ".join([path.name, *asked])
    if policy is None:
        return kind(path, words, person, None, policy_file)
    return kind(path, words, person, grants_of(person, policy), policy_file, policy.digest)


@contextmanager
def finder(path: Path) -> Iterator[Finder]:
    """What finds rows in the log at `path`; at the end damaged rows, which it left out, are said.

    Raises:
        WhisperError: rows are damaged, or the log cannot be read.
    """
    with History.open(path) as history:
        found = Finder(history)
        yield found
    if found.damaged:
        rows = ", ".join(map(str, sorted(found.damaged)[:10]))
        more = f" and {len(found.damaged) - 10} more" if len(found.damaged) > 10 else ""
        hint = "whisper-tui log verify says where it is broken"
        raise WhisperError(f"damaged, and left out: row {rows}{more}", str(path), hint)


def say_aside(words: str) -> None:
    """Say what is no part of the answer, on stderr."""
    click.echo(printable(words), err=True)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
