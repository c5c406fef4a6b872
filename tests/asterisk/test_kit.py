"""What tests of supervision lean on: fixed legs, transfers, a third party, silences, texts, an Asterisk that cannot lock."""

from __future__ import annotations

import asyncio

import pytest

from tests.asterisk.hearing import Hearing
from tests.asterisk.kit import OTHER_CUSTOMER_TONE, SUPERVISOR, Bench, Call, Transfer
from tests.asterisk.test_hearing import parties
from tests.asterisk.witness import Message, Witness
from whisper_tui.terms import Mode

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

LEASH = "leg-of-a-test"


async def supervise(bench: Bench, call: Call, *variables: str, options: str = "d") -> str:
    """A leg as the program dials it, silent and open unless `options` are others; return its channel."""
    started = bench.witness.expect(lambda m: m.name == "ChanSpyStart")
    await bench.witness.ask("Setvar", Channel=call.agent.channel, Variable="SPYGROUP", Value=LEASH)
    leg = {"Application": "ChanSpy", "Data": f",qg({LEASH}){options}", "ChannelId": LEASH, "Variable": list(variables)}
    await bench.witness.ask("Originate", Channel="PJSIP/2001", Async="true", **leg)
    async with asyncio.timeout(5):
        return (await started)["SpyerChannel"]


async def take_over(bench: Bench, call: Call, leg: str) -> None:
    said = await bench.witness.ask("Bridge", Channel1=leg, Channel2=call.customer.channel, Tone="no")
    assert said["Response"] == "Success", said


async def lease_of(bench: Bench, leg: str) -> str:
    """Seconds that are left of it; 0: it has none."""
    return (await bench.witness.ask("Getvar", Channel=leg, Variable="TIMEOUT(absolute)"))["Value"]


@pytest.mark.parametrize(("options", "mode"), [("", Mode.SILENT), ("w", Mode.WHISPER), ("B", Mode.BARGE)])
async def test_a_fixed_leg_keeps_its_mode_whatever_is_pressed_and_when_it_is_aimed_anew(
    bench: Bench, hearing: Hearing, options: str, mode: Mode
) -> None:
    """Keys are told as DTMFEnd and change nothing, and `*` finds only what is on the leash: DTMFEnd, Stop, Start."""
    first, second = await bench.call("5550161"), await bench.call("5550162", tone=OTHER_CUSTOMER_TONE)
    leg = await supervise(bench, first, options=options)
    for digit in "456":
        pressed = bench.witness.expect(lambda m: m.name == "DTMFEnd")
        await bench.witness.ask("PlayDTMF", Channel=leg, Digit=digit, Receive="true")
        assert (await pressed)["Channel"] == leg
    await hearing.hears(bench, "fixed", mode.value, parties(first, mode))
    await bench.witness.ask("Setvar", Channel=first.agent.channel, Variable="SPYGROUP", Value="")
    await bench.witness.ask("Setvar", Channel=second.agent.channel, Variable="SPYGROUP", Value=LEASH)
    before = len(bench.witness.events)
    await bench.witness.ask("PlayDTMF", Channel=leg, Digit="*", Receive="true")
    await bench.witness.sees(lambda m: m.name == "ChanSpyStart", since=before)
    told = [m for m in bench.witness.events[before:] if m.name in ("DTMFEnd", "ChanSpyStop", "ChanSpyStart")]
    assert [m.name for m in told] == ["DTMFEnd", "ChanSpyStop", "ChanSpyStart"]
    assert [m["SpyeeChannel"] for m in told] == ["", first.agent.channel, second.agent.channel]
    await bench.hear({**parties(first, None), **parties(second, mode)})
    await hearing.hears(bench, "fixed", f"{mode.value}, aimed anew", parties(second, mode))


@pytest.mark.parametrize("kind", Transfer, ids=lambda kind: kind.value)
async def test_a_transfer_gives_the_customer_to_another_agent(bench: Bench, hearing: Hearing, kind: Transfer) -> None:
    call = await bench.call("5550100")
    await bench.watch([call.customer])
    await bench.hear({call.customer: {call.agent}})
    new = await bench.transfer(call, kind, "610" if kind is Transfer.BLIND_TO_QUEUE else "1004")
    heard = await hearing.hears(bench, "-", f"{kind.value}: new agent", {call.customer: {new}, new: {call.customer}})
    assert new.uniqueid != call.agent.uniqueid
    assert heard[call.customer].packets[call.agent.tone] > 0, "what was heard before the transfer was forgotten"


