"""What passes to a screen: numbers are masked before, so nothing on the way can leak them."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from tests.fakes.clock import WoundClock
from whisper_tui.engine.line import Line
from whisper_tui.engine.rows import CallRow
from whisper_tui.engine.views import Sight
from whisper_tui.floor.model import Call, Floor
from whisper_tui.permissions.decide import grants_of
from whisper_tui.permissions.policy import Numbers, Policy, Profile
from whisper_tui.terms import CallState, Pbx, Right, Subject, Uniqueid
from whisper_tui.ui import facts
from whisper_tui.ui.filter import parse

PBX = Pbx("main")
callers = st.from_regex(r"\+?[0-9]{7,15}", fullmatch=True)

FACTS = facts.calls(lambda _row: False)


def row(number: str, name: str, numbers: Numbers) -> CallRow:
    """The row of a call by somebody who sends `number` and `name`."""
    viewer = Profile("leads", frozenset({Right.FLOOR_VIEW}), os_users=frozenset({"ana"}), numbers=numbers)
    sight = Sight(grants_of(Subject("ana", 1000), Policy((viewer,), "")), WoundClock(), "0" * 8)
    call = Call(Uniqueid("a.b"), "support", CallState.TALKING, number, name, 0.0, "PJSIP/x", Uniqueid("a.c"))
    seen = sight.call(cast(Line, SimpleNamespace(pbx=PBX, floor=Floor(PBX))), call, None)
    assert seen is not None
    return seen


@settings(max_examples=50, deadline=None)
@given(callers, st.sampled_from([Numbers.LAST4, Numbers.NONE]))
def test_no_part_of_a_row_holds_more_of_a_number_than_the_profile_shows(number: str, numbers: Numbers) -> None:
    digits, most = number.lstrip("+"), 4 if numbers is Numbers.LAST4 else 0
    for name in (number, " ".join(digits), f"Tel {digits}"):
        for value in asdict(row(number, name, numbers)).values():
            kept = re.sub(r"\D", "", value) if isinstance(value, str) else ""
            assert len(kept) <= most
            assert digits.endswith(kept)


@settings(max_examples=50, deadline=None)
@given(callers, st.sampled_from(["", "caller=", "!"]))
def test_a_filter_finds_nobody_by_digits_that_are_hidden(number: str, key: str) -> None:
    hidden = number.lstrip("+")[:-4]
    for numbers in (Numbers.LAST4, Numbers.NONE):
        masked = row(number, number, numbers)
        shown = re.sub(r"\D", "", masked.caller)
        if hidden not in shown:
            assert parse(f"{key}{hidden}", FACTS).passes(masked, 0.0) is (key == "!")


@pytest.mark.parametrize("numbers", Numbers)
def test_rows_are_sorted_by_what_is_shown_of_a_number(numbers: Numbers) -> None:
    alike = {row(number, "", numbers).caller for number in ("+33155550142", "+44155550142")}
    assert len(alike) == (2 if numbers is Numbers.FULL else 1)
