"""`whisper-tui demo`: the whole program on a simulated PBX that plays a recorded floor and answers every key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from click.shell_completion import CompletionItem
from msgspec.structs import replace

from whisper_tui.ami.settings import LinkSettings
from whisper_tui.cli import accounts
from whisper_tui.cli.fronts import Man, front
from whisper_tui.cli.main import settings_file
from whisper_tui.cli.person import subject
from whisper_tui.cli.policy_file import PolicyFile
from whisper_tui.cli.post import Post
from whisper_tui.cli.speech import sounds_of, words_of
from whisper_tui.config import cues, load, paths, scorecard
from whisper_tui.config.locate import nearest
from whisper_tui.config.schema import CueSettings, FactSettings, NeedSettings
from whisper_tui.config.secrets import HiddenSecret
from whisper_tui.engine.backend import Banner
from whisper_tui.engine.booth import Booth, Reach
from whisper_tui.engine.lawbook import Fixed, PolicySource
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.patience import Patience
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.rows import Limits
from whisper_tui.errors import UsageError
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.policy import Policy
from whisper_tui.simulator import server, stories
from whisper_tui.simulator.server import Simulator
from whisper_tui.terms import Notice, Pbx, Subject
from whisper_tui.ui import keyfile

USUAL = "day"
WAITS = Limits(warn=10.0)
"""Late is whoever waits longer than the queue's service level."""
ENTRIES = Entries("internal,{number}", {"support": "internal,600", "sales": "internal,610"})
"""Of the recorded site; to its other queues there is no way from inside."""
PHONE = "PJSIP/2001"
"""Answers by itself in the simulator; 2002 declines, 2003 is never answered, 2004 is busy (simulator/phones.py)."""

NEEDS = NeedSettings(vip_queues=("vip",), new_agents=("PJSIP/1012",))
FACTS = (
    FactSettings("tier", "customer", variable="CRM_TIER", alarm="= platinum", private=False),
    FactSettings(
        "value",
        "account value",
        event="CrmFact",
        header="Value",
        kind="money",
        alarm="> 5000",
        link="https://crm.example.com/accounts?value={value}",
    ),
    FactSettings("mood", "speech analytics", event="SpeechFact", header="Mood", kind="alarm"),
)


@click.command("demo", short_help="The console on a simulated PBX.")
@click.argument("story", default=USUAL, shell_complete=lambda _ctx, _param, typed: stories_like(typed))
@click.option("--list", "lists", is_flag=True, help="Name the stories that there are.")
@click.option("--speed", type=click.FloatRange(0.1, 20), help="Times as fast as recorded.")
@click.option("--no-hints", "alone", is_flag=True, help="Say nothing of what to try next.")
@click.option("--theme", default="dark", show_default=True, help="The colours.")
@click.option(
    "--phone", default=PHONE, show_default=True, help="Yours; 2002 declines, 2003 is never answered, 2004 is busy."
)
@click.option("--bell", is_flag=True, help="Ring the terminal's bell when a caller becomes late.")
@click.option("--plain", is_flag=True, help="In lines, for screen readers and terminals that cannot place text.")
@click.option("--policy", type=click.Path(path_type=Path), help="Try this policy, on the queues of the demo.")
@click.option("--user", default="", help="With --policy: as somebody else, by name.")
@click.option("--group", "groups", multiple=True, help="With --policy: in this group; may be given several times.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    story: str,
    lists: bool,
    speed: float | None,
    alone: bool,
    theme: str,
    phone: str,
    bell: bool,
    plain: bool,
    policy: Path | None,
    user: str,
    groups: tuple[str, ...],
) -> None:
    """Show the console on a simulated PBX that plays STORY, a recorded floor, and answers every key.

    It needs no Asterisk and no settings. What you do is logged, in a log of the demo's own.
    """
    if lists:
        for name, path in found().items():
            click.echo(f"{name:8} {stories.title_of(path)}")
        return
    if (user or groups) and policy is None:
        raise UsageError("as somebody else only with a policy to try", "--user, --group", "add --policy FILE")
    path, person = story_file(story), subject()
    if user:
        person = replace(person, user=user, groups=accounts.groups_of(user))
    person = replace(person, groups=person.groups | frozenset(groups))
    law: PolicySource = Fixed(demo_policy(person)) if policy is None else tried(policy)
    settings = settings_file(ctx)
    keymap = keyfile.load(load.keys_file(settings))
    show = front(plain)
    coach = () if alone else stories.hints_of(path)
    waits, themes = replace(WAITS, bell=bell), paths.own_themes_of(settings)

    def made(pbx: Simulator) -> Post:
        post = post_at(pbx, person, theme, phone, law, waits)
        return replace(post, keymap=keymap, hints=coach, own_themes=themes)

    asyncio.run(_play(show, path, speed, made))
    click.echo(f"What you did: whisper-tui log --file {trail_file()} list")


