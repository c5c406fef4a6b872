"""Who listens in ChanSpy, to whom, and in which mode: as far as it can be told.

Nothing in AMI states a mode (AMI.md Q2). It is what ChanSpy's options begin with, and then what each key has made of it that
ChanSpy has read; keys are seen of supervision legs alone. The mode goes with the spyer from one target to the next (measured).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from whisper_tui.ami.events import DigitEnded, SpyStarted, SpyStopped
from whisper_tui.floor.calls import detach
from whisper_tui.floor.model import Changes, Channel, Floor, Spy
from whisper_tui.floor.trace import device_of, is_cue, is_leg
from whisper_tui.terms import MODE_KEYS, Mode, Uniqueid

SPYING = frozenset({"ChanSpy", "ExtenSpy"})
"""Applications that spy, and say so with ChanSpyStart (app_chanspy.c)."""

SWITCHED_BY_KEYS = "d"

_OPTION = re.compile(r"([A-Za-z])(?:\(([^)]*)\)?)?")
_AUDIBLE = frozenset({Mode.WHISPER, Mode.BARGE})


def on_spy(floor: Floor, fact: SpyStarted, now: float, changes: Changes) -> None:
    spy = floor.spies.get(fact.spyer)
    if spy is None:
        spy = floor.spies[fact.spyer] = Spy(
            fact.spyer, fact.spyer_channel, device_of(fact.spyer_channel), Uniqueid(""), now
        )
    _hear(floor, spy, fact.spyee, now, changes)
    spy.told = True
    if spy.mode is None and is_leg(spy.spyer):
        _switch(spy, Mode.SILENT, now, changes)  # every console aims silent
    elif is_cue(spy.spyer):
        _switch(spy, Mode.WHISPER, now, changes)
    spyer = floor.channels.get(fact.spyer)
    if spyer is not None:
        bar(floor, spyer, now, changes)


def on_spy_stopped(floor: Floor, fact: SpyStopped, now: float, changes: Changes) -> None:
    """The leg stays, and hears nobody, until it hangs up (AMI.md Q2.7)."""
    spy = floor.spies.get(fact.spyer)
    if spy is None or fact.spyee not in ("", spy.spyee):
        return
    _hear(floor, spy, Uniqueid(""), now, changes)
    spy.told = True


def on_digit(floor: Floor, fact: DigitEnded, now: float, changes: Changes) -> None:
    """ChanSpy has read a key: 4, 5 and 6 switch, where `d` lets them, and while there is somebody to hear (measured)."""
    spy = floor.spies.get(fact.uniqueid)
    mode = MODE_KEYS.get(fact.digit)
    if spy is None or mode is None or not spy.spyee or not is_leg(spy.spyer):
        return
    if not spy.options or SWITCHED_BY_KEYS in options_of(spy.options):
        spy.keyed = True
        _switch(spy, mode, now, changes)


def see_spy(floor: Floor, channel: Channel, data: str, now: float, changes: Changes) -> None:
    """A list shows `channel` in ChanSpy, with `data` behind it."""
    spy = floor.spies.get(channel.uniqueid)
    if spy is None and not channel.bridge:
        spy = floor.spies[channel.uniqueid] = Spy(channel.uniqueid, channel.name, channel.device, Uniqueid(""), now)
        changes.spies.add(spy.spyer)
    if spy is not None:
        if not spy.spyee and not spy.told and (spyee := _named(floor, data.partition(",")[0])):
            _hear(floor, spy, spyee, now, changes)  # whose row may have come after the spyer's
        if spy.options != data:
            spy.keyed = spy.keyed and not spy.options  # another ChanSpy, begun without a word (AMI.md Q2.4)
            spy.options = data
            changes.spies.add(spy.spyer)
        _switch(spy, _mode_by_options(spy), now, changes)
    bar(floor, channel, now, changes)


def see_groups(floor: Floor, groups: Mapping[Uniqueid, str], now: float, changes: Changes) -> None:
    """Find whom those hear who were up before we looked: the one channel that carries a group of theirs.

    Args:
        groups: SPYGROUP of every channel, as one list tells it; groups stand between colons (AMI.md Q2.7).
    """
    spies = [spy for spy in floor.spies.values() if spy.spyer in groups and not (spy.spyee and spy.told)]
    carriers: dict[str, list[Uniqueid]] = {}
    for uniqueid, carried in groups.items() if spies else ():
        if carried and not floor.channels[uniqueid].leg:  # whoever spies is heard by nobody (AMI.md Q1)
            for group in carried.split(":"):
                carriers.setdefault(group, []).append(uniqueid)
    for spy in spies:
        wanted = [group for group in options_of(spy.options).get("g", "").split(":") if group]
        heard = {uniqueid for group in wanted for uniqueid in carriers.get(group, ())}
        if len(heard) == 1 and spy.spyee not in heard:
            _hear(floor, spy, heard.pop(), now, changes)
            spy.told = False


def doubt_spies(floor: Floor) -> None:
    """Events were missed: whom they hear is for the lists to say, and what keys may have changed is not known any more."""
    for spy in floor.spies.values():
        spy.told = False
        if not spy.options or SWITCHED_BY_KEYS in options_of(spy.options):
            spy.mode, spy.audible_since, spy.keyed = None, None, False


def bar(floor: Floor, channel: Channel, now: float, changes: Changes) -> None:
    """`channel` turned out to be somebody who listens: it is no customer and no agent, from now on."""
    if not channel.leg:
        channel.leg = True
        detach(floor, channel, now, changes)


def options_of(data: str) -> dict[str, str]:
    """ChanSpy's options by letter, with what stands in their brackets: `,qg(x)d` has q, g and d, and g's is `x`."""
    return {found[1]: found[2] or "" for found in _OPTION.finditer(data.partition(",")[2])}


def _mode_by_options(spy: Spy) -> Mode | None:
    """What the options say of the mode now, given what is known of it already."""
    options = options_of(spy.options)
    begins = Mode.BARGE if "B" in options else Mode.WHISPER if options.keys() & {"w", "W"} else Mode.SILENT
    if SWITCHED_BY_KEYS not in options:
        return begins
    if not is_leg(spy.spyer):
        return None  # its keys are nobody's to see
    # One that was up before we looked may have been switched already.
    return spy.mode if spy.keyed or spy.mode is None else begins


def _switch(spy: Spy, mode: Mode | None, now: float, changes: Changes) -> None:
    if spy.mode is mode:
        return
    spy.mode = mode
    if mode not in _AUDIBLE:
        spy.audible_since = None
    elif spy.audible_since is None:
        spy.audible_since = now
    changes.spies.add(spy.spyer)


def _hear(floor: Floor, spy: Spy, spyee: Uniqueid, now: float, changes: Changes) -> None:
    """`spy` hears `spyee` from now on and nobody else; "" is nobody."""
    if spy.spyee != spyee:
        _heard_by(floor, spy.spyee, changes)
        spy.spyee, spy.since = spyee, now
    changes.spies.add(spy.spyer)
    _heard_by(floor, spyee, changes)


def _heard_by(floor: Floor, spyee: Uniqueid, changes: Changes) -> None:
    channel = floor.channels.get(spyee)
    if channel is not None and channel.call is not None:
        changes.calls.add(channel.call)


def _named(floor: Floor, spec: str) -> Uniqueid:
    """Whom a ChanSpy of that spec hears, as far as the spec alone tells: a whole name or Uniqueid, never a prefix."""
    for channel in floor.channels.values() if spec else ():
        if spec in (channel.name, channel.uniqueid):
            return channel.uniqueid
    return Uniqueid("")
