"""Any policy, any question: for tests of what holds for all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from msgspec import Struct

from whisper_tui.permissions.decide import decide
from whisper_tui.permissions.hours import Hours
from whisper_tui.permissions.limits import FourEyes, Limits
from whisper_tui.permissions.policy import (
    BREAKABLE,
    AgentEntry,
    Allowed,
    Attributes,
    CallFacts,
    Denied,
    Policy,
    Profile,
    QueueEntry,
    Scope,
    VariableEntry,
)
from whisper_tui.permissions.spans import Period, Rate
from whisper_tui.permissions.state import Approval, State
from whisper_tui.terms import CallKey, Pbx, Right, Subject, Uniqueid

ANA = Subject("ana", 1000, frozenset({"wt-red"}), login_uid=1000)
BEN = Subject("ben", 1001, frozenset({"wt-blue"}), login_uid=1001)
KEY = CallKey(Pbx("main"), Uniqueid("1.1"))
PARIS = ZoneInfo("Europe/Paris")
few = settings(max_examples=80, deadline=None)

names = st.sampled_from(["support", "sales-1", "vip-gold", "none", "PJSIP/1001", "PJSIP/1099"]) | st.text(max_size=6)
globs = st.lists(
    st.sampled_from(["*", "none", "s*", "vip-*", "PJSIP/10??", "[", "[!a]*", "(?", "\\"]) | names, max_size=3
).map(tuple)
few_globs = st.lists(st.sampled_from(["*", "none", "re*", "blue", "pci", "["]), max_size=2).map(tuple)
scopes = st.builds(Scope, globs, globs, few_globs, few_globs, few_globs, few_globs, few_globs)
words = st.sampled_from(["", "red", "blue"])
marks = st.frozensets(st.sampled_from(["red", "blue", "vip", "pci"]), max_size=2)
matches = st.sampled_from(["*", "none", "support", "s*", "vip-*", "PJSIP/10??", "PJSIP/1099", "["])
belongings = st.builds(
    Attributes,
    st.lists(st.builds(QueueEntry, matches, words, words, st.booleans() | st.none(), marks), max_size=3).map(tuple),
    st.lists(st.builds(AgentEntry, matches, words, words, marks), max_size=3).map(tuple),
    st.lists(
        st.builds(VariableEntry, st.just("V"), st.sampled_from(["campaign", "team", "location", "tags"])), max_size=1
    ).map(tuple),
)

rights = st.sampled_from(Right)
lengths = st.sampled_from([5.0, 60.0, 600.0])
counts = st.sampled_from([0.0, 1.0, 4.0])
rates = st.builds(Rate, counts | lengths, st.sampled_from(Period), st.just("4/h"))
limits = st.builds(
    Limits,
    listen_first=st.dictionaries(rights, lengths, max_size=2),
    reason_required=st.frozensets(rights, max_size=2),
    longest=st.dictionaries(rights, lengths, max_size=2),
    sessions=st.none() | st.integers(1, 2),
    coach_budget=st.none() | rates,
    listens=st.none() | rates,
    random_pick=st.booleans(),
    four_eyes=st.dictionaries(rights, st.builds(FourEyes, st.just(("@wt-blue",)), lengths), max_size=1),
    break_glass=st.booleans(),
)
days = st.frozensets(st.integers(0, 6), min_size=1)
profiles = st.builds(
    Profile,
    name=st.sampled_from(["red", "blue", "green", "grey"]),
    rights=st.frozensets(rights) | st.just(frozenset(Right)),
    os_users=st.frozensets(st.sampled_from(["ana", "ben"])),
    os_groups=st.frozensets(st.sampled_from(["wt-red", "wt-blue"])),
    scope=scopes | st.just(Scope()),
    deny=scopes | st.just(Scope()),
    phones=st.frozensets(st.sampled_from(["PJSIP/2001", "PJSIP/2002"])),
    hours=st.none() | st.builds(Hours, days, st.just(0), st.integers(1, 2000), st.just(PARIS)),
    limits=limits | st.just(Limits()),
)
policies = st.builds(
    Policy,
    st.lists(profiles, max_size=4, unique_by=lambda each: each.name).map(tuple),
    st.just("digest"),
    st.just("policy.toml"),
    belongings,
    st.just(()) | st.just(("PJSIP/1099", "[")),
    st.booleans(),
    st.none() | lengths,
    st.just(()) | st.just(("training",)),
    st.none() | st.just(PARIS),
)

calls = st.builds(
    CallFacts,
    st.just("main"),
    names | st.none(),
    names | st.none(),
    peer=st.just("") | names,
    waiting=st.booleans(),
    tags=marks,
    variables=st.lists(st.tuples(st.sampled_from(["V", "W"]), st.text(max_size=3) | words), max_size=2).map(tuple),
    key=st.just(KEY) | st.none(),
)
phones = st.sampled_from(["", "PJSIP/2001", "PJSIP/9"])
moments = st.datetimes(timezones=st.just(UTC) | st.none() | st.just(PARIS)) | st.just(
    datetime(2026, 11, 23, 10, tzinfo=UTC)
)
numbers = st.floats() | st.sampled_from([0.0, 5.0, 600.0])
approvals = st.builds(
    Approval,
    st.just(BEN) | st.just(ANA),
    rights,
    st.just(KEY),
    st.just(datetime(2026, 11, 23, 10, tzinfo=UTC).timestamp()) | numbers,
)
states = st.builds(
    State,
    heard=numbers,
    spent=st.none() | st.dictionaries(rights, numbers, max_size=2),
    session=st.none() | numbers,
    sessions=st.none() | st.integers(),
    coached=st.none() | st.dictionaries(st.sampled_from(Period), numbers),
    listens=st.none() | st.dictionaries(st.sampled_from(Period), st.integers()),
    picked=st.booleans(),
    reason=st.sampled_from(["", " ", "training", "x"]),
    approval=st.none() | approvals,
    began=st.none() | numbers,
    floor_server=st.booleans(),
    breaks=st.booleans(),
    broken=st.frozensets(st.sampled_from(sorted(BREAKABLE)), max_size=3),
)


class Asked(Struct, frozen=True):
    """Any question of anybody."""

    right: Right
    call: CallFacts | None
    now: datetime
    phone: str
    state: State

    def of(self, policy: Policy) -> Allowed | Denied:
        """The answer."""
        return decide(ANA, self.right, self.call, self.now, policy, self.phone, self.state)


questions = st.builds(Asked, rights, calls | st.none(), moments, phones, states)
