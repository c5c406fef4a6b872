"""What a stranger's phone can put into a name, and what is left of it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.ami.text import MAX_CELLS, MAX_ID, clean, clean_id, clean_name, clean_number, clean_text


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Nina Horta", "Nina Horta"),
        ("José 😀", "José 😀"),
        ("Jose\u0301", "José"),
        ('O\\\'Brien \\\\ \\"quo\\" \\?', 'O\'Brien \\ "quo" ?'),
        ("Tab\\there", "Tab here"),
        ("two\\r\\nlines", "two lines"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;your title\\aBob", "Bob"),
        ("\x1b]8;;http://evil\x1b\\\\click\x1b]8;;\x1b\\\\", "click"),
        ("\x9b2JBob", "Bob"),
        ("\x1b]0;unfinished", "0;unfinished"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u200bb\u200dc\ufeff\u2066d\u00ad", "abcd"),
        ("[/] [bold]x[/bold]", "[/] [bold]x[/bold]"),
        ("   Key: value   ", "Key: value"),
        ("<unknown>", ""),
        ("unknown", ""),
        ("Anonymous", "Anonymous"),
        ("ends in \\", "ends in \\"),
        ("", ""),
    ],
)
def test_a_name_is_shown_as_it_was_meant_without_what_a_terminal_would_obey(sent: str, shown: str) -> None:
    assert clean_name(sent.encode("utf-8", "surrogatepass")) == shown


def test_bytes_that_are_no_text_leave_a_sign() -> None:
    assert clean_name(b"Jos\xe9") == "Jos\ufffd"


def test_a_number_is_not_unescaped_because_asterisk_does_not_escape_it() -> None:
    assert clean_number(b"555\\n1") == "555\\n1"
    assert clean_number(b"unknown") == ""


def test_ten_kilobytes_of_name_take_one_line() -> None:
    assert clean("x" * 10_000) == "x" * 63 + "…"
    assert clean("字" * 10_000) == "字" * 31 + "…"


def test_marks_are_not_heaped_over_other_lines() -> None:
    assert clean("e" + "\u0336\u0337\u0338\u035c" * 40 + "f") == "e\u0336\u0337\u0338f"


def test_an_id_is_never_shortened_to_fit_a_screen() -> None:
    interface = "Local/1001@from-queue-with-a-rather-long-context-name-of-its-own/n-0000abcd;1"
    assert clean_id(interface.encode()) == interface
    assert clean_id(b"<unknown>") == ""
    assert clean_id(b"1.\x1b[31m5\xe2\x80\xae") == "1.[31m5"
    assert len(clean_id(b"9" * 5000)) == MAX_ID


def test_a_text_is_cut_where_it_was_asked_to_be_also_if_it_is_not_ascii() -> None:
    for text in ("x" * 600, "é" + "x" * 599):
        assert clean(text, 600) == text
        assert len(clean(text, 512)) == 512
    assert len(clean("e" + "\u0315" * 5000, 8)) <= 16


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_no_bytes_at_all_can_reach_the_terminal_as_a_command(raw: bytes) -> None:
    for cleaner in (clean_name, clean_number, clean_text, clean_id):
        text = cleaner(raw)
        assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)
        if cleaner is not clean_id:
            width = sum(
                0 if unicodedata.category(c) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
                for c in text
            )
            assert width <= MAX_CELLS
            assert text == text.strip()
            assert text.isascii() or unicodedata.is_normalized("NFC", text)
            assert clean(text) == text  # cleaned once is cleaned
