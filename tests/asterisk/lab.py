"""Starts and stops a private Asterisk and its phones, on free ports and beside any other.

`python -m tests.asterisk.lab` keeps one up until Ctrl-C, to try the program against by hand.
"""

from __future__ import annotations

import math
import os
import random
import re
import shutil
import socket
import struct
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.asterisk.chroot import Chroot, NoAsterisk, find_or_make
from whisper_tui.config.draft import PbxDraft, manager_account
from whisper_tui.config.schema import Secret

ETC = Path(__file__).parent / "etc"
SECRET = "labsecret"
AGENTS = {
    "1001": "Ana Lima",
    "1002": "Bruno Costa",
    "1003": "Carla Dias",
    "1004": "Davi Rocha",
    "1005": "Elena Prado",
    "1006": "Fabio Nunes",
    "1007": "Gina Reis",
    "1008": "Hugo Melo",
    "1009": "Iara Pinto",
    "1010": "João Braga",
    "1011": "Katia Luz",
    "1012": "Luis Vaz",
}
SUPERVISORS = {"2001": "Supervisor 2001", "2002": "Supervisor 2002"}
MORE_SUPERVISORS = {str(number): f"Supervisor {number}" for number in range(2003, 2008)}
"""Whose voices are listened for only by the tests that use them."""

_CHANCE = random.SystemRandom()
"""Not one that tests seed: two processes of one run would look for the same ports."""

LOCK_SINCE = ((20, 16), (21, 11), (22, 6), (23, 0))
"""Versions from which FRAME_DROP(RX)=DTMF_END locks a keypad; before them it says Success and locks nothing."""


def can_lock(version: tuple[int, ...]) -> bool:
    """Whether this Asterisk holds the keypad of a supervisor's phone."""
    oldest = next((lock for lock in LOCK_SINCE if lock[0] == version[0]), None)
    return version[0] > LOCK_SINCE[-1][0] or (oldest is not None and version[:2] >= oldest)


@dataclass(frozen=True, slots=True)
class Ports:
    """AMI and the phones' control are TCP, the others UDP."""

    ami: int
    sip: int
    phones: int
    control: int
    rtp: int
    """The first of a thousand."""

    @classmethod
    def free(cls) -> Ports:
        tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
        return cls(_free(tcp), _free(udp), _free(udp), _free(tcp), _CHANCE.randrange(40000, 60000, 1000))


