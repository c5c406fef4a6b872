"""Lines and suggestions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli

from whisper_tui.config.locate import KeyPath, line_of, nearest, positions

CHECKOUT = Path(__file__).parents[3]

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
        (("pbx", "lyon", "secret", "command", 1), 8),
        (("profile", 1, "scope", "queue"), 14),
        (("profile", 1, "no such key"), 13),
        (("phone",), None),
        ((), None),
    ],
)
def test_a_key_is_found_however_it_is_written(path: KeyPath, line: int | None) -> None:
    assert line_of(TEXT, path) == line


WAYS = "\n".join(
    [
        """[a."b.c".'d e'] # [no.header]""",
        "x = 1979-05-27 07:32:00 # a moment",
        """y.z = { k = [ {v = 1}, "}" ], "q\\"\\u00e9" = '''""",
        """[nothing] = "x" '''' }""",
        "[[t]]",
        "[[t.u]]",
        '''k = """ " \\""" """""''',
        "[[t.u]]",
        "[t.u.v]",
        "f = [ # [",
        "  -1e3, true,",
        "  [ ],",
        "]",
        "[[t]]",
        "u = 1",
    ]
)


def paths(value: object, way: KeyPath = ()) -> Iterator[KeyPath]:
    match value:
        case dict():
            steps = list(value.items())
        case list():
            steps = list(enumerate(value))
        case _:
            return
    for step, inside in steps:
        yield (*way, step)
        yield from paths(inside, (*way, step))


def test_what_the_parser_reads_has_a_place_each_and_nothing_else_has() -> None:
    shipped = [file.read_text() for file in CHECKOUT.glob("fixtures/policy/*.toml")]
    for text in [TEXT, WAYS, WAYS.replace("\n", "\r\n"), *shipped]:
        assert set(positions(text)) == set(paths(tomli.loads(text)))


def test_every_item_has_the_line_that_it_begins_on() -> None:
    found = positions(WAYS)
    assert found["a", "b.c", "d e", "x"] == 2
    assert found["a", "b.c", "d e", "y", "z", 'q"é'] == 3
    assert found["t", 0, "u", 0, "k"] == 7
    assert found["t", 0, "u", 1, "v", "f", 2] == 12
    assert found["t", 1, "u"] == 15


def test_a_slip_of_the_finger_is_understood_and_another_word_is_not() -> None:
    assert nearest("hots", ["host", "port"]) == "host"
    assert nearest("colour", ["host", "port"]) is None
