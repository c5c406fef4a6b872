"""Work that is begun and not waited for, and given up at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class Chores:
    """Holds on to tasks while they run; what they raise ends up at the loop's exception handler."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[object, object, None]) -> None:
        """Have `work` done beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Give up what is not done."""
        for task in list(self._tasks):
            task.cancel()
