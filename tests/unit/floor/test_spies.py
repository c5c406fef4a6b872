"""Who listens to whom, and in which mode."""

from __future__ import annotations

import pytest

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.ami.list_rows import ChannelRow, StatusRow
from whisper_tui.floor.model import Spy
from whisper_tui.floor.seed import begin_seed
from whisper_tui.floor.spies import options_of
from whisper_tui.terms import Mode, Uniqueid

LEG = Uniqueid("wt-0123abcd-0123456789abcdef")
NAME = "PJSIP/2001-00000099"
NOBODY = Uniqueid("")
SWITCHED = f",qg({LEG})d"


def an_agent(pbx: Exchange, phone: str = "1001", number: str = "5550150") -> tuple[Uniqueid, Uniqueid]:
    """Customer and phone of a call."""
    pbx.member(phone, "support")
    customer, agent, _ = pbx.queue_call("support", phone, number)
    return customer, agent


def listened_to(spyer: Uniqueid = LEG) -> tuple[Exchange, Uniqueid]:
    """An agent whom `spyer` hears since now, and nothing that is left to report."""
    pbx = Exchange()
    _, phone = an_agent(pbx)
    pbx.channel("PJSIP/2001", uniqueid=spyer)
    pbx.tell(e.SpyStarted(spyer, NAME, phone, ""))
    pbx.changes.spies.clear()
    return pbx, phone


def keys(pbx: Exchange, digits: str, spyer: Uniqueid = LEG) -> Spy:
    for digit in digits:
        pbx.tell(e.DigitEnded(spyer, digit))
    return pbx.floor.spies[spyer]


def runs(pbx: Exchange, data: str, spyer: Uniqueid = LEG, application: str = "ChanSpy") -> Spy:
    """A list says what the spyer runs."""
    name = pbx.floor.channels[spyer].name
    pbx.tell(e.Listed("Status", "1", (StatusRow(spyer, spyer, name, 6, "", application, data, 5, ()),)))
    return pbx.floor.spies[spyer]


def test_whoever_is_seen_spying_is_no_customer_any_more() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    _, phone, _ = pbx.queue_call("support", "1001")
    nosy = pbx.channel("PJSIP/1002", "1002")
    callee = pbx.dials(nosy, "PJSIP/1001", "1001")
    assert nosy in pbx.floor.calls
    pbx.tell(e.DialEnded(nosy, callee, "BUSY"), e.SpyStarted(nosy, "PJSIP/1002-00000003", phone, ""))
    assert nosy not in pbx.floor.calls
    assert pbx.floor.spies[nosy].device == "PJSIP/1002"


def test_a_spy_that_is_aimed_at_another_hears_only_that_one() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    one, first, _ = pbx.queue_call("support", "1001")
    two, second, _ = pbx.queue_call("support", "1002", "5550152")
    leg = pbx.channel("PJSIP/2001", uniqueid="wt-0123abcd-0123456789abcdef")
    pbx.tell(e.SpyStarted(leg, "PJSIP/2001-00000005", first, ""))
    pbx.changes.calls.clear()
    pbx.now += 5
    pbx.tell(e.SpyStopped(leg, "PJSIP/2001-00000005", first), e.SpyStarted(leg, "PJSIP/2001-00000005", second, ""))
    spy = pbx.floor.spies[leg]
    assert (spy.spyee, spy.since) == (second, pbx.now)
    assert pbx.changes.calls == {one, two}, "both rows show who listens"
    pbx.hangs_up(second)
    assert pbx.floor.spies[leg].spyee == "", "the leg stays and hears nobody"
    pbx.hangs_up(leg)
    assert not pbx.floor.spies


def test_a_stop_for_somebody_else_does_not_end_the_spying() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    _, phone, _ = pbx.queue_call("support", "1001")
    leg = pbx.channel("PJSIP/2001", uniqueid="wt-0123abcd-0123456789abcdef")
    pbx.tell(e.SpyStarted(leg, "PJSIP/2001-00000003", phone, ""), e.SpyStopped(leg, "", Uniqueid("lab-1.98")))
    assert pbx.floor.spies[leg].spyee == phone
    pbx.tell(e.SpyStopped(leg, "", Uniqueid("")))  # Asterisk before 16.16 does not say whom
    assert pbx.floor.spies[leg].spyee == ""


