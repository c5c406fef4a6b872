"""A cue card on the real Asterisk: the agent's phone gets the text, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.console import RIGHTS, console_on
from tests.asterisk.kit import Bench
from tests.asterisk.ledger import rows_of
from tests.asterisk.test_hearing import parties
from whisper_tui.audit.records import Kind
from whisper_tui.supervision.intents import Cue, Listen
from whisper_tui.terms import Mode, Right

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]


async def test_the_agents_phone_shows_the_card_and_nobody_hears_it(bench: Bench, trail: Path) -> None:
    rights = RIGHTS | {Right.CUE_SEND}
    async with console_on(bench.lab.ports.ami, trail, rights=rights, account="full", cues=("¿El pedido?",)) as console:
        call = await bench.call("5550161")
        await console.does(Listen(await console.sees(call)))
        await console.does(Cue(1))
        assert await bench.phones.texts("1001", 1) == ["¿El pedido?"]
        assert await bench.phones.texts("2001") == []
        await bench.hear(parties(call, console.strip.mode or Mode.SILENT))
    (row,) = (row for row in rows_of(trail) if row.kind is Kind.CUE)
    assert (row.detail, row.whom and row.whom.agent) == ("¿El pedido?", "PJSIP/1001")
