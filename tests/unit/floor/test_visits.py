"""What becomes of calls in queues, told by the people of an exchange; and any facts in any order."""

from __future__ import annotations

from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.exchange import Exchange
from tests.fakes.lists import lists_of
from whisper_tui.ami import events as e
from whisper_tui.ami.events import Fact
from whisper_tui.floor import visits as module
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import Changes, Floor
from whisper_tui.floor.outcomes import Ending, Outcome
from whisper_tui.floor.seed import begin_seed
from whisper_tui.floor.visits import SOON, Visits
from whisper_tui.terms import Pbx, Uniqueid


class Watched(Exchange):
    """An exchange that keeps what became of its calls; `wait` moves the clock."""

    def __init__(self, *, seeded: bool = True) -> None:
        self.ended: list[Outcome] = []
        self.visits: Visits | None = None
        super().__init__(seeded=seeded)
        self.visits = Visits(self.floor)
        for phone in ("1001", "1002"):
            self.member(phone, "support", "sales")

    def tell(self, *facts: Fact) -> None:
        for fact in facts:
            super().tell(fact)
            if self.visits is not None:
                self.ended += self.visits.observe(fact, self.now)

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def gives_up(self, customer: Uniqueid, *, hold_time: int = 0) -> None:
        """What Queue() says of a caller whom nobody answered; what comes next tells why."""
        self.tell(e.QueueAbandoned(self.call(customer).queue, customer, hold_time))
        self.leaves_line(customer)

    def completes(self, customer: Uniqueid, phone: str, reason: str, talk: int = 0, queue: str = "support") -> None:
        self.tell(e.AgentCompleted(queue, f"PJSIP/{phone}", customer, Uniqueid(""), reason, 0, talk))

    def lists(self) -> None:
        """The lists say what the floor has already."""
        self.tell(*lists_of(self.floor, self.now))

    def loses_link(self) -> None:
        assert self.visits is not None
        self.visits.lose(self.now)

    def finds_link(self, *gone: Uniqueid) -> None:
        """The link is up again; meanwhile `gone` have hung up."""
        listed = list(lists_of(self.floor, self.now))
        begin_seed(self.floor)
        for one in listed:
            rows = tuple(row for row in one.rows if getattr(row, "uniqueid", "") not in gone)
            self.tell(e.Listed(one.action, one.action_id, rows))

    @property
    def last(self) -> Outcome:
        assert len(self.ended) == 1, self.ended
        return self.ended[0]


def talk(pbx: Watched, wait: float = 7.0) -> tuple[Uniqueid, Uniqueid, str]:
    """A caller waits and is answered by 1001."""
    customer = pbx.caller("support")
    pbx.wait(wait)
    phone = pbx.queue_rings(customer, "1001")
    return customer, phone, pbx.queue_connects(customer, phone)


@pytest.mark.parametrize("reason", ["caller", "agent"])
def test_an_answered_call(reason: str) -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    pbx.wait(30)
    pbx.completes(customer, "1001", reason, 30)
    pbx.hangs_up(phone, customer)
    assert pbx.last == Outcome(
        pbx=Pbx("lab"),
        uniqueid=customer,
        queue="support",
        agent="PJSIP/1001",
        number="5550150",
        joined=1000.0,
        waited=7.0,
        answered=1007.0,
        talked=30.0,
        held=0.0,
        holds=0,
        transfers=0,
        ending=Ending.ANSWERED,
        ended=1037.0,
    )
    assert pbx.visits is not None and len(pbx.visits) == 0


def test_agent_complete_may_come_after_the_hangup() -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    pbx.wait(30)
    pbx.hangs_up(phone, customer)
    assert pbx.ended == []
    pbx.wait(0.5)
    pbx.completes(customer, "1001", "caller", 30)
    assert (pbx.last.ending, pbx.last.talked) == (Ending.ANSWERED, 30.0)


@pytest.mark.parametrize("agent_is_gone", [False, True])
def test_agent_complete_names_no_customer_who_is_gone(agent_is_gone: bool) -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    pbx.wait(30)
    pbx.hangs_up(customer)
    pbx.wait(0.1)
    named = Uniqueid("") if agent_is_gone else phone
    pbx.tell(e.AgentCompleted("support", "PJSIP/1001", Uniqueid(""), named, "caller", 7, 30))
    assert (pbx.last.uniqueid, pbx.last.ending, pbx.last.talked) == (customer, Ending.ANSWERED, 30.0)


