"""Patterns that somebody types."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whisper_tui.ui import patterns


@pytest.mark.parametrize(
    "written",
    ["^an", "06.*7$", "ana|ben", "^(ana|ben)", "[0-9]{4}", "a*?b", "(?:ab){2}", "\\(+", "[)(]+", "a?b?", "a{3"],
)
def test_usual_patterns_are_taken(written: str) -> None:
    assert callable(patterns.finder(written))


@pytest.mark.parametrize(
    "written",
    ["(a+)+", "(a|aa)*", "(a?){9}", "((a*)b)*", "a*a*", "a?a?a?", "(a|a)(a|a)(a|a)", "(a)\\1", "(?=a)", "(?P<n>a)",
     "a{9999}", "[", "(", "*a", "x" * 61, "a|b|c|d|e|f|g|h|i|j"],
)  # fmt: skip
def test_what_may_take_long_or_is_no_pattern_is_refused_in_words(written: str) -> None:
    assert isinstance(patterns.finder(written), str)


@pytest.mark.parametrize(
    ("written", "said"), [("ab[", "wrong at sign 3"), ("*a", "wrong at sign 1"), ("[[a]", "it cannot be read")]
)
def test_what_is_wrong_with_a_pattern_is_said_in_words_of_ours(written: str, said: str) -> None:
    assert patterns.finder(written) == said


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="aab(|)*+?{},12.[]^$\\:", max_size=patterns.LONGEST))
def test_no_pattern_takes_long_on_the_text_that_suits_it_worst(written: str) -> None:
    find = patterns.finder(written)
    if callable(find):
        began = time.perf_counter()
        for text in ("a" * 200, "b" * 200, "ab" * 100, "1" * 200, "a" * 47 + "!", "12" * 100):
            find(text)
        assert time.perf_counter() - began < 0.5


def test_an_answer_is_kept_by_its_text() -> None:
    find = patterns.finder("^AN")
    assert callable(find)
    assert [find(text) for text in ("Ana", "Ben", "Ana", "")] == [True, False, True, False]
