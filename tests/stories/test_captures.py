"""Every recording, replayed from its bytes: the floor is what its `.toml` says, however the bytes came in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.consistency import check_consistent
from tests.fakes.lists import lists_of
from tests.fakes.recordings import CAPTURES, END, load, names, new_floor, replay
from whisper_tui.ami.events import Fact, Listed
from whisper_tui.ami.list_rows import QueueRow
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import Call, Changes, Floor
from whisper_tui.floor.seed import begin_seed
from whisper_tui.terms import CallState

BIG = 500_000
"""Bytes; of a larger recording fewer examples are tried."""

recording_of = cache(load)


@pytest.mark.parametrize("name", names())
def test_the_floor_is_what_the_recording_is_said_to_show(name: str) -> None:
    recording = recording_of(name)
    floor = new_floor()
    if (before := recording.told.get("follows")) is not None:
        replay(recording_of(f"{name.partition('/')[0]}/{before}").chunks(), floor)
        begin_seed(floor)

    def look(moment: dict[str, Any]) -> None:
        shown = describe(floor, moment)
        assert shown == {key: moment[key] for key in shown}, f"at {moment['second']} s: {moment['what']}"

    def check(_: float, fact: Fact | None) -> None:
        if fact is not None:
            check_consistent(floor)

    malformed = replay(looking(recording.chunks(), recording.told.get("at", []), look), floor, check)
    end = recording.told["end"]
    assert describe(floor, end) == end, "at the end"
    assert malformed == 0


def test_the_service_level_goes_on_as_asterisk_counts_it() -> None:
    """Each QueueStatus of a recording has what was counted since the one before it."""
    compared = set()
    for name in names():
        floor, ours = new_floor(), dict[str, tuple[int, float]]()

        def look(_: float, fact: Fact | None, floor: Floor = floor, ours: dict[str, tuple[int, float]] = ours) -> None:
            if isinstance(fact, Listed) and fact.action == "QueueStatus":
                for row in [row for row in fact.rows if isinstance(row, QueueRow)]:
                    theirs = (row.completed, row.performance)
                    compared.add(ours.setdefault(row.queue, theirs))
                    assert ours[row.queue] == theirs, row
            ours.update(
                {q.name: (q.completed, round(q.performance, 1)) for q in floor.queues.values() if q.name in ours}
            )

        replay(recording_of(name).chunks(), floor, look)
    assert (15, 93.3) in compared, "somebody was answered too late"


def looking(
    chunks: Iterable[tuple[float, bytes]], moments: list[dict[str, Any]], look: Callable[[dict[str, Any]], None]
) -> Iterator[tuple[float, bytes]]:
    """`chunks`, with a look at each of `moments` before the first that came later."""
    due = sorted(moments, key=lambda moment: float(moment["second"]))
    for second, chunk in chunks:
        while due and due[0]["second"] < second:
            look(due.pop(0))
        yield second, chunk
    for moment in due:
        look(moment)


# --- a floor in the words of the .toml files


def describe(floor: Floor, asked: dict[str, Any]) -> dict[str, Any]:
    """What `asked` asks about, as the floor has it."""
    return {key: WORDS[key](floor, asked[key]) for key in asked if key in WORDS}


def _calls(floor: Floor, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every call; of one that was asked for, what was asked, and whatever is out of the ordinary."""
    calls = {call.number: _call(floor, call) for call in floor.calls.values()}
    told = [calls.pop(one["caller"], {}) for one in asked]
    return told + list(calls.values())


def _call(floor: Floor, call: Call) -> dict[str, Any]:
    words: dict[str, Any] = {"caller": call.number, "name": call.name, "state": call.state.value, "queue": call.queue}
    if call.agent:
        words["agent"] = floor.agents[call.agent].name
    if call.agent_channel is not None:
        words["channel"] = floor.channels[call.agent_channel].name
    if call.peer:
        words["peer"] = floor.agents[call.peer].name
    if call.parties not in (0, 2):
        words["parties"] = call.parties
    if call.recording.value != "off":
        words["recording"] = call.recording.value
    if call.outbound:
        words["outbound"] = True
    if call.holds:
        words["holds"] = call.holds
    if not call.talk_known:
        words["talk_known"] = False
    return words


def _waiting(floor: Floor, _: object) -> dict[str, list[str]]:
    lines = {q.name: [floor.calls[key].number for key in q.waiting] for q in floor.queues.values()}
    return {queue: line for queue, line in lines.items() if line}


def _priorities(floor: Floor, _: object) -> dict[str, list[int | None]]:
    lines = {q.name: [place.priority for place in q.waiting.values()] for q in floor.queues.values()}
    return {queue: line for queue, line in lines.items() if line}


def _spies(floor: Floor, _: object) -> list[dict[str, str]]:
    return [
        {"phone": spy.device, "hears": floor.channels[spy.spyee].device if spy.spyee else "nobody"}
        for spy in floor.spies.values()
    ]


def _modes(floor: Floor, _: object) -> dict[str, str]:
    return {spy.device: spy.mode.value if spy.mode is not None else "unknown" for spy in floor.spies.values()}


def _free(floor: Floor, _: object) -> dict[str, list[str]]:
    return {
        queue.name: sorted(m.name for m in queue.members.values() if m.status == 1 and not m.paused)
        for queue in floor.queues.values()
    }


def _paused(floor: Floor, _: object) -> dict[str, str]:
    return {m.name: m.reason for queue in floor.queues.values() for m in queue.members.values() if m.paused}


def _talking(floor: Floor, _: object) -> dict[str, int]:
    return {queue.name: queue.talking for queue in floor.queues.values() if queue.talking}


def _held(floor: Floor, _: object) -> list[str]:
    return [call.number for call in floor.calls.values() if call.state is CallState.HELD]


