"""What config.toml's values must be, beyond their types; `load.py` gives each problem its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from whisper_tui.config.fact_checks import fact_problems, is_address
from whisper_tui.config.locate import KeyPath, nearest
from whisper_tui.config.problem import CHANNEL_VARIABLE, EVENT, Problem, expanded
from whisper_tui.config.schema import (
    Config,
    CueSettings,
    Entries,
    HandSettings,
    LegSettings,
    NeedSettings,
    PbxSettings,
    PhoneSettings,
    QualitySettings,
    QueueSettings,
    Secret,
    ShipSettings,
)
from whisper_tui.terms import seconds_of

PBX_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
HOST = re.compile(r"[A-Za-z0-9_.:%-]{1,253}")
REACHED = re.compile(r"[A-Za-z0-9_.-]{1,253}")
"""A host as the name of an AudioSocket channel can hold it."""
ACCOUNT = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\[\];,]{1,80}")
PHONE = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.+@-]{1,80}")
ANSWERS = ("by hand", "alert-info", "call-info")
ANSWER_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}: ?[^,\x00-\x1f\x7f-\x9f]{1,200}")
CALLER_NAME = re.compile(r"[^\"<>\\\x00-\x1f\x7f-\x9f]{0,40}")
CALLER_NUMBER = re.compile(r"[0-9*#+]{0,24}")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,80}")
REASON = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
WEIGHTS = ("hand", "alarm", "vip", "new_agent", "repeat", "wait", "length", "holds", "held", "silence")
PLACE = re.compile(r"[A-Za-z0-9_.*#+-]{1,79},[A-Za-z0-9_.*#+-]{1,79}")
DAYS = re.compile(r"[1-9][0-9]{0,4}d")
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
CREDENTIAL = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_HOST = r"(?:\[[0-9A-Fa-f:.%]*\]|[^@/?:,\[\]]*)(?::[0-9]{1,5})?"
DATABASE = re.compile(
    rf"postgres(?:ql)?://(?:(?P<user>[^@/]*)@)?{_HOST}(?:,{_HOST})*(?:/[^/?]*)?(?:\?(?P<options>[A-Za-z0-9_.=&%~/+:,*-]*))?"
)
"""As PostgreSQL takes it apart: whose account it is ends at the first `@`, whatever other signs stand before it."""
STREAM = re.compile(r"[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]{0,62}[^\s\x00-\x1f\x7f-\x9f])?")


def problems(config: Config, themes: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong in `config`. `themes`: the themes that there are."""
    if config.schema != 1:
        yield Problem(("schema",), f"the file is of schema {config.schema}", "this program reads schema 1")
    if not config.pbx:
        yield Problem(("pbx",), "no PBX is named", '[pbx.main] with host = "..." and user = "..."')
    for name, pbx in config.pbx.items():
        yield from _pbx(name, pbx)
    yield from _phone(config.phone)
    yield from _leg(config.leg)
    for place, reason in enumerate(config.agent.pause_reasons, 1):
        if not REASON.fullmatch(reason):
            said = "a word of letters, digits, - and _, at most 32: it goes to the PBX"
            yield Problem(("agent", "pause_reasons"), f"{reason!r}, the {place}. of them, is none", said)
    if not config.agent.pause_reasons:
        yield Problem(("agent", "pause_reasons"), "is empty", "leave it out, or name one reason at least")
    if not re.fullmatch(r"[0-9*#]?", config.agent.decline_key):
        yield Problem(("agent", "decline_key"), f"{config.agent.decline_key!r} is not a key", "one of 0 to 9, *, #")
    for queue, settings in config.queues.items():
        yield from _queue(("queues", queue), queue, settings)
    yield from _hands(config.hands)
    yield from _cues(config.cues)
    yield from _quality(config.quality)
    yield from _needs(config.needs)
    yield from fact_problems(config.facts, config.hands.event)
    yield from _path(("policy",), config.policy)
    yield from _path(("log", "path"), config.log.path)
    yield from _path(("log", "anchors"), config.log.anchors)
    if config.log.keep and not DAYS.fullmatch(config.log.keep):
        yield Problem(("log", "keep"), f"{config.log.keep!r} is not a number of days", 'write "730d"; none: for ever')
    if config.log.recordings and not is_address(config.log.recordings):
        hint = 'recordings = "https://recordings.example.com/{value}", with {value} once, behind the host'
        yield Problem(("log", "recordings"), "this is no address that a file's name can be put into", hint)
    if config.log.ship is not None:
        yield from _ship(config.log.ship)
    if config.theme not in themes:
        meant = nearest(config.theme, themes)
        hint = f"did you mean `{meant}`?" if meant else f"there are: {', '.join(themes)}"
        yield Problem(("theme",), f"there is no theme {config.theme!r}", hint)


