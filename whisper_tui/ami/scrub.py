"""Takes the people out of recorded AMI: what is left moves as the floor moved, and names nobody.

Read by header, and denied by default: what a header may hold decides what becomes of it, and a header that is not known here keeps
nothing but short numbers. Replaced are

* numbers of five digits or more wherever they stand: callers, dialled numbers, trunks' channels, SIP URIs, data of applications;
* names that come with such a number, or with none; and free texts in which such a name stands;
* values of variables and of user events, account codes, anything else that is not known.

Kept are internal extensions, devices and names of members, queues, contexts and what the floor counts by; for `Whom.EVERYONE`
extensions, devices and members' names are replaced too. A member whose device is a long number counts as somebody from outside.
Typed digits never get here (`framing`), except the keys of a supervision leg.
"""

from __future__ import annotations

import re
from enum import Enum

from whisper_tui.ami.actions import Headers
from whisper_tui.ami.fiction import Fiction
from whisper_tui.ami.framing import BANNER, END, EOL
from whisper_tui.ami.message import KEPT_LINES


class Whom(Enum):
    """Whose traces are removed."""

    CUSTOMERS = "customers"
    EVERYONE = "everyone"


LONG = 5
"""Digits from which on a number is somebody's from outside."""

_SEPARATOR = b": "
_NOBODY = frozenset({b"", b"<unknown>", b"unknown", b"anonymous", b"Anonymous", b"(null)"})

_VERBATIM = frozenset({b"AMIversion", b"AsteriskVersion"})
_COUNTED = re.compile(
    rb"Abandoned|Available|Callers|Calls|CallsTaken|Cause|Completed|Count|Digit|Duration|DurationMs|Hold[Tt]ime|InCall|Items|LastCall"
    rb"|LastPause|LastReload|ListItems|LoggedIn|LoginTime|LongestHoldTime|Max|OriginalPosition|Paused|Penalty|Position|Reason|RingTime"
    rb"|Ringinuse|Seconds|ServiceLevel|ServicelevelPerf2?|State|Status|TalkTime|TechCause|Timeout|TimeToHangup|Uptime|Wait|Weight"
    rb"|Wrapuptime|.*(?:ChannelState|Priority|BridgeNumChannels)"
)
"""What counts something, seconds since 1970 among them."""
_PLAIN = re.compile(
    rb"Action|Application|Async|AuthType|Cause-txt|Class|DestType|DialStatus|Direction|Disposition|Event|EventList|Events|IsExternal"
    rb"|LastApplication|Membership|Module|MusicClass|Ping|Privilege|Queue|Reason|Receive|Response|Result|State|Status|Strategy"
    rb"|SystemName|Type"
    rb"|.*(?:BridgeTechnology|BridgeType|BridgeVideoSourceMode|ChannelStateDesc|Context|Exten|Extension|Language)"
)
"""Asterisk's own words, and words of the site's configuration. Long numbers in them are replaced all the same."""
_FREE = frozenset({b"Message", b"PausedReason"})
_DATA = frozenset({b"Data", b"ApplicationData", b"LastData"})
_APPLICATIONS = frozenset({b"", b"Queue", b"AppQueue", b"Dial", b"AppDial", b"ChanSpy", b"ExtenSpy"})
"""Those whose data the floor reads: a queue, or channels."""
_OWN_VARIABLES = frozenset({b"SPYGROUP", b"FRAME_DROP(RX)", b"TIMEOUT(absolute)"})

_ID = re.compile(rb".*(?:Uniqueid|UniqueID|Linkedid|LinkedID|BridgeId|BridgeID)|ChannelId")
_CHANNEL = re.compile(rb".*Channel[12]?|Interface|Location|StateInterface|DialString|Device")
_NUMBER = re.compile(rb".*(?:CallerIDNum|ConnectedLineNum)|Source|Destination|DNID|ANI|RDNIS")
_NAME = re.compile(rb"(.*(?:CallerID|ConnectedLine))Name")
_MEMBER = frozenset({b"MemberName", b"Name"})
_CALLER_ID = re.compile(rb'"?([^"<]*?)"? ?<([^>]*)>')
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9_/-]{0,50}")
_VARIABLE = re.compile(rb"((?:Chan)?Variable)(?:\(.*\))?")

