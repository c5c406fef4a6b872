"""The command as a whole: its overview, its errors, its exit codes, and what it does not import."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from whisper_tui.cli import main
from whisper_tui.errors import NotAllowed, OutOfReach, UsageError, WhisperError

HEAVY = ("pathlib", "textual", "rich", "keyring", "panoramisk", "sqlite3", "psycopg", "msgspec", "tomli", "asyncio")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from whisper_tui.cli.main import root\n"
        "try: root(['--help'], prog_name='whisper-tui')\n"
        "except SystemExit: pass\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.startswith("Usage: whisper-tui")
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_of_the_overview_is_there_and_has_help(name: str) -> None:
    command = importlib.import_module(f"whisper_tui.cli.{name}").command
    assert isinstance(command, click.Command)
    assert command.name == name
    shown = CliRunner().invoke(main.root, [name, "--help"])
    assert shown.exit_code == 0
    assert shown.stdout.startswith(f"Usage: whisper-tui {name}")


BASH = """
eval "$(_WHISPER_TUI_COMPLETE=bash_source "$0")"
COMP_WORDS=(whisper-tui log ve) COMP_CWORD=2
_whisper_tui_completion "$0"
echo "${COMPREPLY[@]}"
COMPREPLY=() COMP_WORDS=(whisper-tui log verify --an) COMP_CWORD=3
_whisper_tui_completion "$0"
echo "${COMPREPLY[@]}"
COMPREPLY=() COMP_WORDS=(whisper-tui demo wr) COMP_CWORD=2
_whisper_tui_completion "$0"
echo "${COMPREPLY[@]}"
"""


def test_bash_completes_commands_options_and_stories() -> None:
    program = Path(sys.executable).with_name("whisper-tui")
    done = subprocess.run(["bash", "-c", BASH, program], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["verify", "--anchors", "wrong"]
    assert done.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_of_the_readme_gets_its_script(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text()
    assert f"{shell}_source" in readme
    shown = CliRunner().invoke(main.root, [], prog_name="whisper-tui", env={"_WHISPER_TUI_COMPLETE": f"{shell}_source"})
    assert shown.exit_code == 0
    assert "_whisper_tui_completion" in shown.stdout


@pytest.mark.parametrize(
    ("error", "code"),
    [(WhisperError("found wrong"), 1), (UsageError("wrong"), 2), (NotAllowed("no"), 3), (OutOfReach("away"), 4)],
)
def test_an_error_is_one_line_and_its_own_exit_code(
    error: WhisperError, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command("secret")
    def command() -> None:
        raise error

    monkeypatch.setattr(main.Commands, "get_command", lambda *_: command)
    shown = CliRunner().invoke(main.root, ["secret"])
    assert shown.exit_code == code
    assert shown.stderr == f"whisper-tui: {error}\n"
    assert shown.stdout == ""


def test_an_error_cannot_move_the_cursor() -> None:
    assert main.printable("a\x1b[2Jb\u202ec\x9bd\r\ud800 é 漢") == "a\\x1b[2Jb\\u202ec\\x9bd\\r\\ud800 é 漢"


def test_a_command_that_is_none_is_wrong_use() -> None:
    shown = CliRunner().invoke(main.root, ["lgo"])
    assert shown.exit_code == 2
    assert "lgo" in shown.stderr


@pytest.mark.parametrize("words", [("demo",), ("replay", "floor.ami")])
def test_what_stands_before_a_command_that_shows_a_console_holds_for_it(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def front(plain: bool) -> None:
        raise UsageError(f"plain is {plain}")

    monkeypatch.setattr(importlib.import_module(f"whisper_tui.cli.{words[0]}"), "front", front)
    assert "plain is True" in CliRunner().invoke(main.root, ["--plain", *words]).stderr
    assert "plain is False" in CliRunner().invoke(main.root, words).stderr
    (tmp_path / "keys.toml").write_text("[")
    shown = CliRunner().invoke(main.root, ["--config", str(tmp_path / "config.toml"), *words])
    assert f"{tmp_path / 'keys.toml'}:1: not TOML" in shown.stderr


def test_there_are_no_lines_instead_of_what_is_no_console() -> None:
    shown = CliRunner().invoke(main.root, ["--plain", "log", "list"])
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "`log` shows no console - leave it out" in shown.stderr
