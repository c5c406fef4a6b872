"""`whisper-tui init`: writes config.toml and policy.toml for the person who runs it, and says what the PBX needs."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from whisper_tui.cli.main import printable, settings_file
from whisper_tui.cli.person import subject
from whisper_tui.config import checks, draft, files, load, paths, secrets
from whisper_tui.config.draft import PbxDraft, ProfileDraft, RoleDraft
from whisper_tui.config.schema import Secret
from whisper_tui.errors import UsageError
from whisper_tui.permissions.parse import parse

Value = TypeVar("Value")
RIGHTS = ("listen", "whisper", "barge", "join", "takeover")
SOURCES = "keyring, file[:PATH], command:WORDS, env:NAME, systemd:NAME, prompt"


@click.command("init", short_help="Write config.toml and policy.toml.")
@click.option("--pbx", "pbxs", multiple=True, metavar="NAME=HOST[:PORT]", help="A PBX; may be given several times.")
@click.option("--user", metavar="ACCOUNT", help="The AMI account on the PBX.  [whisper-tui]")
@click.option("--secret-source", metavar="SOURCE", help=f"Where the AMI secret is: {SOURCES}.  [file]")
@click.option("--phone", metavar="DEVICE", help="Your own phone, such as PJSIP/2001: it rings when you listen.")
@click.option(
    "--answer", metavar="HOW", help='"by hand", "alert-info", "call-info" or a header "Name: value".  [by hand]'
)
@click.option("--queue", "queues", multiple=True, metavar="PATTERN", help="A queue that you supervise; * for all.")
@click.option("--right", "rights", multiple=True, type=click.Choice(RIGHTS), help="What you may do.  [listen]")
@click.option("--yes", is_flag=True, help="Ask nothing: take the options, and what stands in [ ] for the rest.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.pass_context
def command(
    ctx: click.Context,
    pbxs: Sequence[str],
    user: str | None,
    secret_source: str | None,
    phone: str | None,
    answer: str | None,
    queues: Sequence[str],
    rights: Sequence[str],
    yes: bool,
    force: bool,
) -> None:
    """Write config.toml and policy.toml for yourself, and print the account that the PBX needs.

    What no option gives is asked for. Files that are there are left alone unless --force.
    """
    config_path = settings_file(ctx)
    policy_path = config_path.parent / "policy.toml"
    for path in () if force else (config_path, policy_path):
        if path.exists():
            raise UsageError("is there already", str(path), "--force writes over it")
    asks = not yes and sys.stdin.isatty()

    def take(given: Value | None, option: str, question: str, read: Callable[[str], Value], usual: str = "") -> Value:
        return given if given is not None else _asked(option, question, read, usual, asks)

    told = [_pbx(each) for each in pbxs] or [take(None, "--pbx", "PBX (NAME=HOST[:PORT])", _pbx)]
    account = take(user and _account(user), "--user", "Its AMI account", _account, "whisper-tui")
    source = take(secret_source, "--secret-source", f"Where the AMI secret is ({SOURCES})", _source, "file")
    device = take(phone and _phone(phone), "--phone", "Your phone (such as PJSIP/2001)", _phone)
    answers = take(answer, "--answer", "How it answers (by hand, alert-info, call-info)", str, "by hand")
    scope = list(queues) or take(None, "--queue", "Queues that you supervise (blanks between; * for all)", _words)
    may = list(rights) or take(None, "--right", f"What you may do ({' '.join(RIGHTS)})", _rights, "listen")
    if "listen" not in may:
        raise UsageError("who speaks must be able to listen", "--right", "add --right listen")

    drafts = {
        name: PbxDraft(host, port, account, _secret(source, name, config_path.parent)) for name, host, port in told
    }
    role = RoleDraft("supervisor", ["floor.view", *(f"call.{right}" for right in may)])
    profile = ProfileDraft(subject().user, [role], scope, device)
    texts = {config_path: draft.config_text(drafts, device, answers), policy_path: draft.policy_text(profile)}
    load.check_config(texts[config_path].encode(), config_path)
    policy = load.policy_text(texts[policy_path].encode(), policy_path)
    parse(policy.table, policy.digest, policy.path, policy.text)

    paths.private_dir(config_path.parent)
    if force:
        for path, text in texts.items():
            files.write_over(path, text)
    else:
        files.write_new(texts)
    _say_next(drafts, texts)
    if asks:
        for name, pbx in drafts.items():
            if pbx.secret.source in secrets.STORABLE and click.confirm(f"Store the secret of {name} now?"):
                secrets.store_secret(pbx.secret, secrets.typed_secret())


def _asked(option: str, question: str, read: Callable[[str], Value], usual: str, asks: bool) -> Value:
    if not asks:
        if not usual:
            raise UsageError("is needed where nothing can be asked", option)
        return read(usual)

    def reading(answer: str) -> Value:
        try:
            return read(answer)
        except UsageError as error:
            raise click.BadParameter(str(error)) from error

    answered: Value = click.prompt(question, default=usual or None, value_proc=reading, err=True)
    return answered


def _pbx(written: str) -> tuple[str, str, int]:
    """`NAME=HOST[:PORT]`, HOST an IPv6 address in [ ]."""
    name, equals, place = written.partition("=")
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = place.partition(":")
    if not equals or not checks.PBX_NAME.fullmatch(name) or not checks.HOST.fullmatch(host):
        raise UsageError(f"{written!r} is not NAME=HOST[:PORT]", "--pbx", "such as main=192.0.2.7")
    if port and not (port.isdecimal() and port.isascii() and 1 <= int(port) <= 65535):
        raise UsageError(f"{port!r} is not a port", "--pbx", "1 to 65535")
    return name, host, int(port or "5038")


def _account(written: str) -> str:
    if not checks.ACCOUNT.fullmatch(written):
        raise UsageError(f"{written!r} cannot be an AMI account", "--user", "the name in [brackets] in manager.conf")
    return written


def _phone(written: str) -> str:
    if not checks.PHONE.fullmatch(written):
        raise UsageError(f"{written!r} is not a phone", "--phone", "write it as PJSIP/2001")
    return written


def _source(written: str) -> str:
    _secret(written, "pbx", Path("/"))
    return written


def _words(written: str) -> list[str]:
    words = written.replace(",", " ").split()
    if not words:
        raise UsageError("no queue is named", "--queue", "* for all")
    return words


def _rights(written: str) -> list[str]:
    words = _words(written)
    for word in words:
        if word not in RIGHTS:
            raise UsageError(f"{word!r} is not a right", "--right", f"one of: {', '.join(RIGHTS)}")
    return words


def _secret(written: str, pbx: str, folder: Path) -> Secret:
    """Where the secret of `pbx` is, from `SOURCE[:WHERE]`."""
    source, _, where = written.partition(":")
    match source:
        case "keyring":
            return Secret("keyring", account=where or pbx)
        case "file":
            return Secret("file", path=where or str(folder / f"secret-{pbx}"))
        case "command" if where:
            return Secret("command", command=tuple(shlex.split(where)))
        case "env":
            return Secret("env", variable=where or "WHISPER_TUI_SECRET")
        case "systemd":
            return Secret("systemd", path=where or f"ami-{pbx}")
        case "prompt":
            return Secret("prompt")
        case _:
            raise UsageError(f"{written!r} names no source", "--secret-source", f"one of: {SOURCES}")


def _say_next(drafts: dict[str, PbxDraft], texts: dict[Path, str]) -> None:
    click.echo(f"Written: {', '.join(str(path) for path in texts)}")
    for name, pbx in drafts.items():
        click.echo(f"\nOn {name} ({pbx.host}), add this account to /etc/asterisk/manager.conf:\n")
        click.echo(printable(draft.manager_account(name, pbx)))
    click.echo("\nThen:")
    click.echo("  1. on the PBX:       asterisk -rx 'manager reload'")
    for name, pbx in drafts.items():
        if pbx.secret.source in secrets.STORABLE:
            click.echo(f"  2. store the secret: whisper-tui secret set {name}")
        click.echo(f"  3. try it:           whisper-tui secret test {name}")
    click.echo("  4. the console:      whisper-tui")
