"""The session strip: the mode in words, who hears you, the microphone, the recording. Only what the PBX has confirmed."""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.engine.backend import Hears, LinkRow, Person, Phase, StripView
from whisper_tui.terms import LegKind, Microphone, Mode, Recording
from whisper_tui.ui import present
from whisper_tui.ui.asking import Confirm
from whisper_tui.ui.inks import Ink, Line, Span, crop, spread, taken
from whisper_tui.ui.words import _, fill, later, sentence

_BOXES: dict[Mode | None, str] = {
    None: "╭─╮││╰─╯",
    Mode.SILENT: "╭─╮││╰─╯",
    Mode.WHISPER: "┏━┓┃┃┗━┛",
    Mode.BARGE: "╔═╗║║╚═╝",
}
"""Round, heavy, double: the louder the mode, the heavier the frame, so that it shows without colour. UNKNOWN is loud."""

_PHASES: dict[Phase, tuple[str, Ink, Ink]] = {
    Phase.NONE: (later("NO SESSION"), Ink.RULE, Ink.MUTED_BLOCK),
    Phase.RINGING: (later("RINGING"), Ink.RINGING, Ink.SILENT_BLOCK),
    Phase.PROVING: (later("CHECKING THE LOCK"), Ink.RINGING, Ink.SILENT_BLOCK),
    Phase.IDLE: (later("IDLE"), Ink.MUTED, Ink.MUTED_BLOCK),
    Phase.AIMING: (later("JOINING"), Ink.RINGING, Ink.SILENT_BLOCK),
    Phase.ON: (later("ON"), Ink.SILENT, Ink.SILENT_BLOCK),
    Phase.LEAVING: (later("LEAVING"), Ink.MUTED, Ink.MUTED_BLOCK),
    Phase.UNKNOWN: (later("UNKNOWN"), Ink.ALARM, Ink.ALARM_BLOCK),
}

_KINDS: dict[LegKind, str] = {
    LegKind.LOCKED: later("keypad locked"),
    LegKind.OPEN: later("keypad OPEN: its keys switch modes"),
    LegKind.FIXED: later("keypad open, one mode"),
}


class Scene(NamedTuple):
    """What the strip is made of.

    Args:
        question: a barge that waits for Enter.
        seconds_left: how long it waits.
        leaving: "leave and quit?" waits for Enter.
        stale: the link of the session's PBX, where it is not live.
    """

    strip: StripView
    person: Person
    now: float
    question: Confirm | None = None
    seconds_left: int = 0
    leaving: bool = False
    stale: LinkRow | None = None


def title(strip: StripView) -> tuple[str, Ink, Ink]:
    """Return the mode, or the phase, in a word, with the inks of its frame and of the word."""
    if strip.phase is Phase.ON and strip.mode is not None:
        word, ink, block = present.MODES[strip.mode]
    else:
        word, ink, block = _PHASES[strip.phase]
    return _(word), ink, block


def who_hears(strip: StripView) -> tuple[Span, Span]:
    """Return `agent YES` and `customer NO`; whoever hears, or may hear, stands out."""
    return _hears(_("agent"), strip.agent_hears, Ink.WHISPER), _hears(_("customer"), strip.customer_hears, Ink.BARGE)


