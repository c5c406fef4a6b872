"""One client's connection: greeting, login, its actions, the events it wants."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import secrets
from collections.abc import Callable

from whisper_tui.simulator.answers import Answers
from whisper_tui.simulator.known import error
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.wire import Request, Requests, message, response

USER = "console"
MAX_UNREAD = 8 << 20
"""Bytes that wait for a client that does not read; Asterisk drops such a one after `writetimeout`."""
CHUNK = 1 << 16


class Session:
    """From the banner to the last byte.

    Args:
        secret: of the account USER.
        refuses_after: seconds that a wrong secret waits for its answer (Asterisk: 1.0).
    """

    def __init__(
        self,
        pbx: SimulatedPbx,
        answers: Answers,
        secret: str,
        refuses_after: float,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._pbx = pbx
        self._answers = answers
        self._secret = secret
        self._refuses_after = refuses_after
        self._reader = reader
        self._writer = writer
        self._challenge = ""
        self._disconnect: Callable[[], None] | None = None
        self._wants_events = True
        self._logged_in = False

    async def run(self) -> None:
        """Serve the client until it leaves, is refused, or `close` is called."""
        self._send(self._pbx.banner + b"\r\n")
        requests = Requests()
        try:
            while not self._writer.is_closing() and (data := await self._reader.read(CHUNK)):
                for request in requests.feed(data):
                    if self._writer.is_closing():
                        break
                    await self._serve(request)
                with contextlib.suppress(ConnectionError):
                    await self._writer.drain()
        except ConnectionError:
            pass  # the client is gone; nothing of it is kept
        finally:
            self.close()

    def close(self) -> None:
        """Cut the connection; what was written is still sent."""
        if self._disconnect is not None:
            self._disconnect()
            self._disconnect = None
        self._writer.close()

    async def _serve(self, request: Request) -> None:
        action = request.action.lower()
        if action == "challenge":
            self._challenge_for(request)
        elif action == "login":
            await self._login(request)
        elif action == "logoff":
            self._send(response(request.action_id, "Goodbye", [("Message", "Thanks for all the fish.")]))
            self.close()
        elif not self._logged_in and action:
            self._send(error(request.action_id, "Permission denied"))
        elif action == "events":
            self._wants_events = request.get("EventMask").lower() not in ("off", "no", "0")
            self._send(response(request.action_id, "Success", [("Events", "On" if self._wants_events else "Off")]))
        else:
            self._answers.answer(request, self._send)

    def _challenge_for(self, request: Request) -> None:
        if request.get("AuthType").upper() != "MD5":
            self._send(error(request.action_id, "Must specify AuthType"))
            return
        self._challenge = str(secrets.randbelow(10**9))
        self._send(response(request.action_id, "Success", [("Challenge", self._challenge)]))

    async def _login(self, request: Request) -> None:
        if not self._is_right(request):
            await self._pbx.clock.until(self._pbx.clock.monotonic() + self._refuses_after)
            self._send(error(request.action_id, "Authentication failed"))
            self.close()
            return
        self._wants_events = request.get("Events").lower() not in ("off", "no", "0")
        self._send(response(request.action_id, "Success", [("Message", "Authentication accepted")]))
        uptime = str(int(self._pbx.clock.wall() - self._pbx.started))
        booted = [("Uptime", uptime), ("LastReload", uptime), ("Status", "Fully Booted")]
        self._event(message([("Event", "FullyBooted"), ("Privilege", "system,all"), *booted]))
        if self._disconnect is None:
            self._disconnect = self._pbx.connect(self._event)
        self._logged_in = True

    def _is_right(self, request: Request) -> bool:
        """By MD5 over our challenge, or by the secret itself; a challenge serves once."""
        challenge, self._challenge = self._challenge, ""
        if request.get("AuthType").upper() == "MD5":
            digest = hashlib.md5((challenge + self._secret).encode(), usedforsecurity=False).hexdigest()
            right = bool(challenge) and hmac.compare_digest(digest.encode(), request.get("Key").lower().encode())
        else:
            right = hmac.compare_digest(self._secret.encode(), request.get("Secret").encode())
        return right and hmac.compare_digest(USER.encode(), request.get("Username").encode())

    def _event(self, raw: bytes) -> None:
        if self._wants_events:
            self._send(raw)

    def _send(self, raw: bytes) -> None:
        if self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > MAX_UNREAD:
            self._writer.transport.abort()
            return
        self._writer.write(raw)
