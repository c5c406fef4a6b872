"""config.toml and policy.toml: what is refused, and in which words."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from pathlib import Path

import pytest

from whisper_tui.ami import names
from whisper_tui.config import checks, load, paths
from whisper_tui.errors import UsageError

FIXTURES = paths.shipped("fixtures", "config")
BAD = sorted(file.name for file in FIXTURES.glob("bad-*.toml"))


@pytest.fixture(autouse=True)
def _two_themes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "theme_names", lambda: ["dark", "light"])


def own_copy(name: str, folder: Path) -> Path:
    """The fixture as a file that only we can write, whatever the umask of the checkout was."""
    copy = folder / name
    shutil.copyfile(FIXTURES / name, copy)
    copy.chmod(0o600)
    return copy


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_file_is_refused_in_the_words_on_its_first_line(name: str, tmp_path: Path) -> None:
    path = own_copy(name, tmp_path)
    expected = path.read_bytes().split(b"\n")[0].decode().removeprefix("# expect: ")
    with pytest.raises(UsageError) as refused:
        load.load(path)
    assert expected in str(refused.value)
    assert str(refused.value).startswith(str(path))
    assert refused.value.exit_code == 2


def test_a_secret_in_the_settings_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        load.load(own_copy("bad-secret-in-the-clear.toml", tmp_path))
    assert "canary-3f9a" not in str(refused.value)


@pytest.mark.parametrize(
    "to",
    [
        "postgresql://ana:canary-3f9a@db/log",
        "postgresql://ana%3Acanary-3f9a@db/log",
        "postgresql://ana:canary#3f9a@db/log",
        "postgresql://ana:canary?3f9a@db/log",
        "postgres://ana:@db/log",
        "postgresql://db/log?user=ana&password=canary-3f9a",
        "postgresql://db/log?%70assword=canary-3f9a",
        "postgresql://db/log?user=ana:canary-3f9a",
        "postgresql://ana:canary-3f9a/log",
        "postgresql:///log?host=/run/postgresql&sslpassword=canary-3f9a",
        "host=db user=ana password=canary-3f9a",
        "postgresql://ana@canary-3f9a@db/log",
        "postgresql://ana:p/w@db/log",
        "http://db/canary-3f9a",
        "postgresql://db/log\n?password=canary-3f9a",
        "",
    ],
)
def test_a_password_in_the_address_of_the_database_is_refused_and_not_repeated(to: str, tmp_path: Path) -> None:
    before = (FIXTURES / "good.toml").read_text().partition("[log.ship]")[0]
    with pytest.raises(UsageError) as refused:
        load.check_config(f"{before}[log.ship]\nto = {json.dumps(to)}\n".encode(), tmp_path / "config.toml")
    assert "canary" not in str(refused.value)
    assert "password" in str(refused.value) or "no database" in str(refused.value)


@pytest.mark.parametrize(
    "to",
    [
        "postgresql:///log",
        "postgresql://db.example/log",
        "postgresql://ana@db.example:5433/log?sslmode=verify-full&connect_timeout=3",
        "postgresql://ana@[2001:db8::1]:5433/log",
        "postgresql://ana@db1.example:5432,db2.example:5432/log?target_session_attrs=read-write",
        "postgresql://ana@%2Frun%2Fpostgresql/log",
        "postgres:///log?host=/run/postgresql&user=ana",
        "postgresql:///?service=whisper",
    ],
)
def test_an_address_of_a_database_may_be_any_that_postgresql_takes(to: str, tmp_path: Path) -> None:
    before = (FIXTURES / "good.toml").read_text().partition("[log.ship]")[0]
    text = f"{before}[log.ship]\nto = {json.dumps(to)}\n"
    assert load.check_config(text.encode(), tmp_path / "config.toml").log.ship is not None


def test_a_log_is_called_after_its_machine_in_the_database_unless_it_has_a_name(tmp_path: Path) -> None:
    before = (FIXTURES / "good.toml").read_text().partition("[log.ship]")[0]
    config = load.check_config(f"{before}[log.ship]\nto = 'postgresql:///log'\n".encode(), tmp_path / "config.toml")
    ship = load.shipped_to(config)
    assert ship is not None
    assert ship.stream == platform.node()
    assert load.shipped_to(load.check_config(before.encode(), tmp_path / "config.toml")) is None


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    config = load.load(own_copy("good.toml", tmp_path))
    assert list(config.pbx) == ["lyon", "nantes"]
    assert config.pbx["lyon"].tls is not None
    assert config.pbx["nantes"].port == 5038
    assert config.pbx["nantes"].secret.command == ("pass", "show", "ami/nantes")
    assert config.phone.answer == "X-Auto-Answer: yes"
    assert list(config.queues) == ["support", "sales-*"]
    assert load.policy_file(config, tmp_path / "config.toml") == Path.home() / ".config/whisper-tui/policy.toml"
    assert load.trail_file(config) == Path("/var/lib/whisper-tui/trail.db")
    assert load.anchors_file(config) == Path("/srv/anchors/pbx.anchors")
    assert load.kept_for(config) == 730 * 86400
    assert load.shipped_to(config) == config.log.ship
    assert config.log.ship is not None
    assert config.log.ship.stream == "lyon"


def test_the_policy_stands_beside_the_settings_unless_they_name_another(tmp_path: Path) -> None:
    text = (FIXTURES / "good.toml").read_text().replace("policy =", "# policy =").replace('path = "/var', '# "/var')
    text = text.replace("keep =", "# keep =").replace("anchors =", "# anchors =")
    config = load.check_config(text.encode(), tmp_path / "config.toml")
    assert load.policy_file(config, tmp_path / "config.toml") == tmp_path / "policy.toml"
    assert load.trail_file(config) == Path.home() / ".local/state/whisper-tui/trail.db"
    assert load.anchors_file(config) == Path.home() / ".local/state/whisper-tui/trail.anchors"
    assert load.kept_for(config) is None


def test_a_missing_file_is_said_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no-such\.toml: no such file or directory"):
        load.load(tmp_path / "no-such.toml")


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_settings_that_others_can_write_are_refused(mode: int, tmp_path: Path) -> None:
    path = own_copy("good.toml", tmp_path)
    path.chmod(mode)
    with pytest.raises(UsageError, match="can be written by others"):
        load.load(path)


def test_a_policy_that_others_can_write_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("schema = 1\n")
    path.chmod(0o622)
    with pytest.raises(UsageError, match=r"policy\.toml: can be written by others - chmod go-w"):
        load.read_policy(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_policy_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("schema = 1\n")
    path.chmod(0o600)
    os.chown(path, 12345, 12345)
    with pytest.raises(UsageError, match="belongs to somebody else"):
        load.read_policy(path)


def test_a_folder_or_a_pipe_is_no_policy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a regular file"):
        load.read_policy(tmp_path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(UsageError, match="not a regular file"):
        load.read_policy(tmp_path / "pipe")


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.touch(0o600)
    os.truncate(path, 1 << 40)
    with pytest.raises(UsageError, match="larger than 256 kB"):
        load.load(path)


def test_a_policy_comes_with_the_digest_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"schema = 1\n# caf\xc3\xa9\n")
    path.chmod(0o644)
    policy = load.read_policy(path)
    assert policy.table == {"schema": 1}
    assert policy.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_a_phone_here_is_one_on_the_wire() -> None:
    assert checks.PHONE.pattern == names.PHONE.pattern
