"""How long callers may wait in which queue."""

from __future__ import annotations

from whisper_tui.engine.patience import Patience
from whisper_tui.engine.rows import Limits

VIP, SALES, ALL = Limits(5, 10, bell=True), Limits(warn=30), Limits(60, 120)


def test_a_queues_own_name_goes_before_any_pattern_and_the_first_pattern_before_the_others() -> None:
    patience = Patience({"*": ALL, "sales-*": SALES, "sales-vip": VIP})
    assert patience.of("sales-vip", 20) is VIP
    assert patience.of("sales-north", 20) is ALL
    patience = Patience({"sales-*": SALES, "*": ALL})
    assert patience.of("sales-north", 20).warn == 30


def test_where_nothing_is_said_a_caller_is_late_from_the_service_level_on() -> None:
    assert Patience().of("support", 20) == Limits(late=20)
    assert Patience({"support": SALES}).of("support", 45) == Limits(30, 45)
    assert Patience().of("support", 0) == Limits()
