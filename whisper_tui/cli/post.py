"""A supervisor's post: link, engine, log and console joined together, for a real PBX, the demo and a replay alike."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field

from whisper_tui.ami.link import Link
from whisper_tui.ami.settings import LinkSettings
from whisper_tui.audit.access import Shelf
from whisper_tui.audit.keeping import Keeping
from whisper_tui.audit.shipping import Shipment
from whisper_tui.audit.store import Store
from whisper_tui.audit.trail import Trail
from whisper_tui.cli.person import boot_id
from whisper_tui.clock import Clock, SystemClock
from whisper_tui.config.schema import AgentSettings, FactSettings, HandSettings, NeedSettings, ShipSettings
from whisper_tui.engine.backend import Backend, Banner, Playback
from whisper_tui.engine.booth import Booth
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.facts import FactRule, FactRules
from whisper_tui.engine.known import Known
from whisper_tui.engine.lawbook import PolicySource
from whisper_tui.engine.lesson import Hint
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.patience import Patience
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.rounds import Still
from whisper_tui.errors import WhisperError
from whisper_tui.floor.model import Heeds
from whisper_tui.scorecard import Scorecard
from whisper_tui.supervision.quality import LineLimits
from whisper_tui.terms import Pbx, Subject, seconds_of
from whisper_tui.ui.keymap import DEFAULT, Keymap

Front = TypeVar("Front")

ENDS = (signal.SIGTERM, signal.SIGHUP)


class Post(Struct, frozen=True):
    """What a console is set up with.

    Args:
        person: who sits there.
        policy: where it comes from; where there is none, nothing is shown but that.
        rules: of the supervisor's phone; `rules.installation` names its legs.
        trail: the session log's file.
        anchors: the file in which its newest row is noted, None: it is not, and nothing is ever deleted of the log.
        keep: seconds after which closed files of the log are deleted, None: never.
        ship: the database that the log is shipped to, with its name there; None: none.
        own_themes: the folder of the person's own themes.
        colours: in which the names of PBXs are shown, `#rrggbb`.
        banners: what stands above everything.
        playback: of a PBX that plays one.
        recording: nobody can be heard: keys that would start something are dim.
        entries: where each PBX takes a customer who is handed back.
        tags_variables: the channel variable that holds a call's tags, by PBX.
        decline_key: the key on an agent's phone that ends coaching for the call.
        pause_reasons: the codes of which a pause of an agent has one.
        hands: how agents ask for help.
        needs: what makes a call need somebody.
        facts: what other systems know of calls.
        cues: phrases that can be sent to an agent.
        booth: makes what they are spoken from, None: they are not.
        patience: how long callers may wait in which queue.
        quality: from where on a line is bad.
        hints: what a coach says, in order.
        scorecard: what points are given for, None: nothing is scored.
        findings: the file of what legs have shown of each PBX, None: it is kept nowhere.
        keymap: what each key does.
        recordings: the address at which recordings can be heard, with {value} for the file's name; "": there is none.
        still: what a person is now, as the system has it; None: nobody changes.
    """

    person: Subject
    links: Sequence[LinkSettings]
    policy: PolicySource
    rules: PhoneRules
    trail: Path
    theme: str
    banners: Sequence[Banner] = field(default=())
    playback: Playback | None = None
    recording: bool = False
    entries: Mapping[Pbx, Entries] = field(default_factory=dict)
    tags_variables: Mapping[Pbx, str] = field(default_factory=dict)
    decline_key: str = ""
    pause_reasons: Sequence[str] = AgentSettings().pause_reasons
    hands: HandSettings = field(default_factory=HandSettings)
    needs: NeedSettings = field(default_factory=NeedSettings)
    facts: Sequence[FactSettings] = ()
    cues: Sequence[str] = ()
    booth: Callable[[Clock], Booth] | None = None
    patience: Patience = field(default_factory=Patience)
    quality: LineLimits = field(default_factory=LineLimits)
    hints: Sequence[Hint] = ()
    scorecard: Scorecard | None = None
    findings: Path | None = None
    anchors: Path | None = None
    keep: float | None = None
    ship: ShipSettings | None = None
    keymap: Keymap = DEFAULT
    recordings: str = ""
    still: Still | None = None
    own_themes: Path | None = None
    colours: Mapping[Pbx, str] = field(default_factory=dict)


@asynccontextmanager
async def manned_by(post: Post, front: Callable[[Backend, Clock], Front]) -> AsyncIterator[Front]:
    """What `front` makes for the supervisor's seat, while its engine runs; at the end no leg is up and the log is closed.

    Raises:
        WhisperError: the session log cannot be opened or written; nothing was connected.
    """
    clock, installation, anchors = SystemClock(), post.rules.installation, post.anchors
    boot = boot_id()
    with Trail.open(post.trail, clock, boot) as trail:
        ship = post.ship
        shipment = Shipment(post.trail, Store(ship.to), ship.stream, clock) if ship is not None else None
        facts = FactRules([_rule(fact) for fact in post.facts])
        engine = Engine(
            trail,
            clock,
            installation=installation,
            law=post.policy,
            boot=boot,
            care=Keeping(trail, anchors, post.keep, clock, shipment=shipment) if anchors is not None else None,
            replay=post.recording,
            still=post.still,
            calls=trail.calls(),
            shelf=Shelf(post.trail),
            shipping=shipment,
            patience=post.patience,
            hand_lasts=post.hands.lasts,
            facts=facts,
            quality=post.quality,
        )
        heeds = Heeds(
            post.hands.event.lower(),
            post.hands.reason,
            seconds_of(post.needs.repeat_within),
            facts.events(),
            facts.variables(),
        )
        for settings in post.links:
            variable = post.tags_variables.get(settings.pbx, "")
            engine.connect(settings.pbx, partial(Link, settings, clock), variable, heeds)
        seat = engine.admit(
            post.person,
            post.rules,
            banners=tuple(post.banners),
            entries=post.entries,
            known=Known(post.findings),
            decline_key=post.decline_key,
            pause_reasons=post.pause_reasons,
            cues=post.cues,
            scorecard=post.scorecard,
            booth=post.booth(clock) if post.booth is not None else None,
        )
        made = front(seat, clock)
        await engine.start()
        try:
            yield made
        finally:
            lost = await engine.close()
        if lost:
            hint = "make room on its disk; the next start closes what is open"
            raise WhisperError(f"{lost} rows of the session log could not be written", str(post.trail), hint)


def _rule(fact: FactSettings) -> FactRule:
    """A fact as the engine holds it."""
    return FactRule(
        fact.name,
        fact.words or fact.name,
        fact.event.lower(),
        fact.header.lower(),
        fact.variable,
        is_number=fact.kind in ("number", "money"),
        alarm=fact.alarms_at,
        link=fact.link,
        private=fact.private,
    )
