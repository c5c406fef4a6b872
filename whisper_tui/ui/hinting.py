"""Which deeds are shown as things stand, in what words, and why one is dim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whisper_tui.engine.backend import Phase
from whisper_tui.supervision.intents import Cue, Say
from whisper_tui.terms import Mode, Notice
from whisper_tui.ui import asking
from whisper_tui.ui.acts import ACTS
from whisper_tui.ui.deeds import DIGITS, Deed, Kind
from whisper_tui.ui.views import View
from whisper_tui.ui.words import _, keyed

if TYPE_CHECKING:
    from whisper_tui.ui.desk import Desk

_IN_FORCE = {"listen": Mode.SILENT, "whisper": Mode.WHISPER, "barge": Mode.BARGE}
_WITH_A_LEG = frozenset({"microphone", "leave", "panic", "follow-call", "release", "takeover"})
_IN_OWN_CALL = frozenset({"microphone", "leave", "panic", "handback", "keys"})
_ABOUT_THE_CALL = {
    name: place
    for place, name in enumerate(("listen", "whisper", "leave", "panic", "cue", "note", "score", "barge", "microphone"))
}
_TO_A_CALL = {
    name: place
    for place, name in enumerate(
        ("listen", "surf", "needed", "filter", "note", "score", "whisper", "barge", "sessions")
    )
}
_ACTING = {
    View.AGENTS: ("listen", "pause-agent", "unpause-agent", "move-over", "take-out", "penalty", "hand", "filter"),
    View.WAITING: ("raise", "move-over", "take-out", "needed", "surf", "filter"),
}
"""What comes first in a view that is there to act in, as long as no leg is up."""
_BESIDE_A_SCORE = frozenset({"microphone", "leave", "panic"})
_IN_THE_LOG = frozenset({"down", "open", "filter", "note", "score", "agents-day", "calls", "keys"})
_WITH_A_LEG_IN_THE_LOG = frozenset({"listen", "microphone", "leave", "panic"})


def hinted(deed: Deed, desk: Desk) -> bool:
    """Tell whether the last line has use for `deed` as things stand."""
    if not deed.hint or not deed.keys or not deed.offered(desk):
        return False
    if asking.own_call(desk.strip):
        return deed.name in _IN_OWN_CALL
    if desk.scoring is not None and desk.keys_top is None:
        if deed.name == "listen":
            return asking.audible(desk.strip)
        return desk.strip.phase in asking.UP and deed.name in _BESIDE_A_SCORE
    if _is_in_force(deed, desk):
        return False
    if deed.name in ACTS:
        return desk.strip.phase not in asking.UP and deed.name in _ACTING.get(desk.view, ())
    if desk.view is View.LOG:
        return deed.name in (_IN_THE_LOG | _WITH_A_LEG_IN_THE_LOG if desk.strip.phase in asking.UP else _IN_THE_LOG)
    if deed.name == "cue":
        return desk.strip.session is not None
    if deed.name in ("log", "agents", "waiting", "queues"):
        return False  # `v s` stands there, and behind `v` all of them
    if deed.name == "hand":
        return len(desk.hands) > 0
    if deed.name == "calls":
        return desk.view is not View.CALLS
    if deed.name in ("note", "score"):
        return desk.about_session is not None
    return deed.name != "handback" and (desk.strip.phase in asking.UP or deed.name not in _WITH_A_LEG)


def _is_in_force(deed: Deed, desk: Desk) -> bool:
    """Whether the call under the cursor is heard in the mode that `deed` asks for."""
    strip, row = desk.strip, desk.under_cursor[0]
    if deed.name not in _IN_FORCE or strip.phase is not Phase.ON or strip.mode is not _IN_FORCE[deed.name]:
        return False
    return strip.asked in (None, strip.mode) and (row is None or row.key == strip.call)


def in_order(desk: Desk) -> list[Deed]:
    """Return the deeds of the last line. Where the site has cards to send or to fill in there is not room for all, and those are
    first that must not be cut: what is done with the call of a session, before that what leads to one."""
    there = [deed for deed in desk.keymap.deeds if hinted(deed, desk)]
    if desk.view in _ACTING and desk.strip.phase not in asking.UP:
        acting = {name: place for place, name in enumerate(_ACTING[desk.view])}
        return sorted(there, key=lambda deed: acting.get(deed.name, len(acting)))
    person = desk.backend.person
    if not (person.cues or person.scorecard):
        return there
    first = _TO_A_CALL if desk.strip.session is None else _ABOUT_THE_CALL
    return sorted(there, key=lambda deed: first.get(deed.name, len(first)))


def hint_of(deed: Deed, desk: Desk) -> str:
    """Return the word behind its key in the last line."""
    return _("hang up") if deed.name == "leave" and asking.own_call(desk.strip) else _(deed.hint)


def seconds(prefix: str, desk: Desk) -> list[tuple[str, str]]:
    """Return the second keys after `prefix`, and a word or a phrase for each."""
    cards = dict(zip(DIGITS, desk.backend.person.cues, strict=False))
    return [
        (key, cards[key] if deed.name in ("cue", "say") else _(deed.hint or deed.words))
        for key, deed in desk.keymap.behind(prefix)
        if deed.offered(desk) and (deed.name not in ("cue", "say") or key in cards)
    ]


def is_of_cards(prefix: str, desk: Desk) -> bool:
    """Tell whether the second key after `prefix` is the digit of a cue card."""
    return any(deed.numbered for _key, deed in desk.keymap.behind(prefix))


def why_dim(deed: Deed, desk: Desk) -> Notice | None:
    """Return why `deed` would be refused if its key were pressed now, or None."""
    why = _why_not(deed, desk)
    return None if why is None else keyed(why, desk.keys)


def _why_not(deed: Deed, desk: Desk) -> Notice | None:
    if deed.kind is Kind.QUIET:
        return None
    if deed.finds is not None:
        return desk.why_not_surf(deed.meant)
    match deed.name:
        case "note":
            return desk.why_not_note()
        case "score":
            return desk.why_not_score()
        case "cue":
            return desk.why_not_card(Cue)
        case "say":
            return desk.why_not_card(Say)
        case "export":
            return desk.why_not_export()
        case "glass":
            return desk.why_not_glass()
        case name if name in ACTS:
            return desk.why_not_act(name)
        case _:
            return None if deed.meant is None else desk.why_not(deed.meant)
