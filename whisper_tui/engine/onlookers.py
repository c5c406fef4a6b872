"""Whoever else listens: every ChanSpy that is not this installation's stands in the session log, from its start to its end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress

from msgspec import Struct, structs

from whisper_tui.ami.actions import Status
from whisper_tui.ami.events import BridgeEntered, ChannelGone, DigitEnded, Event, Listed, SpyStarted, SpyStopped
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.audit.records import CallRef, Certainty, Kind, Record, Whom
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook
from whisper_tui.floor import find
from whisper_tui.floor.model import Spy
from whisper_tui.floor.trace import is_cue, is_leg
from whisper_tui.terms import LinkState, Pbx, Uniqueid

STARTED, STOPPED = "started", "stopped"

UP_BEFORE = "up before login"
IN_A_LIST = "found in a list"

MOST = 1000
"""Onlookers at a time; more than any floor has were invented, and would fill the disk."""

ASKING_AT_MOST = 8
"""Questions on their way; of whoever starts meanwhile the next list tells."""

_TOLD_BY = (SpyStarted, SpyStopped, ChannelGone, BridgeEntered, DigitEnded, Listed)


class _Onlooker(Struct):
    """Somebody who listens. `spyee` is "" where the PBX does not tell whom they hear; `mode` is the last that was known."""

    spyee: Uniqueid
    row: Record
    mode: str


class Onlookers:
    """Writes them down. The floor is asked after every event that can have changed who listens.

    Args:
        installation: legs named after it are ours, and are not written here.
        spawn: runs a question to the PBX.
    """

    def __init__(
        self, installation: str, book: Logbook, spawn: Callable[[Coroutine[object, object, None]], None]
    ) -> None:
        self._ours = f"wt-{installation}-"
        self._book = book
        self._spawn = spawn
        self._there: dict[tuple[Pbx, Uniqueid], _Onlooker] = {}
        self._asking = 0

    def observe(self, line: Line, fact: Event) -> None:
        """Take note of an event, which may be about anything; the floor has it already."""
        if not isinstance(fact, _TOLD_BY):
            return
        match fact:
            case SpyStarted(spyer=spyer):
                self._look(line, spyer)
            case SpyStopped(spyer=spyer):
                there = self._there.get((line.pbx, spyer))
                if there is not None and not there.spyee:
                    self._stopped(line, spyer, Certainty.EXACT)
                self._look(line, spyer)
            case BridgeEntered(uniqueid=uniqueid) | DigitEnded(uniqueid=uniqueid):
                if (line.pbx, uniqueid) in self._there:
                    self._look(line, uniqueid)
            case ChannelGone(uniqueid=uniqueid):
                for (pbx, spyer), there in list(self._there.items()):
                    if pbx == line.pbx and uniqueid in (spyer, there.spyee):
                        self._look(line, spyer)
            case Listed(action=action):
                self._look_at_all(line, action)

    def _look_at_all(self, line: Line, action: str) -> None:
        how = UP_BEFORE if line.state is LinkState.SEEDING else IN_A_LIST
        known = [spyer for pbx, spyer in self._there if pbx == line.pbx]
        for spyer in dict.fromkeys((*known, *line.floor.spies)):
            self._look(line, spyer, how)
            spy = line.floor.spies.get(spyer)
            # After the last of the lists nothing more will tell whom they hear who were up before.
            if how is UP_BEFORE and action == "DeviceStateList" and spy is not None and not is_leg(spyer):
                self._started(line, spy, how)

    def _look(self, line: Line, spyer: Uniqueid, how: str = "") -> None:
        """Compare what is written of `spyer` with what the floor has; `how` it was found out, "" by an event."""
        spy, there = line.floor.spies.get(spyer), self._there.get((line.pbx, spyer))
        if there is not None:
            if spy is not None and spy.spyee == there.spyee:
                there.mode = _mode(spy)
                return
            self._stopped(line, spyer, Certainty.BOUNDED if how else Certainty.EXACT)
        if spy is not None and spy.spyee:
            self._started(line, spy, how)

    def _started(self, line: Line, spy: Spy, how: str) -> None:
        known = (line.pbx, spy.spyer) in self._there
        if known or spy.spyer.startswith(self._ours) or len(self._there) >= MOST:
            return
        call = find.call_of(line.floor, spy.spyee)
        words = ["another console" if is_leg(spy.spyer) or is_cue(spy.spyer) else "a spy from elsewhere"]
        if not spy.spyee:
            words.append("whom it hears is not told")
        elif call is not None and spy.spyee == call.key:
            words.append("on the customer's channel")
        row = structs.replace(
            self._book.record(Kind.FOREIGN_SPY),
            leg=spy.spyer,
            phone=spy.device,
            deed=STARTED,
            mode=_mode(spy),
            call=CallRef(line.pbx),
            detail=", ".join([*words, how] if how else words),
        )
        if call is not None:
            agent = line.floor.agents.get(call.agent)
            row = structs.replace(
                row,
                whom=Whom(call.agent, agent.name if agent is not None else "", call.queue),
                call=CallRef(
                    line.pbx,
                    line.floor.channels[call.key].linkedid,
                    call.key,
                    call.agent_channel or "",
                    call.number,
                ),
            )
        self._there[line.pbx, spy.spyer] = _Onlooker(spy.spyee, row, row.mode)
        self._book.write_soon(row)
        if not how and self._asking < ASKING_AT_MOST:
            self._asking += 1
            self._spawn(self._ask(line, spy.spyer))

    def _stopped(self, line: Line, spyer: Uniqueid, certainty: Certainty) -> None:
        there = self._there.pop((line.pbx, spyer))
        now = self._book.record(Kind.FOREIGN_SPY)
        self._book.write_soon(
            structs.replace(
                there.row,
                at=now.at,
                monotonic=now.monotonic,
                boot=now.boot,
                deed=STOPPED,
                mode=there.mode,
                end_certainty=certainty,
            )
        )

    async def _ask(self, line: Line, spyer: Uniqueid) -> None:
        """Once: what it runs tells its mode, and the floor reads the answer like any list."""
        try:
            with suppress(UnsafeAction):  # an id that no PBX makes
                await line.wire.send(Status(spyer))
        finally:
            self._asking -= 1


def _mode(spy: Spy) -> str:
    return spy.mode.value if spy.mode is not None else ""
