"""What the console does not hold yet. A policy that has it is refused there: a rule that nobody holds is worse than none.

The decision itself knows the whole of a policy, and so do the commands that look at one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from whisper_tui.permissions.mistakes import Finding, PolicyRefused
from whisper_tui.permissions.policy import Policy, Profile

WHAT, HINT = "this version cannot hold this yet", "leave it out: a rule that nobody holds is worse than none"

UNHELD: Mapping[str, Callable[[Profile], bool]] = {
    "coach_budget.nudge_talk": lambda profile: profile.limits.nudge_talk is not None,
}
"""Keys of a profile, and whether one makes use of it."""


def held(policy: Policy) -> Policy:
    """Return `policy`, all of which the console holds.

    Raises:
        PolicyRefused: it does not; with every key that it cannot hold.
    """
    found = tuple(sorted(unheld(policy)))
    if found:
        raise PolicyRefused(found, policy.path)
    return policy


def unheld(policy: Policy) -> Iterator[Finding]:
    """Yield what of `policy` the console does not hold."""
    for profile in policy.profiles:
        for key, uses in UNHELD.items():
            if uses(profile):
                yield Finding(profile.line_of(key), f"profile[{profile.name}].{key}", WHAT, HINT)
