"""Where `*` and `.` go."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, NOW, strip, talking
from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.engine.rows import CallRow, HandRow
from whisper_tui.supervision.intents import Intent, Listen
from whisper_tui.terms import Mode, Notice
from whisper_tui.ui import surf
from whisper_tui.ui.sheet import Sheet
from whisper_tui.ui.surf import Found, Place

NONE = StripView(Phase.NONE)


def place(*rows: CallRow, view: StripView = NONE, forbidden: tuple[CallRow, ...] = ()) -> Place:
    sheet = Sheet()
    sheet.replace({row.key: row for row in rows}, NOW)

    def why_not(intent: Intent) -> Notice | None:
        assert isinstance(intent, Listen)
        return Notice("denied.out-of-scope") if intent.call in {row.key for row in forbidden} else None

    return Place(sheet, view, NOW, why_not)


def code(found: Found | Notice) -> str:
    assert isinstance(found, Notice)
    return found.code


def test_from_the_cursor_the_next_one_and_at_last_the_one_under_it() -> None:
    assert surf.next_call(place(ANA, BEN)) == Found(BEN.key)
    assert surf.next_call(place(ANA, CALLER)) == Found(ANA.key)


def test_a_call_that_ended_under_the_cursor_is_followed_by_the_one_that_took_its_place() -> None:
    here = place(ANA, BEN, talking(9, "Zoë", talked=5))
    here.sheet.apply({ANA.key: None}, NOW)
    assert surf.next_call(here) == Found(BEN.key)


def test_what_is_forbidden_or_cannot_be_heard_is_passed_over() -> None:
    deaf = replace(BEN, can_be_heard=False)
    zoe = talking(9, "Zoë", talked=5)
    assert surf.next_call(place(ANA, deaf, zoe)) == Found(zoe.key)
    assert surf.next_call(place(ANA, BEN, zoe, forbidden=(BEN,))) == Found(zoe.key)
    assert code(surf.next_call(place(ANA, BEN, forbidden=(ANA, BEN)))) == "denied.out-of-scope"
    assert code(surf.next_call(place(CALLER))) == "surf.none"


def test_the_call_with_the_most_points_needs_somebody_and_the_weightiest_reasons_are_said() -> None:
    waited = replace(BEN, waited=90.0)
    found = surf.needed(place(ANA, waited))
    why = "waited 01:30; on hold 00:20; talks for 03:02"
    assert found == Found(BEN.key, Notice("surf.needs", {"agent": "Ben Okoro", "why": why}))
    asks = replace(ANA, hand=HandRow(NOW - 65))
    found = surf.needed(place(asks, waited))
    why = "hand raised for 01:05; talks for 06:31; waited 00:12"
    assert found == Found(ANA.key, Notice("surf.needs", {"agent": "Ana Ruiz", "why": why}))


def test_a_call_that_needs_somebody_is_passed_over_where_it_may_not_be_heard() -> None:
    asks = replace(ANA, hand=HandRow(NOW - 65))
    found = surf.needed(place(asks, BEN, forbidden=(asks,)))
    assert isinstance(found, Found)
    assert found.call == BEN.key


def test_the_only_call_is_not_proposed_to_who_hears_it() -> None:
    for find in (surf.next_call, surf.needed):
        assert code(find(place(ANA, BEN, view=strip(ANA), forbidden=(BEN,)))) == "surf.only"


@pytest.mark.parametrize("phase", list(Phase))
def test_nobody_goes_elsewhere_while_something_is_on_its_way(phase: Phase) -> None:
    found = surf.next_call(place(ANA, BEN, view=replace(strip(ANA), phase=phase)))
    if phase in (Phase.NONE, Phase.IDLE, Phase.ON):
        assert found == Found(BEN.key)
    else:
        assert code(found) == "busy.asking"


def test_a_customer_of_ones_own_is_not_left_by_a_key_that_looks_for_calls() -> None:
    assert code(surf.next_call(place(ANA, BEN, view=strip(ANA, Mode.TAKEOVER)))) == "takeover.own_call"
