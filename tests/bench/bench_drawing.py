"""What drawing costs: `python -m tests.bench.bench_drawing`. Programs run in a pty of 120x40, one after the other.

CPU and memory are the kernel's word for the child (/proc), bytes are what came out of the pty, the start is from exec to the
first line of the floor, and event to pixel is from the backend's change to its text at the other end of the pty.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.drawing_child import MARKS

COMPILED = str(Path(tempfile.gettempdir()) / "whisper-tui-bench-pyc")


@dataclass
class Figures:
    """Of one program."""

    name: str
    cpu: float
    bytes_a_second: float
    late_p95: float
    late_max: float
    memory: float
    pixel_median: float | None
    pixel_p95: float | None


class Child:
    """A program in a pty."""

    def __init__(self, program: str, rows: int, changes: float) -> None:
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        self.began = time.monotonic()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            for handle in (orders, answers):
                os.set_inheritable(handle, True)
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
            # As installed: compiled once, in a place of its own.
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.environ["PYTHONPYCACHEPREFIX"] = COMPILED
            module = ["-m", "tests.bench.drawing_child", program, str(rows), str(changes)]
            module += [str(orders), str(answers)]
            os.execv(sys.executable, [sys.executable, *module])
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        for handle in (orders, answers):
            os.close(handle)
        self.seen = b""

    def read(self, seconds: float, until: bytes | None = None) -> int:
        """Read what it draws for `seconds`, or until it draws `until`; return the bytes."""
        end, count = time.monotonic() + seconds, 0
        self.seen = b""
        while (left := end - time.monotonic()) > 0:
            if select.select([self._terminal], [], [], left)[0]:
                drawn = os.read(self._terminal, 1 << 16)
                count += len(drawn)
                if until is not None:
                    self.seen = (self.seen + drawn)[-(1 << 17) :]
                    if until in self.seen:
                        break
        return count

    def order(self, words: str) -> None:
        os.write(self._orders, f"{words}\n".encode())

    def answer(self) -> object:
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([self._answers], [], [], 10)[0]:
                raise TimeoutError(f"no answer from {self.pid}")
            line += os.read(self._answers, 1 << 20)
        return json.loads(line)

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """MB that are its own or shared, in memory."""
        status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        line = next(line for line in status if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def end(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        for handle in (self._terminal, self._orders, self._answers):
            os.close(handle)


def starts(programs: Sequence[tuple[str, int]], times: int) -> list[float]:
    """Return the median seconds from exec to the first row on the terminal, of each program.

    They take turns, so that a busy machine is busy for all; the first round, which compiles, is not counted.
    """
    found: list[list[float]] = [[] for _ in programs]
    for _ in range(times + 1):
        for (program, rows), seconds in zip(programs, found, strict=True):
            child = Child(program, rows, 1)
            child.read(10, until=b"Agent")
            seconds.append(time.monotonic() - child.began)
            child.end()
    return [statistics.median(seconds[1:]) for seconds in found]


def pixels(program: str, rows: int, times: int) -> list[float]:
    """Return the seconds from events to their text, on an otherwise idle floor."""
    child = Child(program, rows, 0)
    child.read(2)
    found = []
    for number in range(times + 1):
        child.read(0.151 + 0.013 * (number % 7))
        text = MARKS[number % 2]
        child.order(f"mark {text}")
        child.read(2, until=text.encode())
        seen = time.monotonic()
        event = child.answer()
        assert isinstance(event, float)
        found.append(seen - event)
    child.end()
    return sorted(
        found[1:]
    )  # the first mark has a letter in common with the name that stood there: it is never sent whole


FILTERS = ("agent 4999", "queue=queue-1*", "agent~4[0-9]9$", "talk>5m !paused")
"""What is typed, letter by letter."""


def keystrokes(rows: int) -> list[float]:
    """Return the seconds from a key of a filter to the terminal to the line that shows it, on an otherwise idle floor."""
    child = Child("ours", rows, 0)
    child.read(2)
    found = []
    for text in FILTERS:
        os.write(child._terminal, b"/")
        child.read(1)
        for letter in text:
            os.write(child._terminal, letter.encode())
            began = time.monotonic()
            child.read(2, until=b"_")  # which stands behind what is typed, and nowhere else
            found.append(time.monotonic() - began)
            child.read(0.3)
        os.write(child._terminal, b"\x1b")
        child.read(1)
    child.end()
    return sorted(found)


def measure(program: str, rows: int, changes: float, seconds: float) -> Figures:
    child = Child(program, rows, changes)
    child.read(3)
    before = child.cpu()
    count = child.read(seconds)
    cpu = (child.cpu() - before) / seconds
    child.order("probe")
    child.answer()
    child.read(seconds)
    child.order("late")
    late = child.answer()
    assert isinstance(late, list)
    memory = child.memory()
    child.end()
    waits = pixels(program, rows, 100) if program.startswith("ours") else []
    return Figures(
        name=f"{program}, {rows} rows" if rows else program,
        cpu=cpu,
        bytes_a_second=count / seconds,
        late_p95=late[int(len(late) * 0.95)],
        late_max=late[-1],
        memory=memory,
        pixel_median=waits[len(waits) // 2] if waits else None,
        pixel_p95=waits[int(len(waits) * 0.95)] if waits else None,
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--changes", type=float, default=20)
    chosen = arguments.parse_args()
    wanted = (("trivial", 0), ("ours", 24), ("ours", 5000), ("ours-plain", 5000), ("datatable", 500))
    print(
        f"{'':24} {'exec to frame':>13} {'CPU':>7} {'bytes/s':>8} {'late p95':>9} {'max':>8}"
        f" {'memory':>7} {'to pixel':>9} {'p95':>8}"
    )
    started = starts(wanted, 7)
    for (program, rows), start in zip(wanted, started, strict=True):
        found = measure(program, rows, chosen.changes, chosen.seconds)
        pixel = [f"{wait * 1000:.1f} ms" if wait is not None else "" for wait in (found.pixel_median, found.pixel_p95)]
        print(
            f"{found.name:24} {start * 1000:10.0f} ms {found.cpu:7.1%} {found.bytes_a_second:8.0f}"
            f" {found.late_p95 * 1000:6.2f} ms {found.late_max * 1000:5.1f} ms {found.memory:4.0f} MB"
            f" {pixel[0]:>9} {pixel[1]:>8}",
            flush=True,
        )
    keys = keystrokes(5000)
    print(
        f"{'a letter of a filter, 5000 rows':38} median {statistics.median(keys) * 1000:.1f} ms,"
        f" p95 {keys[int(len(keys) * 0.95)] * 1000:.1f} ms, max {keys[-1] * 1000:.1f} ms"
    )


if __name__ == "__main__":
    main()
