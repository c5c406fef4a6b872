"""`whisper-tui log erase`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.unit.audit.rows import behind_its_back
from tests.unit.cli.logs import NUMBER, accesses, log, policy, row, session, write
from whisper_tui.audit import erasing
from whisper_tui.audit.history import History
from whisper_tui.audit.records import CallRef, Kind
from whisper_tui.audit.tables import connect
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import verify

OTHER = "+33155550199"
ERASE = ("erase", "--subject", NUMBER, "--ticket", "GDPR-7")


@pytest.fixture(autouse=True)
def trail() -> Path:
    """Enough rows that pages were split, and split again."""
    rows = [each for n in range(60) for each in session(f"aa{n:02}", 20.0 * n)]
    other = CallRef("lyon", "2.1", "2.1", "2.2", OTHER)
    return write(*rows, *session("bb22", 2000, call=other))


def raw(trail: Path) -> bytes:
    return b"".join(file.read_bytes() for file in trail.parent.iterdir() if file.is_file())


def test_not_a_byte_of_the_number_is_left_and_the_chain_is_whole(trail: Path) -> None:
    assert NUMBER.encode() in raw(trail)
    shown = log(*ERASE, "--yes")
    assert shown.exit_code == 0, shown.output
    assert "erased from 180 rows, ticket GDPR-7" in shown.stdout
    assert NUMBER.encode() not in raw(trail)
    assert OTHER.encode() in raw(trail)
    verdict = verify(trail)
    assert verdict.whole
    assert len(verdict.erased) == 180
    assert "caller      erased" in log("show", "aa01").stdout


def test_the_erasure_is_a_row_here_and_beside_it_and_never_has_the_number(trail: Path) -> None:
    log(*ERASE, "--yes")
    with History.open(trail) as history:
        last = history.last()
    assert last is not None
    assert (last.record.kind, last.record.detail) == (Kind.LOG_ERASED, "180 rows, ticket GDPR-7")
    assert last.record.who is not None
    (noted,) = accesses()
    assert (noted.kind, noted.detail) == (Kind.LOG_ERASED, "trail.db erase --ticket GDPR-7 --yes: 180")


def test_the_number_may_be_typed_as_people_write_it(trail: Path) -> None:
    assert log("erase", "--subject", "+33 1 55.55-01(42)", "--ticket", "7", "--yes").exit_code == 0
    assert NUMBER.encode() not in raw(trail)


def test_it_asks_before(trail: Path) -> None:
    refused = log(*ERASE, input="n\n")
    assert refused.exit_code == 1
    assert "180 rows" in refused.stderr
    assert NUMBER.encode() in raw(trail)
    assert accesses() == []
    assert log(*ERASE, input="y\n").exit_code == 0


def test_not_while_the_console_has_the_log(trail: Path) -> None:
    with Trail.open(trail):
        shown = log(*ERASE, "--yes")
    assert shown.exit_code == 1
    assert f"process {os.getpid()}" in shown.stderr
    assert erasing.holding(trail, NUMBER) == 180
    assert accesses() == []


def test_it_takes_its_right(trail: Path) -> None:
    policy("'log.view', 'log.export'")
    shown = log(*ERASE, "--yes")
    assert shown.exit_code == 3
    assert "log.erase" in shown.stderr
    assert erasing.holding(trail, NUMBER) == 180
    (denied,) = accesses()
    assert (denied.kind, denied.deed) == (Kind.DENIED, "log.erase")
    assert NUMBER not in denied.detail
    policy("'log.erase'", scope="queue = ['support']")
    assert log(*ERASE, "--yes").exit_code == 0


def test_what_cannot_be_noted_is_not_erased(trail: Path) -> None:
    trail.with_name("access.db").mkdir()
    assert log(*ERASE, "--yes").exit_code == 1
    assert erasing.holding(trail, NUMBER) == 180


def test_a_number_that_is_not_there_is_said() -> None:
    shown = log("erase", "--subject", "0155550142", "--ticket", "7", "--yes")
    assert shown.exit_code == 1
    assert "no row has this number" in shown.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--subject", " ", "--ticket", "7"),
        ("--subject", NUMBER, "--ticket", f"for {NUMBER}"),
        ("--subject", "0155\x00", "--ticket", "7"),
        ("--ticket", "7"),
    ],
)
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...]) -> None:
    assert log("erase", *words, "--yes").exit_code == 2


def test_a_number_in_somebodys_words_is_named(trail: Path) -> None:
    write(row(Kind.NOTE, "bb22", 3000, call=None, detail=f"calls back from {NUMBER}"))
    shown = log(*ERASE, "--yes")
    assert shown.exit_code == 1
    assert "it stands in words of row 184" in shown.stderr
    assert erasing.holding(trail, NUMBER) == 0


def test_an_erasure_that_was_broken_off_goes_on_when_it_is_asked_for_again(trail: Path) -> None:
    reads = connect(trail, "ro")
    reads.execute("BEGIN")
    reads.execute("SELECT count(*) FROM personal").fetchone()
    shown = log(*ERASE, "--yes")
    assert shown.exit_code == 1
    assert "somebody reads it" in shown.stderr
    assert erasing.holding(trail, NUMBER) == 0
    assert NUMBER.encode() in raw(trail)
    reads.close()
    again = log(*ERASE, "--yes")
    assert again.exit_code == 0, again.output
    assert NUMBER.encode() not in raw(trail)
    assert verify(trail).whole


def test_the_log_is_written_on_after_an_erasure(trail: Path) -> None:
    log(*ERASE, "--yes")
    write(*session("cc33", 4000))
    assert erasing.holding(trail, NUMBER) == 3
    assert verify(trail).whole


def test_verify_counts_what_was_erased_and_what_no_row_tells_of(trail: Path) -> None:
    assert "erased" not in log("verify").stdout
    log(*ERASE, "--yes")
    shown = log("verify")
    assert (shown.exit_code, "180 rows had personal data erased, as rows of the log say" in shown.stdout) == (0, True)
    assert "no row says" not in shown.stdout
    behind_its_back(trail, "DELETE FROM personal WHERE seq IN (SELECT seq FROM personal LIMIT 2)")
    shown = log("verify")
    assert (shown.exit_code, "2 rows had personal data erased and no row says who did" in shown.stdout) == (0, True)
    assert "180 rows had personal data erased, as" in shown.stdout
    assert json.loads(log("verify", "--json").stdout)["erased"] == {"rows": 182, "unsaid": 2}
