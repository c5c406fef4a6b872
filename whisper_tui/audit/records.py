"""What a row of the session log says. The field set is fixed (SECURITY.md section 5); absent means not applicable.

A record becomes canonical JSON (keys sorted, no blanks); those exact bytes are hashed and kept (`chain.py`). In them the
caller's number is a salted commitment; it belongs in `CallRef.caller` and nowhere else, or it could never be erased.
"""

from __future__ import annotations

from enum import Enum

import msgspec


class Kind(Enum):
    """What a row is about. Values are stable codes, never re-used."""

    REQUESTED = "requested"
    """A loud deed is about to be done: on disk before it."""
    DENIED = "denied"
    RINGING = "ringing"
    JOINED = "joined"
    """The phone was answered and the lock proved: the leg is up."""
    AIMED = "aimed"
    """ChanSpyStart of the leg on the target: a session hears."""
    MODE = "mode"
    """A confirmed switch of mode, or of the microphone."""
    SUSPENDED = "suspended"
    """The privacy curtain: it hears nothing from now on, and only a person can resume; `left` follows."""
    LEFT = "left"
    """A session ended; `seconds` tell how long in which mode."""
    LEG_ENDED = "leg-ended"
    """The phone is on the hook again, or was never answered."""
    NOTE = "note"
    SCORE = "score"
    """What somebody gave points for beside a session; one that is corrected stays, and the later one names it."""
    CUE = "cue"
    """A cue card is about to be sent to the agent's phone (deed cue) or spoken into their ear (say); once more with a cause where
    it was not, may not have been, or not to its end."""
    FOREIGN_SPY = "foreign-spy"
    NOTIFIED = "notified"
    """The agent was sent the text that the profile asks for, or could not be."""
    DECLINED = "declined"
    """The agent's key that ends coaching for this call; that it was pressed is all that is kept."""
    KEYPAD = "keypad"
    """A key of the supervisor's phone that nobody here sent."""
    LEAVE_ASKED = "leave-asked"
    """Others were asked to allow something, on disk before they are."""
    LEAVE_GIVEN = "leave-given"
    """Somebody allowed it to `other`, on disk before it can be used."""
    LEAVE_REFUSED = "leave-refused"
    GLASS_BROKEN = "glass-broken"
    """In an emergency somebody is about to go past `rule`; `told` are told. On disk before it."""
    GLASS_READ = "glass-read"
    """One of those has read it."""
    REVEALED = "number-revealed"
    """A caller's whole number is about to be shown to somebody whom it is masked for."""
    ACTED = "acted"
    """Something is about to be done to the floor: an agent paused, say. On disk before it; what came of it only where it failed."""
    HAND_RAISED = "hand-raised"
    """An agent asks for help."""
    HAND_ANSWERED = "hand-answered"
    """Somebody is about to take it; `lasted` tells after how long. On disk before anybody is told."""
    HAND_LOWERED = "hand-lowered"
    """It is down and nobody took it; `cause` tells why."""
    POLICY_LOADED = "policy-loaded"
    POLICY_REJECTED = "policy-rejected"
    FLOOR_EXPORTED = "floor-exported"
    """What a view shows is about to be written to a file; `detail` says which view, how many rows, and where."""
    LOG_READ = "log-read"
    LOG_EXPORTED = "log-exported"
    LOG_ERASED = "log-erased"
    LOG_VERIFIED = "log-verified"
    LINK_UP = "link-up"
    LINK_DOWN = "link-down"
    LOG_CARRIED = "log-carried"
    """A new file of the log is begun; `part` is the one before, which is closed. Always the first row of its file."""
    LOG_AGED = "log-aged"
    """The closed file `part` is about to be deleted, because all of it is older than is kept."""
    ANCHOR_FAILED = "anchor-failed"
    """The number and hash of the last row could not be noted outside the log."""
    CLOCK = "clock"
    STARTED = "started"
    """The program opened the log."""
    STOPPED = "stopped"


class Certainty(Enum):
    EXACT = "exact"
    BOUNDED = "bounded"


