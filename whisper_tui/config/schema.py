"""config.toml as structs: the one schema. `load.py` reads it, `errors` there say file, key, what was expected.

Strict: an unknown key is refused with the nearest known one.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

ALARM = re.compile(r"([<>=])\s*(\S.{0,63})")
"""When something is an alarm: "> 1000", "< 3", "= churn"."""


class Struct(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Base: frozen, and a key that is not here is an error."""


class Secret(Struct, frozen=True):
    """Where the AMI secret is; never the secret itself. `source` names one place and there is no second one.

    Args:
        service, account: keyring.
        path: file (mode 0600, ours, no symlink), or the name of a systemd credential.
        command: argv, run without a shell; its first line is the secret.
        variable: environment variable.
    """

    source: Literal["keyring", "file", "command", "env", "systemd", "prompt"]
    service: str = "whisper-tui"
    account: str = ""
    path: str = ""
    command: tuple[str, ...] = ()
    variable: str = "WHISPER_TUI_SECRET"


class Tls(Struct, frozen=True):
    """TLS to the PBX; the certificate is checked, and that it is of `host`.

    Args:
        ca: PEM file of the authority, "" for the system's.
    """

    ca: str = ""


class Entries(Struct, frozen=True):
    """Where the dialplan takes a customer who is handed back after a takeover, or moved while they wait: `context,exten`.

    Args:
        agents: with `{number}` where the agent's number belongs, "internal,{number}"; "": the agent cannot be handed to.
        queues: by queue; a queue that is not here cannot be handed or moved to.
    """

    agents: str = ""
    queues: dict[str, str] = msgspec.field(default_factory=dict)


class PbxSettings(Struct, frozen=True):
    """One PBX, `[pbx.NAME]`.

    Args:
        colour: `#rrggbb`, in which its name is shown; "": none.
        tags_variable: a channel variable that holds a call's tags (`pci`), separated by commas or blanks; "": none does.
    """

    host: str
    user: str
    secret: Secret
    port: int = 5038
    tls: Tls | None = None
    entries: Entries = Entries()
    tags_variable: str = ""
    colour: str = ""


class PhoneSettings(Struct, frozen=True):
    """The supervisor's phone.

    Args:
        device: `PJSIP/2001`.
        answer: "by hand", "alert-info", "call-info", or a header of the site's own, `"X-Auto: yes"`.
        ring: seconds that it may ring, 5 to 120.
        caller_name, caller_number: what it shows while it rings.
    """

    device: str
    answer: str = "by hand"
    ring: int = 30
    caller_name: str = "Supervision"
    caller_number: str = ""


class LegSettings(Struct, frozen=True):
    """The supervision leg.

    Args:
        lease: seconds after which Asterisk ends a leg that nobody renews, 3 to 30.
        idle: seconds that a leg may stay up hearing nothing, 0 = hang up at once.
        lasts: "shift" keeps the phone up from call to call, "session" hangs it up after each, unless something is followed.
    """

    lease: int = 5
    idle: int = 300
    lasts: Literal["shift", "session"] = "shift"


class AgentSettings(Struct, frozen=True):
    """The agents' side.

    Args:
        decline_key: a key on the agent's phone that ends coaching for the call, where the policy lets agents decline; "": none.
        pause_reasons: what an agent can be paused for, each a word that goes to the PBX as it is.
    """

    decline_key: str = ""
    pause_reasons: tuple[str, ...] = ("break", "lunch", "meeting", "training", "admin")


class QueueSettings(Struct, frozen=True):
    """How long callers may wait in a queue, `[queues.NAME]`; the name may be a pattern, "sales-*".

    Args:
        warn: from then on the wait is marked, "30s"; "": it is not.
        late: from then on it is late, "1m"; "": from the queue's service level on.
        bell: the terminal rings when a caller becomes late.
    """

    warn: str = ""
    late: str = ""
    bell: bool = False


class NeedSettings(Struct, frozen=True):
    """What makes a call need somebody, and how much: points that add up.

    Args:
        hand: its agent asks for help. alarm: something that another system tells is one.
        vip: it is of one of `vip_queues`. new_agent: its agent is one of `new_agents`.
        repeat: each time that the same number has called within `repeat_within` before.
        wait, length: each minute that the caller waited, and that they talk. holds, held: each hold, and each minute of it.
        silence: each minute of the silence that goes on, where talk detection tells of it.
        vip_queues, new_agents: names of queues, and phones, or patterns of them.
    """

    hand: float = 30.0
    alarm: float = 20.0
    vip: float = 5.0
    new_agent: float = 3.0
    repeat: float = 2.0
    wait: float = 1.0
    length: float = 0.2
    holds: float = 0.5
    held: float = 2.0
    silence: float = 3.0
    vip_queues: tuple[str, ...] = ()
    new_agents: tuple[str, ...] = ()
    repeat_within: str = "24h"


