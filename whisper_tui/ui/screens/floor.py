"""The screen that one lives in: the panes put in their places, and the desk drawn into them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from math import ceil
from typing import ParamSpec

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen

from whisper_tui.engine.backend import Banner, Phase
from whisper_tui.engine.reading import LogEntry
from whisper_tui.engine.rows import LinkRow
from whisper_tui.terms import LinkState, Notice, Pbx
from whisper_tui.ui import asking, hinting, needs, present
from whisper_tui.ui.changed_cells import Sent
from whisper_tui.ui.desk import Desk
from whisper_tui.ui.inks import Line, Tint
from whisper_tui.ui.keymap import first_key, keys_of
from whisper_tui.ui.keynames import shown
from whisper_tui.ui.panes import Panes, Wanted, arrange
from whisper_tui.ui.questions import Asked, Question
from whisper_tui.ui.themes import Palette
from whisper_tui.ui.views import View
from whisper_tui.ui.widgets import (
    agents,
    banners,
    calls,
    cards,
    coach,
    detail,
    entry,
    frozen,
    hints,
    keys,
    log,
    palette,
    queue_list,
    queues,
    scoring,
    sessions,
    small,
    strip,
    topline,
    trace,
    waiting,
)
from whisper_tui.ui.widgets import tree as trees
from whisper_tui.ui.widgets.painted import Painted
from whisper_tui.ui.words import _, fill

P = ParamSpec("P")

NAMES = ("small", "top", "banners", "queues", "calls", "detail", "strip", "coach", "hints")

OF_SECONDS = 20
"""Cells of the last line that belong to what stands around the second keys of two."""


class FloorScreen(Screen[None]):
    """Draws a desk.

    Args:
        send: brings strips to the terminal at once; False: Textual has to.
        colours: in which the names of PBXs are shown.
    """

    def __init__(
        self,
        desk: Desk,
        palette: Palette,
        send: Callable[[Iterable[Sent]], bool],
        *,
        unicode: bool,
        colours: Mapping[Pbx, str] | None = None,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._send = send
        self._tints = {pbx: Tint(colour) for pbx, colour in (colours or {}).items()}
        self._painted = {name: Painted(name, palette, unicode=unicode) for name in NAMES}
        self._calls = calls.CallsPane()
        self._panes = Panes()
        self._made_of: dict[str, tuple[object, ...]] = {}
        self._opened: tuple[LogEntry, int, list[Line]] | None = None
        """The session that is open, and its lines at a width."""

    def compose(self) -> ComposeResult:
        self._arrange(self.app.size)
        self._draw_panes()
        yield from self._painted.values()

    def wear(self, palette: Palette) -> None:
        """Show everything in another theme."""
        for pane in self._painted.values():
            pane.wear(palette)

    def clicked(self, x: int, y: int) -> None:
        """Somebody clicked: on a row, which is chosen, or on a hint, whose key is pressed."""
        desk, panes = self._desk, self._panes
        if panes.hints.contains(x, y):
            said = () if desk.prefix else desk.saying.notices
            hint = hints.at(self._hints(), said, panes.hints.width, x)
            if hint is not None and desk.prefix and hint.presses != "escape":
                desk.click_second(hint.key)
            elif hint is not None and hint.presses:
                desk.click_hint(hint.presses)
        elif panes.calls.contains(x, y) and self._cards:
            card = cards.at(self._cards, y - panes.calls.bottom + panes.calls.height, panes.calls.height)
            if card is not None:
                desk.click_second(card)
        elif panes.calls.contains(x, y):
            desk.click_row(y - panes.calls.bottom + desk.list.height)

    def on_resize(self, event: events.Resize) -> None:
        self.draw()

    def draw(self) -> None:
        """Bring the screen to what the desk says."""
        if not self.is_attached or not self.size:
            return
        self._arrange(self.size)
        self._draw_panes()
        panes = self._painted.values()
        if self.is_current and self._send(chain.from_iterable(pane.changes() for pane in panes)):
            for pane in panes:
                pane.sent()
        else:
            for pane in panes:
                pane.refresh_changed()

    def _arrange(self, size: Size) -> None:
        desk = self._desk
        panes = arrange(size.width, size.height, self._wanted(self._scene(desk.question), size.width))
        if panes != self._panes:
            self._panes = panes
            self._made_of.clear()
            for name in NAMES:
                self._painted[name].place(getattr(panes, name))

    def _wanted(self, scene: strip.Scene, width: int) -> Wanted:
        """What there is to show, with this strip."""
        desk = self._desk
        return Wanted(
            banners=banners.lines_wanted(self._banners, desk.news, desk.keymap, desk.now, width),
            queues=len(desk.queues),
            leg_up=scene.strip.phase in asking.UP or scene.question is not None,
            detail_open=desk.detail_open and desk.keys_top is None and desk.view is not View.LOG,
            strip=strip.lines_wanted(scene, width),
            alone=self._is_scored or desk.trace is not None or (desk.view is not View.CALLS and desk.keys_top is None),
            whole=self._is_scored or desk.trace is not None or (desk.view is View.LOG and desk.keys_top is None),
            coach=coach.lines_wanted(desk.hint, width),
        )

    @property
    def _is_scored(self) -> bool:
        """Whether a score sheet stands in place of the list."""
        return self._desk.scoring is not None and self._desk.keys_top is None

    @property
    def _banners(self) -> tuple[Banner, ...]:
        return (*self._desk.banners, *self._desk.own_banners)

    def has_room(self, asked: Asked) -> bool:
        """Tell whether all that a question says can be shown."""
        wanted = self._wanted(self._scene(Question(asked)), self.size.width)
        # Its lower edge says nothing.
        return arrange(*self.size, wanted).strip.height >= wanted.strip - 1

    def _draw_panes(self) -> None:
        desk, panes = self._desk, self._panes
        if panes.small.height:
            desk.type_no_more()
            self._pane(
                "small",
                small.draw,
                self._scene(desk.question),
                desk.news,
                desk.keymap,
                desk.saying.notices,
                *panes.small.size,
            )
            return
        self._pane("top", topline.draw, self._top(), panes.top.width)
        self._pane("strip", strip.draw, self._scene(desk.question), *panes.strip.size)
        if panes.coach.height:
            self._pane("coach", coach.draw, desk.hint, *panes.coach.size)
        self._draw_hints()
        if panes.banners.height:
            what = desk.news
            now = desk.now if what.first or what.mine else 0.0
            self._pane("banners", banners.draw, self._banners, what, desk.keymap, now, *panes.banners.size)
        if panes.queues.height:
            rows = tuple(desk.queues.values())
            hour = queues.LastHour(desk.waits.of_all(desk.now, queues.SPARK), self._since())
            self._pane("queues", queues.draw, rows, hour, *panes.queues.size, desk.moment, panes.beside)
        self._draw_list()
        if panes.detail.height:
            crossing = panes.queues.width - 1 if panes.beside else None
            self._pane("detail", detail.draw, self._card(), *panes.detail.size, crossing)

    def _draw_list(self) -> None:
        lines, (width, height) = self._lines_of_list(), self._panes.calls.size
        self._painted["calls"].paint(cards.over(lines, self._cards, width, height) if self._cards else lines)

    @property
    def _cards(self) -> cards.Cards:
        """The cards whose digit is waited for, where the last line cuts them."""
        desk = self._desk
        if not desk.prefix or not hinting.is_of_cards(desk.prefix, desk):
            return ()
        each = hinting.seconds(desk.prefix, desk)
        return () if cards.fit_in(each, self._panes.hints.width - OF_SECONDS) else each

    def _lines_of_list(self) -> list[Line]:
        desk, panes = self._desk, self._panes
        if desk.palette.text is not None:
            found = desk.palette.found()
            return palette.draw(desk.palette.text, found, desk.palette.at(found), *panes.calls.size)
        if desk.trace is not None and desk.keys_top is None:
            return trace.draw(desk.trace, len(desk.links) > 1, desk.keys, *panes.calls.size)
        if desk.scoring is not None and desk.keys_top is None:
            return scoring.draw(desk.scoring, *panes.calls.size)
        if desk.keys_top is None:
            width, height = panes.calls.size
            still: list[Line] = []
            if desk.picture is not None and desk.view is not View.LOG:
                still = [frozen.draw(desk.picture, desk.view, desk.keymap.key_of("freeze"), desk.now, width)]
            return [*still, *self._list(width, height - len(still))]
        rows_of_keys = self._keys()
        desk.keys_top = min(desk.keys_top, keys.furthest(rows_of_keys, *panes.calls.size))
        return keys.draw(rows_of_keys, desk.keys_top, desk.keys, *panes.calls.size)

    def _list(self, width: int, height: int) -> list[Line]:
        """The list of the view."""
        desk, size, typing, moment = self._desk, (width, height), self._desk.line.text, self._desk.moment_shown
        clear = desk.keys["clear"]
        match desk.view:
            case View.CALLS:
                joined = desk.strip.call if asking.in_call(desk.strip) else None
                floor = calls.Floor(desk.queues, desk.links, typing, moment, desk.now, self._reason(), clear, joined)
                if (tree := desk.tree) is None:
                    return self._calls.draw(desk.sheet, floor, *size)
                notes = calls.notes(desk.sheet, floor, width)
                if not len(desk.sheet):
                    return [*notes, *calls.nothing(desk.sheet, floor, width, height - len(notes))]
                return [*notes, *trees.draw(tree, desk.queues, desk.mine, moment, width, height - len(notes))]
            case View.SESSIONS:
                return sessions.draw(desk.roll, desk.mine, typing, clear, moment, *size)
            case View.AGENTS:
                return agents.draw(desk.crew, typing, clear, moment, desk.wall - (desk.now - moment.now), *size)
            case View.WAITING:
                return waiting.draw(desk.waiting, desk.queues, typing, clear, moment, *size)
            case View.QUEUES:
                hours = queue_list.Hours(desk.waits, desk.now, self._since())
                return queue_list.draw(desk.queue_rows, hours, typing, clear, moment, *size)
            case View.LOG:
                return self._log(*size)

    def _since(self) -> str:
        """The time of day from which on waits are known, "" where it is more than an hour ago."""
        began = self._desk.waits.since(self._desk.wall)
        return "" if began is None else present.clock_time(began)[:5]

    def _log(self, width: int, height: int) -> list[Line]:
        """The list of the log, or the session that is open in full."""
        desk, view = self._desk, self._desk.log
        if view.open is None:
            return log.draw(view, desk.log_line.text, desk.keys, desk.wall, width, height)
        if self._opened is None or self._opened[:2] != (view.open, width):
            self._opened = view.open, width, entry.lines(view.open, width, view.recordings)
        body = self._opened[2]
        view.top_of_open = min(view.top_of_open, entry.furthest(body, height))
        return entry.draw(view.open, body, view.top_of_open, desk.keys, width, height)

    def _pane(self, name: str, draw: Callable[P, list[Line]], *inputs: P.args, **named: P.kwargs) -> None:
        """Draw a pane, unless it is made of the same as the last time."""
        if self._made_of.get(name) != inputs:
            self._made_of[name] = inputs
            self._painted[name].paint(draw(*inputs, **named))

    def _draw_hints(self) -> None:
        """As `_pane`; what the backend would refuse is asked for again when the person's sight changes, and once a second."""
        desk = self._desk
        said = desk.saying.notices
        if desk.command.text is not None:
            self._made_of.pop("hints", None)
            width = self._panes.hints.width
            self._painted["hints"].paint(hints.typed(desk.command.text, desk.command.offered, width))
            return
        made_of = (
            desk.strip,
            len(desk.hands),
            desk.under_cursor,
            desk.view,
            desk.prefix,
            desk.typed is not None,
            desk.filters,
            desk.log.session,
            desk.keys_top,
            desk.scoring is not None,
            said,
            desk.now,
            self._panes.hints.width,
        )
        if self._made_of.get("hints") != made_of:
            self._made_of["hints"] = made_of
            # The second of two keys is what matters while it is waited for.
            said_now = () if desk.prefix else said
            self._painted["hints"].paint(hints.draw(self._hints(), said_now, self._panes.hints.width))

    def _top(self) -> topline.Top:
        desk = self._desk
        return topline.Top(
            person=desk.backend.person,
            links=tuple(desk.links.values()),
            queues=tuple(desk.queues.values()),
            calls=len(desk.calls),
            moment=desk.moment,
            wall=desk.wall,
            playback=self._playing(),
            foreign=desk.foreign,
            hands=len(desk.hands),
            tints=self._tints,
        )

    def _playing(self) -> topline.Playing | None:
        if self._desk.player is None:
            return None
        playback = self._desk.player.playback
        return topline.Playing(playback.speed, *playback.position)

    def _scene(self, question: Question | None) -> strip.Scene:
        desk = self._desk
        left = 0.0 if question is None or question.until is None else question.until - desk.clock.monotonic()
        return strip.Scene(
            strip=desk.strip,
            person=desk.backend.person,
            now=desk.now,
            question=question,
            seconds_left=ceil(left),
            stale=self._stale_session(),
            last=desk.last_heard,
            keys=desk.keys,
        )

    def _stale_session(self) -> LinkRow | None:
        desk = self._desk
        if desk.strip.phase is Phase.NONE:
            return None
        if desk.strip.call is not None:
            link = desk.links.get(desk.strip.call.pbx)
            return None if link is None or link.state is LinkState.LIVE else link
        return next((link for link in desk.links.values() if link.state is not LinkState.LIVE), None)

    def _reason(self) -> Notice | None:
        """Why nothing may be shown at all."""
        denials = (banner.notice for banner in self._desk.banners if banner.notice.code.startswith("denied."))
        return next(denials, None)

    def _card(self) -> detail.Card:
        desk = self._desk
        rows = desk.list
        current, gone = desk.under_cursor
        row, ended = (current, False) if gone is None else (gone, True)
        now = desk.sheet.gone_at if ended else desk.now if row is None else desk.moment.known(row.key.pbx)
        span = ""
        if len(rows) > rows.height:
            values = {"from": str(rows.top + 1), "to": str(rows.top + rows.height), "all": str(len(rows))}
            span = fill(_("{from}-{to} of {all}"), values)
        marks = desk.listings.get(desk.view, desk.sheet).marked if desk.view is not View.LOG else set()
        if marks:
            span = " · ".join(filter(None, (fill(_("marked: {count}"), {"count": str(len(marks))}), span)))
        return detail.Card(
            row=row,
            ended=ended,
            stale=row is not None and row.key.pbx in desk.moment.silent_since,
            now=now,
            wall=desk.wall - (desk.now - now),
            span=span,
            own=row is not None and row.key == desk.strip.call and asking.own_call(desk.strip),
            mine=desk.mine,
            line=desk.strip.agent_line if row is not None and desk.mine and row.key == desk.strip.call else None,
            need="" if row is None or not desk.detail_open else needs.need(row, now, desk.weights).words,
            keys=desk.keys,
        )

    def _hints(self) -> list[hints.Hint]:
        desk = self._desk
        if desk.prefix:
            second = hints.shared(hinting.seconds(desk.prefix, desk), self._panes.hints.width - OF_SECONDS)
            return [hints.Hint(shown(desk.prefix), "…"), *second, hints.Hint("Esc", _("back"), presses="escape")]
        if desk.typed is not None:  # every letter is one
            return [
                hints.Hint("Enter", _("answers")),
                hints.Hint("Esc", _("no"), presses="escape"),
                hints.Hint(desk.keymap.panics(), _("panic"), presses=desk.keymap.panic_key()),
            ]
        if desk.filters:
            ends = [hints.Hint("Enter", _("keeps the filter")), hints.Hint("Esc", _("clears it"), presses="escape")]
            key = desk.keymap.leave_key() if desk.strip.phase in asking.UP else ""
            return [*ends, hints.Hint(shown(key), _("leave"), presses=key)] if key else ends
        there = [
            hints.Hint(
                first_key(deed), hinting.hint_of(deed, desk), hinting.why_dim(deed, desk) is not None, deed.keys[0]
            )
            for deed in hinting.in_order(desk)
        ]
        return [*scoring.hinted(), *there, hints.Hint("Esc", _("closes"))] if self._is_scored else there

    def _keys(self) -> list[keys.KeyRow]:
        desk = self._desk
        return [
            keys.KeyRow(keys_of(deed), _(deed.words), hinting.why_dim(deed, desk))
            for deed in desk.keymap.deeds
            if deed.offered(desk)
        ]
