"""The filter behind `/`: words, `queue=vip*`, `agent~^an`, `talk>5m`, `paused`, and `!` before any of them. Pure.

    word  "two words"      stands anywhere in what the row says
    field=text             is that, to the letter but not to its case; `*` stands for any signs, not within quotes
    field~pattern  ~pattern    a regular expression finds something in the field, or in any of them
    field>5m  field<30     lasts longer, or is more; shorter, or less
    flag                   is so: `paused`

Which fields, measures and flags there are is said by the list (`facts`). A filter looks at rows as the profile shows them,
so a masked number cannot be found out by filtering for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from whisper_tui.terms import Notice
from whisper_tui.ui import patterns

Row = TypeVar("Row")
Key = TypeVar("Key")

_TERM = re.compile(r'(?:[^\s"]|"(?:\\"|[^"])*"?)+')
_QUOTE = re.compile(r'\\"|"')
_COMPARED = re.compile(r"(?P<name>[^\W\d_][\w-]*)(?P<sign>!?=|!?~|[<>]=?)(?P<value>.*)", re.DOTALL)
_SPAN = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)(s|m|h)?", re.IGNORECASE)
_UNIT = {"s": 1, "m": 60, "h": 3600}


class Facts(NamedTuple, Generic[Row]):
    """What can be asked of the rows of a list.

    Args:
        texts: what stands in a field; several where it goes by several names.
        measures: seconds or a count at a moment (monotonic), None where the row has none.
        flags: what is so or not.
    """

    texts: Mapping[str, Callable[[Row], tuple[str, ...]]]
    measures: Mapping[str, Callable[[Row, float], float | None]]
    flags: Mapping[str, Callable[[Row], bool]]


Holds: TypeAlias = Callable[[Row, float], bool]
"""Whether a term holds of a row at a moment."""


class Filter(NamedTuple, Generic[Row]):
    """A row passes when every term holds.

    Args:
        wrong: why terms cannot be understood (`talk>soon`); they hold for every row.
        timed: what passes may change while no row does.
    """

    text: str
    terms: tuple[Holds[Row], ...]
    wrong: tuple[Notice, ...]
    timed: bool

    def passes(self, row: Row, now: float) -> bool:
        """Tell whether `row` is shown at `now` (monotonic)."""
        return all(holds(row, now) for holds in self.terms)


def parse(text: str, facts: Facts[Row]) -> Filter[Row]:
    """Return the filter that `text` says; every text is one, so that it can be used while it is typed."""
    terms: list[Holds[Row]] = []
    wrong: list[Notice] = []
    timed = False
    for written in _TERM.findall(text):
        term = written.lstrip("!")
        holds, moves = _term(term, facts)
        timed = timed or moves
        if isinstance(holds, Notice):
            wrong.append(holds)
        elif holds is not None:
            terms.append(_not(holds) if written.startswith("!") else holds)
    return Filter(text, tuple(terms), tuple(wrong), timed)


def most_like(text: str, rows: Iterable[tuple[Key, Row]], facts: Facts[Row]) -> Key | None:
    """Return the key of the first row that says `text` in a field; else of the first that has it as a part of one."""
    wanted, partly = text.casefold(), None
    for key, row in rows:
        said = [each.casefold() for field in facts.texts.values() for each in field(row)]
        if wanted in said:
            return key
        if partly is None and any(wanted in each for each in said):
            partly = key
    return partly


def exactly(field: str, text: str) -> str:
    """Return the filter for what has `text` in `field`, and for nothing else."""
    quotes = not text or re.search(r'[\s*"]', text) is not None
    escaped = text.replace('"', '\\"')
    return f'{field}="{escaped}"' if quotes else f"{field}={text}"


def _term(term: str, facts: Facts[Row]) -> tuple[Holds[Row] | Notice | None, bool]:
    """What a term asks, or why it asks nothing, None where it is not typed to its end; and whether time alone changes it."""
    if term.lower() in facts.flags:
        flag = facts.flags[term.lower()]
        return (lambda row, _now: flag(row)), True
    if term.startswith("~"):
        return _pattern(term, tuple(facts.texts.values()), term[1:]), False
    compared = None if term.startswith('"') else _COMPARED.fullmatch(term)
    if compared is None:
        word = _unquoted(term).casefold()
        return (_word(word, tuple(facts.texts.values())) if word else None), False
    name, sign, value = compared["name"].lower(), compared["sign"], compared["value"]
    holds: Holds[Row] | Notice | None
    if sign[0] in "<>":
        measure = facts.measures.get(name)
        holds = _no_field(term, facts.measures) if measure is None else _measured(term, measure, sign, value)
        return holds, True
    field = facts.texts.get(name)
    if field is None:
        return _no_field(term, facts.texts), False
    holds = _pattern(term, (field,), value) if sign.endswith("~") else _exact(field, value)
    if sign.startswith("!") and holds is not None and not isinstance(holds, Notice):
        holds = _not(holds)
    return holds, False


def _unquoted(text: str) -> str:
    return _QUOTE.sub(lambda quote: quote[0][1:], text)


def _not(holds: Holds[Row]) -> Holds[Row]:
    return lambda row, now: not holds(row, now)


def _word(word: str, fields: tuple[Callable[[Row], tuple[str, ...]], ...]) -> Holds[Row]:
    def holds(row: Row, _now: float) -> bool:
        for field in fields:  # plainly: this is done for every row with every letter that is typed
            for text in field(row):
                if word in text.casefold():
                    return True
        return False

    return holds


def _exact(field: Callable[[Row], tuple[str, ...]], value: str) -> Holds[Row] | None:
    wanted = _unquoted(value).casefold()
    if not wanted and not value.startswith('""'):
        return None
    parts = [wanted] if value.startswith('"') else wanted.split("*")
    return lambda row, _now: any(_globbed(parts, text.casefold()) for text in field(row))


def _globbed(parts: list[str], text: str) -> bool:
    """Whether `text` is made of `parts` with anything between them; once along it, whatever the parts are."""
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _pattern(
    term: str, fields: tuple[Callable[[Row], tuple[str, ...]], ...], written: str
) -> Holds[Row] | Notice | None:
    value = _unquoted(written)
    if not value:
        return None
    found = patterns.finder(value)
    if isinstance(found, str):
        return Notice("filter.pattern", {"term": term, "why": found})
    return lambda row, _now: any(found(text) for field in fields for text in field(row))


def _measured(term: str, measure: Callable[[Row, float], float | None], sign: str, value: str) -> Holds[Row] | Notice:
    span = _SPAN.fullmatch(value)
    if span is None:
        return Notice("filter.span", {"term": term})
    limit, over, equal = float(span[1]) * _UNIT[(span[2] or "s").lower()], sign[0] == ">", sign.endswith("=")

    def holds(row: Row, now: float) -> bool:
        held = measure(row, now)
        return held is not None and (((held > limit) is over and held != limit) or (equal and held == limit))

    return holds


def _no_field(term: str, known: Mapping[str, object]) -> Notice:
    return Notice("filter.field", {"term": term, "fields": ", ".join(known) or "-"})
