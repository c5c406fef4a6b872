"""What is done for the log beside writing it: anchors, files that are closed by age and length, and those that are deleted."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from tests.fakes.clock import WoundClock
from tests.unit.audit.rows import behind_its_back, record
from whisper_tui.audit import access, anchors, keeping
from whisper_tui.audit.anchors import Anchor, AnchorUnwritable, Teller
from whisper_tui.audit.history import History
from whisper_tui.audit.keeping import Keeping
from whisper_tui.audit.records import Kind
from whisper_tui.audit.shipping import Shipment
from whisper_tui.audit.tables import TrailUnreadable, TrailUnwritable
from whisper_tui.audit.trail import Trail, Unshipped
from whisper_tui.audit.verify import Why, verify

DAY = 86400.0
START = WoundClock().wall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trail.db"


class Kept:
    """A log with what looks after it, and the lines that the system's log was told."""

    def __init__(self, path: Path, keep: float | None = None, file: Path | None = None) -> None:
        self.clock = WoundClock()
        self.told: list[str] = []
        self.file = file or anchors.beside(path)
        self.trail = Trail.open(path, self.clock, "boot")
        self._teller = Teller(self.told.append)
        self.keeping = Keeping(self.trail, self.file, keep, self.clock, self._teller)

    def row(self, kind: Kind = Kind.NOTE) -> int:
        return self.trail.append(record(kind, at=self.clock.wall()))

    def later(self, days: float) -> None:
        self.clock.set_wall(days * DAY)

    def anchor(self) -> Anchor:
        self.keeping.anchor()
        self._teller.finish(5)
        return anchors.read(self.file)[0][-1]


def test_an_anchor_is_a_line_in_a_file_of_its_owner_and_in_the_systems_log(path: Path) -> None:
    kept = Kept(path)
    kept.keeping.anchor()  # of an empty log there is nothing to note
    assert not kept.file.exists()
    kept.row()
    noted = kept.anchor()
    assert noted == Anchor(1, kept.trail.end.head.hex(), kept.trail.about.log_id, kept.clock.wall())
    assert kept.file.read_text() == f"{noted.line}\n"
    assert kept.told == [noted.line]
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600
    kept.keeping.anchor_news()
    assert len(kept.file.read_text().splitlines()) == 1
    kept.row()
    kept.keeping.anchor_news()
    assert len(kept.file.read_text().splitlines()) == 2
    kept.keeping.close()
    kept.trail.close()


def test_who_has_read_the_log_is_anchored_with_it(path: Path) -> None:
    kept = Kept(path)
    kept.row()
    kept.keeping.anchor()
    access.write(path, record(Kind.LOG_READ, call=None))
    kept.keeping.anchor_news()
    kept.keeping.anchor_news()
    kept.keeping.close()
    own, read = anchors.read(kept.file)[0]
    assert (own.of, own.seq, read.of, read.seq) == ("", 1, own.log_id, 1)
    assert own.log_id != read.log_id
    with History.open(access.beside(path)) as history:
        last = history.last()
    assert last is not None
    assert read.head == last.hash.hex()
    assert kept.told == [own.line, read.line]
    assert read.line.startswith(f"{own.log_id} access.db 1 ")
    access.beside(path).write_bytes(b"dear diary" * 999)
    kept.row()
    with pytest.raises(TrailUnreadable, match=r"access\.db"):
        kept.keeping.anchor_news()
    assert anchors.read(kept.file)[0][-1].seq == 2  # the log's own is noted all the same
    kept.trail.close()


def test_a_log_that_agrees_with_its_anchors_is_whole_whatever_stands_before_them(path: Path) -> None:
    kept = Kept(path)
    for _ in range(3):
        kept.row()
        noted = kept.anchor()
    kept.trail.close()
    kept.file.write_text(
        "".join(f"Nov 26 09:00:00 pbx whisper-tui: session log {line}\n" for line in kept.told) + "?\n"
    )
    found, others = anchors.read(kept.file)
    assert others == [4]
    whole = verify(path, found)
    assert (whole.whole, whole.agreed, whole.cut, whole.held) == (True, 3, (), noted)


