"""Rows of a small floor, as a test wants them. The moment is 1000 s, where a WoundClock starts."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from whisper_tui.engine.backend import FloorView, Hears, Phase, StripView
from whisper_tui.engine.rows import (
    AgentKey,
    AgentRow,
    CallRow,
    GlassRow,
    Limits,
    LinkRow,
    ListenerBadge,
    MemberRow,
    PetitionRow,
    QueueRow,
    SpyKey,
    SpyRow,
    Whose,
)
from whisper_tui.supervision.intents import PetitionId
from whisper_tui.terms import (
    CallKey,
    CallState,
    LegId,
    LegKind,
    LinkState,
    Microphone,
    Mode,
    Pbx,
    Recording,
    Right,
    SessionId,
    Step,
    Uniqueid,
)

PBX = Pbx("lyon-pbx")
NOW = 1000.0


def key(number: int | str) -> CallKey:
    return CallKey(PBX, Uniqueid(f"1795000000.{number}"))


def talking(number: int, agent: str, queue: str = "support", *, talked: float = 391, **fields: object) -> CallRow:
    """A call that has been up for `talked` seconds."""
    row = CallRow(
        key=key(number),
        state=CallState.TALKING,
        queue=queue,
        agent=agent,
        agent_device=f"PJSIP/{1000 + number}",
        caller=f"…0{100 + number}",
        caller_name="",
        began=NOW - talked - 12,
        waiting_since=NOW - talked - 12,
        waited=12.0,
        talking_since=NOW - talked,
        talk_known=True,
        held_since=None,
        holds=0,
        held=0.0,
        position=None,
        priority=None,
        recording=Recording.ON,
        parties=2,
        outbound=False,
        can_be_heard=True,
        steps=(Step(NOW - talked - 12, CallState.WAITING), Step(NOW - talked, CallState.TALKING)),
    )
    return replace(row, **fields)  # type: ignore[arg-type]


def held(number: int, agent: str, queue: str = "sales", **fields: object) -> CallRow:
    """As `talking`, and on hold for 20 s."""
    row = talking(number, agent, queue, state=CallState.HELD, held_since=NOW - 20, holds=1, **fields)  # type: ignore[arg-type]
    return replace(row, steps=(*row.steps, Step(NOW - 20, CallState.HELD)))


def waiting(number: int, queue: str = "support", *, waited: float = 72, position: int = 1, **fields: object) -> CallRow:
    """A caller who has waited for `waited` seconds."""
    row = talking(
        number,
        "",
        queue,
        state=CallState.WAITING,
        agent_device="",
        began=NOW - waited,
        waiting_since=NOW - waited,
        waited=None,
        talking_since=None,
        position=position,
        recording=Recording.OFF,
        parties=0,
        can_be_heard=False,
        steps=(Step(NOW - waited, CallState.WAITING),),
    )
    return replace(row, **fields)  # type: ignore[arg-type]


def ringing(number: int, agent: str, queue: str = "support", *, waited: float = 12, **fields: object) -> CallRow:
    """As `waiting`, with an agent's phone ringing."""
    device = f"PJSIP/{1000 + number}"
    return waiting(number, queue, waited=waited, state=CallState.RINGING, agent=agent, agent_device=device, **fields)  # type: ignore[arg-type]


def queue(name: str, **fields: object) -> QueueRow:
    row = QueueRow(
        pbx=PBX,
        queue=name,
        waiting=0,
        longest_since=None,
        service_level=20,
        performance=100.0,
        talking=0,
        free=0,
        paused=0,
        members=4,
        completed=40,
        abandoned=2,
        limits=Limits(late=20.0),
    )
    return replace(row, **fields)  # type: ignore[arg-type]


def link(state: LinkState = LinkState.LIVE, **fields: object) -> LinkRow:
    return replace(LinkRow(PBX, state, "22.10.1", NOW - 3600), **fields)  # type: ignore[arg-type]


