"""The table "who hears whom": rows that tests have measured, printed at the end of the run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from tests.asterisk.kit import LIMIT, Bench, Heard, Party

KINDS = ("locked", "open", "fixed", "third", "-")
"""Kinds of leg (LegKind's values), a phone added to the bridge as a third party, and no leg at all."""

LISTENERS = ("customer", "agent", "supervisor")
HEAD = ("Asterisk", "leg", "situation", *(f"{listener} hears" for listener in LISTENERS), "others", "times")

Row = tuple[str, ...]


class Hearing:
    """All rows of one run; what was measured again is counted, and what came out otherwise is a row of its own."""

    def __init__(self) -> None:
        self._rows: Counter[Row] = Counter()

    async def hears(
        self, bench: Bench, kind: str, situation: str, expected: Mapping[Party, Iterable[Party]], limit: float = LIMIT
    ) -> dict[Party, Heard]:
        """Wait, as `Bench.hear` does, until each hears exactly those, and record what was measured."""
        heard = await bench.hear(expected, limit)
        self.record(bench.lab.version_text, kind, situation, {who: said.voices for who, said in heard.items()})
        return heard

    def record(self, version: str, kind: str, situation: str, heard: Mapping[Party, Iterable[Party]]) -> None:
        """Add a row.

        Args:
            version: of the Asterisk on which it was measured.
            kind: of KINDS.
            situation: in words, e.g. `barge, blind REFER: new agent`.
            heard: each listener of one call with all voices that were in its ear. A `new agent` stands in the column
                of the agent, unless the old one listens too.

        Raises:
            ValueError: no such kind, or two listeners of one name.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind} is no kind of leg")
        cells = {_role(who): ", ".join(sorted(map(_role, whom), key=_rank)) or "nobody" for who, whom in heard.items()}
        if len(cells) < len(heard):
            raise ValueError(f"two listeners of one name: {[who.name for who in heard]}")
        if "agent" not in cells and "new agent" in cells:
            cells["agent"] = cells.pop("new agent")
        columns = [cells.pop(listener, "") for listener in LISTENERS]
        others = "; ".join(f"{who}: {whom}" for who, whom in cells.items())
        self._rows[(version, kind, situation, *columns, others)] += 1

    def counted(self) -> list[tuple[Row, int]]:
        """Every row and how often it came."""
        return list(self._rows.items())

    def add(self, counted: Iterable[tuple[Row, int]]) -> None:
        """Rows that another process has measured."""
        for row, times in counted:
            self._rows[tuple(row)] += times

    def lines(self) -> list[str]:
        """The table, the newest Asterisk first, or nothing where nothing was measured."""
        if not self._rows:
            return []
        rows = [HEAD, *((*row, str(times)) for row, times in sorted(self._rows.items(), key=_order))]
        if not any(row[-2] for row in rows[1:]):
            rows = [(*row[:-2], row[-1]) for row in rows]
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        drawn = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
        return ["who hears whom, by the tones that were measured:", *drawn]


def _role(party: Party) -> str:
    """`agent 1001` is the agent."""
    return re.sub(r" \d+$", "", party.name)


def _rank(role: str) -> tuple[int, str]:
    return next((at for at, listener in enumerate(LISTENERS) if role.endswith(listener)), len(LISTENERS)), role


def _order(counted: tuple[Row, int]) -> tuple[list[int], int]:
    (version, kind, *_), _ = counted
    return [-int(part) for part in version.split(".")], KINDS.index(kind)
