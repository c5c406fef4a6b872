"""What the coach says next."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, NOW, held, strip
from whisper_tui.cli.demo import found
from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.engine.lesson import Hint, When
from whisper_tui.engine.rows import CallRow
from whisper_tui.simulator.stories import hints_of
from whisper_tui.supervision.intents import Whom
from whisper_tui.terms import CallKey, Mode
from whisper_tui.ui.coach import ALONE, LONG_HOLD, Coach, Sight, holds, step
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.sentences import SENTENCES
from whisper_tui.ui.widgets import coach
from whisper_tui.ui.words import said

NOBODY = StripView(Phase.NONE)
SILENT, WHISPER = strip(ANA), strip(ANA, Mode.WHISPER)
LESSON = tuple(
    Hint(when, f"say.{when.value}")
    for when in (
        When.START,
        When.FILTERED,
        When.LISTENING,
        When.WHISPERING,
        When.CUED,
        When.NOTED,
        When.SCORED,
        When.LEFT,
    )
)
STORIES = found()


def sight(
    strip: StripView = NOBODY, *calls: CallRow, filtered: bool = False, heard: tuple[CallKey, str] | None = None
) -> Sight:
    return Sight(strip, calls, filtered, heard, NOW)


def said_by(teacher: Coach) -> str:
    notice = teacher.says(DEFAULT)
    assert notice is not None
    return notice.code


def test_each_hint_waits_until_what_it_follows_was_done() -> None:
    teacher = Coach(LESSON)
    seen = [said_by(teacher)]
    for strip_now, code in (
        (NOBODY, ""),
        (replace(SILENT, phase=Phase.RINGING), ""),
        (replace(SILENT, phase=Phase.AIMING), ""),
        (SILENT, ""),
        (replace(SILENT, asked=Mode.WHISPER), ""),
        (WHISPER, "cue.failed"),
        (WHISPER, "cue.sent"),
        (SILENT, "note.saved"),
        (SILENT, "score.saved"),
        (SILENT, ""),
        (NOBODY, ""),
    ):
        teacher.look(strip_now, (), filtered=strip_now is not NOBODY, now=NOW)
        teacher.told(code)
        if seen[-1] != said_by(teacher):
            seen.append(said_by(teacher))
    assert seen == [hint.say for hint in LESSON]


def test_whoever_is_further_already_is_not_held_up_and_nobody_is_sent_back() -> None:
    at = step(LESSON, 0, sight(WHISPER))
    assert LESSON[at].when is When.WHISPERING
    assert step(LESSON, at, sight(NOBODY, filtered=True)) == at


def test_leaving_early_does_not_end_the_lesson() -> None:
    at = step(LESSON, 0, sight(SILENT))
    assert step(LESSON, at, sight(NOBODY)) == at


def test_a_call_is_going_wrong_once_somebody_is_on_hold_for_long() -> None:
    assert not holds(When.HELD, sight(NOBODY, ANA))
    caller = held(7, "Ana Ruiz")
    assert not holds(When.HELD, sight(NOBODY, replace(caller, held_since=NOW - LONG_HOLD + 1)))
    assert holds(When.HELD, sight(NOBODY, ANA, replace(caller, held_since=NOW - LONG_HOLD)))


def test_a_call_has_moved_when_another_agent_of_it_is_heard_and_not_when_another_call_is() -> None:
    before = (ANA.key, "Ana Ruiz")
    assert not holds(When.MOVED, sight(SILENT, heard=before))
    assert holds(When.MOVED, sight(replace(SILENT, agent="Ben Okoro"), heard=before))
    assert not holds(When.MOVED, sight(strip(BEN), heard=before))
    assert holds(When.FOLLOWING, sight(replace(SILENT, following=Whom.CALL)))


def test_whose_call_is_over_is_told_how_to_find_another_and_then_what_came_next() -> None:
    teacher = Coach(LESSON)
    for strip_now, code in ((SILENT, "say.listening"), (StripView(Phase.IDLE), ALONE), (SILENT, "say.listening")):
        teacher.look(strip_now, (), filtered=False, now=NOW)
        assert said_by(teacher) == code
    teacher.look(WHISPER, (), filtered=False, now=NOW)
    teacher.told("cue.sent")
    teacher.look(NOBODY, (), filtered=False, now=NOW)
    assert said_by(teacher) == "say.cued", "a note can be written afterwards"


def test_the_coach_holds_its_tongue_when_told_to() -> None:
    teacher = Coach(LESSON)
    teacher.turn()
    assert teacher.says(DEFAULT) is None
    teacher.turn()
    assert teacher.says(DEFAULT) is not None
    assert Coach().says(DEFAULT) is None


@pytest.mark.parametrize("story", STORIES)
def test_every_hint_of_a_story_has_its_words_and_room_on_a_narrow_screen(story: str) -> None:
    hints = hints_of(STORIES[story])
    assert hints[0].when is When.START
    assert hints[-1].when is When.LEFT
    for at, hint in enumerate(hints):
        assert hint.say in SENTENCES
        teacher = Coach(hints)
        teacher._at = at
        notice = teacher.says(DEFAULT)
        assert notice is not None
        assert "…" not in said(notice), "a key that no deed has"
        lines = coach.draw(notice, 80, coach.lines_wanted(notice, 80))
        assert not any("…" in text for line in lines for text, _ink in line.spans), said(notice)


def test_no_hint_says_who_hears_now_for_it_stands_on_when_that_has_changed() -> None:
    hints = {code: str(words) for code, words in SENTENCES.items() if code.startswith("hint.")}
    of_now = ("hears you now", "You hear both", "you are silent")
    assert [code for code, words in hints.items() if any(each in words for each in of_now)] == []
