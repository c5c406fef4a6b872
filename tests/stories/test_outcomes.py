"""Every recording again: what became of the calls of each queue is what the queue itself has counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import pytest

from tests.fakes.recordings import Recording, load, names, new_floor, replay
from whisper_tui.ami.events import AgentCompleted, Fact, Listed
from whisper_tui.floor.model import Floor
from whisper_tui.floor.outcomes import Ending, Outcome
from whisper_tui.floor.seed import begin_seed
from whisper_tui.floor.visits import Visits

COMPLETED = frozenset({Ending.ANSWERED})
ABANDONED = frozenset({Ending.ABANDONED, Ending.TIMED_OUT})

recording_of = cache(load)


def outcomes_of(recording: Recording, floor: Floor, visits: Visits) -> tuple[list[Outcome], dict[str, tuple[int, int]]]:
    """What ended in a recording, and what each queue had counted (completed, abandoned) before it."""
    ended: list[Outcome] = []
    before: dict[str, tuple[int, int]] = {}

    def take(now: float, fact: Fact | None) -> None:
        if fact is None:
            return
        ended.extend(visits.observe(fact, now))
        if isinstance(fact, Listed) and fact.action == "QueueStatus" and not before:
            before.update({queue.name: (queue.completed, queue.abandoned) for queue in floor.queues.values()})

    replay(recording.chunks(), floor, take)
    return ended, before


def count(ended: list[Outcome], endings: frozenset[Ending]) -> Counter[str]:
    return Counter(outcome.queue for outcome in ended if outcome.ending in endings)


@pytest.mark.parametrize("name", names())
def test_what_became_of_the_calls_is_what_the_queue_counted(name: str) -> None:
    floor = new_floor()
    visits = Visits(floor)
    ended, before = outcomes_of(recording_of(name), floor, visits)
    ended += [outcome for outcome in visits.close(1e6) if outcome.ending is not Ending.UNKNOWN]
    completed, abandoned = count(ended, COMPLETED), count(ended, ABANDONED)
    for queue in floor.queues.values():
        was = before.get(queue.name, (0, 0))
        counted = (queue.completed - was[0], queue.abandoned - was[1])
        assert (completed[queue.name], abandoned[queue.name]) == counted, queue.name
    keys = [(outcome.uniqueid, outcome.queue, outcome.joined) for outcome in ended]
    assert len(set(keys)) == len(keys), "a visit is told once"


@pytest.mark.parametrize("name", names())
def test_the_figures_are_those_of_asterisk(name: str) -> None:
    """AgentComplete tells whole seconds, cut off from two times of day."""
    floor = new_floor()
    visits = Visits(floor)
    ended: list[Outcome] = []
    told: dict[tuple[str, str], list[AgentCompleted]] = defaultdict(list)

    def take(now: float, fact: Fact | None) -> None:
        if fact is not None:
            ended.extend(visits.observe(fact, now))
        if isinstance(fact, AgentCompleted):
            told[fact.uniqueid, fact.queue].append(fact)

    replay(recording_of(name).chunks(), floor, take)
    for outcome in ended:
        assert outcome.number, outcome
        assert outcome.waited is not None and outcome.waited >= 0, outcome
        assert (outcome.ending is Ending.ANSWERED) == (outcome.talked is not None) == bool(outcome.agent), outcome
        assert 0 <= outcome.held <= (outcome.talked or 0.0), outcome
        if outcome.answered is not None and outcome.talked is not None:
            assert outcome.joined <= outcome.answered <= outcome.ended, outcome
            if not told[outcome.uniqueid, outcome.queue]:
                continue  # told of a customer who was gone, and so is named no more
            asterisk = told[outcome.uniqueid, outcome.queue].pop(0)
            assert abs(outcome.waited - asterisk.hold_time) < 1.1, (outcome, asterisk)
            assert abs(outcome.talked - asterisk.talk_time) < 1.1, (outcome, asterisk)
            assert outcome.transfers == (asterisk.reason == "transfer"), (outcome, asterisk)


def test_what_was_open_when_asterisk_was_restarted_is_not_known() -> None:
    floor = new_floor()
    visits = Visits(floor)
    outcomes_of(recording_of("22.10/d-restart"), floor, visits)
    waiting = sum(len(queue.waiting) for queue in floor.queues.values())
    talking = sum(queue.talking for queue in floor.queues.values())
    assert len(visits) == waiting + talking > 0
    visits.lose(40.0)
    begin_seed(floor)
    ended, _ = outcomes_of(recording_of("22.10/d-restart-2"), floor, visits)
    lost = [outcome for outcome in ended if outcome.ending is Ending.UNKNOWN]
    assert len(lost) == waiting + talking
    assert sum(outcome.agent != "" for outcome in lost) == talking
    assert {outcome.ended for outcome in lost} == {40.0}
    assert [outcome.ending for outcome in ended if outcome not in lost] == [Ending.ANSWERED]
    assert len(visits) == 0
