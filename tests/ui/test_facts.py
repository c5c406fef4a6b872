"""What other systems know of a call, on the screen: beside it, in the filter, as a reason, as a link."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, NOW, floor
from tests.ui.work import Work, at_work
from whisper_tui.config.fact_checks import TAKEN
from whisper_tui.engine.backend import Person
from whisper_tui.engine.rows import FactRow, ListenerBadge, Whose
from whisper_tui.supervision.intents import Listen
from whisper_tui.ui.facts import calls

KNOWING = Person("ana", "red-leads", "PJSIP/2001", enforced=True, facts=("crm", "value"))
GOLD = FactRow("crm", "customer", "Gold [b]x[/b]", link="https://crm.example.com/a?id=Gold")
RICH = FactRow("value", "account value", "12400", 12400.0, alarm=True, link="https://crm.example.com/v/12400")
CALLS = [replace(ANA, facts=(GOLD, RICH)), replace(BEN, facts=(FactRow("value", "account value", "860", 860.0),))]


def shown(work: Work) -> list[str]:
    return [row.agent for row in work.console.desk.sheet.window()]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_what_is_known_stands_beside_the_call_and_an_alarm_in_its_row(size: tuple[int, int]) -> None:
    async with at_work(floor(CALLS), size=size) as work:
        assert any("Ana Ruiz" in line and "▲account" in line for line in work.lines)
        assert "account value: ▲ 12400" in work.text
        await work.press("enter")
        assert any(
            line.startswith(" known      customer: Gold [b]x[/b] · account value: ▲ 12400") for line in work.lines
        )


async def test_whatever_is_known_who_hears_the_call_is_shown_and_that_there_is_more() -> None:
    many = tuple(FactRow(f"f{at}", f"fact {at}", "x" * 60) for at in range(8))
    heard = (ListenerBadge("SIP/99", Whose.FOREIGN, None, NOW),)
    async with at_work(floor([replace(ANA, facts=many, listeners=heard)]), size=(80, 24)) as work:
        await work.press("enter")
        assert "SIP/99 started outside this console" in work.text
        assert any(line.startswith(" recording") for line in work.lines)
        assert any(line.strip().startswith("+") and line.endswith(" more") for line in work.lines)


@pytest.mark.parametrize(
    ("text", "agents"),
    [
        ("crm=gold*", ["Ana Ruiz"]), ("!crm=gold*", ["Ben Okoro"]), ("value>1000", ["Ana Ruiz"]),
        ("value<860.5", ["Ben Okoro"]), ("VALUE~^8", ["Ben Okoro"]), ("crm>5", []), ("860", ["Ben Okoro"]),
    ],
)  # fmt: skip
async def test_the_filter_knows_it_by_its_name(text: str, agents: list[str]) -> None:
    async with at_work(floor(CALLS), person=KNOWING) as work:
        work.console.desk.sheet.set_filter(text, work.console.desk.now)
        assert shown(work) == agents


async def test_a_limit_that_is_no_number_is_said_and_hides_nothing() -> None:
    async with at_work(floor(CALLS), person=KNOWING) as work:
        await work.press("slash", *"value", "greater_than_sign", *"much", "enter")
        assert "value>much: a number" in work.text
        assert len(shown(work)) == 2


def test_no_fact_can_have_the_name_of_a_field() -> None:
    known = calls(lambda _row: False)
    assert {*known.texts, *known.measures, *known.flags} <= TAKEN


async def test_an_alarm_is_a_reason_to_go_there() -> None:
    async with at_work(floor([BEN, CALLS[0]])) as work:
        await work.press("full_stop")
        assert work.backend.asked == [Listen(ANA.key)]
        assert work.last_line.startswith("Ana Ruiz: account value: 12400; talks for")


async def test_the_link_of_an_alarm_is_copied_first_and_without_one_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copied: list[str] = []
    async with at_work(floor(CALLS)) as work:
        monkeypatch.setattr(work.console, "copy_to_clipboard", copied.append)
        await work.press("L")
        assert copied == [RICH.link]
        await work.press("j", "L")
        assert work.last_line == "nothing that is known of this call has a link"
        assert len(copied) == 1


async def test_the_terminal_is_given_a_link_around_the_value_and_nothing_else() -> None:
    async with at_work(floor(CALLS)) as work:
        await work.press("enter")
        detail = work.console.screen.query_one("#detail")
        links = {
            (segment.text, segment.style.link)
            for strip in detail.render_lines(detail.size.region)
            for segment in strip
            if segment.style is not None and segment.style.link
        }
        assert links == {("Gold [b]x[/b]", GOLD.link), ("▲ 12400", RICH.link)}
