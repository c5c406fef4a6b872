"""`whisper-tui init`: a settings file and a policy, whole or not at all."""

from __future__ import annotations

import os
import pty
import pwd
import select
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from whisper_tui.cli.main import root
from whisper_tui.config import load, paths
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.policy import Policy
from whisper_tui.terms import Right

ENOUGH = ("--yes", "--pbx", "main=192.0.2.7:5039", "--phone", "PJSIP/2001", "--queue", "sales-*", "--queue", "support")


@pytest.fixture
def folder(home: Path) -> Path:
    return home / ".config/whisper-tui"


def init(*arguments: str) -> Result:
    return CliRunner().invoke(root, ["init", *arguments])


def policy(folder: Path) -> Policy:
    read = load.read_policy(folder / "policy.toml")
    return parse(read.table, read.digest, read.path, read.text)


def test_options_alone_give_settings_and_a_policy_that_load(folder: Path) -> None:
    shown = init(*ENOUGH, "--right", "listen", "--right", "whisper")
    assert shown.exit_code == 0, shown.output
    config = load.load(paths.config_file())
    assert (config.pbx["main"].host, config.pbx["main"].port, config.pbx["main"].user) == (
        "192.0.2.7",
        5039,
        "whisper-tui",
    )
    assert config.pbx["main"].secret.path == str(folder / "secret-main")
    (profile,) = policy(folder).profiles
    assert profile.os_users == {pwd.getpwuid(os.geteuid()).pw_name}
    assert profile.rights == {Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER}
    assert profile.scope.queue == ("sales-*", "support")
    assert profile.phones == {"PJSIP/2001"}
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {
        "config.toml": 0o600,
        "policy.toml": 0o600,
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_it_prints_the_account_and_what_to_do_next() -> None:
    shown = init(*ENOUGH).stdout
    for words in (
        "[whisper-tui]",
        "write = call,agent,originate,reporting",
        "manager reload",
        "whisper-tui secret set main",
    ):
        assert words in shown


def test_less_than_is_needed_is_said_and_nothing_is_written(folder: Path) -> None:
    for option in ("--pbx", "--phone", "--queue"):
        at = ENOUGH.index(option)
        less = [word for number, word in enumerate(ENOUGH) if number not in (at, at + 1)]
        if option == "--queue":
            less = [*ENOUGH[:5]]
        shown = init(*less)
        assert shown.exit_code == 2
        assert f"whisper-tui: {option}: is needed where nothing can be asked" in shown.stderr
        assert not folder.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--pbx", "two words=192.0.2.7"], "'two words=192.0.2.7' is not NAME=HOST[:PORT]"),
        (["--pbx", "main"], "'main' is not NAME=HOST[:PORT]"),
        (["--pbx", "b=192.0.2.7:99999"], "'99999' is not a port"),
        (["--phone", "2001"], "'2001' is not a phone - write it as PJSIP/2001"),
        (["--answer", "at once"], "the phone cannot answer 'at once'"),
        (["--user", "a\r\nb"], "cannot be an AMI account"),
        (["--secret-source", "keychain"], "'keychain' names no source"),
        (["--secret-source", "file:secret"], "'secret' is not a whole path"),
        (["--right", "barge"], "who speaks must be able to listen"),
    ],
)
def test_a_wrong_option_is_refused_and_nothing_is_written(options: list[str], words: str, folder: Path) -> None:
    shown = init(*ENOUGH, *options)
    assert shown.exit_code == 2
    assert words in shown.stderr
    assert not folder.exists()


def test_what_is_there_is_left_alone_unless_forced(folder: Path) -> None:
    assert init(*ENOUGH).exit_code == 0
    (folder / "policy.toml").write_text("mine")
    shown = init(*ENOUGH)
    assert shown.exit_code == 2
    assert "is there already - --force writes over it" in shown.stderr
    assert (folder / "policy.toml").read_text() == "mine"
    assert init(*ENOUGH, "--force", "--user", "other").exit_code == 0
    assert load.load(paths.config_file()).pbx["main"].user == "other"
    assert policy(folder).profiles


def test_another_place_is_used_when_it_is_named(tmp_path: Path) -> None:
    shown = CliRunner().invoke(root, ["--config", str(tmp_path / "wt" / "here.toml"), "init", *ENOUGH])
    assert shown.exit_code == 0
    assert {file.name for file in (tmp_path / "wt").iterdir()} == {"here.toml", "policy.toml"}


TALK = (
    ("PBX (NAME=HOST[:PORT]): ", "lyon=192.0.2.7"),
    ("AMI account [whisper-tui]: ", ""),
    ("[file]: ", "file"),
    ("PJSIP/2001): ", "2001"),
    ("'2001' is not a phone - write it as PJSIP/2001", None),
    ("PJSIP/2001): ", "PJSIP/2001"),
    ("[by hand]: ", "alert-info"),
    ("* for all): ", "sales support"),
    ("[listen]: ", "listen whisper"),
    ("Store the secret of lyon now? [y/N]: ", "n"),
)


def test_at_a_terminal_it_asks_for_what_is_missing(folder: Path) -> None:
    """Each question is waited for, as a person does."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from whisper_tui.cli.main import root; root(['init'], prog_name='whisper-tui')"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as running:
        os.close(theirs)
        try:
            shown = ""
            for question, answer in TALK:
                while question not in shown:
                    assert select.select([ours], [], [], 20)[0], shown
                    shown += os.read(ours, 4096).decode()
                shown = shown.partition(question)[2]
                if answer is not None:
                    os.write(ours, f"{answer}\n".encode())
            assert running.wait(20) == 0
        finally:
            running.kill()
            os.close(ours)
    assert load.load(paths.config_file()).phone.answer == "alert-info"
    assert policy(folder).profiles[0].scope.queue == ("sales", "support")
