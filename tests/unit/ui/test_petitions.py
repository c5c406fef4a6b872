"""The board: what stands first, since when, and what calls somebody."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, NOW, glass, petition, petitions, strip
from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.supervision.intents import Listen, PetitionId
from whisper_tui.terms import Mode, SessionId
from whisper_tui.ui.inks import width_of
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.petitions import RESTS, Board, News
from whisper_tui.ui.reasons import Reasons
from whisper_tui.ui.widgets import news

FIRST, SECOND = petition(BEN), petition(ANA, ident=PetitionId("p-2"), until=NOW + 60)


def test_the_oldest_petition_stands_first_whenever_it_falls_and_however_often_it_is_told() -> None:
    board = Board()
    board.apply(petitions(FIRST), {}, NOW)
    board.apply(petitions(SECOND), {}, NOW)
    board.apply(petitions(replace(FIRST, reason="audit")), {}, NOW)
    assert [row.ident for row in board.news(NOW).petitions] == [FIRST.ident, SECOND.ident]
    assert [row.ident for row in board.news(NOW + 60).petitions] == [FIRST.ident]


def test_what_comes_to_stand_first_is_fresh_for_a_moment_though_it_has_the_same_name() -> None:
    board = Board()
    board.apply(petitions(FIRST, replace(SECOND, until=NOW + 500)), {"p-1": glass(BEN, ident="p-1")}, NOW)
    assert board.news(NOW).fresh
    assert not board.news(NOW + RESTS).fresh
    board.apply({SECOND.ident: None}, {}, NOW + RESTS)
    assert not board.news(NOW + RESTS).fresh
    falls = FIRST.until
    assert board.news(falls).first == glass(BEN, ident="p-1")
    assert board.news(falls).fresh


def test_only_what_wants_an_answer_or_gives_leave_calls_and_only_once() -> None:
    board = Board()
    mine = replace(FIRST, ident=PetitionId("p-9"), mine=True)
    given = replace(mine, approved="ben")
    assert not board.apply(petitions(mine), {}, NOW)
    assert board.apply(petitions(given), {}, NOW)
    assert board.apply(petitions(SECOND), {}, NOW)
    assert not board.apply(petitions(given, replace(SECOND, approved="ben")), {}, NOW)
    assert board.apply({}, {"g-1": glass(BEN)}, NOW)
    assert not board.apply({mine.ident: None, SECOND.ident: None}, {"g-1": None}, NOW)
    assert board.news(NOW).first is None


@pytest.mark.parametrize("width", range(64, 180))
def test_what_has_room_is_not_cut_and_lines_are_as_wide_as_the_window(width: int) -> None:
    told = News((FIRST, SECOND), (glass(BEN),), (replace(FIRST, mine=True, approved="ben"),))
    for what in (told, told._replace(petitions=())):
        lines = [*news.lines(what, DEFAULT, NOW, width, 2), *news.waits(what, DEFAULT, NOW, width)]
        texts = ["".join(text for text, _ink in line.spans) for line in lines]
        assert {width_of(text) for text in texts} == {width}
        assert not any("…" in text.replace(FIRST.caller, "") for text in texts)
        assert all(words in " ".join(" ".join(texts).split()) for words in ("reason emergency,", "T within 01:54"))
    assert len(lines) <= 3


def test_a_reason_is_forgotten_with_its_session_and_not_before_it_begins() -> None:
    reasons = Reasons()
    nothing, ringing = StripView(Phase.NONE), StripView(Phase.RINGING, call=ANA.key)
    reasons.keep(ANA.key, "audit")
    for before, now in ((nothing, ringing), (ringing, strip(ANA)), (strip(ANA), strip(ANA, Mode.WHISPER))):
        reasons.moved(before, now)
        assert reasons.beside(Listen(ANA.key)) == Listen(ANA.key, reason="audit")
    reasons.moved(strip(ANA), strip(ANA, session=SessionId("s-2")))
    assert reasons.beside(Listen(ANA.key)) == Listen(ANA.key)
    assert reasons.beside(Listen(BEN.key, reason="quality")).reason == "quality"