@pytest.mark.parametrize(
    ("data", "mode"),
    [
        ("PJSIP/1001-00000001,qbu", Mode.SILENT),
        ("PJSIP/1001-00000001,qbuw", Mode.WHISPER),
        ("PJSIP/1001-00000001,qbuW", Mode.WHISPER),
        ("PJSIP/1001-00000001,qbuB", Mode.BARGE),
        ("PJSIP/1001-00000001,wB", Mode.BARGE),
        (",qg(Bw)", Mode.SILENT),
        (",qr(w)g(x)", Mode.SILENT),
        (",qg(B", Mode.SILENT),
        ("Bw", Mode.SILENT),
        ("", Mode.SILENT),
        ("all,q,w", Mode.WHISPER),
    ],
)
def test_a_spy_from_elsewhere_is_in_the_mode_of_its_options(data: str, mode: Mode) -> None:
    nosy = Uniqueid("lab-2.1")
    pbx, _ = listened_to(nosy)
    assert pbx.floor.spies[nosy].mode is None, "no event tells"
    pbx.now += 3
    spy = runs(pbx, data, nosy)
    assert spy.mode is mode
    assert spy.audible_since == (None if mode is Mode.SILENT else pbx.now)
    assert pbx.changes.spies == {nosy}


def test_a_spy_from_elsewhere_that_its_own_keys_switch_is_in_no_mode_that_could_be_told() -> None:
    nosy = Uniqueid("lab-2.1")
    pbx, _ = listened_to(nosy)
    assert runs(pbx, "PJSIP/1001-00000001,qbud", nosy).mode is None
    assert keys(pbx, "6", nosy).mode is None, "and a key under its id was invented"


def test_a_leg_is_aimed_silent_and_its_keys_switch_it() -> None:
    pbx, _ = listened_to()
    spy = pbx.floor.spies[LEG]
    assert (spy.mode, spy.audible_since) == (Mode.SILENT, None)
    pbx.now += 5
    keys(pbx, "5")
    assert (spy.mode, spy.audible_since) == (Mode.WHISPER, pbx.now)
    assert pbx.changes.spies == {LEG}
    began, pbx.now = pbx.now, pbx.now + 5
    keys(pbx, "6")
    assert (spy.mode, spy.audible_since) == (Mode.BARGE, began), "the agent has heard it since then"
    pbx.changes.spies.clear()
    keys(pbx, "67*#9")
    assert (spy.mode, pbx.changes.spies) == (Mode.BARGE, set())
    keys(pbx, "4")
    assert (spy.mode, spy.audible_since) == (Mode.SILENT, None)
    assert runs(pbx, SWITCHED).mode is Mode.SILENT
    keys(pbx, "5")
    assert runs(pbx, SWITCHED).mode is Mode.WHISPER, "options tell how it began, and a key is newer"


def test_keys_do_nothing_to_a_leg_that_hears_nobody_or_was_started_without_them() -> None:
    pbx, phone = listened_to()
    pbx.tell(e.SpyStopped(LEG, NAME, phone))
    assert keys(pbx, "6").mode is Mode.SILENT
    pbx.tell(e.SpyStarted(LEG, NAME, phone, ""))
    assert keys(pbx, "5").mode is Mode.WHISPER, "as long as nobody knows better"
    assert runs(pbx, f",qg({LEG})").mode is Mode.SILENT
    assert keys(pbx, "6").mode is Mode.SILENT
    assert runs(pbx, f",qg({LEG})B").mode is Mode.BARGE


def test_a_key_of_somebody_who_is_no_spy_changes_nothing() -> None:
    pbx = Exchange()
    pbx.tell(e.DigitEnded(LEG, "6"), e.DigitEnded(NOBODY, ""))
    assert not (pbx.floor.spies or pbx.changes)


