"""How good a line is, in words: for the strip, as far as there is room, and in full for the detail."""

from __future__ import annotations

from collections.abc import Iterable

from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.supervision.quality import Fault, Quality, figures
from whisper_tui.ui.inks import Ink, Span, taken
from whisper_tui.ui.words import _, faults, fill, later

_GAP: Span = (" · ", Ink.MUTED)


def draw(strip: StripView, room: int) -> tuple[Span, ...]:
    """Return what is wrong with the lines of the session, in full; else that they are fine, if `room` cells have it."""
    if strip.phase is not Phase.ON:
        return ()
    if bad := wrong(strip):
        return bad
    known = [
        _(words)
        for quality, words in (
            (strip.agent_line, later("agent's line fine")),
            (strip.own_line, later("your line fine")),
        )
        if quality.told
    ]
    spans = tuple(span for words in known for span in ((words, Ink.MUTED), _GAP))
    return spans if taken(spans) <= room else ()


def wrong(strip: StripView) -> tuple[Span, ...]:
    """What is wrong with the lines of the session."""
    bad: list[Span] = []
    for quality, words in (
        (strip.agent_line, _("agent's line BAD: {faults}")),
        (strip.own_line, _("your line BAD: {faults}")),
    ):
        if quality.faults:
            bad += [(fill(words, {"faults": ", ".join(_parts(quality, quality.faults))}), Ink.LATE), _GAP]
    return tuple(bad)


def spoken(strip: StripView) -> str:
    """How good both lines are, in one sentence; "" where nothing is known of them."""
    return ", ".join(text for text, _ink in draw(strip, 1000) if text != _GAP[0])


def told(quality: Quality) -> tuple[Span, ...]:
    """Everything that is known of a line."""
    if not quality.told:
        return ((_("not told"), Ink.MUTED),)
    parts = _parts(quality, Fault)
    ink = Ink.LATE if quality.faults else Ink.TEXT
    said: list[Span] = [(f"{_('BAD') if quality.faults else _('fine')}: {', '.join(parts)}", ink)]
    if not quality.reported:
        said.append((f" · {_('how the phone hears it does not tell')}", Ink.MUTED))
    return tuple(said)


def _parts(quality: Quality, which: Iterable[Fault]) -> list[str]:
    """What is measured of `which`."""
    known = figures(quality)
    return faults({fault.value: known[fault] for fault in which if fault in known})
