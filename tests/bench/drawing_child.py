"""One program under measurement: draws a floor in its terminal, takes orders on stdin's neighbour (fd 3), answers on fd 4.

python -m tests.bench.drawing_child PROGRAM ROWS CHANGES
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable

from msgspec.structs import replace
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

MARKS = ("AAAAAAAAAA", "BBBBBBBBBB")
"""An agent's name turns from one into the other: no cell of them is alike."""


class Probe:
    """How late the event loop is, as a timer of 10 ms finds it."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.01
            await asyncio.sleep(0.01)
            self.late.append(loop.time() - due)


async def serve(mark: Callable[[str], None], probe: Probe) -> None:
    """Answer `mark TEXT` with the moment of the event, `probe` by beginning to look at the loop, `late` with what was found."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(int(sys.argv[4]), "rb"))
    while order := (await reader.readline()).decode().split():
        if order[0] == "mark":
            answer: object = time.monotonic()
            mark(order[1])
        elif order[0] == "probe":
            answer = _tasks.append(asyncio.create_task(probe.run()))
        else:
            answer = sorted(probe.late)
        os.write(int(sys.argv[5]), (json.dumps(answer) + "\n").encode())


class Trivial(App[None]):
    """As little as a Textual app can be."""

    def compose(self) -> ComposeResult:
        yield Static("Agent 1")

    def on_ready(self) -> None:
        start(lambda _text: None)


class Table(App[None]):
    """The floor in a DataTable, as the manual of Textual would have it: every row that ticks is updated."""

    def __init__(self, rows: int, changes: float) -> None:
        super().__init__()
        self._rows, self._changes = rows, changes
        self._began = [time.monotonic() - random.random() * 900 for _ in range(rows)]

    def compose(self) -> ComposeResult:
        yield DataTable()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for name in ("state", "queue", "agent", "caller", "talk", "wait"):
            table.add_column(name, key=name)
        for number in range(self._rows):
            table.add_row("talk", "support", f"Agent {number}", f"…0{number}", "00:00", "00:12", key=str(number))
        self.set_interval(1.0, self._tick)
        self.set_interval(1 / self._changes, self._change)

    def _tick(self) -> None:
        table = self.query_one(DataTable)
        for number, began in enumerate(self._began):
            seconds = int(time.monotonic() - began)
            table.update_cell(str(number), "talk", f"{seconds // 60:02d}:{seconds % 60:02d}")

    def _change(self) -> None:
        row = str(random.randrange(self._rows))
        self.query_one(DataTable).update_cell(row, "state", random.choice(("talk", "hold")))

    def on_ready(self) -> None:
        start(self.mark)

    def mark(self, text: str) -> None:
        self.query_one(DataTable).update_cell("1", "agent", text)


def ours(rows: int, changes: float, *, plain: bool) -> None:
    """The console, on a floor where every row is a call that talks, and a hold or its end is a change."""
    from tests.fakes import rows as made
    from tests.fakes.backend import FakeBackend
    from whisper_tui.engine.backend import FloorView, Phase, StripView, ViewChanges
    from whisper_tui.engine.rows import CallRow
    from whisper_tui.terms import CallState
    from whisper_tui.ui import changed_cells
    from whisper_tui.ui.app import Console

    changed_cells.AVAILABLE = changed_cells.AVAILABLE and not plain
    now = time.monotonic()
    lot = random.Random(1)
    calls = {}
    for number in range(rows):
        ago = lot.random() * 900
        row = made.talking(number, f"Agent {number % 300}", lot.choice(("support", "sales", "vip")))
        calls[row.key] = replace(row, began=now - ago - 9, talking_since=now - ago)
    queues = [made.queue(f"queue-{number}") for number in range(20)]
    view = FloorView(
        calls, {(row.pbx, row.queue): row for row in queues}, {made.PBX: made.link()}, StripView(Phase.NONE)
    )

    class Thin(FakeBackend):
        def push(self, changed: ViewChanges) -> None:  # the fake's own bookkeeping is not what is measured
            for listener in self._listeners:
                listener(changed)

    backend = Thin(view)
    keys = list(calls)
    first = min(calls.values(), key=lambda row: row.talking_since or 0.0).key

    def change(row: CallRow) -> CallRow:
        if row.state is CallState.TALKING:
            return replace(row, state=CallState.HELD, held_since=time.monotonic(), holds=row.holds + 1)
        return replace(row, state=CallState.TALKING, held_since=None)

    async def drive() -> None:
        while changes:
            await asyncio.sleep(1 / changes)
            key = lot.choice(keys)
            queue = lot.choice(queues)
            calls[key] = change(calls[key])
            told = replace(queue, talking=lot.randrange(10))
            backend.push(ViewChanges(calls={key: calls[key]}, queues={(queue.pbx, queue.queue): told}))

    def mark(text: str) -> None:
        backend.push(ViewChanges(calls={first: replace(calls[first], agent=text)}))

    class Measured(Console):
        def on_ready(self) -> None:
            start(mark, drive)

    Measured(backend).run(mouse=False)


_tasks: list[asyncio.Task[None]] = []


def start(mark: Callable[[str], None], *more: Callable[[], object]) -> None:
    probe = Probe()
    for task in (serve(mark, probe), *(make() for make in more)):
        _tasks.append(asyncio.ensure_future(task))  # type: ignore[arg-type]


def main() -> None:
    program, rows, changes = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    if program == "trivial":
        Trivial().run(mouse=False)
    elif program == "datatable":
        Table(rows, changes).run(mouse=False)
    else:
        ours(rows, changes, plain=program == "ours-plain")


if __name__ == "__main__":
    main()