def test_the_mode_goes_with_the_leg_from_one_agent_to_the_next() -> None:
    pbx, first = listened_to()
    _, second = an_agent(pbx, "1002", "5550151")
    spy = keys(pbx, "5")
    since = spy.audible_since
    pbx.now += 5
    pbx.tell(e.SpyStopped(LEG, NAME, first), e.SpyStarted(LEG, NAME, second, ""))
    assert (spy.spyee, spy.mode, spy.audible_since, spy.since) == (second, Mode.WHISPER, since, pbx.now)


def test_a_leg_that_was_up_before_we_looked_may_be_in_any_mode_until_it_is_seen_to_switch_or_is_aimed_anew() -> None:
    pbx = Exchange()
    _, phone = an_agent(pbx)
    pbx.channel("PJSIP/2001", uniqueid=LEG)
    spy = runs(pbx, SWITCHED)
    assert spy.mode is None
    spy = runs(pbx, SWITCHED)
    assert spy.mode is None
    pbx.tell(e.SpyStarted(LEG, NAME, phone, ""))
    assert spy.mode is Mode.SILENT, "every console aims silent"


def test_what_keys_did_while_the_link_was_down_is_not_known() -> None:
    pbx, _ = listened_to()
    spy = keys(pbx, "5")
    begin_seed(pbx.floor)
    assert (spy.mode, spy.audible_since) == (None, None)
    assert runs(pbx, SWITCHED).mode is None
    assert keys(pbx, "6").mode is Mode.BARGE
    runs(pbx, f",qg({LEG})w")
    begin_seed(pbx.floor)
    assert spy.mode is Mode.WHISPER, "no key could have changed that"


def test_a_spyer_that_is_sent_into_another_chanspy_has_the_mode_of_that_one() -> None:
    pbx, phone = listened_to()
    runs(pbx, SWITCHED)
    keys(pbx, "6")
    assert runs(pbx, f"{pbx.floor.channels[phone].name},qd").mode is Mode.SILENT


# --- whom those hear who were up before we looked

ANOTHER = Uniqueid("wt-ffffffff-00000000000000aa")


def lists(pbx: Exchange, groups: dict[Uniqueid, str], spies: dict[Uniqueid, str], *without: Uniqueid) -> None:
    """Status of all channels but some: `groups` is SPYGROUP, `spies` what those run who spy."""
    rows = []
    for uniqueid, channel in pbx.floor.channels.items():
        runs = ("ChanSpy", spies[uniqueid]) if uniqueid in spies else ("", "")
        group = (("SPYGROUP", groups.get(uniqueid, "")),)
        row = StatusRow(uniqueid, channel.linkedid, channel.name, channel.state, channel.bridge, *runs, 5, group)
        rows += [row] if uniqueid not in without else []
    pbx.tell(e.Listed("Status", "1", tuple(rows)))


def two_agents() -> tuple[Exchange, Uniqueid, Uniqueid]:
    """And two legs that nobody has seen do anything."""
    pbx = Exchange()
    _, first = an_agent(pbx)
    _, second = an_agent(pbx, "1002", "5550151")
    pbx.channel("PJSIP/2001", uniqueid=LEG)
    pbx.channel("PJSIP/2002", uniqueid=ANOTHER)
    return pbx, first, second


def test_a_leg_that_was_up_hears_the_one_channel_that_carries_its_group() -> None:
    pbx, first, second = two_agents()
    spies = {LEG: SWITCHED, ANOTHER: f",qg(site:{ANOTHER})d"}
    lists(pbx, {first: f"other:{LEG}", second: ANOTHER}, spies)
    assert {each.spyer: each.spyee for each in pbx.floor.spies.values()} == {LEG: first, ANOTHER: second}
    assert pbx.changes.spies == {LEG, ANOTHER}
    assert pbx.floor.channels[first].call in pbx.changes.calls
    pbx.changes.spies.clear()
    lists(pbx, {first: f"other:{LEG}", second: ANOTHER}, spies)
    assert not pbx.changes.spies, "nothing new"
    assert pbx.floor.repairs == 0


