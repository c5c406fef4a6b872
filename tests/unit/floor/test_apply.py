"""Any facts in any order leave the floor consistent: nothing raises, nothing dangles."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.consistency import check_consistent
from whisper_tui.ami import events
from whisper_tui.ami.events import Fact, Listed
from whisper_tui.ami.list_rows import ChannelRow, QueueRow, StatusRow, WaitingRow
from whisper_tui.floor.apply import MOVES, apply
from whisper_tui.floor.model import Changes, Floor, Heeds
from whisper_tui.floor.seed import begin_seed
from whisper_tui.floor.variables import unread
from whisper_tui.terms import Pbx

NAMES = {
    "1": "PJSIP/1001-00000001",
    "2": "PJSIP/1002-00000002",
    "3": "PJSIP/trunk-00000003",
    "4": "PJSIP/trunk-00000004",
    "5": "Local/1001@internal-00000001;1",
    "6": "Local/1001@internal-00000001;2",
    "7": "PJSIP/1001-00000007",
    "wt-0123abcd-0123456789abcdef": "PJSIP/2001-00000008",
    "": "",
}
"""A small exchange, so that facts meet; some are nameless, and a channel may be called by another's name."""

CHANNELS = st.sampled_from(sorted(NAMES))
TEXTS = {
    "bridge": ["b1", "b2", ""],
    "queue": ["support", "sales"],
    "interface": ["PJSIP/1001", "PJSIP/1002", "Local/1001@internal/n"],
    "state_interface": ["PJSIP/1001", "hint:1001@internal", ""],
    "device": ["PJSIP/1001", "PJSIP/1002", "Queue:support_avail"],
    "application": ["Queue", "Dial", "AppQueue", "AppDial", "ChanSpy", "ChanSpy", ""],
    "application_data": ["support,tT,,,300", "PJSIP/1001-00000001,qbu", ",qg(x)d", ",qg(x)B"],
    "digit": ["4", "5", "6", "*"],
    "tag": ["pci", "hr"],
    "status": ["ANSWER", "BUSY"],
    "state": ["INUSE", "ONHOLD"],
    "event": ["whisperhand", "other"],
    "reason": ["help", "lunch"],
}
IDS = {"uniqueid", "linkedid", "dest_uniqueid", "swap", "spyer", "spyee"}
NUMBERS = {"position": st.integers(-1, 5), "status": st.sampled_from([1, 2, 8])}


def a_field(name: str, kind: object) -> st.SearchStrategy[object]:
    if name in IDS:
        return CHANNELS
    if "channel" in name:
        return st.sampled_from(sorted(NAMES.values()))
    if name == "variables":
        file = st.sampled_from([(), (("MIXMONITOR_FILENAME", "1.wav"),), (("MIXMONITOR_FILENAME", ""),)])
        group = st.sampled_from([(), (("SPYGROUP", "x"),), (("SPYGROUP", "y:x:"),), (("SPYGROUP", ""),)])
        tags = st.sampled_from([(), (("TAGS", "pci,hr"),), (("TAGS", ""),)])
        rest = st.sampled_from(
            [(), (("CAMPAIGN", "spring"),), (("CAMPAIGN", "\x1b"), ("OTHER", "x")), (("TEAM", "red"),)]
        )
        return st.tuples(file, group, tags, rest).map(lambda each: each[0] + each[1] + each[2] + each[3])
    if name == "said":
        who = st.sampled_from(
            [(), (("agent", "1001"),), (("agent", "PJSIP/1002"),), (("agent", "Local/1001@internal/n"),)]
        )
        return st.tuples(who, st.sampled_from([(), (("state", "off"),)])).map(lambda each: each[0] + each[1])
    if kind in ("bool", bool):
        return st.booleans()
    if kind in ("int", int):
        return NUMBERS.get(name, st.integers(0, 7))
    if kind in ("float", float):
        return st.just(100.0)
    return st.sampled_from(TEXTS.get(name, ["", "5550150"]))


def any_of(*kinds: type[Fact]) -> st.SearchStrategy[Fact]:
    return st.one_of([st.builds(kind, **{f: a_field(f, k) for f, k in kind.__annotations__.items()}) for kind in kinds])


def a_list(action: str, *kinds: type[Fact]) -> st.SearchStrategy[Fact]:
    return st.lists(any_of(*kinds), max_size=6).map(lambda rows: Listed(action, "1", tuple(rows)))


HEEDS = Heeds("whisperhand", "help", 30.0, {"other": (("state", "mood"), ("agent", "who"))}, {"OTHER": "other"})
EVENTS = any_of(*(kind for kind in MOVES if kind is not Listed))
LISTS = st.one_of(
    a_list("QueueStatus", QueueRow, events.MemberChanged, WaitingRow),
    a_list("CoreShowChannels", ChannelRow),
    a_list("Status", StatusRow),
    a_list("DeviceStateList", events.DeviceChanged),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.one_of(EVENTS, EVENTS, EVENTS, EVENTS, LISTS), min_size=10, max_size=60))
def test_any_facts_in_any_order_leave_the_floor_consistent(facts: list[Fact]) -> None:
    floor = Floor(Pbx("lab"), tags_variable="TAGS", watched=frozenset({"CAMPAIGN", "TEAM"}), heeds=HEEDS)
    changes = Changes()
    for second, fact in enumerate(facts):
        apply(floor, fact, float(second), changes)
        check_consistent(floor)
        assert not any(unread(floor, call)[2:] for call in floor.calls)


@settings(deadline=None, max_examples=50)
@given(st.lists(EVENTS, min_size=10, max_size=40), st.lists(LISTS, max_size=4))
def test_lists_of_an_empty_pbx_empty_the_floor_whatever_was_on_it(facts: list[Fact], lists: list[Fact]) -> None:
    floor = Floor(Pbx("lab"), tags_variable="TAGS", heeds=HEEDS)
    changes = Changes()
    for second, fact in enumerate([*facts, *lists]):
        apply(floor, fact, float(second), changes)
    begin_seed(floor)
    for action in ("QueueStatus", "CoreShowChannels", "Status", "DeviceStateList"):
        apply(floor, Listed(action, "1", ()), 100.0, changes)
    assert floor.seeded
    assert not (
        floor.channels or floor.bridges or floor.calls or floor.queues or floor.agents or floor.spies or floor.hands
    )
    assert floor.repairs == 0, "the first lists after a connect repair nothing"
