"""Who we are to the PBX: MD5 login by Challenge (the secret never crosses the wire), and what the account may do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import ClassVar

from msgspec import Struct

from whisper_tui.ami.actions import Action, CoreSettings, ListCommands, Outcome, Reply
from whisper_tui.ami.protocol import ConnectionLost
from whisper_tui.ami.settings import LinkSettings
from whisper_tui.ami.text import clean
from whisper_tui.errors import OutOfReach
from whisper_tui.terms import Notice

_VERSION = re.compile(r"\d+(?:\.\d+)+")
_REFUSALS = ("Authentication failed", "Permission denied")
"""Asterisk's words for a wrong user, secret or address; which of them it was it does not tell (AMI.md Q7)."""

Ask = Callable[[Action], Awaitable[Reply]]


class Refused(OutOfReach):
    """The PBX, or its certificate, will not do until a person changes something."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.code, notice.values.get("host", ""), notice.values.get("error", ""))
        self.notice = notice


class Challenge(Action, frozen=True):
    name: ClassVar[str] = "Challenge"

    def headers(self) -> list[tuple[str, str]]:
        return [("AuthType", "MD5")]


class Login(Action, frozen=True):
    """`key` is the MD5 of challenge and secret; whoever sees both can guess at the secret, so it is kept out of sight."""

    name: ClassVar[str] = "Login"
    user: str
    key: str

    def __repr__(self) -> str:
        return f"Login({self.user!r})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [("user", self.user)]  # msgspec's own, which a traceback prefers, has every field

    def headers(self) -> list[tuple[str, str]]:
        return [("AuthType", "MD5"), ("Username", self.user), ("Key", self.key), ("Events", "on")]


HIDDEN_HEADERS = frozenset({"Key", "Secret"})


class Account(Struct, frozen=True):
    """What the login found.

    Args:
        asterisk: the version, "22.10.1"; "" if the account may not ask.
        system_name: `systemname` of asterisk.conf, or "".
        allowed: the actions that the account may run (ListCommands prints no others, measured), None if it did not say.
    """

    asterisk: str
    system_name: str
    allowed: frozenset[str] | None


async def log_in(ask: Ask, settings: LinkSettings) -> Account:
    """Log in and look around.

    Raises:
        Refused: wrong user or secret, or an address that is not permitted.
        ConnectionLost: no answer, or an error that may pass by itself.
    """
    challenge = _answered(await ask(Challenge()))
    if challenge.outcome is not Outcome.DONE:
        raise ConnectionLost(challenge.message or "the login was refused")
    nonce = dict(challenge.headers).get("Challenge", "")
    login = _answered(await ask(Login(settings.user, _key(nonce, settings))))
    if login.outcome is not Outcome.DONE:
        if login.message.startswith(_REFUSALS):
            raise Refused(_refusal(settings, login.message))
        raise ConnectionLost(login.message or "the login was refused")
    return _account(_answered(await ask(CoreSettings())), _answered(await ask(ListCommands())))


def _account(about: Reply, commands: Reply) -> Account:
    told = dict(about.headers)
    version = told.get("AsteriskVersion", "")
    number = _VERSION.search(version)
    allowed = None
    if commands.outcome is Outcome.DONE:
        allowed = frozenset(name for name, _ in commands.headers) - {"Response", "ActionID", "Message"}
    return Account(number[0] if number else clean(version), clean(told.get("SystemName", "")), allowed)


def _answered(reply: Reply) -> Reply:
    if reply.outcome is Outcome.UNKNOWN:
        raise ConnectionLost(reply.message)
    return reply


def _key(nonce: str, settings: LinkSettings) -> str:
    # Asterisk's protocol names MD5; no local variable holds the secret, so no traceback can show it.
    return hashlib.md5((nonce + settings.secret.reveal()).encode(), usedforsecurity=False).hexdigest()


def _refusal(settings: LinkSettings, words: str) -> Notice:
    return Notice(
        "link.refused.secret",
        {
            "pbx": str(settings.pbx),
            "host": settings.host,
            "port": str(settings.port),
            "user": settings.user,
            "error": words,
        },
    )
