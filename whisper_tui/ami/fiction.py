"""Made-up numbers and names for real ones: the same for the same within a recording, and no way back.

Which fiction a number gets follows from a random key that only this object holds and that is gone with it. Numbers come from
ranges that Ofcom keeps for drama, so nobody has them.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

_DRAMA = [
    b"07700900", b"02079460", b"01134960", b"01144960", b"01154960", b"01164960", b"01174960", b"01184960", b"01214960",
    b"01314960", b"01414960", b"01514960", b"01614960", b"01914980", b"02890180", b"02920180", b"01632960", b"08081570",
]  # fmt: skip
_FIRST = (
    b"Ada Aldo Alma Arlo Bela Bruno Carla Cosmo Dalia Dario Edda Elio Fara Flavio Gaia Gino Hanna Hugo Ines Ivo Jana Jaro "
    b"Kaya Kilian Lara Leo Mara Milo Nela Nico Olga Oskar Paola Piet Rea Rolf Sara Silvo Tara Timo Ulla Urs Vera Vito Wanda Wim "
    b"Yara Yuri Zoe Zeno"
).split()  # fmt: skip
_LAST = (
    b"Ahorn Birke Buche Daphne Distel Eibe Erle Esche Farn Fichte Flieder Ginster Hasel Holler Iris Jasmin Kiefer Klee Lavendel "
    b"Linde Lorbeer Malve Minze Mohn Myrte Nelke Olive Pappel Pinie Primel Quitte Rose Salbei Tanne Thymian Tulpe Ulme Veilchen "
    b"Weide Wicke Yucca Zeder"
).split()  # fmt: skip


class Fiction:
    """What stands for whom, within one recording."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._given: dict[tuple[bytes, bytes], bytes] = {}
        self._taken: set[bytes] = set()

    def number(self, digits: bytes) -> bytes:
        """A number of eleven digits."""
        return self._stand_in(
            b"number", digits, lambda dice: _DRAMA[dice % len(_DRAMA)] + b"%03d" % (dice // 97 % 1000)
        )

    def extension(self, digits: bytes) -> bytes:
        """An internal number of four digits."""
        return self._stand_in(b"extension", digits, lambda dice: b"7%03d" % (dice % 1000))

    def name(self, name: bytes) -> bytes:
        """A person's name."""
        return self._stand_in(
            b"name", name, lambda dice: _FIRST[dice % len(_FIRST)] + b" " + _LAST[dice // 101 % len(_LAST)]
        )

    def device(self, name: bytes) -> bytes:
        """The name of a device that is not a number."""
        return self._stand_in(b"device", name, lambda dice: b"device%03d" % (dice % 1000))

    def word(self, value: bytes) -> bytes:
        """Anything else: equal values stay equal, and that is all that is left of them."""
        return self._stand_in(
            b"word", value, lambda dice: b"scrubbed-" + bytes(97 + (dice >> 4 * i) % 16 for i in range(6))
        )

    def has_named(self, original: bytes) -> bool:
        """Whether this name was replaced before."""
        return (b"name", original) in self._given

    def named(self) -> list[bytes]:
        """Every name that was replaced so far, the longest first, so that none is replaced in parts."""
        return sorted((original for kind, original in self._given if kind == b"name"), key=len, reverse=True)

    def _stand_in(self, kind: bytes, original: bytes, make: Callable[[int], bytes]) -> bytes:
        given = self._given.get((kind, original))
        if given is None:
            dice = int.from_bytes(hmac.digest(self._key, kind + b"\0" + original, "sha256")[:8], "big")
            given = make(dice)
            tries = 0
            while given in self._taken:
                # Two people are not made one. Once the fictions run out they are numbered.
                tries += 1
                given = make(dice + tries * 7919) if tries < 50 else make(dice) + b"%d" % tries
            self._taken.add(given)
            self._given[kind, original] = given
        return given
