"""Everything that a key can do, in one registry: what it is called, its keys where nobody chose others, when it can be used,
what it does.

`keymap` makes of it what each key does, `hinting` what is shown of it; the tables in the README and the man page are
made from it too.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from whisper_tui.supervision.intents import Whom
from whisper_tui.terms import Notice
from whisper_tui.ui import asking, surf
from whisper_tui.ui.player import Player
from whisper_tui.ui.views import View
from whisper_tui.ui.words import later

if TYPE_CHECKING:
    from whisper_tui.ui.desk import Desk


class Kind(Enum):
    """How careful the keyboard is with a deed."""

    LOOK = "look"
    """Moves or shows: nothing happens on the PBX."""
    SPEAK = "speak"
    """May start something that is heard, rings or is logged: held back when repeated or pasted, dim where it is not allowed."""
    QUIET = "quiet"
    """Makes things quieter: always taken, at once."""
    END = "end"
    """Ends the console or stops it: not out of a paste."""


class Deed(NamedTuple):
    """One thing a key does.

    Args:
        name: stable; keys.toml and the tests call it so.
        keys: Textual's names, the main one first, twins after it; `v s` is two keys, one after the other.
        words: a sentence for the page of keys.
        hint: a word for the last line, "" if it is not hinted at.
        does: carries it out.
        meant: of deeds that ask the PBX for something: what, as things stand.
        finds: of deeds that look for the call to hear: which one, where the profile leaves the choice to the person.
        offered: False where there is no use for it (a recording's keys without a recording): it is not listed then.
        numbered: its keys are two, the second one of DIGITS.
        of_row: of deeds that start something: whether that is done to the row under the cursor.
    """

    name: str
    keys: tuple[str, ...]
    words: str
    hint: str
    kind: Kind
    does: Callable[[Desk], None]
    meant: Callable[[asking.Sight], asking.Meant] | None = None
    finds: Callable[[surf.Place], surf.Found | Notice] | None = None
    offered: Callable[[Desk], bool] = lambda _desk: True
    numbered: bool = False
    of_row: bool = True


def _speech(
    name: str,
    keys: tuple[str, ...],
    words: str,
    hint: str,
    kind: Kind,
    meant: Callable[[asking.Sight], asking.Meant],
    of_row: bool = True,
) -> Deed:
    return Deed(name, keys, words, hint, kind, lambda desk: desk.carry_out(meant), meant, of_row=of_row)


def _search(
    name: str,
    keys: tuple[str, ...],
    words: str,
    hint: str,
    finds: Callable[[surf.Place], surf.Found | Notice],
    draws: Callable[[asking.Sight], asking.Meant] | None = None,
) -> Deed:
    """`draws`: what it means where the profile leaves the choice to chance."""
    return Deed(name, keys, words, hint, Kind.SPEAK, lambda desk: desk.surf(finds, draws), draws, finds, of_row=False)


def _recorded(desk: Desk) -> bool:
    return desk.player is not None


def _recorded_or_tree(desk: Desk) -> bool:
    return desk.in_tree or _recorded(desk)


def _of_calls(desk: Desk) -> bool:
    return desk.view is View.CALLS


def _in_the_log(desk: Desk) -> bool:
    return desk.view is View.LOG


def _sortable(desk: Desk) -> bool:
    return desk.view is not View.LOG  # which is by time


def _played(does: Callable[[Player], None]) -> Callable[[Desk], None]:
    return lambda desk: does(desk.player) if desk.player is not None else None


DIGITS = "123456789"
"""Of the cue cards."""

DEEDS: tuple[Deed, ...] = (
    _speech("listen", ("l", "4"), later("listen; from whisper or barge back to silence, at once"), later("listen"),
            Kind.SPEAK, asking.listen),
    _speech("whisper", ("w", "5"), later("whisper: the agent alone hears you"), later("whisper"),
            Kind.SPEAK, asking.whisper),
    _speech("barge", ("b", "6"), later("barge: agent and customer hear you; a call of three or more is joined; asks first"),
            later("barge"), Kind.SPEAK, asking.barge),
    _speech("microphone", ("m",), later("microphone off and on"), later("mic"), Kind.SPEAK, asking.microphone, of_row=False),
    _speech("leave", ("x", "0", "ctrl+x"),
            later("leave: your leg only, the call goes on; while your phone rings: cancel; your own call: asks, hangs up"),
            later("leave"), Kind.QUIET, asking.leave),
    Deed("panic", ("exclamation_mark",), later("panic: mute and leave everything, no question"), later("panic"),
         Kind.QUIET, lambda desk: desk.panic()),
    _search("surf", ("asterisk",),
            later("listen to the next call that you may hear, in the order of the list; "
                  "to one that chance draws, where your profile says so"),
            later("next"), surf.next_call, surf.draw),
    _search("needed", ("full_stop",), later("listen to the call that most needs someone; says why it does"),
            later("needs you"), surf.needed),
    _speech("follow-call", ("f",), later("follow this call to whichever agent gets it; again: stay"), later("follow"),
            Kind.SPEAK, asking.follow(Whom.CALL), of_row=False),
    _speech("follow-agent", ("F",), later("follow this agent from call to call; again: stay"), "",
            Kind.SPEAK, asking.follow(Whom.AGENT), of_row=False),
    _speech("release", ("r",), later("release: hear nothing, keep your phone off the hook"), later("release"),
            Kind.QUIET, asking.release),
    _speech("takeover", ("T",), later("take the customer over from the agent; the agent's number is typed first"),
            later("take over"), Kind.SPEAK, asking.take_over),
    _speech("handback", ("H",), later("hand the customer of your own call back: to the agent, or to a queue by its name"),
            later("hand back"), Kind.SPEAK, asking.hand_back, of_row=False),
    _speech("allow", ("A",),
            later("allow what somebody asks for in the line at the top, asks first; or: read that glass was broken"), "",
            Kind.SPEAK, asking.allow, of_row=False),
    _speech("refuse", ("D",), later("refuse it"), "", Kind.SPEAK, asking.refuse, of_row=False),
    Deed("glass", ("B",),
         later("break glass: take in an emergency what was refused just now; asks why, others are told, it is logged"), "",
         Kind.SPEAK, lambda desk: desk.break_glass(), of_row=False),
    _speech("reveal", ("R",), later("show the caller's whole number for a while; it is logged"), "",
            Kind.SPEAK, asking.reveal),
    Deed("down", ("j", "down"), later("next row"), later("move"), Kind.LOOK, lambda desk: desk.move(1)),
    Deed("up", ("k", "up"), later("row before"), "", Kind.LOOK, lambda desk: desk.move(-1)),
    Deed("first", ("g", "home"), later("first row"), "", Kind.LOOK, lambda desk: desk.first()),
    Deed("last", ("G", "end"), later("last row"), "", Kind.LOOK, lambda desk: desk.last()),
    Deed("half-down", ("ctrl+d",), later("half a page down"), "", Kind.LOOK, lambda desk: desk.page(0.5)),
    Deed("half-up", ("ctrl+u",), later("half a page up"), "", Kind.LOOK, lambda desk: desk.page(-0.5)),
    Deed("page-down", ("ctrl+f", "pagedown"), later("a page down"), "", Kind.LOOK, lambda desk: desk.page(1.0)),
    Deed("page-up", ("ctrl+b", "pageup"), later("a page up"), "", Kind.LOOK, lambda desk: desk.page(-1.0)),
    Deed("sort", ("greater_than_sign", "f6"), later("sort by the next column; past the last one as the list comes"), "", Kind.LOOK,
         lambda desk: desk.sort(1), offered=_sortable),
    Deed("sort-back", ("less_than_sign",), later("sort by the column before"), "", Kind.LOOK,
         lambda desk: desk.sort(-1), offered=_sortable),
    Deed("reverse", ("z",), later("sort the other way round"), "", Kind.LOOK, lambda desk: desk.turn(), offered=_sortable),
    Deed("mark", ("space",),
         later("mark the row, and go to the next one; a pause begins and ends for all marked agents; the filter marked shows them"),
         "", Kind.LOOK, lambda desk: desk.mark(), offered=_sortable),
    Deed("tree", ("t", "f5"), later("the calls as a tree: queue, agent, call, legs; Enter opens a queue or an agent"), "",
         Kind.LOOK, lambda desk: desk.show_tree(), offered=_of_calls),
    Deed("export", ("E",), later("export what is shown, as it is masked, to a file of your choosing; it is logged"), "",
         Kind.SPEAK, lambda desk: desk.export(), of_row=False),
    Deed("freeze", ("p",), later("let the lists stand still, and go on; keys act on what is under the cursor as it is now"),
         "", Kind.LOOK, lambda desk: desk.freeze(), offered=_sortable),
    Deed("open", ("enter",), later("open and close the detail; go to a session's call; answer the question on the screen"),
         later("detail"), Kind.LOOK, lambda desk: desk.open_detail()),
    Deed("back", ("escape",), later("back: the question, the keys, the frozen list, the detail, the view, the filter"), "",
         Kind.LOOK, lambda desk: desk.back()),
    Deed("calls", ("v c",), later("view of the calls"), later("calls"), Kind.LOOK, lambda desk: desk.show(View.CALLS)),
    Deed("waiting", ("v w",), later("view of the callers who wait: place, queue, how long, who is rung"), later("waiting"),
         Kind.LOOK, lambda desk: desk.show(View.WAITING)),
    Deed("queues", ("v q",), later("view of the queues: service level, staff, answered and lost; Enter shows its calls"),
         later("queues"), Kind.LOOK, lambda desk: desk.show(View.QUEUES)),
    Deed("agents", ("v a",), later("view of the agents: what they do and for how long, why they are paused"),
         later("agents"), Kind.LOOK, lambda desk: desk.show(View.AGENTS)),
    Deed("sessions", ("v s",), later("view of the sessions: who hears whom, and spies that no console started"),
         later("sessions"), Kind.LOOK, lambda desk: desk.show(View.SESSIONS)),
    Deed("log", ("v l",), later("view of the log: sessions that were; the filter looks for user= agent= queue= mode= day= longer>, "
                               "denied, foreign, hands, acts, words"),
         later("log"), Kind.LOOK, lambda desk: desk.show(View.LOG)),
    Deed("next-view", ("right_square_bracket", "tab"), later("the next view, round the end; the log alone is left out"), "",
         Kind.LOOK, lambda desk: desk.show_next(1)),
    Deed("previous-view", ("left_square_bracket", "shift+tab"), later("the view before"), "", Kind.LOOK,
         lambda desk: desk.show_next(-1)),
    Deed("note", ("i",), later("note on the session that is up, with its time, or was the last; in the log on the one under the "
                               "cursor; it stays for good"),
         later("note"), Kind.SPEAK, lambda desk: desk.note(), of_row=False),
    Deed("score", ("s",), later("score sheet of the session that is up or was the last, in the log of the one under the cursor: "
                                "0-9, y, n, - (does not apply), Enter saves for good"),
         later("score"), Kind.SPEAK, lambda desk: desk.score(), offered=lambda desk: desk.backend.person.scorecard is not None,
         of_row=False),
    Deed("cue", tuple(f"C {digit}" for digit in DIGITS), later("send a cue card to the phone of the agent whom you hear; "
                                                               "it is logged"), later("cue"), Kind.SPEAK,
         lambda desk: desk.cue(), offered=lambda desk: bool(desk.backend.person.cues), numbered=True,
         of_row=False),
    Deed("say", tuple(f"S {digit}" for digit in DIGITS), later("speak a cue card into the ear of the agent whom you hear, and of "
                                                               "nobody else; it is logged"), "", Kind.SPEAK,
         lambda desk: desk.say_cue(), offered=lambda desk: bool(desk.backend.person.cues), numbered=True,
         of_row=False),
    Deed("pause-agent", ("P",), later("pause the agent under the cursor, asks what for; it is logged"), later("pause"), Kind.SPEAK,
         lambda desk: desk.pause()),
    Deed("unpause-agent", ("u",), later("end the pause of the agent under the cursor"), later("unpause"), Kind.SPEAK,
         lambda desk: desk.unpause()),
    Deed("hand", ("h",), later("raised hands: go to the agent who has asked for help longest, and take it; it is logged"),
         later("hands"), Kind.SPEAK, lambda desk: desk.answer_hand(), asking.answer_hand, of_row=False),
    Deed("take-out", ("K",), later("out of the queue: the agent, or who waits, under the cursor; asks first, it is logged"),
         later("out"), Kind.SPEAK, lambda desk: desk.take_out()),
    Deed("move-over", ("o",), later("to another queue, which is typed: the agent, or who waits, under the cursor; it is logged"),
         later("to queue"), Kind.SPEAK, lambda desk: desk.move_over()),
    Deed("penalty", ("e",), later("penalty of the agent under the cursor in a queue, as a figure; it is logged"),
         later("penalty"), Kind.SPEAK, lambda desk: desk.weigh()),
    Deed("raise", ("circumflex_accent",), later("raise the queue priority of who waits under the cursor; asks first, it is logged"),
         later("priority"), Kind.SPEAK, lambda desk: desk.lift()),
    Deed("hangup", ("X",), later("hang up the call under the cursor for all in it; the agent's number is typed, it is logged"),
         "", Kind.SPEAK, lambda desk: desk.hang_up()),
    Deed("agents-day", ("d",), later("in the log: everything of this agent on that day"), later("agent's day"), Kind.LOOK,
         lambda desk: desk.agents_day(), offered=_in_the_log),
    Deed("copy", ("y",), later("copy the id of what is under the cursor into the terminal's clipboard (OSC 52)"), "",
         Kind.LOOK, lambda desk: desk.copy_id()),
    Deed("copy-link", ("L",), later("copy the link of what another system knows of the call, an alarm's first; "
                                      "in the log that of the recording (OSC 52)"), "",
         Kind.LOOK, lambda desk: desk.copy_link()),
    Deed("copy-recording", ("Y",), later("in the log: copy the name of the recording's file"), "", Kind.LOOK,
         lambda desk: desk.copy_recording(), offered=_in_the_log),
    Deed("filter", ("slash", "f4"), later("filter: words, queue=vip*, agent~^an, state=hold, talk>5m, paused, "
               "! before a word for not; up: the one before"),
         later("filter"), Kind.LOOK, lambda desk: desk.type_filter()),
    Deed("command", ("colon",), later("command line: every deed by its name, filter queue=vip, view agents, theme light; "
                                   "Tab completes, up brings back"), "", Kind.LOOK, lambda desk: desk.type_command()),
    Deed("palette", ("ctrl+p",), later("every deed that there is use for, looked for by its name, words or key"), "",
         Kind.LOOK, lambda desk: desk.open_palette()),
    Deed("trace", ("at",), later("every AMI action that was sent, with its answer; the list stands still while it is scrolled"), "",
         Kind.LOOK, lambda desk: desk.show_trace()),
    Deed("next", ("n", "f3"), later("next row that the filter lets through"), "", Kind.LOOK, lambda desk: desk.match(1)),
    Deed("previous", ("N",), later("the one before"), "", Kind.LOOK, lambda desk: desk.match(-1)),
    Deed("clear", ("c",), later("clear the filter, and where there is none the marks"), "", Kind.LOOK,
         lambda desk: desk.clear_filter()),
    Deed("redraw", ("ctrl+l",), later("draw the screen again"), "", Kind.LOOK, lambda desk: desk.redraw()),
    Deed("pause", ("comma",), later("stop the recording and go on"), later("pause"), Kind.LOOK,
         _played(Player.pause), offered=_recorded),
    Deed("faster", ("plus",), later("play the recording faster"), "", Kind.LOOK,
         _played(lambda player: player.speed(2.0)), offered=_recorded),
    Deed("slower", ("minus",), later("play it slower"), "", Kind.LOOK,
         _played(lambda player: player.speed(0.5)), offered=_recorded),
    Deed("forward", ("right",), later("in the tree: show what stands under a line; of a recording: ten seconds on"), "", Kind.LOOK,
         lambda desk: desk.forward(), offered=_recorded_or_tree),
    Deed("rewind", ("left",), later("hide it, or go to the line above; ten seconds back"), "", Kind.LOOK,
         lambda desk: desk.rewind(), offered=_recorded_or_tree),
    Deed("hints", ("M",), later("in the demo: the coach's hints off and on"), "", Kind.LOOK,
         lambda desk: desk.coach.turn(), offered=lambda desk: len(desk.coach) > 0),
    Deed("suspend", ("ctrl+z",), later("suspend the console; not while your leg is up"), "", Kind.END,
         lambda desk: desk.suspend()),
    Deed("quit", ("q", "f10", "ctrl+q", "ctrl+c"), later("back, and at the top quit; asks if your leg is up"), later("quit"),
         Kind.END, lambda desk: desk.quit()),
    Deed("keys", ("question_mark", "f1"), later("these keys, and why a dim one is dim"), later("keys"), Kind.LOOK,
         lambda desk: desk.show_keys()),
)  # fmt: skip
