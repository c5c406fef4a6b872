"""`whisper-tui log ship`, as far as it goes without a database; with one: tests/postgres."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit.cli.logs import ME, log, session, write
from whisper_tui.config import paths


def settings(to: str = "", more: str = "") -> None:
    """The settings of this test, with a database unless `to` is empty."""
    file = paths.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        '[pbx.lyon]\nhost = "pbx"\nuser = "x"\nsecret = { source = "prompt" }\n[phone]\ndevice = "PJSIP/2001"\n'
        + (f'[log.ship]\nto = "{to}"\n{more}' if to else "")
    )
    file.chmod(0o600)


def test_init_prints_tables_and_rights_of_the_role_of_the_settings() -> None:
    settings("postgresql://ana%20b@nowhere.invalid/log")
    shown = log("ship", "--init")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("-- ")
    assert "CREATE TABLE whisper_tui.log (" in shown.stdout
    assert 'CREATE ROLE "ana b" LOGIN' in shown.stdout
    assert "GRANT SELECT, INSERT ON" in shown.stdout
    assert shown.stdout.endswith("COMMIT;\n")


@pytest.mark.parametrize(
    ("to", "role"),
    [
        ("", "whisper_tui"),
        ("postgresql:///log?host=/run/x&user=ana%40lyon", "ana@lyon"),
        ("postgresql:///log?host=/run/x", ME),
        ("postgresql://db1,db2/log", ME),
    ],
)
def test_init_is_for_whom_postgresql_would_let_in(to: str, role: str) -> None:
    if to:
        settings(to)
    assert f'TO "{role}";' in log("ship", "--init").stdout


def test_without_a_database_in_the_settings_it_says_what_to_write() -> None:
    write(*session("aa11"))
    for _ in range(2):
        shown = log("ship")
        assert shown.exit_code == 2
        assert "names no database of session logs" in shown.stderr
        assert "[log.ship]" in shown.stderr
        settings()


def test_a_database_that_is_away_is_exit_code_4_and_the_log_stays() -> None:
    write(*session("aa11"))
    settings("postgresql://ana@127.0.0.1:1/log?sslmode=disable")
    shown = log("ship")
    assert shown.exit_code == 4, shown.output
    assert shown.stderr == "whisper-tui: postgresql://127.0.0.1:1/log: connection refused\n"


def test_a_password_is_refused_and_not_said() -> None:
    settings("postgresql://ana:canary-1@127.0.0.1:1/log")
    shown = log("ship")
    assert shown.exit_code == 2
    assert "does not belong" in shown.stderr
    assert "canary" not in shown.output


@pytest.mark.parametrize("words", [["log", "list"], ["log", "ship", "--help"], ["log", "ship", "--init"]])
def test_psycopg_is_imported_only_where_something_is_shipped(words: list[str]) -> None:
    write(*session("aa11"))
    code = (
        "import sys; from whisper_tui.cli.main import root\n"
        f"try: root({words!r}, prog_name='whisper-tui')\n"
        "except SystemExit: pass\n"
        "print('psycopg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.endswith("\nFalse\n")


def test_the_console_without_a_database_does_not_import_it() -> None:
    code = "import sys, whisper_tui.cli.console; print('psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == "False\n"
