"""`whisper-tui demo` as somebody sees it who has just installed the program: no settings, no PBX, an own terminal."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.fakes.terminal import Terminal
from whisper_tui.cli import demo
from whisper_tui.cli.main import root
from whisper_tui.cli.screen import man, manned
from whisper_tui.errors import WhisperError
from whisper_tui.simulator import server
from whisper_tui.terms import Notice, Subject
from whisper_tui.ui.app import Console


def logged(file: Path) -> list[dict[str, object]]:
    shown = CliRunner().invoke(root, ["log", "--file", str(file), "list", "--json"])
    return [json.loads(line) for line in shown.stdout.splitlines()]


def listen(terminal: Terminal) -> None:
    """To the first row, on which the cursor stands from the start: a call that has somebody to hear."""
    terminal.sees("▸ ● talk")
    terminal.press("l")
    terminal.sees("SILENT", "agent NO", "customer NO")


@pytest.mark.parametrize(("columns", "lines"), [(120, 40), (80, 24)])
def test_a_call_is_heard_whispered_to_and_left_and_the_log_says_how_long(columns: int, lines: int, home: Path) -> None:
    with Terminal("demo", "--speed", "0.2", columns=columns, lines=lines) as terminal:
        terminal.sees("● demo 22.10", "DEMO", "● talk")
        listen(terminal)
        terminal.press("w")
        terminal.sees("WHISPER", "agent YES", "customer NO")
        terminal.press("m")
        terminal.sees("mic muted")
        terminal.press("x")
        terminal.sees("you left, and hung up nobody else")
        terminal.press("q")
        assert terminal.ends() == 0
        assert "whisper-tui log --file" in terminal.text.replace("\n", "")
    (session,) = logged(home / ".local/state/whisper-tui/demo.db")
    assert session["ended"] == "leg.left"
    assert session["audible"] == 0.0
    seconds = session["seconds"]
    assert isinstance(seconds, dict)
    assert seconds["silent"] > 0
    assert seconds["whisper"] > 0
    verified = CliRunner().invoke(root, ["log", "--file", str(home / ".local/state/whisper-tui/demo.db"), "verify"])
    assert verified.exit_code == 0, verified.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_ended_from_outside_it_leaves_the_call_and_closes_the_session(number: signal.Signals, home: Path) -> None:
    with Terminal("demo", "--speed", "0.2") as terminal:
        terminal.sees("● talk")
        listen(terminal)
        terminal.process.send_signal(number)
        terminal.ends()
    (session,) = logged(home / ".local/state/whisper-tui/demo.db")
    assert session["ended"]
    assert session["certainty"] == "exact"


def test_a_terminal_that_is_closed_ends_it_and_closes_the_session(home: Path) -> None:
    with Terminal("demo", "--speed", "0.2") as terminal:
        terminal.sees("● talk")
        listen(terminal)
        terminal.hang_up()
        terminal.process.wait(10)
    (session,) = logged(home / ".local/state/whisper-tui/demo.db")
    assert session["certainty"] == "exact"


def test_without_a_terminal_it_says_so() -> None:
    shown = CliRunner().invoke(root, ["demo"])
    assert shown.exit_code == 2
    assert "input or output is no terminal" in shown.stderr


def test_a_state_folder_that_cannot_be_written_is_said_before_the_screen_is_taken(home: Path) -> None:
    (home / ".local").write_text("a file is in the way")
    with Terminal("demo", "--speed", "0.2") as terminal:
        assert terminal.ends() == 2
        assert "not a directory" in terminal.text
        assert home.name in terminal.text.replace("\n", "")


def test_the_stories_are_listed_and_one_that_is_none_is_refused_with_the_nearest() -> None:
    shown = CliRunner().invoke(root, ["demo", "--list"]).stdout
    assert demo.USUAL in shown
    assert {line.split()[0] for line in shown.splitlines()} == set(demo.found())
    refused = CliRunner().invoke(root, ["demo", demo.USUAL + "y"])
    assert refused.exit_code == 2
    assert f"did you mean `{demo.USUAL}`?" in refused.stderr


def test_everybody_who_runs_the_demo_is_in_its_policy() -> None:
    policy = demo.demo_policy(Subject("ana", 1000))
    assert all(profile.os_users == {"ana"} for profile in policy.profiles)


POLICY = """
[roles.quality]
can = ["floor.view", "call.listen"]
[[profile]]
name = "reviewers"
os_groups = ["wt-quality"]
roles = ["quality"]
scope = { queue = ["support"] }
"""


def test_a_policy_is_tried_on_the_queues_of_the_demo_as_whoever_it_is_for(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    with Terminal(
        "demo", "--speed", "0.2", "--policy", str(policy), "--user", "eva", "--group", "wt-quality"
    ) as terminal:
        shown = terminal.sees("eva", "reviewers", "support")
        assert "sales" not in shown


def test_a_policy_to_try_must_be_one_and_nobody_else_is_played_without(tmp_path: Path) -> None:
    refused = CliRunner().invoke(root, ["demo", "--user", "eva"])
    assert (refused.exit_code, "add --policy FILE" in refused.stderr) == (2, True)
    refused = CliRunner().invoke(root, ["demo", "--policy", str(tmp_path / "none.toml")])
    assert (refused.exit_code, "there is no such file" in refused.stderr) == (2, True)
    (tmp_path / "policy.toml").write_text(POLICY.replace("call.listen", "call.lissen"))
    refused = CliRunner().invoke(root, ["demo", "--policy", str(tmp_path / "policy.toml")])
    assert (refused.exit_code, "did you mean `call.listen`?" in refused.stderr) == (2, True)


async def test_a_console_that_breaks_is_an_error_and_not_a_good_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(console: Console, **_how: object) -> None:
        console._return_code = 1

    monkeypatch.setattr(Console, "run_async", broken)
    async with await server.start(demo.story_file("calm")) as pbx:
        with pytest.raises(WhisperError, match="broke off"):
            await man(demo.post_at(pbx, Subject("ana", 1000)))


def test_every_story_is_told_in_a_line() -> None:
    shown = CliRunner().invoke(root, ["demo", "--list"])
    assert [line.split()[0] for line in shown.stdout.splitlines()] == ["busy", "calm", "day", "transfer", "wrong"]
    assert all(len(line) < 110 for line in shown.stdout.splitlines())


def test_a_coach_stands_by_unless_nobody_wants_one(home: Path) -> None:
    with Terminal("demo", "calm", "--no-hints", columns=80, lines=24) as terminal:
        terminal.sees("● talk")
        assert "hint 1/" not in terminal.text
    with Terminal("demo", "transfer", columns=80, lines=24) as terminal:
        terminal.sees("● talk", "hint 1/6", "Its agent will send the caller")


async def test_what_the_pbx_of_the_demo_was_asked_is_shown_and_its_secret_is_not() -> None:
    async with (
        await server.start(demo.story_file("day")) as pbx,
        manned(demo.post_at(pbx, Subject("ana", 1000))) as console,
    ):
        backend, changed = console.desk.backend, asyncio.Event()
        backend.subscribe(lambda _changes: changed.set())
        while not backend.view().calls:
            changed.clear()
            await asyncio.wait_for(changed.wait(), 20)
        told = backend.trace()
        assert not isinstance(told, Notice)
        assert {row.action for row in told} >= {"QueueStatus", "CoreShowChannels"}
        assert pbx.secret not in repr(told)
