"""Who runs the program."""

from __future__ import annotations

import os
import pwd

import pytest

from whisper_tui.cli import person


def test_the_kernel_is_asked_not_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(variable, "somebody-else")
    found = person.subject()
    assert found.uid == os.geteuid()
    assert found.user == pwd.getpwuid(os.geteuid()).pw_name
    assert found.login_uid is None or found.login_uid >= 0


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000_001)
    assert person.subject().user == "#4000000001"
