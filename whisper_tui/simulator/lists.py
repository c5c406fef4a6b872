"""The lists, told from the floor: queues, callers, members, channels, devices, bridges."""

from __future__ import annotations

from collections.abc import Iterable

from whisper_tui.floor.model import Channel, Queue
from whisper_tui.simulator.leg import UP, SimulatedLeg
from whisper_tui.simulator.legs import Legs
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.wire import Headers, bridge_snapshot, known, member_figures, snapshot
from whisper_tui.terms import Recording


class Lists:
    """Rows as Asterisk 22.10.1 words them (`fixtures/captures`)."""

    def __init__(self, pbx: SimulatedPbx, legs: Legs) -> None:
        self._pbx = pbx
        self._legs = legs

    def queue_status(self, action_id: str, queue: str, member: str) -> list[Headers]:
        """QueueStatus: of one queue or of all, with one member or all."""
        rows: list[Headers] = []
        for one in self._pbx.floor.queues.values():
            if queue in ("", one.name):
                rows.append(self._parameters(one))
                rows.extend(self._members(one, member))
                rows.extend(self._callers(one))
        return [[*row, *_action_id(action_id)] for row in rows]

    def queue_summary(self, action_id: str, queue: str) -> list[Headers]:
        """QueueSummary."""
        now = self._pbx.clock.monotonic()
        rows: list[Headers] = []
        for one in self._pbx.floor.queues.values():
            if queue not in ("", one.name):
                continue
            here = [member for member in one.members.values() if member.status not in (0, 4, 5)]
            free = [member for member in here if member.status == 1 and not member.paused]
            rows.append(
                [
                    ("Event", "QueueSummary"),
                    ("Queue", one.name),
                    ("LoggedIn", str(len(here))),
                    ("Available", str(len(free))),
                    ("Callers", str(len(one.waiting))),
                    ("HoldTime", str(one.hold_time)),
                    ("TalkTime", str(one.talk_time)),
                    ("LongestHoldTime", str(max((int(now - w.since) for w in one.waiting.values()), default=0))),
                    *_action_id(action_id),
                ]
            )
        return rows

    def channels(self, action_id: str) -> list[Headers]:
        """CoreShowChannels."""
        now = self._pbx.clock.monotonic()
        rows: list[Headers] = []
        for channel in self._pbx.floor.channels.values():
            application, data = self._runs(channel)
            age = max(0, int(now - channel.born))
            rows.append(
                [
                    ("Event", "CoreShowChannel"),
                    *_action_id(action_id),
                    *snapshot(channel),
                    ("Application", application),
                    ("ApplicationData", data),
                    ("Duration", f"{age // 3600:02d}:{age // 60 % 60:02d}:{age % 60:02d}"),
                    ("BridgeId", channel.bridge),
                ]
            )
        return rows

    def status(self, action_id: str, channels: Iterable[Channel], variables: list[str]) -> list[Headers]:
        """Status of some channels, with what they hold in `variables`."""
        return [self._status(action_id, channel, variables) for channel in channels]

    def devices(self, action_id: str) -> list[Headers]:
        """DeviceStateList: of every device, queues included."""
        floor = self._pbx.floor
        states = {
            **{f"Queue:{name}": "RINGING" if queue.waiting else "NOT_INUSE" for name, queue in floor.queues.items()},
            **floor.devices,
        }
        return [
            [("Event", "DeviceStateChange"), *_action_id(action_id), ("Device", device), ("State", state)]
            for device, state in states.items()
        ]

    def bridges(self, action_id: str) -> list[Headers]:
        """BridgeList."""
        return [
            [("Event", "BridgeListItem"), *_action_id(action_id), *bridge_snapshot(ident, len(bridge.channels))]
            for ident, bridge in self._pbx.floor.bridges.items()
        ]

    def bridge(self, action_id: str, ident: str) -> list[Headers]:
        """BridgeInfo: who is in it."""
        floor = self._pbx.floor
        return [
            [("Event", "BridgeInfoChannel"), *_action_id(action_id), *snapshot(floor.channels[one])]
            for one in floor.bridges[ident].channels
        ]

    def _parameters(self, queue: Queue) -> Headers:
        return [
            ("Event", "QueueParams"),
            ("Queue", queue.name),
            ("Max", "0"),
            ("Strategy", queue.strategy),
            ("Calls", str(len(queue.waiting))),
            ("Holdtime", str(queue.hold_time)),
            ("TalkTime", str(queue.talk_time)),
            ("Completed", str(queue.completed)),
            ("Abandoned", str(queue.abandoned)),
            ("ServiceLevel", str(queue.service_level)),
            ("ServicelevelPerf", f"{queue.performance:.1f}"),
            ("ServicelevelPerf2", f"{queue.performance:.1f}"),
            ("Weight", str(queue.weight)),
        ]

    def _members(self, queue: Queue, only: str) -> Iterable[Headers]:
        for member in queue.members.values():
            if only in ("", member.interface):
                yield [
                    ("Event", "QueueMember"),
                    ("Queue", queue.name),
                    ("Name", member.name),
                    ("Location", member.interface),
                    ("StateInterface", member.device),
                    *member_figures(member),
                    ("Wrapuptime", "0"),
                ]

    def _callers(self, queue: Queue) -> Iterable[Headers]:
        now = self._pbx.clock.monotonic()
        for waiting in queue.waiting.values():
            channel = self._pbx.floor.channels[waiting.uniqueid]
            priority = waiting.priority
            if priority is None:
                priority = self._pbx.priorities.get(waiting.uniqueid, 0)
            yield [
                ("Event", "QueueEntry"),
                ("Queue", queue.name),
                ("Position", str(waiting.position)),
                ("Channel", channel.name),
                ("Uniqueid", channel.uniqueid),
                ("CallerIDNum", channel.number or "unknown"),
                ("CallerIDName", channel.caller_name or "unknown"),
                ("ConnectedLineNum", channel.connected_number or "unknown"),
                ("ConnectedLineName", channel.connected_name or "unknown"),
                ("Wait", str(max(0, int(now - waiting.since)))),
                ("Priority", str(priority)),
            ]

    def _status(self, action_id: str, channel: Channel, variables: list[str]) -> Headers:
        clock = self._pbx.clock
        application, data = self._runs(channel)
        leg = self._legs.find(channel.uniqueid)
        hangs_up = int(clock.wall() + leg.lease - clock.monotonic()) if leg is not None and leg.lease else 0
        translated = leg is not None and application == "ChanSpy"
        return [
            ("Event", "Status"),
            ("Privilege", "Call"),
            *snapshot(channel),
            ("Type", channel.name.partition("/")[0]),
            ("DNID", ""),
            ("EffectiveConnectedLineNum", known(channel.connected_number)),
            ("EffectiveConnectedLineName", known(channel.connected_name)),
            ("TimeToHangup", str(hangs_up)),
            ("BridgeID", channel.bridge),
            ("Application", application),
            ("Data", data),
            ("Nativeformats", "(ulaw)"),
            ("Readformat", "ulaw"),
            ("Readtrans", ""),
            ("Writeformat", "slin" if translated else "ulaw"),
            ("Writetrans", "(slin@8000)->(ulaw@8000)" if translated else ""),
            ("Callgroup", "0"),
            ("Pickupgroup", "0"),
            ("Seconds", str(max(0, int(clock.monotonic() - channel.born)))),
            *(("Variable", f"{name}={self._held(channel, name)}") for name in variables),
            *_action_id(action_id),
        ]

    def _held(self, channel: Channel, name: str) -> str:
        held = self._pbx.variable(channel, name)
        return held if held is not None else _unset(channel, name)

    def _runs(self, channel: Channel) -> tuple[str, str]:
        """The application that a channel is in, and its data. No event that we may read tells it: it follows from the call."""
        leg = self._legs.find(channel.uniqueid)
        if leg is not None:
            return _of_leg(leg)
        spy = self._pbx.floor.spies.get(channel.uniqueid)
        if spy is not None and not spy.options:
            spyee = self._pbx.floor.channels.get(spy.spyee)
            return "ChanSpy", f"{spyee.name if spyee is not None else ''},q"  # its options were never said
        if channel.application:
            return channel.application, channel.application_data
        call = self._pbx.floor.calls.get(channel.call) if channel.call is not None else None
        if call is None:
            return "", ""
        queued = bool(call.queue)
        if channel.uniqueid == call.key and not call.outbound:
            dialled = call.agent or next(iter(call.ringing.values()), "")
            return ("Queue", f"{call.queue},tT,,,300") if queued else ("Dial", f"{dialled},20,tT")
        return "AppQueue" if queued else "AppDial", "(Outgoing Line)"


def _of_leg(leg: SimulatedLeg) -> tuple[str, str]:
    if leg.channel.state != UP:
        return "AppDial2", "(Outgoing Line)"  # until it answers (measured)
    if leg.taken is not None:
        return "", ""  # a takeover leaves ChanSpy behind (measured)
    return leg.order.application, leg.order.data


def _unset(channel: Channel, name: str) -> str:
    """A variable that nobody set by AMI: what the recording told of it."""
    recorded = name == "MIXMONITOR_FILENAME" and channel.recording in (Recording.ON, Recording.PAUSED)
    return f"/var/spool/asterisk/monitor/{channel.uniqueid}.wav" if recorded else "(null)"


def _action_id(action_id: str) -> Headers:
    return [("ActionID", action_id)] if action_id else []
