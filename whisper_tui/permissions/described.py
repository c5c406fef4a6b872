"""What a policy holds besides rights and scopes, in a few words each: for comparing two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from whisper_tui.permissions.hours import DAYS, Hours
from whisper_tui.permissions.policy import Notify, Policy, Profile
from whisper_tui.permissions.spans import in_words


def of_everybody(policy: Policy) -> dict[str, str]:
    """What `policy` holds for everybody, by key."""
    said = {
        "max_session": in_words(policy.max_session) if policy.max_session is not None else "",
        "require_announced": "true" if policy.require_announced else "",
        "exempt_agents": ", ".join(policy.exempt_agents),
        "reasons": ", ".join(policy.reasons),
        "tz": str(policy.zone or ""),
    }
    return {key: words for key, words in said.items() if words}


def of_person(profiles: Sequence[Profile]) -> dict[str, str]:
    """What the profiles of one person hold together, by key: of several profiles all that they say."""
    found: dict[str, list[str]] = {}
    for profile in profiles:
        for key, words in _of(profile):
            if words not in found.setdefault(key, []):
                found[key].append(words)
    return {key: " | ".join(words) for key, words in found.items()}


def _of(profile: Profile) -> Iterator[tuple[str, str]]:
    limits = profile.limits
    if profile.hours is not None:
        yield f"when[{profile.name}]", _hours(profile.hours)
    for right, span in limits.listen_first.items():
        yield f"listen_first.{right.value}", in_words(span)
    for right in sorted(limits.reason_required, key=lambda each: each.value):
        yield f"reason_required.{right.value}", "true"
    for right, span in limits.longest.items():
        yield f"max.{right.value}", in_words(span)
    if limits.sessions is not None:
        yield "max.sessions", str(limits.sessions)
    if limits.coach_budget is not None:
        yield "coach_budget.per_agent", limits.coach_budget.said
    if limits.nudge_talk is not None:
        yield "coach_budget.nudge_talk", in_words(limits.nudge_talk)
    if limits.listens is not None:
        yield "quota.listens_per_agent", limits.listens.said
    if limits.random_pick:
        yield "quota.pick", "random"
    for right, eyes in limits.four_eyes.items():
        yield f"four_eyes.{right.value}", f"{', '.join(eyes.approvers)} within {in_words(eyes.within)}"
    if limits.break_glass:
        yield "break_glass", f"tells {', '.join(limits.glass_notify)}"
    if profile.phones:
        yield "phone", ", ".join(sorted(profile.phones))
    if profile.numbers is not None:
        yield "numbers", profile.numbers.value
    if profile.notify is not Notify.OFF:
        yield "notify_agent", profile.notify.value
    if profile.agent_may_decline:
        yield "agent_may_decline", "true"


def _hours(hours: Hours) -> str:
    days = ",".join(DAYS[day] for day in sorted(hours.days))
    begins, ends = (f"{minutes // 60 % 24:02}:{minutes % 60:02}" for minutes in (hours.begins, hours.ends))
    return f"{days} {begins}-{'24:00' if hours.ends == 1440 else ends} {hours.zone.key}"
