"""Lines for what others ask for, for what this person asked others to allow, and for glass that somebody broke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from whisper_tui.engine.rows import GlassRow, PetitionRow
from whisper_tui.terms import Right
from whisper_tui.ui import present
from whisper_tui.ui.inks import Ground, Ink, Line, fit, spread, width_of, wrap
from whisper_tui.ui.keymap import Keymap
from whisper_tui.ui.petitions import News
from whisper_tui.ui.words import _, fill, later

ALARM, WAITS, GIVEN = ("▲", Ink.ALARM_BLOCK), ("·", Ink.WAITING), ("●", Ink.GOOD)
"""Sign and ink of a line that wants an answer, of one that waits for others, and of leave that was given."""

INKS: Mapping[Right, Ink] = {
    Right.LISTEN: Ink.SILENT,
    Right.WHISPER: Ink.WHISPER,
    Right.BARGE: Ink.BARGE,
    Right.JOIN: Ink.THIRD,
    Right.TAKEOVER: Ink.TAKEOVER,
}

_ASKS: dict[Right, str] = {
    Right.LISTEN: later("{by} asks to LISTEN TO {agent}"),
    Right.WHISPER: later("{by} asks to WHISPER TO {agent}"),
    Right.BARGE: later("{by} asks to BARGE IN ON {agent}"),
    Right.JOIN: later("{by} asks to JOIN {agent}"),
    Right.TAKEOVER: later("{by} asks to TAKE OVER {agent}"),
}

_ASKED: dict[Right, str] = {
    Right.LISTEN: later("asked for leave to listen to {agent}"),
    Right.WHISPER: later("asked for leave to whisper to {agent}"),
    Right.BARGE: later("asked for leave to barge in on {agent}"),
    Right.JOIN: later("asked for leave to join {agent}"),
    Right.TAKEOVER: later("asked for leave to take over {agent}"),
}

_BROKE: dict[Right, str] = {
    Right.LISTEN: later("{by} broke glass: listened to {whom}"),
    Right.WHISPER: later("{by} broke glass: whispered to {whom}"),
    Right.BARGE: later("{by} broke glass: barged in on {whom}"),
    Right.JOIN: later("{by} broke glass: joined {whom}"),
    Right.TAKEOVER: later("{by} broke glass: took over {whom}"),
}

_RULES: dict[str, str] = {
    "out-of-scope": later("the profile does not reach it"),
    "hours": later("the profile is closed now"),
    "quota": later("the agent was listened to as often as may be"),
    "pick": later("chance has to choose who is heard"),
    "listen-first": later("they had not listened for long enough"),
    "coach-budget": later("the agent was coached as long as may be"),
    "four-eyes": later("nobody else had allowed it"),
}
"""What was gone past, of another person."""

_KEYS: dict[Right, str] = {
    Right.LISTEN: "listen",
    Right.WHISPER: "whisper",
    Right.BARGE: "barge",
    Right.JOIN: "barge",
    Right.TAKEOVER: "takeover",
}
"""The deed for which leave was asked."""

Keys: TypeAlias = tuple[tuple[str, str], ...]
"""The deeds that answer by their names, or their keys, with a word for each."""

_LEAST = 30
"""Cells that what is said has at least beside the words of the keys."""

_NAME, _WORDS = 40, 160
"""Cells that a name takes at most, and a reason."""


def asks(row: PetitionRow) -> str:
    """Return `ana asks to TAKE OVER Ben Okoro`."""
    words = _ASKS.get(row.right)
    values = {"by": _short(row.by), "agent": _short(row.agent) or present.NOTHING, "right": row.right.value}
    return fill(_(words) if words is not None else _("{by} asks for {right}: {agent}"), values)


def whose(row: PetitionRow) -> str:
    """Return `support · …0177 · reason complaint`."""
    reason = fill(_("reason {reason}"), {"reason": _short(row.reason, _WORDS)}) if row.reason else ""
    return " · ".join(part for part in (_short(row.queue), _short(row.caller), reason) if part)


def lines(news: News, keymap: Keymap, now: float, width: int, most: int) -> list[Line]:
    """Return what wants an answer, each in at most `most` lines. The key that answers a petition is another one's only then."""
    found: list[Line] = []
    if news.petitions:
        row = news.petitions[0]
        said = " · ".join(part for part in (asks(row), whose(row)) if part)
        keys: Keys = (("allow", _("allow")), ("refuse", _("refuse")))
        beside = _more(len(news.petitions)), present.duration(row.until - now)
        found += _alarm(said, _named(keys, keymap), beside, width, most)
    if news.glass:
        keys = () if news.petitions else (("allow", _("read")),)
        found += _alarm(broke(news.glass[0]), _named(keys, keymap), (_more(len(news.glass)), ""), width, most)
    return found