def test_a_tail_that_was_cut_with_all_traces_shows_against_an_anchor(path: Path) -> None:
    kept = Kept(path)
    for _ in range(4):
        kept.row()
        kept.anchor()
        kept.later(1)
    kept.trail.close()
    behind_its_back(
        path, "DELETE FROM personal WHERE seq > 2", "DELETE FROM log WHERE seq > 2",
        "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'log'",
    )  # fmt: skip
    assert verify(path).whole
    found = verify(path, anchors.read(kept.file)[0])
    assert found.whole
    assert [(cut.anchor.seq, cut.there) for cut in found.cut] == [(3, False), (4, False)]
    assert found.cut[0].anchor.at == START + 2 * DAY
    assert found.held is not None
    assert found.held.seq == 2
    with Trail.open(path) as trail:  # and is written on
        trail.append(record())
        trail.append(record())
    found = verify(path, anchors.read(kept.file)[0])
    assert [(cut.anchor.seq, cut.there) for cut in found.cut] == [(3, True), (4, True)]


def test_another_log_in_its_place_and_an_anchor_that_was_edited_show(path: Path, tmp_path: Path) -> None:
    kept = Kept(path)
    kept.row()
    noted = kept.anchor()
    kept.trail.close()
    forged = Anchor(1, "0" * 64, noted.log_id, noted.at)
    assert [(cut.anchor, cut.there) for cut in verify(path, [forged]).cut] == [(forged, True)]
    with Trail.open(tmp_path / "other.db") as other:
        other.append(record())
        mine = Anchor(1, other.end.head.hex(), other.about.log_id, START)
    assert [cut.anchor for cut in verify(tmp_path / "other.db", [noted]).cut] == [noted]
    both = verify(tmp_path / "other.db", [noted, mine])
    assert (both.cut, both.agreed, both.elsewhere) == ((), 1, 1)


def test_anchors_hold_through_closed_files(path: Path) -> None:
    kept = Kept(path)
    kept.row()
    kept.anchor()
    kept.trail.carry()
    kept.anchor()
    kept.row()
    kept.anchor()
    kept.trail.close()
    assert verify(path, anchors.read(kept.file)[0]).agreed == 3
    path.with_name("trail.0001.db").unlink()
    found = verify(path, anchors.read(kept.file)[0])
    assert (found.agreed, [cut.anchor.seq for cut in found.cut]) == (2, [1])


