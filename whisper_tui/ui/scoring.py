"""The score sheet of one session while it is filled in, and the question before it is saved. No pixels, no I/O."""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.audit.history import Row
from whisper_tui.audit.sessions import FAILED, scores_of
from whisper_tui.engine.reading import LogEntry
from whisper_tui.scorecard import Item, Result, Scorecard, result
from whisper_tui.supervision.intents import GiveScore
from whisper_tui.terms import Notice
from whisper_tui.ui.notes import Heard
from whisper_tui.ui.story import in_percent, result_of
from whisper_tui.ui.words import _, fill

DIGITS = frozenset("0123456789")
LEFT_OUT = "minus"
"""The item does not apply."""
YES, NO = "y", "n"
TAKEN_BACK = frozenset({"backspace", "delete"})
KEYS = DIGITS | {LEFT_OUT, YES, NO} | TAKEN_BACK
"""What fills in an item while the sheet is open; every other key means what it means elsewhere."""

SECONDS = 20.0
"""How long the question stands whether it is saved."""


class Saving(NamedTuple):
    """Whether what was given is kept for good. `before`: the score that it is there in place of, "" for none."""

    intent: GiveScore
    about: Heard
    result: str
    before: str


class ScoreSheet:
    """One session's."""

    def __init__(self, card: Scorecard, about: Heard) -> None:
        self.card = card
        self.about = about
        self.points: dict[str, int | None] = {}
        self.at = 0
        """The item that the cursor stands on."""
        self.reading = True
        """What the session was given before is not known yet."""
        self.before: Row | None = None
        """The score that it has."""
        self.changed = False
        """Something was filled in that is not saved."""

    @property
    def current(self) -> Item:
        return self.card.items[self.at]

    @property
    def result(self) -> Result:
        """Of what was given so far."""
        return result(self.card, self.points)

    def learn(self, entry: LogEntry) -> None:
        """Take in what the session was given before: where it was by this card, and nothing is filled in yet, as a beginning."""
        given = scores_of(entry.rows)
        self.reading, self.before = False, given[-1] if given else None
        score = self.before.record.score if self.before is not None else None
        if score is not None and score.digest == self.card.digest and not self.points:
            self.points = {mark.item: mark.given for mark in score.marks}

    def move(self, by: int) -> None:
        self.at = max(0, min(self.at + by, len(self.card.items) - 1))

    def fill(self, key: str) -> Notice | None:
        """Give the item under the cursor what `key`, one of KEYS, says, and go to the next; or say what it takes."""
        item, self.changed = self.current, True
        if key in TAKEN_BACK:
            self.points.pop(item.ident, None)
            return None
        given: int | None = None
        if key in (YES, NO):
            if item.most > 1:
                return _takes(item)
            given = 1 if key == YES else 0
        elif key in DIGITS:
            given = int(key)
            if given > item.most:
                return _takes(item)
        self.points[item.ident] = given
        self.move(1)
        return None

    def why_not_save(self) -> Notice | None:
        """Why it cannot be saved yet, None: it can; the cursor goes to the first item without an answer."""
        missing = [at for at, item in enumerate(self.card.items) if item.ident not in self.points]
        if missing:
            self.at = missing[0]
            return Notice("score.missing", {"count": str(len(missing))})
        if self.result.percent is None:
            return Notice("score.nothing")
        return Notice("score.reading") if self.reading else None

    def given(self) -> GiveScore:
        """What is asked for when it is saved."""
        points = tuple((item.ident, self.points[item.ident]) for item in self.card.items)
        return GiveScore(self.about.session, self.card.digest, points, self.before.seq if self.before else None)

    def saving(self) -> Saving:
        """The question before that."""
        return Saving(self.given(), self.about, in_words(self.result), said_before(self.before))


def in_words(found: Result) -> str:
    """Return `83 % good`; "" while nothing counts."""
    if found.percent is None:
        return ""
    return in_percent(found.percent, FAILED if found.failed else found.grade)


def said_before(row: Row | None) -> str:
    """Return `85 % good by eve` of the score that holds so far, "" where there is none."""
    if row is None or row.record.score is None:
        return ""
    score = row.record.score
    who = row.record.who.user if row.record.who is not None else "?"
    return fill(_("{result} by {who}"), {"result": result_of(score), "who": who})


def _takes(item: Item) -> Notice:
    return Notice("score.yes_no") if item.most == 1 else Notice("score.most", {"most": str(item.most)})
