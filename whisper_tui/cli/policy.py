"""`whisper-tui policy`: what a policy says, to whom and why, and whether it says what it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from whisper_tui.cli import accounts, policy_init
from whisper_tui.cli.columns import columns
from whisper_tui.cli.main import printable, settings_file
from whisper_tui.cli.policy_question import call_of, in_words, moment, right_of
from whisper_tui.cli.settings import chosen
from whisper_tui.config import load
from whisper_tui.config.files import MAX_POLICY, read_any, read_trusted
from whisper_tui.config.schema import PbxSettings
from whisper_tui.errors import UsageError
from whisper_tui.permissions import cases, lint, people
from whisper_tui.permissions.decide import grants_of
from whisper_tui.permissions.differ import Change, changes
from whisper_tui.permissions.explain import explain as explained
from whisper_tui.permissions.mistakes import Finding, PolicyRefused
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.policy import Allowed, Denied, Policy
from whisper_tui.permissions.trace import Trace, trace
from whisper_tui.permissions.unmatched import unmatched
from whisper_tui.terms import Right, Subject
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.words import keyed, said

if TYPE_CHECKING:
    from whisper_tui.cli.live import Live


class Chosen(Struct, frozen=True):
    """Which policy. `path` None: that of the settings."""

    path: Path | None


AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
QUEUE = click.option("--queue", default="", help="Of a call in this queue; without: outside any.")
AGENT = click.option("--agent", default="", help="With this agent's phone, such as PJSIP/1001.")
TAG = click.option("--tag", "tags", multiple=True, help="That has this tag; may be given several times.")
AT = click.option(
    "--at", metavar="MOMENT", callback=moment, help="At this moment, such as 2026-11-23T10:00; usually now."
)


@click.group("policy", short_help="Who may do what.")
@click.option("--file", type=click.Path(path_type=Path), help="Another policy than that of the settings.")
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """Look into the policy: check it, ask why, ask who, hold it to what is expected of it. Or make one to begin with."""
    ctx.obj = Chosen(file)


command.add_command(policy_init.command)


@command.command("check")
@click.option("--live", is_flag=True, help="Also name the patterns that match no queue or agent on the PBX now.")
@click.option("--pbx", metavar="NAME", help="With --live: on this PBX alone.")
@click.option("--strict", is_flag=True, help="Exit code 1 for a warning too.")
@AS_JSON
@click.pass_context
def check(ctx: click.Context, *, live: bool, pbx: str | None, strict: bool, as_json: bool) -> None:
    """Name every mistake, with its line, and what is written in vain; exit code 1 if there is a mistake."""
    if pbx is not None and not live:
        raise UsageError("asks a PBX, and the check asks none without --live", "--pbx", "add --live")
    path = policy_file(ctx)
    kinds = set()
    for kind, each in _found(path, _asking(chosen(ctx, pbx)) if live else None):
        kinds.add(kind)
        if as_json:
            click.echo(msgspec.json.encode({"kind": kind, **each._asdict()}))
        else:
            click.echo(printable(f"{path}:{each.line}: {kind}: {each}" if each.line else f"{path}: {kind}: {each}"))
    if not kinds - {"note"} and not as_json:
        click.echo(printable(f"{path}: nothing wrong"))
    ctx.exit(1 if "mistake" in kinds or (strict and "warning" in kinds) else 0)


@command.command("explain")
@click.argument("right")
@click.option("--user", default="", help="Whom: a user of this machine, or any name.")
@click.option("--group", "groups", multiple=True, help="A group that they are in; may be given several times.")
@QUEUE
@AGENT
@click.option("--peer", default="", help="The other agent's phone, in a call between two.")
@TAG
@click.option("--phone", help="The phone that would ring; usually one of their own.")
@AT
@click.option("--json", "as_json", is_flag=True, help="The answer as a JSON object.")
@click.pass_context
def explain(
    ctx: click.Context,
    *,
    right: str,
    user: str,
    groups: tuple[str, ...],
    queue: str,
    agent: str,
    peer: str,
    tags: tuple[str, ...],
    phone: str | None,
    at: datetime,
    as_json: bool,
) -> None:
    """Say whether somebody may use RIGHT (listen, call.barge, ...) on a call, with every line that it comes from."""
    if not user and not groups:
        raise UsageError("about whom?", ctx.command_path, "--user NAME, or --group NAME")
    asked = right_of(right)
    grants = grants_of(
        Subject(user, people.NOBODY, accounts.groups_of(user) | frozenset(groups)), read_policy(policy_file(ctx))
    )
    ringing = grants.own_phone if phone is None else phone
    found = trace(grants, asked, call_of(queue, agent, peer, tags), at, ringing)
    if as_json:
        click.echo(msgspec.json.encode(_as_object(found)))
        return
    for line in _as_text(user or f"@{groups[0]}", asked, found):
        click.echo(printable(line))


@command.command("who-can")
@click.argument("right")
@QUEUE
@AGENT
@TAG
@AT
@AS_JSON
@click.pass_context
def who_can(
    ctx: click.Context, *, right: str, queue: str, agent: str, tags: tuple[str, ...], at: datetime, as_json: bool
) -> None:
    """List the people who may use RIGHT on a call; of groups that this machine does not know, the group."""
    policy, asked, call = read_policy(policy_file(ctx)), right_of(right), call_of(queue, agent, "", tags)
    rows = []
    for person, subject in people.stand_ins(policy, accounts.members(people.groups(policy))).items():
        grants = grants_of(subject, policy)
        answer = grants.reaches(asked, call, at, grants.own_phone)
        if isinstance(answer, Allowed):
            rows.append((person, answer.profile, "; ".join(in_words(grants.conditions_of(asked, call, at)))))
    if as_json:
        for person, profile, limits in rows:
            click.echo(msgspec.json.encode({"person": person, "profile": profile, "limits": limits}))
    elif not rows:
        click.echo("nobody", err=True)
    for line in columns(rows) if rows and not as_json else ():
        click.echo(line)


@command.command("test")
@click.argument("file", metavar="CASES", type=click.Path(path_type=Path))
@AS_JSON
@click.pass_context
def test(ctx: click.Context, *, file: Path, as_json: bool) -> None:
    """Hold the policy to the expectations in CASES; exit code 1 if one is missed."""
    policy = read_policy(policy_file(ctx))
    written = load.policy_text(read_any(file, MAX_POLICY), file)
    expected = cases.read_cases(written.table, written.path, written.text)
    missed = 0
    for each in cases.outcomes(expected, policy, datetime.now(UTC)):
        missed += not each.met
        said = _outcome(each)
        if as_json:
            click.echo(msgspec.json.encode({"line": each.case.line, "met": each.met, **said}))
        elif not each.met:
            click.echo(printable(f"{file}:{each.case.line}: MISSED: {said['expected']}, but {said['found']}"))
    if not as_json:
        click.echo(f"{len(expected)} expectations, {missed} missed")
    ctx.exit(1 if missed else 0)


@command.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@AS_JSON
def diff(*, old: Path, new: Path, as_json: bool) -> None:
    """Say who gains and who loses what from the policy OLD to NEW, and whose limits change."""
    before, after = read_policy(old), read_policy(new)
    known = accounts.members({*people.groups(before), *people.groups(after)})
    found = list(changes(before, after, known))
    for each in found:
        if as_json:
            click.echo(msgspec.json.encode(msgspec.to_builtins(each)))
        else:
            click.echo(printable(_change(each)))
    if not found and not as_json:
        click.echo("nobody gains or loses anything", err=True)


def policy_file(ctx: click.Context) -> Path:
    """The policy that `--file` names, else that of the settings, else the usual one.

    Raises:
        UsageError: the settings are wrong.
    """
    chosen = ctx.find_object(Chosen)
    if chosen is not None and chosen.path is not None:
        return chosen.path
    config = settings_file(ctx)
    return load.policy_file(load.load(config), config) if config.exists() else config.parent / "policy.toml"


def read_policy(path: Path) -> Policy:
    """The policy at `path`, to look at: who can have written it does not matter here.

    Raises:
        UsageError: it cannot be read, or is wrong somewhere.
    """
    read = load.policy_text(read_any(path, MAX_POLICY), path)
    return parse(read.table, read.digest, read.path, read.text)


def _asking(pbxs: Mapping[str, PbxSettings]) -> Callable[[], Live]:
    from whisper_tui.cli.live import look  # costs 100 ms, as much as all the rest, and hardly any check asks a PBX

    return lambda: look(pbxs)


def _found(path: Path, ask: Callable[[], Live] | None) -> Iterator[tuple[str, Finding]]:
    """Mistakes, or else warnings and notes, with their kind. `ask`: for what there is, after all that the file itself tells."""
    read = load.policy_text(read_any(path, MAX_POLICY), path)
    try:
        policy = parse(read.table, read.digest, read.path, read.text)
    except PolicyRefused as refused:
        for each in refused.mistakes:
            yield "mistake", each
        return
    try:
        read_trusted(path, MAX_POLICY)
    except UsageError as untrusted:
        yield "warning", Finding(0, "the file", untrusted.what, untrusted.hint)
    for each in lint.warnings(policy, read.table, read.text):
        yield "warning", each
    for each in lint.notes(policy, read.table, read.text):
        yield "note", each
    for user in people.users(policy):
        if not accounts.has_user(user):
            yield "note", Finding(0, "os_users", f"this machine has no user {user!r}")
    for group in people.groups(policy):
        if not accounts.has_group(group):
            yield "note", Finding(0, "os_groups", f"this machine has no group {group!r}")
    if ask is not None:
        there = ask()
        for each in unmatched(policy, read.table, read.text, there.queues, there.agents):
            yield "warning", each


def _said(denied: Denied) -> str:
    """What the console says of it to somebody who has the usual keys."""
    return said(keyed(explained(denied), DEFAULT.names))


def _as_object(found: Trace) -> dict[str, object]:
    answer = found.answer
    denied = answer if isinstance(answer, Denied) else None
    return {
        "allowed": denied is None,
        "profile": answer.profile,
        "rule": denied.rule if denied else "",
        "where": denied.where if denied else "",
        "why": _said(replace(denied, hidden=False)) if denied else "",
        "told": _said(denied) if denied else "",
        "until": answer.until,
        "lines": msgspec.to_builtins(found.lines),
        "limits": [
            {"rule": each.rule, "profile": each.profile, "where": each.where, "says": said}
            for each, said in zip(found.conditions, in_words(found.conditions), strict=True)
        ],
    }


def _as_text(person: str, right: Right, found: Trace) -> Iterator[str]:
    match found.answer:
        case Denied() as denied:
            place = f" ({denied.where})" if denied.where else ""
            yield f"{person} may not {right.value}: {_said(replace(denied, hidden=False))}{place}"
            if denied.hidden:
                yield f"{person} is told: {_said(denied)}"
        case Allowed(profile=profile):
            yield f"{person} may {right.value}, by profile {profile}"
    rows = [(each.where, each.profile, each.says.value, each.key, each.value) for each in found.lines]
    rows += [
        (each.where, each.profile, "limits", said, "")
        for each, said in zip(found.conditions, in_words(found.conditions), strict=True)
    ]
    yield from (f"  {line}" for line in (columns(rows) if rows else ()))


def _outcome(each: cases.Outcome) -> dict[str, str]:
    case = each.case
    who = case.subject.user or ", ".join(f"@{group}" for group in sorted(case.subject.groups))
    may = "may" if case.may else "may not"
    rule = f" ({case.rule})" if case.rule else ""
    match each.answer:
        case Allowed(profile=profile):
            found = f"profile {profile} lets them"
        case Denied() as denied:
            place = f", {denied.where}" if denied.where else ""
            found = f"{_said(replace(denied, hidden=False))} ({denied.rule}{place})"
    named = f"{case.name}: " if case.name else ""
    return {"expected": f"{named}{who} {may} {case.right.value}{rule}", "found": found}


def _change(each: Change) -> str:
    if each.gains is None:
        return f"{each.person}: {each.what}: {each.detail}"
    return f"{each.person} {'gains' if each.gains else 'loses'} {each.what}: {each.detail}"