def _counts(floor: Floor, asked: dict[str, Any]) -> dict[str, dict[str, int]]:
    return {
        name: {"completed": floor.queues[name].completed, "abandoned": floor.queues[name].abandoned} for name in asked
    }


def _repairs(floor: Floor, _: object) -> int:
    return floor.repairs


WORDS: dict[str, Callable[[Floor, Any], Any]] = {
    "calls": _calls,
    "waiting": _waiting,
    "priorities": _priorities,
    "spies": _spies,
    "modes": _modes,
    "free": _free,
    "paused": _paused,
    "talking": _talking,
    "held": _held,
    "queues": _counts,
    "repairs": _repairs,
}


def test_every_recording_says_what_it_shows() -> None:
    for kind in ("ami", "idx"):
        files = CAPTURES.glob(f"*/*.{kind}")
        assert sorted(path.relative_to(CAPTURES).with_suffix("").as_posix() for path in files) == names(), kind


def test_the_words_of_the_recordings_are_all_known() -> None:
    for name in names():
        told = recording_of(name).told
        assert set(told) <= {"story", "follows", "at", "end"}
        for moment in [*told.get("at", []), told["end"]]:
            assert set(moment) <= {*WORDS, "second", "what"}, name


# --- however the bytes come in


def _examples(data: st.DataObject) -> str:
    """A recording, the big ones seldom."""
    small = [name for name in names() if len(recording_of(name).data) < BIG]
    return data.draw(st.sampled_from(small * 3 + names()), label="recording")


@cache
def _at_once(name: str) -> Floor:
    floor = new_floor()
    replay([(0.0, recording_of(name).data)], floor)
    return floor


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_reads_split_at_any_place_give_the_same_floor(data: st.DataObject) -> None:
    name = _examples(data)
    stream = recording_of(name).data
    cuts = sorted(set(data.draw(st.lists(st.integers(0, len(stream)), max_size=40), label="cuts")))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    floor = new_floor()
    replay([(0.0, chunk) for chunk in chunks], floor)
    assert floor == _at_once(name)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_damaged_messages_leave_the_floor_consistent_and_lists_make_it_true_again(data: st.DataObject) -> None:
    recording = recording_of(_examples(data))
    messages = recording.messages()
    quiet = [i for i in range(1, len(messages)) if messages[i][0] - messages[i - 1][0] > 0.2] or [len(messages)]
    messages = messages[: data.draw(st.sampled_from(quiet), label="stop before message")]
    damage = st.dictionaries(st.integers(1, len(messages) - 1), st.sampled_from(["drop", "double", "cut"]), max_size=60)
    done = data.draw(damage, label="damage")

    truth, floor = new_floor(), new_floor()
    replay(messages, truth)

    def check(_: float, fact: Fact | None) -> None:
        if fact is not None:
            check_consistent(floor)

    replay(list(_damaged(messages, done)), floor, check if len(messages) < 1000 else None)
    check_consistent(floor)

    begin_seed(floor)
    now = messages[-1][0]
    for listed in lists_of(truth, now):
        apply(floor, listed, now, Changes())
        check_consistent(floor)
        apply(truth, listed, now, Changes())
    assert floor.seeded
    assert truth.repairs == 0, "the truth has nothing to learn from its own lists"
    assert essentials(floor) == essentials(truth)


def _damaged(messages: list[tuple[float, bytes]], damage: dict[int, str]) -> Iterator[tuple[float, bytes]]:
    for place, (second, message) in enumerate(messages):
        match damage.get(place):
            case "drop":
                continue
            case "double":
                yield second, message + message
            case "cut":
                yield second, message[: len(message) // 2].rpartition(b"\r\n")[0] + END
            case _:
                yield second, message


def essentials(floor: Floor) -> dict[str, Any]:
    """What lists can tell of a floor: not how long, not who holds, nothing of a call that is nowhere."""
    there = [call for call in floor.calls.values() if call.state is not CallState.ELSEWHERE]
    return {
        "channels": {key: (c.name, c.linkedid, c.state, c.bridge) for key, c in floor.channels.items()},
        "calls": {call.key: _call_essentials(call) for call in there},
        "lines": {
            queue.name: [(w.uniqueid, w.position) for w in queue.waiting.values()] for queue in floor.queues.values()
        },
        "counts": {q.name: (q.completed, q.abandoned, q.talking) for q in floor.queues.values()},
        "members": {
            (m.queue, m.interface): (m.device, m.name, m.status, m.paused, m.penalty)
            for queue in floor.queues.values()
            for m in queue.members.values()
        },
        "agents": {agent.device: dict(agent.queues) for agent in floor.agents.values() if agent.queues},
        "spies": set(floor.spies),
        "devices": dict(floor.devices),
    }


def _call_essentials(call: Call) -> tuple[object, ...]:
    state = CallState.TALKING if call.state is CallState.HELD else call.state
    # Of several phones that ring the first is shown, and no list tells which that was.
    agent = (call.agent, call.agent_channel) if len(call.ringing) < 2 else "several"
    return state, call.queue, call.number, call.name, agent, call.peer, call.bridge


def test_a_list_that_disagrees_is_believed() -> None:
    """The oracle of the test above is not blind: a floor that was told nothing has everything to learn."""
    truth = new_floor()
    recording = recording_of(next(name for name in names() if name.endswith("b-busy")))
    replay([chunk for chunk in recording.chunks() if chunk[0] < 40], truth)
    floor = new_floor()
    assert essentials(floor) != essentials(truth)
    for listed in lists_of(truth, 40.0):
        apply(floor, listed, 40.0, Changes())
    assert essentials(floor) == essentials(truth)
