"""What an Originate orders, read from its headers as manager.c reads them."""

from __future__ import annotations

import math
import re
import uuid

from whisper_tui.simulator.leg import Order
from whisper_tui.simulator.wire import Request
from whisper_tui.terms import Uniqueid

_CALLER = re.compile(r'\s*"?(?P<name>[^"<]*?)"?\s*(?:<(?P<number>[^>]*)>)?\s*')
_OPTIONS = re.compile(r"(?P<option>[A-Za-z])(?:\((?P<argument>[^)]*)\))?")
_RING = 30.0
"""Seconds that a phone rings where Timeout does not say (manager.c, action_originate)."""


class Refusal(Exception):
    """An action that is answered by an error; its words are Asterisk's."""


def length(written: str) -> float | None:
    """A length of time, in whatever unit it is written; None: that is none."""
    try:
        read = float(written)
    except ValueError:
        return None
    return read if 0 <= read < math.inf else None


def ordered(request: Request) -> Order:
    """The order that an Originate gives.

    Raises:
        Refusal: it is not accepted at all. (What fails later is said by OriginateResponse.)
    """
    device = request.get("Channel")
    if not device:
        raise Refusal("Channel not specified")
    application = request.get("Application")
    if not application:
        raise Refusal("Originate with 'Exten' requires 'Context' and 'Priority'")
    if not all(device.partition("/")):
        raise Refusal("Invalid channel")
    timeout = request.get("Timeout")
    if timeout and not re.fullmatch(r"\d{1,9}", timeout):
        raise Refusal("Invalid timeout")
    data = request.get("Data")
    spec, _, options = data.partition(",")
    found = {one["option"]: one["argument"] for one in _OPTIONS.finditer(options)}
    caller = _CALLER.fullmatch(request.get("CallerID"))
    variables = [part.partition("=") for line in request.all("Variable") for part in line.split(",")]
    return Order(
        action_id=request.action_id,
        device=device,
        application=application,
        data=data,
        spec=spec,
        group=found.get("g"),
        options="".join(found),
        ring=int(timeout) / 1000 if timeout else _RING,
        uniqueid=Uniqueid(request.get("ChannelId") or f"simulated-{uuid.uuid4().hex}"),
        number=(caller["number"] or "") if caller is not None else "",
        name=caller["name"] if caller is not None else "",
        variables=tuple((name, value) for name, _, value in variables),
    )
