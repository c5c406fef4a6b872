"""The secret: from one place, within a limit, and never shown. CANARY is looked for in everything that comes out."""

from __future__ import annotations

import io
import os
import pickle
import select
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from whisper_tui.config import keyrings, secrets
from whisper_tui.config.schema import Secret
from whisper_tui.config.secrets import HiddenSecret, SecretUnavailable
from whisper_tui.errors import UsageError

CANARY = "canary-7c1e"


def quiet(words: str) -> None:
    raise AssertionError(f"a warning: {words}")


def read(secret: Secret) -> str:
    return secrets.read_secret(secret, quiet).reveal()


def refusal(secret: Secret) -> str:
    """How reading fails, having looked for the canary in all that a traceback could print."""
    with pytest.raises(UsageError) as failed:
        secrets.read_secret(secret, quiet)
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    assert CANARY not in repr(failed.value)
    return str(failed.value)


def secret_file(path: Path, held: bytes, mode: int = 0o600) -> Secret:
    path.write_bytes(held)
    path.chmod(mode)
    return Secret("file", path=str(path))


def test_a_hidden_secret_does_not_show_itself() -> None:
    hidden = HiddenSecret(CANARY)
    for shown in (
        repr(hidden),
        str(hidden),
        f"{hidden}",
        f"{hidden!s:>30}",
        repr([hidden]),
        repr(keyrings.Answer(secret=b"x")),
    ):
        assert CANARY not in shown
    with pytest.raises(TypeError):
        pickle.dumps(hidden)
    assert hidden.reveal() == CANARY


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n", b"\nsecond line\n"])
def test_a_file_gives_its_first_line(ending: bytes, tmp_path: Path) -> None:
    assert read(secret_file(tmp_path / "s", CANARY.encode() + ending)) == CANARY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    assert "others may read or write it - chmod 600" in refusal(secret_file(tmp_path / "s", CANARY.encode(), mode))


def test_a_link_to_a_file_is_refused(tmp_path: Path) -> None:
    secret_file(tmp_path / "s", CANARY.encode())
    (tmp_path / "link").symlink_to(tmp_path / "s")
    assert "is a symbolic link" in refusal(Secret("file", path=str(tmp_path / "link")))


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "not a regular file" in refusal(Secret("file", path=str(tmp_path / "pipe")))


def test_a_missing_file_names_the_command_that_writes_it(tmp_path: Path) -> None:
    assert "`whisper-tui secret set` writes it" in refusal(Secret("file", path=str(tmp_path / "none")))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    secret = secret_file(tmp_path / "s", CANARY.encode())
    os.chown(tmp_path / "s", 12345, 12345)
    assert "belongs to somebody else" in refusal(secret)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (b"", "there is no secret"),
        (b"\n" + CANARY.encode(), "there is no secret"),
        (CANARY.encode() + b"\xff", "not a line of printable text"),
        (CANARY.encode() + b"\rAction: Logoff", "not a line of printable text"),
        (CANARY.encode() * 200, "longer than 1024 bytes"),
    ],
)
def test_what_can_be_no_secret_is_refused_unseen(held: bytes, words: str, tmp_path: Path) -> None:
    assert words in refusal(secret_file(tmp_path / "s", held))


def python(code: str) -> Secret:
    return Secret("command", command=(sys.executable, "-c", code))


def test_a_command_gives_its_first_line_and_no_shell_reads_its_words() -> None:
    assert read(python(f"print('{CANARY}'); print('more')")) == CANARY
    assert read(Secret("command", command=("printf", "%s", "$HOME;`id`"))) == "$HOME;`id`"


def test_a_command_that_fails_gives_no_secret() -> None:
    assert "failed with status 3" in refusal(python(f"print('{CANARY}'); raise SystemExit(3)"))
    assert "no such file or directory" in refusal(Secret("command", command=("/no/such/command",)))


def test_a_command_that_never_ends_is_ended_with_all_that_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 1.5)
    born = tmp_path / "born"
    code = f"import os, time; pid = os.fork(); pid and open({str(born)!r}, 'w').write(str(pid)); time.sleep(60)"
    began = time.monotonic()
    assert "took longer than" in refusal(python(code))
    assert time.monotonic() - began < 5
    assert ends(int(born.read_text()), within=5.0)


