"""What a program that died left behind: legs on the PBX are hung up, open rows of the log are closed as far as can be known.

A customer who was taken over talks on with the supervisor whatever became of the program (DESIGN section 2): such a call is
left alone, and its rows are closed when it ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import structs

from whisper_tui.ami.actions import Hangup
from whisper_tui.ami.events import ChannelGone, Event
from whisper_tui.audit.history import Unclosed
from whisper_tui.audit.records import Certainty, Kind
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook
from whisper_tui.terms import Uniqueid

CAUSE = "program.ended"
THIRD = "join"
"""The deed of a leg that was rung into a call as a third party: a bridge is where it listens."""


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
        self._spied = {_leg(each) for each in sessions if each.opened.record.deed != THIRD}
        self._own: set[Uniqueid] = set()

    async def end(self, line: Line, held: Collection[Uniqueid]) -> None:
        """Hang up what is left on this PBX and close its rows: it ended some time after the last row that names it."""
        found = [each for each in line.floor.channels if each.startswith(self._prefix) and each not in held]
        # A spy that is in a bridge has taken somebody over; were it anything else, its lease would end it by itself.
        going_on = {each for each in found if each in self._spied and line.floor.channels[each].bridge}
        self._own |= going_on
        for uniqueid in found:
            if uniqueid not in going_on:
                await line.wire.send(Hangup(uniqueid))
        for kind, unclosed in self._take(line, but=going_on):
            state = "was still up and was hung up" if _leg(unclosed) in found else "was gone"
            detail = f"ended after row {unclosed.latest.seq}; at the next start the leg {state}"
            self._close(kind, unclosed, CAUSE, Certainty.BOUNDED, detail)

    def observe(self, line: Line, event: Event) -> None:
        """An event of `line`: perhaps the end of a call that a program which died had taken over."""
        if self._own and type(event) is ChannelGone and event.uniqueid in self._own:
            for kind, unclosed in self._take(line, only=event.uniqueid):
                detail = "the call was taken over by a program that died, and ended in the sight of another"
                self._close(kind, unclosed, "takeover.ended", Certainty.EXACT, detail)

    def _take(
        self, line: Line, *, but: Collection[Uniqueid] = (), only: Uniqueid | None = None
    ) -> list[tuple[Kind, Unclosed]]:
        """The open rows of this PBX, which are ours to close from here on."""
        taken = [
            (kind, each)
            for kind, each in self._open
            if _pbx(each) in (line.pbx, "") and _leg(each) not in but and only in (None, _leg(each))
        ]
        self._open = [each for each in self._open if each not in taken]
        return taken

    def _close(self, kind: Kind, unclosed: Unclosed, cause: str, certainty: Certainty, detail: str) -> None:
        now = self._book.record(kind)
        self._book.write_soon(
            structs.replace(
                unclosed.opened.record,
                kind=kind,
                at=now.at,
                monotonic=now.monotonic,
                boot=now.boot,
                cause=cause,
                end_certainty=certainty,
                detail=detail,
            )
        )


def _leg(unclosed: Unclosed) -> Uniqueid:
    return Uniqueid(unclosed.opened.record.leg)


def _pbx(unclosed: Unclosed) -> str:
    call = unclosed.opened.record.call
    return call.pbx if call is not None else ""
