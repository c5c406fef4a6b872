"""The leg that speaks a cue card: one more action that can be sent, and passes the same choke point."""

from __future__ import annotations

from typing import ClassVar

from whisper_tui.ami.actions import Action
from whisper_tui.ami.names import channel_id, cue_id, mouth
from whisper_tui.terms import LegId, Uniqueid


class OriginateCue(Action, frozen=True):
    """Let a channel whose sound we make whisper to one agent, and hear nobody.

    ChanSpy takes the exact channel alone, by its Uniqueid and with `u`: without either it would go on to another one (AMI.md Q1).

    Args:
        mouth: the channel, `AudioSocket/HOST:PORT/UUID/c(slin)` or `UnicastRTP/HOST:PORT/c(ulaw)`.
        seconds: Asterisk ends it after these, whatever becomes of us.
    """

    name: ClassVar[str] = "Originate"
    mouth: str
    leg: LegId
    agent: Uniqueid
    seconds: int

    def headers(self) -> list[tuple[str, str]]:
        variables = ("CDR_PROP(disable)=1", f"TIMEOUT(absolute)={int(self.seconds)}")
        return [
            ("Channel", mouth(self.mouth)),
            ("Application", "ChanSpy"),
            ("Data", f"{channel_id(self.agent)},quW"),
            ("Timeout", "5000"),
            ("ChannelId", cue_id(self.leg)),
            ("Async", "true"),
            *(("Variable", v) for v in variables),
        ]
