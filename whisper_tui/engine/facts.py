"""What other systems know of calls, as the settings describe it: its name, when it is an alarm, where there is more. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from msgspec import Struct

from whisper_tui.engine.rows import FactRow

NO = frozenset({"", "0", "no", "off", "false", "none"})
"""What says of an alarm that it is none."""

VALUE = "{value}"
_NUMBER = re.compile(r"[^0-9+.-]{0,4}([+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?)[^0-9]{0,4}")
_CUT = "…"


class FactRule(Struct, frozen=True):
    """One of `[[facts]]`.

    Args:
        event, header: the UserEvent, and its header, that tell it, in small letters; "": none does.
        variable: the channel variable that holds it, "" for none.
        is_number: its value is a number, or an amount of money.
        alarm: None, or when it is one: `>` or `<` a number, or `=` a text; ("=", "") of what is an alarm by itself.
        link: an address with `{value}` in it, "" for none.
        private: shown to those alone who see callers' numbers whole.
    """

    name: str
    words: str
    event: str = ""
    header: str = ""
    variable: str = ""
    is_number: bool = False
    alarm: tuple[str, str] | None = None
    link: str = ""
    private: bool = True


class FactRules:
    """All of them, in the order of the settings."""

    def __init__(self, rules: Sequence[FactRule] = ()) -> None:
        self._rules = tuple(rules)
        self.names = tuple(rule.name for rule in self._rules)

    def events(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Event -> headers and the names of what they tell."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for rule in self._rules:
            if rule.event:
                found[rule.event].append((rule.header, rule.name))
        return {event: tuple(headers) for event, headers in found.items()}

    def variables(self) -> dict[str, str]:
        """Variable -> name."""
        return {rule.variable: rule.name for rule in self._rules if rule.variable}

    def rows(self, told: Mapping[str, str], *, whole: bool) -> tuple[FactRow, ...]:
        """What is shown of a call of which this is told. `whole`: to somebody who sees its number whole."""
        seen = (rule for rule in self._rules if told.get(rule.name) and (whole or not rule.private))
        return tuple(_row(rule, told[rule.name]) for rule in seen)


def number_of(text: str) -> float | None:
    """The number that `text` says, with a sign of money before or behind it or without; None: it says none."""
    read = _NUMBER.fullmatch(text)
    return float(read[1]) if read is not None else None


def _row(rule: FactRule, text: str) -> FactRow:
    number = number_of(text) if rule.is_number else None
    # Of a value that was cut nobody knows what the address would have been.
    link = rule.link.replace(VALUE, quote(text, safe="")) if not text.endswith(_CUT) else ""
    return FactRow(rule.name, rule.words, text, number, _is_alarm(rule.alarm, text, number), link)


def _is_alarm(alarm: tuple[str, str] | None, text: str, number: float | None) -> bool:
    match alarm:
        case None:
            return False
        case ("=", ""):
            return text.casefold() not in NO
        case ("=", wanted):
            return text.casefold() == wanted.casefold()
        case (sign, limit):
            return number is not None and (number > float(limit) if sign == ">" else number < float(limit))
