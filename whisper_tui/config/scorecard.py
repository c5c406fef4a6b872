"""scorecard.toml: what a supervisor gives points for in a call that they heard, the site's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from whisper_tui.config.files import read_trusted
from whisper_tui.config.load import in_words, read_toml, wrong
from whisper_tui.config.problem import Problem
from whisper_tui.scorecard import Grade, Item, Scorecard
from whisper_tui.terms import DIGITS, NUMBER

MOST = 40
"""Items: more of them nobody fills in while they listen."""
POINTS = 9
"""The highest points of one: each has a digit."""
WEIGHT = 100
LONGEST, SHORT = 120, 40
"""Characters of an item's words, and of a title, a heading or a grade."""
IDENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class ItemTable(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`points`: the highest; 1, as without: yes or no."""

    id: str
    words: str
    weight: int = 1
    points: int = 1
    critical: bool = False
    section: str = ""


class ScorecardFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`grades`: the percent from which on a word holds."""

    schema: int
    title: str
    item: list[ItemTable]
    grades: dict[str, int] = {}


def load(path: Path) -> Scorecard | None:
    """Return the card in the file at `path`, None where there is no such file.

    Raises:
        UsageError: it is not to be trusted, or wrong somewhere.
    """
    if not path.exists():
        return None
    held = read_trusted(path)
    text, table = read_toml(held, path)
    try:
        read = msgspec.convert(table, ScorecardFile)
    except msgspec.ValidationError as error:
        raise wrong(path, text, *in_words(error, table, ScorecardFile)) from None
    for problem in _problems(read):
        raise wrong(path, text, problem.path, problem.what, problem.hint)
    items = tuple(
        Item(each.id, each.words.strip(), each.weight, each.points, each.critical, each.section.strip())
        for each in read.item
    )
    grades = sorted((Grade(word.strip(), least) for word, least in read.grades.items()), key=lambda each: -each.least)
    return Scorecard(read.title.strip(), hashlib.sha256(held).hexdigest(), items, tuple(grades))


def _problems(read: ScorecardFile) -> Iterator[Problem]:
    if read.schema != 1:
        yield Problem(("schema",), f"the file is of schema {read.schema}", "this program reads schema 1")
    yield from _words(("title",), read.title, SHORT)
    if not read.item:
        yield Problem(("item",), "no item is named", '[[item]] with id = "..." and words = "..."')
    if len(read.item) > MOST:
        yield Problem(("item", MOST), f"{len(read.item)} items are more than {MOST}", "keep those that matter")
    known: set[str] = set()
    sections: list[str] = []
    for place, item in enumerate(read.item):
        way = ("item", place)
        if not IDENT.fullmatch(item.id):
            yield Problem((*way, "id"), f"{item.id!r} cannot be an id", "small letters, digits, - and _, at most 32")
        if item.id in known:
            yield Problem((*way, "id"), f"the id {item.id!r} is there twice", "the log tells items apart by it")
        known.add(item.id)
        yield from _words((*way, "words"), item.words, LONGEST)
        if item.section:
            yield from _words((*way, "section"), item.section, SHORT)
        if not 1 <= item.weight <= WEIGHT:
            yield Problem(
                (*way, "weight"), f"{item.weight} is not 1 to {WEIGHT}", "how much it counts beside the others"
            )
        if not 1 <= item.points <= POINTS:
            hint = "the highest points; leave it out for yes or no"
            yield Problem((*way, "points"), f"{item.points} is not 1 to {POINTS}", hint)
        section = item.section.strip()
        if section in sections[:-1]:
            yield Problem((*way, "section"), f"{section!r} has ended already", "put the items of a section together")
        if sections[-1:] != [section]:
            sections.append(section)
    for word, least in read.grades.items():
        yield from _words(("grades", word), word, SHORT)
        if not 0 <= least <= 100:
            yield Problem(("grades", word), f"{least} is not 0 to 100 percent", "from how many on the word holds")
        if sum(each == least for each in read.grades.values()) > 1:
            yield Problem(("grades", word), f"two grades hold from {least} on", "give each a percent of its own")


def _words(way: tuple[str | int, ...], text: str, longest: int) -> Iterator[Problem]:
    """They are shown on one line, and go into the log, where nothing can be erased."""
    if not text.strip() or not text.isprintable() or len(text) > longest:
        yield Problem(
            way, f"is empty, longer than {longest} characters, or has signs that are not printed", "write one line"
        )
    if NUMBER.search(text):
        yield Problem(
            way, f"{DIGITS} digits may be somebody's number", "leave them out: the log keeps the words for good"
        )
