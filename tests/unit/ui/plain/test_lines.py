"""Lines in and out, whatever the other end does."""

from __future__ import annotations

import asyncio
import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.ui.plain.lines import LONGEST, Printer, Splitter, read_lines


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_any_bytes_become_lines_of_signs(parts: list[bytes]) -> None:
    splitter = Splitter()
    lines = [line for part in parts for line in splitter.feed(part)]
    assert len(lines) == b"".join(parts).count(b"\n")
    assert all(line.isprintable() for line in lines)


@given(st.lists(st.integers(0, 30), max_size=5))
def test_where_the_reads_are_cut_makes_no_difference(cuts: list[int]) -> None:
    text = "listen\r\nfilter queue=añil\n\nq\n".encode()
    places = sorted({0, len(text), *(cut % len(text) for cut in cuts)})
    splitter = Splitter()
    lines = [line for begin, end in pairwise(places) for line in splitter.feed(text[begin:end])]
    assert lines == ["listen", "filter queue=añil", "", "q"]


def test_a_line_that_never_ends_is_not_kept() -> None:
    splitter = Splitter()
    for _ in range(100):
        assert splitter.feed(b"x" * 4096) == []
    assert len(splitter.feed(b"\n")[0]) <= LONGEST


async def test_lines_of_a_file_are_read_and_its_end_is_told(tmp_path: Path) -> None:
    assert await lines_of(tmp_path, "calls\nquit\n") == ["calls", "quit"]


async def lines_of(folder: Path, text: str) -> list[str]:
    (folder / "orders").write_text(text)
    came: list[str] = []
    over = asyncio.Event()
    fd = os.open(folder / "orders", os.O_RDONLY)
    try:
        read_lines(fd, came.extend, over.set)
        async with asyncio.timeout(5):
            await over.wait()
    finally:
        os.close(fd)
    return came


@pytest.mark.parametrize(
    ("text", "lines"), [("status", ["status"]), ("calls\nstatus", ["calls", "status"]), ("calls\n", ["calls"])]
)
async def test_the_last_line_of_a_file_needs_no_end(text: str, lines: list[str], tmp_path: Path) -> None:
    assert await lines_of(tmp_path, text) == lines


async def test_what_is_said_is_written_without_anything_that_moves_the_cursor() -> None:
    ours, theirs = os.pipe()
    printer = Printer(theirs, asyncio.get_running_loop(), lambda: None, unicode=False)
    printer.say("Élodie \x1b[2J …0142", "田中")
    printer.close()
    os.close(theirs)
    assert os.read(ours, 4096) == b"Elodie [2J .0142\n????\n"
    os.close(ours)


async def test_where_nobody_takes_the_lines_it_is_told_and_nothing_waits() -> None:
    ours, theirs = os.pipe()
    over = asyncio.Event()
    printer = Printer(theirs, asyncio.get_running_loop(), over.set, unicode=True)
    os.close(ours)
    printer.say("nobody reads this")
    async with asyncio.timeout(5):
        await over.wait()
    printer.close()
    os.close(theirs)


async def test_a_terminal_that_takes_nothing_does_not_hold_the_program_up() -> None:
    ours, theirs = os.pipe()
    printer = Printer(theirs, asyncio.get_running_loop(), lambda: None, unicode=True)
    assert not printer.stuck
    printer.say("x" * 200_000)  # more than a pipe holds
    printer.say("y")
    printer.close(0.05)
    os.close(ours)
    printer.close(5.0)
    os.close(theirs)
