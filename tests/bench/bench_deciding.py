"""`python -m tests.bench.bench_deciding [CALLS]`: what one decision costs, on a policy of 200 profiles.

Every call of a floor is decided on whenever it changes, so a decision must cost next to nothing. Somebody whom three profiles
name is asked about, and somebody whom all two hundred name; cold is the first look at every call, warm what comes after it.
A benchmark, never a test of time.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from whisper_tui.permissions.decide import Grants, grants_of
from whisper_tui.permissions.hours import Hours
from whisper_tui.permissions.limits import Limits
from whisper_tui.permissions.policy import (
    AgentEntry,
    Allowed,
    Attributes,
    CallFacts,
    Policy,
    Profile,
    QueueEntry,
    Scope,
)
from whisper_tui.permissions.spans import Period, Rate
from whisper_tui.permissions.state import FIRST
from whisper_tui.terms import Right, Subject

PROFILES = 200
QUEUES = 120
ROUNDS = 5
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OFFICE = Hours(frozenset(range(5)), 7 * 60, 21 * 60, ZoneInfo("Europe/Paris"))
LIMITS = Limits(
    listen_first={Right.WHISPER: 5.0},
    longest={Right.LISTEN: 1800.0},
    coach_budget=Rate(600.0, Period.HOUR, "10m/h"),
    listens=Rate(4.0, Period.MONTH, "4/month"),
)


def policy(agents: int) -> Policy:
    """Every profile has a scope in four dimensions, a deny and hours; one in four has limits."""
    profiles = tuple(
        Profile(
            f"team-{n}",
            frozenset({Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER}),
            os_users=frozenset({"everywhere", *(["ana"] if n in (3, 70, 150) else [])}),
            scope=Scope(queue=(f"q{n % 12}-*", "support"), team=(f"team-{n % 50}",), location=("lyon", "paris")),
            deny=Scope(queue=("vip-*",), agent=(f"PJSIP/9{n:03}",), tags=("works-council",)),
            hours=OFFICE,
            limits=LIMITS if n % 4 == 2 else Limits(),
        )
        for n in range(PROFILES)
    )
    attributes = Attributes(
        tuple(QueueEntry(f"q{n}-*", campaign=f"c{n}", department="sales", announced=True) for n in range(12)),
        tuple(AgentEntry(f"PJSIP/{n}", team=f"team-{n % 50}", location="lyon") for n in range(agents)),
    )
    return Policy(profiles, "digest", "policy.toml", attributes, exempt_agents=("PJSIP/8*",))


def floor(count: int) -> list[CallFacts]:
    """Calls over all queues and agents; one in eight outside queues, one in eight waits."""
    return [
        CallFacts(
            "main",
            None if n % 8 == 0 else f"q{n % 12}-{n % QUEUES}",
            None if n % 8 == 1 else f"PJSIP/{n}",
            waiting=n % 8 == 1,
        )
        for n in range(count)
    ]


def allowed(grants: Grants, right: Right, calls: list[CallFacts]) -> int:
    """How many of `calls` the right may be used on: one decision each."""
    return sum(isinstance(grants.decide(right, each, NOW, state=FIRST), Allowed) for each in calls)


def spent(deed: Callable[[], object]) -> float:
    """CPU seconds of `deed`, at best."""
    gc.collect()
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        deed()
        taken.append(time.process_time() - began)
    return min(taken)


def row(law: Policy, user: str, right: Right, calls: list[CallFacts]) -> str:
    """What it costs to ask for `right` as `user`."""
    subject = Subject(user, 1000, login_uid=1000)
    making = spent(lambda: grants_of(subject, law))
    cold = spent(lambda: allowed(grants_of(subject, law), right, calls)) - making
    grants = grants_of(subject, law)
    found = allowed(grants, right, calls)
    warm = spent(lambda: allowed(grants, right, calls))
    each = 1e6 / len(calls)
    return f"{right.value:14}{cold * each:>8.1f}{warm * each:>8.1f}{found:>9}{making * 1e3:>12.1f}"


def main(count: int) -> None:
    calls, law = floor(count), policy(count)
    print(f"{PROFILES} profiles, {count} calls, best of {ROUNDS}, microseconds a decision")
    print(f"{'':36}{'cold':>8}{'warm':>8}{'allowed':>9}{'grants, ms':>12}")
    for user, named in (("ana", "named by 3 profiles"), ("everywhere", f"named by all {PROFILES}")):
        for right in (Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER):
            print(f"{named:22}{row(law, user, right, calls)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
