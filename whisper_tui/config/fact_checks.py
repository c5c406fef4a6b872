"""What `[[facts]]` of config.toml must be, beyond its types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from whisper_tui.config.locate import KeyPath
from whisper_tui.config.problem import CHANNEL_VARIABLE, EVENT, Problem
from whisper_tui.config.schema import ALARM, FactSettings

MOST = 16
"""Facts that can be looked at."""

NAME = re.compile(r"[a-z][a-z0-9_-]{0,23}")
HEADER = re.compile(r"[A-Za-z0-9_-]{1,60}")
TAKEN = frozenset(
    {
        "queue", "agent", "caller", "state", "talk", "wait", "held", "holds", "priority", "listeners", "paused", "help",
        "foreign", "outbound",
    }
)  # fmt: skip
"""Words of the filter."""

NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")
VALUE = "{value}"
ADDRESS = re.compile(r"https?://[!-~]{1,500}")


def fact_problems(facts: Sequence[FactSettings], hand_event: str) -> Iterator[Problem]:
    """Yield what is wrong. `hand_event`: the UserEvent by which a hand is raised."""
    if len(facts) > MOST:
        yield Problem(("facts",), f"there are {len(facts)} of them", f"at most {MOST}")
    names: set[str] = set()
    variables: set[str] = set()
    for place, fact in enumerate(facts):
        way = ("facts", place)
        if not NAME.fullmatch(fact.name) or fact.name in TAKEN:
            hint = f"small letters, digits, - and _, and none of {', '.join(sorted(TAKEN))}"
            yield Problem((*way, "name"), f"{fact.name!r} cannot be the name of a fact", hint)
        if fact.name in names:
            yield Problem((*way, "name"), f"there are two facts {fact.name!r}", "call one of them otherwise")
        if fact.variable and fact.variable in variables:
            yield Problem((*way, "variable"), f"{fact.variable} holds another fact already", "one variable, one fact")
        names.add(fact.name)
        variables.add(fact.variable)
        yield from _fact(way, fact, hand_event)


def _fact(way: KeyPath, fact: FactSettings, hand_event: str) -> Iterator[Problem]:
    if len(fact.words) > 24 or not all(sign.isprintable() for sign in fact.words):
        yield Problem((*way, "words"), f"{fact.words!r} cannot be shown", "at most 24 characters, one line")
    if bool(fact.event) is not bool(fact.header) or bool(fact.event) is bool(fact.variable):
        hint = 'either event = "CrmFact" with header = "Account", or variable = "CRM_ACCOUNT"'
        yield Problem(way, f"where {fact.name!r} is told is not said, or twice", hint)
    if fact.event and (not EVENT.fullmatch(fact.event) or fact.event.lower() in ("whispertag", hand_event.lower())):
        hint = "letters, digits, . - and _, at most 60, and no event that means something already"
        yield Problem((*way, "event"), f"{fact.event!r} cannot be the UserEvent of a fact", hint)
    if fact.header and not HEADER.fullmatch(fact.header):
        yield Problem((*way, "header"), f"{fact.header!r} cannot be a header", 'header = "Account"')
    if fact.variable and not CHANNEL_VARIABLE.fullmatch(fact.variable):
        yield Problem((*way, "variable"), f"{fact.variable!r} cannot be a channel variable", "CRM_ACCOUNT")
    yield from _alarm((*way, "alarm"), fact)
    if fact.link and not is_address(fact.link):
        hint = 'link = "https://crm.example.com/accounts/{value}", with {value} once, behind the host'
        yield Problem((*way, "link"), "this is no address that a value can be put into", hint)


def _alarm(way: KeyPath, fact: FactSettings) -> Iterator[Problem]:
    if not fact.alarm:
        return
    read = ALARM.fullmatch(fact.alarm)
    if read is None or (read[1] != "=" and not NUMBER.fullmatch(read[2])):
        yield Problem(way, f"{fact.alarm!r} is not when it is an alarm", 'write "> 1000", "< 3" or "= churn"')
    elif read[1] != "=" and fact.kind not in ("number", "money"):
        yield Problem(way, f"{fact.alarm!r} compares numbers", 'kind = "number", or write "= churn"')


def is_address(link: str) -> bool:
    """Whether a value in `link` can change nothing but what stands behind its host."""
    try:
        parts = urlsplit(link.replace(VALUE, "x"))
        at_host = VALUE in urlsplit(link).netloc
    except ValueError:
        return False
    once = link.count(VALUE) == 1 and "{" not in link.replace(VALUE, "") and "}" not in link.replace(VALUE, "")
    return (
        ADDRESS.fullmatch(link) is not None
        and once
        and not at_host
        and bool(parts.hostname)
        and "@" not in parts.netloc
    )
