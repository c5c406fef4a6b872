"""The instruments themselves: what is not there must be missed, or no other test here proves anything."""

from __future__ import annotations

import pytest

from tests.asterisk.kit import SUPERVISOR, Bench, Call, Phones
from tests.asterisk.lab import Lab

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]


async def spy(bench: Bench, call: Call, options: str, *variables: str) -> None:
    started = bench.witness.expect(lambda m: m.name == "ChanSpyStart")
    ears = {"Application": "ChanSpy", "Data": f"{call.agent.channel},qu{options}", "Variable": list(variables)}
    await bench.witness.ask("Originate", Channel="PJSIP/2001", Async="true", **ears)
    await started


async def test_customer_and_agent_hear_each_other_and_nobody_else(bench: Bench) -> None:
    call = await bench.call("5550100")
    await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})


async def test_a_whisper_is_told_from_a_barge(bench: Bench) -> None:
    call = await bench.call("5550161")
    await spy(bench, call, "w")
    whisper = {call.customer: {call.agent}, call.agent: {call.customer, SUPERVISOR}}
    await bench.hear(whisper)
    with pytest.raises(AssertionError, match="heard"):
        await bench.hear({**whisper, call.customer: {call.agent, SUPERVISOR}}, limit=1.0)


async def test_a_phone_that_sends_no_packets_is_not_taken_for_one_that_hears_the_right_voices(bench: Bench) -> None:
    call = await bench.call("5550161")
    await bench.phones.hang_up(call.customer.leg)
    with pytest.raises(AssertionError, match="heard"):
        await bench.hear({call.agent: {call.customer}}, limit=1.0)


async def test_a_key_of_the_supervisors_phone_does_switch_a_leg_that_is_not_locked(bench: Bench) -> None:
    call = await bench.call("5550161")
    await spy(bench, call, "d")
    await bench.hear(
        {call.customer: {call.agent}, call.agent: {call.customer}, SUPERVISOR: {call.customer, call.agent}}
    )
    await bench.phones.press("2001", "6")
    await bench.hear({call.customer: {call.agent, SUPERVISOR}, call.agent: {call.customer, SUPERVISOR}})


@pytest.mark.parametrize(("manners", "causes"), [("busy", ["17"]), ("decline", ["21"]), ("ring", ["19", "0"])])
async def test_a_phone_refuses_as_people_do(bench: Bench, manners: str, causes: list[str]) -> None:
    """In Q.850: user busy, call rejected, no answer (Asterisk 16 gives no cause for that)."""
    await bench.phones.manners("1001", manners)
    ended = bench.witness.expect(lambda m: m.name == "Hangup")
    ring = {"Application": "Wait", "Data": "1", "Timeout": 1000}
    await bench.witness.ask("Originate", Channel="PJSIP/1001", Async="true", **ring)
    assert (await ended)["Cause"] in causes


async def test_two_labs_stand_side_by_side(lab: Lab) -> None:
    other = Lab(lab.chroot)
    other.start()
    try:
        assert other.ports != lab.ports
        phones = await Phones().open(other.ports.control)
        await phones.close()
        assert other.version == lab.version
    finally:
        other.stop()
