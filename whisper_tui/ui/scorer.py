"""The score sheet on the desk: opened on a session, filled in while its call goes on or after it, saved once for good."""

from __future__ import annotations

from whisper_tui import scorecard
from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend
from whisper_tui.supervision.intents import GiveScore, Intent, Refused
from whisper_tui.terms import Notice, SessionId
from whisper_tui.ui import scoring
from whisper_tui.ui.acts import Acts
from whisper_tui.ui.asker import TYPED_ON
from whisper_tui.ui.notes import Heard
from whisper_tui.ui.scoring import ScoreSheet
from whisper_tui.ui.shell import Shell
from whisper_tui.ui.views import View

PAGE = 10
"""Items."""


class Scorer(Acts):
    """One console's sheets. One that was closed before it was saved opens again as it was."""

    def __init__(self, backend: Backend, clock: Clock, shell: Shell, *, readonly: bool) -> None:
        super().__init__(backend, clock, shell, readonly=readonly)
        self._sheets: dict[SessionId, ScoreSheet] = {}
        self._warned: float | None = None
        """It was said that something is not saved."""
        self._scored = float("-inf")
        """When a sheet was asked for, or closed."""

    def score(self) -> None:
        """Open the sheet of the session under the cursor, of the one that is up, or of the last one."""
        self._scored = self.clock.monotonic()
        card = self.backend.person.scorecard
        if self._keeps_back() or card is None:
            return
        about = self.about_session
        if self.scoring is not None:
            self.say(Notice("score.open"))
        elif about is None:
            self.say(Notice("score.no_session"))
        elif (why := self.why_not_score()) is not None:
            self._refuse(GiveScore(about.session, card.digest), why)
        else:
            self.scoring = self._sheets.setdefault(about.session, ScoreSheet(card, about))
            self._run(self._learn(self.scoring))

    def put_away(self) -> None:
        """Close the sheet that is open; what is filled in is kept until it is saved."""
        if self.scoring is not None:
            self.scoring, self._scored = None, self.clock.monotonic()

    def why_not_score(self) -> Notice | None:
        """Why nobody here may score, whatever session it is."""
        about, card = self.about_session, self.backend.person.scorecard
        if card is None or about is None:
            return None
        return self._refusal(GiveScore(about.session, card.digest))

    def unsaved(self) -> bool:
        """Say once, before the console is left, that sheets are filled in that nobody has saved; whether that was said now."""
        count = sum(bool(sheet.points) for sheet in self._sheets.values() if sheet.changed)
        now = self.clock.monotonic()
        if not count or (self._warned is not None and now - self._warned >= TYPED_ON):
            return False
        self._warned = now if self._warned is None else self._warned  # a second key too soon was not pressed for it
        self.say(Notice("score.unsaved", {"count": str(count)}))
        return True

    def still_scores(self, key: str) -> bool:
        """Whether a digit is still meant for a sheet that is gone, or that did not open: it must not switch a mode."""
        now = self.clock.monotonic()
        if key not in scoring.DIGITS or now - self._scored >= TYPED_ON:
            return False
        self._scored = now
        return True

    # what the keys mean while it is open

    @property
    def about_session(self) -> Heard | None:
        return self.scoring.about if self.scoring is not None else super().about_session

    def show(self, view: View) -> None:
        self.put_away()
        super().show(view)

    def type_filter(self) -> None:
        self.put_away()
        super().type_filter()

    def filter_by(self, text: str) -> None:
        self.put_away()
        super().filter_by(text)

    def move(self, by: int) -> None:
        if self.scoring is not None and self.keys_top is None:
            self.scoring.move(by)
        else:
            super().move(by)

    def page(self, by: float) -> None:
        if self.scoring is not None and self.keys_top is None:
            self.scoring.move(int(by * PAGE))
        else:
            super().page(by)

    def first(self) -> None:
        if self.scoring is not None and self.keys_top is None:
            self.scoring.at = 0
        else:
            super().first()

    def last(self) -> None:
        if self.scoring is not None and self.keys_top is None:
            self.scoring.move(len(self.scoring.card.items))
        else:
            super().last()

    def open(self) -> None:
        if self.scoring is None or self.keys_top is not None:
            super().open()
        elif self._held is not None:
            self.say(self._held)
        elif (why := self.scoring.why_not_save()) is not None:
            self.say(why)
        else:
            asked = self.scoring.saving()
            self._open(asked, lambda _sight: asked)

    def close_one(self) -> bool:
        if self.scoring is None or self.keys_top is not None:
            return super().close_one()
        self.put_away()
        return True

    # what the backend says

    async def _learn(self, sheet: ScoreSheet) -> None:
        found = await self.backend.log_entry(sheet.about.session)
        if not isinstance(found, Refused):
            sheet.learn(found)
        else:
            self.say(found.why)
            if self.scoring is sheet:
                self.put_away()
        self.shell.paint_console()

    async def _tell(self, intent: Intent) -> None:
        if not isinstance(intent, GiveScore):
            await super()._tell(intent)
            return
        sheet = self._sheets[intent.session]
        result = scoring.in_words(scorecard.result(sheet.card, dict(intent.points)))
        answer = await self.backend.ask(intent)
        if isinstance(answer, Refused):
            self._say_refused(intent, answer.why)
            await self._learn(sheet)  # somebody else may have been faster
        else:
            self._sheets.pop(intent.session, None)
            if self.scoring is sheet:
                self.put_away()
            self.say(Notice("score.saved", {"result": result}))
            self._show_in_the_log(intent.session)
        self.shell.paint_console()

    def _show_in_the_log(self, session: SessionId) -> None:
        """Where the log is shown it is read again, score and all."""
        if self.view is not View.LOG:
            return
        if self.log.open is None:
            self._look(self.log.query)
        elif self.log.open.session.ident == session:
            self._run(self._open_entry(session))
