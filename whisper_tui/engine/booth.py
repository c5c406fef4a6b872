"""Where cue cards are spoken from: what is said, and the way by which a PBX comes and fetches it.

A voice is a prepared sound of the card, or a program that is given the words on its standard input and writes a WAV. The words are
never part of a command, and no shell sees them.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from msgspec import Struct, field

from whisper_tui.ami import rtp
from whisper_tui.ami.actions import Getvar, Outcome
from whisper_tui.ami.audiosocket import Door, Visit
from whisper_tui.clock import Clock
from whisper_tui.engine.line import Line
from whisper_tui.errors import OutOfReach
from whisper_tui.supervision.sound import LONGEST, NoSound, sound_of
from whisper_tui.terms import Pbx, Uniqueid

SPEAKS_WITHIN = 3.0
"""Seconds that a voice may take to make one card (measured with espeak-ng: 0.04)."""

MOST = int(LONGEST * 48_000 * 2) + 4096
"""Bytes that are read of what it writes."""

CHUNK = 1 << 16
"""The same, at a time."""

SOCKETS_SINCE = 18
"""The Asterisk that has AudioSocket channels; an older one is spoken to by RTP (AUDIO.md F7)."""


class Mouth(Protocol):
    """The sound of one channel."""

    @property
    def channel(self) -> str:
        """What Originate dials."""

    async def ready(self, line: Line, leg: Uniqueid) -> None:
        """Return once the PBX fetches sound.

        Raises:
            OutOfReach: it never will.
        """

    def say(self, sound: bytes) -> bool:
        """Let 20 ms through; return whether there is somebody who takes it."""


class Reach(Struct, frozen=True):
    """The address at which PBXs reach this program.

    Args:
        port: of AudioSocket; 0: any that is free.
        bind: the address of this machine that is listened on, "" for `host`.
        hosts: the address of each PBX.
    """

    host: str
    port: int
    bind: str = ""
    hosts: Mapping[Pbx, str] = field(default_factory=dict)

    @property
    def here(self) -> str:
        return self.bind or self.host


class Booth:
    """Of one engine.

    Args:
        reach: where PBXs come to.
        sounds: prepared ones by the number of their card, slin at 8 kHz.
        voice: the command of a voice, none: only prepared sounds are spoken.
    """

    def __init__(self, clock: Clock, reach: Reach, sounds: Mapping[int, bytes], voice: Sequence[str]) -> None:
        self._clock = clock
        self._reach = reach
        self._sounds = dict(sounds)
        self._voice = tuple(voice) if voice and shutil.which(voice[0]) else ()
        self._door = Door(reach.here, reach.port, clock)

    def can_say(self, number: int) -> bool:
        """Whether there is a voice for this card."""
        return number in self._sounds or bool(self._voice)

    async def sound(self, number: int, text: str) -> bytes:
        """What is heard of a card: slin at 8 kHz.

        Raises:
            NoSound: the voice could not say it.
        """
        return self._sounds[number] if number in self._sounds else await self._said(text)

    @asynccontextmanager
    async def mouth(self, line: Line) -> AsyncIterator[Mouth]:
        """One channel's sound; at the end it is hung up.

        Raises:
            OutOfReach: nobody can listen here.
        """
        major = line.wire.asterisk.partition(".")[0]
        if major.isdigit() and int(major) < SOCKETS_SINCE:
            packets = rtp.Mouth(await rtp.address(self._reach.here, self._clock))
            try:
                yield _Packets(
                    packets, f"{self._reach.host}:{packets.port}", self._reach.hosts.get(line.pbx, ""), self._clock
                )
            finally:
                packets.close()
            return
        async with self._door.visit() as (visit, port):
            yield _Socket(visit, f"{self._reach.host}:{port}")

    async def _said(self, text: str) -> bytes:
        loop, pipe, nothing = asyncio.get_running_loop(), asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: SubprocessStreamProtocol(CHUNK, loop),
                *self._voice,
                stdin=pipe,
                stdout=pipe,
                stderr=nothing,
                start_new_session=True,
            )
        except OSError as error:
            raise NoSound(error.strerror or "it cannot be run", self._voice[0]) from error
        voice, ended = Process(transport, protocol, loop), False
        try:
            async with self._clock.timeout(SPEAKS_WITHIN):
                wav = await _written(voice, text)
                await voice.wait()
                ended = True
        except TimeoutError:
            raise NoSound(f"it took longer than {SPEAKS_WITHIN:.0f} s", self._voice[0]) from None
        finally:
            if not ended:
                await _end(voice, transport)
        if voice.returncode:
            raise NoSound(f"it ended with {voice.returncode}", self._voice[0])
        return await loop.run_in_executor(None, sound_of, wav)


async def _end(voice: Process, transport: asyncio.SubprocessTransport) -> None:
    """End it and whatever it began: the voice may be a script, and what that runs holds its pipe open."""
    with suppress(ProcessLookupError):
        os.killpg(voice.pid, signal.SIGKILL)
    if (pipe := transport.get_pipe_transport(1)) is not None:
        pipe.close()  # one that has left the group holds it still, and wait() would wait for that
    await voice.wait()


async def _written(voice: Process, text: str) -> bytes:
    assert voice.stdin is not None
    assert voice.stdout is not None
    with suppress(ConnectionError):  # one that does not read what it is to say ends by itself
        voice.stdin.write(text.encode() + b"\n")
        voice.stdin.close()
    wav = bytearray()
    while more := await voice.stdout.read(CHUNK):
        wav += more
        if len(wav) > MOST:
            raise NoSound("it speaks for too long")
    return bytes(wav)


class _Socket:
    """AudioSocket."""

    def __init__(self, visit: Visit, at: str) -> None:
        self.channel = f"AudioSocket/{at}/{visit.ident}/c(slin)"
        self.say: Callable[[bytes], bool] = visit.say
        self._visit = visit

    async def ready(self, line: Line, leg: Uniqueid) -> None:
        await self._visit.came.wait()


class _Packets:
    """UnicastRTP."""

    def __init__(self, mouth: rtp.Mouth, at: str, pbx: str, clock: Clock) -> None:
        self.channel = f"UnicastRTP/{at}/c(ulaw)"
        self.say: Callable[[bytes], bool] = mouth.say
        self._mouth = mouth
        self._pbx = pbx
        self._clock = clock

    async def ready(self, line: Line, leg: Uniqueid) -> None:
        reply = await line.wire.send(Getvar(leg, "UNICASTRTP_LOCAL_PORT"))
        port = int(reply.value) if reply.value.isdecimal() and len(reply.value) <= 5 else 0
        if reply.outcome is not Outcome.DONE or not 0 < port < 65536 or not self._pbx:
            raise OutOfReach("the PBX does not say where it listens", "UNICASTRTP_LOCAL_PORT")
        self._mouth.speak_to(await rtp.address(self._pbx, self._clock, self._mouth.family), port)
