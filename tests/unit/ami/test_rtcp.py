"""What CHANNEL(rtcp,all) says: strictly what is there, and None for what is not told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.ami.rtcp import LONGEST, Rtcp, Side, read

MEASURED_22 = (
    "ssrc=914218465;themssrc=2115467787;lp=0;rxjitter=0.000000;rxcount=280;txjitter=0.000625;txcount=280;rlp=0;"
    "rtt=0.000000;rxmes=0.000000;txmes=88.087887"
)
REPORTS_22 = (
    "ssrc=914218465;themssrc=2115467787;lp=3;rxjitter=0.020000;rxcount=285;txjitter=0.000750;txcount=285;rlp=20;"
    "rtt=0.000671;rxmes=54.588398;txmes=88.087887"
)
MEASURED_16 = (
    "ssrc=1792092439;themssrc=1222303730;lp=0;rxjitter=0.000000;rxcount=286;txjitter=0.000810;txcount=286;rlp=20;"
    "rtt=0.000930"
)


def test_a_phone_that_reports_nothing_is_known_by_what_comes_from_it_alone() -> None:
    assert read(MEASURED_22) == Rtcp(280, 280, Side(0, 0.000625, 88.087887), None, None)


def test_a_phone_that_reports_is_known_both_ways() -> None:
    told = read(REPORTS_22)
    assert told == Rtcp(285, 285, Side(3, 0.00075, 88.087887), Side(20, 0.02, 54.588398), 0.000671)


def test_asterisk_16_has_no_score_and_does_not_pass_on_a_reported_jitter() -> None:
    assert read(MEASURED_16) == Rtcp(286, 286, Side(0, 0.00081, None), Side(20, None, None), 0.00093)


def test_before_the_first_packet_nothing_is_told() -> None:
    told = read(MEASURED_22.replace("rxcount=280", "rxcount=0"))
    assert told is not None
    assert (told.from_phone, told.at_phone) == (None, None)


def test_packets_that_came_twice_are_no_loss() -> None:
    told = read(MEASURED_22.replace("lp=0;rx", "lp=4294967290;rx"))
    assert told is not None
    assert told.from_phone is not None
    assert told.from_phone.lost == 0


@pytest.mark.parametrize(
    "value",
    [
        "",
        "(null)",
        "ssrc=1",
        MEASURED_22.replace("lp=0", "lp=many"),
        MEASURED_22.replace("rtt=0.000000", "rtt=nan"),
        MEASURED_22.replace("rtt=0.000000", "rtt=-1"),
        MEASURED_22.replace("txmes=88.087887", "txmes="),
        MEASURED_22.replace("lp=0", "lp=0;lp=9"),
        MEASURED_22.replace("rxcount=280", "rxcount"),
        MEASURED_22 + ";more=" + "x" * LONGEST,
        "[bold]" + MEASURED_22,
    ],
)
def test_whatever_is_something_else_tells_nothing(value: str) -> None:
    assert read(value) is None


@given(st.text(max_size=500))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read(text)
