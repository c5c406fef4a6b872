"""policy.toml as an engine takes it: anew when it changes, and only if nobody else can have written it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from whisper_tui.cli.person import still
from whisper_tui.cli.policy_file import PolicyFile
from whisper_tui.errors import UsageError
from whisper_tui.terms import Subject

TEXT = """
[roles.lead]
can = ["floor.view", "call.listen"]
[[profile]]
name = "leads"
os_users = ["ana"]
roles = ["lead"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(TEXT)
    path.chmod(0o600)
    return path


def test_whatever_is_done_to_the_file_is_seen(file: Path) -> None:
    policy = PolicyFile(file)
    seen = [policy.stamp()]
    for change in (
        lambda: os.utime(file, ns=(1, 1)),
        lambda: file.write_text(TEXT + "#"),
        lambda: file.chmod(0o622),
        lambda: file.replace(file.with_name("old.toml")),
        lambda: file.write_text(TEXT),
    ):
        change()
        seen.append(policy.stamp())
    assert len(set(seen)) == len(seen)
    assert policy.stamp() == policy.stamp()


def test_a_file_that_others_may_write_is_refused_and_one_that_is_not_there_is_none(file: Path) -> None:
    policy = PolicyFile(file)
    loaded = policy.load()
    assert loaded is not None
    file.chmod(0o622)
    with pytest.raises(UsageError, match="can be written by others"):
        policy.load()
    file.unlink()
    assert policy.load() is None
    file.parent.joinpath("none").write_text("")
    with pytest.raises(UsageError, match="Not a directory"):
        PolicyFile(file.parent / "none" / "policy.toml").load()


def test_a_policy_of_fifty_thousand_lines_is_taken(file: Path) -> None:
    with file.open("a") as text:
        for n in range(10_000):
            text.write(f'\n[[profile]]\nname = "p{n}"\nos_users = ["u{n}"]\nroles = ["lead"]\n')
    loaded = PolicyFile(file).load()
    assert loaded is not None
    assert len(loaded.profiles) == 10_001


def test_who_this_machine_knows_no_more_has_no_groups() -> None:
    assert still(Subject("nobody-at-all", 4_000_000, frozenset({"root"}))).groups == frozenset()
    me = Subject("root", 0, frozenset({"root", "no-such-group"}))
    assert still(me).groups == {"root"}
