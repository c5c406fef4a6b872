"""Events and rows as Asterisk writes them, and as a caller who forges them would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.ami import events as e
from whisper_tui.ami.decode import LIVE, MOST_SAID
from whisper_tui.ami.events import Fact, Malformed
from whisper_tui.ami.list_rows import BridgeMemberRow, ChannelRow, QueueRow, StatusRow, WaitingRow
from whisper_tui.ami.rows import ROWS
from whisper_tui.terms import Uniqueid

SNAPSHOT = (
    "Channel: PJSIP/trunk-00000065",
    "ChannelState: 4",
    "ChannelStateDesc: Ring",
    "CallerIDNum: 5550151",
    "CallerIDName: Nina Horta",
    "ConnectedLineNum: <unknown>",
    "ConnectedLineName: <unknown>",
    "Language: en",
    "AccountCode: ",
    "Context: from-trunk",
    "Exten: 5550119",
    "Priority: 2",
    "Uniqueid: lab-1795329594.104",
    "Linkedid: lab-1795329594.104",
)
CALLER = Uniqueid("lab-1795329594.104")
DEST = (*tuple(f"Dest{line}" for line in SNAPSHOT[:-2]), "DestUniqueid: lab-1795329594.105")
MEMBER = (
    "StateInterface: PJSIP/1004",
    "Membership: dynamic",
    "Penalty: 2",
    "CallsTaken: 9",
    "LastCall: 1795329616",
    "LastPause: 0",
    "LoginTime: 1795329345",
    "InCall: 1",
    "Status: 6",
    "Paused: 1",
    "PausedReason: Almoço",
    "Wrapuptime: 0",
)
CHANGED = e.MemberChanged(
    "sales", "PJSIP/1004", "PJSIP/1004", "Davi Rocha", True, 2, 9, 1795329616, 0, 1795329345, True, 6, True, "Almoço"
)


def message(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def live(event: str, *lines: str) -> bytes:
    return message(f"Event: {event}", "Privilege: call,all", "SystemName: lab", *lines)


def live_user(*lines: str) -> bytes:
    return message("Event: UserEvent", "Privilege: user,all", "SystemName: lab", *lines)


def decode(raw: bytes) -> Fact | None:
    return LIVE[raw.partition(b"\r\n")[0]](raw)


def decode_row(raw: bytes) -> Fact | None:
    return ROWS[raw.partition(b"\r\n")[0]](raw)


@pytest.mark.parametrize(
    ("raw", "fact"),
    [
        (live("FullyBooted", "Status: Fully Booted"), e.Booted()),
        (live("Reload", "Module: app_queue.so", "Status: 0"), e.Reloaded("app_queue.so")),
        (
            live("Newchannel", *SNAPSHOT),
            e.ChannelNew(CALLER, CALLER, "PJSIP/trunk-00000065", 4, "5550151", "Nina Horta", "from-trunk", "5550119"),
        ),
        (live("Newstate", *SNAPSHOT), e.ChannelStateChanged(CALLER, 4, "5550151", "Nina Horta", "", "")),
        (live("NewCallerid", *SNAPSHOT), e.ChannelCaller(CALLER, "5550151", "Nina Horta")),
        (
            live("Hangup", *SNAPSHOT, "Cause: 16", "Cause-txt: Normal Clearing", "TechCause: 486"),
            e.ChannelGone(CALLER, "PJSIP/trunk-00000065", 16, "Normal Clearing", 486),
        ),
        (
            live("Hangup", *SNAPSHOT, "Cause: 16", "Cause-txt: Normal Clearing"),
            e.ChannelGone(CALLER, "PJSIP/trunk-00000065", 16, "Normal Clearing", 0),
        ),
        (
            live("BridgeEnter", "BridgeUniqueid: a3a3", *SNAPSHOT),
            e.BridgeEntered("a3a3", CALLER, CALLER, Uniqueid("")),
        ),
        (
            live("BridgeEnter", "BridgeUniqueid: a3a3", *SNAPSHOT, "SwapUniqueid: 1.7"),
            e.BridgeEntered("a3a3", CALLER, CALLER, Uniqueid("1.7")),
        ),
        (live("ChannelTalkingStart", *SNAPSHOT), e.TalkBegun(CALLER)),
        (live("ChannelTalkingStop", *SNAPSHOT, "Duration: 1979"), e.TalkEnded(CALLER, 1979)),
        (live("ChannelTalkingStop", *SNAPSHOT, "Duration: never"), e.TalkEnded(CALLER, 0)),
        (live("BridgeLeave", "BridgeUniqueid: a3a3", *SNAPSHOT), e.BridgeLeft("a3a3", CALLER)),
        (live("BridgeDestroy", "BridgeUniqueid: a3a3"), e.BridgeGone("a3a3")),
        (
            live("DialBegin", *SNAPSHOT, *DEST),
            e.DialBegun(CALLER, Uniqueid("lab-1795329594.105"), "PJSIP/trunk-00000065"),
        ),
        (
            live("DialBegin", *DEST),  # of an Originate
            e.DialBegun(Uniqueid(""), Uniqueid("lab-1795329594.105"), "PJSIP/trunk-00000065"),
        ),
        (
            live("DialEnd", *DEST, "DialStatus: BUSY"),
            e.DialEnded(Uniqueid(""), Uniqueid("lab-1795329594.105"), "BUSY"),
        ),
        (live("Hold", *SNAPSHOT, "MusicClass: default"), e.Held(CALLER)),
        (live("Unhold", *SNAPSHOT), e.Unheld(CALLER)),
        (live("MixMonitorStart", *SNAPSHOT), e.RecordingStarted(CALLER)),
        (live("MixMonitorStop", *SNAPSHOT), e.RecordingStopped(CALLER)),
        (live("MixMonitorMute", *SNAPSHOT, "Direction: both", "State: 1"), e.RecordingMuted(CALLER, True)),
        (
            live(
                "BlindTransfer",
                "Result: Success",
                "TransfererUniqueid: 1.1",
                "TransfereeUniqueid: 1.2",
                "Extension: 610",
            ),
            e.BlindTransferred(Uniqueid("1.1"), Uniqueid("1.2"), "610", True),
        ),
        (
            live(
                "AttendedTransfer",
                "Result: Fail",
                "OrigTransfererUniqueid: 1.1",
                "SecondTransfererUniqueid: 1.3",
                "TransfereeUniqueid: 1.2",
                "TransferTargetUniqueid: 1.4",
            ),
            e.AttendedTransferred(Uniqueid("1.1"), Uniqueid("1.2"), Uniqueid("1.4"), False),
        ),
        (
            live("QueueCallerJoin", *SNAPSHOT, "Queue: sales", "Position: 2", "Count: 10"),
            e.QueueJoined("sales", CALLER, CALLER, "PJSIP/trunk-00000065", "5550151", "Nina Horta", 2, 10),
        ),
        (
            live("QueueCallerLeave", *SNAPSHOT, "Queue: sales", "Position: 2", "Count: 9"),
            e.QueueLeft("sales", CALLER, 2, 9),
        ),
        (
            live("QueueCallerAbandon", *SNAPSHOT, "Queue: sales", "Position: 2", "OriginalPosition: 4", "HoldTime: 33"),
            e.QueueAbandoned("sales", CALLER, 33),
        ),
        (
            live("AgentCalled", *SNAPSHOT, *DEST, "Queue: sales", "Interface: PJSIP/1004", "MemberName: Davi Rocha"),
            e.AgentCalled(
                "sales", "PJSIP/1004", "Davi Rocha", CALLER, Uniqueid("lab-1795329594.105"), "PJSIP/trunk-00000065"
            ),
        ),
        (
            live(
                "AgentConnect",
                *SNAPSHOT,
                *DEST,
                "Queue: sales",
                "Interface: PJSIP/1004",
                "MemberName: Davi Rocha",
                "HoldTime: 7",
                "RingTime: 3",
            ),
            e.AgentConnected(
                "sales",
                "PJSIP/1004",
                "Davi Rocha",
                CALLER,
                Uniqueid("lab-1795329594.105"),
                "PJSIP/trunk-00000065",
                7,
                3,
            ),
        ),
        (
            live(
                "AgentComplete",
                "Queue: sales",
                "Interface: PJSIP/1004",
                "MemberName: x",
                "HoldTime: 1",
                "TalkTime: 19",
                "Reason: caller",
            ),
            e.AgentCompleted("sales", "PJSIP/1004", Uniqueid(""), Uniqueid(""), "caller", 1, 19),
        ),
        (
            live("AgentRingNoAnswer", *SNAPSHOT, *DEST, "Queue: sales", "Interface: PJSIP/1004", "RingTime: 12000"),
            e.AgentRangOut("sales", "PJSIP/1004", CALLER, Uniqueid("lab-1795329594.105"), 12000),
        ),
        *(
            (live(event, "Queue: sales", "MemberName: Davi Rocha", "Interface: PJSIP/1004", *MEMBER), CHANGED)
            for event in (
                "QueueMemberAdded",
                "QueueMemberStatus",
                "QueueMemberPause",
                "QueueMemberPenalty",
                "QueueMemberRinginuse",
            )
        ),
        (
            live("QueueMemberRemoved", "Queue: sales", "MemberName: x", "Interface: PJSIP/1004", *MEMBER),
            e.MemberRemoved("sales", "PJSIP/1004"),
        ),
        (live("DeviceStateChange", "Device: PJSIP/1004", "State: INUSE"), e.DeviceChanged("PJSIP/1004", "INUSE")),
        (
            live(
                "ChanSpyStart",
                "SpyerChannel: PJSIP/2001-1",
                "SpyerUniqueid: wt-1",
                "SpyeeChannel: PJSIP/1004-1",
                "SpyeeUniqueid: 1.5",
            ),
            e.SpyStarted(Uniqueid("wt-1"), "PJSIP/2001-1", Uniqueid("1.5"), "PJSIP/1004-1"),
        ),
        (
            live("ChanSpyStop", "SpyerChannel: PJSIP/2001-1", "SpyerUniqueid: wt-1"),  # before 16.16 no Spyee
            e.SpyStopped(Uniqueid("wt-1"), "PJSIP/2001-1", Uniqueid("")),
        ),
        (
            live("DTMFEnd", *SNAPSHOT, "Digit: 5", "DurationMs: 0", "Direction: Received"),
            e.DigitEnded(CALLER, "5"),
        ),
        (live("DTMFEnd", *SNAPSHOT, "Digit: 5", "DurationMs: 0", "Direction: Sent"), None),
        (live_user(*SNAPSHOT, "UserEvent: WhisperTag", "Tag: pci", "State: on"), e.Tagged(CALLER, "pci", True)),
        (live_user(*SNAPSHOT, "UserEvent: WhisperTag", "Tag: pci", "State: OFF"), e.Tagged(CALLER, "pci", False)),
        (live_user(*SNAPSHOT, "UserEvent: WhisperTag", "Tag: PCI"), e.Tagged(CALLER, "pci", True)),
        (live_user(*SNAPSHOT, "UserEvent: whispertag", "state: perhaps", "tag:  Pci "), e.Tagged(CALLER, "pci", True)),
        (
            live_user("UserEvent: WhisperTag", "Uniqueid: 1.5", "Tag: hr"),
            e.Tagged(Uniqueid("1.5"), "hr", True),
        ),  # AMI's
        (live_user(*SNAPSHOT, "UserEvent: WhisperTag", f"UNIQUEID: {CALLER}", "Tag: a"), e.Tagged(CALLER, "a", True)),
        (live_user(*SNAPSHOT, "UserEvent: WhisperTag", "Tag: two words"), None),
        (live_user(*SNAPSHOT, "UserEvent: WhisperTag"), None),
        (live_user(*SNAPSHOT, "Uniqueid: 9.9", "UserEvent: Other", "UserEvent: x"), None),
        (message("Agreed key", f"Uniqueid: {CALLER}"), e.AgentKeyPressed(CALLER)),  # framing's own
        (
            live("OriginateResponse", "ActionID: a23", "Response: Failure", "Reason: 3", "Uniqueid: wt-1"),
            e.OriginateAnswered("a23", Uniqueid("wt-1"), False, 3),
        ),
    ],
)
def test_every_event_that_is_read_becomes_its_fact(raw: bytes, fact: Fact | None) -> None:
    assert decode(raw) == fact


def test_any_other_user_event_says_what_it_says_and_what_cannot_be_told_is_empty() -> None:
    said = decode(live_user(*SNAPSHOT, "UserEvent: WhisperHand", "Text: \x1b[31mangry", "Agent: 1", "agent: 2"))
    assert isinstance(said, e.UserSaid)
    assert (said.event, said.uniqueid, dict(said.said)["text"], dict(said.said)["agent"]) == (
        "whisperhand", CALLER, "angry", "",
    )  # fmt: skip
    two = decode(live_user(*SNAPSHOT, "UserEvent: Other", "Uniqueid: 9.9"))
    assert isinstance(two, e.UserSaid)
    assert two.uniqueid == ""
    endless = decode(live_user("UserEvent: Other", *(f"H{number}: x" for number in range(5000))))
    assert isinstance(endless, e.UserSaid)
    assert len(endless.said) < MOST_SAID


def test_every_event_that_is_read_has_its_example_above() -> None:
    marks = test_every_event_that_is_read_becomes_its_fact.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {raw.partition(b"\r\n")[0] for raw, _ in marks} == set(LIVE)


@pytest.mark.parametrize(
    ("raw", "fact"),
    [
        (
            message(
                "Event: QueueParams",
                "Queue: support",
                "Max: 0",
                "Strategy: rrmemory",
                "Calls: 3",
                "Holdtime: 41",
                "TalkTime: 125",
                "Completed: 15",
                "Abandoned: 2",
                "ServiceLevel: 20",
                "ServicelevelPerf: 93.3",
                "ServicelevelPerf2: 90.0",
                "Weight: 5",
                "ActionID: a9",
            ),
            QueueRow("support", "rrmemory", 3, 41, 125, 15, 2, 20, 93.3, 5),
        ),
        (
            message(
                "Event: QueueMember",
                "Queue: sales",
                "Name: Davi Rocha",
                "Location: PJSIP/1004",
                *MEMBER,
                "ActionID: a9",
            ),
            CHANGED,
        ),
        (
            message(
                "Event: QueueEntry",
                "Queue: support",
                "Position: 1",
                "Channel: PJSIP/trunk-000000af",
                "Uniqueid: 1.178",
                "CallerIDNum: 5550178",
                "CallerIDName: unknown",
                "ConnectedLineNum: unknown",
                "Wait: 4",
                "Priority: 10",
                "ActionID: a76",
            ),
            WaitingRow("support", Uniqueid("1.178"), "PJSIP/trunk-000000af", 1, "5550178", "", 4, 10),
        ),
        (
            message(
                "Event: CoreShowChannel",
                "ActionID: a78",
                *SNAPSHOT,
                "Application: Queue",
                "ApplicationData: support,tT,,,300",
                "Duration: 01:02:03",
                "BridgeId: b1",
            ),
            ChannelRow(
                CALLER,
                CALLER,
                "PJSIP/trunk-00000065",
                4,
                "5550151",
                "Nina Horta",
                "",
                "",
                "from-trunk",
                "5550119",
                "Queue",
                "support,tT,,,300",
                3723,
                "b1",
            ),
        ),
        (
            message(
                "Event: Status",
                "Privilege: Call",
                *SNAPSHOT,
                "BridgeID: b1",
                "Application: AppQueue",
                "Data: (Outgoing Line)",
                "Seconds: 12",
                "Variable: SPYGROUP=other:wt-1",
                "Variable: MIXMONITOR_FILENAME=(null)",
                "ActionID: a80",
            ),
            StatusRow(
                CALLER,
                CALLER,
                "PJSIP/trunk-00000065",
                4,
                "b1",
                "AppQueue",
                "(Outgoing Line)",
                12,
                (("SPYGROUP", "other:wt-1"), ("MIXMONITOR_FILENAME", "")),
            ),
        ),
        (
            message("Event: DeviceStateChange", "ActionID: a17", "Device: Queue:sales", "State: NOT_INUSE"),
            e.DeviceChanged("Queue:sales", "NOT_INUSE"),
        ),
        (
            message("Event: BridgeInfoChannel", "ActionID: a1", *SNAPSHOT),
            BridgeMemberRow(CALLER, CALLER, "PJSIP/trunk-00000065"),
        ),
    ],
)
def test_every_row_of_a_list_becomes_its_fact(raw: bytes, fact: Fact) -> None:
    assert decode_row(raw) == fact


@pytest.mark.parametrize(
    "forged",
    [
        live("Newchannel", *SNAPSHOT[:4], "Uniqueid: 9.9", *SNAPSHOT[4:]),  # a header more in the number
        live("Newchannel", *SNAPSHOT, "Uniqueid: 9.9"),
        live("Newchannel", *SNAPSHOT[:4], "Event: Hangup", *SNAPSHOT[4:]),
        live("Newchannel", *SNAPSHOT[:4]),  # the number ended the message
        message("Event: Newchannel", *SNAPSHOT),  # no Privilege
        message("Event: Newchannel", "SystemName: lab", "Privilege: call,all", *SNAPSHOT),  # not in its place
        live_user(*SNAPSHOT, "UserEvent: WhisperTag", "Uniqueid: 9.9", "Tag: pci"),
        live_user(*SNAPSHOT, "UserEvent: WhisperTag", "Tag: pci", "Tag: hr"),
        live_user(*SNAPSHOT, "UserEvent: WhisperTag", "UserEvent: Other", "Tag: pci"),
        live_user(*SNAPSHOT, "Event: Hangup", "UserEvent: WhisperTag", "Tag: pci"),
        live_user("UserEvent: WhisperTag", "Tag: pci"),
        message("Event: UserEvent", *SNAPSHOT, "UserEvent: WhisperTag", "Tag: pci"),
        live("DTMFEnd", *SNAPSHOT, "Digit: 5", "Digit: 6", "Direction: Received"),
        live("DTMFEnd", *SNAPSHOT, "Digit: 5", "Direction: Sent", "Direction: Received"),
    ],
)
def test_a_message_that_no_asterisk_writes_is_malformed_and_says_why(forged: bytes) -> None:
    for _ in range(2):  # the second time its layout is known
        fact = decode(forged)
        assert type(fact) is Malformed and fact.why


@pytest.mark.parametrize("place", range(2, 15))
def test_no_other_header_can_be_turned_into_a_second_one_of_those_that_are_read(place: int) -> None:
    lines = live("Newchannel", *SNAPSHOT).decode().split("\r\n")
    assert type(decode(message(*lines))) is e.ChannelNew  # so its layout is known
    lines[place] = "Uniqueid: 9.9"
    assert type(decode(message(*lines))) is Malformed


def test_a_variable_that_stands_twice_in_a_status_is_malformed() -> None:
    row = message(
        "Event: Status", "Privilege: Call", *SNAPSHOT, "Variable: SPYGROUP=a", "Variable: SPYGROUP=b", "ActionID: a"
    )
    assert type(decode_row(row)) is Malformed


def test_channel_variables_may_stand_in_an_event_as_often_as_they_like() -> None:
    several = [f"ChanVariable: X{n}=1" for n in range(7)]
    assert type(decode(live("Newstate", *SNAPSHOT, *several))) is e.ChannelStateChanged


@pytest.mark.parametrize("number", ["", "x", "1e9", "٣", "1_0", "9" * 5000, "--1", " 1", "inf"])
def test_what_is_no_number_is_nought(number: str) -> None:
    fact = decode(live("QueueCallerLeave", *SNAPSHOT, "Queue: q", f"Position: {number}", "Count: -1"))
    assert fact == e.QueueLeft("q", CALLER, 0, -1)


@pytest.mark.parametrize("duration", ["", "99", "a:b:c", "1:2", "00:00:00:01"])
def test_a_duration_that_is_none_is_nought(duration: str) -> None:
    fact = decode_row(message("Event: CoreShowChannel", "ActionID: a", *SNAPSHOT, f"Duration: {duration}"))
    assert isinstance(fact, ChannelRow) and fact.duration == 0


_line = st.one_of(
    st.sampled_from(
        [*SNAPSHOT, *MEMBER, "Queue: q", "Digit: 5", "Direction: Received", "Privilege: call,all", "Result: x"]
    ).map(str.encode),
    st.binary(max_size=40).filter(lambda line: b"\r\n" not in line),
)


@given(st.sampled_from(sorted(LIVE) + sorted(ROWS)), st.lists(_line, max_size=25), st.booleans())
def test_whatever_the_bytes_the_answer_is_a_fact_or_nothing(head: bytes, lines: list[bytes], privileged: bool) -> None:
    raw = b"\r\n".join([head, *([b"Privilege: call,all"] if privileged else []), *lines])
    for table in (LIVE, ROWS):
        if head in table:
            assert isinstance(table[head](raw), Fact | None)