def ends(pid: int, within: float) -> bool:
    """Wait until `pid` runs no more; whether it was so within that many seconds."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], within)[0])
    finally:
        os.close(process)


def test_a_command_that_prints_without_end_is_cut_off() -> None:
    assert "more than 64 kB" in refusal(Secret("command", command=("yes", CANARY)))


def test_the_environment_gives_the_secret_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setenv("AMI", CANARY)
    assert secrets.read_secret(Secret("env", variable="AMI"), said.append).reveal() == CANARY
    assert len(said) == 1
    assert "$AMI" in said[0]
    assert CANARY not in said[0]
    monkeypatch.delenv("AMI")
    assert "AMI: is not set" in refusal(Secret("env", variable="AMI"))


def test_a_systemd_credential_is_read_from_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ami").write_text(CANARY)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read(Secret("systemd", path="ami")) == CANARY
    assert "no such file" in refusal(Secret("systemd", path="other"))
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert "LoadCredential=ami:FILE" in refusal(Secret("systemd", path="ami"))


def test_nobody_is_asked_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CANARY.encode())))
    assert "there is no terminal to ask at" in refusal(Secret("prompt"))


KEYRING = """
import sys, time
from keyring.backend import KeyringBackend
from keyring import errors
class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, account):
        if account == "locked": raise errors.KeyringLocked("canary-7c1e")
        if account == "broken": raise RuntimeError("canary-7c1e")
        if account == "hangs": time.sleep(60)
        if account == "none": return None
        return "canary-7c1e"
    def set_password(self, service, account, secret):
        if account == "broken": raise RuntimeError(secret)
        open(account, "w").write(f"{service} {secret}")
    def delete_password(self, service, account): pass
"""


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Secret]:
    """A system whose keyring is KEYRING; the account says how it behaves."""
    (tmp_path / "fakering.py").write_text(KEYRING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "fakering.Keyring")
    return lambda account: Secret("keyring", account=account)


def test_the_keyring_gives_the_secret(keyring: Callable[[str], Secret]) -> None:
    assert read(keyring("lyon")) == CANARY


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("none", "the keyring does not hold it - `whisper-tui secret set`"),
        ("locked", "the keyring is locked"),
        ("broken", "the keyring failed (RuntimeError)"),
    ],
)
def test_a_keyring_that_cannot_says_why(account: str, words: str, keyring: Callable[[str], Secret]) -> None:
    assert words in refusal(keyring(account))


def test_a_keyring_that_hangs_is_not_waited_for(
    keyring: Callable[[str], Secret], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyrings, "LIMIT", 0.5)
    assert "did not answer within" in refusal(keyring("hangs"))


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("keyring.backends.fail.Keyring", "there is no keyring here - a server without a desktop has none"),
        ("keyring.backends.null.Keyring", "keeps secrets in the clear (keyring.backends.null)"),
    ],
)
def test_a_keyring_that_is_none_is_refused_by_name(backend: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    assert words in refusal(Secret("keyring", account="lyon"))


def test_a_clear_text_keyring_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keyrings" / "alt").mkdir(parents=True)
    (tmp_path / "keyrings" / "alt" / "file.py").write_text(KEYRING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyrings.alt.file.Keyring")
    assert "in the clear (keyrings.alt.file)" in refusal(Secret("keyring", account="lyon"))


def test_a_keyring_module_in_the_folder_where_one_stands_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keyring.py").write_text(f"print('ok'); print('{CANARY}'); raise SystemExit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert "there is no keyring here" in refusal(Secret("keyring", account="lyon"))


def test_a_secret_is_stored_where_the_settings_say(
    keyring: Callable[[str], Secret], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    secrets.store_secret(keyring("lyon"), HiddenSecret(CANARY))
    assert (tmp_path / "lyon").read_text() == f"whisper-tui {CANARY}"
    in_file = Secret("file", path=str(tmp_path / "new" / "s"))
    secrets.store_secret(in_file, HiddenSecret(CANARY))
    assert read(in_file) == CANARY


def test_what_cannot_be_stored_says_so_and_not_what_it_was(keyring: Callable[[str], Secret]) -> None:
    with pytest.raises(SecretUnavailable) as failed:
        secrets.store_secret(keyring("broken"), HiddenSecret(CANARY))
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    with pytest.raises(UsageError, match="nothing can be stored there"):
        secrets.store_secret(Secret("env"), HiddenSecret(CANARY))
