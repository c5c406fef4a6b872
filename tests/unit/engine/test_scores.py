"""Scores beside sessions, on a real log: who may give one, what is kept of it, and how one is corrected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.unit.engine.desk import Desk, at_a_desk
from tests.unit.engine.test_archive import NUMBER, OTHER, bodies, law, session
from tests.unit.engine.test_limits import asked, code
from whisper_tui.audit.access import Shelf
from whisper_tui.audit.history import History, Row
from whisper_tui.audit.records import Kind, Mark, Record, Score
from whisper_tui.audit.sessions import scores_of
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import verify
from whisper_tui.engine.reading import LogEntry
from whisper_tui.engine.scores import score_of
from whisper_tui.permissions.policy import Policy, Scope
from whisper_tui.scorecard import Grade, Item, Scorecard
from whisper_tui.supervision.intents import Answer, Done, GiveScore, Leave, Listen, Refused
from whisper_tui.terms import Notice, Right, SessionId

CARD = Scorecard(
    "Care",
    "d1",
    (Item("greets", "Greets"), Item("verifies", "Verifies", 2, critical=True), Item("listens", "Listens", 3, most=5)),
    (Grade("good", 75),),
)
FULL = (("greets", 1), ("verifies", 1), ("listens", 4))


@asynccontextmanager
async def with_a_card(path: Path, *rows: Record, policy: Policy | None = None) -> AsyncIterator[Desk]:
    with Trail.open(path) as trail:
        for row in rows:
            trail.append(row)
        async with at_a_desk(paper=trail, shelf=Shelf(path), law=policy or law(), scorecard=CARD) as desk:
            yield desk


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    return tmp_path / "trail.db"


async def gives(desk: Desk, ident: str, corrects: int | None = None, **points: int | None) -> Answer:
    return await desk.ask(GiveScore(SessionId(ident), "d1", tuple({**dict(FULL), **points}.items()), corrects))


async def given(desk: Desk, ident: str) -> list[Row]:
    entry = await desk.seat.log_entry(SessionId(ident))
    assert isinstance(entry, LogEntry)
    return scores_of(entry.rows)


async def test_a_score_stands_beside_the_session_with_all_that_gives_it_its_meaning(trail: Path) -> None:
    async with with_a_card(trail) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        live = desk.strip.session
        assert live is not None
        await desk.ask(Leave())
        assert await gives(desk, live, greets=None) == Done()
        (row,) = await given(desk, live)
        assert row.record.score == Score(
            "Care",
            "d1",
            88,
            (Mark("greets", "Greets", 1, 1), Mark("verifies", "Verifies", 2, 1, 1, critical=True),
             Mark("listens", "Listens", 3, 5, 4)),
            "good",
        )  # fmt: skip
        assert row.record.who is not None
        assert (row.record.who.user, row.record.whom is not None, row.record.phone) == ("ana", True, "PJSIP/2001")
    assert verify(trail, ()).broken == ()


async def test_a_correction_is_a_later_version_that_names_the_one_before(trail: Path) -> None:
    async with with_a_card(trail, *session("aa", 10.0)) as desk:
        assert await gives(desk, "aa") == Done()
        (first,) = await given(desk, "aa")
        assert code(await gives(desk, "aa", listens=0)) == "score.meanwhile"
        assert await gives(desk, "aa", corrects=first.seq, verifies=0) == Done()
        _, second = await given(desk, "aa")
        assert second.record.score is not None
        assert (second.record.score.version, second.record.score.corrects) == (2, first.seq)
        assert (second.record.score.percent, second.record.score.failed) == (0, ("verifies",))
        entry = await desk.seat.log_entry(SessionId("aa"))
        assert isinstance(entry, LogEntry)
        assert (entry.session.score, entry.session.grade) == (0, "failed")
    assert verify(trail, ()).broken == ()


async def test_of_two_who_score_at_once_the_second_is_told(trail: Path) -> None:
    async with with_a_card(trail, *session("aa", 10.0)) as desk:
        answers = await asyncio.gather(gives(desk, "aa"), gives(desk, "aa", listens=1))
        assert [isinstance(answer, Done) for answer in answers].count(True) == 1
        assert len(await given(desk, "aa")) == 1


@pytest.mark.parametrize(
    ("points", "why"),
    [
        (FULL[:2], "score.missing"),
        ((*FULL, ("more", 1)), "score.wrong"),
        ((*FULL, ("greets", 0)), "score.wrong"),
        ((*FULL[:2], ("listens", 6)), "score.wrong"),
        ((*FULL[:2], ("listens", -1)), "score.wrong"),
        (tuple((ident, None) for ident, _given in FULL), "score.nothing"),
    ],
)
def test_what_is_not_of_the_card_is_no_score(points: tuple[tuple[str, int | None], ...], why: str) -> None:
    found = score_of(CARD, GiveScore(SessionId("aa"), "d1", points), None)
    assert isinstance(found, Notice)
    assert found.code == why


def test_points_of_another_card_are_no_score() -> None:
    assert score_of(replace(CARD, digest="d2"), GiveScore(SessionId("aa"), "d1", FULL), None) == Notice(
        "score.other_card"
    )


async def test_without_the_right_nothing_is_kept_but_the_attempt(trail: Path) -> None:
    rows = session("aa", 10.0)
    nobody = law(rights=frozenset(Right) - {Right.SCORE_GIVE})
    async with with_a_card(trail, *rows, policy=nobody) as desk:
        why = desk.seat.why_not(GiveScore(SessionId("aa"), "d1"))
        assert why is not None
        assert why.code == "denied.no-right"
        desk.seat.note_dim(GiveScore(SessionId("aa"), "d1"), why)
        refused = await gives(desk, "aa")
        assert isinstance(refused, Refused)
        assert refused.denied
    with History.open(trail) as history:
        assert [row.record.deed for row in history.rows(kinds=[Kind.DENIED])] == ["score", "score"]
        assert history.rows(kinds=[Kind.SCORE]) == []


async def test_where_the_profile_does_not_reach_no_session_is_scored_or_told_of(trail: Path) -> None:
    rows = [*session("aa", 10.0), *session("bb", 20.0, queue="vip-gold")]
    async with with_a_card(trail, *rows, policy=law(deny=Scope(queue=("vip-*",)))) as desk:
        assert await gives(desk, "aa") == Done()
        assert await gives(desk, "bb") == await gives(desk, "zz") == Refused(Notice("log.no_session"))


async def test_a_session_that_may_be_seen_but_not_scored_is_refused_and_no_number_goes_into_the_row(
    trail: Path,
) -> None:
    own = replace(law().profiles[0], name="own", rights=frozenset({Right.LOG_VIEW}), os_users=frozenset({"ana"}))
    vip = replace(law().profiles[0], name="vip", scope=Scope(queue=("vip-*",)))
    async with with_a_card(trail, *session("aa", 10.0), policy=Policy((own, vip), "digest")) as desk:
        refused = await gives(desk, "aa")
        assert isinstance(refused, Refused)
        assert refused.denied
    with History.open(trail) as history:
        (row,) = history.rows(kinds=[Kind.DENIED])
        assert (row.record.deed, row.record.call and row.record.call.caller) == ("score", "")
    assert NUMBER.encode() not in b"".join(body for _seq, body in bodies(trail) if isinstance(body, bytes))


async def test_without_a_card_or_a_log_nothing_is_scored(trail: Path) -> None:
    async with at_a_desk(law=law(), scorecard=CARD) as desk:
        assert code(await gives(desk, "aa")) == "log.none"
    with Trail.open(trail) as paper:
        async with at_a_desk(paper=paper, shelf=Shelf(trail), law=law()) as desk:
            assert code(await gives(desk, "aa")) == "score.no_card"


async def test_somebody_elses_score_is_named_and_corrected_by_whoever_may_see_it(trail: Path) -> None:
    score = Score("Old card", "d0", 40, (Mark("x", "Another", 1, 1, 1),))
    rows = session("aa", 10.0)
    theirs = replace_row(rows[-1], score)
    async with with_a_card(trail, *rows, theirs) as desk:
        (row,) = await given(desk, "aa")
        assert row.record.who == OTHER
        assert await gives(desk, "aa", corrects=row.seq) == Done()
        assert [each.record.score and each.record.score.version for each in await given(desk, "aa")] == [1, 2]


def replace_row(row: Record, score: Score) -> Record:
    return structs.replace(row, kind=Kind.SCORE, score=score, seconds=None, audible=None, cause="")
