"""A log and a database that it is shipped to, with the hands and eyes of its owner."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.postgres.server import Server
from whisper_tui.audit.store import Store

Row = tuple[object, ...]


@dataclass
class Place:
    server: Server
    database: str
    path: Path

    @property
    def to(self) -> str:
        return self.server.address(self.database)

    def store(self, limit: float = 30.0) -> Store:
        return Store(self.to, limit)

    def select(self, query: str, *values: object) -> list[Row]:
        """What the database answers to its owner."""
        with self.server.owner(self.database) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def do(self, *statements: str) -> None:
        """Done by the owner."""
        with self.server.owner(self.database) as connection:
            for statement in statements:
                connection.execute(statement.encode())
