"""A link to one PBX: connects, logs in, notices when the peer is dead, connects again; never sends anything twice.

CONNECTING -> HANDSHAKING -> AUTHENTICATING -> SEEDING -> LIVE
     ^                 any of them may end in  LOST (waits, then again)  or  REFUSED (waits for a person)

Notices, each with `pbx`, `host`, `port`, `error`: link.unreachable and link.lost (and `seconds` to the next attempt),
link.refused.secret (and `user`), link.refused.certificate, link.refused.no_tls, link.refused.ca_file.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import random
import ssl
from collections.abc import Callable

from whisper_tui.ami.actions import Action, Headers, Outcome, Ping, Reply
from whisper_tui.ami.events import Event
from whisper_tui.ami.login import HIDDEN_HEADERS, Account, Refused, log_in
from whisper_tui.ami.protocol import Connection, ConnectionLost, connect
from whisper_tui.ami.settings import LinkSettings
from whisper_tui.clock import Clock
from whisper_tui.terms import LinkState, Notice, Uniqueid

log = logging.getLogger("whisper_tui.ami")

OnEvent = Callable[[Event], None]
OnState = Callable[[LinkState, Notice | None], None]
OnSent = Callable[[Headers, Reply | None], None]

_UP = frozenset({LinkState.SEEDING, LinkState.LIVE})
_NOT_CONNECTED = Reply(Outcome.FAILED, "not connected")


class Link:
    """One connection to one PBX, for ever.

    Args:
        settings: where, who, how long.
        clock: gives every wait its time.
        on_event: is told every fact, in the order of the stream, from SEEDING on. What it raises is logged and costs nothing else.
        on_state: is told every change of state, for LOST and REFUSED with the reason.
        jitter: spreads the reconnects of many consoles.

    Attributes:
        tap: if set, is given the bytes received that may be kept (typed digits of callers are not among them).
        on_sent: if set, is told the headers of each action as it is written (reply None), and again with its reply. Never a secret.
    """

    def __init__(
        self,
        settings: LinkSettings,
        clock: Clock,
        on_event: OnEvent,
        on_state: OnState,
        jitter: random.Random | None = None,
    ) -> None:
        self.settings = settings
        self.on_sent: OnSent | None = None
        self._clock = clock
        self._on_event = on_event
        self._on_state = on_state
        self._jitter = jitter or random.Random()
        self._tap: Callable[[bytes], None] | None = None
        self._state = LinkState.LOST
        self._connection: Connection | None = None
        self._account = Account("", "", None)
        self._keys: dict[bytes, bytes] = {}
        self._retry = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._closed = False
        self._malformed = 0
        self._failures = 0

    # --- what is known

    @property
    def state(self) -> LinkState:
        return self._state

    @property
    def asterisk(self) -> str:
        """The version, "22.10.1"; "" before it is known, or if the account may not ask."""
        return self._account.asterisk

    @property
    def system_name(self) -> str:
        return self._account.system_name

    @property
    def allowed(self) -> frozenset[str] | None:
        """Names of the actions that the account may run, None before that is known."""
        return self._account.allowed

    @property
    def malformed(self) -> int:
        """Messages dropped, over all connections, because no Asterisk writes them."""
        return self._malformed + (self._connection.stream.malformed if self._connection else 0)

    @property
    def tap(self) -> Callable[[bytes], None] | None:
        return self._tap

    @tap.setter
    def tap(self, tap: Callable[[bytes], None] | None) -> None:
        self._tap = tap
        if self._connection is not None:
            self._connection.stream.tap = tap

    # --- what can be asked

    async def send(self, action: Action) -> Reply:
        """Send `action`, once, and return what became of it within `action.limit` seconds.

        Never raises for the network: not connected is FAILED (nothing was sent), a lost link or no answer in time UNKNOWN.

        Raises:
            UnsafeAction: a value must not reach the PBX; nothing was sent.
        """
        if self._connection is None or self._state not in _UP:
            return _NOT_CONNECTED
        return await self._ask(self._connection, action, action.limit)

    def seeded(self) -> None:
        """Every list was taken: SEEDING becomes LIVE."""
        if self._state is LinkState.SEEDING:
            self._move(LinkState.LIVE)

    def watch_key(self, uniqueid: Uniqueid, key: str) -> None:
        """Tell with AgentKeyPressed when `key` (one of 0-9 * # A-D) is pressed on this channel's phone, and of no other key."""
        self._keys[uniqueid.encode()] = key.encode()

    def unwatch_key(self, uniqueid: Uniqueid) -> None:
        self._keys.pop(uniqueid.encode(), None)

    def retry(self) -> None:
        """A person says: try again now. Ends REFUSED, and the wait of LOST."""
        self._retry.set()

    async def run(self) -> None:
        """Connect, and again whenever the link is lost, until `close`. Never raises for the network."""
        if self._closed:
            return
        life = self._life = asyncio.create_task(self._live(), name=f"link {self.settings.pbx}")
        try:
            await asyncio.wait({life})
        finally:
            life.cancel()
            await asyncio.wait({life})
            self._state = LinkState.LOST
        if not life.cancelled():
            life.result()

    async def close(self) -> None:
        """End the link, whatever it is doing; nothing is told or sent afterwards."""
        self._closed = True
        if self._life is not None:
            self._life.cancel()
            await asyncio.wait({self._life})

    # --- its life

    async def _live(self) -> None:
        while True:
            self._retry.clear()
            self._move(LinkState.CONNECTING)
            try:
                notice = await self._once()
            except Refused as refused:
                self._failures = 0
                self._say(refused.notice)
                self._move(LinkState.REFUSED, refused.notice)
                await self._retry.wait()
                continue
            wait = self._next_wait()
            notice = Notice(notice.code, {**notice.values, "seconds": str(math.ceil(wait))})
            self._say(notice)
            self._move(LinkState.LOST, notice)
            await self._pause(wait)

    async def _once(self) -> Notice:
        """One connection from its beginning to its end; returns why it ended, raises Refused."""
        try:
            async with self._clock.timeout(self.settings.connect_limit):
                connection = await self._connect()
        except TimeoutError:
            return self._notice("link.unreachable", f"no answer in {self.settings.connect_limit:g} s")
        except OSError as error:
            return self._notice("link.unreachable", _words(error))
        began = self._clock.monotonic()
        code = "link.unreachable"
        try:
            await self._log_in(connection)
            code = "link.lost"
            self._connection = connection
            connection.listen()
            self._move(LinkState.SEEDING)
            why = await self._while_it_lasts(connection)
        except ConnectionLost as error:
            why = error.what
        finally:
            self._connection = None
            self._malformed += connection.stream.malformed
            connection.abort("closed by us")
        if self._clock.monotonic() - began >= self.settings.steady:
            self._failures = 0
        return self._notice(code, why or "the PBX closed the connection")

    async def _connect(self) -> Connection:
        tls = None
        if self.settings.tls is not None:
            try:
                tls = self.settings.tls.context()
            except OSError as error:
                raise Refused(self._notice("link.refused.ca_file", _words(error))) from error
        try:
            return await connect(self.settings.host, self.settings.port, tls, self._make)
        except ssl.SSLCertVerificationError as error:
            raise Refused(self._notice("link.refused.certificate", error.verify_message or _words(error))) from error
        except ssl.SSLError as error:
            if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST"):
                raise Refused(self._notice("link.refused.no_tls", "the port does not speak TLS")) from error
            raise

    def _make(self) -> Connection:
        return Connection(self._on_event, self._tap, self._keys)

    async def _log_in(self, connection: Connection) -> None:
        limit = self.settings.login_limit
        self._move(LinkState.HANDSHAKING)
        try:
            async with self._clock.timeout(limit):
                await connection.greeted
        except TimeoutError:
            raise ConnectionLost(
                f"it did not say who it is in {limit:g} s; is it the AMI port, and is TLS set as there?"
            ) from None
        self._move(LinkState.AUTHENTICATING)
        self._account = await log_in(lambda action: self._ask(connection, action, limit), self.settings)

    async def _while_it_lasts(self, connection: Connection) -> str:
        """Return why the connection ended."""
        pulse = asyncio.create_task(self._pulse(connection), name=f"pulse {self.settings.pbx}")
        try:
            ended, _ = await asyncio.wait({connection.lost, pulse}, return_when=asyncio.FIRST_COMPLETED)
            return ended.pop().result()
        finally:
            pulse.cancel()

    async def _pulse(self, connection: Connection) -> str:
        """Ping until nothing comes back, and say so: TCP alone does not notice a peer that is gone."""
        while True:
            await self._clock.until(self._clock.monotonic() + self.settings.ping_interval)
            before = connection.bytes_read
            reply = await self._ask(connection, Ping(), self.settings.ping_limit)
            # On a busy slow line the answer stands behind everything else; whoever sends is alive.
            if reply.outcome is Outcome.UNKNOWN and connection.bytes_read == before:
                return f"no sign of life for {self.settings.ping_limit:g} s"

    async def _ask(self, connection: Connection, action: Action, limit: float) -> Reply:
        try:
            sent = connection.start(action)
        except ConnectionLost:
            return _NOT_CONNECTED
        self._tell_sent(sent.headers, None)
        try:
            async with self._clock.timeout(limit):
                reply = await sent.reply
        except TimeoutError:
            # When this process itself was stopped, the answer may have come in the very moment that the limit passed.
            if sent.reply.done() and not sent.reply.cancelled() and sent.reply.exception() is None:
                reply = sent.reply.result()
            else:
                reply = Reply(Outcome.UNKNOWN, f"no answer in {limit:g} s")
        except ConnectionLost as lost:
            reply = Reply(Outcome.UNKNOWN, lost.what)
        finally:
            connection.forget(sent)
        self._tell_sent(sent.headers, reply)
        return reply

    def _tell_sent(self, headers: Headers, reply: Reply | None) -> None:
        if self.on_sent is not None:
            self.on_sent([(name, "..." if name in HIDDEN_HEADERS else value) for name, value in headers], reply)

    # --- waiting and saying

    def _move(self, state: LinkState, notice: Notice | None = None) -> None:
        self._state = state
        self._on_state(state, notice)

    def _next_wait(self) -> float:
        settings = self.settings
        wait = min(settings.backoff_cap, settings.backoff_first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return wait * (0.5 + self._jitter.random() / 2)

    async def _pause(self, wait: float) -> None:
        over = asyncio.create_task(self._clock.until(self._clock.monotonic() + wait))
        asked = asyncio.create_task(self._retry.wait())
        try:
            await asyncio.wait({over, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            asked.cancel()

    def _notice(self, code: str, error: str) -> Notice:
        settings = self.settings
        values = {"pbx": str(settings.pbx), "host": settings.host, "port": str(settings.port), "error": error}
        return Notice(code, values)

    def _say(self, notice: Notice) -> None:
        # A PBX that is away for a night should not fill the log: once as a warning, then quietly.
        level = logging.WARNING if self._failures <= 1 else logging.DEBUG
        log.log(level, "%s: %s %s", self.settings.pbx, notice.code, notice.values.get("error", ""))


def _words(error: OSError) -> str:
    if error.errno is not None and error.errno > 0 and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno)  # asyncio's own words name an address instead of the reason
    return error.strerror or str(error) or type(error).__name__
