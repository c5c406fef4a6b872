"""Recordings: what was heard, when, readable by its owner alone, and whole even if the recorder was not."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest

from tests.fakes.ami_server import BANNER, FakeAmi, event
from tests.fakes.clock import WoundClock
from tests.fakes.linked import Linked
from whisper_tui.ami.actions import PlayDtmf
from whisper_tui.ami.capture import CaptureWriter, Chunk, NoCapture, read_capture, read_sent, transcribe
from whisper_tui.ami.events import BridgeGone
from whisper_tui.ami.framing import PeerAtFault
from whisper_tui.ami.scrub import Scrubber
from whisper_tui.terms import Uniqueid

LEG = "wt-00000001-0123456789abcdef"


def gone(bridge: str) -> bytes:
    return event("BridgeDestroy", ("BridgeUniqueid", bridge))


def key(uniqueid: str, digit: str) -> bytes:
    return event("DTMFEnd", ("Uniqueid", uniqueid), ("Digit", digit), ("Direction", "Received"), privilege="dtmf,all")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "floor.ami"


async def test_what_is_written_is_read_back_with_its_seconds(path: Path) -> None:
    clock = WoundClock()
    writer = CaptureWriter(path, clock)
    writer.received(BANNER)
    await clock.wind(1.5)
    writer.received(gone("a"))
    writer.sent([("Action", "Getvar"), ("Variable", "SPYGROUP")], None)
    writer.received(b"")
    writer.close()
    writer.close()
    assert list(read_capture(path)) == [Chunk(0.0, BANNER), Chunk(1.5, gone("a"))]
    assert list(read_sent(path)) == [(1.5, [("Action", "Getvar"), ("Variable", "SPYGROUP")])]
    assert path.with_suffix(".idx").read_text() == f"0.000000 0\n1.500000 {len(BANNER)}\n"


def test_only_its_owner_can_read_it(path: Path) -> None:
    CaptureWriter(path, WoundClock()).close()
    for suffix in (".ami", ".idx", ".sent"):
        assert stat.S_IMODE(path.with_suffix(suffix).stat().st_mode) == 0o600


@pytest.mark.parametrize("suffix", [".ami", ".idx", ".sent"])
def test_nothing_is_written_over_and_nothing_half_made(path: Path, suffix: str) -> None:
    path.with_suffix(suffix).write_text("mine")
    with pytest.raises(NoCapture, match="exists"):
        CaptureWriter(path, WoundClock())
    assert [file.name for file in path.parent.iterdir()] == [f"floor{suffix}"]


def test_a_link_is_not_followed(path: Path) -> None:
    path.symlink_to(path.parent / "elsewhere")
    with pytest.raises(NoCapture):
        CaptureWriter(path, WoundClock())


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoCapture, match="No such file"):
        CaptureWriter(tmp_path / "no" / "floor.ami", WoundClock())


async def test_a_full_disk_ends_the_recording_and_not_the_link(path: Path) -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        writer = CaptureWriter(path, linked.clock)

        class Full:
            name = str(path)

            def write(self, _: bytes) -> int:
                raise OSError(errno.ENOSPC, "No space left on device")

            def flush(self) -> None: ...

            def close(self) -> None: ...

        writer._ami.close()
        writer._ami = Full()  # type: ignore[assignment]
        writer._files[0] = writer._ami
        link.tap = writer.received
        link.on_sent = writer.sent
        pbx.say(gone("a") + gone("b"))
        await linked.heard(BridgeGone, 2)
        await link.send(PlayDtmf(Uniqueid(LEG), "5"))
        assert writer.fault is not None and writer.fault.errno == errno.ENOSPC
        writer.close()


async def test_a_tap_that_fails_is_taken_off_and_costs_nothing_else() -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        calls = []

        def broken(data: bytes) -> None:
            calls.append(data)
            raise ZeroDivisionError

        link.tap = broken
        pbx.say(gone("a"))
        await linked.heard(BridgeGone)
        pbx.say(gone("b"))
        await linked.heard(BridgeGone, 2)
        assert len(calls) == 1


async def test_a_recorder_that_is_killed_loses_a_second_at_most(path: Path) -> None:
    clock = WoundClock()
    writer = CaptureWriter(path, clock)
    writer.received(BANNER)
    for _ in range(3):
        await clock.wind(0.6)
        writer.received(gone("a"))
    kept = b"".join(chunk.data for chunk in read_capture(path))  # without a close
    assert len(kept) >= len(BANNER + gone("a")) and (BANNER + 3 * gone("a")).startswith(kept)
    writer.close()


def test_a_recording_without_an_index_is_one_chunk(path: Path) -> None:
    path.write_bytes(BANNER + gone("a"))
    assert list(read_capture(path)) == [Chunk(0.0, BANNER + gone("a"))]
    assert list(read_sent(path)) == []


def test_a_recording_that_was_cut_off_gives_what_is_there(path: Path) -> None:
    path.write_bytes(b"abcdef")
    path.with_suffix(".idx").write_text("0.1 0\n0.2 4\n0.3 9\n0.4 1")
    assert list(read_capture(path)) == [Chunk(0.1, b"abcd"), Chunk(0.2, b"ef")]


def test_what_stands_before_the_first_place_of_the_index_is_not_lost(path: Path) -> None:
    path.write_bytes(b"abcdef")
    path.with_suffix(".idx").write_text("0.5 4\n")
    assert list(read_capture(path)) == [Chunk(0.0, b"abcd"), Chunk(0.5, b"ef")]


@pytest.mark.parametrize("index", ["x y\n", "1.0\n", "0.1 5\n0.2 3\n", "0.2 0\n0.1 3\n", "nan nan\n"])
def test_an_index_that_is_none_is_refused_with_its_line(path: Path, index: str) -> None:
    path.write_bytes(b"abcdef")
    path.with_suffix(".idx").write_text(index)
    with pytest.raises(NoCapture, match=r"floor\.idx:\d"):
        list(read_capture(path))


def test_what_is_not_there_or_no_file_is_refused(path: Path) -> None:
    with pytest.raises(NoCapture, match="No such file"):
        list(read_capture(path))
    path.with_suffix(".sent").write_text("soon\nAction: x\n\n")
    with pytest.raises(NoCapture, match="no second"):
        list(read_sent(path))


def test_a_recording_is_written_once_more_without_digits_and_without_people(path: Path) -> None:
    caller = event("NewCallerid", ("Uniqueid", "1.1"), ("CallerIDNum", "4930901820"), ("CallerIDName", "Nina Horta"))
    data = BANNER + gone("a") + key("1.1", "4") + caller + key(LEG, "5") + b"Event: cut off"
    path.write_bytes(data)
    cut = len(BANNER) + 9
    path.with_suffix(".idx").write_text(f"0.0 0\n2.5 {cut}\n")
    path.with_suffix(".sent").write_text('0.5\nAction: Originate\nCallerID: "Nina Horta" <4930901820>\n\n')
    scrubber = Scrubber()
    copy = path.with_name("copy.ami")
    writer = CaptureWriter(copy, WoundClock(), scrubber.scrub, scrubber.scrub_headers)
    transcribe(path, writer)
    writer.close()
    chunks = list(read_capture(copy))
    assert [chunk.seconds for chunk in chunks] == [0.0, 2.5]
    assert chunks[0].data == BANNER
    written = chunks[1].data
    assert written.startswith(gone("a")) and written.endswith(key(LEG, "5"))
    assert b"Uniqueid: 1.1\r\nCallerIDNum: " in written and b"Digit: 4" not in written
    everything = written + copy.with_suffix(".sent").read_bytes()
    assert b"4930901820" not in everything and b"Nina" not in everything


def test_what_is_no_recording_is_not_written_once_more(path: Path) -> None:
    path.write_bytes(b"\x7fELF" * 100)
    writer = CaptureWriter(path.with_name("copy.ami"), WoundClock())
    with pytest.raises(PeerAtFault):
        transcribe(path, writer)
    writer.close()
