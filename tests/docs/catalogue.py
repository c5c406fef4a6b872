"""`python -m tests.docs.catalogue`: brings the catalogues up to the words of the program, compiles them, says what is left."""

from __future__ import annotations

import ast
import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

CHECKOUT = Path(__file__).resolve().parents[2]
LOCALE = CHECKOUT / "whisper_tui" / "locale"
KEYWORDS = {"_": 1, "later": 1, "counted": 2}
"""What marks words in the code (`ui/words.py`), and how many forms it marks."""

_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""In place of the date of a change: two people who write the same file write the same bytes."""


def languages() -> list[str]:
    """The languages that there are, besides the English of the code."""
    return sorted(folder.name for folder in LOCALE.iterdir())


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "whisper-tui.po"


def words() -> set[str | tuple[str, ...]]:
    """All words of the program; two forms where it counts. (Babel's own extraction does not look into f-strings before 3.12.)"""
    found: set[str | tuple[str, ...]] = set()
    for file in sorted((CHECKOUT / "whisper_tui").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                texts = [
                    each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
                ]
                if len(texts) == KEYWORDS[node.func.id]:
                    found.add(texts[0] if len(texts) == 1 else tuple(texts))
    return found


def read(language: str) -> Catalog:
    with po_file(language).open("rb") as held:
        return read_po(held, locale=language, domain="whisper-tui")


def brought_up(language: str, old: Catalog) -> Catalog:
    """The catalogue of what the program says now, with what is translated already."""
    new = Catalog(
        locale=language,
        domain="whisper-tui",
        project="whisper-tui",
        version="next",
        msgid_bugs_address="none",
        header_comment=f"# The words of whisper-tui: {language}. Brought up and compiled by `python -m tests.docs.catalogue`.",
        creation_date=_ALWAYS,
        revision_date=_ALWAYS,
        last_translator="none",
        language_team="none",
        fuzzy=False,
    )
    for message in sorted(words(), key=_place):
        before = old.get(message if isinstance(message, str) else message[0])
        string: str | tuple[str, ...] = "" if isinstance(message, str) else ("",) * new.num_plurals
        if before is not None and isinstance(before.string, str) is isinstance(message, str):
            string = before.string if isinstance(before.string, str) else tuple(before.string)
        new.add(message, string)
    return new


def _place(message: str | tuple[str, ...]) -> tuple[str, str]:
    """Where a message stands in the file."""
    text = message if isinstance(message, str) else message[0]
    return text.casefold(), text


def text_of(catalogue: Catalog) -> bytes:
    held = io.BytesIO()
    write_po(held, catalogue, width=120, no_location=True, omit_header=False)
    return held.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    held = io.BytesIO()
    write_mo(held, catalogue)
    return held.getvalue()


def left(catalogue: Catalog) -> list[Message]:
    """What is not translated yet."""
    return [
        each
        for each in catalogue
        if each.id and not all([each.string] if isinstance(each.string, str) else each.string)
    ]


def main() -> None:
    for language in languages():
        file = po_file(language)
        old = read(language) if file.exists() else Catalog(locale=language)
        new = brought_up(language, old)
        file.write_bytes(text_of(new))
        file.with_suffix(".mo").write_bytes(compiled(new))
        for each in left(new):
            print(f"{language}: {each.id!r}")


if __name__ == "__main__":
    main()
