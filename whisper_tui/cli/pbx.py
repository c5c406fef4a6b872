"""From the configuration to what `ami` and `engine` take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from whisper_tui.ami.link import Link, OnEvent
from whisper_tui.ami.settings import LinkSettings, TlsSettings
from whisper_tui.clock import SystemClock
from whisper_tui.config.schema import PbxSettings, PhoneSettings
from whisper_tui.config.secrets import read_secret
from whisper_tui.engine.line import NEEDED
from whisper_tui.errors import OutOfReach
from whisper_tui.terms import LinkState, Notice, Pbx

ACCOUNT_HINT = "it needs write = call,agent,originate,reporting in manager.conf"
HINTS = {
    "link.refused.secret": "wrong account, wrong secret, or its `permit` leaves this machine out: Asterisk does not tell which",
    "link.refused.certificate": "the certificate must be of `host`, and of an authority that `ca` names",
    "link.unreachable": "is AMI on there (`enabled = yes`), and the way to it open?",
}

ANSWER_HEADERS = {
    "by hand": (),
    "alert-info": (("Alert-Info", "<http://127.0.0.1>;info=alert-autoanswer"),),
    "call-info": (("Call-Info", "<sip:pbx>;answer-after=0"),),
}
"""SIP headers that phones take as "answer by yourself"; both reach the INVITE of a plain Originate (measured on 22.10.1)."""


def link_settings(name: str, pbx: PbxSettings, warn: Callable[[str], None]) -> LinkSettings:
    """What a link to this PBX needs; fetches its secret, which may ask at the terminal.

    Raises:
        UsageError: the secret cannot be had.
    """
    tls = None if pbx.tls is None else TlsSettings(Path(pbx.tls.ca).expanduser() if pbx.tls.ca else None)
    return LinkSettings(Pbx(name), pbx.host, pbx.port, pbx.user, read_secret(pbx.secret, warn), tls)


def answer_headers(phone: PhoneSettings) -> tuple[tuple[str, str], ...]:
    """The SIP headers that make this phone answer as its setting says."""
    if phone.answer in ANSWER_HEADERS:
        return ANSWER_HEADERS[phone.answer]
    name, _, value = phone.answer.partition(":")
    return ((name, value.strip()),)


async def log_in_once(settings: LinkSettings) -> str:
    """Log in to the PBX, look what the account may do, and return that in words.

    Raises:
        OutOfReach: it does not answer, or will not have us.
    """
    async with logged_in(settings) as link:
        version, allowed = link.asterisk, link.allowed
    missing = NEEDED - allowed if allowed is not None else frozenset()
    if missing:
        raise OutOfReach(f"the account may not {', '.join(sorted(missing))}", str(settings.pbx), ACCOUNT_HINT)
    return f"Asterisk {version}" if version else "Asterisk"


@asynccontextmanager
async def logged_in(settings: LinkSettings, on_event: OnEvent = lambda event: None) -> AsyncIterator[Link]:
    """A link that is up, to ask something of; closed at the end.

    Args:
        on_event: as `Link` takes it.

    Raises:
        OutOfReach: the PBX does not answer, or will not have us.
    """
    over: asyncio.Future[Notice | None] = asyncio.get_running_loop().create_future()

    def turned(state: LinkState, notice: Notice | None) -> None:
        if not over.done() and state in (LinkState.SEEDING, LinkState.LOST, LinkState.REFUSED):
            over.set_result(notice)

    link = Link(settings, SystemClock(), on_event, turned)
    life = asyncio.create_task(link.run())
    try:
        notice = await over
        if notice is not None:
            raise OutOfReach(notice.values.get("error", notice.code), place_of(settings), HINTS.get(notice.code, ""))
        yield link
    finally:
        await link.close()
        await life


def place_of(settings: LinkSettings) -> str:
    """The PBX as a person is pointed at it."""
    return f"{settings.pbx} ({settings.host}:{settings.port})"
