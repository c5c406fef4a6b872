"""Terminals that show only ASCII."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import whisper_tui
from whisper_tui.ui.inks import width_of
from whisper_tui.ui.signs import TWINS, plain, printable, speaks_unicode


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm", "LANG": "fr_FR.UTF-8"}, True),
        ({"TERM": "xterm", "LANG": "C.utf8"}, True),
        ({"TERM": "xterm", "LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, False),
        ({"TERM": "xterm", "LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, True),
        ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-1"}, False),
        ({"TERM": "xterm", "LC_ALL": "", "LANG": "C.UTF-8"}, True),
        ({"TERM": "dumb", "LANG": "C.UTF-8"}, False),
        ({"TERM": "xterm"}, False),
        ({}, False),
    ],
)
def test_unicode_is_shown_where_the_locale_says_so(environment: dict[str, str], expected: bool) -> None:
    assert speaks_unicode(environment) is expected


@given(st.text(alphabet=st.sampled_from("aé●田🙂─‖ "), max_size=20))
def test_the_ascii_twin_takes_the_same_cells(text: str) -> None:
    assert plain(text).isascii()
    assert len(plain(text)) == width_of(text)


@given(st.text(alphabet=st.sampled_from("aé田\x1b\n\x00\x7f\u202e\u200d👩\u0301"), max_size=20))
def test_what_is_no_sign_never_reaches_the_terminal(text: str) -> None:
    assert printable(text).isprintable()
    assert width_of(printable(text)) == width_of(text)


def test_letters_lose_their_accents_and_nothing_else() -> None:
    assert plain("Élodie Faure, Añil, SÍ, Zoë 田中") == "Elodie Faure, Anil, SI, Zoe ????"


def test_every_sign_that_the_screen_draws_has_its_twin() -> None:
    for file in sorted((Path(whisper_tui.__file__).parent / "ui").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings are not drawn
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                missing = [sign for sign in node.value if "?" in plain(sign) and sign != "?"]
                assert not missing, f"{file.name}:{node.lineno} draws {missing}: signs.TWINS has no twin"


def test_signs_that_tell_states_apart_have_different_twins() -> None:
    assert len({TWINS[sign] for sign in "●‖◐…"}) == 4
    assert len({TWINS[sign] for sign in "●○◐◌✕▶"}) == 6
