"""Rows as sentences: what a list shows in columns, with a word for each. Pure."""

from __future__ import annotations

from whisper_tui.engine.rows import AgentRow, CallRow, Limits, QueueRow, SpyRow, Whose
from whisper_tui.terms import CallState, Mode, Recording
from whisper_tui.ui import hands, present
from whisper_tui.ui.present import Wait
from whisper_tui.ui.words import _, fill


def call(row: CallRow, now: float, limits: Limits) -> str:
    """Return `talk, support, Ana Ruiz, caller 0142 M. Dubois, talk 06:31, waited 00:12, recording ON`."""
    said = [_(present.STATES[row.state][1])]
    if row.state is CallState.WAITING and row.position:
        said.append(fill(_("place {place}"), {"place": str(row.position)}))
    if row.queue:
        said.append(row.queue)
    if row.agent or row.agent_device:
        said.append(present.person(row))
    said.append(fill(_("caller {caller}"), {"caller": present.caller(row)}))
    if row.talking_since is not None:
        words = _("talk {time}") if row.talk_known else _("talk at least {time}")
        said.append(fill(words, {"time": present.duration(now - row.talking_since)}))
    if row.held_since is not None:
        said.append(fill(_("on hold {time}"), {"time": present.duration(now - row.held_since)}))
    waited = present.waited(row, now)
    if waited is not None:
        words = _("waits {time}") if row.waited is None else _("waited {time}")
        said.append(fill(words, {"time": present.duration(waited)}))
    how = present.wait_stands(row, now, limits)
    if how is not Wait.FINE:
        said.append(_(present.WAITS[how][1]))
    if row.priority:
        said.append(fill(_("priority {priority}"), {"priority": str(row.priority)}))
    if row.recording in (Recording.ON, Recording.PAUSED):
        said.append(_(present.RECORDINGS[row.recording]))
    if row.parties > 2:
        said.append(fill(_("{count} in call"), {"count": str(row.parties)}))
    if row.outbound:
        said.append(_("outbound"))
    return ", ".join([*said, *_listeners(row)])


def _listeners(row: CallRow) -> list[str]:
    said = []
    for badge in row.listeners:
        values = {"phone": badge.device, "whose": _(present.WHOSE[badge.whose][1])}
        said.append(_("heard by you") if badge.whose is Whose.MINE else fill(_("heard by {phone}, {whose}"), values))
    return said


def queue(row: QueueRow, now: float, *, several: bool) -> str:
    """Return `support: waiting 2, longest 01:12 late, in time 84%, talking 5, free 2, paused 1`. `several`: PBXs are there."""
    said = [fill(_("waiting {count}"), {"count": str(row.waiting)})]
    if row.longest_since is not None:
        said.append(fill(_("longest {time}"), {"time": present.duration(now - row.longest_since)}))
        how = present.longest_stands(row, now)
        said += [] if how is Wait.FINE else [_(present.WAITS[how][1])]
    if row.performance is not None:
        said.append(fill(_("in time {percent}%"), {"percent": str(round(row.performance))}))
    said.append(fill(_("talking {count}"), {"count": str(row.talking)}))
    said.append(fill(_("free {count}"), {"count": str(row.free)}))
    said.append(fill(_("paused {count}"), {"count": str(row.paused)}))
    name = f"{row.queue}@{row.pbx}" if several else row.queue
    return f"{name}: {', '.join(said)}"


def agent(row: AgentRow, now: float, wall: float) -> str:
    """Return `Ana Ruiz: talk, for 06:31, support sales, 12 taken, PJSIP/1042`. `wall`: seconds since 1970 UTC."""
    said = [_(present.AGENT_STATES[row.state][1])]
    lasts = now - row.since if row.since is not None else None if row.at is None else wall - row.at
    if lasts is not None:
        said.append(fill(_("for {time}"), {"time": present.duration(lasts)}))
    if row.hand is not None:
        said.append(hands.word(row.hand))
    if row.reason:
        said.append(row.reason)
    if 0 < row.paused < len(row.members):
        paused = " ".join(member.queue for member in row.members if member.paused)
        said.append(fill(_("paused in {queues}"), {"queues": paused}))
    said.append(" ".join(member.queue for member in row.members))
    said.append(fill(_("{count} taken"), {"count": str(row.taken)}))
    said.append(row.device)
    return f"{row.name or row.device}: {', '.join(part for part in said if part)}"


def session(row: SpyRow, mine: Mode | None, now: float) -> str:
    """Return `PJSIP/2001, you, SILENT, hears Ana Ruiz, support, caller 0142, for 02:14`. `mine`: my own confirmed mode."""
    said = [row.device, _(present.WHOSE[row.whose][1]), present.mode_of(present.known(row, mine))]
    if row.agent:
        said.append(fill(_("hears {agent}"), {"agent": row.agent}))
    if row.queue:
        said.append(row.queue)
    said.append(fill(_("caller {caller}"), {"caller": row.caller or _("unknown")}))
    said.append(fill(_("for {time}"), {"time": present.duration(now - row.since)}))
    return ", ".join(said)