def draw(scene: Scene, width: int, height: int) -> list[Line]:
    """Return the strip in `height` lines: a frame around two, or as much of them as there is room for."""
    strip = scene.strip
    word, ink, block = title(strip)
    box = _BOXES[Mode.BARGE if strip.phase is Phase.UNKNOWN else strip.mode if strip.phase is Phase.ON else None]
    if scene.question is not None:
        word, ink, block, box = _("CUSTOMER WILL HEAR YOU"), Ink.BARGE, Ink.BARGE_BLOCK, _BOXES[Mode.BARGE]
    elif scene.leaving:
        word, ink, block = _("LEAVE AND QUIT?"), Ink.ALARM, Ink.ALARM_BLOCK
    if scene.stale is not None:
        ink = Ink.ALARM
    head: tuple[Span, ...] = ((f" {word} ", block), *_head(scene))
    if height == 1:
        return [Line(spread(head, (), width))]
    first, second = _content(scene)
    if height == 2:
        edge = Line(_edge("───", ink, head, _time(scene), width))
        return [edge, Line(spread((_gap(1), *first[0]), (*first[1], _gap(1)), width))]
    lines = [
        Line(_edge(box[:3], ink, head, _time(scene), width)),
        _framed(box[3:5], ink, first, width),
        _framed(box[3:5], ink, second, width),
        Line(((box[5] + box[6] * (width - 2) + box[7], ink),)),
    ]
    if scene.stale is not None and scene.question is None:
        lines[1:3] = [Line(tuple((t, i if i is ink else Ink.MUTED) for t, i in line.spans)) for line in lines[1:3]]
    return lines[:height]


_Sides = tuple[tuple[Span, ...], tuple[Span, ...]]


def _content(scene: Scene) -> tuple[_Sides, _Sides]:
    strip = scene.strip
    if scene.question is not None:
        return (_truth(strip), ()), _asked(scene, scene.question)
    if scene.leaving:
        said = _("your leg ends, the call goes on") if strip.call is not None else _("your leg ends")
        return (_truth(strip), ()), (((said, Ink.TEXT),), (("Enter ", Ink.STRONG), (_("leave and quit"), Ink.TEXT),
                                     ("   Esc ", Ink.STRONG), (_("stay"), Ink.TEXT)))  # fmt: skip
    match strip.phase:
        case Phase.NONE:
            return _idle(scene)
        case Phase.RINGING:
            values = {"phone": strip.phone}
            said = fill(_("your phone {phone} is ringing - answer it"), values)
            return (((said, Ink.STRONG),), _key("x", _("cancels"))), (_truth(strip), ())
        case Phase.IDLE:
            return (_truth(strip), _mic(strip)), (_key("l", _("listens to the call that is chosen")), _leg(strip))
        case Phase.UNKNOWN:
            said = _("not confirmed by the PBX: your leg is being muted and hung up")
            return (_truth(strip), _mic(strip)), (((said, Ink.ALARM),), _key("x", _("leave")))
        case _:
            return (_truth(strip), _mic(strip)), (_recorded(strip), _leg(strip))


def _head(scene: Scene) -> tuple[Span, ...]:
    """Whom it is about, and what was asked and is not confirmed."""
    strip, spans = scene.strip, []
    if scene.stale is not None:
        values = {"age": present.age(scene.now - scene.stale.since)}
        spans.append((f" {fill(_('no news for {age}'), values)} ", Ink.ALARM))
    if strip.asked is not None and (strip.asked is not strip.mode or strip.phase is not Phase.ON):
        asked = _(present.MODES[strip.asked][0])
        spans.append((f" {fill(_('asking {mode}…'), {'mode': asked})} ", present.MODES[strip.asked][1]))
    about = " · ".join(part for part in (strip.agent, strip.queue, strip.caller) if part)
    if about and strip.phase is not Phase.NONE:
        spans.append((f" {about} ", Ink.STRONG))
    return tuple(spans)


def _time(scene: Scene) -> tuple[Span, ...]:
    """How long this phase or mode lasts, and where a rule will end it."""
    strip = scene.strip
    if strip.phase is Phase.NONE:
        return ()
    spans: list[Span] = [(f" {present.duration(scene.now - strip.since)} ", Ink.STRONG)]
    if strip.limit is not None:
        left = present.duration(strip.limit - scene.now)
        spans.append((f"{fill(_('ends in {left}'), {'left': left})} ", Ink.WAITING))
    return tuple(spans)


def _truth(strip: StripView) -> tuple[Span, ...]:
    if strip.phase in (Phase.NONE, Phase.RINGING) and strip.agent_hears is strip.customer_hears is Hears.NO:
        return (_nobody(),)
    agent, customer = who_hears(strip)
    return ((f"{_('HEARS YOU')}  ", Ink.MUTED), agent, _gap(3), customer)


