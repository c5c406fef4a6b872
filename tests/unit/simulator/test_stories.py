"""Recordings as stories: what they hold, when, and what is wrong with a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from whisper_tui.simulator.stories import Story, StoryUnreadable, load

ONE = b"Event: Reload\r\nPrivilege: system,all\r\n\r\n"


def record(folder: Path, ami: bytes, index: str) -> Path:
    capture = folder / "story.ami"
    capture.write_bytes(ami)
    capture.with_suffix(".idx").write_text(index)
    return capture


def test_a_message_came_when_its_last_byte_did(tmp_path: Path) -> None:
    half = len(ONE) // 2
    capture = record(tmp_path, ONE + ONE + ONE[:-4], f"0.5 0\n1.5 {half}\n2.5 {len(ONE)}\n4.0 {len(ONE) + half}\n")
    with Story(capture) as story:
        told = list(story.messages())
    assert [one.second for one in told] == [1.5, 4.0]
    assert all(one.raw == ONE for one in told)


def test_the_banner_is_no_message(busy: Path) -> None:
    with Story(busy) as story:
        assert story.banner == b"Asterisk Call Manager/11.0.0"
        assert next(story.messages()).raw.startswith(b"Response: Success\r\n")


def test_a_recording_may_lack_its_banner(tmp_path: Path) -> None:
    with Story(record(tmp_path, ONE, "0 0\n")) as story:
        assert story.banner == b""
        assert [one.raw for one in story.messages()] == [ONE]


def test_a_busy_floor_is_whole(busy: Path) -> None:
    with Story(busy) as story:
        told = list(story.messages())
        assert story.seconds == pytest.approx(101.08, abs=0.01)
    assert b"".join(one.raw for one in told) in busy.read_bytes()
    assert [one.second for one in told] == sorted(one.second for one in told)


def test_a_story_can_end_early(busy: Path) -> None:
    with Story(busy, until=10) as story:
        assert max(one.second for one in story.messages()) <= 10
        assert story.seconds == 10


def test_a_recorder_that_was_killed_leaves_a_readable_story(tmp_path: Path) -> None:
    with Story(record(tmp_path, ONE + ONE, f"0.5 0\n1.5 {len(ONE)}\n2.")) as story:
        assert [one.second for one in story.messages()] == [0.5, 1.5]
        assert story.seconds == 1.5


@pytest.mark.parametrize(
    ("ami", "index", "said"),
    [
        (b"", "0 0\n", "empty"),
        (ONE, "", "index is empty"),
        (ONE, "no numbers\n", "not a line of an index"),
        (ONE, "0 0\nnan 4\n1 5\n", "not a line of an index"),
        (ONE, "-1 0\n", "not a line of an index"),
        (b"Event: X\r\n" + b"y" * (1 << 20) + b"\r\n\r\n", "0 0\n", "no end"),
    ],
)
def test_a_bad_recording_is_refused_with_what_and_where(ami: bytes, index: str, said: str, tmp_path: Path) -> None:
    capture = record(tmp_path, ami, index)
    with pytest.raises(StoryUnreadable, match=said) as caught, Story(capture) as story:
        list(story.messages())
    assert str(tmp_path) in caught.value.where


def test_half_a_recording_is_refused(tmp_path: Path) -> None:
    capture = tmp_path / "story.ami"
    capture.write_bytes(ONE)
    with pytest.raises(StoryUnreadable, match=r"story\.idx"):
        Story(capture)
    with pytest.raises(StoryUnreadable, match=r"nothing\.ami"):
        load(tmp_path / "nothing.ami")


@pytest.mark.parametrize(
    "text",
    ["", "capture = 5", 'capture = "story.ami"\nspede = 1', 'capture = "story.ami"\nspeed = 0', "= nonsense"]
    + [f'capture = "story.ami"\n{key}' for key in ("speed = nan", "until = -1", "until = inf", "silence = -1")],
)
def test_a_wrong_sheet_is_refused_with_its_name(text: str, tmp_path: Path) -> None:
    record(tmp_path, ONE, "0 0\n")
    sheet = tmp_path / "story.toml"
    sheet.write_text(text)
    with pytest.raises(StoryUnreadable) as caught:
        load(sheet)
    assert caught.value.where == str(sheet)
    assert caught.value.exit_code == 2
