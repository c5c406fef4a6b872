"""WHISPER_TUI_REQUIRE_ASTERISK=1: what cannot be tested against a real Asterisk is a failure and not a skip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.asterisk.chroot import NoAsterisk, find_or_make
from tests.asterisk.lab import can_lock

ROOT = Path(__file__).parents[2]


def run_without_asterisk(tmp_path: Path, *tests: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One test of the real Asterisk, or one on two of them, where there is neither a kept chroot nor a tool to make one."""
    bare = {"PATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    asked = [
        sys.executable,
        "-m",
        "pytest",
        "tests/asterisk/test_lab.py",
        "-k",
        " and ".join(["customer_and_agent", *tests]),
        "-p",
        "no:cacheprovider",
        "-n0",
    ]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "WHISPER_TUI_"))}
    return subprocess.run(
        asked, cwd=ROOT, env={**kept, **bare, **environment}, capture_output=True, text=True, check=False
    )


def test_without_it_the_tests_are_skipped_with_the_reason(tmp_path: Path) -> None:
    run = run_without_asterisk(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 skipped" in run.stdout
    assert "is not installed" in run.stdout or "needs root" in run.stdout


def test_where_it_is_required_a_skip_is_a_failure_with_the_reason(tmp_path: Path) -> None:
    run = run_without_asterisk(tmp_path, WHISPER_TUI_REQUIRE_ASTERISK="1")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "2 errors" in run.stdout
    assert "is not installed" in run.stdout or "needs root" in run.stdout


def test_where_one_version_is_required_tests_of_another_may_be_skipped(tmp_path: Path) -> None:
    run = run_without_asterisk(tmp_path, WHISPER_TUI_REQUIRE_ASTERISK="22")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 skipped, " in run.stdout
    assert "1 error" in run.stdout
    assert "[asterisk22]" in run.stdout.split("short test summary info")[1]


def test_an_asterisk_that_no_test_asks_for_is_not_looked_for(tmp_path: Path) -> None:
    run = run_without_asterisk(tmp_path, "asterisk16")
    assert "no real Asterisk 16: " in run.stdout
    assert "no real Asterisk 22: " not in run.stdout


def test_a_suite_that_was_chosen_is_the_only_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for tool in ("chroot", "setpriv"):
        (tmp_path / tool).touch(mode=0o755)
    for suite in ("testing", "bullseye"):
        (tmp_path / "whisper-tui-asterisk" / suite / "usr/sbin").mkdir(parents=True)
        (tmp_path / "whisper-tui-asterisk" / suite / "usr/sbin/asterisk").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.delenv("WHISPER_TUI_ASTERISK_SUITE", raising=False)
    assert [find_or_make("22").suite, find_or_make("16").suite] == ["testing", "bullseye"]
    monkeypatch.setenv("WHISPER_TUI_ASTERISK_SUITE", "bullseye")
    assert [find_or_make("22").suite, find_or_make("16").suite] == ["bullseye", "bullseye"]
    monkeypatch.setenv("WHISPER_TUI_ASTERISK_SUITE", "testing")
    assert find_or_make("22").suite == "testing"
    with pytest.raises(NoAsterisk, match="SUITE=testing leaves Asterisk 16 out"):
        find_or_make("16")


@pytest.mark.parametrize(
    ("version", "locks"),
    [
        ((16, 28), False),
        ((20, 15), False),
        ((20, 16), True),
        ((21, 10), False),
        ((22, 5), False),
        ((22, 6), True),
        ((22, 10, 1), True),
        ((23, 0), True),
        ((24, 1), True),
        ((19, 8), False),
    ],
)
def test_only_versions_that_can_lock_a_keypad_are_taken_to(version: tuple[int, ...], locks: bool) -> None:
    assert can_lock(version) is locks
