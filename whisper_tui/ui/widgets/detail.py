"""The call under the cursor: two lines, or everything that is known of it after Enter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from whisper_tui.engine.rows import CallRow, FactRow, HandRow, ListenerBadge, Whose
from whisper_tui.supervision.quality import Quality
from whisper_tui.terms import CallState, Mode
from whisper_tui.ui import course, hands, present
from whisper_tui.ui.inks import EMPTY, Ink, Line, Span, crop, dimmed, fit, linked, spread, taken
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.widgets import linewords
from whisper_tui.ui.words import _, counted, fill

LONGEST_BAR = 80
"""Cells of the bar that shows how a call went."""


Field: TypeAlias = tuple[str, tuple[Span, ...]]
"""What it is called, and what there is to say of it."""


class Card(NamedTuple):
    """The call and the moment.

    Args:
        ended: the call is over; it is what was known last.
        stale: its PBX is not connected.
        own: it is the supervisor's own call, taken over.
        mine: the confirmed mode of the supervisor's own session.
        line: how good the line of its agent's phone is, where it is the call that is heard.
        span: where the sheet stands, "" if all of it is on the screen.
        need: why the call needs somebody, "" where nothing says so.
        keys: of the deeds, by their names.
    """

    row: CallRow | None
    ended: bool
    stale: bool
    now: float
    wall: float
    span: str = ""
    own: bool = False
    mine: Mode | None = None
    line: Quality | None = None
    need: str = ""
    keys: Mapping[str, str] = DEFAULT.names


def draw(card: Card, width: int, height: int, crossing: int | None) -> list[Line]:
    """Return the lines; `crossing` is where the line beside the queues meets this pane's upper edge."""
    lines = [_edge(card.span, width, crossing)]
    if card.row is None:
        lines.append(Line(((fill(_(" no call is chosen: {down} {up} choose one"), card.keys), Ink.MUTED),)))
    elif height <= 3:
        lines += _short(card, card.row, width)
    else:
        lines += _long(card, card.row, width, height - 1)
    if card.stale or card.ended:
        lines[1:] = [dimmed(line) for line in lines[1:]]
    return (lines + [EMPTY] * height)[:height]


def _edge(span: str, width: int, crossing: int | None) -> Line:
    rule = "─" * width
    if crossing is not None and crossing < width:
        rule = "─" * crossing + "┴" + "─" * (width - crossing - 1)
    if not span:
        return Line(((rule, Ink.RULE),))
    label = f" {span} "
    keep = max(0, width - len(label) - 2)
    return Line(((rule[:keep], Ink.RULE), (fit(label, min(len(label), width)), Ink.MUTED), ("──", Ink.RULE)))


def _short(card: Card, row: CallRow, width: int) -> list[Line]:
    who: list[Span] = [(f" {present.head(row)}", Ink.STRONG)]
    if card.ended:
        who.append((f"  {_('the call is over')}", Ink.LATE))
    who.append((f" · {present.queue_name(row)}", Ink.TEXT))
    if present.head(row) != present.caller(row):
        who.append((f" · {present.caller(row)}", Ink.TEXT))
    if row.hand is not None:
        who.append((f" · {_hand(row.hand, card.now)}", Ink.ALARM if hands.is_up(row.hand) else Ink.MUTED))
    who += [span for fact in row.facts if fact.alarm for span in ((f" · {fact.words}: ", Ink.ALARM), _value(fact))]
    known: list[Span] = [(f" {_(present.RECORDINGS[row.recording])}", Ink.TEXT)]
    for badge in row.listeners:
        known.append((f" · {_listener(badge, card)}", present.WHOSE[badge.whose][2]))
    if not row.can_be_heard:
        known.append((f" · {_unheard(card, row)}", Ink.WAITING))
    if row.agent_device and row.agent_device != present.person(row):
        known.append((f" · {row.agent_device}", Ink.MUTED))
    if row.priority:
        known.append((f" · {_('priority')} {row.priority}", Ink.MUTED))
    story = _story(card, row)
    if taken(tuple(who)) + taken(story) + 1 <= width:
        return [Line(spread(tuple(who), story, width)), Line(crop(tuple(known), width))]
    if taken(tuple(known)) + taken(story) + 1 > width:
        story = _story(card, row, came=False)
    return [Line(crop(tuple(who), width)), Line(spread(tuple(known), story, width))]


def _story(card: Card, row: CallRow, *, came: bool = True) -> tuple[Span, ...]:
    """When it came, how long it waited, talked, was held."""
    parts = [f"{_('came')} {present.clock_time(card.wall - (card.now - row.began))}"] if came else []
    waited = present.waited(row, card.now)
    if waited is not None:
        parts.append(f"{_('waiting') if row.talking_since is None else _('waited')} {present.duration(waited)}")
    if row.talking_since is not None:
        talk = present.duration(card.now - row.talking_since)
        parts.append(f"{_('talking')} {talk}" if row.talk_known else f"{_('talking at least')} {talk}")
    return (("  " + " → ".join(parts) + _holds(row, card.now) + " ", Ink.MUTED),)


def _holds(row: CallRow, now: float) -> str:
    if not row.holds:
        return ""
    total = row.held + (now - row.held_since if row.held_since is not None else 0.0)
    times = counted("held once", "held {count} times", row.holds)
    return f" · {times} {present.duration(total)}"