async def test_a_third_party_is_heard_by_both_and_leaves_them_together(bench: Bench, hearing: Hearing) -> None:
    call = await bench.call("5550161")
    third = await bench.third(call, "1009")
    three = {call.customer, call.agent, third}
    await hearing.hears(bench, "third", "three in the bridge", {who: three - {who} for who in three})
    await bench.phones.hang_up(third.leg)
    await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})


async def test_a_third_party_ends_with_its_lease_and_the_others_go_on(bench: Bench) -> None:
    """Measured: TIMEOUT(absolute) on Originate and AbsoluteTimeout both hold in a bridge of three."""
    call = await bench.call("5550161")
    third = await bench.third(call, "1009")
    await bench.witness.ask("AbsoluteTimeout", Channel=third.channel, Timeout=1)
    await bench.phones.wait(third.leg, "gone")
    await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})


async def test_a_silence_is_measured_to_a_few_milliseconds(bench: Bench) -> None:
    call = await bench.call("5550161")
    await bench.watch([call.customer])
    await asyncio.sleep(0.5)
    before = await bench.gap(call.customer)
    assert before < 20, "the voice did not stop"
    await bench.phones.do("hush", leg=call.agent.leg, on=True)
    await asyncio.sleep(0.4)
    await bench.phones.do("hush", leg=call.agent.leg, on=False)
    await bench.hear({call.customer: {call.agent}})
    assert 350 < await bench.gap(call.customer) < 500
    await bench.watch([call.customer])
    assert await bench.gap(call.customer) < 350


async def test_a_takeover_leaves_the_customer_with_the_supervisor_and_the_leg_without_its_lease(
    bench: Bench, hearing: Hearing, note: list[str]
) -> None:
    """Measured on both: AMI Bridge takes the lease off a leg in ChanSpy by itself; AbsoluteTimeout 0 is an Error."""
    call = await bench.call("5550161")
    leg = await supervise(bench, call, "TIMEOUT(absolute)=30")
    assert 25 < float(await lease_of(bench, leg)) < 30
    await bench.watch([call.customer])
    await take_over(bench, call, leg)
    both = {call.customer: {SUPERVISOR}, SUPERVISOR: {call.customer}}
    await hearing.hears(bench, "open", "takeover by Bridge", both)
    note.append(
        f"takeover, Asterisk {bench.lab.version_text}: the customer had {await bench.gap(call.customer):.0f} ms of silence"
    )
    assert await lease_of(bench, leg) == "0"
    await bench.witness.ask("AbsoluteTimeout", Channel=leg, Timeout=30)
    refused = await bench.witness.ask("AbsoluteTimeout", Channel=leg, Timeout=0)
    assert (refused["Response"], refused["Message"]) == ("Error", "No timeout specified")
    assert float(await lease_of(bench, leg)) > 25
    await bench.witness.ask("Setvar", Channel=leg, Variable="TIMEOUT(absolute)", Value="0")
    assert await lease_of(bench, leg) == "0"


@pytest.mark.parametrize("number", ["5550181", "5550108"], ids=["Dial", "Queue"])
async def test_when_the_supervisor_hangs_up_after_a_takeover_the_caller_goes_on_in_the_dialplan(
    bench: Bench, number: str
) -> None:
    call = await bench.call(number)
    await take_over(bench, call, await supervise(bench, call))
    await bench.hear({call.customer: {SUPERVISOR}, SUPERVISOR: {call.customer}})
    before = len(bench.witness.events)
    await bench.phones.hang_up(SUPERVISOR.leg)
    behind = await bench.witness.sees(
        lambda m: m.name == "BridgeEnter" and m["Uniqueid"] == call.customer.uniqueid, since=before
    )
    assert behind["Exten"] == number
    assert (await bench.phones.wait("1012", "up"))["state"] == "up"


@pytest.mark.parametrize(("context", "exten"), [("internal", "999"), ("nowhere", "1004")])
async def test_a_transfer_to_nowhere_is_said_to_have_succeeded_and_loses_the_customer(
    bench: Bench, context: str, exten: str
) -> None:
    """So whoever hands a customer on has to ask first: ShowDialPlan (class reporting) tells what is there."""
    call = await bench.call("5550161")
    leg = await supervise(bench, call)
    await take_over(bench, call, leg)
    asked = await bench.witness.ask("ShowDialPlan", Context=context, Extension=exten)
    assert asked["Response"] == "Error"
    assert asked["Message"] in ("Did not find extension 999@internal", "Did not find context nowhere")
    said = await bench.witness.ask("BlindTransfer", Channel=leg, Context=context, Exten=exten)
    assert (said["Response"], said["Message"]) == ("Success", "Transfer succeeded")
    await bench.phones.wait(call.customer.leg, "gone")