def broke(row: GlassRow) -> str:
    """Return `ana broke glass: listened to Ben Okoro · support though the profile is closed now, reason emergency, 10:42`."""
    whom = " · ".join(part for part in (_short(row.agent), _short(row.queue)) if part)
    values = {"by": _short(row.by), "whom": whom or _("a call that you do not see")}
    rule = row.rule.removeprefix("denied.")
    reason = fill(_("reason {reason}"), {"reason": _short(row.reason, _WORDS)}) if row.reason else _("no reason")
    words = _BROKE.get(row.right, later("{by} broke glass: {whom}"))
    return fill(
        _("{broke} though {rule}, {reason}, {time}"),
        {
            "broke": fill(_(words), values),
            "rule": _(_RULES[rule]) if rule in _RULES else _short(row.rule),
            "reason": reason,
            "time": present.clock_time(row.at)[:5],
        },
    )


def waits(news: News, keymap: Keymap, now: float, width: int) -> list[Line]:
    """Return a line for each leave that this person asked for."""
    return [_mine(row, keymap, now, width) for row in news.mine]


def in_short(news: News, keymap: Keymap, now: float) -> list[str]:
    """Return the same without the keys, for a terminal in which nothing else has room."""
    given = [_given(row, keymap, row.until - now) for row in news.mine if row.approved]
    return [*(asks(row) for row in news.petitions[:1]), *(broke(row) for row in news.glass[:1]), *given]


def _mine(row: PetitionRow, keymap: Keymap, now: float, width: int) -> Line:
    left = present.duration(row.until - now)
    of = " · ".join(part for part in (_short(row.agent) or present.NOTHING, _short(row.queue)) if part)
    if row.approved:
        sign, ink = GIVEN
        said = f"{_given(row, keymap, row.until - now)} · {of}"
    else:
        sign, ink = WAITS
        words = _ASKED.get(row.right, _("asked for leave: {agent}"))
        said = fill(_("{asked} - waiting {left}"), {"asked": fill(_(words), {"agent": of}), "left": left})
    return Line(((fit(f" {sign} {said}", width), ink),), Ground.BAR)


def _given(row: PetitionRow, keymap: Keymap, left: float) -> str:
    values = {
        "by": _short(row.approved),
        "key": keymap.key_of(_KEYS.get(row.right, "")),
        "left": present.duration(left),
    }
    return fill(_("{by} allowed it: {key} within {left}"), values)


def _named(keys: Keys, keymap: Keymap) -> Keys:
    return tuple((keymap.key_of(name), word) for name, word in keys)


def _alarm(said: str, keys: Keys, beside: tuple[str, str], width: int, most: int) -> list[Line]:
    """What is said, with the keys that answer it at the right of the last line; only what has no room there is cut.

    Args:
        beside: what stands before the keys and behind them.
    """
    sign, ink = ALARM
    in_full = [f"{key} {word}" for key, word in keys]
    right = "   ".join(part for part in (beside[0], *in_full, beside[1]) if part)
    if width_of(right) + _LEAST > width:
        right = " ".join(part for part in (beside[0], *(key for key, _word in keys), beside[1]) if part)
    right = f"  {right} " if right else ""
    room = max(1, width - 3)
    if width_of(said) + width_of(right) + (1 if right else 0) <= room:
        most = 1
    parts = wrap(said.split(), room) if most > 1 else [said]
    heads = [f" {sign} ", *["   "] * most]
    first, rest = parts[: most - 1], " ".join(parts[most - 1 :])
    found = [_bar(f"{head}{part}", "", ink, width) for head, part in zip(heads, first, strict=False)]
    return [*found, _bar(f"{heads[len(first)]}{rest}", right, ink, width)]


def _bar(left: str, right: str, ink: Ink, width: int) -> Line:
    spans = spread(((left, ink),), ((right, ink),) if right else (), width)
    return Line(tuple((text, ink) for text, _ink in spans), Ground.BAR)


def _more(count: int) -> str:
    return fill(_("+{count} more"), {"count": str(count - 1)}) if count > 1 else ""


def _short(text: str, width: int = _NAME) -> str:
    return text if width_of(text) <= width else fit(text, width)
