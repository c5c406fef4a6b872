"""What a link needs to know of its PBX. `cli` fills it from the configuration."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from whisper_tui.ami.names import is_safe
from whisper_tui.errors import UsageError
from whisper_tui.terms import Pbx


class Hidden(Protocol):
    """A secret whose repr, str and format show nothing of it."""

    def reveal(self) -> str: ...


class TlsSettings(Struct, frozen=True):
    """TLS with the host's name checked.

    Args:
        ca_file: certificates to trust (PEM), None for the system's own.
    """

    ca_file: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return a context that checks certificate and name.

        Raises:
            OSError: the file of certificates cannot be read, or holds none (`ssl.SSLError`).
        """
        context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        # From Python 3.13 on certificates without a key usage are refused, and Asterisk's own ast_tls_cert makes such.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context


class LinkSettings(Struct, frozen=True):
    """Where a PBX is, who we are there, and how long anything may take. All times in seconds.

    Args:
        connect_limit: for TCP and TLS together.
        login_limit: for the banner, and for each step of the login (Asterisk answers a wrong secret after 1.0 s).
        ping_interval, ping_limit: a dead peer is noticed within their sum, 7 s unless they are changed.
        backoff_first, backoff_cap: the wait before connecting again doubles from the first to the cap, with jitter.
        steady: a link that lasted this long starts over with the first wait.
    """

    pbx: Pbx
    host: str
    port: int
    user: str
    secret: Hidden
    tls: TlsSettings | None = None
    connect_limit: float = 5.0
    login_limit: float = 5.0
    ping_interval: float = 3.0
    ping_limit: float = 4.0
    backoff_first: float = 0.5
    backoff_cap: float = 15.0
    steady: float = 30.0

    def __post_init__(self) -> None:
        if not self.user or not is_safe(self.user):
            raise UsageError("the AMI user is empty or holds a control character", str(self.pbx), "set `user`")
        if not 0 < self.port < 65536:
            raise UsageError(f"{self.port} is not a port", str(self.pbx), "AMI's is 5038, with TLS 5039")
