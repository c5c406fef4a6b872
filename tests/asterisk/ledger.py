"""What has to hold after every test: nothing that was done on the PBX is missing from the session log, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.asterisk.witness import Witness
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.verify import verify

LOUD = frozenset({"listen", "whisper", "barge", "join"})
"""What a phone may be rung for."""


def rows_of(trail: Path) -> list[Record]:
    """Every row of the log, oldest first, as it stands on disk."""
    with History.open(trail) as history:
        return [row.record for row in reversed(history.rows(limit=100_000))]


def closed_rows(trail: Path) -> list[Record]:
    """The rows of a log that must be whole and hold nothing open; none, if no console was started."""
    if not trail.exists():
        return []
    assert verify(trail).whole, verify(trail).broken
    with History.open(trail) as history:
        assert [each.ident for each in history.open_sessions()] == [], "a session has no end"
        assert [each.ident for each in history.open_legs()] == [], "a leg has no end"
    return rows_of(trail)


async def nothing_is_unlogged(witness: Witness, trails: Iterable[Path]) -> None:
    """Compare what the PBX told `witness` since login with the logs. The consoles are closed, and their legs have ended."""
    rows = [row for trail in trails for row in closed_rows(trail)]
    assert [row["Channel"] for row in await witness.channels() if row["Uniqueid"].startswith("wt-")] == []
    legs = [m for m in witness.seen("Newchannel") if m["Uniqueid"].startswith("wt-")]
    idents = [m["Uniqueid"] for m in legs]
    assert len(idents) == len(set(idents)), "a leg was dialled twice"
    for leg in legs:
        opens = Kind.CUE if "-cue-" in leg["Uniqueid"] else Kind.REQUESTED
        asked = [row for row in rows if row.kind is opens and row.leg == leg["Uniqueid"]]
        assert asked, f"{leg['Channel']} rang and the log knows of no intent"
        assert asked[0].deed in LOUD or (opens is Kind.CUE and asked[0].deed == "say")
        assert asked[0].at <= leg.at, "the phone rang before the intent was on disk"
    for spy in witness.seen("ChanSpyStart"):
        leg_id, agent = spy["SpyerUniqueid"], spy["SpyeeUniqueid"]
        if "-cue-" in leg_id:
            spoken = [row for row in rows if row.leg == leg_id and row.kind is Kind.CUE and row.at <= spy.at]
            assert [row.call and row.call.agent for row in spoken] == [agent], f"{leg_id} spoke to another than {agent}"
        elif leg_id.startswith("wt-"):
            heard = [row for row in rows if row.leg == leg_id and row.call is not None and row.call.agent == agent]
            kinds = {row.kind for row in heard if row.at <= spy.at or row.kind is not Kind.REQUESTED}
            assert {Kind.REQUESTED, Kind.LEFT} <= kinds, f"{leg_id} heard {agent} without a session"
