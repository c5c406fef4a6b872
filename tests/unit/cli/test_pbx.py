"""From the settings to what the link and the phone are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from whisper_tui.ami.actions import OriginateSpy, encode
from whisper_tui.cli.pbx import answer_headers, link_settings
from whisper_tui.config.schema import PbxSettings, PhoneSettings, Secret, Tls
from whisper_tui.terms import LegId


@pytest.mark.parametrize(
    ("answer", "variable"),
    [
        ("alert-info", "PJSIP_HEADER(add,Alert-Info)=<http://127.0.0.1>;info=alert-autoanswer"),
        ("call-info", "PJSIP_HEADER(add,Call-Info)=<sip:pbx>;answer-after=0"),
        ("X-Auto: yes; now", "PJSIP_HEADER(add,X-Auto)=yes; now"),
    ],
)
def test_how_the_phone_answers_reaches_the_originate(answer: str, variable: str) -> None:
    headers = answer_headers(PhoneSettings("PJSIP/2001", answer))
    leg = LegId("wt-00000000-0000000000000000")
    assert ("Variable", variable) in encode(OriginateSpy("PJSIP/2001", leg, 30, 5, "Supervision", "", headers))


def test_a_phone_that_is_picked_up_by_hand_gets_no_header() -> None:
    assert answer_headers(PhoneSettings("PJSIP/2001")) == ()


def test_the_link_is_encrypted_where_the_settings_have_a_table_for_it(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("canary")
    (tmp_path / "s").chmod(0o600)
    plain = PbxSettings("pbx", "wt", Secret("file", path=str(tmp_path / "s")))
    assert link_settings("main", plain, print).tls is None
    for tls, ca in ((Tls(), None), (Tls("~/ca.pem"), Path.home() / "ca.pem")):
        settings = link_settings("main", PbxSettings("pbx", "wt", plain.secret, 5039, tls), print)
        assert settings.tls is not None
        assert settings.tls.ca_file == ca
        assert "canary" not in repr(settings)