def _hears(who: str, hears: Hears, loud: Ink) -> Span:
    sign = {Hears.YES: "●", Hears.NO: "○", Hears.UNKNOWN: "▲"}[hears]
    ink = {Hears.YES: loud, Hears.NO: Ink.MUTED, Hears.UNKNOWN: Ink.ALARM_BLOCK}[hears]
    return (f"{sign} {who} {_(present.HEARS[hears])}", ink)


def _nobody() -> Span:
    return (_("nobody hears you"), Ink.MUTED)


def _mic(strip: StripView) -> tuple[Span, ...]:
    word, ink = present.MICROPHONES[strip.microphone]
    heard = not strip.agent_hears is strip.customer_hears is Hears.NO
    return ((_(word), ink if heard or strip.microphone is Microphone.UNKNOWN else Ink.MUTED),)


def _recorded(strip: StripView) -> tuple[Span, ...]:
    ink = Ink.WAITING if strip.recording is Recording.UNKNOWN else Ink.TEXT
    spans: list[Span] = [(f"{_('RECORDING')}  ", Ink.MUTED), (_(present.RECORDED[strip.recording]), ink)]
    if strip.recording is Recording.ON:
        # A coach on ChanSpy is in no recording of agent or customer, whatever the mode (measured, MixMonitor).
        spans.append((f" · {_('your voice is not in it')}", Ink.MUTED))
    return tuple(spans)


def _leg(strip: StripView) -> tuple[Span, ...]:
    said = strip.phone
    if strip.kind is not None:
        said = f"{said} · {_(_KINDS[strip.kind])}"
    return ((said, Ink.MUTED if strip.kind in (None, LegKind.LOCKED) else Ink.WAITING),)


def _idle(scene: Scene) -> tuple[_Sides, _Sides]:
    phone = scene.person.phone
    mine: tuple[Span, ...] = ((f"{_('your phone')} {phone}", Ink.MUTED),) if phone else ()
    if scene.strip.ended is not None:
        return (((sentence(scene.strip.ended), Ink.STRONG),), mine), (
            _key("l", _("listens to the call that is chosen")),
            (),
        )
    return (_truth(scene.strip), mine), (_key("l", _("listens to the call that is chosen")), ())


def _asked(scene: Scene, question: Confirm) -> _Sides:
    values = {"agent": question.agent, "queue": question.queue, "caller": question.caller}
    if question.parties > 2:
        said = fill(_("{agent}: three or more are in the call, only the agent would hear you"), values)
    else:
        said = fill(_("barge: {agent} · queue {queue} · {caller}"), values)
    answer: tuple[Span, ...] = (("Enter ", Ink.STRONG), (_("barge"), Ink.BARGE), ("   Esc ", Ink.STRONG),
                                (f"{_('no')}   {scene.seconds_left} s", Ink.TEXT))  # fmt: skip
    return ((said, Ink.STRONG),), answer


def _key(key: str, word: str) -> tuple[Span, ...]:
    return (key, Ink.STRONG), (f" {word}", Ink.MUTED)


def _gap(width: int) -> Span:
    return (" " * width, Ink.TEXT)


def _edge(corners: str, ink: Ink, head: tuple[Span, ...], right: tuple[Span, ...], width: int) -> tuple[Span, ...]:
    """The upper edge of the frame, with the title in it."""
    room = max(0, width - 2)
    left = crop(head, room)
    right = right if taken(left) + taken(right) + 2 <= room else ()
    rule = corners[1] * (room - taken(left) - taken(right) - (1 if right else 0))
    return ((corners[0], ink), *left, (rule, ink), *right, ((corners[1] if right else "") + corners[2], ink))


def _framed(sides: str, ink: Ink, content: _Sides, width: int) -> Line:
    inner = spread(content[0], content[1], max(0, width - 4))
    return Line(((sides[0] + " ", ink), *inner, (" " + sides[1], ink)))
