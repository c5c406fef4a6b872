"""A supervisor at a desk: an engine on a PBX in memory, with a wound clock and a log that a test can read and break."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import Executor, Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from tests.fakes.clock import WoundClock, settle
from tests.fakes.law import Law
from tests.fakes.pbx import FakePbx
from whisper_tui.audit.history import Unclosed
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.trail import Trail
from whisper_tui.engine.archive import Shelf
from whisper_tui.engine.backend import StripView, ViewChanges
from whisper_tui.engine.booth import Booth
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.facts import FactRules
from whisper_tui.engine.known import Known
from whisper_tui.engine.outcomes import CallStore
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.rounds import Still
from whisper_tui.engine.seat import Seat
from whisper_tui.errors import WhisperError
from whisper_tui.floor.model import HEEDS_NOTHING, Heeds
from whisper_tui.permissions.policy import Policy, Profile, Scope
from whisper_tui.scorecard import Scorecard
from whisper_tui.supervision.intents import Answer, Intent
from whisper_tui.terms import CallKey, Notice, Pbx, Right, Subject, Uniqueid

T = TypeVar("T")
PBX = Pbx("lab")
INSTALLATION = "0123abcd"
ANA = Subject("ana", 1000, login_uid=1000)


@dataclass
class Paper:
    """A session log in memory; with `full` set it refuses."""

    rows: list[Record] = field(default_factory=list)
    full: bool = False
    unclosed: list[Unclosed] = field(default_factory=list)

    def append(self, record: Record) -> int:
        if self.full:
            raise WhisperError("no space left on device", "trail.db", "free some space")
        self.rows.append(record)
        return len(self.rows)

    def records(self, kinds: Collection[Kind], since: float) -> list[Record]:
        return [row for row in self.rows if row.kind in kinds and row.at >= since]

    def open_sessions(self) -> list[Unclosed]:
        return self.unclosed

    def open_legs(self) -> list[Unclosed]:
        return []

    def kinds(self) -> list[Kind]:
        return [row.kind for row in self.rows]

    def of(self, kind: Kind) -> list[Record]:
        return [row for row in self.rows if row.kind is kind]


class AtOnce(Executor):
    """Writes where it is asked to, so that no test waits for a thread."""

    def submit(self, fn: Callable[..., T], /, *args: object, **kwargs: object) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except WhisperError as error:
            done.set_exception(error)
        return done


class Slow(Executor):
    """A disk that takes its time: what is written waits for `go_on`."""

    def __init__(self) -> None:
        self._held: list[Callable[[], None]] = []

    def submit(self, fn: Callable[..., T], /, *args: object, **kwargs: object) -> Future[T]:
        done: Future[T] = Future()

        def write() -> None:
            if done.set_running_or_notify_cancel():
                done.set_result(fn(*args, **kwargs))

        self._held.append(write)
        return done

    def go_on(self) -> None:
        held, self._held = self._held, []
        for write in held:
            write()


@dataclass
class Desk:
    pbx: FakePbx
    clock: WoundClock
    paper: Paper
    engine: Engine
    seat: Seat
    law: Law
    told: list[Notice] = field(default_factory=list)
    changes: list[ViewChanges] = field(default_factory=list)

    @property
    def strip(self) -> StripView:
        return self.seat.view().strip

    def key(self, customer: Uniqueid) -> CallKey:
        return CallKey(PBX, customer)

    async def call(self, queue: str = "support", agent: str = "1001", n: int = 1) -> CallKey:
        customer = self.pbx.call(queue, agent, n=n)
        await settle()
        return self.key(customer)

    async def ask(self, intent: Intent) -> Answer:
        answer = await self.seat.ask(intent)
        await settle()
        return answer


def policy(*rights: Right, queues: tuple[str, ...] = (), deny: Scope | None = None) -> Policy:
    profile = Profile(
        "leads",
        frozenset(rights),
        os_users=frozenset({"ana"}),
        scope=Scope(queue=queues),
        deny=deny or Scope(),
    )
    return Policy((profile,), "digest")


EVERYTHING = policy(Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE)


@asynccontextmanager
async def at_a_desk(
    pbx: FakePbx | None = None,
    law: Policy | None = EVERYTHING,
    rules: PhoneRules | None = None,
    paper: Paper | Trail | None = None,
    known: Known | None = None,
    entries: Entries | None = None,
    decline_key: str = "",
    tags_variable: str = "",
    still: Still | None = None,
    calls: CallStore | None = None,
    replay: bool = False,
    shelf: Shelf | None = None,
    pause_reasons: Collection[str] = (),
    cues: Sequence[str] = (),
    booth: Booth | None = None,
    heeds: Heeds = HEEDS_NOTHING,
    hand_lasts: float = 0.0,
    scorecard: Scorecard | None = None,
    facts: FactRules | None = None,
) -> AsyncIterator[Desk]:
    pbx, clock, paper = pbx or FakePbx(), WoundClock(), paper or Paper()
    source = Law(law)
    engine = Engine(
        paper,
        clock,
        installation=INSTALLATION,
        law=source,
        boot="boot",
        replay=replay,
        thread=AtOnce(),
        still=still,
        calls=calls,
        shelf=shelf,
        hand_lasts=hand_lasts,
        facts=facts,
    )
    engine.connect(PBX, pbx.plug, tags_variable, heeds)
    seat = engine.admit(
        ANA,
        rules or PhoneRules("PJSIP/2001", INSTALLATION),
        known=known,
        entries={PBX: entries} if entries else None,
        decline_key=decline_key,
        pause_reasons=pause_reasons,
        cues=cues,
        scorecard=scorecard,
        booth=booth,
    )
    desk = Desk(pbx, clock, paper, engine, seat, source)
    seat.subscribe(desk.changes.append)
    seat.subscribe(lambda changes: desk.told.extend(changes.notices))
    await engine.start()
    await settle()
    try:
        yield desk
    finally:
        await engine.close()
