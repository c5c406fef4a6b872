"""What is confirmed of a session, in sentences. Pure.

Nothing here ticks: a sentence is said again only when what it says has changed.
"""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.engine.rows import LinkRow
from whisper_tui.terms import LinkState, Mode, Recording
from whisper_tui.ui import present
from whisper_tui.ui.asking import own_call
from whisper_tui.ui.widgets import strip as strips
from whisper_tui.ui.words import _, fill, sentence


class Said(NamedTuple):
    """What is said of a session, part by part; "": nothing.

    Args:
        hears: the mode, or where the leg is, and who hears.
        asked: what was asked for and is not confirmed yet.
        about: whose call it is.
        microphone, recorded, leg, following: one sentence each.
    """

    hears: str
    asked: str = ""
    about: str = ""
    microphone: str = ""
    recorded: str = ""
    leg: str = ""
    following: str = ""

    def since(self, before: Said) -> str:
        """Return what has changed, "" where nothing has. With who hears comes whose call it is."""
        changed = [now for was, now in zip(before, self, strict=True) if now and now != was]
        if self.hears != before.hears and self.about and self.about == before.about:
            changed.insert(1, self.about)
        if before.following and not self.following and self.microphone:  # the session itself is not over
            changed.append(_("not following any more"))
        return "; ".join(changed)

    @property
    def whole(self) -> str:
        return "; ".join(part for part in self if part)


def of(strip: StripView) -> Said:
    """Return what is confirmed of a session."""
    hears = _hears(strip)
    if strip.phase is Phase.NONE:
        return Said(hears)
    asked = ""
    if strip.asked is not None and (strip.asked is not strip.mode or strip.phase is not Phase.ON):
        asked = fill(_("asking for {mode}: not confirmed yet"), {"mode": _(present.MODES[strip.asked][0])})
    if strip.phase in (Phase.RINGING, Phase.PROVING, Phase.LEAVING):
        return Said(hears, asked, _about(strip))
    return Said(
        hears,
        asked,
        _about(strip),
        _(present.MICROPHONES[strip.microphone][0]),
        _recorded(strip) if strip.phase is Phase.ON else "",
        ", ".join(strips.leg_of(strip)),
        strips.following_of(strip),
    )


def _hears(strip: StripView) -> str:
    values = {
        "mode": strips.title(strip)[0],
        "agent": _(present.HEARS[strip.agent_hears]),
        "customer": _(present.HEARS[strip.customer_hears]),
        "phone": strip.phone,
    }
    match strip.phase:
        case Phase.NONE if strip.ended is not None:
            return fill(_("NO SESSION: {why}"), {"why": sentence(strip.ended)})
        case Phase.NONE:
            return _("NO SESSION: nobody hears you")
        case Phase.RINGING:
            return fill(_("RINGING: your phone {phone} is ringing, answer it; leave cancels"), values)
        case Phase.UNKNOWN:
            words = _("{mode}: not confirmed by the PBX, your leg is being muted and hung up; "
                      "agent hears you {agent}, customer {customer}")  # fmt: skip
            return fill(words, values)
        case Phase.ON if own_call(strip):
            return fill(_("{mode} confirmed: customer hears you {customer}, the agent is gone"), values)
        case Phase.ON if strip.mode is Mode.THIRD:
            words = _("{mode} confirmed: agent hears you {agent}, customer {customer}, all others {customer}")
            return fill(words, values)
        case Phase.ON:
            return fill(_("{mode} confirmed: agent hears you {agent}, customer {customer}"), values)
        case _:
            return fill(_("{mode}: agent hears you {agent}, customer {customer}"), values)


def _about(strip: StripView) -> str:
    return ", ".join(part for part in (strip.agent, strip.queue, strip.caller) if part)


def _recorded(strip: StripView) -> str:
    said = _(present.RECORDINGS[strip.recording])
    if strip.recorded:
        return f"{said}, {_('your voice IS in it')}"
    if strip.recorded is None:
        return f"{said}, {_('whether your voice is in it cannot be told')}"
    return f"{said}, {_('your voice is not in it')}" if strip.recording is not Recording.OFF else said


def link(row: LinkRow, now: float) -> str:
    """Return how a PBX is reached."""
    values = {"pbx": str(row.pbx), "asterisk": row.asterisk, "state": _(present.LINKS[row.state][1])}
    if row.state is LinkState.LIVE:
        return fill(_("{pbx} {asterisk}: {state}"), values).replace("  ", " ")
    values["age"] = present.age(now - row.since)
    said = fill(_("{pbx}: {state}, no news for {age}"), values)
    return said if row.notice is None else f"{said}; {sentence(row.notice)}"