_COUNT = re.compile(rb"-?[0-9]{1,12}(?:\.[0-9]{1,9})?|[0-9]{1,6}:[0-9]{2}:[0-9]{2}|[0-9A-D*#]")
_INTERNAL = re.compile(rb"[0-9*#]{1,4}")
_SHORT = re.compile(rb"[0-9*#]{0,4}|<unknown>|unknown|\(null\)|[Yy]es|[Nn]o|on|off|true|false")
_RUN = re.compile(rb"\+?[0-9]{%d,}" % LONG)
_SPACED = re.compile(rb"\+?[0-9](?:[ .()/-]{0,2}[0-9]){%d,}" % (LONG - 1))
_IDS = (
    rb"wt-[0-9a-f]{8}-[0-9a-f]{16}"  # a supervision leg
    rb"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # a bridge
    rb"|(?<![0-9])1[0-9]{9}\.[0-9]{1,9}(?![0-9])"  # a Uniqueid: the second, and which since the start
)
_ID_TOKEN = re.compile(rb"(" + _IDS + rb")")
_CHANNEL_TOKEN = re.compile(rb"(" + _IDS + rb"|-[0-9a-f]{8}(?=;[12]|[,&)]|$))")  # and which channel of its device
"""Long numbers that are nobody's, in ids and in names of channels."""
_DIALLED = rb"(?<=sip:)(?P<user>[^@;>,&]+)(?=@)|(?P<run>\+?[0-9]{%d,})" % LONG
_OUTSIDE = re.compile(_DIALLED)
_ANYBODY = re.compile(rb"(?<![A-Za-z0-9])(?P<technology>[A-Z][A-Za-z0-9]{1,9})/(?P<device>[^-@,;&/ ()]+)|" + _DIALLED)
"""Who stands in the name of a channel or device, or in a dial string."""


