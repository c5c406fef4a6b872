"""Terminals of every size: who hears is said in each of them, whole, or by a sign; never half."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, NOW, floor, glass, petition, strip
from whisper_tui.engine.backend import Hears, Person, Phase, StripView
from whisper_tui.supervision.intents import Leave
from whisper_tui.terms import Microphone, Mode, Notice
from whisper_tui.ui import asking, questions
from whisper_tui.ui.asking import Confirm
from whisper_tui.ui.inks import Line, taken
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.panes import LEAST_HEIGHT, LEAST_WIDTH
from whisper_tui.ui.petitions import News
from whisper_tui.ui.questions import Question
from whisper_tui.ui.widgets import hearing, small
from whisper_tui.ui.widgets import strip as strips
from whisper_tui.ui.widgets.strip import Scene

PERSON = Person("ana", "leads", "PJSIP/2001", enforced=True)
UNKNOWN = strip(
    ANA, Mode.BARGE, phase=Phase.UNKNOWN, agent_hears=Hears.UNKNOWN, customer_hears=Hears.UNKNOWN,
    microphone=Microphone.UNKNOWN,
)  # fmt: skip
STRIPS: dict[str, StripView] = {
    **{mode.value: strip(ANA, mode) for mode in Mode},
    "whisper that ends": strip(ANA, Mode.WHISPER, limit=NOW + 42),
    "unknown": UNKNOWN,
    "ringing": StripView(Phase.RINGING, phone="PJSIP/2001", agent="Ana Ruiz"),
    "idle": StripView(Phase.IDLE, phone="PJSIP/2001", recorded=False),
    "none": StripView(Phase.NONE, ended=Notice("leg.left")),
}
SMALL = [
    (width, height) for width in range(1, 80) for height in range(1, 24) if width < LEAST_WIDTH or height < LEAST_HEIGHT
]
"""Every size in which nothing else has room."""
SAID = (Notice("key.unknown", {"key": "Q"}),)
NEWS = News((petition(ANA),), (glass(ANA),))


def text_of(lines: list[Line]) -> str:
    return "\n".join("".join(text for text, _ink in line.spans) for line in lines)


def barge_question() -> Question:
    view = floor([ANA])
    sight = asking.Sight(strip(ANA, Mode.WHISPER), ANA, None, view.calls)
    asked = asking.barge(sight)
    assert isinstance(asked, Confirm)
    return questions.ask(asked, lambda _sight: asked, NOW)


def says_who_hears(text: str, view: StripView) -> bool:
    """Whether all of it is said: of each in full, or by the sign of the worst of it."""
    signs = {"●": Hears.YES, "○": Hears.NO, "▲": Hears.UNKNOWN}
    if view.phase in (Phase.NONE, Phase.RINGING):
        return True
    words = all(any(form in text for form in party.forms()) for party in hearing.parties(view))
    worst = hearing.loudest(view)
    return words or any(sign in text for sign, hears in signs.items() if hears is worst)


def halves(text: str, view: StripView) -> list[str]:
    """Names of parties that stand without whether they hear."""
    for form in sorted((form for party in hearing.parties(view) for form in party.forms()), key=len, reverse=True):
        text = text.replace(form, "") if len(form) > 1 else text
    return re.findall("agent|custom|others", text)


@pytest.mark.parametrize("name", list(STRIPS))
def test_the_small_screen_says_who_hears_in_every_size(name: str) -> None:
    for width, height in SMALL:
        for said, news in ((), News()), (SAID, NEWS):
            lines = small.draw(Scene(STRIPS[name], PERSON, NOW), news, DEFAULT, said, width, height)
            assert len(lines) <= height
            assert all(taken(line.spans) == width for line in lines)
            text = text_of(lines)
            assert says_who_hears(text, STRIPS[name]), f"{width}x{height}: {text}"
            if not news.petitions:
                assert not halves(text, STRIPS[name]), f"{width}x{height}: {text}"


def test_the_small_screen_says_it_beside_a_question_too() -> None:
    view, question = strip(ANA, Mode.WHISPER), barge_question()
    leave = questions.ask(Confirm(Leave(), "Ana Ruiz", "support", "0142"), lambda _sight: Notice("x"), NOW)
    for each in (question, questions.QUIT, leave):
        for width, height in SMALL:
            lines = small.draw(Scene(view, PERSON, NOW, each), News(), DEFAULT, (), width, height)
            assert len(lines) <= height
            assert says_who_hears(text_of(lines), view), f"{width}x{height}: {text_of(lines)}"
            if width > 12:
                assert "Enter: " in text_of(lines)


@pytest.mark.parametrize("name", list(STRIPS))
def test_the_strip_says_who_hears_in_every_width(name: str) -> None:
    for width in range(LEAST_WIDTH, 80):
        for height in range(3, 6):
            lines = strips.draw(Scene(STRIPS[name], PERSON, NOW), width, height)
            assert all(taken(line.spans) <= width for line in lines)
            text = text_of(lines)
            assert says_who_hears(text, STRIPS[name]), f"{width}x{height}: {text}"
            assert not halves(text.replace("the customer", ""), STRIPS[name]), f"{width}x{height}: {text}"


@pytest.mark.parametrize("mode", list(Mode))
def test_fewer_words_where_there_is_less_room_and_never_half_of_one(mode: Mode) -> None:
    view = replace(strip(ANA, mode), microphone=Microphone.OPEN)
    for room in range(1, 60):
        text = "".join(each for each, _ink in hearing.in_a_line(view, room))
        assert len(text) <= room
        assert "…" not in text
        assert not halves(text, view), text


def test_what_is_said_in_one_cell_is_the_worst_of_it() -> None:
    def cell(view: StripView) -> str:
        return text_of(small.draw(Scene(view, PERSON, NOW), News(), DEFAULT, (), 1, 1))

    assert cell(strip(ANA)) == "○"
    assert cell(strip(ANA, Mode.WHISPER)) == cell(strip(ANA, Mode.BARGE)) == "●"
    assert cell(UNKNOWN) == "▲"
    assert cell(STRIPS["none"]) == "N"
