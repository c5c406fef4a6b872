"""A log and a database that it is shipped to, with the hands and eyes of its owner."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.clock import WoundClock
from tests.postgres.server import Server
from tests.unit.audit.rows import record
from whisper_tui.audit import chain, tables
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.shipping import Shipment
from whisper_tui.audit.store import Store
from whisper_tui.audit.trail import Trail

Row = tuple[object, ...]


@dataclass
class Place:
    server: Server
    database: str
    path: Path
    clock: WoundClock = field(default_factory=WoundClock)

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

    def shipment(
        self, *, rows: int = 500, name: str = "lyon", path: Path | None = None, store: Store | None = None
    ) -> Shipment:
        return Shipment(path or self.path, store or self.store(), name, self.clock, rows)

    def ship(self, *, path: Path | None = None, rows: int = 500) -> int:
        """Ship once, as the command does."""
        with closing(self.shipment(path=path, rows=rows)) as shipment:
            return shipment.ship()

    def write(self, count: int, path: Path | None = None, **fields: object) -> None:
        """Write so many rows into the log, which nobody has open, without waiting for the disk at each."""
        path = path or self.path
        with Trail.open(path, self.clock) as trail:
            last, head = trail.end.last, trail.end.head
        with closing(tables.connect(path, "rw")) as connection:
            connection.execute("BEGIN")
            for seq in range(last + 1, last + 1 + count):
                sealed = chain.seal(record(Kind.REQUESTED, at=self.clock.wall(), session=f"s{seq}", **fields))
                head = chain.link(head, sealed.body)
                tables.insert(connection, seq, sealed, head)
            connection.execute("COMMIT")

    def carry(self, path: Path | None = None) -> None:
        with Trail.open(path or self.path, self.clock) as trail:
            trail.carry()

    def here(self, path: Path | None = None) -> list[Row]:
        """Every row of the log, its bytes and its hash, oldest first."""
        with History.open(path or self.path) as history:
            files = reversed(history.files())
            return [row for file in files for row in file.select("SELECT seq, body, hash FROM log ORDER BY seq")]

    def there(self, path: Path | None = None) -> list[Row]:
        """The same of the database."""
        with History.open(path or self.path) as history:
            stream = history.about.log_id
        return self.select("SELECT seq, body, hash FROM whisper_tui.log WHERE stream = %s ORDER BY seq", stream)

    def hidden_here(self) -> list[Row]:
        """What may be erased, in the log."""
        with History.open(self.path) as history:
            query = "SELECT seq, field, salt, value FROM personal ORDER BY seq"
            return [row for file in reversed(history.files()) for row in file.select(query)]

    def hidden_there(self) -> list[Row]:
        return self.select(
            "SELECT seq, field, salt, convert_from(value, 'UTF8') FROM whisper_tui.personal ORDER BY stream, seq"
        )
