"""Starts and stops a private PostgreSQL, on a free port and beside any other. `python -m tests.postgres.server` keeps one up."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg

from whisper_tui.audit import store_tables

ROLE, PASSWORD = "ship", "canary-7c1d"
PROGRAMS = "WHISPER_TUI_POSTGRESQL"
READY = b"ready to accept connections"
HBA = """\
local all postgres trust
host all all 127.0.0.1/32 scram-sha-256
"""


class NoPostgres(Exception):
    """There is no PostgreSQL to start, and why."""


def programs() -> Path:
    """The folder of PostgreSQL's programs: the one that PROGRAMS names, else Debian's newest.

    Raises:
        NoPostgres: there is none.
    """
    chosen = os.environ.get(PROGRAMS)
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = [Path(chosen) / "initdb"] if chosen else sorted(debian, key=lambda each: int(each.parts[-3]))
    if not found or not found[-1].exists():
        raise NoPostgres("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent


class Server:
    """A PostgreSQL without a disk worth the name (fsync=off), with the role ROLE. Every test gets a database of its own."""

    def __init__(self) -> None:
        self._bin = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="whisper-tui-pg-"))
        self._as = self._somebody()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.data = self.folder / "data"
        made = (
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "-A",
            "trust",
            "--no-sync",
        )
        subprocess.run(self._argv(*made), check=True, capture_output=True, cwd="/")
        (self.data / "pg_hba.conf").write_text(HBA)
        self.start()
        with self.owner("postgres") as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'".encode())
            connection.execute("CREATE DATABASE ready")
        with self.owner("ready") as connection:
            connection.execute(store_tables.script(ROLE).encode())

    @property
    def is_up(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """Return once it takes connections."""
        assert self._process is None
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "shared_buffers": "16MB",
            "max_connections": 40,
        }
        asked = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        argv = self._argv("postgres", "-D", str(self.data), *asked)
        self._process = subprocess.Popen(argv, stderr=subprocess.PIPE, cwd="/")
        assert self._process.stderr is not None
        said = b""
        for line in self._process.stderr:
            said += line
            if READY in line:
                self._drain = threading.Thread(target=_drain, args=[self._process.stderr], daemon=True)
                self._drain.start()
                return
        raise AssertionError(said.decode())

    def stop(self) -> None:
        """Return once it has ended; whoever is connected is thrown out."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._drain.join(30)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    @contextmanager
    def halted(self) -> Iterator[None]:
        """It takes connections and says nothing, and neither do the sessions that are open."""
        assert self._process is not None
        there = [self._process.pid, *_children(self._process.pid)]
        for pid in there:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in there:
                with suppress(ProcessLookupError):  # a session that was cut off ends while the others go on
                    os.kill(pid, signal.SIGCONT)

    @contextmanager
    def owner(self, database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """A connection as whoever owns everything."""
        with psycopg.connect(
            host=str(self.folder), port=self.port, dbname=database, user="postgres", autocommit=True
        ) as connection:
            yield connection

    def database(self, template: str = "ready", encoding: str = "UTF8") -> str:
        """Make a database, with the tables unless `template` is another, and return its name."""
        name = f"d{next(self._numbers)}"
        with self.owner("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING '{encoding}'".encode())
        return name

    def address(self, database: str, role: str = ROLE) -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def passwords(self, file: Path, password: str = PASSWORD) -> Path:
        """Write what PGPASSFILE is to name."""
        file.write_text(f"127.0.0.1:{self.port}:*:{ROLE}:{password}\n")
        file.chmod(0o600)
        return file

    def _argv(self, program: str, *words: str) -> Sequence[str]:
        # setpriv: whatever happens to this process, no PostgreSQL is left behind
        return ["setpriv", *self._as, "--pdeathsig", "KILL", str(self._bin / program), *words]

    def _somebody(self) -> Sequence[str]:
        """PostgreSQL refuses to be run by root."""
        if os.geteuid() != 0:
            return []
        nobody = pwd.getpwnam("nobody")
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        return ["--reuid", str(nobody.pw_uid), "--regid", str(nobody.pw_gid), "--clear-groups"]


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _drain(said: IO[bytes]) -> None:
    with said:
        for _ in said:
            pass


def main() -> None:
    server = Server()
    print(f"psql -h {server.folder} -p {server.port} -U postgres ready", flush=True)  # noqa: T201
    try:
        signal.pause()
    except KeyboardInterrupt:
        server.remove()
        sys.exit(0)


if __name__ == "__main__":
    main()
