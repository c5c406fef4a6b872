"""`whisper-tui`: the console on the PBXs of config.toml."""

from __future__ import annotations

import asyncio
from pathlib import Path

from whisper_tui.cli.fronts import front
from whisper_tui.cli.pbx import answer_headers, link_settings
from whisper_tui.cli.person import still, subject
from whisper_tui.cli.policy_file import PolicyFile
from whisper_tui.cli.post import Post
from whisper_tui.cli.settings import warn
from whisper_tui.cli.speech import booth, words_of
from whisper_tui.config import cues, load, paths, scorecard
from whisper_tui.config.schema import Config
from whisper_tui.engine.backend import Banner
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.patience import Patience
from whisper_tui.engine.phone import Lasts, PhoneRules
from whisper_tui.engine.rows import Limits
from whisper_tui.errors import UsageError
from whisper_tui.supervision.quality import LineLimits
from whisper_tui.terms import Notice, Pbx, seconds_of
from whisper_tui.ui import keyfile


def start(config_file: Path, *, plain: bool = False) -> None:
    """Show the console until it is left.

    Raises:
        WhisperError: a file is missing or wrong, the secret cannot be had, the log cannot be written.
    """
    if not config_file.exists():
        hint = "`whisper-tui init` writes them; `whisper-tui demo` shows the console without"
        raise UsageError("no settings yet", str(config_file), hint)
    config = load.load(config_file)
    policy = PolicyFile(load.policy_file(config, config_file))
    policy.load()  # one that is wrong is said before anything is asked for
    cards = cues.load(load.cues_file(config_file))
    keymap = keyfile.load(load.keys_file(config_file))
    card = scorecard.load(load.scorecard_file(config_file))
    spoken = booth(config, cards)
    show = front(plain)
    # The secret is fetched before the screen is taken: a source may have to ask.
    links = [link_settings(name, pbx, warn) for name, pbx in config.pbx.items()]
    rules = PhoneRules(
        config.phone.device,
        paths.installation_id(),
        ring_seconds=config.phone.ring,
        lease_seconds=config.leg.lease,
        idle_seconds=config.leg.idle,
        lasts=Lasts(config.leg.lasts),
        caller_name=config.phone.caller_name,
        caller_number=config.phone.caller_number,
        answer_headers=answer_headers(config.phone),
    )
    banners = [Banner(Notice("mode.direct"))]
    asyncio.run(
        show(
            Post(
                subject(),
                links,
                policy,
                rules,
                load.trail_file(config),
                config.theme,
                banners,
                entries={
                    Pbx(name): Entries(pbx.entries.agents, pbx.entries.queues) for name, pbx in config.pbx.items()
                },
                tags_variables={Pbx(name): pbx.tags_variable for name, pbx in config.pbx.items()},
                decline_key=config.agent.decline_key,
                pause_reasons=config.agent.pause_reasons,
                hands=config.hands,
                needs=config.needs,
                facts=config.facts,
                cues=words_of(cards),
                booth=spoken,
                patience=patience(config),
                quality=quality(config),
                keymap=keymap,
                recordings=config.log.recordings,
                scorecard=card,
                anchors=load.anchors_file(config),
                keep=load.kept_for(config),
                ship=load.shipped_to(config),
                findings=paths.findings_file(),
                still=still,
                own_themes=paths.own_themes_of(config_file),
                colours={Pbx(name): pbx.colour for name, pbx in config.pbx.items() if pbx.colour},
            )
        )
    )


def quality(config: Config) -> LineLimits:
    """From where on a line is bad, as the settings say it."""
    said = config.quality
    return LineLimits(said.loss / 100, said.jitter / 1000, said.round_trip / 1000, float(said.mes))


def patience(config: Config) -> Patience:
    """How long callers may wait, as the settings say it."""
    return Patience(
        {name: Limits(seconds_of(each.warn), seconds_of(each.late), each.bell) for name, each in config.queues.items()}
    )
