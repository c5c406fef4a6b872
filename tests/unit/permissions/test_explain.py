"""What is said about a denial, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime
from string import Formatter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.permissions.strategies import Asked, few, policies, questions
from whisper_tui.permissions.decide import decide
from whisper_tui.permissions.explain import NO_SUCH_CALL, explain
from whisper_tui.permissions.policy import RULES, CallFacts, Denied, Policy, Profile, Scope
from whisper_tui.terms import Notice, Right, Subject
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.sentences import SENTENCES
from whisper_tui.ui.words import sentence

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SEES = frozenset({Right.FLOOR_VIEW})


def told(*profiles: Profile, right: Right, queue: str = "support", phone: str = "PJSIP/9") -> Notice:
    policy = Policy(profiles, "digest", "policy.toml")
    answer = decide(Subject("ana", 1000), right, CallFacts("main", queue, "PJSIP/1001"), NOW, policy, phone)
    assert isinstance(answer, Denied)
    return explain(answer)


def profile(rights: frozenset[Right], name: str = "red", **limits: object) -> Profile:
    return Profile(name, rights, os_users=frozenset({"ana"}), line=7, **limits)  # type: ignore[arg-type]


def test_a_missing_right_is_named() -> None:
    assert told(profile(SEES), right=Right.BARGE) == Notice("denied.no-right", {"right": "call.barge"})


def test_a_rule_is_named_with_its_profile_and_line() -> None:
    wide = profile(SEES, "wide")
    narrow = profile(frozenset({Right.LISTEN}), "narrow", scope=Scope(queue=("sales",)))
    assert told(wide, narrow, right=Right.LISTEN) == Notice(
        "denied.out-of-scope", {"profile": "narrow", "where": "policy.toml:7", "right": "call.listen"}
    )


def test_a_phone_that_may_not_ring_is_named() -> None:
    held = profile(SEES | {Right.LISTEN}, phones=frozenset({"PJSIP/2001"}))
    assert told(held, right=Right.LISTEN) == Notice(
        "denied.phone", {"profile": "red", "where": "policy.toml:7", "phone": "PJSIP/9"}
    )


def test_without_a_policy_the_command_that_writes_one_is_named() -> None:
    assert explain(Denied("no-policy")) == Notice("denied.no-policy", {"command": "whisper-tui init"})


def test_a_call_out_of_sight_is_answered_as_one_that_does_not_exist() -> None:
    """Whatever hides it: the scope, a deny, no profile at all, or a right that the person lacks besides."""
    everything = frozenset(Right)
    answers = [
        told(profile(everything, scope=Scope(queue=("sales",))), right=Right.LISTEN),
        told(profile(SEES, scope=Scope(queue=("sales",))), right=Right.BARGE),
        told(profile(everything, deny=Scope(queue=("supp*",))), right=Right.LISTEN),
        told(profile(everything, deny=Scope(queue=("supp*",)), phones=frozenset({"PJSIP/1"})), right=Right.FLOOR_VIEW),
        told(profile(frozenset({Right.LISTEN})), right=Right.BARGE),
        told(right=Right.LISTEN),
    ]
    assert answers == [NO_SUCH_CALL] * len(answers)
    assert Notice("denied.no-such-call") == NO_SUCH_CALL


@few
@given(policies, questions)
def test_every_refusal_is_put_into_words_that_it_has_the_values_for(policy: Policy, asked: Asked) -> None:
    answer = asked.of(policy)
    if isinstance(answer, Denied):
        for each in (answer, replace(answer, hidden=False)):
            notice = explain(each)
            wanted = {name for _, name, _, _ in Formatter().parse(SENTENCES[notice.code]) if name}
            assert wanted - {*notice.values} <= {
                "phone",
                *DEFAULT.names,
            }  # which nobody named, and keys, which the screen fills in


def test_every_rule_has_its_words() -> None:
    assert {f"denied.{rule}" for rule in RULES} <= set(SENTENCES)


def test_what_would_make_it_pass_is_said() -> None:
    assert sentence(explain(Denied("listen-first", more={"seconds": "6"}))) == "keep listening 6 s more"
    assert (
        sentence(explain(Denied("reason", more={"codes": "training, quality"}))) == "say why first (training, quality)"
    )
    assert sentence(explain(Denied("reason", more={"codes": ""}))) == "say why first"


@given(st.text(), st.text(), st.text())
def test_a_hidden_call_gives_nothing_away(rule: str, profile: str, where: str) -> None:
    assert explain(Denied(rule, profile, "x", where=where, hidden=True)) == NO_SUCH_CALL
