"""A thread for what may come to a halt, such as a file on another machine: nobody waits for it, the program's end neither."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Apart(Executor):
    """Does each thing in a thread of its own. Those of `concurrent.futures` are waited for when the program ends."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def do() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  it comes to whoever waits
                future.set_exception(error)

        threading.Thread(target=do, name="apart", daemon=True).start()
        return future
