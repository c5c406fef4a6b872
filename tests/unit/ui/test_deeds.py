"""The registry of keys."""

from __future__ import annotations

from collections import Counter

from whisper_tui.ui import deeds
from whisper_tui.ui.deeds import DEEDS, Kind


def test_every_key_does_one_thing() -> None:
    assert not [key for key, times in Counter(key for deed in DEEDS for key in deed.keys).items() if times > 1]
    assert not [name for name, times in Counter(deed.name for deed in DEEDS).items() if times > 1]


def test_the_telephone_keys_are_twins_of_the_letters() -> None:
    for letter, digit in (("l", "4"), ("w", "5"), ("b", "6"), ("x", "0")):
        assert deeds.BY_KEY[letter] is deeds.BY_KEY[digit]


def test_textuals_own_keys_for_quitting_are_ours() -> None:
    assert deeds.BY_KEY["ctrl+q"] is deeds.BY_KEY["ctrl+c"] is deeds.BY_KEY["q"]
    assert deeds.BY_KEY["ctrl+z"].kind is Kind.END


def test_only_what_makes_things_quieter_is_taken_whenever_it_comes() -> None:
    assert {deed.name for deed in DEEDS if deed.kind is Kind.QUIET} == {"leave", "panic", "release"}


def test_a_key_that_waits_for_a_second_one_does_nothing_by_itself() -> None:
    assert frozenset("vC") == deeds.PREFIXES
    assert not deeds.PREFIXES & deeds.BY_KEY.keys()
    assert [(key, deed.name) for key, deed in deeds.behind("v")] == [
        ("c", "calls"),
        ("w", "waiting"),
        ("q", "queues"),
        ("a", "agents"),
        ("s", "sessions"),
        ("l", "log"),
    ]


def test_behind_a_first_key_only_what_is_quiet_or_no_letter_does_what_it_does_elsewhere() -> None:
    assert deeds.anywhere("x") is deeds.BY_KEY["x"]
    assert deeds.anywhere("ctrl+c") is deeds.BY_KEY["q"]
    assert deeds.anywhere("l") is deeds.anywhere("q") is None


def test_the_tables_of_readme_and_manual_hold_every_deed() -> None:
    markdown, roff = deeds.markdown(), deeds.roff()
    for deed in DEEDS:
        assert f"| {deed.words} |" in markdown
        assert deed.words.replace("-", "\\-") in roff
    assert "`ctrl-d` `PgDn`" in markdown
    assert "`!`" in markdown
    assert "| `v s` |" in markdown


def test_no_line_of_the_manual_begins_like_a_command() -> None:
    lines = deeds.roff().split("\n")
    assert all(line.startswith((".TP", ".B ")) or not line.startswith((".", "'")) for line in lines)
