"""The catalogue of words: whole, in step with the code, compiled; and words of the code that are in none."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message

import whisper_tui
from tests.docs import catalogue
from whisper_tui.terms import Notice
from whisper_tui.ui import words

PACKAGE = Path(whisper_tui.__file__).parent
HINT = "python -m tests.docs.catalogue puts it there; then translate it"


@pytest.fixture(params=catalogue.languages())
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def held(language: str) -> Catalog:
    return catalogue.read(language)


def messages(held: Catalog) -> Iterator[Message]:
    return (message for message in held if message.id)


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each form in English with what it is in the other language."""
    if isinstance(message.id, str):
        yield message.id, str(message.string)
    else:
        one, many = message.id
        first, *others = message.string
        yield one, first
        yield from ((many, other) for other in others)


def names_in(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


def test_spanish_is_there() -> None:
    assert catalogue.languages() == ["es"]


def test_the_catalogue_has_the_words_of_the_code_and_no_others(held: Catalog) -> None:
    there = {message.id if isinstance(message.id, str) else tuple(message.id) for message in messages(held)}
    said = catalogue.words()
    assert said - there == set(), HINT
    assert there - said == set(), "nobody says that any more: python -m tests.docs.catalogue takes it out"


def test_all_of_it_is_translated_and_nothing_is_a_guess(held: Catalog) -> None:
    assert not [message.id for message in catalogue.left(held)], HINT
    assert not [message.id for message in messages(held) if message.fuzzy]


def test_a_translation_has_the_values_of_its_source_and_ends_as_it_does(held: Catalog) -> None:
    for message in messages(held):
        for source, translated in pairs(message):
            assert names_in(translated) <= names_in(source), source
            if isinstance(message.id, str):
                assert names_in(translated) == names_in(source), source
            for edge in (0, -1):
                assert source[edge].isspace() is translated[edge].isspace(), source


def test_keys_and_words_that_are_typed_stay_as_they_are(held: Catalog) -> None:
    typed = re.compile(
        r"\b(?:[a-z]+=|[a-z]+>|ctrl-.|Enter|Esc|[a-z]+\.toml|whisper-tui (?:init|demo|log|policy)|whisper-tui)"
    )
    for message in messages(held):
        for source, translated in pairs(message):
            missing = {word for word in typed.findall(source) if word not in translated}
            assert not missing or missing <= {"PALABRA"}, f"{source}: {missing}"


def test_what_is_compiled_is_what_is_written(language: str, held: Catalog) -> None:
    with catalogue.po_file(language).with_suffix(".mo").open("rb") as compiled:
        shown = gettext.GNUTranslations(compiled)
    for message in messages(held):
        if isinstance(message.id, str):
            assert shown.gettext(message.id) == message.string, HINT
        else:
            assert shown.ngettext(*message.id, 1) == message.string[0], HINT
            assert shown.ngettext(*message.id, 2) == message.string[-1], HINT
    assert catalogue.text_of(catalogue.brought_up(language, held)) == catalogue.po_file(language).read_bytes(), HINT


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"LANG": "es_ES.UTF-8"}, "susurrar"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "es_MX.UTF-8"}, "susurrar"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "C"}, "whisper"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "es:en"}, "susurrar"),
        ({"LANG": "de_DE.UTF-8"}, "whisper"),
        ({}, "whisper"),
    ],
)
def test_the_language_is_that_of_the_environment(
    environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    words._catalogue.cache_clear()
    try:
        assert words._("whisper") == said
        assert words.counted("held once", "held {count} times", 3) in ("retenida 3 veces", "held 3 times")
    finally:
        words._catalogue.cache_clear()


def test_a_day_of_the_week_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "es")
    words._catalogue.cache_clear()
    try:
        closed = words.sentence(Notice("denied.hours", {"opens": "Mon 07:00"}))
        assert closed == "su perfil está cerrado ahora: abre lun 07:00"
    finally:
        words._catalogue.cache_clear()


WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
"""Two words with a blank between them: a name in the code has none."""
SAID_ELSEWHERE = ("keyfile.py", "keynames.py", "themes.py", "wardrobe.py", "keytables.py")
"""What these say of a file that is wrong is said as the command line says it, in English."""


def test_no_words_are_drawn_that_are_in_no_catalogue() -> None:
    """Of the modules of the screen: a text of several words that goes through neither of the functions that look words up."""
    for file in sorted((PACKAGE / "ui").rglob("*.py")):
        if file.name in SAID_ELSEWHERE:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        marked = {
            id(argument)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in catalogue.KEYWORDS
            for argument in node.args
        }
        quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        quiet |= {id(node.msg) for node in ast.walk(tree) if isinstance(node, ast.Assert)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id == "Enum" for base in node.bases
            ):
                quiet |= {id(each.value) for each in node.body if isinstance(each, ast.Assign)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORDS.search(node.value):
                where = f"{file.relative_to(PACKAGE)}:{node.lineno}"
                assert id(node) in marked | quiet, f"{where}: {node.value!r} goes through no `_`"
