"""The cue cards as a console takes them: their words, their sounds, and where they are spoken from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from whisper_tui.clock import Clock
from whisper_tui.config.cues import Card
from whisper_tui.config.schema import Config
from whisper_tui.engine.booth import Booth, Reach
from whisper_tui.errors import UsageError
from whisper_tui.supervision.sound import NoSound, sound_of
from whisper_tui.terms import Pbx


def words_of(cards: Sequence[Card]) -> tuple[str, ...]:
    """What stands on them."""
    return tuple(card.text for card in cards)


def sounds_of(cards: Sequence[Card]) -> dict[int, bytes]:
    """The prepared sounds, by the number of their card.

    Raises:
        UsageError: one is no sound that can be spoken.
    """
    sounds = {}
    for number, card in enumerate(cards, 1):
        if card.wav:
            try:
                sounds[number] = sound_of(card.wav)
            except NoSound as wrong:
                raise UsageError(f"cue {number}: {wrong.what}", str(card.file), wrong.hint) from wrong
    return sounds


def booth(config: Config, cards: Sequence[Card]) -> Callable[[Clock], Booth] | None:
    """What makes the booth of these settings, None where no PBX can reach us.

    Raises:
        UsageError: a sound of a card cannot be spoken.
    """
    sounds, said = sounds_of(cards), config.cues
    if not said.reach:
        return None
    host, _, port = said.reach.rpartition(":")
    reach = Reach(host, int(port), said.bind, {Pbx(name): pbx.host for name, pbx in config.pbx.items()})
    return lambda clock: Booth(clock, reach, sounds, said.voice)