def strip(call: CallRow, mode: Mode = Mode.SILENT, **fields: object) -> StripView:
    """A session on `call`, confirmed in `mode` for 134 s."""
    row = StripView(
        phase=Phase.ON,
        phone="PJSIP/2001",
        leg=LegId("wt-0a1b2c3d-00112233445566ff"),
        kind=LegKind.LOCKED,
        session=SessionId("s-1"),
        call=call.key,
        agent=call.agent,
        queue=call.queue,
        caller=call.caller,
        mode=mode,
        microphone=Microphone.MUTED if mode is Mode.SILENT else Microphone.OPEN,
        agent_hears=Hears.NO if mode in (Mode.SILENT, Mode.TAKEOVER) else Hears.YES,
        customer_hears=Hears.NO if mode in (Mode.SILENT, Mode.WHISPER) else Hears.YES,
        since=NOW - 134,
        session_since=NOW - 200,
        recording=call.recording,
        recorded=mode in (Mode.THIRD, Mode.TAKEOVER),
    )
    return replace(row, **fields)  # type: ignore[arg-type]


def spy(device: str, whose: Whose, mode: Mode | None, call: CallRow, *, since: float = NOW - 60) -> SpyRow:
    """Somebody who hears `call`."""
    uniqueid = Uniqueid(f"1795000000.{device}")
    return SpyRow(PBX, uniqueid, device, whose, mode, call.key, call.agent, call.queue, call.caller, since)


def spies(*rows: SpyRow) -> dict[SpyKey, SpyRow]:
    return {(row.pbx, row.spyer): row for row in rows}


def members(*queues: str, paused: bool = False, reason: str = "") -> tuple[MemberRow, ...]:
    """An agent's places in these queues, with two calls taken in each."""
    return tuple(MemberRow(queue, paused, reason, 2) for queue in queues)


def crew(*rows: AgentRow) -> dict[AgentKey, AgentRow]:
    return {(row.pbx, row.device): row for row in rows}


def petition(call: CallRow, right: Right = Right.TAKEOVER, **fields: object) -> PetitionRow:
    """`ana` asks for leave, and has 114 s left."""
    row = PetitionRow(
        ident=PetitionId("p-1"),
        mine=False,
        by="ana",
        right=right,
        call=call.key,
        agent=call.agent,
        queue=call.queue,
        caller=call.caller,
        reason="complaint",
        until=NOW + 114,
    )
    return replace(row, **fields)  # type: ignore[arg-type]


def petitions(*rows: PetitionRow) -> dict[PetitionId, PetitionRow]:
    return {row.ident: row for row in rows}


def glass(call: CallRow, right: Right = Right.LISTEN, **fields: object) -> GlassRow:
    """`ana` broke glass for `call`, at 11:06 UTC."""
    row = GlassRow(
        ident="g-1",
        by="ana",
        right=right,
        rule="hours",
        reason="emergency",
        at=1_794_999_960.0,
        agent=call.agent,
        queue=call.queue,
    )
    return replace(row, **fields)  # type: ignore[arg-type]


ANA = talking(142, "Ana Ruiz", talked=391, caller_name="M. Dubois")
BEN = held(177, "Ben Okoro", talked=182)
CHLOE = ringing(103, "Chloe Martin", waited=12)
CALLER = waiting(151, priority=10)
SPY = ListenerBadge("SIP/99", Whose.FOREIGN, None, NOW - 60)


def floor(
    calls: Iterable[CallRow] = (ANA, BEN, CHLOE, CALLER), queues: Iterable[QueueRow] | None = None, **fields: object
) -> FloorView:
    """The floor of UX.md's picture."""
    rows = (
        queue("support", waiting=2, longest_since=NOW - 72, performance=84.2, talking=5, free=2, paused=1),
        queue("sales", waiting=1, longest_since=NOW - 14, performance=97.0, talking=3),
        queue("retention", talking=1, free=1),
    )
    view = FloorView(
        calls={row.key: row for row in calls},
        queues={(row.pbx, row.queue): row for row in (rows if queues is None else queues)},
        links={PBX: link()},
        strip=StripView(Phase.NONE),
    )
    return replace(view, **fields)  # type: ignore[arg-type]