class Scrubber:
    """Scrubs one recording. Nothing of what it replaced can be had from it later: its key is gone with it."""

    def __init__(self, whom: Whom = Whom.CUSTOMERS) -> None:
        self._everyone = whom is Whom.EVERYONE
        self._fiction = Fiction()
        self._known: dict[bytes, bytes] = {}

    def scrub(self, data: bytes) -> bytes:
        """Return `data`, which is whole messages (the first may have the banner before it), without people."""
        banner = b""
        if data.startswith(BANNER):
            first, _, data = data.partition(EOL)
            banner = first + EOL
        messages = data.split(END)
        return banner + END.join(EOL.join(self._lines(m.split(EOL))) if m else b"" for m in messages)

    def scrub_headers(self, headers: Headers) -> Headers:
        """The same for the headers of an action."""
        lines = self._lines([f"{name}: {value}".encode("utf-8", "replace") for name, value in headers])
        parts = [line.decode("utf-8", "replace").partition(": ") for line in lines]
        return [(name, value) for name, _, value in parts]

    def _lines(self, lines: list[bytes]) -> list[bytes]:
        headers: dict[bytes, bytes] = {}
        for line in lines:
            name, colon, value = line.partition(_SEPARATOR)
            if colon:
                headers.setdefault(name, value)
        # People first: other lines of the same message may repeat their names.
        people = [self._person(line, headers) for line in lines]
        return [person or self._line(line, headers) for line, person in zip(lines, people, strict=True)]

    def _person(self, line: bytes, headers: dict[bytes, bytes]) -> bytes:
        """The line if it names a person, scrubbed; b"" if it is about anything else."""
        header, _, value = line.partition(_SEPARATOR)
        if not header.endswith((b"Name", b"CallerID")):
            return b""
        if found := _NAME.fullmatch(header):
            return header + _SEPARATOR + self._name(value, headers.get(found[1] + b"Num", b""))
        if header in _MEMBER:
            return header + _SEPARATOR + self._member(value, headers)
        if header == b"CallerID" and (found := _CALLER_ID.fullmatch(value)):
            name, number = self._name(found[1], found[2]), self._number(found[2])
            return header + _SEPARATOR + b'"%b" <%b>' % (name, number)
        return b""

    def _line(self, line: bytes, headers: dict[bytes, bytes]) -> bytes:
        name, colon, value = line.partition(_SEPARATOR)
        if colon and (found := _VARIABLE.fullmatch(name)):
            return found[1] + _SEPARATOR + self._variable(value)
        if not colon or not _HEADER.fullmatch(name) or _RUN.search(name):
            return b"Scrubbed" + _SEPARATOR + self._fiction.word(line)
        if name in _FREE or name in _DATA or name == b"Value":
            return name + _SEPARATOR + self._text(name, value, headers)
        known = self._known.get(line)
        if known is None:
            if len(self._known) >= KEPT_LINES:
                self._known.clear()
            known = self._known[line] = name + _SEPARATOR + self._value(name, value)
        return known

    def _text(self, name: bytes, value: bytes, headers: dict[bytes, bytes]) -> bytes:
        """What is scrubbed by what the message and the recording said before it."""
        if name in _FREE:
            return _SPACED.sub(self._digits, self._without_names(value))
        if name in _DATA and headers.get(b"LastApplication", headers.get(b"Application", b"")) in _APPLICATIONS:
            return self._channel(self._without_names(value))
        if name == b"Value" and headers.get(b"Variable") in _OWN_VARIABLES:
            return self._plain(value)
        return self._other(value)

    def _value(self, name: bytes, value: bytes) -> bytes:
        if name in _VERBATIM or (_COUNT.fullmatch(value) and _COUNTED.fullmatch(name)):
            return value
        if _NUMBER.fullmatch(name):
            return self._number(value)
        if name.endswith((b"Exten", b"Extension")) and self._everyone and _INTERNAL.fullmatch(value):
            return self._fiction.extension(value)
        if name == b"ActionID":
            return self._fiction.word(value)
        if _ID.fullmatch(name) or _PLAIN.fullmatch(name):
            return self._plain(value)
        if _CHANNEL.fullmatch(name):
            return self._channel(value)
        return self._other(value)

    # --- what a value may hold

    def _number(self, value: bytes) -> bytes:
        digits = bytes(byte for byte in value if byte in b"0123456789")
        if value in _NOBODY:
            return value
        if _INTERNAL.fullmatch(value):
            return self._fiction.extension(value) if self._everyone else value
        return self._fiction.number(digits if len(digits) >= LONG else value)  # or somebody's SIP user name

    def _name(self, name: bytes, number: bytes) -> bytes:
        inside = _INTERNAL.fullmatch(number) and not self._everyone and not self._is_from_outside(name)
        return name if name in _NOBODY or inside else self._fiction.name(name)

    def _member(self, name: bytes, headers: dict[bytes, bytes]) -> bytes:
        device = b" ".join(headers.get(header, b"") for header in (b"Interface", b"Location", b"StateInterface"))
        outside = self._everyone or _RUN.search(device) or self._is_from_outside(name)
        return self._fiction.name(name) if name not in _NOBODY and outside else name

    def _is_from_outside(self, name: bytes) -> bool:
        return self._fiction.has_named(name) or _SPACED.search(name) is not None

    def _variable(self, value: bytes) -> bytes:
        name, equals, held = value.partition(b"=")
        if not equals or name in _OWN_VARIABLES:
            return self._plain(value)
        return self._plain(name) + equals + self._other(held)

    def _other(self, value: bytes) -> bytes:
        return value if _SHORT.fullmatch(value) else self._fiction.word(value)

    def _channel(self, value: bytes) -> bytes:
        pieces = _CHANNEL_TOKEN.split(value)  # between the pieces stand the tokens
        who = _ANYBODY if self._everyone else _OUTSIDE
        pieces[::2] = [who.sub(self._dialled, piece) for piece in pieces[::2]]
        return b"".join(pieces)

    def _dialled(self, found: re.Match[bytes]) -> bytes:
        groups = found.groupdict()
        if (run := groups["run"]) is not None:
            return self._fiction.number(run.lstrip(b"+"))
        if (user := groups["user"]) is not None:
            return self._number(user)
        device = groups["device"]
        stand_in = self._number(device) if device.isdigit() else self._fiction.device(device)
        return bytes(groups["technology"]) + b"/" + stand_in

    def _plain(self, value: bytes) -> bytes:
        pieces = _ID_TOKEN.split(value)
        pieces[::2] = [_RUN.sub(self._digits, piece) for piece in pieces[::2]]
        return b"".join(pieces)

    def _without_names(self, value: bytes) -> bytes:
        for name in self._fiction.named():
            value = value.replace(name, self._fiction.name(name))
        return value

    def _digits(self, found: re.Match[bytes]) -> bytes:
        return self._fiction.number(bytes(byte for byte in found[0] if byte in b"0123456789"))
