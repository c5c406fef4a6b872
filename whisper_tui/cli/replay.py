"""`whisper-tui replay`: the console on a recording. It can be watched, paused and sought in; nothing can be done to it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from msgspec.structs import replace

from whisper_tui.cli.demo import simulated, trail_file
from whisper_tui.cli.fronts import Man, front
from whisper_tui.cli.main import settings_file
from whisper_tui.cli.person import subject
from whisper_tui.cli.post import Post
from whisper_tui.config import load, paths
from whisper_tui.engine.backend import Banner
from whisper_tui.engine.lawbook import Fixed
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.permissions.policy import Numbers, Policy, Profile
from whisper_tui.simulator import server
from whisper_tui.terms import Notice, Right
from whisper_tui.ui import keyfile
from whisper_tui.ui.keymap import Keymap


@click.command("replay", short_help="The console on a recording.")
@click.argument("recording", type=click.Path(path_type=Path))
@click.option(
    "--speed", type=click.FloatRange(0.1, 100), default=1.0, show_default=True, help="Times as fast as recorded."
)
@click.option("--theme", default="dark", show_default=True, help="The colours.")
@click.option("--plain", is_flag=True, help="In lines, for screen readers and terminals that cannot place text.")
@click.pass_context
def command(ctx: click.Context, /, recording: Path, speed: float, theme: str, plain: bool) -> None:
    """Show the console on RECORDING, a NAME.ami that `whisper-tui record` made.

    The comma stops, + and - change the speed, the arrows seek.
    """
    settings = settings_file(ctx)
    keymap = keyfile.load(load.keys_file(settings))
    show = front(plain)
    asyncio.run(_play(show, recording, speed, theme, keymap, paths.own_themes_of(settings)))


async def _play(show: Man, recording: Path, speed: float, theme: str, keymap: Keymap, own_themes: Path) -> None:
    async with await server.replay(recording, speed=speed) as pbx:
        rules = PhoneRules("", paths.installation_id())
        banners = [Banner(Notice("mode.replay"))]
        links = [simulated(pbx, "replay")]
        person = subject()
        viewer = Profile(
            "replay", frozenset({Right.FLOOR_VIEW}), os_users=frozenset({person.user}), numbers=Numbers.FULL
        )
        policy = Policy((viewer,), digest="")
        post = Post(person, links, Fixed(policy), rules, trail_file(), theme, banners, pbx.playback, recording=True)
        await show(replace(post, keymap=keymap, own_themes=own_themes))
