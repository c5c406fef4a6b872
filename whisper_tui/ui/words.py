"""Every word of the screen goes through here: `_` and `ngettext` look words up, `sentence` puts a Notice into words.

English is the source; a catalogue `whisper-tui.mo` beside the system's others is used where it is installed.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Mapping
from functools import lru_cache

from whisper_tui.terms import Notice


@lru_cache(maxsize=1)
def _catalogue() -> catalogues.NullTranslations:
    return catalogues.translation("whisper-tui", fallback=True)


def _(words: str) -> str:
    """Return `words` in the language of the person at the keyboard."""
    return _catalogue().gettext(words)


def later(words: str) -> str:
    """Mark `words` for the catalogue where they stand in a table; `_` looks them up when they are shown."""
    return words


SENTENCES: dict[str, str] = {
    # the leg
    "leg.ringing": later("your phone {phone} is ringing - answer it"),
    "leg.declined": later("your phone {phone} declined the call"),
    "leg.busy": later("your phone {phone} is busy"),
    "leg.no_answer": later("your phone {phone} was not answered within {seconds} s"),
    "leg.unreachable": later("your phone {phone} cannot be reached - is it registered?"),
    "leg.cancelled": later("cancelled before your phone answered"),
    "leg.left": later("you left - the call goes on"),
    "leg.phone_hung_up": later("{phone} hung up, so you left - the call goes on"),
    "leg.lease_ended": later("the PBX ended your leg: nobody renewed its lease"),
    "leg.unconfirmed": later(
        "the PBX did not confirm {step}: your leg was muted and hung up, who heard you is UNKNOWN"
    ),
    "leg.unproved": later(
        "no key of the lock's proof came back: your leg was hung up before it heard anybody - does the AMI account read dtmf?"
    ),
    "leg.not_lockable": later(
        "this PBX ({asterisk}) cannot lock your phone's keypad: needs 20.16, 21.11, 22.6, 23.0 or later"
    ),
    "leg.idle_limit": later("your leg heard nothing for too long and was hung up"),
    "leg.panic": later("everything of yours was muted and hung up"),
    "leg.failed": later("{step} failed: {error}"),
    # the call
    "call.gone": later("the call of {agent} is over"),
    "call.changed": later("the call changed while it was asked for - look again"),
    "call.no_agent_channel": later("which phone the agent speaks on cannot be told, so nobody can be heard safely"),
    "call.waiting": later("this caller waits: there is nobody to hear yet"),
    "call.bridge_of_three": later("three or more are in this call: a barge would reach the agent alone"),
    # the session
    "session.already": later("it is {mode} already"),
    "session.none": later("no session is up"),
    "session.agent_changed": later("the call went to {agent}: you are silent again"),
    "session.elsewhere": later("you hear {agent}: l here first, then speak"),
    "busy.asking": later("one thing at a time: the PBX has not answered yet"),
    "keypad.pressed": later("key {digit} was pressed on your phone"),
    "mic.unknown": later("whether your microphone is open is UNKNOWN"),
    # the profile
    "denied.no-profile": later("no profile in the policy names you: whisper-tui init writes one"),
    "denied.no-right": later("your profile does not grant {right}"),
    "denied.denied-scope": later("your profile leaves this call out"),
    "denied.out-of-scope": later("your profile does not reach this call"),
    "denied.phone": later("your profile does not let {phone} be rung"),
    "denied.curtain": later("a payment is being taken: nobody may listen; press l again when it is over"),
    "denied.exempt": later("this agent is exempt: nobody may listen"),
    "denied.not-announced": later("nobody may listen where callers are not told that calls may be monitored"),
    "denied.hours": later("your profile is closed now: it opens {opens}"),
    "denied.sessions": later("your profile lets you have no more than {limit} up at once: end one first"),
    "denied.quota": later("you listened to this agent as often as you may ({limit}): again from {opens}"),
    "denied.pick": later("your profile leaves it to chance whom you hear"),
    "denied.listen-first": later("keep listening {seconds} s more"),
    "denied.reason": later("say why first ({codes})"),
    "denied.max": later("your profile lets {right} last {limit} in a call, and that is over"),
    "denied.max-session": later("a session may last {limit}, and that is over"),
    "denied.coach-budget": later("you coached this agent as long as you may ({limit}): again from {opens}"),
    "denied.four-eyes": later("needs the approval of {approvers}, not older than {limit}"),
    "denied.needs-server": later("takes two people, and needs the floor server"),
    "denied.uncounted": later("the policy limits {key}, and nothing here counts it: so it is denied"),
    "denied.no-such-call": later("there is no such call"),
    "denied.no-policy": later("no policy, so nothing is shown: {command} writes one"),
    # the log
    "log.unwritable": later("the session log cannot be written, so nothing is started: {where}: {why}"),
    # the link
    "link.lost": later("{pbx}: the connection was lost ({error}), trying again"),
    "link.refused.secret": later("{pbx}: the name {user} or its secret is wrong - correct it and start again"),
    "link.refused.certificate": later("{pbx}: the certificate does not hold: {error}"),
    "link.refused.no_tls": later("{pbx}: {host}:{port} does not speak TLS - correct the settings and start again"),
    "link.refused.ca_file": later("{pbx}: the file of the authority (ca) cannot be used: {error}"),
    "link.refused.rights": later("{pbx}: the AMI account lacks {missing} - see manager.conf"),
    "link.unreachable": later("{pbx}: {host}:{port} does not answer ({error}), trying again"),
    "link.stale": later("{pbx}: the PBX is silent; what is shown may be old"),
    # how the console runs
    "mode.direct": later("DIRECT - profile not enforced"),
    "mode.demo": later("DEMO - a recorded floor, nobody real is heard"),
    "mode.replay": later("a recording: nobody can be heard"),
    "alarm.malformed": later("{pbx}: {count} malformed messages from the PBX were dropped"),
    # the keyboard
    "key.again": later("the key came again too fast and started nothing"),
    "key.together": later("keys came together, as in a paste: nothing was started"),
    "key.unknown": later("{key} does nothing here, ? shows the keys"),
    "cursor.none": later("choose a call first: j k"),
    "cursor.gone": later("the call of {agent} is over: j k chooses another"),
    "barge.unanswered": later("not barged: nobody pressed Enter within {seconds} s"),
    "barge.changed": later("not barged: the call changed"),
    "barge.kept": later("not barged"),
    "suspend.leg": later("not suspended: while your leg is up somebody must watch it - x leaves"),
    "find.none": later("no call matches"),
}
"""Code of a Notice -> its sentence; in braces the Notice's values."""


class _Said(dict[str, str]):
    """A value that a Notice does not bring is shown as a gap, never as a traceback."""

    def __missing__(self, key: str) -> str:
        return "…"


def fill(words: str, values: Mapping[str, str]) -> str:
    """Return translated `words` with `values` put in; a value's own braces are never read."""
    return words.format_map(_Said(values))


def sentence(notice: Notice) -> str:
    """Return what `notice` says to a person; a code without a sentence is shown with its values as they are."""
    words = SENTENCES.get(notice.code)
    if words is None:
        return " ".join([notice.code, *(f"{name}={value}" for name, value in notice.values.items())])
    return fill(_(words), notice.values).replace(" ()", "")  # a reason that nobody gave leaves no brackets
