"""How rows of the session log hang together: the bytes of a record, what hides in them, and the hash over all before.

The hash of row n is SHA-256(hash of row n-1 || bytes of row n). The first row of a file follows `genesis`, which is made of the
log's own id and, where the file goes on after another, of that one's last hash.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
from msgspec import Struct, structs

from whisper_tui.audit.records import Record

CALLER = "call.caller"
"""The one personal field, by the name that the side table has for it."""
COMMITTED = "sha256:"
SALT = 16
"""Bytes. A number alone could be guessed from its hash; once the salt is erased nobody can."""
COLUMNS = ("kind", "at", "user", "leg", "session", "agent", "queue", "linkedid")
"""What stands in columns of their own beside the bytes, for searching."""

_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(Record)


class Personal(NamedTuple):
    """What a commitment in a row's bytes stands for; kept beside the chain, so that it can be erased."""

    field: str
    salt: bytes
    value: str


class Sealed(Struct, frozen=True):
    """A record ready to be kept. `columns` in the order of COLUMNS."""

    body: bytes
    columns: tuple[str | float, ...]
    personal: tuple[Personal, ...]


def genesis(log_id: str, before: bytes = b"") -> bytes:
    """The hash that the first row of a segment of the log `log_id` follows. `before`: the head of the segment before."""
    return hashlib.sha256(
        b"whisper-tui session log " + log_id.encode() + (b" after " + before if before else b"")
    ).digest()


def link(before: bytes, body: bytes) -> bytes:
    """The hash of a row with these bytes after a row with the hash `before`."""
    return hashlib.sha256(before + body).digest()


def commitment(salt: bytes, value: str) -> str:
    """What stands in the bytes in place of `value`."""
    return COMMITTED + hashlib.sha256(salt + value.encode()).hexdigest()


def seal(record: Record) -> Sealed:
    """Return `record` as canonical JSON, with a commitment in place of the caller's number.

    Raises:
        ValueError: a moment or a duration in it is no number.
    """
    if not all(math.isfinite(each) for each in _numbers(record)):
        raise ValueError(f"a {record.kind.value} record with a time that is no number")
    try:
        return _sealed(record)
    except UnicodeEncodeError:  # a name of the system that is no UTF-8 (PEP 383): written out as \udcxx
        return _sealed(msgspec.convert(_written_out(msgspec.to_builtins(record)), Record))


def unseal(body: bytes) -> Record:
    """Return the record in `body`, commitments and all.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError: the bytes are no record.
    """
    try:
        return _DECODER.decode(body)
    except RecursionError as error:  # lists in lists in lists, in a field that nobody knows
        raise msgspec.DecodeError("nested too deeply") from error


def committed(kept: Record) -> dict[str, str]:
    """The commitments in a record as it was kept, by field."""
    return {CALLER: kept.call.caller} if kept.call is not None and kept.call.caller else {}


def revealed(kept: Record, personal: Mapping[str, str]) -> Record:
    """The record with `personal` values (by field) in place of commitments; what was erased reads ""."""
    if kept.call is None or not kept.call.caller:
        return kept
    return structs.replace(kept, call=structs.replace(kept.call, caller=personal.get(CALLER, "")))


def columns_of(record: Record) -> tuple[str | float, ...]:
    """What stands in columns beside the bytes of `record`, in the order of COLUMNS."""
    who, whom, call = record.who, record.whom, record.call
    return (
        record.kind.value,
        record.at,
        who.user if who else "",
        record.leg,
        record.session,
        whom.agent if whom else "",
        whom.queue if whom else "",
        call.linkedid if call else "",
    )


def _sealed(record: Record) -> Sealed:
    personal: tuple[Personal, ...] = ()
    kept = record
    if record.call is not None and record.call.caller:
        salt = secrets.token_bytes(SALT)
        personal = (Personal(CALLER, salt, record.call.caller),)
        kept = structs.replace(record, call=structs.replace(record.call, caller=commitment(salt, record.call.caller)))
    return Sealed(_ENCODER.encode(kept), columns_of(kept), personal)


def _numbers(record: Record) -> Iterator[float]:
    yield record.at
    yield record.monotonic
    yield from (each for each in (record.audible, record.spoken, record.longest_talk) if each is not None)
    yield from (record.seconds or {}).values()


def _written_out(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_written_out(key): _written_out(inside) for key, inside in value.items()}
    return value
