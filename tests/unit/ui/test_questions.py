"""Questions: how long they stand, what makes them fall, and what their answers start."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, NOW, strip
from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.supervision.intents import Barge, TakeOver
from whisper_tui.terms import Mode, Notice
from whisper_tui.ui import asking, questions
from whisper_tui.ui.asking import Confirm, Sight
from whisper_tui.ui.presses import Press
from whisper_tui.ui.questions import Question
from whisper_tui.ui.typed import SHORT, Typed, number_of, typed_on

HERE = Sight(strip(ANA), ANA, None, {ANA.key: ANA})


def barge() -> Question:
    meant = asking.barge(HERE)
    assert isinstance(meant, Confirm)
    return questions.ask(meant, asking.barge, NOW)


def take_over(typed: str = "") -> Question:
    meant = asking.take_over(HERE)
    assert isinstance(meant, Typed)
    return questions.ask(meant, asking.take_over, NOW)._replace(typed=typed)


def test_a_question_stands_until_its_time_is_over() -> None:
    for question, seconds in ((barge(), 5.0), (take_over("1142"), 20.0)):
        assert questions.fallen(question, HERE, NOW + seconds - 0.01) is None
        late = questions.fallen(question, HERE, NOW + seconds)
        assert late is not None
        assert late[0].code == "question.unanswered"
        answer = questions.answer(question, NOW + seconds)
        assert isinstance(answer, Notice)
        assert answer.values["seconds"] == f"{seconds:.0f}"


def test_a_question_falls_when_its_call_is_not_what_was_shown() -> None:
    changed = replace(ANA, agent_device="PJSIP/1150")
    there = HERE._replace(row=changed, rows={ANA.key: changed})
    assert questions.fallen(take_over(), there, NOW) == (Notice("question.changed", {"not_done": "not taken over"}),)
    gone = HERE._replace(strip=StripView(Phase.NONE), row=None, gone=ANA, rows={})
    assert questions.fallen(barge(), gone, NOW) == (Notice("question.changed", {"not_done": "not barged"}),)


def test_whether_to_quit_stands_for_as_long_as_there_is_a_leg() -> None:
    assert questions.fallen(questions.QUIT, HERE, NOW + 1000) is None
    assert questions.fallen(questions.QUIT, HERE._replace(strip=StripView(Phase.NONE)), NOW) == ()
    assert questions.kept(questions.QUIT) == ()


@pytest.mark.parametrize("text", ["1142", " 1142 "])
def test_the_number_to_the_letter_is_the_answer(text: str) -> None:
    assert questions.answer(take_over(text), NOW) == TakeOver(ANA.key)


@pytest.mark.parametrize("text", ["", "114", "11420", "１１４２", "Ana Ruiz"])
def test_any_other_text_is_none(text: str) -> None:
    answer = questions.answer(take_over(text), NOW)
    assert isinstance(answer, Notice)
    assert answer.code == ("question.wrong" if text else "question.nothing")


def test_enter_is_the_answer_to_a_barge() -> None:
    assert questions.answer(barge(), NOW) == Barge(ANA.key)


def test_a_mode_that_changes_meanwhile_is_not_another_call() -> None:
    assert questions.fallen(take_over(), HERE._replace(strip=strip(ANA, Mode.WHISPER)), NOW) is None


@pytest.mark.parametrize(
    ("device", "number"),
    [("PJSIP/1142", "1142"), ("SIP/ana", "ana"), ("Local/1001@from-queue/n", "1001"), ("1142", "1142"), ("", "")],
)
def test_a_person_is_known_by_the_number_of_the_phone(device: str, number: str) -> None:
    assert number_of(device) == number


def test_a_line_is_edited_as_a_shell_does_and_ends_somewhere() -> None:
    assert typed_on("11", Press("4", "4", 0)) == "114"
    assert typed_on("114", Press("backspace", None, 0)) == "11"
    assert typed_on("11 42", Press("ctrl+w", None, 0)) == "11"
    assert typed_on("x" * SHORT, Press("y", "y", 0)) == "x" * SHORT
    assert typed_on("11", Press("down", None, 0)) is None
