"""What became of every call of every queue: one Outcome for each visit of a caller to a queue.

Pure: facts in, outcomes out. The floor knows who talks with whom; here is only what it forgets with the call. Queue() itself
says how a visit ended, and how it counts (app_queue.c): AgentComplete is one more `completed`, QueueCallerAbandon one more
`abandoned`, also where the queue gave up and the caller goes on in the dialplan; out by a key is neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar, cast

from msgspec import Struct

from whisper_tui.ami.events import (
    AgentCompleted,
    AgentConnected,
    AttendedTransferred,
    BlindTransferred,
    ChannelGone,
    Fact,
    Listed,
    QueueAbandoned,
    QueueJoined,
    QueueLeft,
)
from whisper_tui.floor import find, measure
from whisper_tui.floor.calls import CONNECTED
from whisper_tui.floor.members import phone_of
from whisper_tui.floor.model import Call, Floor
from whisper_tui.floor.outcomes import Ending, Outcome
from whisper_tui.terms import Uniqueid

F = TypeVar("F", bound=Fact)

SOON = 2.0
"""Seconds in which what belongs together comes: a hangup after QueueCallerAbandon, AgentComplete after a hangup (two threads
of Asterisk tell them). A caller who is there for longer was not the one who gave up."""

MOST = 20_000
"""Visits open at a time; more than any PBX has were invented, and the oldest is given up."""


class _Visit(Struct):
    """A visit that goes on, as far as is known."""

    uniqueid: Uniqueid
    queue: str
    joined: float
    call: Call | None
    """The floor's; it can be read when the floor has it no more."""
    seen: bool = True
    """What has come of it so far was seen to come. Of others Asterisk's own whole seconds are better than ours."""
    waited: float | None = None
    left: float | None = None
    """Out of line, and nothing has told yet what for."""
    given_up: bool = False
    """Told by QueueCallerAbandon."""
    agent: str = ""
    channel: Uniqueid | None = None
    """Of who answered, as the queue names it."""
    talks_since: float | None = None
    held_before: float = 0.0
    holds_before: int = 0
    transfers: int = 0
    over: float | None = None
    """The talk with whoever answered is over, or the channel gone; AgentComplete is still to come."""
    doubted: float | None = None
    """When the link was lost."""