@pytest.mark.parametrize("where", ["nowhere/trail.anchors", "folder", "link"])
def test_an_anchor_that_cannot_be_written_is_said_and_costs_nothing(path: Path, tmp_path: Path, where: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    kept = Kept(path, file=tmp_path / where)
    kept.row()
    with pytest.raises(AnchorUnwritable) as refused:
        kept.keeping.anchor()
    assert str(tmp_path / where) in str(refused.value)
    assert kept.row() == 2
    kept.keeping.close()
    assert len(kept.told) == 1  # the system's log has it all the same
    assert not (tmp_path / "elsewhere").exists()
    kept.trail.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_an_anchor_on_a_full_disk_is_said(path: Path) -> None:
    kept = Kept(path, file=Path("/dev/full"))
    kept.row()
    with pytest.raises(AnchorUnwritable, match="no space left"):
        kept.keeping.anchor()
    kept.trail.close()


def test_a_file_of_anchors_at_a_halt_stops_no_other_and_the_systems_log_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept(path)
    kept.row()
    begun, go_on, append = threading.Event(), threading.Event(), anchors.append

    def halt(file: Path, anchor: Anchor) -> None:
        begun.set()
        assert go_on.wait(30)
        append(file, anchor)

    monkeypatch.setattr(anchors, "append", halt)
    monkeypatch.setattr(keeping, "TURN", 0.0)
    with ThreadPoolExecutor(1) as apart:
        first = apart.submit(kept.keeping.anchor)
        assert begun.wait(30)
        kept.keeping.close()
        kept.row()
        with pytest.raises(AnchorUnwritable, match="the anchor before is not written yet") as refused:
            kept.keeping.anchor_news()
        assert refused.value.where == str(kept.file)
        kept.keeping.close()
        assert [line.split()[0] for line in kept.told] == ["1", "2"]
        go_on.set()
        first.result(30)
    kept.keeping.anchor_news()
    assert [each.seq for each in anchors.read(kept.file)[0]] == [1, 2]
    kept.trail.close()


def test_an_anchor_waits_for_its_turn_while_another_is_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(path)
    kept.row()
    begun, go_on, append = threading.Event(), threading.Event(), anchors.append

    def slow(file: Path, anchor: Anchor) -> None:
        begun.set()
        assert go_on.wait(30)
        append(file, anchor)

    monkeypatch.setattr(anchors, "append", slow)
    monkeypatch.setattr(keeping, "TURN", 30.0)
    with ThreadPoolExecutor(2) as apart:
        first = apart.submit(kept.keeping.anchor)
        assert begun.wait(30)
        kept.row()
        last = apart.submit(kept.keeping.anchor)
        go_on.set()
        first.result(30)
        last.result(30)
    assert [each.seq for each in anchors.read(kept.file)[0]] == [1, 2]
    kept.keeping.close()
    kept.trail.close()


def test_a_file_is_closed_when_it_is_old_or_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(path)
    kept.row()
    kept.later(29)
    kept.keeping.tend()
    assert kept.trail.about.before == ""
    kept.later(2)
    kept.keeping.tend()
    assert kept.trail.about.before == "trail.0001.db"
    monkeypatch.setattr(keeping, "MOST", 3)
    kept.row()
    kept.keeping.tend()
    assert kept.trail.about.before == "trail.0001.db"
    kept.row()
    kept.keeping.tend()
    assert kept.trail.about.before == "trail.0002.db"
    kept.trail.close()
    assert verify(path).whole


def test_while_somebody_reads_a_file_it_is_not_closed_and_nothing_fails(path: Path) -> None:
    kept = Kept(path)
    kept.row()
    kept.later(31)
    with History.open(path) as reader:
        reader.rows()
        kept.keeping.tend()
        assert kept.trail.about.before == ""
    kept.keeping.tend()
    assert kept.trail.about.before == "trail.0001.db"
    kept.trail.close()


def three_months(path: Path, keep: float | None) -> Kept:
    """Three closed files of a month each, with two rows (or three with the first of a file), and a newest one."""
    kept = Kept(path, keep)
    for _ in range(3):
        kept.row()
        kept.row()
        kept.later(31)
        kept.keeping.tend()
    return kept


def test_without_a_limit_everything_is_kept(path: Path) -> None:
    kept = three_months(path, None)
    kept.later(100_000)
    kept.keeping.tend()
    kept.trail.close()
    assert verify(path).rows == 10


def test_files_older_than_is_kept_are_deleted_and_the_log_says_so(path: Path) -> None:
    kept = three_months(path, 70 * DAY)
    assert [row.record.part.file for row in kept.trail.rows(kinds=[Kind.LOG_AGED]) if row.record.part] == [
        "trail.0001.db"
    ]
    kept.later(31)
    kept.keeping.tend()
    kept.keeping.tend()
    assert sorted(each.name for each in path.parent.glob("*.db")) == ["trail.0003.db", "trail.0004.db", "trail.db"]
    found = verify(path)
    assert found.broken == ()
    assert [(part.file, part.first, part.last) for part in found.aged] == [
        ("trail.0001.db", 1, 2),
        ("trail.0002.db", 3, 5),
    ]
    assert found.aged_rows == 5
    assert min(row.seq for row in kept.trail.rows()) == 6
    kept.trail.close()
    with Trail.open(path) as trail:
        assert trail.about.before == "trail.0004.db"
        trail.carry()
        assert trail.about.before == "trail.0005.db"


def test_killed_between_the_row_and_the_deed_a_file_is_deleted_the_next_time_and_named_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = three_months(path, None)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda self, missing_ok=False: Path("/proc/self").rmdir())
        with pytest.raises(TrailUnwritable):
            kept.trail.age(START + 20 * DAY)
    assert verify(path).whole
    assert verify(path).aged == ()
    kept.trail.age(START + 20 * DAY)
    assert len(kept.trail.rows(kinds=[Kind.LOG_AGED])) == 1
    assert verify(path).aged_rows == 2
    kept.trail.close()


