"""`whisper-tui secret`."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from whisper_tui.cli.main import root
from whisper_tui.config import paths

CANARY = "canary-91ab"
SETTINGS = """
theme = "dark"
[pbx.lyon]
host = "127.0.0.1"
port = 1
user = "whisper-tui"
secret = { source = "file", path = "~/ami/lyon" }
[pbx.nantes]
host = "127.0.0.1"
port = 1
user = "whisper-tui"
secret = { source = "env", variable = "AMI_NANTES" }
[phone]
device = "PJSIP/2001"
"""


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "theme_names", lambda: ["dark"])
    file = paths.config_file()
    file.parent.mkdir(parents=True)
    file.write_text(SETTINGS)
    file.chmod(0o600)


def secret(*arguments: str, given: str | None = None) -> Result:
    shown = CliRunner().invoke(root, ["secret", *arguments], input=given)
    assert CANARY not in shown.output
    return shown


def test_a_secret_is_stored_found_and_never_shown(home: Path) -> None:
    assert "lyon: stored, file ~/ami/lyon" in secret("set", "lyon", given=f"{CANARY}\n").output
    assert (home / "ami/lyon").read_text() == f"{CANARY}\n"
    assert stat.S_IMODE((home / "ami/lyon").stat().st_mode) == 0o600
    assert "lyon: found, file ~/ami/lyon" in secret("test", "lyon").stdout


def test_each_pbx_is_tested_and_what_fails_shows_in_words_and_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert secret("test", "lyon").exit_code == 2
    monkeypatch.setenv("AMI_NANTES", CANARY)
    tested = secret("test")
    assert tested.exit_code == 4
    assert "no such file - `whisper-tui secret set` writes it" in tested.stderr
    assert "warning: the secret comes from $AMI_NANTES" in tested.stderr
    assert "nantes: found, environment variable AMI_NANTES" in tested.stdout
    assert "nantes (127.0.0.1:1): Connection refused - is AMI on there" in tested.stderr


def test_where_says_the_place_of_each() -> None:
    assert secret("where").stdout == "lyon: file ~/ami/lyon\nnantes: environment variable AMI_NANTES\n"


def test_what_cannot_be_stored_is_refused_before_anything_is_asked() -> None:
    shown = secret("set", "nantes", given=f"{CANARY}\n")
    assert shown.exit_code == 2
    assert "nothing can be stored there" in shown.stderr


def test_set_wants_to_know_which_pbx() -> None:
    assert "which PBX? - one of: lyon, nantes" in secret("set", given="x\n").stderr


def test_a_pbx_that_is_none_is_refused_with_the_one_that_was_meant() -> None:
    shown = secret("where", "lion")
    assert shown.exit_code == 2
    assert "did you mean `lyon`?" in shown.stderr


def test_an_empty_secret_is_refused(home: Path) -> None:
    shown = secret("set", "lyon", given="\n")
    assert shown.exit_code == 2
    assert "there is no secret" in shown.stderr
    assert not (home / "ami/lyon").exists()
