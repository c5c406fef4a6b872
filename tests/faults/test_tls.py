"""TLS to the PBX: what is not exactly right is refused, in words, and waits for a person.

The certificates are made by `certificates/make.sh`.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.fakes.ami_server import FakeAmi
from tests.fakes.linked import Linked
from whisper_tui.ami.settings import TlsSettings
from whisper_tui.terms import LinkState

CERTIFICATES = Path(__file__).parent / "certificates"
AUTHORITY = CERTIFICATES / "authority.pem"


def server(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


async def test_a_good_certificate_leads_to_a_live_link() -> None:
    async with FakeAmi(tls=server("good")) as pbx, Linked(pbx, tls=TlsSettings(AUTHORITY)) as linked:
        await linked.live()


@pytest.mark.parametrize(
    ("certificate", "trusted", "words"),
    [
        ("self-signed", AUTHORITY, "self-signed certificate"),
        ("expired", AUTHORITY, "certificate has expired"),
        ("wrong-host", AUTHORITY, "IP address mismatch"),
        ("good", None, "self-signed certificate in certificate chain|unable to get local issuer certificate"),
    ],
)
async def test_a_bad_certificate_is_refused_with_its_reason_and_not_tried_again(
    certificate: str, trusted: Path | None, words: str
) -> None:
    async with FakeAmi(tls=server(certificate)) as pbx, Linked(pbx, tls=TlsSettings(trusted)) as linked:
        notice = await linked.reached(LinkState.REFUSED)
        assert notice is not None and notice.code == "link.refused.certificate"
        assert any(word in notice.values["error"] for word in words.split("|"))
        await linked.clock.wind(600, step=60)
        assert len(linked.states) == 2 and not pbx.requests


async def test_a_certificate_that_is_trusted_by_itself_is_taken() -> None:
    itself = TlsSettings(CERTIFICATES / "self-signed.pem")
    async with FakeAmi(tls=server("self-signed")) as pbx, Linked(pbx, tls=itself) as linked:
        await linked.live()


async def test_tls_to_a_port_without_it_is_refused_and_said() -> None:
    async with FakeAmi() as pbx, Linked(pbx, tls=TlsSettings(AUTHORITY)) as linked:
        notice = await linked.reached(LinkState.REFUSED)
        assert notice is not None and notice.code == "link.refused.no_tls"


@pytest.mark.parametrize("content", [None, "no certificate\n"])
async def test_a_file_of_certificates_that_cannot_be_used_is_refused(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    async with FakeAmi(tls=server("good")) as pbx, Linked(pbx, tls=TlsSettings(path)) as linked:
        notice = await linked.reached(LinkState.REFUSED)
        assert notice is not None and notice.code == "link.refused.ca_file" and notice.values["error"]
        assert pbx.connections == 0


async def test_a_port_with_tls_that_is_spoken_to_without_is_given_up_with_a_hint() -> None:
    async with FakeAmi(tls=server("good")) as pbx, Linked(pbx) as linked:
        await linked.reached(LinkState.HANDSHAKING)
        await linked.clock.wind(5)
        notice = await linked.reached(LinkState.LOST)
        assert notice is not None and "is TLS set as there?" in notice.values["error"]