async def _play(show: Man, story: Path, speed: float | None, made: Callable[[Simulator], Post]) -> None:
    async with await server.start(story, speed=speed) as pbx:
        await show(made(pbx))


def post_at(
    pbx: Simulator,
    person: Subject,
    theme: str = "dark",
    phone: str = PHONE,
    law: PolicySource | None = None,
    waits: Limits = WAITS,
) -> Post:
    """The post of `person` in the demo, on a simulated PBX that runs. `law`: the demo's own policy unless given."""
    rules = PhoneRules(phone, paths.installation_id(), ring_seconds=10)
    banners = [Banner(Notice("mode.demo"))]
    law = law or Fixed(demo_policy(person))
    cards = cues.load(paths.shipped("fixtures", "demo/cues.toml"))
    card = scorecard.load(paths.shipped("fixtures", "demo/scorecard.toml"))
    words, sounds = words_of(cards), sounds_of(cards)
    post = Post(person, [simulated(pbx, "demo")], law, rules, trail_file(), theme, banners, pbx.playback, cues=words)
    return replace(
        post,
        patience=Patience({"*": waits}),
        entries={Pbx("demo"): ENTRIES},
        needs=NEEDS,
        facts=FACTS,
        scorecard=card,
        booth=partial(Booth, reach=Reach(pbx.host, 0), sounds=sounds, voice=CueSettings().voice),
    )


def tried(path: Path) -> PolicyFile:
    """A policy that somebody tries.

    Raises:
        UsageError: there is none, it is wrong somewhere, or others may write it.
    """
    policy = PolicyFile(path)
    if policy.load() is None:
        raise UsageError("there is no such file", str(path))
    return policy


def simulated(pbx: Simulator, name: str) -> LinkSettings:
    """How the link finds the simulated PBX."""
    return LinkSettings(Pbx(name), pbx.host, pbx.port, pbx.user, HiddenSecret(pbx.secret))


def demo_policy(person: Subject) -> Policy:
    """The demo's own policy (`fixtures/demo/policy.toml`), with `person` in the place of its people."""
    path = paths.shipped("fixtures", "demo/policy.toml")
    read = load.policy_text(path.read_bytes(), path)
    policy = parse(read.table, read.digest, read.path, read.text)
    me = frozenset({person.user})
    return replace(policy, profiles=tuple(replace(profile, os_users=me) for profile in policy.profiles))


def trail_file() -> Path:
    """The demo's session log: never that of real sessions."""
    return paths.state_dir() / "demo.db"


def story_file(name: str) -> Path:
    """The story called `name`, or the file of that name.

    Raises:
        UsageError: there is neither.
    """
    known = found()
    if name in known:
        return known[name]
    if Path(name).exists():
        return Path(name)
    meant = nearest(name, known)
    raise UsageError(
        f"there is no story {name!r}", "demo", f"did you mean `{meant}`?" if meant else f"there are: {', '.join(known)}"
    )


def stories_like(typed: str) -> list[CompletionItem]:
    """What a shell offers: the stories that begin so; where none does, files."""
    return [CompletionItem(name) for name in found() if name.startswith(typed)] or [CompletionItem(typed, type="file")]


def found() -> dict[str, Path]:
    """The stories that came with the program, by name."""
    files = sorted(paths.shipped("fixtures", "demo").glob("*.toml"))
    return {path.stem: path for path in files if path.stem not in ("policy", "cues", "scorecard")}
