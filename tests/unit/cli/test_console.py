"""`whisper-tui` on a PBX (the simulated one) by its settings, at a terminal; `record` and `replay` of the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.fakes.terminal import Terminal
from whisper_tui.cli import demo
from whisper_tui.cli.main import root
from whisper_tui.cli.person import subject
from whisper_tui.config import draft, files, paths
from whisper_tui.config.draft import PbxDraft, ProfileDraft, RoleDraft
from whisper_tui.config.schema import Secret
from whisper_tui.simulator import server
from whisper_tui.simulator.server import Simulator

CANARY = "canary-of-the-console"


@pytest.fixture
async def pbx() -> AsyncIterator[Simulator]:
    async with await server.start(demo.story_file(demo.USUAL)) as running:
        yield running


def settle_in(pbx: Simulator, queues: tuple[str, ...] = ("*",), phone: str = "PJSIP/2001") -> None:
    """Settings for `pbx` and a policy for whoever runs the tests."""
    folder = paths.private_dir(paths.config_file().parent)
    files.write_over(folder / "secret", pbx.secret)
    secret = Secret("file", path=str(folder / "secret"))
    text = draft.config_text({"main": PbxDraft(pbx.host, pbx.port, pbx.user, secret)}, phone, "by hand")
    files.write_over(paths.config_file(), text)
    coach = RoleDraft("coach", ["floor.view", "call.listen", "call.whisper"])
    files.write_over(folder / "policy.toml", draft.policy_text(ProfileDraft(subject().user, [coach], queues, phone)))


def test_without_settings_it_says_what_writes_them() -> None:
    shown = CliRunner().invoke(root, [])
    assert shown.exit_code == 2
    assert "no settings yet - `whisper-tui init` writes them; `whisper-tui demo`" in shown.stderr


async def test_the_floor_of_the_settings_is_shown_as_far_as_the_policy_reaches(pbx: Simulator) -> None:
    settle_in(pbx, queues=("sales",))

    def look() -> None:
        with Terminal() as terminal:
            shown = terminal.sees("● main 22.10", "DIRECT - profile not enforced", "● talk")
            assert "sales" in shown
            assert "support" not in shown
            terminal.sees("(b barge)")
            terminal.press("b")
            terminal.sees("your profile does not grant call.barge")
            assert pbx.secret not in terminal.text
            terminal.press("q")
            assert terminal.ends() == 0

    await asyncio.to_thread(look)
    assert not pbx.originated


async def test_without_a_policy_it_shows_nothing_but_the_reason(pbx: Simulator) -> None:
    settle_in(pbx)
    (paths.config_file().parent / "policy.toml").unlink()

    def look() -> None:
        with Terminal() as terminal:
            shown = terminal.sees("● main 22.10", "no policy", "whisper-tui init")
            assert "talk " not in shown.partition("STATE")[2]
            assert "support" not in shown
            terminal.press("q")
            assert terminal.ends() == 0

    await asyncio.to_thread(look)


async def test_a_wrong_policy_is_refused_with_file_line_and_suggestion(pbx: Simulator) -> None:
    settle_in(pbx)
    policy = paths.config_file().parent / "policy.toml"
    policy.write_text(policy.read_text().replace("call.whisper", "call.wisper"))
    shown = CliRunner().invoke(root, [])
    assert shown.exit_code == 2
    assert str(policy) in shown.stderr
    assert "did you mean `call.whisper`?" in shown.stderr


async def test_a_sound_that_cannot_be_spoken_is_said_before_the_secret_is_fetched(pbx: Simulator) -> None:
    settle_in(pbx)
    folder = paths.config_file().parent
    (folder / "secret").unlink()
    files.write_over(folder / "cues.toml", 'schema = 1\ncues = [{ text = "slow down", sound = "a.wav" }]')
    (folder / "a.wav").write_bytes(b"ID3")
    shown = CliRunner().invoke(root, ["--plain"])
    assert shown.exit_code == 2
    assert "a.wav: cue 1: it is no WAV" in shown.stderr


async def test_a_wrong_secret_is_said_on_the_screen_and_not_tried_again(pbx: Simulator) -> None:
    settle_in(pbx)
    files.write_over(paths.config_file().parent / "secret", CANARY)

    def look() -> None:
        with Terminal() as terminal:
            shown = terminal.sees("or its secret is wrong")
            assert CANARY not in shown
            terminal.press("q")
            assert terminal.ends() == 0

    await asyncio.to_thread(look)
    assert CANARY not in (paths.state_dir() / "journal").read_text()


async def test_a_pbx_that_is_away_is_said_on_the_screen(pbx: Simulator) -> None:
    settle_in(pbx)
    await pbx.close()

    def look() -> None:
        with Terminal() as terminal:
            terminal.sees("does not answer", "main")
            terminal.press("q")
            assert terminal.ends() == 0

    await asyncio.to_thread(look)


async def test_a_second_console_on_the_same_log_is_refused_in_words(pbx: Simulator) -> None:
    settle_in(pbx)

    def look() -> None:
        with Terminal() as first:
            first.sees("● main 22.10")
            with Terminal() as second:
                assert second.ends() == 1
                assert "trail.db" in second.text.replace("\n", "")
            first.press("q")
            assert first.ends() == 0

    await asyncio.to_thread(look)


async def test_what_is_recorded_can_be_replayed_and_nobody_in_it_can_be_heard(pbx: Simulator, tmp_path: Path) -> None:
    settle_in(pbx)
    recording = tmp_path / "floor.ami"

    def look() -> None:
        with Terminal("record", "--output", str(recording), "--seconds", "2") as recorder:
            assert recorder.ends() == 0, recorder.text
            recorder.sees("whisper-tui replay")
        with Terminal("replay", str(recording)) as terminal:
            shown = terminal.sees("a recording: nobody can be heard", "● talk", "(l listen)")
            assert "lacks" not in shown
            terminal.press("q")
            assert terminal.ends() == 0

    await asyncio.to_thread(look)
    assert recording.stat().st_mode & 0o077 == 0
    assert not re.search(rb"(?<!\d)55501\d\d(?!\d)", recording.read_bytes())
    assert pbx.secret.encode() not in recording.read_bytes() + recording.with_suffix(".sent").read_bytes()
    assert not pbx.originated


@pytest.mark.parametrize("name", ["none.ami", "text.ami"])
def test_a_recording_that_is_none_is_refused_in_words(name: str, tmp_path: Path) -> None:
    (tmp_path / "text.ami").write_text("not a recording")
    with Terminal("replay", str(tmp_path / name)) as terminal:
        assert terminal.ends() == 2
        assert name.partition(".")[0] in terminal.text.replace("\n", "")


async def test_a_recording_is_not_written_over_another(pbx: Simulator, tmp_path: Path) -> None:
    settle_in(pbx)
    (tmp_path / "floor.ami").write_text("mine")

    def look() -> None:
        with Terminal("record", "--output", str(tmp_path / "floor.ami"), "--seconds", "1") as recorder:
            assert recorder.ends() == 2
            assert "floor.ami" in recorder.text.replace("\n", "")

    await asyncio.to_thread(look)
    assert (tmp_path / "floor.ami").read_text() == "mine"
