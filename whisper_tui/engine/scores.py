"""What somebody gave by the site's scorecard, as the log keeps it. Pure."""

from __future__ import annotations

from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Mark, Score
from whisper_tui.scorecard import Scorecard, result
from whisper_tui.supervision.intents import GiveScore
from whisper_tui.terms import Notice


def score_of(card: Scorecard, given: GiveScore, before: Row | None) -> Score | Notice:
    """Return the score with all that gives it its meaning, or what is wrong with it.

    Args:
        before: the row of the one that holds so far.
    """
    if given.digest != card.digest:
        return Notice("score.other_card")
    points = dict(given.points)
    most = {item.ident: item.most for item in card.items}
    if len(points) != len(given.points) or not points.keys() <= most.keys():
        return Notice("score.wrong")
    if any(each is not None and not 0 <= each <= most[ident] for ident, each in points.items()):
        return Notice("score.wrong")
    if missing := most.keys() - points.keys():
        return Notice("score.missing", {"count": str(len(missing))})
    found = result(card, points)
    if found.percent is None:
        return Notice("score.nothing")
    if given.corrects != (before.seq if before is not None else None):
        return Notice("score.meanwhile")
    return Score(
        card.title,
        card.digest,
        found.percent,
        tuple(
            Mark(item.ident, item.words, item.weight, item.most, points[item.ident], item.critical)
            for item in card.items
        ),
        found.grade,
        tuple(item.ident for item in found.failed),
        version_of(before) + 1,
        given.corrects,
    )


def version_of(row: Row | None) -> int:
    """The version of the score in `row`, 0 where there is none."""
    return row.record.score.version if row is not None and row.record.score is not None else 0
