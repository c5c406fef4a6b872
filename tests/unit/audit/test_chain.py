"""The bytes of a record."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.audit.rows import CALLER, record
from whisper_tui.audit import chain
from whisper_tui.audit.records import CallRef, Certainty, Kind, Record, Who, Whom

text = st.text(max_size=12)
number = st.floats(allow_nan=False, allow_infinity=False)
records = st.builds(
    Record,
    kind=st.sampled_from(Kind),
    at=number,
    monotonic=number,
    boot=text,
    who=st.none() | st.builds(Who, text, st.integers(0, 2**32 - 1), st.none() | st.integers(0, 2**32 - 1), text, text),
    leg=text,
    session=text,
    follows=text,
    phone=text,
    whom=st.none() | st.builds(Whom, text, text, text, text, text, text, text),
    call=st.none() | st.builds(CallRef, text, text, text, text, text),
    deed=text,
    mode_asked=text,
    mode=text,
    microphone=text,
    leg_kind=text,
    reason=text,
    seconds=st.none() | st.dictionaries(text, number, max_size=3),
    audible=st.none() | number,
    recording=text,
    recording_holds_coach=st.none() | st.booleans(),
    cause=text,
    rule=text,
    end_certainty=st.none() | st.sampled_from(Certainty),
    enforcement=text,
    detail=text,
)


@settings(max_examples=150, deadline=None)
@given(records)
def test_any_record_comes_back_as_it_was(written: Record) -> None:
    sealed = chain.seal(written)
    personal = {each.field: each.value for each in sealed.personal}
    assert chain.revealed(chain.unseal(sealed.body), personal) == written
    assert sealed.columns == chain.columns_of(written)


@settings(max_examples=50, deadline=None)
@given(records)
def test_the_bytes_are_canonical_and_one_line(written: Record) -> None:
    body = chain.seal(written).body
    again = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert json.loads(again) == json.loads(body)
    assert list(json.loads(body)) == sorted(json.loads(body))
    assert not set(body) & set(range(0x20))


def test_the_bytes_of_a_record_are_these() -> None:
    """Written out, because every log that there is was hashed over them."""
    plain = Record(Kind.LEFT, 1.5, 2.0, "b", Who("ana", 1000), session="s", seconds={"whisper": 2.0, "silent": 1.0})
    assert chain.seal(plain).body == (
        b'{"at":1.5,"boot":"b","kind":"left","monotonic":2.0,"seconds":{"silent":1.0,"whisper":2.0},"session":"s",'
        b'"who":{"uid":1000,"user":"ana"}}'
    )


def test_the_callers_number_is_not_in_the_bytes() -> None:
    sealed = chain.seal(record())
    assert CALLER.encode() not in sealed.body
    assert CALLER.removeprefix("+").encode() not in sealed.body
    (held,) = sealed.personal
    assert held.value == CALLER
    said = json.loads(sealed.body)["call"]["caller"]
    assert said == "sha256:" + hashlib.sha256(held.salt + CALLER.encode()).hexdigest()


def test_the_same_number_twice_cannot_be_told_from_two() -> None:
    assert chain.seal(record()).body != chain.seal(record()).body


def test_a_newline_and_a_quote_in_a_value_forge_nothing() -> None:
    forged = 'x"}\n{"kind":"left","session":"session-1"}\r\n\x00\x1b[2J'
    written = record(reason=forged, detail=forged)
    body = chain.seal(written).body
    assert b"\n" not in body
    assert chain.unseal(body).detail == forged
    assert chain.unseal(body).kind is Kind.REQUESTED


def test_a_caller_that_looks_like_a_commitment_gets_one_of_its_own() -> None:
    imitation = "sha256:" + "0" * 64
    sealed = chain.seal(record(call=CallRef("main", caller=imitation)))
    assert imitation.encode() not in sealed.body
    assert sealed.personal[0].value == imitation


def test_a_name_that_is_no_unicode_is_written_out() -> None:
    kept = chain.unseal(chain.seal(record(who=Who("an\udce9", 1000), call=CallRef("main", caller="1\udcff"))).body)
    assert kept.who is not None
    assert kept.who.user == r"an\udce9"


@pytest.mark.parametrize(
    "wrong",
    [record(at=float("nan")), record(monotonic=float("inf")), record(seconds={"silent": float("nan")})],
    ids=["at", "monotonic", "seconds"],
)
def test_a_time_that_is_no_number_is_refused(wrong: Record) -> None:
    with pytest.raises(ValueError, match="no number"):
        chain.seal(wrong)


def test_bytes_that_are_nested_for_ever_are_no_record() -> None:
    with pytest.raises(msgspec.DecodeError):
        chain.unseal(b'{"kind":"note","at":1,"monotonic":1,"boot":"","x":' + b"[" * 9999 + b"]" * 9999 + b"}")
