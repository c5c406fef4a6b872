"""What `init` writes and prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from whisper_tui.config import draft, load, paths
from whisper_tui.config.draft import AttributesDraft, PbxDraft, ProfileDraft, RoleDraft
from whisper_tui.config.schema import Secret

SECRETS = [
    Secret("keyring", account="main"),
    Secret("file", path="~/secret"),
    Secret("command", command=("pass", "show", 'a "b" \\ c')),
    Secret("env", variable="AMI"),
    Secret("systemd", path="ami"),
    Secret("prompt"),
]


@pytest.fixture(autouse=True)
def _one_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "theme_names", lambda: ["dark"])


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: str(secret.source))
def test_the_settings_that_are_written_are_read_back_the_same(secret: Secret) -> None:
    pbxs = {"main": PbxDraft("192.0.2.7", 5039, "whisper-tui", secret), "v6": PbxDraft("::1", 5038, "wt", secret)}
    text = draft.config_text(pbxs, "PJSIP/2001", "X-Auto: yes")
    config = load.check_config(text.encode(), Path("config.toml"))
    assert {name: (pbx.host, pbx.port, pbx.user, pbx.secret) for name, pbx in config.pbx.items()} == {
        name: (pbx.host, pbx.port, pbx.user, pbx.secret) for name, pbx in pbxs.items()
    }
    assert (config.phone.device, config.phone.answer) == ("PJSIP/2001", "X-Auto: yes")


def test_a_name_with_quotes_does_not_leave_its_place_in_the_policy() -> None:
    role = RoleDraft("supervisor", ["floor.view", "call.listen"])
    text = draft.policy_text(ProfileDraft('ana"]\nroles = ["x', [role], ["sales-*"], "PJSIP/2001"))
    table = load.policy_text(text.encode(), Path("policy.toml")).table
    assert table["profile"] == [
        {
            "name": 'ana"]\nroles = ["x',
            "os_users": ['ana"]\nroles = ["x'],
            "roles": ["supervisor"],
            "scope": {"queue": ["sales-*"]},
            "phone": ["PJSIP/2001"],
        }
    ]


def test_names_of_a_pbx_leave_neither_a_comment_nor_their_quotes() -> None:
    hostile = 'x"]\n[[profile]]\r\u2028\u202e\x7f\x85\x00\\ """ \'\'\' # \U000e0041é'
    who = ProfileDraft(
        "ana", [RoleDraft("a", ["floor.view"]), RoleDraft("b", ["call.listen"], "a")], [hostile], "SIP/1"
    )
    text = draft.policy_text(who, AttributesDraft([hostile], {f"SIP/{hostile}": hostile, "SIP/2": ""}), [hostile])
    assert all(map(str.isprintable, text.split("\n")))
    assert load.policy_text(text.encode(), Path("policy.toml")).table == {
        "schema": 1,
        "attributes": {"queue": [{"match": hostile}], "agent": [{"match": f"SIP/{hostile}"}, {"match": "SIP/2"}]},
        "roles": {"a": {"can": ["floor.view"]}, "b": {"extends": ["a"], "can": ["call.listen"]}},
        "profile": [
            {"name": "ana", "os_users": ["ana"], "roles": ["b"], "scope": {"queue": [hostile]}, "phone": ["SIP/1"]}
        ],
    }


def test_what_is_to_be_filled_in_can_be() -> None:
    text = draft.policy_text(
        ProfileDraft("ana", [RoleDraft("a", [])], ["q"], "SIP/1"), AttributesDraft(["q"], {"SIP/2": ""})
    )
    filled = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    assert load.policy_text(filled.encode(), Path("policy.toml")).table["attributes"] == {
        "queue": [{"match": "q", "department": "", "campaign": "", "tags": [], "announced": True}],
        "agent": [{"match": "SIP/2", "team": "", "location": ""}],
    }


def test_a_long_list_has_a_line_for_each() -> None:
    queues = [f"queue-{number}" for number in range(40)]
    text = draft.policy_text(ProfileDraft("ana", [RoleDraft("a", [])], queues, "SIP/1"))
    assert '  "queue-39",\n' in text
    (profile,) = load.policy_text(text.encode(), Path("policy.toml")).table["profile"]  # type: ignore[misc]
    assert profile["scope"] == {"queue": queues}


def test_the_account_is_the_least_that_works_and_has_no_secret_yet() -> None:
    lines = draft.manager_account("main", PbxDraft("127.0.0.1", 5038, "whisper-tui", Secret("prompt"))).splitlines()
    assert lines[0] == "[whisper-tui]"
    assert {"deny = 0.0.0.0/0.0.0.0", "deny = ::/0", "permit = 127.0.0.1/255.255.255.255"} <= set(lines)
    assert "read = call,agent,dtmf,system" in lines
    assert "write = call,agent,originate,reporting" in lines
    assert not [line for line in lines if line.startswith("secret")]


def test_an_address_that_only_a_name_server_knows_is_left_to_the_reader() -> None:
    account = draft.manager_account("main", PbxDraft("pbx.invalid", 5038, "wt", Secret("prompt")))
    assert "; permit = the address of this machine" in account
    assert "permit = ::1/128" in draft.manager_account("main", PbxDraft("::1", 5038, "wt", Secret("prompt")))
