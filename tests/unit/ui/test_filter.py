"""The filter: what is typed behind `/`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.rows import ANA, BEN, CALLER, CHLOE, NOW
from whisper_tui.engine.rows import CallRow
from whisper_tui.ui.filter import parse

FLOOR = (ANA, BEN, CHLOE, CALLER)


def shown(text: str, *rows: CallRow) -> str:
    names = {ANA.key: "ana", BEN.key: "ben", CHLOE.key: "chloe", CALLER.key: "caller"}
    return " ".join(names[row.key] for row in rows or FLOOR if parse(text).passes(row, NOW))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "ana ben chloe caller"),
        ("   ", "ana ben chloe caller"),
        ("ANA", "ana"),
        ("support", "ana chloe caller"),
        ("support chloe", "chloe"),
        ("queue=sal", "ben"),
        ("QUEUE=support !state=wait", "ana chloe"),
        ("agent=ruiz", "ana"),
        ("agent=PJSIP/1177", "ben"),
        ("caller=0251", "caller"),
        ("dubois", "ana"),
        ("hold", "ben"),
        ("held", "ben"),
        ("!talk", "ben chloe caller"),
        ("talk>5m", "ana"),
        ("talk<5m", "ben"),
        ("!talk>5m", "ben chloe caller"),
        ("wait>30s", "caller"),
        ("wait<30", "ana ben chloe"),
        ("talk>1h", ""),
        ("queue=", "ana ben chloe caller"),
        ("!", "ana ben chloe caller"),
        ("nobody", ""),
    ],
)
def test_rows_pass_that_hold_every_term(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_term_that_cannot_be_read_hides_nothing_and_is_named() -> None:
    assert shown("talk>soon ana") == "ana"
    assert parse("talk>soon wait> ana").unread == ("talk>soon", "wait>")


def test_a_masked_number_cannot_be_found_by_what_is_hidden() -> None:
    assert shown("0612345178", replace(ANA, caller="…5178")) == ""


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_filter(text: str) -> None:
    for row in FLOOR:
        parse(text).passes(row, NOW)
