"""What Asterisk would answer to the four lists, were a floor the truth."""

from __future__ import annotations

from whisper_tui.ami import events as e
from whisper_tui.ami.events import Fact, Listed
from whisper_tui.ami.list_rows import ChannelRow, QueueRow, StatusRow, WaitingRow
from whisper_tui.floor.model import Channel, Floor
from whisper_tui.floor.spies import options_of
from whisper_tui.terms import Recording

OUTGOING = "(Outgoing Line)"


def lists_of(floor: Floor, now: float) -> list[Listed]:
    """In the order in which a console asks for them."""
    return [
        Listed("QueueStatus", "t1", tuple(_queues(floor, now))),
        Listed("CoreShowChannels", "t2", tuple(_channel(floor, channel, now) for channel in floor.channels.values())),
        Listed("Status", "t3", tuple(_status(floor, channel) for channel in floor.channels.values())),
        Listed("DeviceStateList", "t4", tuple(e.DeviceChanged(*state) for state in floor.devices.items())),
    ]


def _queues(floor: Floor, now: float) -> list[Fact]:
    rows: list[Fact] = []
    for queue in floor.queues.values():
        rows.append(
            QueueRow(
                queue.name,
                queue.strategy,
                len(queue.waiting),
                queue.hold_time,
                queue.talk_time,
                queue.completed,
                queue.abandoned,
                queue.service_level,
                queue.performance,
                queue.weight,
            )
        )
        for m in queue.members.values():
            rows.append(
                e.MemberChanged(
                    queue.name,
                    m.interface,
                    m.device,
                    m.name,
                    m.dynamic,
                    m.penalty,
                    m.calls_taken,
                    m.last_call,
                    m.last_pause,
                    m.login_time,
                    m.in_call,
                    m.status,
                    m.paused,
                    m.reason,
                )
            )
        for place in queue.waiting.values():
            call, channel = floor.calls[place.uniqueid], floor.channels[place.uniqueid]
            waited = int(now - place.since)
            rows.append(
                WaitingRow(
                    queue.name,
                    place.uniqueid,
                    channel.name,
                    place.position,
                    call.number,
                    call.name,
                    waited,
                    place.priority or 0,
                )
            )
    return rows


def _runs(floor: Floor, channel: Channel) -> tuple[str, str]:
    """The application that a channel is in: Queue and Dial call, AppQueue and AppDial are called."""
    if channel.uniqueid in floor.spies:
        return "ChanSpy", floor.spies[channel.uniqueid].options
    call = floor.calls.get(channel.call) if channel.call is not None else None
    if call is None:
        return ("AppDial", OUTGOING) if channel.dialled_by else ("Dial", "")
    if channel.uniqueid == call.key and not (call.outbound and not call.queue):
        return ("Queue", f"{call.queue},tT,,,300") if call.queue else ("Dial", "PJSIP/1001")
    if call.outbound and channel.uniqueid == call.agent_channel and not call.queue:
        return "Dial", "PJSIP/trunk"
    return "AppQueue" if call.queue else "AppDial", OUTGOING


def _channel(floor: Floor, c: Channel, now: float) -> ChannelRow:
    application, data = _runs(floor, c)
    return ChannelRow(
        c.uniqueid,
        c.linkedid,
        c.name,
        c.state,
        c.number,
        c.caller_name,
        c.connected_number,
        c.connected_name,
        c.context,
        c.exten,
        application,
        data,
        int(now - c.born),
        c.bridge,
    )


def _status(floor: Floor, c: Channel) -> StatusRow:
    file = "/var/spool/asterisk/monitor/1.wav" if c.recording in (Recording.ON, Recording.PAUSED) else ""
    groups = [options_of(spy.options).get("g", "") for spy in floor.spies.values() if spy.spyee == c.uniqueid]
    variables = (("MIXMONITOR_FILENAME", file), ("SPYGROUP", ":".join(groups)))
    return StatusRow(c.uniqueid, c.linkedid, c.name, c.state, c.bridge, *_runs(floor, c), 0, variables)
