"""What `CHANNEL(rtcp,all)` says of the line of one phone: strictly what is there, and None for what is not told.

Its names mislead (measured on 22.10.1 and 16.28, with a phone that sends receiver reports and one that does not): `lp`, `txjitter`
and `txmes` are what Asterisk finds in the packets that it gets; `rlp`, `rxjitter`, `rtt` and `rxmes` are what the phone reports of
those that it gets, and stay 0 where it reports nothing. 16 has no `rxmes` and `txmes`, and leaves `rxjitter` at 0.
"""

from __future__ import annotations

import re

from msgspec import Struct

VARIABLE = "CHANNEL(rtcp,all)"

LONGEST = 400
"""Characters of an answer; Asterisk's own has about 200."""

_NAME = re.compile(r"[a-z]{2,16}")
_COUNT = re.compile(r"[0-9]{1,10}")
_MEASURE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_WRAPPED = 1 << 31
"""A negative number that was printed as none (`%u`): packets that came twice."""


class Side(Struct, frozen=True):
    """One direction of a line, None for what is not told of it.

    Args:
        lost: packets, since the line is up.
        jitter: seconds; mes: the Media Experience Score, 0 to 100 (22).
    """

    lost: int
    jitter: float | None
    mes: float | None


class Rtcp(Struct, frozen=True):
    """One reading.

    Args:
        received, sent: packets by Asterisk.
        from_phone: what Asterisk finds in what it gets, None before it got anything.
        at_phone: what the phone reports of what it gets, None where it reports nothing.
        round_trip: seconds, None: not told.
    """

    received: int
    sent: int
    from_phone: Side | None
    at_phone: Side | None
    round_trip: float | None


def read(value: str) -> Rtcp | None:
    """Return what `value` says, None where it is not what Asterisk says: a phone without RTP, or anything else."""
    if len(value) > LONGEST:
        return None
    fields: dict[str, str] = {}
    for part in value.split(";"):
        name, equals, said = part.strip().partition("=")
        if not name and not equals:
            continue  # behind the last `;`
        if not equals or name in fields or not _NAME.fullmatch(name):
            return None
        fields[name] = said
    counts = [_count(fields.get(name, "")) for name in ("lp", "rxcount", "txcount", "rlp")]
    measures = [_measure(fields.get(name, "")) for name in ("rxjitter", "txjitter", "rtt")]
    scores = [_measure(fields[name]) if name in fields else 0.0 for name in ("rxmes", "txmes")]
    if None in counts or None in measures or None in scores:
        return None
    lost, received, sent, lost_there = (count or 0 for count in counts)
    jitter_there, jitter, round_trip = (measure or 0.0 for measure in measures)
    mes_there, mes = (score or 0.0 for score in scores)
    reports = bool(lost_there or jitter_there or round_trip or mes_there)
    return Rtcp(
        received,
        sent,
        Side(lost, jitter, mes or None) if received else None,
        Side(lost_there, jitter_there or None, mes_there or None) if reports else None,
        round_trip or None,
    )


def _count(said: str) -> int | None:
    if not _COUNT.fullmatch(said):
        return None
    count = int(said)
    return 0 if count >= _WRAPPED else count


def _measure(said: str) -> float | None:
    return float(said) if _MEASURE.fullmatch(said) else None
