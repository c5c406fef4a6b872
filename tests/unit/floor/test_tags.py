"""Calls in which somebody must not be listened to, as the dialplan says it."""

from __future__ import annotations

import pytest

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.ami.list_rows import StatusRow
from whisper_tui.floor.tags import MOST
from whisper_tui.terms import Uniqueid


def a_call() -> tuple[Exchange, Uniqueid, Uniqueid]:
    """Customer and agent, and nothing that is left to report."""
    pbx = Exchange()
    pbx.floor.tags_variable = "TAGS"
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    pbx.changes.calls.clear()
    return pbx, customer, phone


def tagged(channel: str, tag: str = "pci") -> e.Tagged:
    return e.Tagged(Uniqueid(channel), tag, True)


def untagged(channel: str, tag: str = "pci") -> e.Tagged:
    return e.Tagged(Uniqueid(channel), tag, False)


def reads(pbx: Exchange, uniqueid: Uniqueid, value: str | None) -> None:
    """Status of one channel; None: its variables were not asked for."""
    channel = pbx.floor.channels[uniqueid]
    held = () if value is None else (("TAGS", value),)
    row = StatusRow(uniqueid, channel.linkedid, channel.name, channel.state, channel.bridge, "", "", 5, held)
    pbx.tell(e.Listed("Status", "1", (row,)))


@pytest.mark.parametrize("which", [0, 1])
def test_a_call_has_the_tags_of_its_customer_and_of_its_agent_while_they_last(which: int) -> None:
    pbx, *channels = a_call()
    call = pbx.call(channels[0])
    pbx.tell(tagged(channels[which]))
    assert call.tags == {"pci"}
    assert pbx.changes.calls == {call.key}
    pbx.changes.calls.clear()
    pbx.tell(tagged(channels[which]), untagged(channels[which], "hr"))
    assert not pbx.changes.calls, "nothing new"
    pbx.tell(untagged(channels[which]))
    assert (call.tags, pbx.changes.calls) == (frozenset(), {call.key})


def test_the_customers_tags_go_through_a_transfer_and_the_agents_stay_behind() -> None:
    pbx, customer, phone = a_call()
    pbx.tell(tagged(customer), tagged(phone, "training"))
    call = pbx.call(customer)
    assert call.tags == {"pci", "training"}
    pbx.leaves(phone, customer)
    assert call.tags == {"pci"}
    pbx.join(customer, "support")
    second = pbx.queue_rings(customer, "1002")
    pbx.queue_connects(customer, second)
    assert call.tags == {"pci"}


def test_a_caller_who_was_tagged_in_the_menu_has_a_tagged_call() -> None:
    pbx = Exchange()
    customer = pbx.channel("PJSIP/trunk", "5550150")
    pbx.tell(tagged(customer))
    pbx.join(customer, "support")
    assert pbx.call(customer).tags == {"pci"}


def test_a_tag_on_half_of_a_local_pair_is_the_customers() -> None:
    pbx = Exchange()
    pbx.member("1001", "support", interface="Local/1001@internal/n")
    customer = pbx.caller("support")
    front = pbx.channel("Local/1001@internal;1", linkedid=customer)
    back = pbx.channel("Local/1001@internal;2", linkedid=customer)
    pbx.tell(tagged(back, "early"))
    assert pbx.call(customer).tags == frozenset(), "nobody knows yet whose it is"
    pbx.tell(e.DialBegun(customer, front, pbx.floor.channels[front].name))
    pbx.tell(tagged(back))
    assert pbx.call(customer).tags == {"pci"}
    pbx.tell(untagged(back))
    assert pbx.call(customer).tags == frozenset()


def test_a_tag_of_a_channel_that_nobody_knows_is_nobodys() -> None:
    pbx, customer, _ = a_call()
    pbx.tell(tagged("lab-9.9"), tagged(""))
    assert not pbx.changes.calls
    assert pbx.call(customer).tags == frozenset()


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("pci", {"pci"}),
        (" PCI, works-council\thr ,,", {"pci", "works-council", "hr"}),
        ("pci;drop,[bold]x,é," + "x" * 33, set()),
        ("", set()),
        (",".join(f"t{n}" for n in range(1000)), {f"t{n}" for n in range(MOST)}),
    ],
)
def test_a_variable_holds_tags_between_commas_or_blanks(value: str, tags: set[str]) -> None:
    pbx, customer, _ = a_call()
    reads(pbx, customer, value)
    assert pbx.call(customer).tags == tags


def test_the_variable_is_believed_anew_each_time_and_clears_nothing_that_an_event_said() -> None:
    pbx, customer, _ = a_call()
    call = pbx.call(customer)
    pbx.tell(tagged(customer))
    reads(pbx, customer, "hr")
    assert call.tags == {"pci", "hr"}
    reads(pbx, customer, None)
    assert call.tags == {"pci", "hr"}
    pbx.changes.calls.clear()
    reads(pbx, customer, "")
    assert (call.tags, pbx.changes.calls) == ({"pci"}, {customer})
    reads(pbx, customer, "pci")
    pbx.tell(untagged(customer))
    assert call.tags == {"pci"}, "the variable still says so"


def test_no_variable_is_read_where_none_was_named() -> None:
    pbx, customer, _ = a_call()
    pbx.floor.tags_variable = ""
    reads(pbx, customer, "pci")
    assert pbx.call(customer).tags == frozenset()


def test_a_channel_has_so_many_tags_and_no_more() -> None:
    pbx, customer, _ = a_call()
    pbx.tell(*(tagged(customer, f"t{n}") for n in range(MOST + 9)))
    assert len(pbx.call(customer).tags) == MOST