class Visits:
    """Of one PBX. Total: any facts in any order; memory is bounded by `MOST`."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._waiting: dict[Uniqueid, _Visit] = {}
        """In line, or just out of it."""
        self._talking: dict[Uniqueid, _Visit] = {}
        self._gone: dict[Uniqueid, _Visit] = {}
        """Their channel is gone and the last word not said; the first went first."""
        self._by_agent: dict[Uniqueid, Uniqueid] = {}
        """The channel of who answered -> the customer's, for a customer who is gone is named no more."""
        self._told: dict[Uniqueid, None] = {}
        """Customers that are still there and whose last visit was told: no list shall make another of it."""

    def __len__(self) -> int:
        return len(self._waiting) + len(self._talking) + len(self._gone)

    def observe(self, fact: Fact, now: float) -> list[Outcome]:
        """Return the visits that `fact` ended; the floor has it already."""
        move = _MOVES.get(type(fact))
        if move is None and not self._gone:
            return []
        ended = list(self._overdue(now))
        if move is not None:
            ended += move(self, fact, now)
            while len(self) > MOST:
                ended.append(self._give_up(now))
        return ended

    def lose(self, now: float) -> None:
        """The link is lost: what is open is in doubt until the lists were taken again."""
        for visit in (*self._waiting.values(), *self._talking.values()):
            if visit.doubted is None:
                visit.doubted = now

    def close(self, now: float) -> list[Outcome]:
        """Nobody looks any more: end whatever is open."""
        ended = [self._end_gone(visit) for visit in self._gone.values()]
        ended += [self._end_waiting(visit, now) for visit in self._waiting.values()]
        ended += [self._end(visit, Ending.UNKNOWN, now) for visit in self._talking.values()]
        for each in (self._gone, self._waiting, self._talking, self._told, self._by_agent):
            each.clear()
        return ended

    # --- in line

    def _joined(self, fact: QueueJoined, now: float) -> Iterator[Outcome]:
        call = self._floor.calls.get(fact.uniqueid)
        place = find.place_of(self._floor, call) if call is not None else None
        before = self._waiting.get(fact.uniqueid)
        if call is None or place is None or place.queue != fact.queue:
            return
        if before is not None and before.queue == fact.queue and before.left is None:
            return  # a list was quicker
        yield from self._leaves(fact.uniqueid, now)
        self._waiting[fact.uniqueid] = _Visit(fact.uniqueid, fact.queue, place.since, call)
        if (talk := self._talking.get(fact.uniqueid)) is not None and talk.over is None:
            talk.over = now

    def _abandoned(self, fact: QueueAbandoned, now: float) -> Iterator[Outcome]:
        if not fact.uniqueid:
            return
        if (gone := self._gone.get(fact.uniqueid)) is not None:
            if gone.queue == fact.queue and gone.talks_since is None:
                yield self._end(self._gone.pop(fact.uniqueid), Ending.ABANDONED, now)
            return
        visit = self._waiting.get(fact.uniqueid)
        if visit is None or visit.queue != fact.queue:
            yield from self._leaves(fact.uniqueid, now)
            visit = self._unannounced(fact.uniqueid, fact.queue, now - max(0, fact.hold_time))
            if fact.uniqueid not in self._floor.channels:
                yield self._end(visit, Ending.ABANDONED, now)
                return
            self._waiting[fact.uniqueid] = visit
        if visit.left is None:
            visit.left, visit.waited = now, now - visit.joined
        visit.given_up = True

    def _left(self, fact: QueueLeft, now: float) -> Iterator[Outcome]:
        visit = self._waiting.get(fact.uniqueid)
        if visit is not None and visit.queue == fact.queue and visit.left is None:
            visit.left, visit.waited = now, now - visit.joined
        yield from ()

    def _leaves(self, uniqueid: Uniqueid, now: float) -> Iterator[Outcome]:
        """The caller is somewhere else now."""
        if (visit := self._waiting.pop(uniqueid, None)) is not None:
            ending = Ending.TIMED_OUT if visit.given_up else Ending.LEFT
            yield self._end(visit, ending, now if visit.left is None else visit.left)

    # --- with an agent

    def _connected(self, fact: AgentConnected, now: float) -> Iterator[Outcome]:
        if not fact.uniqueid:
            return
        hold_time = float(max(0, fact.hold_time))
        talk = self._talking.pop(fact.uniqueid, None)
        visit = self._waiting.pop(fact.uniqueid, None)
        if visit is None and talk is not None and talk.queue == fact.queue and not talk.seen:
            visit, talk = talk, None  # a list was quicker
        if talk is not None:
            yield self._end(talk, Ending.ANSWERED, now if talk.over is None else talk.over)
        if visit is not None and visit.queue != fact.queue:
            self._waiting[fact.uniqueid] = visit
            yield from self._leaves(fact.uniqueid, now)
            visit = None
        if visit is None:
            visit = self._unannounced(fact.uniqueid, fact.queue, now - hold_time)
        if not visit.seen:
            visit.seen, visit.waited, visit.joined = True, hold_time, now - hold_time
        elif visit.waited is None:
            visit.waited = now - visit.joined
        visit.channel = fact.dest_uniqueid
        self._answer(visit, fact.interface, now)

    def _answer(self, visit: _Visit, interface: str, now: float) -> None:
        visit.call = call = self._floor.calls.get(visit.uniqueid) or visit.call
        visit.agent = call.agent if call is not None and call.agent else phone_of(self._floor, visit.queue, interface)
        visit.talks_since, visit.left, visit.doubted = now, None, None
        if call is not None:
            visit.held_before, visit.holds_before = measure.held(call, now), call.holds
            visit.channel = visit.channel or call.agent_channel
        if visit.channel:
            self._by_agent[visit.channel] = visit.uniqueid
        self._told.pop(visit.uniqueid, None)
        self._talking[visit.uniqueid] = visit

    def _transferred(self, fact: BlindTransferred | AttendedTransferred, now: float) -> Iterator[Outcome]:
        talk = self._talking.get(fact.transferee)
        if talk is not None and fact.succeeded and talk.over is None:
            talk.transfers += 1
            talk.over = now
        yield from ()

    def _completed(self, fact: AgentCompleted, now: float) -> Iterator[Outcome]:
        uniqueid = fact.uniqueid or self._customer_of(fact)
        if not uniqueid:
            return
        visit = None
        for place in (self._talking, self._gone, self._waiting):
            if (found := place.get(uniqueid)) is not None and found.queue == fact.queue:
                visit = place.pop(uniqueid)
                break
        if visit is None:
            visit = self._unannounced(uniqueid, fact.queue, now)
        if not visit.agent:
            visit.agent = phone_of(self._floor, fact.queue, fact.interface)
        ended = now if visit.over is None else visit.over
        if not visit.seen or visit.talks_since is None:
            waited, talked = float(max(0, fact.hold_time)), float(max(0, fact.talk_time))
            visit.seen, visit.waited, visit.talks_since = True, waited, ended - talked
            visit.joined = ended - talked - waited
        visit.transfers = max(visit.transfers, fact.reason == "transfer")
        if uniqueid in self._floor.channels and uniqueid not in self._waiting:
            self._told[uniqueid] = None
        yield self._end(visit, Ending.ANSWERED, ended)

    def _customer_of(self, fact: AgentCompleted) -> Uniqueid:
        """Whom it is about where their channel is gone already, and where the agent's is gone too (b-busy, 64.5 s)."""
        if fact.dest_uniqueid:
            return self._by_agent.get(fact.dest_uniqueid, Uniqueid(""))
        agent = phone_of(self._floor, fact.queue, fact.interface)
        of_both = (visit for visit in self._gone.values() if (visit.queue, visit.agent) == (fact.queue, agent))
        return next((visit.uniqueid for visit in of_both), Uniqueid(""))

    # --- gone

    def _hung_up(self, fact: ChannelGone, now: float) -> Iterator[Outcome]:
        self._told.pop(fact.uniqueid, None)
        if fact.uniqueid in self._waiting or fact.uniqueid in self._talking:
            yield from self._vanished(fact.uniqueid, now)

    def _vanished(self, uniqueid: Uniqueid, now: float) -> Iterator[Outcome]:
        waiting, talk = self._waiting.pop(uniqueid, None), self._talking.pop(uniqueid, None)
        if waiting is not None and talk is not None:
            yield self._end(talk, Ending.ANSWERED, now if talk.over is None else talk.over)
        visit = waiting or talk
        if visit is None:
            return
        heard = now if visit.doubted is None else visit.doubted
        if visit.left is not None and visit.given_up:
            yield self._end(visit, Ending.ABANDONED if heard - visit.left <= SOON else Ending.TIMED_OUT, visit.left)
        elif visit.doubted is not None:
            yield self._end(visit, Ending.UNKNOWN, heard)
        elif visit.left is not None:
            yield self._end(visit, Ending.LEFT, visit.left)
        else:
            visit.over = now if visit.over is None else visit.over
            self._gone[uniqueid] = visit

    def _overdue(self, now: float) -> Iterator[Outcome]:
        while self._gone:
            visit = next(iter(self._gone.values()))
            if visit.over is not None and now - visit.over <= SOON:
                return
            del self._gone[visit.uniqueid]
            yield self._end_gone(visit)

    # --- lists

    def _listed(self, fact: Listed, now: float) -> Iterator[Outcome]:
        """The floor is in step again: see what is still there, and what was there before anybody looked."""
        floor = self._floor
        if not floor.seeded:
            return
        for uniqueid in [each for each in (*self._waiting, *self._talking) if each not in floor.channels]:
            yield from self._vanished(uniqueid, now)
        for uniqueid in [each for each in self._told if each not in floor.channels]:
            del self._told[uniqueid]
        for visit in [each for each in self._waiting.values() if each.doubted is not None]:
            yield from self._look_in_line(visit, now)
        for visit in [each for each in self._talking.values() if each.doubted is not None]:
            if self._with_agent(visit):
                visit.doubted = None
            else:
                ending = Ending.UNKNOWN if visit.over is None else Ending.ANSWERED
                yield self._end(self._talking.pop(visit.uniqueid), ending, visit.doubted or now)
        for call in floor.calls.values():
            self._find(call, now)

    def _look_in_line(self, visit: _Visit, now: float) -> Iterator[Outcome]:
        call = self._floor.calls.get(visit.uniqueid)
        place = find.place_of(self._floor, call) if call is not None else None
        if visit.given_up:
            yield from self._leaves(visit.uniqueid, now)
        elif place is not None and place.queue == visit.queue and place.since == visit.joined:
            visit.doubted = None
        elif self._with_agent(visit):
            visit.seen = False
            self._answer(self._waiting.pop(visit.uniqueid), "", now)
        else:
            yield self._end(self._waiting.pop(visit.uniqueid), Ending.UNKNOWN, visit.doubted or now)

    def _with_agent(self, visit: _Visit) -> bool:
        call = self._floor.calls.get(visit.uniqueid)
        return call is not None and call.queue == visit.queue and call.state in CONNECTED and visit.over is None

    def _find(self, call: Call, now: float) -> None:
        """Take up a visit that nothing announced."""
        if not call.queue or call.key in self._waiting or call.key in self._told:
            return
        place = find.place_of(self._floor, call)
        if place is not None:
            self._waiting[call.key] = _Visit(call.key, call.queue, place.since, call, seen=False)
        elif call.state in CONNECTED and not call.talk_known and call.key not in self._talking:
            self._answer(_Visit(call.key, call.queue, call.began, call, seen=False), call.interface, now)

    # --- the end

    def _unannounced(self, uniqueid: Uniqueid, queue: str, joined: float) -> _Visit:
        return _Visit(uniqueid, queue, joined, self._floor.calls.get(uniqueid), seen=False)

    def _give_up(self, now: float) -> Outcome:
        """End the visit that has been open for longest."""
        place = max((self._waiting, self._talking, self._gone), key=len)
        visit = place.pop(next(iter(place)))
        return self._end(visit, Ending.UNKNOWN, now)

    def _end_waiting(self, visit: _Visit, now: float) -> Outcome:
        if visit.left is None:
            return self._end(visit, Ending.UNKNOWN, now)
        return self._end(visit, Ending.TIMED_OUT if visit.given_up else Ending.LEFT, visit.left)

    def _end_gone(self, visit: _Visit) -> Outcome:
        """Nothing more was said: whoever hung up in line gave up, and whoever was seen to be answered was answered."""
        ended = visit.over or visit.joined
        if visit.talks_since is None:
            return self._end(visit, Ending.ABANDONED, ended)
        return self._end(visit, Ending.ANSWERED if visit.seen else Ending.UNKNOWN, ended)

    def _end(self, visit: _Visit, ending: Ending, ended: float) -> Outcome:
        call, since = visit.call, visit.talks_since
        if visit.channel and self._by_agent.get(visit.channel) == visit.uniqueid:
            del self._by_agent[visit.channel]
        if visit.over is not None and visit.over < ended:
            ended = visit.over
        ended = max(ended, visit.joined if since is None else since)
        waited = visit.waited
        if waited is None and visit.seen | (since is None):
            waited = ended - visit.joined
        held, holds = 0.0, 0
        if call is not None and since is not None:
            held = max(0.0, measure.held(call, ended) - visit.held_before)
            holds = max(0, call.holds - visit.holds_before)
        return Outcome(
            pbx=self._floor.pbx,
            uniqueid=visit.uniqueid,
            queue=visit.queue,
            agent=visit.agent,
            number=call.number if call is not None else "",
            joined=visit.joined,
            waited=waited,
            answered=since if visit.seen else None,
            talked=None if since is None else ended - since,
            held=held,
            holds=holds,
            transfers=visit.transfers,
            ending=ending,
            ended=ended,
        )


_Move: TypeAlias = Callable[[Visits, Fact, float], Iterator[Outcome]]


def _move(kind: type[F], how: Callable[[Visits, F, float], Iterator[Outcome]]) -> tuple[type[Fact], _Move]:
    return kind, cast(_Move, how)


_MOVES: dict[type[Fact], _Move] = dict(
    (
        _move(QueueJoined, Visits._joined),
        _move(QueueAbandoned, Visits._abandoned),
        _move(QueueLeft, Visits._left),
        _move(AgentConnected, Visits._connected),
        _move(AgentCompleted, Visits._completed),
        _move(BlindTransferred, Visits._transferred),
        _move(AttendedTransferred, Visits._transferred),
        _move(ChannelGone, Visits._hung_up),
        _move(Listed, Visits._listed),
    )
)
