"""The registry of deeds."""

from __future__ import annotations

from collections import Counter

from whisper_tui.ui.deeds import DEEDS, Kind


def test_every_key_does_one_thing() -> None:
    assert not [key for key, times in Counter(key for deed in DEEDS for key in deed.keys).items() if times > 1]
    assert not [name for name, times in Counter(deed.name for deed in DEEDS).items() if times > 1]


def test_only_what_makes_things_quieter_is_taken_whenever_it_comes() -> None:
    assert {deed.name for deed in DEEDS if deed.kind is Kind.QUIET} == {"leave", "panic", "release"}