class Who(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The person: what the kernel says, their profiles, the policy in force."""

    user: str
    uid: int
    login_uid: int | None = None
    profile: str = ""
    policy: str = ""


class Whom(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The agent heard: phone, name, and what the call belongs to."""

    agent: str = ""
    member: str = ""
    queue: str = ""
    campaign: str = ""
    department: str = ""
    team: str = ""
    location: str = ""


class CallRef(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    pbx: str
    linkedid: str = ""
    customer: str = ""
    """Uniqueid of the customer's channel."""
    agent: str = ""
    """Uniqueid of the agent's channel."""
    caller: str = ""
    """The caller's number: personal data."""


class Part(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A closed file of the log.

    Args:
        file: its name. rows, first, last: how many it has, and their numbers; last is first - 1 where it has none.
        head: the hash of the last row, hex.
        newest: the latest `at` in it.
        sessions, legs: the ids of those that were not closed.
    """

    file: str
    schema: int
    rows: int
    first: int
    last: int
    head: str
    newest: float = 0.0
    sessions: tuple[str, ...] = ()
    legs: tuple[str, ...] = ()


class Mark(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An item of a scorecard as it was, and what was given for it; `given` None: it did not apply. `most` 1: yes or no."""

    item: str
    words: str
    weight: int
    most: int
    given: int | None = None
    critical: bool = False


class Score(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What somebody gave, with all of the scorecard that gives it its meaning.

    Args:
        card: its title; digest: SHA-256 of its file, hex.
        percent: the result; grade: the site's word for it.
        failed: the critical items for which the result is 0.
        version: 1, and one more with each correction.
        corrects: the number of the row that this one is there in place of.
    """

    card: str
    digest: str
    percent: int
    marks: tuple[Mark, ...]
    grade: str = ""
    failed: tuple[str, ...] = ()
    version: int = 1
    corrects: int | None = None


class Record(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One row.

    Args:
        at: seconds since 1970 UTC; monotonic: seconds since `boot` that never jump.
        boot: the machine's boot id, so that monotonic times of two boots are not compared.
        leg, session, follows: ids; `follows` names the session that this one continues.
        deed: what was asked for, or why the row is there: listen, whisper, barge, mute, unmute, release, leave, panic, ...
        mode_asked, mode: silent, whisper, barge; `mode` is the confirmed one.
        microphone: open, muted, unknown.
        leg_kind: locked, open, fixed.
        seconds: by mode, of the session, from the monotonic clock.
        audible: seconds in which the customer could hear the supervisor.
        spoken, longest_talk: seconds that the supervisor spoke to the agent, and the longest stretch of it; absent: not measured.
        lasted: seconds that a hand was up; of a note, that the call had been talked by then, absent: it was over.
        recording_file: of the call, as `recordings.hidden` leaves it.
        cause: why it ended or was denied, a stable code.
        other: who allowed it, or who was allowed.
        told: who is told of it: users, and groups as `@name`.
        picked: chance chose the call, not the person.
        times: how often it came to the same in a few seconds, where that was more than once.
        part: the file of the log that it is about.
        erased: of how many rows a caller's number was erased, by the number (in digits) of the first row of their file.
        score: what was given beside the session.
        enforcement: "advisory" in direct mode, "enforced" behind a daemon.
        detail: anything else worth knowing, in words.
    """

    kind: Kind
    at: float
    monotonic: float
    boot: str
    who: Who | None = None
    leg: str = ""
    session: str = ""
    follows: str = ""
    phone: str = ""
    whom: Whom | None = None
    call: CallRef | None = None
    deed: str = ""
    mode_asked: str = ""
    mode: str = ""
    microphone: str = ""
    leg_kind: str = ""
    reason: str = ""
    seconds: dict[str, float] | None = None
    audible: float | None = None
    spoken: float | None = None
    longest_talk: float | None = None
    lasted: float | None = None
    recording: str = ""
    recording_holds_coach: bool | None = None
    recording_file: str = ""
    cause: str = ""
    rule: str = ""
    end_certainty: Certainty | None = None
    other: Who | None = None
    told: tuple[str, ...] = ()
    picked: bool = False
    times: int = 1
    part: Part | None = None
    erased: dict[str, int] | None = None
    score: Score | None = None
    enforcement: str = ""
    detail: str = ""