def test_without_agent_complete_an_answered_call_is_answered_all_the_same() -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    pbx.wait(30)
    pbx.hangs_up(phone, customer)
    pbx.wait(SOON + 1)
    pbx.tell(e.Booted())
    assert (pbx.last.ending, pbx.last.talked, pbx.last.ended) == (Ending.ANSWERED, 30.0, 1037.0)


def test_a_caller_who_hangs_up_in_line_has_abandoned() -> None:
    pbx = Watched()
    customer = pbx.caller("support")
    pbx.wait(40)
    pbx.gives_up(customer)
    assert pbx.ended == [], "a queue that gives up says the same"
    pbx.hangs_up(customer)
    assert (pbx.last.ending, pbx.last.waited, pbx.last.agent) == (Ending.ABANDONED, 40.0, "")
    assert (pbx.last.answered, pbx.last.talked, pbx.last.ended) == (None, None, 1040.0)


def test_a_caller_who_hangs_up_while_a_phone_rings_has_abandoned() -> None:
    pbx = Watched()
    customer = pbx.caller("support")
    phone = pbx.queue_rings(customer, "1001")
    pbx.gives_up(customer)
    pbx.hangs_up(phone, customer)
    assert (pbx.last.ending, pbx.last.agent) == (Ending.ABANDONED, "")


def test_a_caller_whose_channel_only_goes_has_abandoned() -> None:
    pbx = Watched()
    customer = pbx.caller("support")
    pbx.wait(5)
    pbx.hangs_up(customer)
    pbx.wait(SOON + 1)
    pbx.caller("sales")
    assert (pbx.last.ending, pbx.last.waited) == (Ending.ABANDONED, 5.0)


def test_a_queue_that_gives_up_and_the_caller_stays_on_has_timed_out() -> None:
    pbx = Watched()
    customer = pbx.caller("support")
    pbx.wait(60)
    pbx.gives_up(customer)
    pbx.wait(20)
    pbx.hangs_up(customer)
    assert (pbx.last.ending, pbx.last.waited, pbx.last.ended) == (Ending.TIMED_OUT, 60.0, 1060.0)


def test_overflow_into_another_queue_is_two_visits() -> None:
    pbx = Watched()
    customer = pbx.caller("support")
    pbx.wait(60)
    pbx.gives_up(customer)
    pbx.join(customer, "sales")
    assert (pbx.last.queue, pbx.last.ending) == ("support", Ending.TIMED_OUT)
    pbx.wait(10)
    phone = pbx.queue_rings(customer, "1002")
    pbx.queue_connects(customer, phone)
    pbx.wait(5)
    pbx.completes(customer, "1002", "caller", 5, "sales")
    pbx.hangs_up(phone, customer)
    second = pbx.ended[1]
    assert (second.queue, second.ending, second.waited, second.talked) == ("sales", Ending.ANSWERED, 10.0, 5.0)
    assert second.joined == 1060.0
    assert len(pbx.ended) == 2


def test_out_by_a_key() -> None:
    pbx = Watched()
    customer = pbx.caller("support")
    pbx.wait(12)
    pbx.leaves_line(customer)
    pbx.wait(30)
    pbx.hangs_up(customer)
    assert (pbx.last.ending, pbx.last.waited, pbx.last.ended) == (Ending.LEFT, 12.0, 1012.0)


def test_a_phone_that_is_not_answered_leaves_the_caller_in_line() -> None:
    pbx = Watched()
    customer = pbx.caller("support")
    phone = pbx.queue_rings(customer, "1001")
    pbx.wait(15)
    pbx.tell(e.AgentRangOut("support", "PJSIP/1001", customer, phone, 15000))
    pbx.hangs_up(phone)
    pbx.wait(5)
    second = pbx.queue_rings(customer, "1002")
    pbx.queue_connects(customer, second)
    pbx.wait(9)
    pbx.completes(customer, "1002", "agent", 9)
    assert (pbx.last.agent, pbx.last.waited, pbx.last.talked) == ("PJSIP/1002", 20.0, 9.0)


def test_holds_are_those_of_the_talk() -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    for seconds in (10, 4):
        pbx.holds(phone)
        pbx.wait(seconds)
        pbx.resumes(phone)
        pbx.wait(1)
    pbx.completes(customer, "1001", "caller", 16)
    assert (pbx.last.holds, pbx.last.held, pbx.last.talked) == (2, 14.0, 16.0)


def test_a_call_that_ends_on_hold_counts_the_hold_to_its_end() -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    pbx.wait(3)
    pbx.holds(phone)
    pbx.wait(10)
    pbx.hangs_up(customer)
    pbx.wait(1)
    pbx.completes(customer, "1001", "caller", 13)
    assert (pbx.last.holds, pbx.last.held, pbx.last.talked) == (1, 10.0, 13.0)


