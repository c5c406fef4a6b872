"""Raised hands on the real Asterisk: a code that is dialled, a key in a call, an action of another program, and a pause."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.console import PBX, RIGHTS, Console, console_on
from tests.asterisk.kit import Bench
from tests.asterisk.ledger import rows_of
from whisper_tui.engine.rows import HandRow
from whisper_tui.floor.hands import SETTLES
from whisper_tui.floor.model import Heeds
from whisper_tui.supervision.acts import Pause, Unpause
from whisper_tui.supervision.intents import AnswerHand
from whisper_tui.terms import Right

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

ANA = "PJSIP/1001"
MAY = RIGHTS | {Right.HAND_ANSWER, Right.AGENT_PAUSE}
HEEDS = Heeds("whisperhand", "lunch")


def hand(console: Console) -> HandRow | None:
    return console.seat.view().agents[PBX, ANA].hand


async def test_a_code_that_an_agent_dials_raises_the_hand_and_somebody_takes_it(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, rights=MAY, account="full", heeds=HEEDS) as console:
        dials = {"Channel": ANA, "Context": "internal", "Exten": "*44", "Priority": 1, "Async": "true"}
        await bench.witness.ask("Originate", **dials)
        await console.until(lambda _view: hand(console) is not None)
        raised = hand(console)
        assert raised is not None and raised.text == "asks for a supervisor"
        await console.does(AnswerHand(PBX, ANA))
    kinds = [(row.kind.value, row.who and row.who.user) for row in rows_of(trail) if row.kind.value.startswith("hand-")]
    assert kinds == [("hand-raised", None), ("hand-answered", "ana")]


async def test_a_key_in_the_middle_of_a_call_raises_it_and_again_lowers_it(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, rights=MAY, account="full", heeds=HEEDS) as console:
        call = await bench.call("5550194")
        key = await console.sees(call)
        await bench.phones.press(call.agent.leg, "*4")
        await console.until(lambda view: view.calls[key].hand is not None)
        await console.engine.clock.until(console.floor.hands[ANA].since + SETTLES)
        await bench.phones.press(call.agent.leg, "*4")
        await console.until(lambda view: view.calls[key].hand is None)
    causes = [
        (row.cause, row.call and row.call.customer) for row in rows_of(trail) if row.kind.value.startswith("hand-")
    ]
    assert causes == [("", call.customer.uniqueid), ("agent", call.customer.uniqueid)]


async def test_another_program_raises_it_by_ami_and_the_pbx_passes_its_headers_on(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, rights=MAY, account="full", heeds=HEEDS) as console:
        await bench.witness.ask("UserEvent", UserEvent="WhisperHand", Agent="1001", State="on", Text="from the desktop")
        await console.until(lambda _view: hand(console) is not None)
        await bench.witness.ask("UserEvent", UserEvent="WhisperHand", Agent="1099", State="on")
        raised = hand(console)
        assert raised is not None and raised.text == "from the desktop"
        assert list(console.floor.hands) == [ANA]


async def test_a_pause_for_the_agreed_reason_raises_it_until_it_ends(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, rights=MAY, account="full", heeds=HEEDS) as console:
        await console.does(Pause(PBX, ANA, "lunch"))
        await console.until(lambda _view: hand(console) is not None)
        await console.does(Unpause(PBX, ANA))
        await console.until(lambda _view: hand(console) is None)
    causes = [row.cause for row in rows_of(trail) if row.kind.value.startswith("hand-")]
    assert causes == ["", "pause-over"]
