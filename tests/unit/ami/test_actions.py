"""The one choke point in front of the PBX."""

from __future__ import annotations

import pytest

from whisper_tui.ami.actions import (
    AbsoluteTimeout,
    Action,
    Hangup,
    OriginateSpy,
    PlayDtmf,
    Setvar,
    Status,
    encode,
)
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.ami.queue_actions import QueueAdd, QueuePause, QueuePenalty, QueueRemove
from whisper_tui.terms import LegId, Uniqueid

LEG = LegId("wt-00c0ffee-0123456789abcdef")


def spy(phone: str = "PJSIP/2001", name: str = "Console", **changed: object) -> OriginateSpy:
    return OriginateSpy(phone, LEG, 15.0, 5, name, "2000", **changed)  # type: ignore[arg-type]


def test_a_leg_can_hear_nothing_but_its_own_group() -> None:
    headers = encode(spy(headers_added=[("Call-Info", "<sip:pbx>;answer-after=0")]))
    assert headers[0] == ("Action", "Originate")
    assert ("Data", f",qg({LEG})d") in headers
    assert ("ChannelId", LEG) in headers
    assert [value for name, value in headers if name == "Variable"] == [
        "FRAME_DROP(RX)=DTMF_END",
        "TIMEOUT(absolute)=5",
        "PJSIP_HEADER(add,Call-Info)=<sip:pbx>;answer-after=0",
    ]


@pytest.mark.parametrize(
    "bad",
    [
        Setvar(Uniqueid("1.1"), "SPYGROUP", "a\r\nAction: Originate"),
        Setvar(Uniqueid("1.1"), "SPYGROUP", "a\nb"),
        Setvar(Uniqueid("1.1"), "SPYGROUP", "a\x00"),
        Setvar(Uniqueid("1.1"), "SPYGROUP", "a\x85b"),
        Setvar(Uniqueid("1.1"), "SPYGROUP", "a\ud800"),
        Setvar(Uniqueid("1.1"), "SPYGROUP", "é" * 500),
        Setvar(Uniqueid("1.1"), "SHELL(rm)", ""),
        Setvar(Uniqueid("1.1\r\nX: y"), "SPYGROUP", ""),
        Hangup(Uniqueid("/.*/")),
        Hangup(Uniqueid("")),
        Hangup(Uniqueid("a,b")),
        PlayDtmf(Uniqueid("1.1"), "1"),
        PlayDtmf(Uniqueid("1.1"), "5\r\nX: y"),
        Status(Uniqueid("1.1"), ("A\r\nB",)),
        QueuePause("sales\r\nAction: Logoff", "PJSIP/1001", True),
        QueuePause("sales,support", "PJSIP/1001", True),
        QueuePause("", "PJSIP/1001", True),
        QueuePause("sales", "PJSIP/1001\r\nQueue: vip", True),
        QueuePause("sales", "1001", True),
        QueuePause("sales", "PJSIP/1001", True, "a long walk"),
        QueuePause("sales", "PJSIP/1001", True, "x\r\nAction: Logoff"),
        QueueAdd("sales", "PJSIP/1001", "Ana\r\nQueue: vip", 0),
        QueueAdd("sales", "PJSIP/1001", "Ana", -1),
        QueueAdd("sales", "PJSIP/1001", "Ana", 0, "PJSIP/1001,PJSIP/1002"),
        QueueAdd("sales", "PJSIP/1001", "Ana", 0, "", True, "a long walk"),
        QueueRemove("sales,vip", "PJSIP/1001"),
        QueueRemove("sales", "PJSIP/1001\r\nQueue: vip"),
        QueuePenalty("sales", "PJSIP/1001", 2**31),
        AbsoluteTimeout(Uniqueid("a b"), 5),
        spy(phone="PJSIP/2001&PJSIP/1001"),
        spy(phone="Local/1@x\r\n"),
        spy(name='x" <1>, Data: y'),
        spy(headers_added=[("X: y", "z")]),
        spy(headers_added=[("Call-Info", "a,b")]),
        spy(headers_added=[("Call-Info", "a\r\nAction: Hangup")]),
    ],
)
def test_nothing_that_could_be_a_second_header_or_another_channel_is_encoded(bad: Action) -> None:
    with pytest.raises(UnsafeAction):
        encode(bad)
