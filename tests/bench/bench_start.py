"""From exec to a live floor, the whole demo with its simulated PBX, beside a trivial Textual app and `--help`, in one run:
`python -m tests.bench.bench_start [TIMES]`. Memory is what the kernel counts as resident three seconds later.

Each program is started once before it counts, so that nothing is compiled in the figures.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

TRIVIAL = """
from textual.app import App
from textual.widgets import Static
class Trivial(App):
    def compose(self):
        yield Static("READY")
Trivial().run()
"""
PROGRAMS: dict[str, tuple[Sequence[str], bytes]] = {
    "trivial Textual app": (("-c", TRIVIAL), b"READY"),
    "whisper-tui demo": (("-m", "whisper_tui", "demo"), b"PJSIP/1"),
}
"""Arguments of Python, and what is on the terminal once it is live: for ours the device of an agent, in the detail of a call."""


def once(arguments: Sequence[str], live: bytes) -> tuple[float, float]:
    """Milliseconds from exec until `live` came out of a pty of 120x40, and MB resident 3 s later."""
    began = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        ioctl(0, TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        os.execv(sys.executable, [sys.executable, *arguments])
    seen, found = b"", 0.0
    ends = began + 20
    while time.monotonic() < ends:
        if select.select([terminal], [], [], 0.1)[0]:
            seen = (seen + os.read(terminal, 1 << 16))[-(1 << 17) :]
            if not found and live in seen:
                found, ends = time.monotonic(), time.monotonic() + 3
    memory = _memory(pid)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return (found - began) * 1000 if found else float("nan"), memory


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def _help() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "whisper_tui", "--help"], check=True, stdout=subprocess.DEVNULL)
    return (time.monotonic() - began) * 1000


def main(times: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        # As installed: compiled once, in a place of its own.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ |= {"HOME": home, "PYTHONPYCACHEPREFIX": f"{home}/pyc"}
        for variable in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            os.environ.pop(variable, None)
        print(f"{'':24}{'exec to live, ms':>18}{'memory, MB':>12}   median of {times}")
        for name, (arguments, live) in PROGRAMS.items():
            once(arguments, live)
            figures = [once(arguments, live) for _ in range(times)]
            start = statistics.median(figure[0] for figure in figures)
            memory = statistics.median(figure[1] for figure in figures)
            print(f"{name:24}{start:>18.0f}{memory:>12.1f}")
        _help()
        print(f"{'whisper-tui --help':24}{statistics.median(_help() for _ in range(times)):>18.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
