"""What became of the calls of queues, from the line to where it is kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import PBX, at_a_desk
from whisper_tui.ami.events import AgentCompleted, QueueAbandoned
from whisper_tui.audit.calls import PastCall
from whisper_tui.audit.records import Kind
from whisper_tui.engine import outcomes
from whisper_tui.engine.outcomes import AT_ONCE, GATHER
from whisper_tui.errors import WhisperError
from whisper_tui.floor.visits import SOON
from whisper_tui.terms import Uniqueid


@dataclass
class Store:
    """Keeps calls in memory; with `full` set it refuses."""

    kept: list[PastCall] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    full: bool = False
    tries: int = 0

    def keep(self, calls: Sequence[PastCall]) -> None:
        self.tries += 1
        if self.full:
            raise WhisperError("the disk is full", "log.db", "free some space")
        self.batches.append(len(calls))
        self.kept += calls


def completes(pbx: FakePbx, customer: Uniqueid, agent: str = "1001", queue: str = "support") -> None:
    pbx._event(AgentCompleted(queue, f"PJSIP/{agent}", customer, pbx.agent_of(customer), "caller", 3, 30))
    pbx.hang_up_call(customer)


async def test_a_call_is_kept_with_the_time_of_day_soon_after_its_end() -> None:
    store = Store()
    async with at_a_desk(calls=store) as desk:
        customer = desk.pbx.join()
        at = desk.clock.wall()
        await desk.clock.wind(5)
        desk.pbx.connect_to(customer)
        await desk.clock.wind(30)
        completes(desk.pbx, customer)
        await settle()
        assert store.kept == [], "several are written together"
        await desk.clock.wind(GATHER)
        assert store.kept == [
            PastCall(
                pbx=PBX,
                uniqueid=customer,
                queue="support",
                agent="PJSIP/1001",
                number="5550142",
                joined=at,
                waited=5.0,
                answered=at + 5,
                talked=30.0,
                held=0.0,
                holds=0,
                transfers=0,
                outcome="answered",
                ended=at + 35,
            )
        ]


async def test_what_ends_together_is_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    monkeypatch.setattr(outcomes, "AT_ONCE", 3)
    async with at_a_desk(calls=store) as desk:
        for n in range(1, 6):
            completes(desk.pbx, desk.pbx.call(n=n))
        await desk.clock.wind(GATHER)
        assert store.batches == [3, 2]
    assert AT_ONCE > 3


async def test_what_is_open_at_the_end_is_kept_as_not_known() -> None:
    store = Store()
    async with at_a_desk(calls=store) as desk:
        desk.pbx.call(n=1)
        desk.pbx.join("sales", n=2)
        gone = desk.pbx.join("sales", n=3)
        desk.pbx._event(QueueAbandoned("sales", gone, 0))
        desk.pbx.hangs_up(gone)
    assert sorted((call.queue, call.outcome) for call in store.kept) == [
        ("sales", "abandoned"),
        ("sales", "unknown"),
        ("support", "unknown"),
    ]


async def test_a_call_that_ends_while_the_link_is_away_is_not_known() -> None:
    store = Store()
    async with at_a_desk(calls=store) as desk:
        lost, stays = desk.pbx.call(n=1), desk.pbx.call(n=2)
        await desk.clock.wind(10)
        desk.pbx.drop()
        for uniqueid in (desk.pbx.agent_of(lost), lost):
            del desk.pbx.chans[uniqueid]
        await desk.clock.wind(60)
        desk.pbx.connect()
        await desk.clock.wind(5)
        assert [(call.uniqueid, call.outcome, call.talked) for call in store.kept] == [(lost, "unknown", 10.0)]
        completes(desk.pbx, stays)
        await desk.clock.wind(GATHER)
        assert [(call.uniqueid, call.outcome, call.talked) for call in store.kept[1:]] == [(stays, "answered", 75.0)]


async def test_a_full_disk_drops_history_with_one_warning_and_is_no_trouble_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = Store(full=True)
    async with at_a_desk(calls=store) as desk:
        with caplog.at_level(logging.WARNING):
            for n in range(1, 4):
                completes(desk.pbx, desk.pbx.call(n=n))
                await desk.clock.wind(GATHER)
        assert store.tries == 3, "each is tried once"
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert "the disk is full" in caplog.text
        assert desk.engine.book.trouble is None
        store.full = False
        completes(desk.pbx, desk.pbx.call(n=4))
        await desk.clock.wind(GATHER)
        assert len(store.kept) == 1
    assert desk.paper.kinds()[-1] is Kind.STOPPED


async def test_nothing_is_kept_of_a_recording() -> None:
    store = Store()
    async with at_a_desk(calls=store, replay=True) as desk:
        completes(desk.pbx, desk.pbx.call())
        await desk.clock.wind(GATHER + SOON)
    assert store.tries == 0
