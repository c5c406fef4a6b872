"""What is checked is what README tells people to run."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_checks_end_with_the_very_command_of_the_readme() -> None:
    commands = re.findall(r"^\s*(python3 -m venv .*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(commands) == 2
    assert commands[1].endswith("pytest")
    assert (ROOT / ".ci/run").read_text().rstrip().splitlines()[-1] == commands[1]


def test_the_checks_can_be_run_as_they_are() -> None:
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
