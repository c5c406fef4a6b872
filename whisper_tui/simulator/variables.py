"""Channel variables that a story's dialplan has set: a recording does not tell them, for an account such as ours is not told."""

from __future__ import annotations

import msgspec

from whisper_tui.floor.model import Channel, Floor


class Variable(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a channel holds. A condition that is left out is none.

    Args:
        queue: it is the channel of a customer of this queue.
        caller: of one with this number.
        phone: it is a channel of this phone, `PJSIP/1010`.
    """

    name: str
    value: str
    queue: str = ""
    caller: str = ""
    phone: str = ""

    def is_of(self, channel: Channel, floor: Floor) -> bool:
        """Whether `channel` holds it now."""
        if self.phone and channel.device != self.phone:
            return False
        if not self.queue and not self.caller:
            return True
        call = floor.calls.get(channel.uniqueid)
        return call is not None and self.queue in ("", call.queue) and self.caller in ("", call.number)