def _pbx(name: str, pbx: PbxSettings) -> Iterator[Problem]:
    way = ("pbx", name)
    if not PBX_NAME.fullmatch(name):
        yield Problem(way, f"{name!r} cannot be a PBX's name", "letters, digits, - and _, at most 32")
    if not HOST.fullmatch(pbx.host):
        yield Problem(
            (*way, "host"), f"{pbx.host!r} is not a host", "a name or an address; the port has a key of its own"
        )
    if not 1 <= pbx.port <= 65535:
        yield Problem((*way, "port"), f"{pbx.port} is not a port", "1 to 65535; AMI listens on 5038, with TLS on 5039")
    if not ACCOUNT.fullmatch(pbx.user):
        yield Problem(
            (*way, "user"), f"{pbx.user!r} cannot be an AMI account", "the name in [brackets] in manager.conf"
        )
    if pbx.tls:
        yield from _path((*way, "tls", "ca"), pbx.tls.ca)
    yield from _secret((*way, "secret"), pbx.secret)
    yield from _entries((*way, "entries"), pbx.entries)
    if pbx.tags_variable and not CHANNEL_VARIABLE.fullmatch(pbx.tags_variable):
        yield Problem((*way, "tags_variable"), f"{pbx.tags_variable!r} cannot be a channel variable", "CALL_TAGS")
    if pbx.colour and not COLOUR.fullmatch(pbx.colour):
        yield Problem((*way, "colour"), f"{pbx.colour!r} is not a colour", 'write "#rrggbb"')


def _entries(way: KeyPath, entries: Entries) -> Iterator[Problem]:
    agents = entries.agents.replace("{number}", "1001")
    if entries.agents and (agents == entries.agents or not PLACE.fullmatch(agents)):
        yield Problem((*way, "agents"), f"{entries.agents!r} is no place for every agent", 'write "internal,{number}"')
    for queue, place in entries.queues.items():
        if not PLACE.fullmatch(place):
            yield Problem((*way, "queues", queue), f"{place!r} is no place in the dialplan", 'write "context,exten"')


def _queue(way: KeyPath, name: str, settings: QueueSettings) -> Iterator[Problem]:
    if not name.strip() or name != name.strip():
        yield Problem(way, f"{name!r} matches no queue", 'write [queues.support], or [queues."sales-*"]')
    warn, late = seconds_of(settings.warn), seconds_of(settings.late)
    for key, written, seconds in (("warn", settings.warn, warn), ("late", settings.late, late)):
        if written and not seconds:
            yield Problem((*way, key), f"{written!r} is not a time", 'write "30s", "5m" or "1h"')
    if late and warn >= late:
        yield Problem((*way, "warn"), f"{settings.warn} is not before {settings.late}, when it is late", "warn earlier")


def _needs(needs: NeedSettings) -> Iterator[Problem]:
    for key in WEIGHTS:
        if not 0 <= (points := getattr(needs, key)) <= 1000:
            yield Problem(("needs", key), f"{points:g} is not 0 to 1000 points", "0: it counts for nothing")
    if needs.repeat_within and not 60 <= seconds_of(needs.repeat_within) <= 720 * 3600:
        hint = 'write "30m" or "24h", at most "720h"; "": nobody calls again'
        yield Problem(("needs", "repeat_within"), f"{needs.repeat_within!r} is not a time from 1m to 720h", hint)


def _hands(hands: HandSettings) -> Iterator[Problem]:
    if (hands.event and not EVENT.fullmatch(hands.event)) or hands.event.lower() == "whispertag":
        hint = 'letters, digits, . - and _, at most 60, and not WhisperTag: event = "WhisperHand"'
        yield Problem(("hands", "event"), f"{hands.event!r} cannot be the UserEvent of a raised hand", hint)
    if hands.reason and not REASON.fullmatch(hands.reason):
        yield Problem(("hands", "reason"), f"{hands.reason!r} cannot be the reason of a pause", 'reason = "help"')
    if not 0 <= hands.lasts <= 86400:
        yield Problem(("hands", "lasts"), f"{hands.lasts} is not 0 to 86400 seconds", "0: until somebody takes it")


