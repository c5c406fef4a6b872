"""WHISPER_TUI_REQUIRE_ASTERISK=1 makes a skipped test of the real Asterisk a failed one: it must not pass unnoticed."""

from __future__ import annotations

import os

import pytest

VARIABLE = "WHISPER_TUI_REQUIRE_ASTERISK"


def hold_to_it(report: pytest.TestReport, *, marked: bool) -> pytest.TestReport:
    """Return `report`, failed if it is of a skipped test that had to run."""
    if marked and report.skipped and os.environ.get(VARIABLE) == "1":
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{VARIABLE}=1, but the test did not run. {why}"
    return report
