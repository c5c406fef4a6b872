"""Why an answer is what it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.unit.permissions.strategies import PARIS
from tests.unit.permissions.test_parse import FIXTURES, read
from whisper_tui.permissions.decide import grants_of
from whisper_tui.permissions.policy import Allowed, CallFacts, Denied
from whisper_tui.permissions.trace import Says, Trace, trace
from whisper_tui.terms import Right, Subject

TEXT = (FIXTURES / "whole.toml").read_text()
LEAD = Subject("", -1, frozenset({"wt-red"}))
DAY = datetime(2026, 11, 23, 10, 0, tzinfo=PARIS)
CALL = CallFacts("", "sales-north", "PJSIP/1001")


def why(right: Right, call: CallFacts = CALL, now: datetime = DAY) -> Trace:
    grants = grants_of(LEAD, read(TEXT))
    return trace(grants, right, call, now, grants.own_phone)


def lines(found: Trace, *says: Says) -> list[tuple[str, str, str]]:
    """(text of the line in the file, key, value)."""
    written = TEXT.splitlines()
    return [
        (written[int(each.where.rpartition(":")[2]) - 1].split(" ")[0], each.key, each.value)
        for each in found.lines
        if each.says in says
    ]


def test_the_lines_that_grant_are_those_of_the_role_that_has_the_right() -> None:
    found = why(Right.BARGE)
    assert isinstance(found.answer, Allowed)
    assert lines(found, Says.GRANTS) == [("can", "call.barge", "")]
    assert lines(found, Says.REACHES) == [
        ("scope", "scope.queue", "sales-north"),
        ("scope", "scope.team", "red"),
        ("scope", "scope.location", "lyon"),
    ]
    assert lines(found, Says.OPEN) == [("when", "when", "")]
    assert lines(found, Says.DENIES, Says.REACHES_NOT, Says.CLOSED, Says.GRANTS_NOT) == []
    assert [each.rule for each in found.conditions] == [
        "sessions", "quota", "listen-first", "reason", "max", "max-session", "coach-budget"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "key", "value"),
    [
        (CallFacts("", "vip-gold", "PJSIP/1001"), "deny.queue", "vip-gold"),
        (CallFacts("", "support", "PJSIP/1099"), "deny.agent", "PJSIP/1099"),
        (CallFacts("", "support", "PJSIP/1001", peer="PJSIP/1099"), "deny.agent", "PJSIP/1099"),
        (
            CallFacts("", "support", "PJSIP/1001", tags=frozenset({"vip", "works-council"})),
            "deny.tags",
            "vip, works-council",
        ),
        (CallFacts("", None, "PJSIP/1001"), "deny.queue", ""),
    ],
)
def test_the_key_that_denies_is_named_with_what_it_was_held_against(call: CallFacts, key: str, value: str) -> None:
    found = why(Right.LISTEN, call)
    assert isinstance(found.answer, Denied)
    assert lines(found, Says.DENIES) == [("deny", key, value)]


def test_what_is_not_reached_not_open_and_not_granted_is_said() -> None:
    assert lines(why(Right.LISTEN, CallFacts("", "support", "PJSIP/2001")), Says.REACHES_NOT) == [
        ("scope", "scope.team", ""),
        ("scope", "scope.location", ""),
    ]
    assert lines(why(Right.LISTEN, now=datetime(2026, 11, 22, tzinfo=UTC)), Says.CLOSED) == [("when", "when", "")]
    takeover = why(Right.TAKEOVER)
    assert lines(takeover, Says.GRANTS_NOT) == [("roles", "call.takeover", "")]
    assert takeover.conditions == ()


def test_who_may_not_listen_may_nothing_else_and_is_told_that() -> None:
    text = (
        '[roles.m]\ncan = ["floor.view", "call.takeover"]\n[[profile]]\nname = "m"\nos_users = ["ana"]\nroles = ["m"]\n'
    )
    grants = grants_of(Subject("ana", 1000), read(text))
    answer = trace(grants, Right.TAKEOVER, CALL, DAY, "").answer
    assert isinstance(answer, Denied)
    assert (answer.rule, answer.detail) == ("no-right", "call.listen")
