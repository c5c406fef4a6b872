"""Enough SIP for the tests' phones: calls in and out, hold, keys (RFC 4733), REFER, texts (MESSAGE), and a tone in RTP."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import socket
import struct
import time
from typing import Protocol, cast

from tests.asterisk import tones
from tests.asterisk.silence import Playout

VOICE, KEY = 0, 101
"""RTP payload types."""
ALLOW = "Allow: INVITE,ACK,BYE,CANCEL,REFER,NOTIFY,OPTIONS,UPDATE,MESSAGE\r\n"
SO_TIMESTAMPNS = 35
"""Of Linux: the kernel says when a packet came, however late this process gets to read it. Python has no name for it."""


BEATS = 4
"""Parts of the time of a packet, in one of which a leg sends its own."""


class Owner(Protocol):
    """Whose phones these are: decides what a phone does when it rings."""

    def rings(self, leg: Leg) -> None: ...

    def is_told(self, phone: str, text: Message) -> None: ...


class Message:
    def __init__(self, raw: bytes) -> None:
        head, _, body = raw.partition(b"\r\n\r\n")
        self.raw_body = body
        self.start, *lines = head.decode("utf-8", "replace").split("\r\n")
        parts = (line.partition(":") for line in lines)
        self.headers = [(name.strip(), value.strip()) for name, _, value in parts]
        self.body = body.decode("latin-1")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def get(self, name: str) -> str:
        return (self.all(name) or [""])[0]


class Ears:
    """What a leg has heard since `watch`: packets in all and by tone, and for how many packets it has been the same."""

    def __init__(self, watched: list[int]) -> None:
        self.watched = watched
        self.packets = 0
        self.by_tone = dict.fromkeys(watched, 0)
        self.began: dict[int, float] = {}
        """When each tone came first, in seconds since 1970."""
        self.loudest = 0
        """The size of the loudest sample, of 32767."""
        self.now: frozenset[int] = frozenset()
        self.same = 0
        self.last = time.monotonic()
        """When the last packet came, or when the watch began."""
        self.playout = Playout(time.time())

    def take(self, payload: bytes, at: float) -> None:
        self.playout.take(payload, at)
        got = tones.heard(payload, self.watched)
        self.loudest = max(self.loudest, tones.loudest(payload))
        self.packets += 1
        self.last = time.monotonic()
        self.same = self.same + 1 if got == self.now else 1
        self.now = got
        for tone in got:
            self.by_tone[tone] += 1
            self.began.setdefault(tone, at)


class Leg:
    """One call of one phone."""

    def __init__(self, host: Host, phone: str, call_id: str, tone: int) -> None:
        self.host, self.phone, self.call_id, self.tone = host, phone, call_id, tone
        self.ident = token()[:6]
        self.state = "new"
        self.moved = asyncio.Event()
        """Set at every change of state, and replaced."""
        self.local_tag, self.remote_tag = token(), ""
        self.local = self.remote = self.target = ""
        self.cseq = random.randint(1, 1000)
        self.invite: Message | None = None
        self.invite_cseq, self.invite_branch = 0, ""
        self.direction = "sendrecv"
        self.refused = 0
        self.peer: tuple[str, int] | None = None
        self.notified: asyncio.Future[str] | None = None
        self.agreed: asyncio.Future[int] | None = None
        """What was answered to the last INVITE within the call."""
        self.ears = Ears([])
        self.beat = random.randrange(BEATS)
        self.hushed = False
        """Sends no packets at all, as some phones do when nobody speaks."""
        self.still = False
        """Sends packets with nothing in them: nobody speaks."""
        self.ended = 0.0
        """Seconds since 1970, once it is gone."""
        self._sequence, self._timestamp = random.randint(0, 9999), random.randint(0, 1 << 30)
        self._source, self._sent = random.getrandbits(31), 0
        self._pressing = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.bind((host.address, 0))
        host.loop.add_reader(self._socket, self._receive)

    def becomes(self, state: str) -> None:
        self.state = state
        moved, self.moved = self.moved, asyncio.Event()
        moved.set()
        if state == "gone":
            self.ended = time.time()
            self.host.loop.remove_reader(self._socket)
            self._socket.close()

    def offer(self) -> str:
        address, port = self._socket.getsockname()
        return (
            f"v=0\r\no=- {self._source} {self.cseq} IN IP4 {address}\r\ns=phone\r\nc=IN IP4 {address}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP {VOICE} {KEY}\r\na=rtpmap:{VOICE} PCMU/8000\r\n"
            f"a=rtpmap:{KEY} telephone-event/8000\r\na=fmtp:{KEY} 0-16\r\na=ptime:20\r\na={self.direction}\r\n"
        )

    def take_offer(self, body: str) -> None:
        port, address = re.search(r"m=audio (\d+)", body), re.search(r"c=IN IP4 (\S+)", body)
        if port and address:
            self.peer = (address[1], int(port[1]))

    def speak(self) -> None:
        """Send the next packet of the tone."""
        if self.state == "up" and not self._pressing and not self.hushed:
            second = [tones.SILENCE] if self.still else tones.frames(self.tone)
            self._send(VOICE, second[self._sent % len(second)], self._timestamp)
            self._sent += 1
            self._timestamp += tones.FRAME

    async def press(self, digit: str) -> None:
        event, started = "0123456789*#".index(digit), self._timestamp
        self._pressing = True
        for step in range(8):
            end = 0x80 if step >= 5 else 0  # the end is sent three times
            mark = 0x80 if step == 0 else 0
            length = min(step + 1, 6) * tones.FRAME
            self._send(KEY | mark, struct.pack("!BBH", event, end | 10, length), started)
            if step < 5:
                await asyncio.sleep(0.02)
        self._timestamp = started + 8 * tones.FRAME
        self._pressing = False

    def _send(self, kind: int, payload: bytes, timestamp: int) -> None:
        if self.peer is None:
            return
        head = struct.pack("!BBHII", 0x80, kind, self._sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self._source)
        self._sequence += 1
        with contextlib.suppress(OSError):  # the far end may be gone before the BYE is here
            self._socket.sendto(head + payload, self.peer)

    def _receive(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while True:
                packet, told, _, _ = self._socket.recvmsg(2048, 64)
                if len(packet) > 12 and packet[1] & 0x7F == VOICE and self.ears.watched:
                    seconds, nanoseconds = struct.unpack("@ll", told[0][2])
                    self.ears.take(packet[12:], seconds + nanoseconds / 1e9)


class Host(asyncio.DatagramProtocol):
    """One SIP socket and the legs of all phones behind it."""

    def __init__(self, owner: Owner, address: str, port: int, pbx: tuple[str, int]) -> None:
        self.owner, self.address, self.port, self.pbx = owner, address, port, pbx
        self.loop = asyncio.get_running_loop()
        self.legs: dict[str, Leg] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    # --- what a phone can do

    def call(self, phone: str, to: str, caller: str, tone: int) -> Leg:
        leg = Leg(self, phone, f"{token()}@phones", tone)
        leg.local = caller
        leg.remote = f"<sip:{to}@{self.pbx[0]}:{self.pbx[1]}>"
        leg.target = leg.remote.strip("<>")
        self.legs[leg.call_id] = leg
        self._invite(leg)
        return leg

    def answer(self, leg: Leg) -> None:
        if leg.state == "ringing" and leg.invite:
            leg.becomes("answering")
            self._accept(leg, 0.5)

    def _accept(self, leg: Leg, again: float) -> None:
        """Say 200 until it is acknowledged (RFC 3261, 13.3.1.4): a datagram may be lost on a busy machine."""
        if leg.state == "answering" and leg.invite:
            self._reply(leg.invite, "200 OK", leg, leg.offer())
            self.loop.call_later(again, self._accept, leg, min(4.0, 2 * again))

    def refuse(self, leg: Leg, status: str) -> None:
        """End a leg that rings here, with `486 Busy Here` or `603 Decline`."""
        if leg.state == "ringing" and leg.invite:
            self._reply(leg.invite, status, leg)
            self._drop(leg)

    def hang_up(self, leg: Leg) -> None:
        if leg.state == "up":
            self._request(leg, "BYE")
            self._drop(leg)
        elif leg.invite:
            self.refuse(leg, "486 Busy Here")
        elif leg.state != "gone":
            self._request(leg, "CANCEL", cseq=leg.invite_cseq, branch=leg.invite_branch)

    async def hold(self, leg: Leg, direction: str) -> None:
        """Put the other side on hold (`sendonly`) or take it back (`sendrecv`); return when the PBX has agreed.

        An INVITE that crosses one that is not finished yet is refused (RFC 3261, 14.2): a phone asks again.
        """
        leg.direction = direction
        async with asyncio.timeout(5):
            while (code := await self._reinvite(leg)) in (491, 500):  # noqa: ASYNC110  so RFC 3261, 14.1
                await asyncio.sleep(random.uniform(0.01, 0.1))
        if code >= 300:
            raise RuntimeError(f"{leg.phone}: {code} to {direction}")

    async def _reinvite(self, leg: Leg) -> int:
        """Offer anew, and again if the datagram was lost on a busy machine (RFC 3261, 17.1.1.2); return what was answered."""
        leg.agreed = self.loop.create_future()
        self._invite(leg)
        while not (await asyncio.wait([leg.agreed], timeout=0.5))[0]:
            self._request(leg, "INVITE", body=leg.offer(), cseq=leg.invite_cseq, branch=leg.invite_branch)
        return leg.agreed.result()

    async def refer(self, leg: Leg, to: str) -> str:
        """Transfer; returns the status that the PBX notifies."""
        leg.notified = self.loop.create_future()
        self._request(leg, "REFER", f"Refer-To: <{to}>\r\nReferred-By: <sip:{leg.phone}@{self.address}>\r\n")
        return await leg.notified

    # --- what Asterisk asks

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        if len(data) < 20:  # keep-alive
            return
        message = Message(data)
        if message.start.startswith("SIP/2.0"):
            self._answered(message)
        else:
            self._asked(message)

    def _asked(self, message: Message) -> None:
        method, leg = message.start.split()[0], self.legs.get(message.get("call-id"))
        if method == "INVITE" and not _tag(message.get("to")):
            if leg is None:  # otherwise it was sent twice
                self._ring(message)
        elif method == "ACK":
            if leg and leg.state == "answering":
                leg.becomes("up")
        elif method == "MESSAGE":
            self._reply(message, "200 OK", leg)
            self.owner.is_told(_user(message), message)
        elif leg is None:
            self._reply(message, "200 OK" if method == "OPTIONS" else "481 No Such Call")
        elif method == "CANCEL":
            self._reply(message, "200 OK", leg)
            self.refuse(leg, "487 Request Terminated")
        elif method == "BYE":
            self._reply(message, "200 OK", leg)
            self._drop(leg)
        elif method in ("INVITE", "UPDATE") and message.body:
            leg.take_offer(message.body)
            leg.target = _uri(message.get("contact")) or leg.target
            self._reply(message, "200 OK", leg, leg.offer())
        else:
            self._reply(message, "200 OK", leg)
            if (
                method == "NOTIFY"
                and leg.notified
                and not leg.notified.done()
                and re.search("SIP/2.0 [2-6]", message.body)
            ):
                leg.notified.set_result(message.body.split("\r\n")[0])

    def _ring(self, message: Message) -> None:
        phone = _user(message)
        leg = Leg(self, phone, message.get("call-id"), tones.default_tone(phone))
        leg.invite = message
        leg.remote_tag = _tag(message.get("from"))
        leg.remote = re.sub(r";\s*tag=[^;>\s]+", "", message.get("from"))
        leg.local = message.get("to")
        leg.target = _uri(message.get("contact"))
        leg.take_offer(message.body)
        self.legs[leg.call_id] = leg
        self._reply(message, "100 Trying", leg)
        leg.becomes("ringing")
        self.owner.rings(leg)
        if leg.state == "ringing":
            self._reply(message, "180 Ringing", leg)

    def _answered(self, message: Message) -> None:
        code = int(message.start.split()[1])
        cseq, method = message.get("cseq").split()
        leg = self.legs.get(message.get("call-id"))
        if leg is None or method != "INVITE":
            return
        leg.remote_tag = _tag(message.get("to")) or leg.remote_tag
        if code < 200:
            if leg.state == "new":
                leg.becomes("ringing")
        elif code < 300:
            leg.target = _uri(message.get("contact")) or leg.target
            leg.take_offer(message.body)
            self._request(leg, "ACK", cseq=int(cseq))
            if leg.state != "up":
                leg.becomes("up")
        else:
            self._request(leg, "ACK", cseq=int(cseq), branch=leg.invite_branch)
            if leg.state != "up":
                leg.refused = code
                self._drop(leg)
        if leg.agreed and not leg.agreed.done() and code >= 200 and int(cseq) == leg.invite_cseq:
            leg.agreed.set_result(code)

    # --- the wire

    def _invite(self, leg: Leg) -> None:
        leg.cseq += 1
        leg.invite_cseq, leg.invite_branch = leg.cseq, f"z9hG4bK{token()}"
        self._request(leg, "INVITE", body=leg.offer(), cseq=leg.invite_cseq, branch=leg.invite_branch)

    def _request(
        self, leg: Leg, method: str, extra: str = "", body: str = "", cseq: int | None = None, branch: str = ""
    ) -> None:
        if cseq is None:
            leg.cseq += 1
            cseq = leg.cseq
        tag = f";tag={leg.remote_tag}" if leg.remote_tag else ""
        self._transmit(
            f"{method} {leg.target} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.address}:{self.port};branch={branch or 'z9hG4bK' + token()};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: {leg.local};tag={leg.local_tag}\r\nTo: {leg.remote}{tag}\r\n"
            f"Call-ID: {leg.call_id}\r\nCSeq: {cseq} {method}\r\n"
            f"Contact: <sip:{leg.phone}@{self.address}:{self.port}>\r\n{ALLOW}{extra}",
            body,
        )

    def _reply(self, message: Message, status: str, leg: Leg | None = None, body: str = "") -> None:
        to = message.get("to")
        if leg and not _tag(to):
            to += f";tag={leg.local_tag}"
        path = "".join(
            f"{name}: {value}\r\n" for name in ("Via", "Record-Route") for value in message.all(name.lower())
        )
        self._transmit(
            f"SIP/2.0 {status}\r\n{path}From: {message.get('from')}\r\nTo: {to}\r\nCall-ID: {message.get('call-id')}\r\n"
            f"CSeq: {message.get('cseq')}\r\nContact: <sip:{leg.phone if leg else 'phone'}@{self.address}:{self.port}>\r\n"
            f"{ALLOW}",
            body,
        )

    def _transmit(self, head: str, body: str) -> None:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self._transport.sendto(f"{head}{kind}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode(), self.pbx)

    def _drop(self, leg: Leg) -> None:
        self.legs.pop(leg.call_id, None)
        leg.becomes("gone")
        if leg.agreed and not leg.agreed.done():
            leg.agreed.set_result(481)


def token() -> str:
    return f"{random.getrandbits(40):010x}"


def _user(message: Message) -> str:
    """The phone that a request is for."""
    user = re.match(r"sips?:([^@;]+)", message.start.split()[1])
    return user[1] if user else "?"


def _uri(value: str) -> str:
    found = re.search(r"<([^>]*)>", value)
    return found[1] if found else value.split(";")[0].strip()


def _tag(value: str) -> str:
    found = re.search(r";\s*tag=([^;>\s]+)", value)
    return found[1] if found else ""