async def test_a_phone_keeps_the_texts_that_it_is_sent(bench: Bench) -> None:
    full = await Witness().open(bench.lab.ports.ami, "full")
    try:
        sent = await full.ask(
            "MessageSend", To="pjsip:1001", From="whisper-tui", Body="A supervisor is on this call: çã"
        )
        assert (sent["Response"], sent["Message"]) == ("Success", "Message successfully sent")
        unsent = await full.ask("MessageSend", To="pjsip:2009", From="whisper-tui", Body="nobody reads this")
        assert (unsent["Response"], unsent["Message"]) == ("Error", "Message failed to send.")
    finally:
        await full.close()
    assert await bench.phones.texts("1001", 1) == ["A supervisor is on this call: çã"]
    assert await bench.phones.texts("2001") == []


async def test_only_an_account_that_reads_user_hears_what_the_dialplan_tells(bench: Bench) -> None:
    """UserEvent has the channel's headers when the dialplan sends it, and none of them when AMI does."""
    full, console = (
        await Witness().open(bench.lab.ports.ami, "full"),
        await Witness().open(bench.lab.ports.ami, "console"),
    )
    try:
        await bench.witness.ask("UserEvent", UserEvent="CardEntry", State="off", Uniqueid="made-up")
        call = await bench.call("5550191")
        for each in (full, console):
            await each.ask("Ping")
        by_ami, by_dialplan = full.seen("UserEvent", UserEvent="CardEntry")
        assert (by_ami["Channel"], by_ami["Uniqueid"], by_ami["State"]) == ("", "made-up", "off")
        assert (by_dialplan["Uniqueid"], by_dialplan["State"]) == (call.customer.uniqueid, "on")
        assert console.seen("UserEvent") == []
    finally:
        await full.close()
        await console.close()


async def test_without_its_module_a_leg_cannot_be_locked(bench: Bench) -> None:
    def keys(m: Message) -> bool:
        return m.name == "DTMFEnd" and m["Digit"] == "6"

    with bench.lab.without_lock():
        call = await bench.call("5550161")
        leg = await supervise(bench, call, "FRAME_DROP(RX)=DTMF_END")
        said = await bench.witness.ask("Setvar", Channel=leg, Variable="FRAME_DROP(RX)", Value="VOICE")
        assert (said["Response"], said["Message"]) == ("Error", "Variable not set")
        pressed = bench.witness.expect(keys)
        await bench.phones.press(SUPERVISOR.leg, "6")
        await pressed
        await bench.hear({call.customer: {call.agent, SUPERVISOR}, call.agent: {call.customer, SUPERVISOR}})
        muted = await bench.witness.ask("Setvar", Channel=leg, Variable="MUTEAUDIO(in)", Value="on")
        assert muted["Response"] == "Success"
        await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})
    said = await bench.witness.ask("Setvar", Channel=leg, Variable="FRAME_DROP(RX)", Value="VOICE")
    assert said["Response"] == "Success"


async def test_lock_and_mute_in_one_mute_nothing_on_an_old_asterisk(bench: Bench) -> None:
    """It cuts the value short: `DTMF_END,VOICE` locks and mutes nothing and says Success, `VOICE` alone mutes."""
    call = await bench.call("5550161")
    leg = await supervise(bench, call)
    await bench.witness.ask("PlayDTMF", Channel=leg, Digit="6", Receive="true")
    silent = {call.customer: {call.agent}, call.agent: {call.customer}}
    loud = {call.customer: {call.agent, SUPERVISOR}, call.agent: {call.customer, SUPERVISOR}}
    await bench.hear(loud)
    for value, heard in (("DTMF_END,VOICE", silent if bench.lab.version >= (22, 6) else loud), ("VOICE", silent)):
        said = await bench.witness.ask("Setvar", Channel=leg, Variable="FRAME_DROP(RX)", Value=value)
        assert said["Response"] == "Success"
        await bench.hear(heard)
