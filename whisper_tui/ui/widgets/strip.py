"""The session strip: the mode in words, who hears you, the microphone, the recording. Only what the PBX has confirmed."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import NamedTuple

from whisper_tui.engine.backend import Hears, Person, Phase, StripView
from whisper_tui.engine.rows import LinkRow
from whisper_tui.supervision.intents import Whom
from whisper_tui.terms import LegKind, Microphone, Mode, Recording
from whisper_tui.ui import present
from whisper_tui.ui.asking import own_call
from whisper_tui.ui.exporting import Naming
from whisper_tui.ui.inks import Ink, Line, Span, crop, spread, taken
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.leave import AskOthers
from whisper_tui.ui.marks import Crowd
from whisper_tui.ui.notes import Heard, Jot
from whisper_tui.ui.petitions import Allow
from whisper_tui.ui.questions import Question
from whisper_tui.ui.scoring import Saving
from whisper_tui.ui.typed import Resting, Why
from whisper_tui.ui.widgets import asked, hearing, linewords, meter
from whisper_tui.ui.widgets.asked import Sides
from whisper_tui.ui.words import _, fill, keyed, later, sentence

_BOXES: dict[Mode | None, str] = {
    None: "╭─╮││╰─╯",
    Mode.SILENT: "╭─╮││╰─╯",
    Mode.WHISPER: "┏━┓┃┃┗━┛",
    Mode.BARGE: "╔═╗║║╚═╝",
    Mode.THIRD: "╓─╖║║╙─╜",
    Mode.TAKEOVER: "╒═╕││╘═╛",
}
"""Round, heavy, double: the louder the mode, the heavier the frame, so that it shows without colour. UNKNOWN is loud."""

_PHASES: dict[Phase, tuple[str, Ink, Ink]] = {
    Phase.NONE: (later("NO SESSION"), Ink.RULE, Ink.MUTED_BLOCK),
    Phase.RINGING: (later("RINGING"), Ink.RINGING, Ink.SILENT_BLOCK),
    Phase.PROVING: (later("CHECKING THE LOCK"), Ink.RINGING, Ink.SILENT_BLOCK),
    Phase.IDLE: (later("IDLE"), Ink.MUTED, Ink.MUTED_BLOCK),
    Phase.AIMING: (later("JOINING"), Ink.RINGING, Ink.SILENT_BLOCK),
    Phase.ON: (later("ON"), Ink.SILENT, Ink.SILENT_BLOCK),
    Phase.TAKING: (later("TAKING OVER"), Ink.TAKEOVER, Ink.TAKEOVER_BLOCK),
    Phase.RELEASING: (later("RELEASING"), Ink.MUTED, Ink.MUTED_BLOCK),
    Phase.LEAVING: (later("LEAVING"), Ink.MUTED, Ink.MUTED_BLOCK),
    Phase.UNKNOWN: (later("UNKNOWN"), Ink.ALARM, Ink.ALARM_BLOCK),
}

_KINDS: dict[LegKind, str] = {
    LegKind.LOCKED: later("keypad locked"),
    LegKind.OPEN: later("keypad OPEN: 4 5 6"),
    LegKind.FIXED: later("keypad open, one mode"),
}

_FOLLOWING: dict[Whom, tuple[str, str, str]] = {
    Whom.CALL: (later("following the call"), later("waits for the call's next agent"), "follow-call"),
    Whom.AGENT: (later("following {agent}"), later("waits for the agent's next call"), "follow-agent"),
}
"""While somebody is heard, while nobody is, and the deed that ends it."""


SOON = 60.0
"""Seconds before a rule ends something in which that is shown whatever else has room."""

LAST = 10.0
"""The last of them."""


class Scene(NamedTuple):
    """What the strip is made of.

    Args:
        question: it waits for an answer.
        seconds_left: how long it waits.
        stale: the link of the session's PBX, where it is not live.
        last: the session that is over and that something can be written beside.
        keys: of the deeds, by their names.
    """

    strip: StripView
    person: Person
    now: float
    question: Question | None = None
    seconds_left: int = 0
    stale: LinkRow | None = None
    last: Heard | None = None
    keys: Mapping[str, str] = DEFAULT.names


def title(strip: StripView) -> tuple[str, Ink, Ink]:
    """Return the mode, or the phase, in a word, with the inks of its frame and of the word."""
    if strip.phase is Phase.ON and strip.mode is not None:
        word, ink, block = present.MODES[strip.mode]
    else:
        word, ink, block = _PHASES[strip.phase]
    return _(word), ink, block


def lines_wanted(scene: Scene, width: int) -> int:
    """Return how many lines the strip would fill in a terminal of `width`, its frame included."""
    return len(_content(scene, max(0, width - 4))) + 2


def draw(scene: Scene, width: int, height: int) -> list[Line]:
    """Return the strip in `height` lines: a frame around what it says, or as much of that as there is room for."""
    strip, question = scene.strip, scene.question
    word, ink, block = title(strip) if question is None else asked.title(question, strip)
    box = _BOXES[Mode.BARGE if strip.phase in _DOUBTFUL else strip.mode if strip.phase is Phase.ON else None]
    if question is not None and question.asked is not None:
        box = _BOXES[Mode.BARGE]
    if scene.stale is not None:
        ink = Ink.ALARM
    head: tuple[Span, ...] = ((f" {word} ", block), *_session(scene), *_head(scene))
    if height == 1:
        return [Line(spread(head, (), width))]
    content = _content(scene, max(0, width - 4))
    if height < len(content) + 2 and strip.phase is Phase.NONE and question is None:
        edge = Line(_edge("───", ink, head, _times(scene), width))
        flat = [Line(spread((_gap(1), *left), (*right, _gap(1)), width)) for left, right in content]
        return [edge, *flat][:height]
    inner = [_framed(box[3:5], ink, sides, width) for sides in content]
    if scene.stale is not None and question is None:
        inner = [Line(tuple((t, i if i is ink else Ink.MUTED) for t, i in line.spans)) for line in inner]
    edges = (
        Line(_edge(box[:3], ink, head, _times(scene), width)),
        Line(((box[5] + box[6] * (width - 2) + box[7], ink),)),
    )
    return [edges[0], *inner, edges[1]][:height]


_DOUBTFUL = (Phase.UNKNOWN, Phase.TAKING)


def _content(scene: Scene, room: int) -> list[Sides]:
    """What stands in the frame, line by line; at the left what must not be cut."""
    strip = scene.strip
    truth = _whole(_truth(strip, room), _mic(strip, scene.keys), room)
    if scene.question is not None:
        warned = _whole(_truth(strip, room), linewords.wrong(strip)[:-1], room)
        return [warned, *asked.content(scene.question, strip, scene.seconds_left, room, scene.keys)]
    match strip.phase:
        case Phase.NONE:
            return _idle(scene, room)
        case Phase.RINGING:
            said = fill(_("your phone {phone} is ringing - answer it"), {"phone": strip.phone})
            return [(((said, Ink.STRONG),), _key(scene.keys["leave"], _("cancels"))), (_truth(strip, room), ())]
        case Phase.IDLE:
            said_idle = _key(scene.keys["listen"], _("listens to the call that is chosen"))
            if strip.following is not None:
                _with, waits, deed = _FOLLOWING[strip.following]
                said_idle = ((_(waits), Ink.SILENT), (f" - {scene.keys[deed]} {_('ends that')}", Ink.MUTED))
            return [truth, _whole(said_idle, _leg(strip), room)]
        case Phase.UNKNOWN:
            said = _("not confirmed by the PBX: your leg is being muted and hung up")
            return [truth, (((said, Ink.ALARM),), _key(scene.keys["leave"], _("leave")))]
        case Phase.TAKING:
            said = _("either the agent still has the customer, or you have: not confirmed yet")
            return [truth, (((said, Ink.TEXT),), ())]
    heard = (*_followed(scene, room), *_mic(strip, scene.keys))
    spoken = meter.draw(strip, scene.now, room - taken(_truth(strip, room)) - taken(heard) - 6)
    lines = [
        _whole(_truth(strip, room), (*spoken, *heard), room),
        _whole(_recorded(strip), (*_lines(strip, room), *_leg(strip)), room),
    ]
    if own_call(strip):
        words = _("hanging up: the customer goes on in the dialplan - {leave} hangs up, {handback} hands back")
        said = fill(words, scene.keys)
        lines.append((((said, Ink.TEXT),), ()))
    return lines


def _session(scene: Scene) -> tuple[Span, ...]:
    """The mode again, where a question that may be about another call has taken its place."""
    if scene.strip.phase is Phase.NONE or scene.question is None:
        return ()
    if not isinstance(scene.question.asked, Why | AskOthers | Allow | Jot | Resting | Saving | Naming | Crowd):
        return ()
    word, _ink, block = title(scene.strip)
    return ((f" {word} ", block),)


def _head(scene: Scene) -> tuple[Span, ...]:
    """Whom it is about, and what was asked and is not confirmed."""
    strip, spans = scene.strip, []
    if scene.stale is not None:
        values = {"age": present.age(scene.now - scene.stale.since)}
        spans.append((f" {fill(_('no news for {age}'), values)} ", Ink.ALARM))
    if strip.phase is Phase.TAKING:
        spans.append((f" {_('asking for the customer…')} ", Ink.TAKEOVER))
    elif strip.asked is not None and (strip.asked is not strip.mode or strip.phase is not Phase.ON):
        word = _(present.MODES[strip.asked][0])
        spans.append((f" {fill(_('asking {mode}…'), {'mode': word})} ", present.MODES[strip.asked][1]))
    parts = (strip.agent, strip.queue, strip.caller)
    if own_call(strip):
        parts = (strip.caller, strip.queue, fill(_("from {agent}"), {"agent": strip.agent}))
    about = " · ".join(part for part in parts if part)
    if about and strip.phase is not Phase.NONE:
        spans.append((f" {about} ", Ink.STRONG))
    return tuple(spans)


def ends_soon(scene: Scene) -> str:
    """Return `ends in 00:42` where a rule ends the leg, the session or its mode within a minute, else ""."""
    limit = scene.strip.limit
    return _ends_in(limit - scene.now) if limit is not None and limit - scene.now <= SOON else ""


def _ends_in(left: float) -> str:
    return fill(_("ends in {left}"), {"left": present.duration(left)})


def _times(scene: Scene) -> tuple[tuple[Span, ...], ...]:
    """How long this phase or mode lasts, and when a rule ends it: in full, and what is shown where that has no room."""
    strip = scene.strip
    if strip.phase is Phase.NONE:
        return ((),)
    lasts: Span = (f" {present.duration(scene.now - strip.since)} ", Ink.STRONG)
    if strip.limit is None:
        return (lasts,), ()
    left = strip.limit - scene.now
    ends: Span = (f"{_ends_in(left)} ", Ink.LATE if left <= LAST else Ink.WAITING)
    alone: Span = (f" {ends[0]}", ends[1])
    return ((lasts, ends), (alone,)) if left <= SOON else ((lasts, ends), (lasts,), ())


def _truth(strip: StripView, room: int) -> tuple[Span, ...]:
    if strip.phase in (Phase.NONE, Phase.RINGING) and strip.agent_hears is strip.customer_hears is Hears.NO:
        return (_nobody(),)
    return hearing.in_a_line(strip, room)


def _nobody() -> Span:
    return (_("nobody hears you"), Ink.MUTED)


def _mic(strip: StripView, keys: Mapping[str, str]) -> tuple[Span, ...]:
    word, ink = present.MICROPHONES[strip.microphone]
    if strip.microphone is Microphone.MUTED and strip.phase is Phase.ON and strip.mode is not Mode.SILENT:
        return (
            (fill(_("mic muted: {microphone} opens it"), keys), Ink.WAITING),
        )  # nothing else tells why nobody hears
    heard = not strip.agent_hears is strip.customer_hears is Hears.NO
    return ((_(word), ink if heard or strip.microphone is Microphone.UNKNOWN else Ink.MUTED),)


def _followed(scene: Scene, room: int) -> tuple[Span, ...]:
    """What is followed, in as many cells as who hears you and the microphone leave."""
    strip = scene.strip
    if strip.following is None:
        return ()
    said = following_of(strip)
    left = room - taken(_truth(strip, room)) - taken(_mic(strip, scene.keys)) - 5
    return (*crop(((said, Ink.SILENT),), left), (" · ", Ink.MUTED)) if left > 9 else ()


def _recorded(strip: StripView) -> tuple[Span, ...]:
    ink = Ink.WAITING if strip.recording is Recording.UNKNOWN else Ink.TEXT
    spans: list[Span] = [(f"{_('RECORDING')}  ", Ink.MUTED), (_(present.RECORDED[strip.recording]), ink)]
    if strip.recorded:
        spans.append((f" · {_('your voice IS in it')}", Ink.WAITING))
    elif strip.recorded is None:
        spans.append((f" · {_('whether your voice is in it cannot be told')}", Ink.WAITING))
    elif strip.recording in (Recording.ON, Recording.PAUSED):
        spans.append((f" · {_('your voice is not in it')}", Ink.MUTED))
    return tuple(spans)


def _lines(strip: StripView, room: int) -> tuple[Span, ...]:
    """How good the lines are: what is wrong before anything of the leg, what is fine where there is room for both."""
    return linewords.draw(strip, room - taken(_recorded(strip)) - taken(_leg(strip)) - 3)


def leg_of(strip: StripView) -> tuple[str, ...]:
    """Return the phone, and how far its keypad is held: not in a call of one's own, whose keypad is the person's."""
    if strip.kind is None or own_call(strip):
        return (strip.phone,)
    return strip.phone, _(_KINDS[strip.kind])


def following_of(strip: StripView) -> str:
    """Return what is followed, "" where nothing is."""
    if strip.following is None:
        return ""
    return fill(_(_FOLLOWING[strip.following][0]), {"agent": strip.agent})


def _leg(strip: StripView) -> tuple[Span, ...]:
    said = " · ".join(leg_of(strip))
    return ((said, Ink.MUTED if strip.kind in (None, LegKind.LOCKED) else Ink.WAITING),)


def _idle(scene: Scene, room: int) -> list[Sides]:
    phone = scene.person.phone
    mine: tuple[Span, ...] = ((f"{_('your phone')} {phone}", Ink.MUTED),) if phone else ()
    how: Sides = _whole(
        _key(scene.keys["listen"], _("listens to the call that is chosen")), _beside_the_last(scene), room
    )
    if scene.strip.ended is None:
        return [(_truth(scene.strip, room), mine), how]
    said = textwrap.wrap(sentence(keyed(scene.strip.ended, scene.keys)), max(10, room))
    lines: list[Sides] = [_whole(((part, Ink.STRONG),), mine if at == 0 else (), room) for at, part in enumerate(said)]
    return [*lines, how]


def _beside_the_last(scene: Scene) -> tuple[Span, ...]:
    """What can still be done about the session that is over."""
    if scene.last is None:
        return ()
    note = _key(scene.keys["note"], _("notes"))
    whom = (f" {fill(_('on {agent}'), {'agent': scene.last.agent})}", Ink.MUTED)
    return (
        *note,
        *((_gap(2), *_key(scene.keys["score"], _("scores"))) if scene.person.scorecard is not None else ()),
        whom,
    )


def _key(key: str, word: str) -> tuple[Span, ...]:
    return (key, Ink.STRONG), (f" {word}", Ink.MUTED)


def _gap(width: int) -> Span:
    return (" " * width, Ink.TEXT)


def _whole(left: tuple[Span, ...], right: tuple[Span, ...], room: int) -> Sides:
    """Both sides of a line of which the left one is not cut for the right one's sake."""
    free = room - taken(left) - 2
    return left, crop(right, free) if free > 8 else ()


def _edge(
    corners: str, ink: Ink, head: tuple[Span, ...], rights: tuple[tuple[Span, ...], ...], width: int
) -> tuple[Span, ...]:
    """The upper edge of the frame, with the title in it, and at the right the first of `rights` that has room.

    Where none has, the title is cut for the sake of the last one.
    """
    room = max(0, width - 2)
    right = next((each for each in rights if taken(head) + taken(each) + 2 <= room), rights[-1])
    left = crop(head, room - taken(right) - (2 if right else 0))
    rule = corners[1] * (room - taken(left) - taken(right) - (1 if right else 0))
    return ((corners[0], ink), *left, (rule, ink), *right, ((corners[1] if right else "") + corners[2], ink))


def _framed(sides: str, ink: Ink, content: Sides, width: int) -> Line:
    inner = spread(content[0], content[1], max(0, width - 4))
    return Line(((sides[0] + " ", ink), *inner, (" " + sides[1], ink)))
