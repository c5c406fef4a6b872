"""Keys that repeat themselves and keys out of a paste start nothing."""

from __future__ import annotations

from whisper_tui.ui.presses import Press, Presses


def hinders(presses: Presses, at: float, deed: str = "whisper", *, alone: bool = True) -> str:
    why = presses.hinders(deed, Press("w", "w", at, alone))
    return "" if why is None else why.code


def test_a_key_held_down_starts_one_thing_however_long_it_is_held() -> None:
    presses = Presses()
    assert hinders(presses, 1.0) == ""
    assert {hinders(presses, 1.0 + step * 0.03) for step in range(1, 100)} == {"key.again"}


def test_a_key_pressed_twice_by_a_person_starts_twice() -> None:
    presses = Presses()
    assert [hinders(presses, at) for at in (1.0, 1.25, 1.6)] == ["", "", ""]


def test_two_different_keys_do_not_hinder_each_other() -> None:
    presses = Presses()
    assert [hinders(presses, 1.0, "whisper"), hinders(presses, 1.1, "barge")] == ["", ""]


def test_a_microphone_key_held_down_does_not_open_what_it_closed() -> None:
    presses = Presses()
    assert hinders(presses, 1.0, "microphone") == ""
    assert hinders(presses, 1.6, "microphone") == "key.again"
    assert hinders(presses, 2.4, "microphone") == ""


def test_keys_that_came_together_start_nothing() -> None:
    assert hinders(Presses(), 1.0, alone=False) == "key.together"


def test_text_that_is_pasted_is_told_from_text_that_is_typed() -> None:
    presses = Presses()
    typed = [Press(key, key, 1.0 + at * 0.05) for at, key in enumerate("1142")]
    assert not any(presses.pasted(press) for press in typed)
    assert presses.pasted(Press("1", "1", 2.0, alone=False))
    assert presses.pasted(Press("1", "1", 2.05))
    assert not presses.pasted(Press("1", "1", 2.2))


def test_the_tail_of_a_paste_that_comes_in_a_read_of_its_own_starts_nothing() -> None:
    presses = Presses()
    presses.note(Press("j", "j", 1.0, alone=False))
    assert hinders(presses, 1.05) == "key.together"
    assert hinders(presses, 1.12, "barge") == "key.together"
    assert hinders(presses, 1.4, "barge") == ""
