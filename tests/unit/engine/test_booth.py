"""Where cues are spoken from: a voice is a command that reads words and writes a WAV, with a limit and without a shell."""

from __future__ import annotations

import base64
import sys
import time
from pathlib import Path

import pytest

from tests.unit.supervision.test_sound import wav
from whisper_tui.clock import SystemClock
from whisper_tui.engine.booth import Booth, Reach
from whisper_tui.supervision.sound import NoSound, sound_of

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
    if "time.sleep(60)" in program:
        monkeypatch.setattr("whisper_tui.engine.booth.SPEAKS_WITHIN", 0.2)
    with pytest.raises(NoSound, match=why):
        await booth(voice(*program)).sound(1, "words")


@pytest.mark.parametrize("apart", ["False", "True"], ids=["its child", "a child in a session of its own"])
async def test_the_limit_holds_where_a_voice_has_a_child_that_holds_its_pipe(
    apart: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whisper_tui.engine.booth.SPEAKS_WITHIN", 0.3)
    wrapper = voice("import subprocess", f"subprocess.run(['sleep', '4'], start_new_session={apart})")
    began = time.monotonic()
    with pytest.raises(NoSound, match="longer than 0 s"):
        await booth(wrapper).sound(1, "words")
    assert time.monotonic() - began < 2
