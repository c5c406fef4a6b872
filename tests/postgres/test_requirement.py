"""WHISPER_TUI_REQUIRE_POSTGRESQL=1: what cannot be tested against a real PostgreSQL is a failure and not a skip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.postgres.conftest import VARIABLE
from tests.postgres.server import PROGRAMS

ROOT = Path(__file__).parents[2]


def run_without_postgresql(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    asked = [sys.executable, "-m", "pytest", "tests/postgres/test_store.py", "-k", "as_they_were_told", "-n0"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "WHISPER_TUI_"))}
    return subprocess.run(
        [*asked, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={**kept, PROGRAMS: str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_it_the_tests_are_skipped_with_the_reason(tmp_path: Path) -> None:
    run = run_without_postgresql(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 skipped" in run.stdout
    assert "is not installed" in run.stdout


def test_where_it_is_required_a_skip_is_a_failure_with_the_reason(tmp_path: Path) -> None:
    run = run_without_postgresql(tmp_path, **{VARIABLE: "1"})
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 error" in run.stdout
    assert "is not installed" in run.stdout