def _cues(cues: CueSettings) -> Iterator[Problem]:
    host, _, port = cues.reach.rpartition(":")
    if cues.reach and not (REACHED.fullmatch(host) and port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        said = 'the address at which the PBX reaches this program: "10.0.0.5:9092"'
        yield Problem(("cues", "reach"), f"{cues.reach!r} is not HOST:PORT", said)
    if cues.bind and not HOST.fullmatch(cues.bind):
        yield Problem(("cues", "bind"), f"{cues.bind!r} is not an address", 'bind = "0.0.0.0" listens on all of them')
    if cues.voice and not cues.voice[0]:
        yield Problem(
            ("cues", "voice"), "names no command", 'voice = ["espeak-ng", "--stdin", "--stdout"]; [] for none'
        )


def _quality(quality: QualitySettings) -> Iterator[Problem]:
    for key, value, most, unit in (
        ("loss", quality.loss, 100, "percent of the packets"),
        ("jitter", quality.jitter, 10_000, "ms"),
        ("round_trip", quality.round_trip, 60_000, "ms"),
        ("mes", quality.mes, 100, "a score"),
    ):
        if not 0 < value <= most:
            yield Problem(("quality", key), f"{value:g} is not {unit}", f"more than 0, at most {most}")


def _ship(ship: ShipSettings) -> Iterator[Problem]:
    """What is wrong is never repeated: it may be a password."""
    way = ("log", "ship", "to")
    read = DATABASE.fullmatch(ship.to)
    if read is None or any(sign.isspace() or not sign.isprintable() for sign in ship.to):
        yield Problem(
            way, "this is no database of PostgreSQL", 'to = "postgresql://whisper_tui@db.example/whisper_tui"'
        )
    elif ":" in unquote(read["user"] or "") or any(map(_is_secret, (read["options"] or "").split("&"))):
        yield Problem(
            way, "a password does not belong in this file", "put it into ~/.pgpass (0600) or what PGPASSFILE names"
        )
    if ship.stream and not STREAM.fullmatch(ship.stream):
        yield Problem(("log", "ship", "stream"), f"{ship.stream!r} cannot be a name", "at most 64 characters, one line")


def _secret(way: KeyPath, secret: Secret) -> Iterator[Problem]:
    match secret.source:
        case "keyring":
            if not secret.account:
                yield Problem(way, "a secret in the keyring needs an `account`", 'account = "main"')
        case "file":
            if not secret.path:
                yield Problem(way, "a secret in a file needs a `path`", 'path = "~/.config/whisper-tui/secret"')
            yield from _path((*way, "path"), secret.path)
        case "command":
            if not secret.command or not secret.command[0]:
                yield Problem(way, "a secret from a command needs a `command`", 'command = ["pass", "show", "ami"]')
        case "env":
            if not VARIABLE.fullmatch(secret.variable):
                yield Problem(
                    (*way, "variable"), f"{secret.variable!r} cannot be an environment variable", "WHISPER_TUI_SECRET"
                )
        case "systemd":
            if not CREDENTIAL.fullmatch(secret.path) or secret.path in {".", ".."}:
                yield Problem(
                    way, "`path` must be the name of a systemd credential", "NAME of LoadCredential=NAME:FILE"
                )
        case "prompt":
            pass


def _phone(phone: PhoneSettings) -> Iterator[Problem]:
    if not PHONE.fullmatch(phone.device):
        yield Problem(("phone", "device"), f"{phone.device!r} is not a phone", "write it as PJSIP/2001")
    elif phone.device.lower().startswith("local/"):
        yield Problem(("phone", "device"), "a Local channel is not a phone", "name the device itself: PJSIP/2001")
    if not 5 <= phone.ring <= 120:
        yield Problem(("phone", "ring"), f"{phone.ring} is not 5 to 120 seconds", "how long your phone may ring")
    if phone.answer not in ANSWERS and not ANSWER_HEADER.fullmatch(phone.answer):
        meant = nearest(phone.answer, ANSWERS)
        hint = (
            f"did you mean `{meant}`?" if meant else f'{", ".join(ANSWERS)}, or a header "X-Auto: yes" without a comma'
        )
        yield Problem(("phone", "answer"), f"the phone cannot answer {phone.answer!r}", hint)
    if not CALLER_NAME.fullmatch(phone.caller_name):
        yield Problem(
            ("phone", "caller_name"), "not a name that a phone can show", 'at most 40 characters, none of " < > \\'
        )
    if not CALLER_NUMBER.fullmatch(phone.caller_number):
        yield Problem(
            ("phone", "caller_number"), f"{phone.caller_number!r} is not a number", "digits, * # +, at most 24"
        )


def _leg(leg: LegSettings) -> Iterator[Problem]:
    if not 3 <= leg.lease <= 30:
        yield Problem(
            ("leg", "lease"), f"{leg.lease} is not 3 to 30 seconds", "a shorter lease ends sooner when the line is cut"
        )
    if not 0 <= leg.idle <= 86400:
        yield Problem(("leg", "idle"), f"{leg.idle} is not 0 to 86400 seconds", "0 hangs up at once")


def _path(way: KeyPath, written: str) -> Iterator[Problem]:
    path = expanded(written)
    if written and (path is None or not path.is_absolute()):
        yield Problem(way, f"{written!r} is not a whole path", "begin it with / or ~/")


def _is_secret(option: str) -> bool:
    """Whether an option of an address is a password, or an account with one behind it."""
    name, _, value = option.partition("=")
    name = unquote(name).lower()
    return "password" in name or (name == "user" and ":" in unquote(value))
