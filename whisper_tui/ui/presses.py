"""When a key may start something: not when it comes again at once, and not out of a paste."""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.terms import Notice

AGAIN = 0.25
"""Seconds within which the same key again is the keyboard repeating it, not a person."""

TOGGLE = 0.75
"""The same for a key that means something else when it comes again (`m` `f` `F`; `T` and `H` are letters then; `A`, `D`
and Enter would answer what stands there next): longer than a keyboard waits before it repeats."""

ANSWER = "answer"
"""Enter, where a question stands."""

TOGGLES = frozenset({"microphone", "follow-call", "follow-agent", "takeover", "handback", "allow", "refuse", ANSWER})

PASTE_TAIL = 0.1
"""Seconds after keys that came together in which more of them are the rest of the same paste."""


class Press(NamedTuple):
    """A key as it came.

    Args:
        key: Textual's name of it.
        character: what it types, or None.
        at: when it was read (monotonic, seconds).
        alone: nothing else was typed in the same read.
    """

    key: str
    character: str | None
    at: float
    alone: bool = True


class Presses:
    """Remembers what was pressed when."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._together = float("-inf")

    def hinders(self, deed: str, press: Press) -> Notice | None:
        """Note that `press` asks for `deed`, and return why it must not start anything, or None.

        The time runs from the last press, so that a key held down starts one thing, however long it is held.
        """
        last = self._last.get(deed, float("-inf"))
        self._last[deed] = press.at
        if self.pasted(press):
            return Notice("key.together")
        return Notice("key.again") if press.at - last < (TOGGLE if deed in TOGGLES else AGAIN) else None

    def held(self, deed: str, press: Press) -> bool:
        """Tell whether the key of `deed`, which is a letter by now, is still held down since it was pressed for the deed."""
        last = self._last.get(deed, float("-inf"))
        if press.at - last >= TOGGLE:
            return False
        self._last[deed] = press.at
        return True

    def pasted(self, press: Press) -> bool:
        """Tell whether `press` came with others, as in a paste, or right behind them."""
        if not press.alone:
            self._together = press.at
        if press.at - self._together >= PASTE_TAIL:
            return False
        self._together = press.at
        return True

    def note(self, press: Press) -> None:
        """Note a press that starts nothing anyway: it may belong to a paste."""
        if not press.alone:
            self._together = press.at
