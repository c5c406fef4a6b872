"""Why a leg ended that nobody here ended."""

from __future__ import annotations

import pytest

from whisper_tui.ami.events import ChannelGone, ChannelStateChanged, OriginateAnswered
from whisper_tui.engine.phone import PhoneRules, how_it_ended
from whisper_tui.supervision.leg import Leg
from whisper_tui.terms import LegId, Uniqueid

ID = "wt-0123abcd-0123456789abcdef"
RANG = ChannelStateChanged(Uniqueid(ID), 5, "", "", "", "")
NOBODY_ANSWERED = OriginateAnswered("", Uniqueid(ID), False, 3)


def gone(cause: int) -> ChannelGone:
    return ChannelGone(Uniqueid(ID), "PJSIP/2001-00000001", cause, "", 0)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ([RANG, NOBODY_ANSWERED, gone(19)], "leg.no_answer"),
        ([RANG, gone(0), NOBODY_ANSWERED], "leg.no_answer"),
        ([RANG, gone(17)], "leg.busy"),
        ([RANG, gone(21)], "leg.declined"),
        ([gone(20)], "leg.unreachable"),
    ],
)
def test_a_phone_that_rang_was_reachable(told: list[ChannelGone], code: str) -> None:
    leg = Leg(LegId(ID), "PJSIP/2001")
    for fact in told:
        leg.observe(fact)
        if leg.over:
            break  # nobody waits for what comes after the end
    assert how_it_ended(leg, PhoneRules("PJSIP/2001", "0123abcd"), 0.0).code == code
