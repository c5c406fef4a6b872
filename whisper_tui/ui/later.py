"""What stands in tables is marked for the catalogue here, and looked up in `words` when it is shown."""

from __future__ import annotations


def later(words: str) -> str:
    """Mark `words` for the catalogue where they stand in a table; `_` looks them up when they are shown."""
    return words
