"""What the channels of a call hold in the variables that rules look at."""

from __future__ import annotations

import pytest

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.ami.list_rows import StatusRow
from whisper_tui.floor import find
from whisper_tui.floor.variables import LONGEST, is_read, unread, watch
from whisper_tui.terms import Uniqueid


def a_call(*watched: str) -> tuple[Exchange, Uniqueid, Uniqueid]:
    """Customer and agent, and nothing that is left to report."""
    pbx = Exchange()
    watch(pbx.floor, frozenset(watched or ("CAMPAIGN", "TEAM")))
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    pbx.changes.calls.clear()
    return pbx, customer, phone


def reads(pbx: Exchange, uniqueid: Uniqueid, **held: str) -> None:
    """Status of one channel, asked for these variables."""
    channel = pbx.floor.channels[uniqueid]
    said = (("SPYGROUP", ""), *held.items())
    row = StatusRow(uniqueid, channel.linkedid, channel.name, channel.state, channel.bridge, "", "", 5, said)
    pbx.tell(e.Listed("Status", "1", (row,)))


def test_a_call_has_what_its_customers_and_its_agents_channel_say() -> None:
    pbx, customer, phone = a_call()
    call = pbx.call(customer)
    assert find.variables_of(pbx.floor, call) == ()
    reads(pbx, customer, CAMPAIGN="spring", TEAM="")
    assert find.variables_of(pbx.floor, call) == (("CAMPAIGN", "spring"),)
    reads(pbx, phone, CAMPAIGN="spring", TEAM="red")
    assert find.variables_of(pbx.floor, call) == (("CAMPAIGN", "spring"), ("TEAM", "red"))
    reads(pbx, phone, CAMPAIGN="autumn", TEAM="red")
    assert find.variables_of(pbx.floor, call) == (("CAMPAIGN", "autumn"), ("CAMPAIGN", "spring"), ("TEAM", "red"))


@pytest.mark.parametrize("which", [0, 1])
def test_only_another_value_changes_a_call(which: int) -> None:
    pbx, *channels = a_call()
    for value, changed in (("spring", True), ("spring", False), ("autumn", True), ("", True), ("", False)):
        reads(pbx, channels[which], CAMPAIGN=value)
        assert pbx.changes.calls == ({channels[0]} if changed else set())
        pbx.changes.calls.clear()


def test_what_a_list_does_not_tell_is_as_it_was_and_what_reads_empty_is_not_there() -> None:
    pbx, customer, _ = a_call()
    reads(pbx, customer, CAMPAIGN="spring", TEAM="red")
    reads(pbx, customer, CAMPAIGN="autumn")
    assert pbx.floor.channels[customer].variables == (("CAMPAIGN", "autumn"), ("TEAM", "red"))
    for nothing in ("", "  ", "\x1b[31m\u202e"):
        reads(pbx, customer, TEAM=nothing)
        assert pbx.floor.channels[customer].variables == (("CAMPAIGN", "autumn"),)


def test_only_what_is_watched_is_kept_and_what_is_watched_no_more_is_forgotten() -> None:
    pbx, customer, _ = a_call()
    reads(pbx, customer, CAMPAIGN="spring", TEAM="red", OTHER="x", campaign="small letters")
    assert pbx.floor.channels[customer].variables == (("CAMPAIGN", "spring"), ("TEAM", "red"))
    watch(pbx.floor, frozenset({"CAMPAIGN"}))
    assert pbx.floor.channels[customer].variables == (("CAMPAIGN", "spring"),)
    watch(pbx.floor, frozenset())
    assert find.variables_of(pbx.floor, pbx.call(customer)) == ()
    reads(pbx, customer, CAMPAIGN="spring")
    assert pbx.floor.channels[customer].variables == ()


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (" spring ", "spring"),
        ("[bold]spring[/]", "[bold]spring[/]"),
        ("spr\x1b[31ming\x07\r\n\u202e", "spring"),
        ("spring\r\nEvent: Hangup", "spring Event: Hangup"),
        ("e\u0301te\u0301", "été"),
        ("\ud800", None),
        ("${SHELL(id)}", "${SHELL(id)}"),
        ("é" + "tag," * 100 + "pci", "é" + "tag," * 100 + "pci"),
        ("x" * 5000, "x" * (LONGEST - 1) + "…"),
    ],
)
def test_a_value_is_cleaned_and_has_an_end(value: str, kept: str | None) -> None:
    pbx, customer, _ = a_call()
    reads(pbx, customer, CAMPAIGN=value)
    assert dict(pbx.floor.channels[customer].variables).get("CAMPAIGN") == kept


