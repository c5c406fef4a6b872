"""The memory that makes reading fast is bounded, and changes nothing."""

from __future__ import annotations

import pytest

from whisper_tui.ami import message as reading
from whisper_tui.ami.events import ChannelStateChanged, DeviceChanged
from whisper_tui.ami.message import Malformation, Reading, Values, headers_of, only


def device_reading() -> Reading:
    text = Values(lambda raw: raw.decode("utf-8", "replace"), "")
    return Reading(DeviceChanged, ("Device",), device=("Device", text), state=("State", text))


def test_fields_are_given_in_the_order_of_the_fact() -> None:
    text = Values(bytes.decode, "")
    with pytest.raises(TypeError, match="DeviceChanged"):
        Reading(DeviceChanged, (), state=("State", text), device=("Device", text))
    with pytest.raises(TypeError, match="ChannelStateChanged"):
        Reading(ChannelStateChanged, (), uniqueid=("Uniqueid", text))


def test_a_flood_of_new_lines_and_new_layouts_is_not_remembered() -> None:
    kept: Values[str] = Values(bytes.decode, "")
    reader = Reading(DeviceChanged, ("Device",), device=("Device", kept), state=("State", kept))
    for n in range(3 * reading.KEPT_LINES):
        fact = reader.read(f"Event: D\r\nPrivilege: x\r\nX{n}: y\r\nDevice: {n}\r\nState: S".encode())
        assert fact == DeviceChanged(str(n), "S")
    assert len(kept) <= reading.KEPT_LINES
    assert len(reader._layouts) <= reading.KEPT_LAYOUTS
    assert len(reading._name_of.__self__) <= reading.KEPT_LINES  # type: ignore[attr-defined]


def test_a_huge_message_is_read_and_not_remembered() -> None:
    reader = device_reading()
    fact = reader.read(b"Event: D\r\nPrivilege: x\r\nDevice: d" + b"\r\nX: y" * 100_000 + b"\r\nState: " + b"s" * 5000)
    assert fact == DeviceChanged("d", "s" * 5000)
    assert not reader._layouts


def test_a_line_without_a_colon_is_no_header() -> None:
    assert device_reading().read(b"Event: D\r\nPrivilege: x\r\nDevice: d\r\nState") == DeviceChanged("d", "")
    assert headers_of(b"A: 1\r\nB\r\nC:2\r\nD: ") == [(b"A", b"1"), (b"D", b"")]


def test_a_header_that_may_stand_once_is_asked_for_by_name() -> None:
    headers = [(b"A", b"1"), (b"B", b"2"), (b"B", b"3")]
    assert only(headers, b"A") == b"1"
    assert only(headers, b"C") == b""
    with pytest.raises(Malformation, match="B stands twice"):
        only(headers, b"B")
