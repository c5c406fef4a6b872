"""The texts that `init` writes and prints: config.toml, policy.toml, and the account for the PBX's manager.conf."""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whisper_tui.config.schema import Secret


@dataclass(frozen=True, slots=True)
class PbxDraft:
    """A PBX as `init` was told of it."""

    host: str
    port: int
    user: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """Whom the policy is for and what it lets them do. `rights`: `call.listen`, ...; `queues`: patterns."""

    os_user: str
    rights: Sequence[str]
    queues: Sequence[str]
    phone: str


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


def policy_text(profile: ProfileDraft) -> str:
    """policy.toml with one role and one profile."""
    return "\n".join(
        [
            "# whisper-tui: see `man whisper-tui-policy`. What is not allowed here is denied.",
            "schema = 1",
            "",
            "[roles.supervisor]",
            f"can = {_texts(['floor.view', *profile.rights])}",
            "",
            "[[profile]]",
            f"name = {_text(profile.os_user)}",
            f"os_users = {_texts([profile.os_user])}",
            'roles = ["supervisor"]',
            f"scope = {{ queue = {_texts(profile.queues)} }}",
            f"phone = {_texts([profile.phone])}",
            "",
        ]
    )


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
            "; add `user` to read for the tags of calls that the dialplan tells by UserEvent",
            "read = call,agent,dtmf,system",
            "; add `message` to write where agents are told by a text on their phones",
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
    # A TOML basic string takes the escapes of JSON; of what JSON leaves as it is, only DEL must be written out.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"
