"""Threads that nobody waits for."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from whisper_tui.engine.apart import Apart

HALT = """
import os, sys, threading
from whisper_tui.engine.apart import Apart
begun = threading.Event()
def halt():
    begun.set()
    os.open(sys.argv[1], os.O_WRONLY)
Apart().submit(halt)
assert begun.wait(30)
print("over", flush=True)
"""


def test_what_was_done_and_what_was_raised_come_back() -> None:
    assert Apart().submit(sum, [1, 2]).result(30) == 3
    with pytest.raises(ZeroDivisionError):
        Apart().submit(lambda: 1 / 0).result(30)


def test_one_that_has_come_to_a_halt_stops_no_other() -> None:
    apart, go_on = Apart(), threading.Event()
    halted = apart.submit(go_on.wait, 30)
    assert apart.submit(lambda: "other").result(30) == "other"
    assert not halted.done()
    go_on.set()
    assert halted.result(30)


def test_a_program_ends_though_a_file_has_come_to_a_halt(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "halt")  # opening it to write waits for a reader, who never comes
    done = subprocess.run(
        [sys.executable, "-c", HALT, str(tmp_path / "halt")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "over\n", "")
