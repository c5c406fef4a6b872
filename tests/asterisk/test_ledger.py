"""The check that runs after every test finds what it is there to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.ledger import nothing_is_unlogged
from tests.asterisk.witness import Message, Witness
from whisper_tui.audit.records import CallRef, Kind, Record
from whisper_tui.audit.trail import Trail

LEG = "wt-0123abcd-0123456789abcdef"


class Told(Witness):
    """A PBX that has no channels and has told these events."""

    def __init__(self, *events: tuple[float, str, dict[str, str]]) -> None:
        super().__init__()
        for at, name, headers in events:
            message = Message({"Event": name, **headers})
            message.at = at
            self.events.append(message)

    async def channels(self) -> list[Message]:
        return []


RANG = (20.0, "Newchannel", {"Uniqueid": LEG, "Channel": "PJSIP/2001-00000001"})
HEARD = (21.0, "ChanSpyStart", {"SpyerUniqueid": LEG, "SpyeeUniqueid": "lab-1.2"})


def row(kind: Kind, at: float, deed: str = "", agent: str = "lab-1.2") -> Record:
    return Record(kind, at, at, "boot", leg=LEG, session="s1", deed=deed, call=CallRef("lab", agent=agent))


WHOLE = [row(Kind.REQUESTED, 19.0, "listen"), row(Kind.LEFT, 22.0), Record(Kind.LEG_ENDED, 22.0, 22.0, "boot", leg=LEG)]


def written(trail: Path, *rows: Record) -> Path:
    with Trail.open(trail) as log:
        for each in rows:
            log.append(each)
    return trail


async def test_a_leg_with_its_session_passes(trail: Path) -> None:
    await nothing_is_unlogged(Told(RANG, HEARD), [written(trail, *WHOLE)])


@pytest.mark.parametrize(
    ("rows", "events", "complaint"),
    [
        ([], [RANG], "the log knows of no intent"),
        (WHOLE, [RANG, RANG], "dialled twice"),
        ([row(Kind.REQUESTED, 20.5, "listen"), *WHOLE[1:]], [RANG], "before the intent was on disk"),
        (WHOLE[:1], [RANG], "a session has no end"),
        (WHOLE[:2], [RANG], "a leg has no end"),
        ([row(Kind.REQUESTED, 19.0, "listen", "lab-9.9"), *WHOLE[1:]], [RANG, HEARD], "without a session"),
    ],
)
async def test_what_is_unlogged_or_open_is_found(
    trail: Path, rows: list[Record], events: list[tuple[float, str, dict[str, str]]], complaint: str
) -> None:
    with pytest.raises(AssertionError, match=complaint):
        await nothing_is_unlogged(Told(*events), [written(trail, *rows)])
