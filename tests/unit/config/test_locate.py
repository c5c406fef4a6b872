"""Lines and suggestions."""

from __future__ import annotations

import pytest

from whisper_tui.config.locate import KeyPath, line_of, nearest

TEXT = '''# a comment
schema = 1
leg.lease = 5

[pbx."lyon".secret]
command = [
  "pass",
  "show",
]

[[profile]]
name = "a"
[[profile]]
scope = { queue = ["x", "y"], tags = [] }
note = """
[phone]
device = 1
"""
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("schema",), 2),
        (("leg", "lease"), 3),
        (("pbx", "lyon"), 5),
        (("pbx", "lyon", "secret", "command"), 6),
        (("pbx", "lyon", "secret", "command", 1), 6),
        (("profile", 1, "scope", "queue"), 14),
        (("profile", 1, "no such key"), 13),
        (("phone",), None),
        ((), None),
    ],
)
def test_a_key_is_found_however_it_is_written(path: KeyPath, line: int | None) -> None:
    assert line_of(TEXT, path) == line


def test_a_slip_of_the_finger_is_understood_and_another_word_is_not() -> None:
    assert nearest("hots", ["host", "port"]) == "host"
    assert nearest("colour", ["host", "port"]) is None
