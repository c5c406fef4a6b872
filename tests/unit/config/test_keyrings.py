"""What the keyring gave is seen nowhere."""

from __future__ import annotations

from rich.pretty import pretty_repr

from whisper_tui.ami.login import Login
from whisper_tui.config.keyrings import Answer


def test_neither_a_repr_nor_a_traceback_shows_a_secret_or_what_it_can_be_guessed_from() -> None:
    for held in (Answer(secret=b"canary"), Login("ana", "canary")):
        assert "canary" not in repr(held) + pretty_repr(held)