def test_the_customers_values_go_through_a_transfer_and_the_agents_stay_behind() -> None:
    pbx, customer, phone = a_call()
    reads(pbx, customer, CAMPAIGN="spring", TEAM="")
    reads(pbx, phone, CAMPAIGN="", TEAM="red")
    pbx.leaves(phone, customer)
    assert find.variables_of(pbx.floor, pbx.call(customer)) == (("CAMPAIGN", "spring"),)


# --- what should be read


def test_a_call_is_another_when_it_was_read_for_the_first_time_whatever_that_told() -> None:
    pbx, customer, _ = a_call()
    call = pbx.call(customer)
    assert not is_read(pbx.floor, call)
    reads(pbx, customer, CAMPAIGN="")
    assert (is_read(pbx.floor, call), pbx.changes.calls) == (False, set()), "not all of it"
    reads(pbx, customer, CAMPAIGN="", TEAM="")
    assert (is_read(pbx.floor, call), pbx.changes.calls) == (True, {customer})
    pbx.changes.calls.clear()
    reads(pbx, customer, CAMPAIGN="", TEAM="")
    assert not pbx.changes.calls


def test_a_call_is_unread_when_it_is_new_and_again_when_it_gets_an_agent_or_another_queue() -> None:
    pbx = Exchange()
    watch(pbx.floor, frozenset({"CAMPAIGN"}))
    for phone in ("1001", "1002"):
        pbx.member(phone, "support", "sales")
    customer = pbx.caller("support")
    assert unread(pbx.floor, customer) == [customer]
    reads(pbx, customer, CAMPAIGN="")
    assert unread(pbx.floor, customer) == []
    first = pbx.queue_rings(customer, "1001")
    reads(pbx, first, CAMPAIGN="")
    assert unread(pbx.floor, customer) == [], "it only rings"
    pbx.queue_connects(customer, first)
    assert unread(pbx.floor, customer) == [customer, first]
    reads(pbx, customer, CAMPAIGN="")
    assert unread(pbx.floor, customer) == [first]
    reads(pbx, first, CAMPAIGN="")
    pbx.holds(first)
    assert unread(pbx.floor, customer) == []
    pbx.hangs_up(first)
    assert unread(pbx.floor, customer) == [], "nobody has set a variable by going"
    pbx.join(customer, "sales")
    assert unread(pbx.floor, customer) == [customer]
    pbx.hangs_up(customer)
    assert unread(pbx.floor, customer) == []


def test_a_whole_list_leaves_nothing_unread() -> None:
    pbx, customer, phone = a_call()
    channels = [pbx.floor.channels[each] for each in (customer, phone)]
    held = (("CAMPAIGN", "spring"), ("TEAM", ""))
    rows = [StatusRow(c.uniqueid, c.linkedid, c.name, c.state, c.bridge, "", "", 5, held) for c in channels]
    pbx.tell(e.Listed("Status", "1", tuple(rows)))
    assert unread(pbx.floor, customer) == []
    watch(pbx.floor, frozenset({"CAMPAIGN"}))
    assert unread(pbx.floor, customer) == []
    watch(pbx.floor, frozenset({"CAMPAIGN", "LOCATION"}))
    assert unread(pbx.floor, customer) == [customer, phone]


def test_a_list_that_was_not_asked_for_all_of_it_reads_nothing() -> None:
    pbx, customer, phone = a_call("CAMPAIGN")
    pbx.floor.tags_variable = "TAGS"
    reads(pbx, customer, CAMPAIGN="spring")
    reads(pbx, phone, TAGS="")
    assert unread(pbx.floor, customer) == [customer, phone]
    reads(pbx, customer, CAMPAIGN="spring", TAGS="")
    assert unread(pbx.floor, customer) == [phone]


def test_tags_in_a_variable_are_enough_to_be_unread_and_without_any_variable_nothing_is() -> None:
    pbx, customer, phone = a_call()
    watch(pbx.floor, frozenset())
    assert unread(pbx.floor, customer) == []
    pbx.floor.tags_variable = "TAGS"
    assert unread(pbx.floor, customer) == [customer, phone]
