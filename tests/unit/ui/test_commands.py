"""The commands against the registry."""

from __future__ import annotations

from whisper_tui.ui import commands
from whisper_tui.ui.deeds import DEEDS, Kind
from whisper_tui.ui.views import View

NAMES = {deed.name for deed in DEEDS}


def test_what_is_said_of_a_deed_is_said_of_one_that_there_is() -> None:
    own = {deed.name for deed in commands.OWN}
    assert not own & NAMES
    assert set(commands._ARGUMENTS) <= own | NAMES
    assert commands.TYPED_INTO <= NAMES
    assert set(commands.ALIASES.values()) <= NAMES


def test_every_view_has_a_deed_of_its_name() -> None:
    assert {view.value for view in View} <= NAMES


def test_a_command_without_a_key_starts_nothing_on_the_pbx() -> None:
    assert {deed.kind for deed in commands.OWN} == {Kind.LOOK}
