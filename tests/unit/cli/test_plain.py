"""`whisper-tui demo --plain` at a real terminal, in a pipe, and where the line is cut."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.fakes.terminal import CHECKOUT, Terminal
from whisper_tui.cli.main import root

SLOW = ("demo", "--plain", "--speed", "0.2")


def logged(home: Path) -> list[dict[str, object]]:
    shown = CliRunner().invoke(
        root, ["log", "--file", str(home / ".local/state/whisper-tui/demo.db"), "list", "--json"]
    )
    return [json.loads(line) for line in shown.stdout.splitlines()]


def types(terminal: Terminal, line: str) -> None:
    terminal.press(f"{line}\n")


def listen(terminal: Terminal) -> None:
    terminal.sees("demo 22.10.1: live")
    types(terminal, "calls")
    terminal.sees("1. talk")
    types(terminal, "go 1")
    terminal.sees("chosen: talk")
    types(terminal, "listen")
    terminal.sees("SILENT confirmed: agent hears you NO, customer NO")


def test_a_call_is_heard_whispered_to_and_left_by_typing(home: Path) -> None:
    with Terminal(*SLOW) as terminal:
        listen(terminal)
        types(terminal, "whisper")
        terminal.sees("WHISPER confirmed: agent hears you YES, customer NO")
        types(terminal, "barge")
        terminal.sees("CUSTOMER WILL HEAR YOU", "type yes or no")
        types(terminal, "no")
        terminal.sees("not barged")
        types(terminal, "x")
        terminal.sees("NO SESSION: you left, and hung up nobody else")
        types(terminal, "quit")
        assert terminal.ends() == 0
    (session,) = logged(home)
    assert session["ended"] == "leg.left"


def test_several_lines_pasted_at_a_terminal_start_nothing(home: Path) -> None:
    with Terminal(*SLOW) as terminal:
        listen(terminal)
        terminal.press("barge\nyes\nwhisper\n")
        terminal.sees("keys came together, as in a paste: nothing was started")
        types(terminal, "status")
        terminal.sees("SILENT confirmed: agent hears you NO, customer NO; ")
        terminal.press("whisper\nx\n")
        terminal.sees("NO SESSION: you left")
        terminal.press("\x04")
        assert terminal.ends() == 0
    (session,) = logged(home)
    seconds = session["seconds"]
    assert isinstance(seconds, dict)
    assert not seconds.get("whisper")
    assert not seconds.get("barge")


@pytest.mark.parametrize("how", ["end of input", "SIGTERM", "SIGHUP", "closed", "ctrl-c twice"])
def test_however_it_ends_the_call_is_left_and_the_session_closed(how: str, home: Path) -> None:
    with Terminal(*SLOW) as terminal:
        listen(terminal)
        match how:
            case "end of input":
                terminal.press("\x04")
            case "closed":
                terminal.hang_up()
            case "ctrl-c twice":
                terminal.press("\x03")
                terminal.sees("LEAVE AND QUIT?")
                terminal.press("\x03")
            case _:
                terminal.process.send_signal(getattr(signal, how))
        if how == "closed":
            terminal.process.wait(10)
        else:
            terminal.ends(10)
    (session,) = logged(home)
    assert session["ended"]
    assert session["certainty"] == "exact"


@pytest.mark.parametrize("term", ["dumb", None])
def test_a_terminal_that_cannot_place_text_is_spoken_to_plainly(term: str | None) -> None:
    with Terminal("demo", "--speed", "0.2", env={"TERM": term}) as terminal:
        terminal.sees("this terminal cannot place text, so this is --plain", "demo 22.10.1: live")
        types(terminal, "quit")
        assert terminal.ends() == 0


def test_in_a_pipe_it_says_lines_of_ascii_and_ends_with_its_input(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "whisper_tui", *SLOW],
        input=b"help\nstatus\nwhisper\n",
        capture_output=True,
        cwd=CHECKOUT,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode("ascii")
    assert "NO SESSION: nobody hears you" in said
    assert all(line.isprintable() for line in said.splitlines())
    assert not logged(home)