def test_a_disk_that_is_full_keeps_a_file_that_is_too_old(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = three_months(path, None)

    def full(self: Trail, written: object) -> int:
        raise TrailUnwritable(path, "full", "the disk is full", "make room")

    monkeypatch.setattr(Trail, "append", full)
    with pytest.raises(TrailUnwritable):
        kept.trail.age(START + 365 * DAY)
    assert len(list(path.parent.glob("trail.0*.db"))) == 3
    kept.trail.close()


def test_a_clock_that_is_set_back_deletes_and_closes_nothing(path: Path) -> None:
    kept = three_months(path, 70 * DAY)
    before = sorted(each.name for each in path.parent.glob("*.db"))
    kept.later(-1000)
    kept.row()
    kept.keeping.tend()
    assert sorted(each.name for each in path.parent.glob("*.db")) == before
    kept.trail.close()
    assert verify(path).whole


def test_a_file_with_one_younger_row_is_kept_though_its_last_is_old(path: Path) -> None:
    kept = Kept(path, 40 * DAY)
    kept.later(50)
    kept.row()
    kept.later(-50)
    kept.row()
    kept.trail.carry()
    kept.later(60)
    kept.keeping.tend()
    assert path.with_name("trail.0001.db").exists()
    kept.trail.close()


def test_a_log_of_many_months_is_whole_though_what_told_of_the_first_files_has_aged_out_too(path: Path) -> None:
    kept = three_months(path, 93 * DAY)
    for _ in range(9):
        kept.row()
        kept.later(31)
        kept.keeping.tend()
        assert verify(path).broken == ()
    assert verify(path).aged[0].first > 1


def test_a_file_that_was_deleted_by_hand_is_missing_though_another_aged_out(path: Path) -> None:
    kept = three_months(path, 70 * DAY)
    kept.trail.close()
    path.with_name("trail.0002.db").unlink()
    found = verify(path)
    assert [(each.seq, each.why) for each in found.broken] == [(3, Why.FILE)]


def test_a_row_that_says_another_hash_excuses_no_missing_file(path: Path) -> None:
    kept = three_months(path, None)
    (part,) = [row.record.part for row in kept.trail.rows(kinds=[Kind.LOG_CARRIED]) if row.seq == 3]
    assert part is not None
    kept.trail.append(record(Kind.LOG_AGED, part=type(part)(part.file, 2, 2, 1, 2, "0" * 64)))
    kept.trail.close()
    path.with_name("trail.0001.db").unlink()
    assert [(each.seq, each.why) for each in verify(path).broken] == [(1, Why.FILE)]


class Ships:
    """As much of a `Shipment` as looking after a log asks of it."""

    def __init__(self, shipped: int = 0) -> None:
        self.shipped = shipped
        self.reading = threading.Lock()


def test_what_is_not_in_the_database_yet_is_not_deleted_by_its_age_and_that_is_said(path: Path) -> None:
    kept = Kept(path, keep=365 * DAY)
    ships = Ships()
    keeping = Keeping(kept.trail, kept.file, 365 * DAY, kept.clock, shipment=cast(Shipment, ships))
    for _ in range(2):
        kept.row()
        kept.trail.carry()
    kept.later(days=400)
    closed = [path.with_name(f"trail.000{n}.db") for n in (1, 2)]
    with pytest.raises(Unshipped, match="not all of its rows are in the database") as error:
        keeping.tend()
    assert error.value.where == str(closed[0])
    assert all(each.exists() for each in closed)
    ships.shipped = 2  # the first file has row 1 alone
    with pytest.raises(Unshipped):
        keeping.tend()
    assert [each.exists() for each in closed] == [False, True]
    ships.shipped = kept.trail.end.last
    keeping.tend()
    assert not closed[1].exists()
    kept.trail.close()
    assert verify(path).whole


def test_a_file_is_closed_between_two_looks_of_what_ships_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 1)
    kept = Kept(path)
    ships = Ships()
    tended = threading.Event()
    looked_after = Keeping(kept.trail, kept.file, None, kept.clock, shipment=cast(Shipment, ships))
    kept.row()

    def tend() -> None:
        looked_after.tend()
        tended.set()

    with ships.reading, History.open(path) as history:
        history.rows()
        thread = threading.Thread(target=tend)
        thread.start()
        assert not tended.wait(0.05)
    thread.join(10)
    assert tended.is_set()
    assert path.with_name("trail.0001.db").exists()
    kept.trail.close()
