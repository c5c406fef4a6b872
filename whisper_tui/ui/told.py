"""What the backend has told: the floor, the links, the session of the person at the keyboard, and what there is to know of it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from whisper_tui.clock import Clock
from whisper_tui.config.schema import NeedSettings
from whisper_tui.engine.backend import Backend, Banner, Phase, StripView, ViewChanges
from whisper_tui.engine.rows import CallRow, Limits, LinkRow, QueueRow, SpyKey, SpyRow, Whose
from whisper_tui.terms import LinkState, Mode, Pbx
from whisper_tui.ui import asking, notes, present
from whisper_tui.ui.alarms import Lateness
from whisper_tui.ui.browse import Browse
from whisper_tui.ui.hands import Hands
from whisper_tui.ui.lasthour import WaitHistory
from whisper_tui.ui.lines import QueueKey, waits
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.notes import Heard
from whisper_tui.ui.petitions import Board, News
from whisper_tui.ui.shell import Shell
from whisper_tui.ui.trace import TracePane


class Told(Browse):
    """One console's state, as far as the backend makes it."""

    def __init__(self, backend: Backend, clock: Clock, shell: Shell) -> None:
        super().__init__(clock)
        self.backend = backend
        self.shell = shell
        self.board = Board()
        self.hands = Hands()
        self.weights = NeedSettings()
        self.queues: dict[tuple[Pbx, str], QueueRow] = {}
        self.links: dict[Pbx, LinkRow] = {}
        """`since` of a link that is not live: since when there is no news."""
        self.strip = StripView(Phase.NONE)
        self.banners: tuple[Banner, ...] = ()
        self._lateness = Lateness(self.limits_of)
        self.last_heard: Heard | None = None
        """The last session that is over."""
        self.own_banners: tuple[Banner, ...] = ()
        """What the console itself has to say for as long as it is so."""
        self.waits = WaitHistory(self.wall)
        self._foreign: set[SpyKey] = set()
        self._heard: CallRow | None = None
        """The call that is heard, as it was when it last had an agent."""

    def start(self) -> None:
        """Take the whole floor in, as of now."""
        self.backend.beat()
        view = self.backend.view()
        self.sheet.know(self.backend.person.facts)
        self.sheet.replace(view.calls, self.now)
        self.queues = dict(view.queues)
        self._lateness.apply(view.calls, self.now)
        self._take_links(view.links)
        self.roll.replace(view.spies)
        self._take_spies(view.spies)
        self.crew.replace(view.agents)
        self.hands.take(view.agents)
        self.queue_rows.replace(view.queues)
        self.waiting.replace({key: row for key, row in view.calls.items() if waits(row) is not None})
        self.board.apply(view.petitions, view.glass, self.now)
        self.waits.look(self.queues, self.moment)
        self.strip, self.banners = view.strip, view.banners
        self.roll.hear(self.mine)
        self._remember_heard()
        if view.strip.call is not None:
            self.sheet.go_to(view.strip.call)

    def take(self, changes: ViewChanges) -> None:
        """Take changes in."""
        self._show(changes if self.picture is None else self.picture.keep(changes))
        self._take_queues(changes.queues)
        self._lateness.apply(changes.calls, self.now)
        self._take_links(changes.links)
        self._take_spies(changes.spies)
        if self.hands.take(changes.agents):
            self.shell.hand_rises()
        if changes.anew:
            self.thaw()  # what this person may see is another question now
        if self.board.apply(changes.petitions, changes.glass, self.clock.monotonic()):
            self.shell.ring_bell()
        if changes.banners is not None:
            self.banners = changes.banners
        if changes.strip is not None:
            if self.strip.session != changes.strip.session:
                self.last_heard = notes.of(self.strip) or self.last_heard
            self.strip = changes.strip
            self.roll.hear(self.mine)
        self._remember_heard()
        self.saying.say(*changes.notices)

    def thaw(self) -> None:
        if self.picture is not None:
            kept = self.picture.kept()
            super().thaw()
            self._show(kept)

    def _show(self, changes: ViewChanges) -> None:
        """Bring changes into the lists."""
        if changes.calls:
            self.sheet.apply(changes.calls, self.now)
            self.sheet.forget(changes.hidden)
            self.waiting.apply({key: waits(row) for key, row in changes.calls.items()})
        self.queue_rows.apply(changes.queues)
        self.roll.apply(changes.spies)
        self.crew.apply(changes.agents)

    def show_trace(self) -> None:
        """Open and close what the PBXs were asked."""
        self.keys_top = None
        self.trace = TracePane() if self.trace is None else None
        if self.trace is not None:
            self.trace.take(self.backend.trace())

    def tick(self) -> None:
        """A second has passed."""
        if self.trace is not None:
            self.trace.take(self.backend.trace())
        self.backend.beat()
        self.now, self.wall = self.clock.monotonic(), self.clock.wall()
        self.sheet.tick(self.shown_at)
        for each in self.listings.values():
            each.tick(self.shown_at)
        self.waits.look(self.queues, self.moment)
        if self._lateness.tick(self.now, self.moment.silent_since):
            self.shell.ring_bell()
        self.saying.tick()

    @property
    def mine(self) -> Mode | None:
        """The confirmed mode of the person's own session."""
        return self.strip.mode if self.strip.phase is Phase.ON else None

    @property
    def moment(self) -> Moment:
        """What time it is, and since when which PBX is silent."""
        silent = {pbx: link.since for pbx, link in self.links.items() if link.state is not LinkState.LIVE}
        return Moment(self.now, silent)

    @property
    def moment_shown(self) -> Moment:
        """The moment of the lists."""
        return self.moment if self.picture is None else self.picture.moment(self.moment)

    @property
    def sight(self) -> asking.Sight:
        """What the person sees as of now, by which a key is judged."""
        row, gone = self.under_cursor
        known = self._heard, self.queues.keys(), self.news, self.hands.oldest, self.moved
        return asking.Sight(self.strip, row, gone, self.calls, *known)

    @property
    def news(self) -> News:
        """What others ask for, and what this person waits for."""
        return self.board.news(self.clock.monotonic())

    @property
    def foreign(self) -> int:
        """How many who listen were started outside any console, whatever the lists show."""
        return len(self._foreign)

    def _take_spies(self, changes: Mapping[SpyKey, SpyRow | None]) -> None:
        for key, row in changes.items():
            if row is not None and row.whose is Whose.FOREIGN:
                self._foreign.add(key)
            else:
                self._foreign.discard(key)

    def _take_queues(self, changes: Mapping[QueueKey, QueueRow | None]) -> None:
        for name, queue in changes.items():
            before = self.queues.get(name)
            if queue is None:
                self.queues.pop(name, None)
            else:
                self.queues[name] = queue
            if queue is not None and (before is None or before.limits != queue.limits):
                # Its service level was not known before, or it is another.
                rows = self.calls.items()
                self._lateness.apply({key: row for key, row in rows if (key.pbx, row.queue) == name}, self.now)

    def limits_of(self, row: CallRow) -> Limits:
        """How long the caller may wait, as their queue has it."""
        queue = self.queues.get((row.key.pbx, row.queue))
        return present.NO_LIMITS if queue is None else queue.limits

    def _take_links(self, links: Mapping[Pbx, LinkRow]) -> None:
        """Take links in. While one is not live `since` stays where it ceased to be, whatever it tries meanwhile."""
        for pbx, link in links.items():
            before = self.links.get(pbx)
            if link.state is not LinkState.LIVE and before is not None and before.state is not LinkState.LIVE:
                link = replace(link, since=before.since)
            self.links[pbx] = link

    def _remember_heard(self) -> None:
        """A call that is taken over has no agent any more, to whom it could be handed back."""
        call = self.strip.call
        if self._heard is not None and self._heard.key != call:
            self._heard = None
        row = self.calls.get(call) if call is not None else None
        if row is not None and row.agent_device and not asking.own_call(self.strip):
            self._heard = row