def test_a_blind_transfer_ends_the_talk_and_is_counted() -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    pbx.wait(20)
    pbx.tell(e.BlindTransferred(phone, customer, "1002", succeeded=True))
    pbx.completes(customer, "1001", "transfer", 20)
    pbx.leaves(phone, customer)
    other = pbx.dials(customer, "PJSIP/1002", "1002")
    pbx.answers(customer, other)
    pbx.wait(100)
    pbx.lists()
    pbx.hangs_up(phone, other, customer)
    assert (pbx.last.transfers, pbx.last.talked, pbx.last.agent) == (1, 20.0, "PJSIP/1001")


def test_a_blind_transfer_into_a_queue_is_a_visit_of_its_own() -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    pbx.wait(20)
    pbx.tell(e.BlindTransferred(phone, customer, "600", succeeded=True))
    pbx.leaves(phone, customer)
    pbx.join(customer, "support")
    pbx.completes(customer, "1001", "transfer", 20)
    pbx.hangs_up(phone)
    assert (pbx.last.transfers, pbx.last.talked) == (1, 20.0)
    pbx.wait(6)
    pbx.gives_up(customer)
    pbx.hangs_up(customer)
    assert [(outcome.ending, outcome.waited) for outcome in pbx.ended] == [
        (Ending.ANSWERED, 7.0),
        (Ending.ABANDONED, 6.0),
    ]


def test_an_attended_transfer_ends_the_talk_of_who_answered() -> None:
    pbx = Watched()
    customer, phone, bridge = talk(pbx)
    pbx.wait(10)
    pbx.holds(phone)
    consulting = pbx.channel("PJSIP/1001", "1001")
    other = pbx.dials(consulting, "PJSIP/1002", "1002")
    second = pbx.answers(consulting, other)
    pbx.wait(5)
    pbx.leaves(other)
    pbx.enters(other, bridge, swap=phone, linkedid=customer)
    pbx.tell(e.AttendedTransferred(phone, customer, other, succeeded=True))
    pbx.completes(customer, "1001", "transfer", 15)
    pbx.hangs_up(phone, consulting)
    assert second != bridge
    pbx.wait(60)
    pbx.lists()
    pbx.hangs_up(other, customer)
    pbx.wait(SOON + 1)
    pbx.tell(e.Booted())
    assert (pbx.last.transfers, pbx.last.talked, pbx.last.agent) == (1, 15.0, "PJSIP/1001")
    assert (pbx.last.holds, pbx.last.held) == (1, 5.0)


def test_a_transfer_that_failed_is_none() -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    pbx.tell(e.BlindTransferred(phone, customer, "999", succeeded=False))
    pbx.wait(20)
    pbx.completes(customer, "1001", "agent", 20)
    assert (pbx.last.transfers, pbx.last.talked) == (0, 20.0)


def test_wrap_up_is_nobodys_talk() -> None:
    pbx = Watched()
    customer, phone, _ = talk(pbx)
    pbx.wait(20)
    pbx.completes(customer, "1001", "caller", 20)
    pbx.hangs_up(phone, customer)
    pbx.wait(30)
    pbx.member("1001", "support", paused=True)
    pbx.wait(30)
    pbx.member("1001", "support")
    assert (pbx.last.talked, pbx.last.ended) == (20.0, 1027.0)


def test_whoever_answers_and_is_no_member_is_named_by_the_interface() -> None:
    pbx = Watched()
    customer = pbx.caller("support")
    phone = pbx.queue_rings(customer, "1077")
    pbx.queue_connects(customer, phone)
    pbx.wait(4)
    pbx.completes(customer, "1077", "caller", 4)
    assert pbx.last.agent == "PJSIP/1077"


def test_a_supervision_leg_in_a_queue_is_no_visit() -> None:
    pbx = Watched()
    leg = pbx.channel("PJSIP/2001", uniqueid="wt-0123abcd-0123456789abcdef")
    pbx.join(leg, "support")
    pbx.hangs_up(leg)
    pbx.wait(SOON + 1)
    pbx.tell(e.Booted())
    assert pbx.ended == []


# --- before we looked


