"""A phone that is told to answer by itself does, and one that is not rings on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.asterisk.console import console_on
from tests.asterisk.kit import Bench
from whisper_tui.cli.pbx import answer_headers
from whisper_tui.config.schema import PhoneSettings
from whisper_tui.engine.backend import Phase
from whisper_tui.supervision.intents import Leave, Listen
from whisper_tui.terms import Mode

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]


@pytest.mark.parametrize(
    ("setting", "name", "value"),
    [
        ("alert-info", "Alert-Info", "<http://127.0.0.1>;info=alert-autoanswer"),
        ("call-info", "Call-Info", "<sip:pbx>;answer-after=0"),
    ],
)
async def test_the_setting_is_in_the_invite_and_the_phone_answers_by_itself(
    bench: Bench, trail: Path, setting: str, name: str, value: str
) -> None:
    await bench.phones.manners("2001", "auto")
    headers = answer_headers(PhoneSettings("PJSIP/2001", answer=setting))
    async with console_on(bench.lab.ports.ami, trail, answer_headers=headers) as console:
        await console.does(Listen(await console.sees(await bench.call("5550161"))))
        assert console.strip.mode is Mode.SILENT
    invite = (await bench.phones.do("invite", phone="2001"))["headers"]
    assert [name, value] in invite


async def test_a_header_of_the_sites_own_is_in_the_invite(bench: Bench, trail: Path) -> None:
    headers = answer_headers(PhoneSettings("PJSIP/2001", answer="X-Auto-Answer: yes; after=0"))
    async with console_on(bench.lab.ports.ami, trail, answer_headers=headers) as console:
        await console.does(Listen(await console.sees(await bench.call("5550161"))))
    assert ["X-Auto-Answer", "yes; after=0"] in (await bench.phones.do("invite", phone="2001"))["headers"]


async def test_answered_by_hand_the_phone_rings_until_somebody_does(bench: Bench, trail: Path) -> None:
    await bench.phones.manners("2001", "auto")
    headers = answer_headers(PhoneSettings("PJSIP/2001"))
    async with console_on(bench.lab.ports.ami, trail, answer_headers=headers) as console:
        key = await console.sees(await bench.call("5550161"))
        asking = asyncio.create_task(console.does(Listen(key)))
        ringing = await bench.phones.ringing("2001")
        await console.until(lambda view: view.strip.phase is Phase.RINGING)
        told = {name.lower() for name, _ in (await bench.phones.do("invite", phone="2001"))["headers"]}
        assert "contact" in told
        assert not told & {"alert-info", "call-info"}
        await bench.phones.do("answer", leg=ringing)
        await asking
        assert console.strip.phase is Phase.ON
        await console.does(Leave())
