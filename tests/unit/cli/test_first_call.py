"""Somebody's first two minutes with the demo, by the keys that its own lines name: from the floor to a score in the log."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from click.testing import CliRunner

from tests.fakes.terminal import INSTALLED, Terminal
from whisper_tui.cli.main import root
from whisper_tui.ui.presses import AGAIN, TOGGLE

ENOUGH = 120.0
"""Seconds in which all of it is done."""


def log(home: Path, *words: str) -> str:
    shown = CliRunner().invoke(root, ["log", "--file", str(home / ".local/state/whisper-tui/demo.db"), *words])
    assert shown.exit_code == 0, shown.output
    return shown.stdout


def strike(terminal: Terminal, key: str) -> None:
    """Press a key at a person's pace: what comes with a paste, or again at once, starts nothing."""
    time.sleep(TOGGLE if key == "\r" else AGAIN)
    terminal.press(key)


def test_the_vip_call_that_waited_longest_is_heard_coached_noted_scored_and_left(home: Path) -> None:
    began = time.monotonic()
    with Terminal("demo", "--speed", "0.2", columns=80, lines=24, program=INSTALLED) as terminal:
        terminal.sees("● demo 22.10", "/ filter", ". needs you")
        strike(terminal, "/")
        terminal.sees("/ _")
        terminal.press("queue=vip")
        terminal.sees("/ queue=vip_")
        strike(terminal, "\r")
        shown = terminal.sees("/ queue=vip  ", "c clears")
        assert not re.search(r"● talk +(support|sales)", shown)
        strike(terminal, ".")
        shown = terminal.sees("SILENT", "agent NO", "customer NO", "w whisper", "C cue", "i note", "s score", "x leave")
        heard = re.search(r"SILENT\s+(\S+ \S+) · vip", shown)
        assert heard is not None, shown
        agent = heard[1]
        strike(terminal, "w")
        terminal.sees("WHISPER", "agent YES", "customer NO")
        strike(terminal, "C")
        terminal.sees("C …", "2 Offer")
        strike(terminal, "2")
        terminal.sees(f"sent to the phone of {agent}: Offer the longer warranty")
        strike(terminal, "i")
        terminal.sees("NOTE", "WHISPER", "saves it for good")
        terminal.press("she offered it")
        terminal.sees("she offered it_")
        strike(terminal, "\r")
        terminal.sees("noted, for good")
        strike(terminal, "s")
        terminal.sees("SCORE SHEET", agent, "nothing given yet", "agent YES")
        for at, key in enumerate("yy45-2", 1):
            strike(terminal, key)
            terminal.sees(f"{at} of 6 answered")
        terminal.sees("result: 88 % good")
        strike(terminal, "\r")
        terminal.sees("SAVE THE SCORE?", "88 % good", "agent YES")
        strike(terminal, "\r")
        terminal.sees("scored, for good: 88 % good")
        strike(terminal, "x")
        terminal.sees("you left, and hung up nobody else", "s score")
        strike(terminal, "v")
        terminal.sees("v …")
        strike(terminal, "l")
        terminal.sees("SCORE", "88 %", agent)
        strike(terminal, "\r")
        terminal.sees("88 % good, by", "yes  Greets with name and company")
        strike(terminal, "q")
        terminal.sees_no("88 % good, by")
        strike(terminal, "q")
        terminal.sees("STATE")
        strike(terminal, "q")
        assert terminal.ends() == 0
    assert time.monotonic() - began < ENOUGH
    (session,) = [json.loads(line) for line in log(home, "list", "--json").splitlines()]
    assert (session["member"], session["queue"], session["ended"]) == (agent, "vip", "leg.left")
    assert (session["notes"], session["score"], session["grade"], session["audible"]) == (1, 88, "good", 0.0)
    assert session["seconds"]["silent"] > 0
    assert session["seconds"]["whisper"] > 0
    shown = log(home, "show", session["session"])
    for words in ("Offer the longer warranty", "she offered it", "score  88 % good, by ", "left", "leg.left"):
        assert words in shown
    assert re.search(r"4 of 5 +Lets the caller finish", shown)
    log(home, "verify")
