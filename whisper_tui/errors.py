"""What can go wrong, said with what, where and what to try."""

from __future__ import annotations


class WhisperError(Exception):
    """An error for a person.

    Args:
        what: what happened, in a few words.
        where: the file, address or channel it happened at.
        hint: what to try.
    """

    exit_code = 1
    is_final = False
    """Trying again is of no use: a person has to see to it first."""

    def __init__(self, what: str, where: str = "", hint: str = "") -> None:
        super().__init__(what, where, hint)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        said = f"{self.where}: {self.what}" if self.where else self.what
        return f"{said} - {self.hint}" if self.hint else said


class UsageError(WhisperError):
    """A wrong argument or a wrong file."""

    exit_code = 2


class NotAllowed(WhisperError):
    """The profile, or the system, does not let this person."""

    exit_code = 3


class OutOfReach(WhisperError):
    """The PBX does not answer, or refused the account."""

    exit_code = 4
