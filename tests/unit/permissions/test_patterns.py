"""A name of the PBX as a pattern."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.permissions.strategies import few
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.patterns import exactly, exactly_device, in_one_form
from whisper_tui.permissions.reach import any_of
from whisper_tui.permissions.samples import instance

SIGNS = "ab !*?[]^-\\\"'#,{e\u0301\u212b\u1100\u1161\xa0\ufffd/"
"""Blanks, globs and quotes, and signs that flow together or that NFC replaces."""

anything = st.text(st.sampled_from(SIGNS) | st.characters(codec="utf-8"), min_size=1)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("support", "support"),
        ("vip*", "vip[*]"),
        ("a[b]?", "a[[]b][?]"),
        (" sales ", "[ ]sales[ ]"),
        ("none", "[n]one"),
        ("*", "[*]"),
        ("!x", "!x"),
        ("Caf\xe9", "Caf\xe9"),
        ("Cafe\u0301", "[C][a][f][e][\u0301]"),
        ("\u212b", "?"),
    ],
)
def test_a_queue_is_written_as_a_pattern_of_itself(name: str, pattern: str) -> None:
    assert exactly(name) == pattern


@pytest.mark.parametrize(
    ("device", "pattern"),
    [
        ("PJSIP/1001", "PJSIP/1001"),
        ("Local/1001@from-queue/n", "Local/1001@from-queue/n"),
        ("pjsip/1001", "[p]jsip/1001"),
        ("1001", "[1]001"),
        ("!", "[]!]"),
        ("Local/*72@x/n", "Local/[*]72@x/n"),
    ],
)
def test_a_phone_is_written_as_a_pattern_of_itself(device: str, pattern: str) -> None:
    assert exactly_device(device) == pattern


@few
@given(anything)
def test_any_name_is_matched_by_its_pattern_which_a_policy_takes(name: str) -> None:
    for key, pattern in (("queue", exactly(name)), ("agent", exactly_device(name))):
        assert in_one_form(pattern) == pattern
        assert any_of([pattern]).match(name)
        entry = {"match": pattern}
        parse({"attributes": {key: [entry]}}, "", "policy.toml")
        profile = {"name": "a", "os_users": ["a"], "scope": {key: [pattern]}, "deny": {key: [pattern]}}
        parse({"profile": [profile]}, "", "policy.toml")


@few
@given(anything, anything)
def test_no_other_name_is_matched(name: str, other: str) -> None:
    assume(name != other)
    assume(unicodedata.is_normalized("NFC", name))
    assert not any_of([exactly(name)]).match(other)
    assert instance(exactly(name)) == name
    assert name.startswith("!") or not any_of([exactly_device(name)]).match(other)
