"""What a program that died left behind: legs on the PBX are hung up, open rows of the log are closed as far as can be known."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import structs

from whisper_tui.ami.actions import Hangup
from whisper_tui.audit.history import Unclosed
from whisper_tui.audit.records import Certainty, Kind
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook
from whisper_tui.terms import Uniqueid

CAUSE = "program.ended"


class Orphans:
    """Of one installation. Whoever holds its log is its only program, so a leg that no seat holds is nobody's.

    Args:
        sessions, legs: what the log has no end for, as of the start.
    """

    def __init__(
        self, installation: str, book: Logbook, sessions: Sequence[Unclosed], legs: Sequence[Unclosed]
    ) -> None:
        self._prefix = f"wt-{installation}-"
        self._book = book
        self._open = [(Kind.LEFT, each) for each in sessions] + [(Kind.LEG_ENDED, each) for each in legs]

    async def end(self, line: Line, held: Collection[Uniqueid]) -> None:
        """Hang up what is left on this PBX and close its rows: it ended some time after the last row that names it."""
        found = [each for each in line.floor.channels if each.startswith(self._prefix) and each not in held]
        for uniqueid in found:
            await line.wire.send(Hangup(uniqueid))
        here = [each for each in self._open if _pbx(each[1]) in (line.pbx, "")]
        self._open = [each for each in self._open if each not in here]
        for kind, unclosed in here:
            now = self._book.record(kind)
            state = "was still up and was hung up" if unclosed.opened.record.leg in found else "was gone"
            self._book.write_soon(
                structs.replace(
                    unclosed.opened.record,
                    kind=kind,
                    at=now.at,
                    monotonic=now.monotonic,
                    boot=now.boot,
                    cause=CAUSE,
                    end_certainty=Certainty.BOUNDED,
                    detail=f"ended after row {unclosed.latest.seq}; at the next start the leg {state}",
                )
            )


def _pbx(unclosed: Unclosed) -> str:
    call = unclosed.opened.record.call
    return call.pbx if call is not None else ""