@pytest.mark.parametrize(
    ("carried", "data"),
    [
        (("", ""), SWITCHED),
        ((LEG, LEG), SWITCHED),
        ((f"x{LEG}", f"{LEG}0"), SWITCHED),
        ((":", "::"), ",qg()d"),
        ((LEG, ""), ",qd"),
        (("x", "y"), ",qg(x:y)d"),
    ],
)
def test_nobody_is_taken_for_heard_where_a_group_does_not_tell_it(carried: tuple[str, str], data: str) -> None:
    pbx, first, second = two_agents()
    lists(pbx, {first: carried[0], second: carried[1]}, {LEG: data})
    assert pbx.floor.spies[LEG].spyee == ""


def test_a_spy_that_carries_the_group_itself_is_not_heard() -> None:
    pbx, first, _ = two_agents()
    lists(pbx, {first: LEG, LEG: LEG, ANOTHER: LEG}, {LEG: SWITCHED})
    assert pbx.floor.spies[LEG].spyee == first


def test_status_of_some_channels_does_not_tell_whom_a_leg_hears() -> None:
    pbx, first, _ = two_agents()
    lists(pbx, {}, {LEG: SWITCHED})
    lists(pbx, {first: LEG}, {}, LEG, ANOTHER)
    assert pbx.floor.spies[LEG].spyee == ""


def test_lists_move_a_leg_whom_no_event_has_told_of() -> None:
    pbx, first, second = two_agents()
    spy = pbx.floor.spies
    lists(pbx, {first: LEG}, {LEG: SWITCHED})
    lists(pbx, {second: LEG}, {LEG: SWITCHED})
    assert spy[LEG].spyee == second
    lists(pbx, {first: LEG, second: LEG}, {LEG: SWITCHED})
    lists(pbx, {}, {LEG: SWITCHED})
    assert spy[LEG].spyee == second, "clearing the group ends nothing"
    pbx.tell(e.SpyStarted(LEG, NAME, first, ""))
    lists(pbx, {second: LEG}, {LEG: SWITCHED})
    assert spy[LEG].spyee == first, "what an event said is newer"
    begin_seed(pbx.floor)
    lists(pbx, {second: LEG}, {LEG: SWITCHED})
    assert spy[LEG].spyee == second, "but not newer than the lists after a gap"
    pbx.tell(e.SpyStopped(LEG, NAME, second))
    assert spy[LEG].spyee == ""


def test_whom_a_spy_names_is_heard_though_its_row_comes_first_until_an_event_says_that_it_stopped() -> None:
    pbx = Exchange(seeded=False)
    nosy, heard = Uniqueid("lab-2.1"), Uniqueid("lab-2.2")

    def row(uniqueid: Uniqueid, name: str, application: str, data: str) -> ChannelRow:
        return ChannelRow(uniqueid, uniqueid, name, 6, "", "", "", "", "", "", application, data, 5, "")

    rows = row(nosy, NAME, "ChanSpy", "PJSIP/1001-00000002,q"), row(heard, "PJSIP/1001-00000002", "", "")
    pbx.tell(e.Listed("CoreShowChannels", "1", rows))
    assert runs(pbx, "PJSIP/1001-00000002,q", nosy).spyee == heard
    pbx.tell(e.SpyStopped(nosy, NAME, heard))
    assert runs(pbx, "PJSIP/1001-00000002,q", nosy).spyee == ""


def test_extenspy_is_spying_too() -> None:
    nosy = Uniqueid("lab-2.1")
    pbx, phone = listened_to(nosy)
    assert runs(pbx, "1001@internal,qw", nosy, "ExtenSpy").mode is Mode.WHISPER
    assert pbx.floor.spies[nosy].spyee == phone


def test_options_are_read_letter_by_letter_and_what_stands_in_brackets_is_none() -> None:
    assert options_of(",qg(wt-1:B)d") == {"q": "", "g": "wt-1:B", "d": ""}
    assert options_of("PJSIP/w-1") == {}
    assert options_of("x," + "(" * 200) == {}
