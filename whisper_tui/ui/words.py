"""Every word of the screen goes through here: `_` and `counted` look words up, `sentence` puts a Notice into words.

English is the source; the catalogues of other languages are in `locale/`, chosen by LANGUAGE, LC_ALL, LC_MESSAGES or LANG.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter

from msgspec.structs import replace

from whisper_tui.terms import Notice
from whisper_tui.ui.later import later as later  # everybody has it from here
from whisper_tui.ui.sentences import FAULTS, SENTENCES

LOCALE = Path(__file__).resolve().parent.parent / "locale"
"""The catalogues that come with the program."""


@lru_cache(maxsize=1)
def _catalogue() -> catalogues.NullTranslations:
    return catalogues.translation("whisper-tui", LOCALE, fallback=True)


def _(words: str) -> str:
    """Return `words` in the language of the person at the keyboard."""
    return _catalogue().gettext(words)


def counted(one: str, many: str, count: int) -> str:
    """Return `one` or `many`, as the person's language counts, with `{count}` put in."""
    return fill(_catalogue().ngettext(one, many, count), {"count": str(count)})


_DAYS = {
    "Mon": later("Mon"),
    "Tue": later("Tue"),
    "Wed": later("Wed"),
    "Thu": later("Thu"),
    "Fri": later("Fri"),
    "Sat": later("Sat"),
    "Sun": later("Sun"),
}


class _Said(dict[str, str]):
    """A value that a Notice does not bring is shown as a gap, never as a traceback."""

    def __missing__(self, key: str) -> str:
        return "…"


def fill(words: str, values: Mapping[str, str]) -> str:
    """Return translated `words` with `values` put in; a value's own braces are never read."""
    return words.format_map(_Said(values))


def sentence(notice: Notice) -> str:
    """Return what `notice` says to a person, where the rule stands, and what there is to do about it in an emergency."""
    return said(notice) + place(notice) + emergency(notice)


def place(notice: Notice) -> str:
    """Return ` (policy.toml:12)` where a rule of the policy is the reason; its folder is the administrator's affair."""
    where = notice.values.get("where", "") if notice.code.startswith("denied.") else ""
    return f" ({where.rpartition('/')[2]})" if where else ""


def emergency(notice: Notice) -> str:
    """Return ` - in an emergency: B` where glass may be broken for what `notice`, which is `keyed`, refuses."""
    values = {"glass": notice.values.get(_BREAKS, "…")}
    return f" - {fill(_('in an emergency: {glass}'), values)}" if "glass" in notice.values else ""


_BREAKS = "breaks"
"""The value that holds the key with which glass is broken: `glass` holds who would be told."""


def keyed(notice: Notice, keys: Mapping[str, str]) -> Notice:
    """Return `notice` with those of `keys`, by the names of their deeds, that its sentence names."""
    named = {name for _text, name, _spec, _conversion in Formatter().parse(SENTENCES.get(notice.code, "")) if name}
    wanted = {name: keys[name] for name in named & keys.keys()}
    if "glass" in notice.values:
        wanted[_BREAKS] = keys.get("glass", "…")
    return replace(notice, values={**wanted, **notice.values}) if wanted else notice


def said(notice: Notice) -> str:
    """Return what `notice` says; a code without a sentence is shown with its values as they are."""
    words = SENTENCES.get(notice.code)
    if words is None:
        return " ".join([notice.code, *(f"{name}={value}" for name, value in notice.values.items())])
    return fill(_(words), _spoken(notice.values)).replace(" ()", "")  # a reason that nobody gave leaves no brackets


def faults(figures: Mapping[str, str]) -> list[str]:
    """Return `8.3 % lost` and its like of those figures of a line that are there."""
    return [fill(_(words), figures) for name, words in FAULTS.items() if name in figures]


def _spoken(values: Mapping[str, str]) -> Mapping[str, str]:
    """`values` with what is wrong with a line in words, and with the day of the week in `Mon 07:00` as the person calls it: the
    policy thinks in English."""
    if wrong := faults(values):
        values = {**values, "faults": ", ".join(wrong)}
    day, blank, hour = values.get("opens", "").partition(" ")
    return {**values, "opens": f"{_(_DAYS[day])}{blank}{hour}"} if day in _DAYS else values
