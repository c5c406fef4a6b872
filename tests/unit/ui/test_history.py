"""What was typed before."""

from __future__ import annotations

from whisper_tui.ui.history import KEPT, History


def test_up_goes_back_to_the_oldest_and_down_to_what_was_being_typed() -> None:
    history = History()
    for line in ("one", " ", "two", "one", "three"):
        history.add(line)
    assert [history.up("thr") for _ in range(4)] == ["three", "one", "two", "two"]
    assert [history.down("two") for _ in range(3)] == ["one", "three", "thr"]


def test_without_anything_typed_before_the_line_stays() -> None:
    history = History()
    assert (history.up("a"), history.down("a"), history.up("b")) == ("a", "a", "b")


def test_only_so_many_lines_are_kept() -> None:
    history = History()
    for number in range(KEPT + 5):
        history.add(str(number))
    assert [history.up("") for _ in range(KEPT + 5)][-1] == "5"
