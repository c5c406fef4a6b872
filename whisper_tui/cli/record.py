"""`whisper-tui record`: what a PBX sends, into files that `replay` plays and tests are made of."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

import click

from whisper_tui.ami.capture import CaptureWriter
from whisper_tui.ami.link import Link
from whisper_tui.ami.scrub import Scrubber, Whom
from whisper_tui.ami.settings import LinkSettings
from whisper_tui.cli.journal import keep_journal
from whisper_tui.cli.pbx import HINTS, link_settings
from whisper_tui.cli.settings import chosen_one, warn
from whisper_tui.clock import Clock, SystemClock
from whisper_tui.engine.line import LISTS
from whisper_tui.errors import OutOfReach, UsageError, WhisperError
from whisper_tui.terms import LinkState, Notice

NOBODY = "nobody"
"""Of --scrub: leave everything as it is."""


@click.command("record", short_help="Record what a PBX sends.")
@click.argument("pbx", required=False)
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="NAME.ami; NAME.idx and NAME.sent go beside it."
)
@click.option("--seconds", type=click.FloatRange(1), help="How long; without it until ctrl-c.")
@click.option(
    "--scrub",
    type=click.Choice([*(whom.value for whom in Whom), NOBODY]),
    default=Whom.EVERYONE.value,
    show_default=True,
    help="Whose numbers and names are replaced.",
)
@click.pass_context
def command(ctx: click.Context, pbx: str | None, output: Path, seconds: float | None, scrub: str) -> None:
    """Record what PBX sends, beginning with its lists. PBX may be left out where there is one.

    Numbers and names are replaced by fictitious ones, the same by the same, with a key that is thrown away. Digits that
    callers type are never recorded.
    """
    name, settings = chosen_one(ctx, pbx)
    if output.suffix != ".ami":
        raise UsageError("a recording is called NAME.ami", str(output))
    keep_journal()
    size = asyncio.run(
        _record(link_settings(name, settings, warn), output, seconds, Whom(scrub) if scrub != NOBODY else None)
    )
    click.echo(f"{output}: {size} bytes - whisper-tui replay {output}")


async def _record(settings: LinkSettings, output: Path, seconds: float | None, whom: Whom | None) -> int:
    """Record until `seconds` have passed, a person says so, or the link ends; returns the bytes.

    Raises:
        OutOfReach: there is no link.
        NoCapture: the files cannot be made.
        WhisperError: the disk did not take it all.
    """
    clock = SystemClock()
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    up = asyncio.Event()
    ended: list[Notice] = []

    def turned(state: LinkState, notice: Notice | None) -> None:
        if state is LinkState.SEEDING:
            up.set()
        elif notice is not None:
            ended.append(notice)
            end()

    def end() -> None:
        up.set()
        if not over.done():
            over.set_result(None)

    writer = _writer(output, clock, whom)
    link = Link(settings, clock, lambda event: None, turned)
    link.tap, link.on_sent = writer.received, writer.sent
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end)
    life = asyncio.create_task(link.run())
    try:
        await up.wait()
        for action in LISTS:
            await link.send(action)
        link.seeded()
        if not over.done():
            click.echo(f"recording {settings.pbx}; ctrl-c ends it", err=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await over
    finally:
        await link.close()
        await life
        writer.close()
    if ended:
        raise OutOfReach(ended[0].values.get("error", ended[0].code), str(settings.pbx), HINTS.get(ended[0].code, ""))
    if writer.fault is not None:
        raise WhisperError(f"the recording ended early ({writer.fault.strerror})", str(output))
    return writer.bytes


def _writer(output: Path, clock: Clock, whom: Whom | None) -> CaptureWriter:
    if whom is None:
        return CaptureWriter(output, clock)
    scrubber = Scrubber(whom)
    return CaptureWriter(output, clock, scrubber.scrub, scrubber.scrub_headers)
