"""The policy in force, for everybody on one engine: taken anew whenever its file changes, whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from typing import Protocol

from msgspec import structs

from whisper_tui.audit.records import Kind
from whisper_tui.engine.logbook import Logbook
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.mistakes import PolicyRefused
from whisper_tui.permissions.policy import Policy
from whisper_tui.terms import Notice


class PolicySource(Protocol):
    """Where the policy comes from."""

    def stamp(self) -> Hashable:
        """Return what is another one whenever the policy may be another one; quick, and never raises."""

    def load(self) -> Policy | None:
        """Return the policy, None where there is none.

        Raises:
            WhisperError: it is wrong, or not to be trusted.
        """


class Fixed:
    """A policy that never changes: of the demo, of a recording, of a test."""

    def __init__(self, policy: Policy | None) -> None:
        self._policy = policy

    def stamp(self) -> Hashable:
        return None

    def load(self) -> Policy | None:
        return self._policy


class Lawbook:
    """Holds the policy.

    Args:
        changed: called when another policy is in force.
        troubled: called when `trouble` has come or gone.
        thread: where a file is read, so that a long one keeps nobody waiting; the loop's own threads unless given.
    """

    def __init__(
        self,
        source: PolicySource,
        book: Logbook,
        changed: Callable[[], None],
        troubled: Callable[[], None],
        thread: Executor | None = None,
    ) -> None:
        self._source = source
        self._book = book
        self._changed = changed
        self._troubled = troubled
        self._thread = thread
        self._stamp = self._seen = source.stamp()
        self.policy: Policy | None = source.load()
        self.trouble: Notice | None = None
        """Why what the file says now is not in force."""

    @property
    def variables(self) -> frozenset[str]:
        """The channel variables that the policy looks at."""
        looked_at = self.policy.attributes.variable if self.policy is not None else ()
        return frozenset(each.name for each in looked_at)

    def begin(self) -> None:
        """Write down what is in force."""
        if self.policy is not None:
            self._write(Kind.POLICY_LOADED, f"{self.policy.path} sha256 {self.policy.digest}")

    async def look(self) -> None:
        """Take the policy anew if its file has changed, and is not being written. One that is wrong, or gone, leaves the one
        before in force."""
        before, stamp = self._seen, self._source.stamp()
        self._seen = stamp
        if stamp == self._stamp or stamp != before:  # as it was; or changed since the last look, and may change on
            return
        try:
            policy = await asyncio.get_running_loop().run_in_executor(self._thread, self._source.load)
        except WhisperError as wrong:
            if self._source.stamp() == stamp:
                self._stamp = stamp
                self._reject(_in_short(wrong), str(wrong))
            return
        if self._source.stamp() != stamp:
            return
        self._stamp = stamp
        if policy is None and self.policy is not None:
            self._reject(Notice("policy.gone", {"where": self.policy.path}), f"{self.policy.path}: it is gone")
        elif policy != self.policy:
            self.policy, self.trouble = policy, None
            self.begin()
            self._changed()
        elif self.trouble is not None:
            self.trouble = None
            self._troubled()

    def _reject(self, trouble: Notice, said: str) -> None:
        self.trouble = trouble
        self._write(Kind.POLICY_REJECTED, said)
        self._troubled()

    def _write(self, kind: Kind, detail: str) -> None:
        self._book.write_soon(structs.replace(self._book.record(kind), detail=detail))


def _in_short(wrong: WhisperError) -> Notice:
    """The first mistake, in a line; the log has them all."""
    where, why = wrong.where, wrong.what
    if isinstance(wrong, PolicyRefused):
        first = wrong.mistakes[0]
        others = f" (and {len(wrong.mistakes) - 1} more)" if len(wrong.mistakes) > 1 else ""
        where, why = f"{wrong.where.partition(':')[0]}:{first.line}", f"{first.key}: {first.what}{others}"
    return Notice("policy.rejected", {"where": where.rpartition("/")[2], "why": why})
