"""Where cues are spoken from: a voice is a command that reads words and writes a WAV, with a limit and without a shell."""

from __future__ import annotations

import base64
import socket
import sys
import threading
import time
from pathlib import Path
from typing import cast

import pytest

from tests.unit.supervision.test_sound import wav
from whisper_tui.ami.actions import Getvar, Outcome, Reply
from whisper_tui.clock import SystemClock
from whisper_tui.engine.booth import Booth, Reach
from whisper_tui.engine.line import Line
from whisper_tui.supervision.sound import NoSound, sound_of
from whisper_tui.terms import Pbx, Uniqueid

HERE = Reach("127.0.0.1", 0)


def voice(*program: str) -> tuple[str, ...]:
    return sys.executable, "-c", "\n".join(("import sys, base64", *program))


def booth(command: tuple[str, ...], sounds: dict[int, bytes] | None = None) -> Booth:
    return Booth(SystemClock(), HERE, sounds or {}, command)


SPEAKS = f"sys.stdout.buffer.write(base64.b64decode('{base64.b64encode(wav()).decode()}'))"


async def test_a_voice_is_given_the_words_and_nothing_of_them_is_a_command(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    words = "--help; touch pwned $(id) `id`"
    listens = voice(f"open({str(heard)!r}, 'w').write(sys.stdin.read() + repr(sys.argv[1:]))", SPEAKS)
    assert await booth(listens).sound(1, words) == sound_of(wav())
    assert heard.read_text() == words + "\n[]"


async def test_a_prepared_sound_needs_no_voice() -> None:
    made = booth(("no-such-voice-here",), {2: b"\1\2"})
    assert (made.can_say(1), made.can_say(2)) == (False, True)
    assert await made.sound(2, "words") == b"\1\2"


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (("sys.exit(3)",), "ended with 3"),
        (("print('no sound')",), "no WAV"),
        (("sys.stdout.buffer.write(bytes(4_000_000))",), "speaks for too long"),
        (("import time", "time.sleep(60)"), "longer than 0 s"),
    ],
)
async def test_a_voice_that_fails_is_said_and_ended(
    program: tuple[str, ...], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whisper_tui.engine.booth.SPEAKS_WITHIN", 0.2 if "time.sleep(60)" in program else 60.0)
    with pytest.raises(NoSound, match=why):
        await booth(voice(*program)).sound(1, "words")


@pytest.mark.parametrize("apart", ["False", "True"], ids=["its child", "a child in a session of its own"])
async def test_the_limit_holds_where_a_voice_has_a_child_that_holds_its_pipe(
    apart: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whisper_tui.engine.booth.SPEAKS_WITHIN", 0.3)
    wrapper = voice("import subprocess", f"subprocess.run(['sleep', '20'], start_new_session={apart})")
    began = time.monotonic()
    with pytest.raises(NoSound, match="longer than 0 s"):
        await booth(wrapper).sound(1, "words")
    assert time.monotonic() - began < 15, "it waited for the child"


class OldPbx:
    """An Asterisk without AudioSocket, as far as a channel's sound goes."""

    pbx = Pbx("lab")

    def __init__(self, port: int) -> None:
        self.wire, self.asterisk, self.port = self, "16.28.0", port

    async def send(self, action: Getvar) -> Reply:
        return Reply(Outcome.DONE, "", str(self.port))


async def test_two_consoles_of_one_machine_speak_to_an_old_pbx_at_the_same_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        reach = Reach("127.0.0.1", taken.getsockname()[1])
        async with Booth(SystemClock(), reach, {}, ()).mouth(cast(Line, OldPbx(1))) as mouth:
            assert mouth.channel.startswith("UnicastRTP/127.0.0.1:")


async def test_the_name_of_a_pbx_is_looked_up_once_and_beside_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []
    loop, look = threading.get_ident(), socket.getaddrinfo

    def looks(host: str, *rest: object, **more: object) -> object:
        asked.append((host, threading.get_ident() == loop))
        return look("127.0.0.1", *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", looks)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        line = cast(Line, OldPbx(ear.getsockname()[1]))
        reach = Reach("127.0.0.1", 0, hosts={OldPbx.pbx: "pbx.example"})
        async with Booth(SystemClock(), reach, {}, ()).mouth(line) as mouth:
            await mouth.ready(line, Uniqueid("1.1"))
            assert all(mouth.say(bytes(320)) for _ in range(3))
        ear.settimeout(2)
        assert [len(ear.recv(500)) for _ in range(3)] == [172] * 3
    assert [each for each in asked if each[0] == "pbx.example"] == [("pbx.example", False)]
