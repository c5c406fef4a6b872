"""What each person has done so far, where rules ask for it: counted from the session log and from the sessions that are up.

A session whose console was killed has no lengths in the log: it counts as heard, and not for how long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple, Protocol

from msgspec import Struct, field

from whisper_tui.audit.records import Certainty, Record
from whisper_tui.clock import Clock
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.policy import COACHES
from whisper_tui.permissions.spans import Period, bounds
from whisper_tui.permissions.state import Approval, State
from whisper_tui.supervision.session import Session
from whisper_tui.terms import CallKey, Mode, Pbx, Right, Uniqueid

LONGEST = 32 * 24 * 3600.0
"""Seconds that anything is counted for: no period is longer than a month."""

_RIGHTS = {mode.value: Right.of(mode) for mode in Mode}


class Place(Protocol):
    """A seat, as far as it is counted."""

    @property
    def uid(self) -> int:
        """Whose it is."""

    @property
    def session(self) -> Session | None:
        """The one that is up, or that has been asked for."""

    def look_again(self) -> None:
        """Decide again what is up there."""

    @property
    def ending(self) -> Sequence[Session]:
        """Those that hear no more, and are not written down yet."""


class Claim(NamedTuple):
    """What somebody says for what they ask, and what others have said of it.

    Args:
        picked: chance chose the call.
        breaks: they take now what their profile does not give.
        broken: the rules that they went past on the call, by right.
        approvals: what others have allowed on this call.
        began: UTC seconds at which each right began to be used on it.
    """

    reason: str = ""
    picked: bool = False
    breaks: bool = False
    broken: Mapping[Right, frozenset[str]] = {}
    approvals: Mapping[Right, Approval] = {}
    began: Mapping[Right, float] = {}


NOTHING_SAID = Claim()


class _Spell(NamedTuple):
    """A session that is over. `ended`: UTC seconds; `spoken`: seconds in which the agent was coached."""

    call: CallKey
    ended: float
    spoken: float


class _Past(Struct):
    """Of one person."""

    spent: dict[CallKey, dict[Right, float]] = field(default_factory=lambda: defaultdict(dict))
    agents: dict[tuple[Pbx, str], list[_Spell]] = field(default_factory=lambda: defaultdict(list))

    def add(self, call: CallKey, agent: str, seconds: Mapping[Right, float], ended: float) -> None:
        spent = self.spent[call]
        for right, length in seconds.items():
            spent[right] = spent.get(right, 0.0) + length
        spoken = sum(length for right, length in seconds.items() if right in COACHES)
        spells = self.agents[call.pbx, agent]
        spells.append(_Spell(call, ended, spoken))
        while spells[0].ended < ended - LONGEST:
            del spells[0]


class Counts:
    """For everybody on one engine.

    Args:
        places: every seat there is.
        floor_server: several people are served, so that others can be asked and told.
    """

    def __init__(self, clock: Clock, places: Sequence[Place], *, floor_server: bool) -> None:
        self._clock = clock
        self._places = places
        self.uncounted = State(floor_server=floor_server)
        """Of somebody of whom nothing is known."""
        self._past: dict[int, _Past] | None = None
        self.trouble: WhisperError | None = None
        """Why the log cannot be counted: what is limited is denied then."""

    def read(self, left: Iterable[Record]) -> None:
        """Count what the log has of sessions that are over, oldest first; before that nothing is counted, and all is denied
        that a rule limits."""
        self._past = {}
        for row in left:
            heard = (
                row.seconds or row.end_certainty is Certainty.BOUNDED
            )  # of one that was killed nobody knows for how long
            if heard and row.who is not None and row.call is not None and row.whom is not None:
                call = CallKey(Pbx(row.call.pbx), Uniqueid(row.call.customer))
                seconds = {_RIGHTS[mode]: length for mode, length in (row.seconds or {}).items() if mode in _RIGHTS}
                self._of(row.who.uid).add(call, row.whom.agent, seconds, row.at)

    def left(self, uid: int, session: Session) -> None:
        """A session of this person is over."""
        if self._past is not None and session.heard_from is not None:
            spent = {Right.of(mode): length for mode, length in session.seconds.items()}
            self._of(uid).add(session.call, session.agent, spent, self._clock.wall())

    def state(
        self,
        place: Place,
        call: CallKey,
        agent: str,
        right: Right,
        periods: Iterable[Period],
        zone: tzinfo,
        claim: Claim = NOTHING_SAID,
    ) -> State:
        """Return what the person at `place` has done so far, as a rule about `right` on this call asks for it.

        Args:
            periods: in which something is counted; `zone`: by whose calendar.
        """
        if self._past is None:
            return self.uncounted
        past, now = self._past.get(place.uid) or _Past(), self._clock.monotonic()
        up = list(self._up(place.uid))
        spent = dict(past.spent.get(call, {}))
        for session in up:
            if session.call == call:
                for mode, length in session.spent(now).items():
                    spent[Right.of(mode)] = spent.get(Right.of(mode), 0.0) + length
        heard = sum(spent.values())
        starts = self._starts(periods, zone)
        spells = [*past.agents.get((call.pbx, agent), ()), *self._going_on(up, call.pbx, agent, now)]
        return State(
            heard=heard,
            spent=spent,
            session=heard,
            sessions=self._others(place),
            coached={
                period: sum(min(each.spoken, each.ended - start) for each in spells if each.ended > start)
                for period, start in starts.items()
            },
            listens={
                period: len({each.call for each in spells if each.ended > start and each.call != call})
                for period, start in starts.items()
            },
            picked=claim.picked,
            reason=claim.reason,
            approval=claim.approvals.get(right),
            began=claim.began.get(right),
            floor_server=self.uncounted.floor_server,
            breaks=claim.breaks,
            broken=claim.broken.get(right, frozenset()),
        )

    def _of(self, uid: int) -> _Past:
        assert self._past is not None, "nothing is counted before the log was read"
        return self._past.setdefault(uid, _Past())

    def _up(self, uid: int) -> Iterator[Session]:
        for each in self._places:
            if each.uid == uid:
                yield from each.ending
                if each.session is not None:
                    yield each.session

    def _going_on(self, up: Iterable[Session], pbx: Pbx, agent: str, now: float) -> Iterator[_Spell]:
        """Sessions that are up with this agent."""
        for session in up:
            if (session.call.pbx, session.agent) == (pbx, agent) and session.heard_from is not None:
                spoken = sum(length for mode, length in session.spent(now).items() if Right.of(mode) in COACHES)
                yield _Spell(session.call, self._clock.wall(), spoken)

    def others(self, place: Place) -> list[Place]:
        """Other desks of the same person."""
        return [each for each in self._places if each is not place and each.uid == place.uid]

    def _others(self, place: Place) -> int:
        """Sessions of the same person at other desks; of two begun at once the earlier one was first."""
        mine = place.session
        others = [each.session for each in self.others(place) if each.session is not None]
        return sum(1 for each in others if mine is None or (each.asked_at, each.ident) < (mine.asked_at, mine.ident))

    def _starts(self, periods: Iterable[Period], zone: tzinfo) -> dict[Period, float]:
        now = datetime.fromtimestamp(self._clock.wall(), UTC)
        return {period: bounds(period, now, zone)[0] for period in periods}