def _long(card: Card, row: CallRow, width: int, height: int) -> list[Line]:
    """What must not be cut first: who hears the call before what other systems know, and how it went."""
    sign, word, ink = present.STATES[row.state]
    state: list[Span] = [(f"{sign} {_(word)}", ink)]
    if card.ended:
        state.append((f"  {_('the call is over')}", Ink.LATE))
    hears = [] if row.can_be_heard else [(_("to hear"), ((_unheard(card, row), Ink.WAITING),))]
    helps: list[Field] = []
    if row.hand is not None:
        helps = [(_("help"), ((_hand(row.hand, card.now), Ink.ALARM if hands.is_up(row.hand) else Ink.MUTED),))]
    fields: list[Field] = [
        (_("state"), tuple(state)),
        *hears,
        (_("agent"), ((present.person(row), Ink.STRONG), (f"  {row.agent_device}", Ink.MUTED))),
        *helps,
        (_("caller"), ((present.caller(row), Ink.TEXT),)),
        (_("queue"), ((present.queue_name(row), Ink.TEXT), (_place(row), Ink.MUTED))),
        (_("times"), ((_story(card, row)[0][0].strip(), Ink.TEXT),)),
        (_("recording"), ((_(present.RECORDED[row.recording]), Ink.TEXT),)),
        *_listeners(row, card),
        *([(_("line"), linewords.told(card.line))] if card.line is not None else []),
        *([(_("needs you"), ((card.need, Ink.TEXT),))] if card.need else []),
        *_known(row, width),
        *_course(row, card, width),
        (_("in call"), ((fill(_("{count} channels"), {"count": str(row.parties)}), Ink.TEXT),)),
        (_("id"), ((f"{row.key.pbx} {row.key.uniqueid}", Ink.MUTED),)),
    ]
    lines = [Line(crop(((f" {fit(name, 11)}", Ink.MUTED), *spans), width)) for name, spans in fields]
    if len(lines) <= height:
        return lines
    more = fill(_("+{count} more"), {"count": str(len(lines) - height + 1)})
    return [*lines[: height - 1], Line(((f" {fit('', 11)}{more}", Ink.MUTED),))]


def _hand(hand: HandRow, now: float) -> str:
    """What the agent asks for and since when, or who has taken it."""
    values = {"age": present.duration(now - hand.since), "text": hand.text, "person": hand.answered_by}
    if not hands.is_up(hand):
        return fill(_("⚑ {person} has taken the raised hand"), values)
    return fill(_("⚑ asks for help for {age}: {text}") if hand.text else _("⚑ asks for help for {age}"), values)


def _course(row: CallRow, card: Card, width: int) -> list[Field]:
    """How it went: a bar, the same in words, and under it who hears it."""
    cells = max(10, min(LONGEST_BAR, width - 14))
    lines: list[Field] = [
        (_("course"), course.bar(row, card.now, cells)),
        ("", ((course.words(row, card.now, card.wall, width - 14), Ink.MUTED),)),
    ]
    if row.listeners:
        lines.insert(1, (_("heard"), ((course.heard(row, card.mine, card.now, cells), Ink.SILENT),)))
    return lines


def _known(row: CallRow, width: int) -> list[Field]:
    """What other systems know, as many side by side as there is room for; where there is more the terminal can lead there."""
    lines: list[tuple[Span, ...]] = []
    for fact in row.facts:
        told: tuple[Span, ...] = ((f"{fact.words}: ", Ink.MUTED), _value(fact))
        if lines and taken(lines[-1]) + taken(told) + 3 <= width - 14:
            lines[-1] += ((" · ", Ink.MUTED), *told)
        else:
            lines.append(told)
    return [(_("known") if at == 0 else "", line) for at, line in enumerate(lines)]


def _value(fact: FactRow) -> Span:
    return linked(f"▲ {fact.text}" if fact.alarm else fact.text, fact.link), Ink.ALARM if fact.alarm else Ink.TEXT


def _place(row: CallRow) -> str:
    parts = []
    if row.position:
        parts.append(f"{_('position')} {row.position}")
    if row.priority:
        parts.append(f"{_('priority')} {row.priority}")
    if row.outbound:
        parts.append(_("outbound"))
    return "".join(f" · {part}" for part in parts)


def _unheard(card: Card, row: CallRow) -> str:
    if card.own:
        return _("this is your call")
    if row.state in (CallState.WAITING, CallState.RINGING):
        return _("nobody to hear yet")
    return _("cannot be heard: the agent's phone is not known")


def _listeners(row: CallRow, card: Card) -> list[Field]:
    """A line for each of them: who, whose, in which mode, for how long."""
    if not row.listeners:
        return [(_("heard by"), ((_("nobody"), Ink.MUTED),))]
    lines: list[Field] = []
    for badge in row.listeners:
        _word, words, ink = present.WHOSE[badge.whose]
        who = _(words) if badge.whose is Whose.MINE else f"{badge.device} {_(words)}"
        mode = present.mode_of(present.known(badge, card.mine))
        values = {"who": who, "mode": mode, "age": present.duration(card.now - badge.since)}
        lines.append((_("heard by") if not lines else "", ((fill(_("{who}, {mode}, for {age}"), values), ink),)))
    return lines


def _listener(badge: ListenerBadge, card: Card) -> str:
    """The same in few words."""
    values = {
        "phone": badge.device,
        "whose": _(present.WHOSE[badge.whose][0]),
        "mode": present.mode_of(present.known(badge, card.mine)),
        "age": present.duration(card.now - badge.since),
    }
    match badge.whose:
        case Whose.MINE:
            return fill(_("heard by you, {mode}, {age}"), values)
        case Whose.FOREIGN:
            return fill(_("{whose} {phone}, {mode}, {age}"), values)
        case Whose.OURS | Whose.CONSOLE | Whose.CUE:
            return fill(_("heard by {phone}, {whose}, {mode}, {age}"), values)