class Lab:
    """One Asterisk and its phones, up from `start` to `stop`."""

    def __init__(self, chroot: Chroot) -> None:
        self.chroot = chroot
        self.ports = Ports.free()
        self.version: tuple[int, ...] = ()
        self._root = chroot.path
        self._home = Path(f"/lab-{os.getpid()}-{self.ports.ami}")
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def version_text(self) -> str:
        return ".".join(map(str, self.version))

    @property
    def log(self) -> Path:
        return self._root / self._home.relative_to("/") / "log/full"

    def start(self) -> None:
        """Return once Asterisk has booted fully and the phones can ring.

        Raises:
            NoAsterisk: it did not come up; the text holds what it said.
        """
        for tries_left in (2, 1, 0):
            self._remove_leftovers()
            self._configure()
            try:
                self.start_asterisk()
                self._start_phones()
                return
            except NoAsterisk as why:
                self.stop()
                if not tries_left or "in use" not in str(why):
                    raise
            # A port that was free a moment ago was taken by somebody else: other ones, in another folder.
            self.ports = Ports.free()
            self._home = self._home.with_name(f"lab-{os.getpid()}-{self.ports.ami}")

    def start_asterisk(self) -> None:
        # setpriv: whatever happens to this process, no Asterisk is left behind
        confined = ["setpriv", "--pdeathsig", "KILL", "chroot", str(self._root)]
        process = self._spawn([*confined, "asterisk", "-f", "-C", f"{self._home}/etc/asterisk.conf"], "asterisk")
        said = ""
        until = time.monotonic() + 30
        while not (found := re.match(r"Asterisk (\d+)\.(\d+)(?:\.(\d+))?", said)):
            if time.monotonic() > until or process.poll() is not None:
                raise NoAsterisk(f"Asterisk of {self.chroot.suite} did not start: {self._said('asterisk')}")
            if "fully booted" in self.cli("core waitfullybooted"):
                said = self.cli("core show version")
            else:
                time.sleep(0.1)
        self.version = tuple(int(part) for part in found.groups(default="0"))

    def kill_asterisk(self) -> None:
        """As if the machine had lost its power; `start_asterisk` brings it back on the same ports."""
        process = self._running.pop("asterisk")
        process.kill()
        _see_off(process)

    def _start_phones(self) -> None:
        phones = [sys.executable, "-m", "tests.asterisk.phones"]
        ports = ["--sip", self.ports.sip, "--port", self.ports.phones, "--control", self.ports.control]
        process = self._spawn([*phones, *map(str, ports)], "phones", stdout=subprocess.PIPE)
        assert process.stdout is not None
        if process.stdout.readline().strip() != b"ready":
            raise NoAsterisk(f"the phones did not start: {self._said('phones')}")

    def stop(self) -> None:
        for process in reversed(self._running.values()):
            process.terminate()
            _see_off(process)
        self._running.clear()
        shutil.rmtree(self._outside, ignore_errors=True)

    def cli(self, command: str) -> str:
        asterisk = ["asterisk", "-C", f"{self._home}/etc/asterisk.conf", "-rx", command]
        return subprocess.run(
            ["chroot", str(self._root), *asterisk],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        ).stdout

    @contextmanager
    def without_lock(self) -> Iterator[None]:
        """Without the function FRAME_DROP, as on a PBX that has not loaded it: no leg can be locked or muted by it.

        Meanwhile `Setvar FRAME_DROP(RX)` answers `Error: Variable not set`, whatever the value, and as a Variable of
        Originate it is passed over in silence; MUTEAUDIO(in) goes on working (22.10.1 and 16.28.0). A module is not
        unloaded while a channel uses it: start before any leg is up.
        """
        module = "func_frame_drop.so"
        assert "Unloaded" in (said := self.cli(f"module unload {module}")), said
        try:
            yield
        finally:
            assert "Loaded" in (said := self.cli(f"module load {module}")), said

    def kick(self, user: str) -> None:
        """Close the AMI sessions of this account."""
        for session in (line.split() for line in self.cli("manager show connected").splitlines()):
            if session[:1] == [user]:
                self.cli(f"manager kick session {session[4]}")  # its file descriptor

    @property
    def _outside(self) -> Path:
        return self._root / self._home.relative_to("/")

    def _spawn(self, command: list[str], name: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        with (self._outside / f"{name}.out").open("wb") as out:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,  # the phones leave when it closes
                stdout=stdout or out,
                stderr=out,
                start_new_session=True,  # a Ctrl-C is for the tests: they stop these in order
                cwd=Path(__file__).parents[2],
            )
        self._running[name] = process
        return process

    def _said(self, name: str) -> str:
        out = self._outside / f"{name}.out"
        return out.read_text(errors="replace")[-1500:] if out.exists() else ""

    def _remove_leftovers(self) -> None:
        """Folders of runs that were killed."""
        for folder in self._root.glob("lab-*"):
            if not Path("/proc", folder.name.split("-")[1]).exists():
                shutil.rmtree(folder, ignore_errors=True)

    def _configure(self) -> None:
        for folder in ("etc", "lib", "cache", "spool", "run", "log", "moh"):
            (self._outside / folder).mkdir(parents=True)
        modules = next(self._root.glob("usr/lib/**/asterisk/modules"))
        values = {
            "@HOME@": self._home,
            "@MODULES@": "/" / modules.relative_to(self._root),
            "@SECRET@": SECRET,
            "@AMI_PORT@": self.ports.ami,
            "@SIP_PORT@": self.ports.sip,
            "@PHONES_PORT@": self.ports.phones,
            "@RTP_START@": self.ports.rtp,
            "@RTP_END@": self.ports.rtp + 999,
        }
        for template in ETC.glob("*.conf"):
            text = template.read_text()
            if template.name == "modules.conf":  # name only modules that this version has
                lines = text.splitlines(keepends=True)
                text = "".join(w for w in lines if "load =" not in w[:6] or (modules / w.split()[-1]).exists())
            if template.name == "pjsip.conf":
                text += "".join(
                    _phone(number, name) for number, name in {**AGENTS, **SUPERVISORS, **MORE_SUPERVISORS}.items()
                )
            if template.name == "manager.conf":
                pbx = PbxDraft("127.0.0.1", self.ports.ami, "console", Secret("prompt"))
                text += re.sub("(?m)^; secret = .*", f"secret = {SECRET}", manager_account("lab", pbx))
            for word, value in values.items():
                text = text.replace(word, str(value))
            (self._outside / "etc" / template.name).write_text(text)
        _hold_music(self._outside / "moh/hold.wav")


def _see_off(process: subprocess.Popen[bytes]) -> None:
    """Wait for its end, and help it along."""
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _phone(number: str, name: str) -> str:
    return (
        f'\n[{number}](phone)\naors = {number}\ncallerid = "{name}" <{number}>\n'
        f"[{number}]\ntype = aor\ncontact = sip:{number}@127.0.0.1:@PHONES_PORT@\n"
    )


def _hold_music(path: Path) -> None:
    """A tone of 300 Hz, so that a phone can tell it from a voice."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(
            b"".join(struct.pack("<h", int(5000 * math.sin(2 * math.pi * 300 * n / 8000))) for n in range(8000 * 10))
        )


def _free(kind: socket.SocketKind) -> int:
    """A port below the range from which the system takes those of outgoing connections."""
    while True:
        port = _CHANCE.randrange(20000, 32000)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port


def main() -> None:
    lab = Lab(find_or_make())
    lab.start()
    try:
        print(f"Asterisk {lab.version_text} ({lab.chroot.suite}), {lab.ports}, secret {SECRET}")  # noqa: T201
        sys.stdin.read()
    except KeyboardInterrupt:
        pass
    finally:
        lab.stop()


if __name__ == "__main__":
    main()