def test_a_call_nobody_saw_begin_has_the_figures_that_asterisk_gives() -> None:
    pbx = Watched()
    pbx.tell(e.AgentCompleted("support", "PJSIP/1001", Uniqueid("lab-0.7"), Uniqueid(""), "caller", 12, 300))
    assert (pbx.last.ending, pbx.last.waited, pbx.last.talked) == (Ending.ANSWERED, 12.0, 300.0)
    assert (pbx.last.joined, pbx.last.answered, pbx.last.ended) == (688.0, 700.0, 1000.0)


def test_a_caller_nobody_saw_join_has_the_wait_that_asterisk_gives() -> None:
    pbx = Watched()
    pbx.tell(e.QueueAbandoned("support", Uniqueid("lab-0.7"), 33))
    assert (pbx.last.ending, pbx.last.waited, pbx.last.ended) == (Ending.ABANDONED, 33.0, 1000.0)


def test_callers_who_waited_before_the_first_lists_are_found_in_them() -> None:
    before = Watched()
    customer = before.caller("support")
    before.wait(25)
    pbx = Watched(seeded=False)
    pbx.now = before.now
    pbx._names.update(before._names)
    pbx.tell(*lists_of(before.floor, before.now))
    pbx.wait(5)
    phone = pbx.queue_rings(customer, "1001")
    pbx.leaves_line(customer)
    pbx.tell(e.AgentConnected("support", "PJSIP/1001", "", customer, phone, pbx._names[phone], 30, 1))
    pbx.wait(10)
    pbx.completes(customer, "1001", "caller", 10)
    assert (pbx.last.joined, pbx.last.waited, pbx.last.talked) == (1000.0, 30.0, 10.0)


def test_who_talked_before_the_first_lists_is_told_once() -> None:
    before = Watched()
    customer, phone, _ = talk(before)
    before.wait(25)
    pbx = Watched(seeded=False)
    pbx.now = before.now
    pbx._names.update(before._names)
    pbx.tell(*lists_of(before.floor, before.now))
    assert pbx.visits is not None and len(pbx.visits) == 1
    pbx.wait(20)
    pbx.tell(e.AgentCompleted("support", "PJSIP/1001", customer, phone, "transfer", 7, 45))
    pbx.lists()
    assert (pbx.last.joined, pbx.last.waited, pbx.last.talked, pbx.last.transfers) == (1000.0, 7.0, 45.0, 1)
    assert len(pbx.visits) == 0, "a list does not bring back what was told"
    pbx.hangs_up(phone, customer)
    assert len(pbx.ended) == 1


def test_who_talked_before_we_looked_and_only_hangs_up_talked_at_least_so_long() -> None:
    before = Watched()
    customer, phone, _ = talk(before)
    pbx = Watched(seeded=False)
    pbx.now = before.now
    pbx._names.update(before._names)
    pbx.tell(*lists_of(before.floor, before.now))
    pbx.wait(20)
    pbx.hangs_up(phone, customer)
    pbx.wait(SOON + 1)
    pbx.tell(e.Booted())
    assert (pbx.last.ending, pbx.last.agent, pbx.last.answered) == (Ending.UNKNOWN, "PJSIP/1001", None)
    assert pbx.last.talked == 20.0


# --- the link is lost


def test_who_is_gone_when_the_link_is_back_is_not_known() -> None:
    pbx = Watched()
    waits = pbx.caller("sales")
    customer, phone, _ = talk(pbx)
    pbx.wait(10)
    pbx.loses_link()
    pbx.wait(60)
    pbx.finds_link(waits, customer, phone)
    told = {outcome.queue: outcome for outcome in pbx.ended}
    assert {outcome.ending for outcome in pbx.ended} == {Ending.UNKNOWN}
    assert (told["support"].agent, told["support"].talked, told["support"].ended) == ("PJSIP/1001", 10.0, 1017.0)
    assert (told["sales"].agent, told["sales"].waited, told["sales"].ended) == ("", 17.0, 1017.0)
    assert pbx.visits is not None and len(pbx.visits) == 0


def test_who_is_still_there_when_the_link_is_back_goes_on() -> None:
    pbx = Watched()
    waits = pbx.caller("sales")
    customer, phone, _ = talk(pbx)
    pbx.loses_link()
    pbx.wait(60)
    pbx.finds_link()
    assert pbx.ended == []
    pbx.gives_up(waits)
    pbx.hangs_up(waits)
    pbx.completes(customer, "1001", "caller", 60)
    pbx.hangs_up(phone, customer)
    assert [(outcome.ending, outcome.waited, outcome.talked) for outcome in pbx.ended] == [
        (Ending.ABANDONED, 67.0, None),
        (Ending.ANSWERED, 7.0, 60.0),
    ]


