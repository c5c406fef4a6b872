"""What each key does."""

from __future__ import annotations

from whisper_tui.ui.deeds import Kind
from whisper_tui.ui.keymap import DEFAULT


def test_the_telephone_keys_are_twins_of_the_letters() -> None:
    for letter, digit in (("l", "4"), ("w", "5"), ("b", "6"), ("x", "0")):
        assert DEFAULT.by_key[letter] is DEFAULT.by_key[digit]


def test_textuals_own_keys_for_quitting_are_ours() -> None:
    assert DEFAULT.by_key["ctrl+q"] is DEFAULT.by_key["ctrl+c"] is DEFAULT.by_key["q"]
    assert DEFAULT.by_key["ctrl+z"].kind is Kind.END


def test_a_key_that_waits_for_a_second_one_does_nothing_by_itself() -> None:
    assert frozenset("vCS") == DEFAULT.prefixes
    assert not DEFAULT.prefixes & DEFAULT.by_key.keys()
    assert [(key, deed.name) for key, deed in DEFAULT.behind("v")] == [
        ("c", "calls"),
        ("w", "waiting"),
        ("q", "queues"),
        ("a", "agents"),
        ("s", "sessions"),
        ("l", "log"),
    ]


def test_behind_a_first_key_only_what_is_quiet_or_no_letter_does_what_it_does_elsewhere() -> None:
    assert DEFAULT.anywhere("x") is DEFAULT.by_key["x"]
    assert DEFAULT.anywhere("ctrl+c") is DEFAULT.by_key["q"]
    assert DEFAULT.anywhere("l") is DEFAULT.anywhere("q") is None
