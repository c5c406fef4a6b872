"""One session of the log in words: who let it be, how it went, what each of its rows says. For the console and for `log show`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from whisper_tui.audit import recordings
from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Certainty, Kind, Mark, Record, Score
from whisper_tui.audit.search import OPENS
from whisper_tui.audit.sessions import FAILED, grade_of, scores_of
from whisper_tui.audit.timeline import MUTED, SUSPENDED, WAITING
from whisper_tui.permissions.masks import HIDDEN
from whisper_tui.ui.words import _, fill, later

SIGNS = {
    WAITING: "·", SUSPENDED: "×", "silent": "─", MUTED: "╌", "whisper": "▒", "third": "▓", "barge": "█", "takeover": "◆",
}  # fmt: skip
"""What a cell of the bar shows; their ASCII twins are the letters of the modes."""
_WORDS = {WAITING: later("ringing, or not aimed yet"), SUSPENDED: later("suspended"), MUTED: later("microphone off")}
_RECORDED = {"on": later("on"), "off": later("off"), "paused": later("paused")}
SAID = 300
"""Characters of one row's words that are shown; `log show --json` has them all."""


def word_of(state: str) -> str:
    """What a cell of the bar means."""
    return _(_WORDS[state]) if state in _WORDS else state


def facts(named: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Yield what stands above the rows of a session: who allowed it, why, on whose call, what was recorded, how it ended."""
    records = [row.record for row in named]
    first = next(record for record in records if record.kind in OPENS)
    who, call, over = first.who, first.call, next((each for each in records if each.kind is Kind.LEFT), None)
    if who is not None and (who.profile or who.policy):
        policy = f", {_('policy')} {who.policy[:12]}" if who.policy else ""
        advice = f" ({_('advice: nobody else held them to it')})" if first.enforcement == "advisory" else ""
        yield _("allowed by"), f"{_('profile')} {who.profile or '-'}{policy}{advice}"
    for other in dict.fromkeys(record.other.user for record in records if record.other is not None):
        yield _("and by"), other
    for reason in dict.fromkeys(record.reason for record in records if record.reason):
        yield _("reason"), _short(reason)
    for record in records:
        if record.kind is Kind.GLASS_BROKEN:
            told_them = ", ".join(record.told) or _("nobody")
            values = {"deed": record.deed, "rule": record.rule, "people": told_them}
            yield _("glass"), fill(_("broken for {deed} past {rule}; told: {people}"), values)
    for reads in dict.fromkeys(each.who.user for each in records if each.kind is Kind.GLASS_READ and each.who):
        yield _("glass"), fill(_("{person} has read it"), {"person": reads})
    if first.phone:
        yield _("phone"), first.phone
    if call is not None:
        yield _("call"), " ".join(filter(None, (call.pbx, call.linkedid or call.customer)))
        number = next((each.call.caller for each in records if each.call is not None and each.call.caller), "")
        yield _("caller"), number or (_("erased") if any(row.erased for row in named) else _("no number"))
    if over is not None and over.spoken is not None:
        values = {"spoken": f"{over.spoken:.1f}", "longest": f"{over.longest_talk or 0.0:.1f}"}
        yield _("spoke"), fill(_("{spoken} s to the agent, the longest stretch {longest} s"), values)
    yield _("recording"), _recording(records)
    if file := recording_file(named):
        yield _("file"), file
    if first.follows:
        yield _("follows"), first.follows
    if over is None:
        yield _("ended"), _("not yet, or nobody saw it end")
    else:
        bounded = _("at the latest: nobody saw it") if over.end_certainty is Certainty.BOUNDED else _("exactly")
        yield _("ended"), f"{when(over.at)} ({bounded}), {over.cause}"


def scores(named: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Yield what was given beside a session, oldest first: who gave what by which card, and then each of its items."""
    rows = scores_of(named)
    replaced = {row.record.score.corrects for row in rows if row.record.score is not None}
    for row in rows:
        score = row.record.score
        assert score is not None, "scores_of has no others"
        values = {
            "who": row.record.who.user if row.record.who is not None else "?",
            "when": when(row.record.at),
            "result": result_of(score),
            "card": score.card,
            "digest": score.digest[:12],
            "version": str(score.version),
            "row": str(score.corrects),
        }
        yield _("score"), fill(_("{result}, by {who}, {when} - {card} {digest}"), values)
        if score.corrects is not None:
            yield "", fill(_("version {version}, corrects row {row}"), values)
        if row.seq in replaced:
            yield "", _("corrected since")
        for mark in score.marks:
            yield "", f"{given_of(mark)}  {mark.words}{_weighed(mark)}"


def result_of(score: Score) -> str:
    """Return `83 % good`, or that it is failed."""
    return in_percent(score.percent, grade_of(score))


def in_percent(percent: int, grade: str) -> str:
    """Return a result as everybody reads it."""
    word = _("failed") if grade == FAILED else grade
    return f"{percent} % {word}".rstrip()


def given_of(mark: Mark) -> str:
    """Return what was given for an item: `yes`, `3 of 5`."""
    if mark.given is None:
        return _("does not apply")
    if mark.most == 1:
        return _("yes") if mark.given else _("no")
    return fill(_("{given} of {most}"), {"given": str(mark.given), "most": str(mark.most)})


def _weighed(mark: Mark) -> str:
    """How much an item counts."""
    weight = fill(_("weight {weight}"), {"weight": str(mark.weight)})
    return f" ({weight}, {_('critical')})" if mark.critical else f" ({weight})"


def recording_file(named: Sequence[Row]) -> str:
    """Return the file of the recording as far as it may be seen: with the caller's number where that may be seen whole."""
    records = [row.record for row in named]
    file = next((record.recording_file for record in reversed(records) if record.recording_file), "")
    number = next((each.call.caller for each in records if each.call is not None and each.call.caller), "")
    return recordings.filled(file, number) if number and not number.startswith(HIDDEN) else file


def when(at: float) -> str:
    """`at` (seconds since 1970 UTC) on the clock of this machine."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))


def recording_link(address: str, file: str) -> str:
    """Return where a recording can be heard; "" where there is no such place, or the caller's number is left out of its name.

    Args:
        address: with {value} for the file's name, which is put there without the slash that it begins with; "": there is none.
    """
    return address.replace("{value}", quote(file.lstrip("/"))) if file and not recordings.has_gap(file) else ""


def _recording(records: Sequence[Record]) -> str:
    """Whether there is a recording, and of whom, as far as it can be told; the last row that says so counts."""
    last = next((record for record in reversed(records) if record.recording), None)
    if last is None or last.recording == "unknown":
        return _("cannot be told")
    recorded = _(_RECORDED.get(last.recording, last.recording))
    if last.recording == "off":
        return recorded
    match last.recording_holds_coach:
        case True:
            holds = _("it holds the supervisor's voice")
        case False:
            holds = _("it does not hold the supervisor's voice")
        case None:
            holds = _("it may hold the supervisor's voice")
    return f"{recorded}; {holds}"


def told(record: Record) -> tuple[str, str]:
    """Return the kind of a row, and what it says beside it."""
    seconds = " ".join(f"{mode} {spent:.1f} s" for mode, spent in (record.seconds or {}).items())
    said = (record.deed, record.mode or record.mode_asked, record.microphone and f"mic {record.microphone}")
    given = result_of(record.score) if record.score is not None else ""
    talked = f"talked {record.lasted:.0f} s" if record.kind is Kind.NOTE and record.lasted is not None else ""
    rest = (talked, record.leg_kind, record.cause or record.rule, seconds, given, record.detail)
    return record.kind.value, _short(" ".join(word for word in (*said, *rest) if word))


def _short(text: str) -> str:
    return text if len(text) <= SAID else f"{text[: SAID - 1]}…"
