"""How long there is still time: what a rule will end, and what the engine says of rules."""

from __future__ import annotations

import pytest

from tests.fakes.rows import ANA, NOW, floor, strip, talking
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Banner, Phase, StripView, ViewChanges
from whisper_tui.supervision.intents import Leave
from whisper_tui.terms import LegKind, Mode, Notice
from whisper_tui.ui.inks import Ink
from whisper_tui.ui.words import sentence

LONG = talking(142, "Maximiliane Wolkenstein-Trostburg von Hohenlohe", "customer-success-emea")


async def hears(work: Work, mode: Mode = Mode.WHISPER, **fields: object) -> None:
    await work.happens(ViewChanges(strip=strip(ANA, mode, **fields)))


def ink_of(work: Work, words: str) -> Ink:
    spans = [span for line in work.console._floor._painted["strip"]._drawn for span in line.spans]
    return next(ink for text, ink in spans if words in text)


async def test_a_session_that_a_rule_ends_says_when() -> None:
    async with at_work(size=(80, 24)) as work:
        await hears(work, limit=NOW + 300)
        assert "WHISPER" in work.strip.splitlines()[0]
        assert "02:14 ends in 0" in work.strip.splitlines()[0]
        assert ink_of(work, "ends in") is Ink.WAITING


async def test_the_last_seconds_stand_out() -> None:
    async with at_work() as work:
        await hears(work, limit=NOW + 15)
        assert ink_of(work, "ends in") is Ink.WAITING
        await work.wind(6)
        assert "ends in 00:0" in work.strip
        assert ink_of(work, "ends in") is Ink.LATE
        await work.wind(20)
        assert "ends in 00:00" in work.strip


@pytest.mark.parametrize(
    ("left", "shown", "hidden"),
    [(300, ("02:1",), ("ends in",)), (60, ("ends in 0",), ("02:1",)), (9, ("ends in 00:0",), ())],
)
async def test_where_there_is_little_room_the_end_is_shown_once_it_is_near(
    left: float, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    async with at_work(floor([LONG]), size=(80, 24)) as work:
        await work.happens(ViewChanges(strip=strip(LONG, Mode.WHISPER, limit=NOW + left, queue="cs", caller="")))
        head = work.strip.splitlines()[0]
        assert "WHISPER" in head
        assert all(words in head for words in shown)
        assert not any(words in head for words in hidden)


@pytest.mark.parametrize("width", [40, 60, 110])
async def test_a_name_is_cut_for_the_sake_of_an_end_that_is_near(width: int) -> None:
    async with at_work(floor([LONG]), size=(width, 24)) as work:
        await work.happens(ViewChanges(strip=strip(LONG, Mode.BARGE, limit=NOW + 42)))
        head = work.strip.splitlines()[0]
        assert head.startswith("╔ BARGE  Maxim")
        assert "ends in 00:4" in head


async def test_a_leg_that_hears_nothing_says_when_it_ends_as_before() -> None:
    async with at_work(size=(80, 24)) as work:
        idle = StripView(Phase.IDLE, phone="PJSIP/2001", kind=LegKind.LOCKED, since=NOW, limit=NOW + 300)
        await work.happens(ViewChanges(strip=idle))
        assert "ends in 0" in work.strip.splitlines()[0]


async def test_the_smallest_window_says_it_too_and_lets_its_person_leave() -> None:
    async with at_work(size=(30, 6)) as work:
        await hears(work, limit=NOW + 300)
        assert "ends in" not in work.text
        await work.wind(260)
        assert "WHISPER  ends in 00:" in work.lines[0]
        await work.press("x")
        assert work.backend.asked == [Leave()]


async def test_a_question_does_not_hide_an_end_that_is_near() -> None:
    async with at_work(size=(80, 24)) as work:
        await hears(work, Mode.SILENT, limit=NOW + 42)
        await work.press("b")
        assert "CUSTOMER WILL HEAR YOU" in work.strip
        assert "ends in 00:4" in work.strip.splitlines()[0]


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (Notice("person.changed", {"profile": "qa"}), "your groups changed: your profile is now qa"),
        (Notice("session.nudge", {"seconds": "30"}), "you have spoken for 30 s on end: let the agent talk"),
        (
            Notice("takeover.over_limit", {"limit": "5 min"}),
            "your own call lasts longer than your profile lets it (5 min): hand it back",
        ),
        (
            Notice("petition.approved", {"by": "ben", "deed": "takeover", "limit": "2 min"}),
            "ben allowed it (takeover): within 2 min",
        ),
        (Notice("petition.asked", {"approvers": "@wt-managers"}), "asked for leave: @wt-managers"),
        (Notice("petition.gone"), "there is no such petition"),
        (Notice("draw.chosen"), "your profile leaves it to you whom you hear"),
    ],
)
async def test_what_the_engine_says_of_rules_is_put_into_words(notice: Notice, said: str) -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(notices=(notice,)))
        assert work.last_line == said


async def test_a_policy_that_is_wrong_or_gone_stands_as_an_alarm() -> None:
    wrong = Notice("policy.rejected", {"where": "policy.toml:12", "why": "no such role: led"})
    gone = Notice("policy.gone", {"where": "/etc/whisper-tui/policy.toml"})
    async with at_work(floor(banners=(Banner(wrong, alarm=True), Banner(gone, alarm=True)))) as work:
        assert work.lines[1].strip() == (
            "▲ the policy file is wrong, the one before stays in force: policy.toml:12: no such role: led"
        )
        assert work.lines[2].strip() == f"▲ {sentence(gone)}"
