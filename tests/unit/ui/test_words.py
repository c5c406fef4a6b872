"""Sentences: everything the program can say is said in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import whisper_tui
from whisper_tui.permissions.explain import explain
from whisper_tui.permissions.policy import Denied
from whisper_tui.terms import Notice
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.sentences import SENTENCES
from whisper_tui.ui.words import fill, keyed, sentence

PACKAGE = Path(whisper_tui.__file__).parent


def names_in(words: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(words) if name}


def notices() -> Iterator[tuple[str, str, set[str] | None]]:
    """(where, code, names of its values or None where only a run could tell) of every Notice that is written out."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Notice":
                where = f"{file.relative_to(PACKAGE)}:{node.lineno}"
                code = node.args[0] if node.args else None
                for choice in (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,):
                    if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                        yield where, choice.value, value_names(node)


def value_names(call: ast.Call) -> set[str] | None:
    if len(call.args) < 2:
        return set()
    values = call.args[1]
    if not isinstance(values, ast.Dict) or not all(isinstance(key, ast.Constant) for key in values.keys):
        return None
    return {str(key.value) for key in values.keys if isinstance(key, ast.Constant)}


@pytest.mark.parametrize(("where", "code", "names"), [pytest.param(*found, id=found[0]) for found in notices()])
def test_every_notice_in_the_program_has_a_sentence_that_its_values_fill(
    where: str, code: str, names: set[str] | None
) -> None:
    assert code in SENTENCES, f"{where} says {code}, which nobody has put into words"
    if names is not None:
        assert names_in(SENTENCES[code]) <= names | DEFAULT.names.keys(), (
            f"{where}: the sentence wants more than it is given"
        )


def test_a_sentence_is_filled_with_its_values() -> None:
    assert sentence(Notice("leg.busy", {"phone": "PJSIP/2001"})) == "your phone PJSIP/2001 is busy"


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"loss": "8.3", "jitter": "48"}, "(8.3 % lost, jitter 48 ms)"),
        ({"round_trip": "400", "mes": "46"}, "(round trip 400 ms, MES 46)"),
    ],
)
def test_of_a_bad_line_is_said_what_is_wrong_with_it(figures: dict[str, str], said: str) -> None:
    assert said in sentence(Notice("quality.bad", {"agent": "Ana", **figures}))


def test_the_keys_that_a_sentence_names_are_those_of_the_person_and_no_value_is_lost_to_them() -> None:
    keys = {**DEFAULT.names, "listen": "L"}
    elsewhere = Notice("session.elsewhere", {"agent": "Ana"})
    assert sentence(keyed(elsewhere, keys)) == "you hear Ana: L here first, then speak"
    refused = Notice("denied.four-eyes", {"approvers": "ben", "limit": "2 min", "glass": "@dpo"})
    assert sentence(keyed(refused, keys)).endswith(" - in an emergency: B")
    how = Notice("raise.how", {"most": "9", "priority": "0", "first": "3", "queue": "vip"})
    assert "3 is enough" in sentence(keyed(how, keys)), "`first` is a deed too"


def test_plain_mode_has_words_of_its_own_for_codes_that_there_are() -> None:
    for code in SENTENCES:
        assert not code.startswith("plain.") or code.removeprefix("plain.") in SENTENCES


def test_a_code_that_nobody_knows_is_shown_as_it_came() -> None:
    assert sentence(Notice("new.thing", {"pbx": "lyon"})) == "new.thing pbx=lyon"


def test_a_value_that_is_missing_leaves_a_gap_and_no_traceback() -> None:
    assert sentence(Notice("leg.busy")) == "your phone … is busy"


def test_a_reason_that_nobody_gave_leaves_no_brackets() -> None:
    assert sentence(Notice("link.lost", {"pbx": "lyon", "error": ""})) == "lyon: the connection was lost, trying again"


def test_braces_in_a_value_are_only_text() -> None:
    assert fill("{agent} left", {"agent": "{phone!r}{0.__class__}"}) == "{phone!r}{0.__class__} left"


def test_a_rule_is_named_with_its_place_and_a_call_that_is_not_there_with_none() -> None:
    rule = Notice(
        "denied.no-right", {"right": "call.barge", "profile": "leads", "where": "/etc/whisper-tui/policy.toml:12"}
    )
    assert sentence(rule) == "your profile does not grant call.barge (policy.toml:12)"
    assert (
        sentence(explain(Denied("out-of-scope", "leads", where="policy.toml:3", hidden=True)))
        == "there is no such call"
    )
