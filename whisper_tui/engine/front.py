"""What the consoles of one supervisor are told: the floor as the profile lets it be seen, the strip, and what others want."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from whisper_tui.engine.alarms import alarms
from whisper_tui.engine.backend import Banner, FloorView, StripView, ViewChanges
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.line import Line
from whisper_tui.engine.petitions import Colleague
from whisper_tui.engine.rows import CallRow, GlassRow, PetitionRow
from whisper_tui.engine.shared import Shared
from whisper_tui.engine.shown import Shown, differences
from whisper_tui.engine.standing import Standing
from whisper_tui.errors import WhisperError
from whisper_tui.floor.model import Changes
from whisper_tui.supervision.intents import PetitionId
from whisper_tui.terms import CallKey, Notice, Uniqueid


class Front:
    """Of one seat.

    Args:
        strip: the session strip as it is now.
        banners: what stands above everything.
        replay: nobody can be heard.
    """

    def __init__(
        self,
        shared: Shared,
        standing: Standing,
        handset: Handset,
        strip: Callable[[], StripView],
        banners: tuple[Banner, ...],
        *,
        replay: bool,
    ) -> None:
        self._shared = shared
        self._standing = standing
        self._handset = handset
        self._strip = strip
        self._banners = banners
        self._replay = replay
        self._shown = Shown(standing.sight)
        self._petitions: dict[PetitionId, PetitionRow] = {}
        self._glass: dict[str, GlassRow] = {}
        self._trouble: WhisperError | None = None
        self._listeners: list[Callable[[ViewChanges], None]] = []

    @property
    def calls(self) -> dict[CallKey, CallRow]:
        """The calls that are shown."""
        return self._shown.calls

    def view(self) -> FloorView:
        """Everything, as it was told last."""
        return FloorView(
            dict(self._shown.calls),
            dict(self._shown.queues),
            {pbx: line.row(replay=self._replay) for pbx, line in self._shared.lines.items()},
            self._strip(),
            self._alarms(),
            dict(self._shown.spies),
            dict(self._petitions),
            dict(self._glass),
            dict(self._shown.agents),
        )

    def subscribe(self, listener: Callable[[ViewChanges], None]) -> Callable[[], None]:
        """Have `listener` called with all that changes; the result unsubscribes."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def say(self, notice: Notice) -> None:
        """Tell the person once."""
        self._tell(ViewChanges(notices=(notice,)))

    def changed(self, line: Line, changes: Changes, touched: set[Uniqueid]) -> None:
        """Something changed on `line`; `touched`: the calls to draw anew."""
        changed = self._shown.changed(line, changes, touched, self._handset.mine)
        if changed is not None:
            mine = self._handset.session
            heard = mine is not None and mine.call in changed.calls  # whether it is recorded, say
            self._tell(replace(changed, strip=self._strip()) if heard else changed)

    def redraw(self, call: CallKey) -> None:
        """A call is to be shown otherwise, though it is the same."""
        changed = self._shown.changed(self._shared.lines[call.pbx], Changes(), {call.uniqueid}, self._handset.mine)
        if changed is not None:
            self._tell(replace(changed, strip=self._strip()))

    def everything(self) -> None:
        """What may be seen is another than before."""
        for line in self._shared.lines.values():
            if (changed := self._shown.everything(line, self._handset.mine)) is not None:
                self._tell(changed)
        self._tell(ViewChanges(banners=self._alarms(), strip=self._strip(), anew=True))

    def strip_changed(self) -> None:
        """Something of the leg was confirmed."""
        self._tell(ViewChanges(strip=self._strip()))

    def link_turned(self, line: Line) -> None:
        """A link is in another state."""
        self._tell(ViewChanges(links={line.pbx: line.row(replay=self._replay)}, banners=self._alarms()))

    def log_trouble(self, trouble: WhisperError | None) -> None:
        """The log cannot be written, or can again."""
        self._trouble = trouble
        self.alarms_changed()

    def alarms_changed(self) -> None:
        """Something is not as it should be, or is again."""
        self._tell(ViewChanges(banners=self._alarms()))

    def others_changed(self, seat: Colleague) -> None:
        """What others ask, allow or have gone past may be another thing than what is shown."""
        petitions = self._shared.petitions.rows(seat)
        glass = self._shared.glass.rows(self._standing.subject, self._standing.sight)
        changes = ViewChanges(petitions=differences(self._petitions, petitions), glass=differences(self._glass, glass))
        self._petitions, self._glass = petitions, glass
        if changes.petitions or changes.glass:
            self._tell(changes)

    def _alarms(self) -> tuple[Banner, ...]:
        shared, sight = self._shared, self._standing.sight
        lines, law = shared.lines.values(), shared.law.trouble
        troubles = (self._trouble, shared.counts.trouble, shared.caretaker.trouble)
        unshipped = shared.shipper.trouble
        return (*self._banners, *alarms(sight, *troubles, law, unshipped, lines, replay=self._replay))

    def _tell(self, changes: ViewChanges) -> None:
        for listener in list(self._listeners):
            try:
                listener(changes)
            except Exception as error:  # noqa: BLE001  a fault of the screen must not keep the wire waiting: it is reported, not hidden
                loop = asyncio.get_running_loop()
                loop.call_exception_handler({"message": "a listener of the floor failed", "exception": error})
