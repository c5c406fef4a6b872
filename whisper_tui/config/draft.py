"""The texts that `init` and `policy init` write and print: config.toml, policy.toml, the account for the PBX's manager.conf."""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from whisper_tui.config.schema import Secret

MAX_LIST = 80
"""Characters of a list that stands on one line."""


class PbxDraft(Struct, frozen=True):
    """A PBX as `init` was told of it."""

    host: str
    port: int
    user: str
    secret: Secret


class RoleDraft(Struct, frozen=True):
    """A role. `rights`: its own, `call.listen`, ...; `extends`: the role whose rights it has too, "" for none."""

    name: str
    rights: Sequence[str]
    extends: str = ""


class ProfileDraft(Struct, frozen=True):
    """Whom the policy is for and what it lets them do. `roles`: all of the policy, they have the last; `queues`: patterns."""

    os_user: str
    roles: Sequence[RoleDraft]
    queues: Sequence[str]
    phone: str


class AttributesDraft(Struct, frozen=True):
    """Entries that say nothing yet. `queues`: patterns; `agents`: pattern -> whose phone that is, "" if not known."""

    queues: Sequence[str] = ()
    agents: Mapping[str, str] = field(default_factory=dict)


def config_text(pbxs: Mapping[str, PbxDraft], phone: str, answer: str) -> str:
    """config.toml for these PBXs and this phone."""
    out = [
        "# whisper-tui: see `man whisper-tui.toml`. The secret itself never stands here.",
        "schema = 1",
        'theme = "dark"',
    ]
    for name, pbx in pbxs.items():
        out += [
            "",
            f"[pbx.{name}]",
            f"host = {_text(pbx.host)}",
            f"port = {pbx.port}",
            f"user = {_text(pbx.user)}",
            f"secret = {_secret(pbx.secret)}",
        ]
    out += [
        "",
        "[phone]",
        f"device = {_text(phone)}",
        f"answer = {_text(answer)}",
        "",
        "[leg]",
        "lease = 5      # seconds after which the PBX hangs your phone up when this program is gone",
        "idle = 300     # seconds that your phone may stay off the hook hearing nothing",
        "",
    ]
    return "\n".join(out)


_NONE = AttributesDraft()


def policy_text(profile: ProfileDraft, attributes: AttributesDraft = _NONE, heading: Sequence[str] = ()) -> str:
    """policy.toml with these roles, one profile, and entries to fill in. `heading`: lines for whoever reads it."""
    return "\n".join(
        [
            "# whisper-tui: see `man whisper-tui-policy`. What is not allowed here is denied.",
            *(f"# {_in_a_comment(line)}" for line in heading),
            "schema = 1",
            *_attributes(attributes),
            *(line for role in profile.roles for line in _role(role)),
            "",
            "[[profile]]",
            f"name = {_text(profile.os_user)}",
            f"os_users = {_texts([profile.os_user])}",
            f"roles = {_texts([profile.roles[-1].name])}",
            f"scope = {{ queue = {_texts(profile.queues)} }}",
            f"phone = {_texts([profile.phone])}",
            "",
        ]
    )


def _role(role: RoleDraft) -> Iterator[str]:
    yield from ("", f"[roles.{role.name}]")
    if role.extends:
        yield f"extends = {_texts([role.extends])}"
    yield f"can = {_texts(role.rights)}"


def _attributes(attributes: AttributesDraft) -> Iterator[str]:
    if attributes.queues:
        yield from (
            "",
            "# What a call belongs to. Where it is filled in, a scope can say department, campaign, team and location.",
        )
    for queue in attributes.queues:
        yield from ("", "[[attributes.queue]]", f"match = {_text(queue)}")
        yield from ('# department = ""', '# campaign = ""', "# tags = []")
        yield "# announced = true      # its callers are told that calls may be monitored"
    for agent, whose in attributes.agents.items():
        said = f"  # {_in_a_comment(whose)}" if whose else ""
        yield from ("", "[[attributes.agent]]", f"match = {_text(agent)}{said}", '# team = ""', '# location = ""')


def manager_account(name: str, pbx: PbxDraft) -> str:
    """The least account that works, for manager.conf of the PBX (measured on Asterisk 22.10.1).

    The line of the secret is left a comment: an account without one is refused, one with an empty secret is not.
    """
    here = _our_address(pbx.host)
    return "\n".join(
        [
            f"[{pbx.user}]",
            f"; secret = the line that you give to `whisper-tui secret set {name}`, e.g. from `openssl rand -base64 24`",
            "deny = 0.0.0.0/0.0.0.0",
            "deny = ::/0",
            f"permit = {here}"
            if here
            else "; permit = the address of this machine, as the PBX sees it, /255.255.255.255",
            "; add `user` to read for what the dialplan tells by UserEvent: tags and facts of calls, raised hands",
            "read = call,agent,dtmf,system",
            "; add `message` to write where agents are told, or sent a cue card (C), by a text on their phones",
            "; spoken cue cards need no more, but chan_audiosocket (before Asterisk 18 chan_rtp) and a way to [cues] reach",
            "write = call,agent,originate,reporting",
            "writetimeout = 5000",
            "eventfilter = !Event: NewConnectedLine",
            "eventfilter = !Event: DialState",
            "eventfilter = !Event: SoftHangupRequest",
        ]
    )


def _our_address(host: str) -> str:
    """Our address on the way to `host`, as `permit` takes it; "" if only a name server could tell."""
    try:
        there = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return ""
    family, mask = (socket.AF_INET, "255.255.255.255") if there.version == 4 else (socket.AF_INET6, "128")
    with socket.socket(family, socket.SOCK_DGRAM) as way:
        try:
            way.connect((str(there), 5038))  # of a datagram socket: sends nothing, chooses the way
        except OSError:
            return ""
        return f"{way.getsockname()[0]}/{mask}"


def _secret(secret: Secret) -> str:
    keys = {"source": _text(secret.source)}
    match secret.source:
        case "keyring":
            keys |= {"account": _text(secret.account)}
        case "file" | "systemd":
            keys |= {"path": _text(secret.path)}
        case "command":
            keys |= {"command": _texts(secret.command)}
        case "env":
            keys |= {"variable": _text(secret.variable)}
        case "prompt":
            pass
    return "{ " + ", ".join(f"{key} = {value}" for key, value in keys.items()) + " }"


def _text(value: str) -> str:
    # A TOML basic string takes the escapes of JSON; what JSON leaves as it is and nobody would see is written out too.
    return "".join(
        sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in json.dumps(value, ensure_ascii=False)
    )


def _texts(values: Sequence[str]) -> str:
    """A list, on one line as long as a person reads it there."""
    texts = [_text(value) for value in values]
    line = f"[{', '.join(texts)}]"
    return line if len(line) <= MAX_LIST else "[\n" + "".join(f"  {text},\n" for text in texts) + "]"


def _in_a_comment(text: str) -> str:
    """`text` as it may stand behind a #: it ends with the line, and nothing in it turns the line round."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
