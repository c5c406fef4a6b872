"""What other systems know of calls, as a supervisor is shown it: alarms, links, and what a profile does not let be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import Desk, at_a_desk
from whisper_tui.config.fact_checks import is_address
from whisper_tui.engine.facts import FactRule, FactRules, number_of
from whisper_tui.engine.rows import FactRow
from whisper_tui.floor.model import Heeds
from whisper_tui.permissions.policy import Numbers, Policy, Profile
from whisper_tui.supervision.intents import Reveal
from whisper_tui.terms import Right
from whisper_tui.ui.inks import Linked, linked

LINK = "https://crm.example.com/a?id={value}"
RULES = FactRules(
    [
        FactRule("crm", "customer", "crmfact", "account", link=LINK),
        FactRule("value", "account value", "crmfact", "value", is_number=True, alarm=(">", "1000")),
        FactRule("mood", "mood", "crmfact", "mood", alarm=("=", ""), private=False),
    ]
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", 1200.0),
        ("€ 12.50", 12.5),
        ("-3", -3.0),
        ("900 EUR", 900.0),
        ("1,200", None),
        ("many", None),
        ("", None),
    ],
)
def test_a_number_is_read_with_its_money_and_nothing_else_is_one(text: str, number: float | None) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("alarm", "text", "is_one"),
    [
        ((">", "1000"), "1000", False), ((">", "1000"), "1000.5", True), (("<", "3"), "2", True), (("<", "3"), "?", False),
        (("=", "churn"), "Churn", True), (("=", "churn"), "churning", False), (("=", ""), "angry", True),
        (("=", ""), "No", False), (None, "churn", False),
    ],
)  # fmt: skip
def test_when_it_is_an_alarm(alarm: tuple[str, str] | None, text: str, is_one: bool) -> None:
    rules = FactRules([FactRule("f", "f", "e", "h", is_number=True, alarm=alarm)])
    (row,) = rules.rows({"f": text}, whole=True)
    assert row.alarm is is_one


@given(st.text(min_size=1, max_size=64))
def test_a_value_changes_nothing_of_a_link_but_what_stands_in_its_place(text: str) -> None:
    rules = FactRules([FactRule("f", "f", "e", "h", link=LINK)])
    try:
        (row,) = rules.rows({"f": text}, whole=True)
    except UnicodeEncodeError:  # half a pair: no text from the wire has one
        return
    assert row.link == "" or row.link.startswith("https://crm.example.com/a?id=")
    if row.link:
        assert row.link[29:].isascii()
        assert not set(row.link[29:]) & set("&?#/\\ \x1b\x07\x00")
        assert isinstance(linked("x", row.link), Linked)


@pytest.mark.parametrize(
    ("link", "good"),
    [
        (LINK, True),
        ("http://crm/{value}", True),
        ("https://crm.example.com/", False),
        ("https://{value}.example.com/", False),
        ("https://crm.example.com:{value}/", False),
        ("https://ana:{value}@crm.example.com/", False),
        ("https://crm.example.com/{value}/{value}", False),
        ("https://crm.example.com/{name}/{value}", False),
        ("javascript:alert({value})", False),
        ("https:///{value}", False),
        ("https://crm.example.com/\x1b{value}", False),
        ("https://crm.example.com/a b{value}", False),
    ],
)
def test_an_address_keeps_the_value_behind_its_host(link: str, good: bool) -> None:
    assert is_address(link) is good


def policy(numbers: Numbers) -> Policy:
    rights = frozenset({Right.FLOOR_VIEW, Right.NUMBER_FULL})
    return Policy((Profile("leads", rights, os_users=frozenset({"ana"}), numbers=numbers),), "digest")


async def facts(desk: Desk, number: str = "1200") -> tuple[FactRow, ...]:
    call = await desk.call()
    told = (("account", "A 17"), ("value", number), ("mood", "angry"))
    desk.pbx.says("crmfact", *told, uniqueid=call.uniqueid)
    await settle()
    return desk.seat.view().calls[call].facts


async def test_who_sees_numbers_whole_sees_what_is_known_with_its_link() -> None:
    heeds = Heeds(fact_events=RULES.events())
    async with at_a_desk(FakePbx(), law=policy(Numbers.FULL), heeds=heeds, facts=RULES) as desk:
        assert await facts(desk) == (
            FactRow("crm", "customer", "A 17", link="https://crm.example.com/a?id=A%2017"),
            FactRow("value", "account value", "1200", 1200.0, alarm=True),
            FactRow("mood", "mood", "angry", alarm=True),
        )


async def test_who_does_not_sees_what_is_not_private_and_the_rest_while_a_number_is_revealed() -> None:
    heeds = Heeds(fact_events=RULES.events())
    async with at_a_desk(FakePbx(), law=policy(Numbers.LAST4), heeds=heeds, facts=RULES) as desk:
        assert [fact.name for fact in await facts(desk)] == ["mood"]
        (call,) = desk.seat.view().calls
        await desk.ask(Reveal(call))
        assert [fact.name for fact in desk.seat.view().calls[call].facts] == ["crm", "value", "mood"]
