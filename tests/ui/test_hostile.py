"""Names that a stranger chose, and terminals of every size."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, PBX, floor, glass, key, link, petition, petitions, queue, spy, strip
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Phase, StripView, ViewChanges
from whisper_tui.engine.rows import Whose
from whisper_tui.supervision.intents import Barge, Listen, PetitionId, TakeOver, Whom
from whisper_tui.terms import LinkState, Mode, Notice, Uniqueid
from whisper_tui.ui.inks import width_of

NAMES = [
    "[/]",
    "[bold red]x[/bold red][@click=app.quit]y[/]",
    "\x1b[31mred\x1b[2J\x1b]0;title\x07",
    "a\r\nb\tc\x00d",
    "\u202egnorts\u2066x",
    "株式会社サンプル" * 20,
    "e\u0301" * 80,
    "🙂👨‍👩‍👧🇫🇷",
    "{0.__class__}{agent}%s",
    "x" * 10_000,
    " ",
]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (41, 11), (19, 4)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_name_is_only_text_wherever_it_is_shown(size: tuple[int, int]) -> None:
    rows = [
        replace(ANA, key=key(number), agent=name, caller=name, caller_name=name, queue=name, agent_device=name)
        for number, name in enumerate(NAMES)
    ]
    async with at_work(floor(rows, [queue(name) for name in NAMES]), size=size) as work:
        for number, row in enumerate(rows):
            notices = (Notice("link.lost", {"pbx": row.agent, "error": row.caller}),)
            await work.happens(ViewChanges(strip=strip(row, Mode.WHISPER), notices=notices))
            work.console.desk.sheet.go_to(row.key)
            await work.press(("b", "enter", "escape", "question_mark")[number % 4])
            drawn(work, size)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (41, 11), (19, 4)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_name_is_only_text_in_questions_and_among_the_sessions(size: tuple[int, int]) -> None:
    rows = [
        replace(ANA, key=key(number), agent=name, caller=name, queue=name, agent_device=f"PJSIP/{name}")
        for number, name in enumerate(NAMES)
    ]
    listeners = {
        (PBX, Uniqueid(str(number))): replace(
            spy(name, Whose.FOREIGN, None, rows[number]), spyer=Uniqueid(str(number)), queue=name, caller=name
        )
        for number, name in enumerate(NAMES)
    }
    async with at_work(floor(rows, [queue(name) for name in NAMES], spies=listeners), size=size) as work:
        for row in rows:
            for mode, pressed in ((Mode.SILENT, ("T", "x")), (Mode.TAKEOVER, ("H", "x")), (Mode.TAKEOVER, ("x",))):
                await work.happens(ViewChanges(strip=strip(row, mode, following=Whom.AGENT)))
                work.console.desk.sheet.go_to(row.key)
                await work.press(*pressed)
                drawn(work, size)
                await work.press("escape")
        await work.press("v", "s", "j", "j")
        drawn(work, size)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (41, 14), (19, 4)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_name_and_a_reason_are_only_text_in_what_others_ask_for(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        for number, name in enumerate(NAMES):
            asked = petition(ANA, by=name, agent=name, queue=name, caller=name, reason=name)
            mine = replace(asked, ident=PetitionId("p-9"), mine=True, approved=name if number % 2 else "")
            broken = glass(ANA, by=name, agent=name, queue=name, rule=name, reason=name)
            await work.happens(ViewChanges(petitions=petitions(asked, mine), glass={"g-1": broken}))
            drawn(work, size)
            await work.wind(1)
            await work.press("A")
            drawn(work, size)
            await work.press("escape")
            work.backend.refusals[TakeOver] = Notice("denied.four-eyes", {"approvers": name, "limit": name})
            work.backend.refusals[Barge] = Notice("denied.reason", {"codes": f"{name}, {name}x"})
            work.backend.refusals[Listen] = Notice("denied.hours", {"opens": name, "glass": name})
            for pressed in ("T", "b", "l", "B"):
                await work.press(pressed)
                drawn(work, size)
                await work.press("escape")


def drawn(work: Work, size: tuple[int, int]) -> None:
    """Each line is exactly as wide as the terminal."""
    for line in work.console.screen._compositor.render_strips():
        assert width_of(line.text) == line.cell_length == size[0]
        assert line.text.isprintable()


SIZES = [
    (1, 1),
    (2, 2),
    (5, 1),
    (1, 50),
    (20, 5),
    (39, 40),
    (40, 10),
    (60, 12),
    (79, 23),
    (109, 30),
    (110, 30),
    (500, 200),
]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_terminal_shows_the_mode_and_lets_its_person_leave(size: tuple[int, int]) -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER)), size=size) as work:
        await work.press("j", "enter", "b", "escape", "question_mark", "escape", "k", "T", "escape", "v", "s", "escape")
        assert ("WHISPER" if size[0] >= len("WHISPER") else "●WHISPER"[: size[0]]) in work.text
        await work.press("x")
        assert type(work.backend.asked[-1]).__name__ == "Leave"


async def test_a_terminal_can_be_resized_at_any_time() -> None:
    async with at_work(floor(strip=strip(ANA)), size=(120, 40)) as work:
        for size in ((80, 24), (20, 5), (1, 1), (200, 60), (80, 24)):
            await work.pilot.resize_terminal(*size)
            await work.wind(0.2)
            assert len(work.lines) == size[1]
        assert "SILENT" in work.strip
        assert "Ana Ruiz" in work.text


async def test_a_floor_of_thousands_is_drawn_as_one_of_ten() -> None:
    rows = [replace(ANA, key=ANA.key._replace(uniqueid=f"1.{number}"), agent=f"A{number}") for number in range(5000)]  # type: ignore[arg-type]
    async with at_work(floor(rows), size=(80, 24)) as work:
        await work.press("G", "ctrl+u", "g", "j")
        assert "of 5000" in work.text


async def test_everything_may_vanish_and_come_back() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.BARGE))) as work:
        view = work.backend.view()
        await work.happens(
            ViewChanges(
                calls=dict.fromkeys(view.calls),
                queues=dict.fromkeys(view.queues),
                links={PBX: link(LinkState.CONNECTING)},
                strip=StripView(Phase.NONE),
            )
        )
        await work.press("j", "l", "enter", "G")
        await work.happens(ViewChanges(calls=view.calls, queues=view.queues, links={PBX: link()}))
        assert "Ben Okoro" in work.text
