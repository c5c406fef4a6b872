"""Why somebody is heard: what was said of each call, and the question that asks for it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from whisper_tui.engine.backend import StripView
from whisper_tui.supervision.intents import Draw, Intent, Loud
from whisper_tui.terms import CallKey, Notice
from whisper_tui.ui import asking
from whisper_tui.ui.asking import Means, Sight
from whisper_tui.ui.typed import Why

WANTED = "denied.reason"
"""The refusal that a reason lifts."""

Asks = TypeVar("Asks", bound=Intent)


class Reasons:
    """What the person said of each call, for as long as it is up and they have not left it."""

    def __init__(self) -> None:
        self._said: dict[CallKey, str] = {}

    def keep(self, call: CallKey, reason: str) -> None:
        """`reason` was given for `call`."""
        self._said[call] = reason

    def over(self, call: CallKey) -> None:
        """`call` has ended."""
        self._said.pop(call, None)

    def moved(self, before: StripView, now: StripView) -> None:
        """The session may be another one, or none: what was said of the one before is over."""
        if before.call is not None and (before.call != now.call or before.session not in (None, now.session)):
            self.over(before.call)

    def known(self, means: Means) -> Means:
        """Return `means` with the reason in what it asks for, where one was given for that call; what is quiet needs none."""

        def said(sight: Sight) -> asking.Meant:
            return asking.each(means(sight), lambda intent: self._unless_quiet(intent, sight.strip))

        return said

    def beside(self, intent: Asks) -> Asks:
        """Return `intent` with the reason that was given for its call, if one was."""
        if not isinstance(intent, Loud) or intent.reason:
            return intent
        return replace(intent, reason=self._said.get(intent.call, ""))

    def _unless_quiet(self, intent: Asks, strip: StripView) -> Asks:
        return intent if asking.is_quiet(intent, strip) else self.beside(intent)


def given(means: Means, reason: str) -> Means:
    """Return `means`, for `reason`."""

    def with_it(sight: Sight) -> asking.Meant:
        return asking.each(means(sight), lambda intent: _with(intent, reason))

    return with_it


def codes_of(refusal: Notice | None) -> tuple[str, ...]:
    """Return the reasons of which `refusal` wants one; none: any words will do."""
    said = refusal.values.get("codes", "") if refusal is not None else ""
    return tuple(code.strip() for code in said.split(",") if code.strip())


def ask_why(means: Means, refusal: Notice) -> Callable[[Sight], Why | Notice]:
    """Return what asks for the reason that `refusal` wants, as things stand; the refusal itself where no reason helps."""
    codes = codes_of(refusal)

    def why(sight: Sight) -> Why | Notice:
        meant = means(sight)
        if isinstance(meant, Notice):
            return meant
        intent = asking.first(meant)
        if isinstance(intent, Draw):
            return Why(intent, codes, None)
        return Why(intent, codes, asking.about(intent.call, sight)) if isinstance(intent, Loud) else refusal

    return why


def _with(intent: Asks, reason: str) -> Asks:
    return replace(intent, reason=reason) if isinstance(intent, Loud | Draw) else intent
