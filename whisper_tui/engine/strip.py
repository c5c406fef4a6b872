"""The session strip: what the PBX has confirmed of this supervisor's leg, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.backend import Hears, Phase, StripView
from whisper_tui.engine.calllines import Heard
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.rows import CallRow
from whisper_tui.supervision.intents import Whom
from whisper_tui.supervision.leg import Leg
from whisper_tui.supervision.session import State
from whisper_tui.terms import CallKey, Microphone, Mode, Recording

PHASE = {
    State.DIALLING: Phase.RINGING,
    State.RINGING: Phase.RINGING,
    State.PROVING: Phase.PROVING,
    State.IDLE: Phase.IDLE,
    State.AIMING: Phase.AIMING,
    State.SILENT: Phase.ON,
    State.WHISPER: Phase.ON,
    State.BARGE: Phase.ON,
    State.THIRD: Phase.ON,
    State.TAKING: Phase.TAKING,
    State.TAKEOVER: Phase.ON,
    State.RELEASING: Phase.RELEASING,
    State.LEAVING: Phase.LEAVING,
    State.UNKNOWN: Phase.UNKNOWN,
    State.GONE: Phase.NONE,
}


def strip_of(
    handset: Handset, calls: Mapping[CallKey, CallRow], following: Whom | None, limit: float | None, lines: Heard
) -> StripView:
    """The strip of this handset; the recording is the one of the row that this profile sees. `limit`: when a rule
    ends it; `lines`: how good those of the phones are."""
    leg, session = handset.leg, handset.session
    if leg is None or handset.state is None:
        return StripView(Phase.NONE, phone=handset.rules.device, since=handset.since, ended=handset.ended)
    row = calls.get(session.call) if session is not None else None
    agent, customer = _heard_by(handset.state, leg)
    return StripView(
        phase=PHASE[handset.state],
        phone=leg.phone,
        leg=leg.ident,
        kind=leg.kind,
        session=session.ident if session else None,
        call=session.call if session else None,
        agent=session.member if session else "",
        queue=session.queue if session else "",
        caller=row.caller if row else "",
        mode=handset.mode,
        asked=handset.asked,
        microphone=leg.microphone,
        agent_hears=agent,
        customer_hears=customer,
        since=handset.since,
        session_since=session.heard_from or session.asked_at if session else 0.0,
        seconds=dict(session.seconds) if session else {},
        recording=row.recording if row else Recording.UNKNOWN,
        recorded=session.holds_coach if session else False,
        talk=session.talk if session else None,
        measured=handset.measured,
        agent_line=lines.agent,
        own_line=lines.own,
        following=following,
        limit=handset.idle_until if handset.mode is None else limit,
        ended=handset.ending,
    )


def _heard_by(state: State, leg: Leg) -> tuple[Hears, Hears]:
    """(agent, customer): by the mode that ChanSpy has confirmed, also while the leg is being ended."""
    loud = {Microphone.OPEN: Hears.YES, Microphone.MUTED: Hears.NO, Microphone.UNKNOWN: Hears.UNKNOWN}[leg.microphone]
    if state is State.THIRD:
        return loud, loud
    if state is State.TAKEOVER:
        return Hears.NO, loud
    if state in (State.UNKNOWN, State.TAKING) or leg.bridge:
        return Hears.UNKNOWN, Hears.UNKNOWN
    if leg.spyee is None or leg.mode is Mode.SILENT:
        return Hears.NO, Hears.NO
    return loud, loud if leg.mode is Mode.BARGE else Hears.NO
