"""`python -m tests.docs.write`: puts what the program says of itself into README and the manual."""

from __future__ import annotations

import re
from pathlib import Path

from whisper_tui.ui import keytables

CHECKOUT = Path(__file__).resolve().parents[2]
PLACES = (
    ("README.md", "<!-- keys: begin (python -m tests.docs.write) -->\n", "<!-- keys: end -->", keytables.markdown),
    ("man/whisper-tui.1", '.\\" keys: begin (python -m tests.docs.write)\n', '.\\" keys: end', keytables.roff),
    ("man/whisper-tui-keys.5", '.\\" names: begin (python -m tests.docs.write)\n', '.\\" names: end', keytables.names),
)
"""File, the lines between which the table of keys stands, and who makes it."""


def written(name: str, begin: str, end: str, table: str) -> str:
    """The text of the file `name` with `table` between `begin` and `end`."""
    text = (CHECKOUT / name).read_text()
    assert text.count(begin) == text.count(end) == 1, f"{name} has no place for the keys"
    return re.sub(f"(?<={re.escape(begin)}).*(?={re.escape(end)})", lambda _: table + "\n", text, flags=re.DOTALL)


def main() -> None:
    for name, begin, end, table in PLACES:
        (CHECKOUT / name).write_text(written(name, begin, end, table()))


if __name__ == "__main__":
    main()
