"""WHISPER_TUI_REQUIRE_ASTERISK=1 makes a skipped test of the real Asterisk a failed one: it must not pass unnoticed.

In place of 1 it may name the versions that have to be there, e.g. `22`; tests of others may then be skipped.
"""

from __future__ import annotations

import os

import pytest

VARIABLE = "WHISPER_TUI_REQUIRE_ASTERISK"


def hold_to_it(report: pytest.TestReport, version: str | None) -> pytest.TestReport:
    """Return `report`, failed if it is of a skipped test that had to run. `version`: of its Asterisk, None if it needs none."""
    required = os.environ.get(VARIABLE, "").split()
    if report.skipped and version is not None and ("1" in required or version in required):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{VARIABLE}={' '.join(required)}, but the test did not run. {why}"
    return report
