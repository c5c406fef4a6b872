"""The tables of keys in README and manual."""

from __future__ import annotations

from whisper_tui.ui import keytables
from whisper_tui.ui.deeds import DEEDS


def test_the_tables_of_readme_and_manual_hold_every_deed() -> None:
    markdown, roff = keytables.markdown(), keytables.roff()
    for deed in DEEDS:
        assert f"| {deed.words} |" in markdown
        assert deed.words.replace("-", "\\-") in roff
    assert "`ctrl-f` `PgDn`" in markdown
    assert "`!`" in markdown
    assert "| `v s` |" in markdown


def test_no_line_of_the_manual_begins_like_a_command() -> None:
    lines = keytables.roff().split("\n")
    assert all(line.startswith((".TP", ".B ")) or not line.startswith((".", "'")) for line in lines)
