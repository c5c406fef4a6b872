"""The filter: what is typed behind `/`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, CHLOE, NOW
from whisper_tui.engine.rows import CallRow
from whisper_tui.ui import facts
from whisper_tui.ui.filter import Filter, exactly, parse

FLOOR = (ANA, BEN, CHLOE, CALLER)
CALLS = facts.calls(lambda row: row.key == BEN.key)
"""Ben is paused."""


def filtered(text: str) -> Filter[CallRow]:
    return parse(text, CALLS)


def shown(text: str, *rows: CallRow) -> str:
    names = {ANA.key: "ana", BEN.key: "ben", CHLOE.key: "chloe", CALLER.key: "caller"}
    return " ".join(names[row.key] for row in rows or FLOOR if filtered(text).passes(row, NOW))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "ana ben chloe caller"),
        ("   ", "ana ben chloe caller"),
        ("ANA", "ana"),
        ("support", "ana chloe caller"),
        ("support chloe", "chloe"),
        ('"ana ruiz"', "ana"),
        ('"ana  ruiz"', ""),
        ("queue=sales", "ben"),
        ("queue=sal", ""),
        ("queue=sal*", "ben"),
        ("queue=*al*", "ben"),
        ("queue=*s*s", "ben"),
        ('queue="sal*"', ""),
        ("queue!=sales", "ana chloe caller"),
        ("QUEUE=support !state=wait", "ana chloe"),
        ("agent=ruiz", ""),
        ('agent="ana ruiz"', "ana"),
        ("agent=ana*", "ana"),
        ("agent=PJSIP/1177", "ben"),
        ("agent=1177", "ben"),
        ("agent~^an", "ana"),
        ("agent~an", "ana"),
        ("agent~^(ana|ben)", "ana ben"),
        ("!agent~^an", "ben chloe caller"),
        ("agent!~^an", "ben chloe caller"),
        ("~0151$", "caller"),
        ("caller~0251", "caller"),
        ("dubois", "ana"),
        ("hold", "ben"),
        ("held", "ben"),
        ("!talk", "ben chloe caller"),
        ("talk>5m", "ana"),
        ("talk<5m", "ben"),
        ("talk>=391", "ana"),
        ("talk>391", ""),
        ("talk<=391", "ana ben"),
        ("!talk>5m", "ben chloe caller"),
        ("wait>30s", "caller"),
        ("wait<30", "ana ben chloe"),
        ("talk>1h", ""),
        ("priority>=10", "caller"),
        ("paused", "ben"),
        ("!PAUSED", "ana chloe caller"),
        ("queue=support talk>5m !paused", "ana"),
        ("queue=", "ana ben chloe caller"),
        ("agent~", "ana ben chloe caller"),
        ("!", "ana ben chloe caller"),
        ("~", "ana ben chloe caller"),
        ('"', "ana ben chloe caller"),
        ("nobody", ""),
    ],
)
def test_rows_pass_that_hold_every_term(text: str, expected: str) -> None:
    if text == "~0151$":
        assert shown(text, replace(CALLER, caller="…0151"), ANA) == expected
    elif text == "caller~0251":
        assert shown(text, replace(CALLER, caller="0251"), ANA) == expected
    else:
        assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "term"),
    [
        ("talk>soon ana", "filter.span", "talk>soon"),
        ("wait> ana", "filter.span", "wait>"),
        ("colour=red ana", "filter.field", "colour=red"),
        ("queue>3 ana", "filter.field", "queue>3"),
        ("agent~[ ana", "filter.pattern", "agent~["),
        ("agent~(a+)+ ana", "filter.pattern", "agent~(a+)+"),
    ],
)
def test_a_term_that_cannot_be_read_hides_nothing_and_it_is_said_why(text: str, code: str, term: str) -> None:
    assert shown(text) == "ana"
    (wrong,) = filtered(text).wrong
    assert (wrong.code, wrong.values["term"]) == (code, term)


def test_a_masked_number_cannot_be_found_by_what_is_hidden() -> None:
    masked = replace(ANA, caller="…5178")
    for text in ("0612345178", "caller=0612345178", "caller=061234*", "caller~0612", "~^06"):
        assert shown(text, masked) == ""


@given(st.text(alphabet='ab*" =~', max_size=12))
def test_what_is_looked_for_exactly_is_found_whatever_signs_it_has(name: str) -> None:
    name = name.strip()
    if name:
        assert filtered(exactly("queue", name)).passes(replace(ANA, queue=name), NOW)
        assert not filtered(exactly("queue", name)).passes(replace(ANA, queue=f"{name}x"), NOW)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_filter(text: str) -> None:
    for row in FLOOR:
        filtered(text).passes(row, NOW)


@given(st.text(alphabet="ab(|)[]*+?{},.\\^$~!2 ", max_size=30))
def test_whatever_pattern_is_typed_is_a_filter(text: str) -> None:
    for row in FLOOR:
        filtered(f"agent~{text}").passes(row, NOW)