def test_who_was_answered_while_the_link_was_away_has_the_figures_that_asterisk_gives() -> None:
    pbx = Watched()
    customer = pbx.caller("support")
    pbx.wait(5)
    pbx.loses_link()
    visits, pbx.visits = pbx.visits, None  # nobody hears what happens now
    phone = pbx.queue_rings(customer, "1001")
    pbx.wait(5)
    pbx.queue_connects(customer, phone)
    pbx.visits = visits
    pbx.wait(20)
    pbx.finds_link()
    pbx.wait(10)
    pbx.tell(e.AgentCompleted("support", "PJSIP/1001", customer, phone, "caller", 10, 30))
    assert (pbx.last.ending, pbx.last.waited, pbx.last.talked) == (Ending.ANSWERED, 10.0, 30.0)
    assert (pbx.last.joined, pbx.last.agent) == (1000.0, "PJSIP/1001")


def test_what_is_open_when_we_stop_is_not_known() -> None:
    pbx = Watched()
    pbx.caller("sales")
    talk(pbx)
    pbx.wait(3)
    assert pbx.visits is not None
    ended = pbx.visits.close(pbx.now)
    assert {(outcome.queue, outcome.ending, outcome.talked) for outcome in ended} == {
        ("sales", Ending.UNKNOWN, None),
        ("support", Ending.UNKNOWN, 3.0),
    }
    assert len(pbx.visits) == 0


# --- anything


IDS = [Uniqueid(each) for each in ("", "1.1", "1.2", "1.3", "wt-0123abcd-0123456789abcdef")]
TEXTS = st.sampled_from(["", "support", "sales", "PJSIP/1001", "PJSIP/1001-00000001", "b1", "b2", "transfer", "Queue"])
KINDS: list[type[Fact]] = [
    e.ChannelNew, e.ChannelGone, e.BridgeEntered, e.BridgeLeft, e.Held, e.Unheld, e.BlindTransferred, e.AttendedTransferred,
    e.QueueJoined, e.QueueLeft, e.QueueAbandoned, e.AgentCalled, e.AgentConnected, e.AgentCompleted, e.AgentRangOut,
    e.MemberRemoved, e.Booted,
]  # fmt: skip


def _value(name: str, kind: object) -> st.SearchStrategy[object]:
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(-5, 10**9)
    return st.sampled_from(IDS) if kind is Uniqueid or kind == Uniqueid else TEXTS


def _facts() -> st.SearchStrategy[Fact]:
    made = [
        st.builds(kind, **{name: _value(name, hint) for name, hint in get_type_hints(kind).items()}) for kind in KINDS
    ]
    listed = st.builds(
        e.Listed, st.sampled_from(["QueueStatus", "CoreShowChannels", "DeviceStateList"]), st.just(""), st.just(())
    )
    return st.one_of(*made, listed)


STEPS = st.lists(st.tuples(_facts() | st.sampled_from(["lose", "close"]), st.floats(0, 10)), max_size=60)


@settings(deadline=None, max_examples=150)
@given(STEPS)
def test_any_facts_in_any_order_end_in_sound_outcomes_and_bounded_memory(steps: list[tuple[Fact | str, float]]) -> None:
    floor, changes, now = Floor(Pbx("lab")), Changes(), 1000.0
    visits = Visits(floor)
    begun, ended = 0, list[Outcome]()
    for fact, later in steps:
        now += later
        if isinstance(fact, str):
            if fact == "close":
                ended += visits.close(now)
            visits.lose(now)
            begin_seed(floor)
            continue
        begun += 1
        apply(floor, fact, now, changes)
        ended += visits.observe(fact, now)
        assert len(visits) <= min(begun, 2 * len(IDS))
    ended += visits.close(now)
    assert len(visits) == 0
    for outcome in ended:
        assert outcome.uniqueid
        assert outcome.joined <= outcome.ended <= now
        assert outcome.waited is None or outcome.waited >= 0
        assert outcome.answered is None or outcome.joined <= outcome.answered <= outcome.ended
        assert outcome.talked is None or 0 <= outcome.held <= outcome.talked
        assert outcome.holds >= 0 and outcome.transfers >= 0


def test_more_visits_than_any_pbx_has_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    pbx = Watched()
    callers = [pbx.caller("support", str(number)) for number in range(5)]
    assert pbx.visits is not None and len(pbx.visits) == 3
    assert [(outcome.uniqueid, outcome.ending) for outcome in pbx.ended] == [
        (caller, Ending.UNKNOWN) for caller in callers[:2]
    ]
