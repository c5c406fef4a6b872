"""A question as lines: what there is to know, and how it is answered by typing. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.backend import StripView
from whisper_tui.ui.exporting import Naming
from whisper_tui.ui.notes import Jot
from whisper_tui.ui.orders import Figure
from whisper_tui.ui.questions import Question
from whisper_tui.ui.widgets import asked
from whisper_tui.ui.words import _, fill

_ROOM = 10_000
"""Cells: nothing is wrapped."""


def lines(
    question: Question, strip: StripView, seconds_left: int, keys: Mapping[str, str], *, typed: bool
) -> list[str]:
    """Return the lines of a question. `typed`: it is answered by what it names, and not by yes or no."""
    title = asked.title(question, strip)[0]
    content = asked.content(_unprompted(question), strip, seconds_left, _ROOM, keys)
    said = ["".join(text for text, _ink in left).strip() for left, _right in content]
    said = [line.removesuffix("_").strip() for line in said]
    values = {"seconds": str(seconds_left), "proposed": proposed(question)}
    if not typed:
        how = _("type yes or no") if question.until is None else fill(_("type yes or no, within {seconds} s"), values)
    elif values["proposed"]:
        how = fill(_("type the answer, or yes for {proposed}, or no, within {seconds} s"), values)
    else:
        how = fill(_("type the answer, or no, within {seconds} s"), values)
    return [title, *(line for line in said if line), how]


def proposed(question: Question | None) -> str:
    """Return what yes stands for where something is typed, "" where it is an answer like any other."""
    match question:
        case Question(asked=Naming(default=default)):
            return default
        case Question(asked=Figure(proposed=int() as figure)):
            return str(figure)
        case Question(asked=Jot(), typed=draft):
            return draft
    return ""


def _unprompted(question: Question) -> Question:
    """On a screen Enter alone takes the figure that is proposed; here it starts nothing."""
    if isinstance(question.asked, Figure) and question.asked.proposed is not None:
        return question._replace(asked=question.asked._replace(prompt=""))
    return question
