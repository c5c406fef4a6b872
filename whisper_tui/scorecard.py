"""A site's scorecard: what a supervisor gives points for, and what comes of them. Values and one pure function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

Points: TypeAlias = Mapping[str, int | None]
"""What was given so far, by an item's `ident`; None: the item does not apply to this call."""


class Item(Struct, frozen=True):
    """What points are given for.

    Args:
        ident: stable; the log keeps it.
        weight: how much it counts beside the others.
        most: the highest points, 1 to 9; 1: it is yes or no.
        critical: with 0 points the whole score is 0.
        section: the heading that it stands under, "" for none.
    """

    ident: str
    words: str
    weight: int = 1
    most: int = 1
    critical: bool = False
    section: str = ""


class Grade(Struct, frozen=True):
    """The word for a result of `least` percent or more."""

    word: str
    least: int


class Scorecard(Struct, frozen=True):
    """The card as it was read.

    Args:
        digest: SHA-256 of its file, hex: another text is another card.
        grades: the best first.
    """

    title: str
    digest: str
    items: tuple[Item, ...]
    grades: tuple[Grade, ...] = ()


class Result(Struct, frozen=True):
    """What the points come to so far.

    Args:
        percent: of what could be reached in the items that were given points; None while there are none.
        grade: the site's word for it, "" where it has none, and where `failed` says more.
        failed: the critical items with 0 points.
        answered: items with points, or that do not apply.
    """

    percent: int | None
    grade: str
    failed: tuple[Item, ...]
    answered: int


def result(card: Scorecard, points: Points) -> Result:
    """Return what `points` come to: each item counts by its weight, however many points it has; one that does not apply is left
    out. The percent are rounded, a half upwards; the grade is that of the rounded ones."""
    answered = [item for item in card.items if item.ident in points]
    counted = [(item, given) for item in answered if (given := points[item.ident]) is not None]
    if not counted:
        return Result(None, "", (), len(answered))
    failed = tuple(item for item, given in counted if item.critical and given == 0)
    percent = 0 if failed else _rounded(counted)
    grade = "" if failed else next((grade.word for grade in card.grades if percent >= grade.least), "")
    return Result(percent, grade, failed, len(answered))


def _rounded(counted: list[tuple[Item, int]]) -> int:
    """In whole numbers, so that no machine rounds otherwise: sum(weight * given / most) / sum(weight), in percent."""
    scale = 1
    for most in {item.most for item, _given in counted}:
        scale *= most
    reached = sum(item.weight * given * (scale // item.most) for item, given in counted)
    whole = scale * sum(item.weight for item, _given in counted)
    return (200 * reached + whole) // (2 * whole)