class FactSettings(Struct, frozen=True):
    """Something that another system knows of a call, one of `[[facts]]`.

    Args:
        name: for the filter (`crm=gold`); words: for people, "" for the name.
        event, header: the UserEvent and its header that tell it; variable: the channel variable that holds it.
        alarm: when it is one: "> 1000", "< 3", "= churn"; of kind "alarm" it is one by itself.
        link: an address that begins with https:// or http://, with {value} behind its host.
        private: shown to those alone who see callers' numbers whole.
    """

    name: str
    words: str = ""
    event: str = ""
    header: str = ""
    variable: str = ""
    kind: Literal["text", "number", "money", "alarm"] = "text"
    alarm: str = ""
    link: str = ""
    private: bool = True

    @property
    def alarms_at(self) -> tuple[str, str] | None:
        """When it is an alarm: a sign and a value, ("=", "") of one that is by itself; None: never."""
        read = ALARM.fullmatch(self.alarm)
        if read is not None:
            return read[1], read[2]
        return ("=", "") if self.kind == "alarm" else None


class HandSettings(Struct, frozen=True):
    """Agents who ask for help.

    Args:
        event: the UserEvent that says so, in capital letters or small ones; "": none.
        reason: the reason of a pause that says so, "": none.
        lasts: seconds after which a hand that nobody takes comes down by itself, 0: never.
        bell: the terminal's bell rings when one goes up.
    """

    event: str = "WhisperHand"
    reason: str = ""
    lasts: int = 900
    bell: bool = True


class CueSettings(Struct, frozen=True):
    """Cue cards that are spoken.

    Args:
        reach: the address at which the PBXs reach this program, "10.0.0.5:9092"; "": cards are texts and nothing else.
        bind: the address of this machine that is listened on, "" for that of `reach`.
        voice: a command that reads words and writes a WAV; it is run without a shell. Empty: only prepared sounds are spoken.
    """

    reach: str = ""
    bind: str = ""
    voice: tuple[str, ...] = ("espeak-ng", "-b", "1", "--stdin", "--stdout")


class QualitySettings(Struct, frozen=True):
    """From where on the line of a phone is called bad; a warning, nothing more.

    Args:
        loss: percent of the packets.
        jitter, round_trip: ms.
        mes: at most this Media Experience Score, 0 to 100 (Asterisk 22).
    """

    loss: float = 3.0
    jitter: int = 30
    round_trip: int = 300
    mes: int = 70


class ShipSettings(Struct, frozen=True):
    """The database that the session log is shipped to.

    Args:
        to: `postgresql://user@host/database`, without a password: PostgreSQL has ways of its own for that.
        stream: what people call this log there, "" for the name of this machine.
    """

    to: str
    stream: str = ""


class LogSettings(Struct, frozen=True):
    """The session log.

    Args:
        path: its file, "" for the usual place.
        keep: how long its rows are kept, in days, "730d"; "": for ever.
        anchors: the file in which its newest row is noted now and then, "" for the one beside it.
        ship: the database that it is shipped to, None: none.
        recordings: where recordings can be heard, an address with {value} for the file's name; "": nowhere.
    """

    path: str = ""
    keep: str = ""
    anchors: str = ""
    ship: ShipSettings | None = None
    recordings: str = ""


class Config(Struct, frozen=True):
    """The whole file."""

    pbx: dict[str, PbxSettings]
    phone: PhoneSettings
    schema: int = 1
    leg: LegSettings = LegSettings()
    agent: AgentSettings = AgentSettings()
    hands: HandSettings = HandSettings()
    cues: CueSettings = CueSettings()
    quality: QualitySettings = QualitySettings()
    needs: NeedSettings = NeedSettings()
    facts: tuple[FactSettings, ...] = ()
    log: LogSettings = LogSettings()
    queues: dict[str, QueueSettings] = msgspec.field(default_factory=dict)
    theme: str = "dark"
    policy: str = ""
    """policy.toml, "" for the one beside this file."""
