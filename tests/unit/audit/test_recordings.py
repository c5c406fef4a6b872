"""Names of recordings' files without the caller's number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.audit.recordings import LEAST, LONGEST, filled, has_gap, hidden

SPOOL = "/var/spool/asterisk/monitor/2026/11/26"


@pytest.mark.parametrize(
    ("file", "number", "kept"),
    [
        (f"{SPOOL}/q-support-+33155550142-170102.wav", "+33155550142", f"{SPOOL}/q-support-{{caller}}-170102.wav"),
        (f"{SPOOL}/in-0155550142-7.wav", "+33155550142", f"{SPOOL}/in-0{{caller-9}}-7.wav"),
        (f"{SPOOL}/33155550142.wav", "+33155550142", f"{SPOOL}/{{caller-11}}.wav"),
        (f"{SPOOL}/1795691265.21.wav", "+33155550142", f"{SPOOL}/1795691265.21.wav"),
        (f"{SPOOL}/exten-1001.wav", "1001", f"{SPOOL}/exten-{{caller}}.wav"),
        ("a/{caller}/b.wav", "", "a/(caller}/b.wav"),
        ("", "+33155550142", ""),
    ],
)
def test_the_number_is_left_out_however_it_is_written(file: str, number: str, kept: str) -> None:
    assert hidden(file, number) == kept
    assert has_gap(kept) is ("{caller" in kept)


FILES = st.text("abc/-_.0123456789", max_size=80)
NUMBERS = st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True)


@given(FILES, NUMBERS, FILES)
def test_what_is_kept_does_not_hold_the_number_and_with_it_is_the_name_again(
    before: str, number: str, after: str
) -> None:
    file = f"{before}{number}{after}"
    kept = hidden(file, number)
    assert filled(kept, number) == file
    outside = re.sub(r"\{caller(-\d+)?\}", "|", kept)
    digits = number.lstrip("+")
    assert digits[-LEAST:] not in outside


@given(st.text(max_size=2 * LONGEST), st.text(max_size=30))
def test_whatever_a_pbx_calls_a_file_it_has_a_bounded_name(file: str, number: str) -> None:
    filled(hidden(file, number), number)
    assert len(hidden(file, "")) <= LONGEST
