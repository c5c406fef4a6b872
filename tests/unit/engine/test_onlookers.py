"""Others who listen: another console's legs, and spies that no console started."""

from __future__ import annotations

import pytest

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import PBX, Desk, at_a_desk
from whisper_tui.ami import actions as do
from whisper_tui.ami.events import BridgeEntered, DigitEnded, SpyStarted, SpyStopped
from whisper_tui.audit.records import CallRef, Certainty, Kind, Record, Whom
from whisper_tui.engine.onlookers import ASKING_AT_MOST, MOST
from whisper_tui.supervision.intents import Listen
from whisper_tui.terms import Mode, Uniqueid

LEG = "wt-ffffffff-00000000000000aa"
"""Another installation's."""
NOSY = "lab-1795000000.77"


def told(desk: Desk) -> list[tuple[str, str, str]]:
    """What the log has of others who listen: who, what, in which words."""
    return [(row.leg, row.deed, row.detail) for row in desk.paper.of(Kind.FOREIGN_SPY)]


def last(desk: Desk) -> Record:
    return desk.paper.of(Kind.FOREIGN_SPY)[-1]


def asked(desk: Desk, spyer: str) -> int:
    return desk.pbx.sent.count(do.Status(Uniqueid(spyer)))


@pytest.mark.parametrize(("spyer", "words"), [(LEG, "another console"), (NOSY, "a spy from elsewhere")])
async def test_a_spy_that_is_not_ours_is_in_the_log_from_its_start_to_its_end(spyer: str, words: str) -> None:
    async with at_a_desk() as desk:
        customer = (await desk.call()).uniqueid
        who = desk.pbx.spies(spyer, desk.pbx.agent_of(customer))
        await desk.clock.wind(4)
        desk.pbx.stops_spying(who)
        desk.pbx.hangs_up(who)
        assert told(desk) == [(spyer, "started", words), (spyer, "stopped", words)]
        started, stopped = desk.paper.of(Kind.FOREIGN_SPY)
        assert (started.phone, started.who, started.session) == ("PJSIP/2009", None, "")
        assert started.whom == stopped.whom == Whom("PJSIP/1001", "Agent 1001", "support")
        call = CallRef(PBX, customer, customer, desk.pbx.agent_of(customer), "5550142")
        assert started.call == stopped.call == call
        assert stopped.at - started.at == stopped.monotonic - started.monotonic == 4
        assert (started.end_certainty, stopped.end_certainty) == (None, Certainty.EXACT)


async def test_our_own_leg_is_no_onlooker() -> None:
    async with at_a_desk() as desk:
        await desk.ask(Listen(await desk.call()))
        await desk.clock.wind(30)
        assert told(desk) == []


async def test_the_mode_of_a_spy_is_known_as_soon_as_the_pbx_was_asked_once() -> None:
    async with at_a_desk() as desk:
        customer = (await desk.call()).uniqueid
        spyer = desk.pbx.spies(NOSY, desk.pbx.agent_of(customer), "PJSIP/1001-00000001,qw")
        assert desk.engine.lines[PBX].floor.spies[spyer].mode is None
        await settle()
        assert desk.engine.lines[PBX].floor.spies[spyer].mode is Mode.WHISPER
        assert asked(desk, NOSY) == 1
        desk.pbx._event(SpyStarted(spyer, "PJSIP/2009-00000002", desk.pbx.agent_of(customer), ""))
        await settle()
        assert asked(desk, NOSY) == 1
        assert [deed for _, deed, _ in told(desk)] == ["started"], "the same once more is no start"
        desk.pbx.hangs_up(spyer)
        assert [row.mode for row in desk.paper.of(Kind.FOREIGN_SPY)] == ["", "whisper"]


async def test_the_mode_that_another_consoles_leg_was_last_in_is_written_at_its_end() -> None:
    async with at_a_desk() as desk:
        customer = (await desk.call()).uniqueid
        leg = desk.pbx.spies(LEG, desk.pbx.agent_of(customer), f",qg({LEG})d")
        await settle()
        desk.pbx._event(DigitEnded(leg, "6"))
        desk.pbx.hangs_up(leg)
        assert [row.mode for row in desk.paper.of(Kind.FOREIGN_SPY)] == ["silent", "barge"]


async def test_a_spy_that_goes_to_another_call_is_two_entries() -> None:
    async with at_a_desk() as desk:
        first, second = (await desk.call()).uniqueid, (await desk.call(agent="1002", n=2)).uniqueid
        desk.pbx.spies(LEG, desk.pbx.agent_of(first))
        desk.pbx.spies(LEG, desk.pbx.agent_of(second))  # a Redirect tells no end (AMI.md Q2.4)
        rows = [(row.deed, row.whom and row.whom.agent) for row in desk.paper.of(Kind.FOREIGN_SPY)]
        assert rows == [("started", "PJSIP/1001"), ("stopped", "PJSIP/1001"), ("started", "PJSIP/1002")]


async def test_the_end_of_whom_it_hears_and_a_bridge_end_it_too() -> None:
    async with at_a_desk() as desk:
        first, second = (await desk.call()).uniqueid, (await desk.call(agent="1002", n=2)).uniqueid
        spyer = desk.pbx.spies(NOSY, desk.pbx.agent_of(first))
        desk.pbx.hang_up_call(first)
        assert (last(desk).deed, len(told(desk))) == ("stopped", 2)
        desk.pbx.spies(NOSY, desk.pbx.agent_of(second))
        desk.pbx._event(BridgeEntered("bridge-9", spyer, spyer, Uniqueid("")))
        assert (last(desk).deed, len(told(desk))) == ("stopped", 4)
        desk.pbx.hangs_up(spyer)
        assert len(told(desk)) == 4


async def test_who_hears_the_customers_channel_is_told_apart_and_who_hears_no_call_has_its_pbx() -> None:
    async with at_a_desk() as desk:
        customer = (await desk.call()).uniqueid
        desk.pbx.spies(NOSY, customer)
        assert last(desk).detail == "a spy from elsewhere, on the customer's channel"
        other = desk.pbx.spies("lab-1.5", Uniqueid(NOSY))
        assert (last(desk).whom, last(desk).call) == (None, CallRef(PBX))
        desk.pbx.hangs_up(other)


async def test_whoever_was_up_before_login_is_written_down_once() -> None:
    pbx = FakePbx()
    pbx.plug(lambda event: None, lambda state, notice: None)
    agents = [pbx.agent_of(pbx.call(n=n, agent=f"100{n}")) for n in (1, 2)]
    leg = pbx.spies(LEG, agents[0], f",qg({LEG})d")
    pbx.chans[agents[0]].spygroup = f"other:{LEG}"
    pbx.spies(NOSY, agents[1], "PJSIP/100,q")
    pbx.spies("lab-1.8", agents[1], f"{pbx.chans[agents[1]].name},qw")
    async with at_a_desk(pbx) as desk:
        await desk.clock.wind(60)
        assert sorted(told(desk)) == [
            ("lab-1.8", "started", "a spy from elsewhere, up before login"),
            (NOSY, "started", "a spy from elsewhere, whom it hears is not told, up before login"),
            (LEG, "started", "another console, up before login"),
        ]
        rows = {row.leg: row for row in desk.paper.of(Kind.FOREIGN_SPY)}
        assert (rows[LEG].whom, rows[NOSY].whom) == (Whom("PJSIP/1001", "Agent 1001", "support"), None)
        assert [rows[each].mode for each in (LEG, NOSY, "lab-1.8")] == ["", "silent", "whisper"]
        assert not any(asked(desk, each) for each in rows), "the lists have told it"
        pbx.stops_spying(Uniqueid(NOSY))
        assert (last(desk).leg, last(desk).deed) == (NOSY, "stopped")
        pbx.stops_spying(leg)
        assert (last(desk).leg, last(desk).deed) == (LEG, "stopped")
        assert len(told(desk)) == 5


async def test_a_leg_that_is_up_and_hears_nobody_is_no_onlooker() -> None:
    pbx = FakePbx()
    pbx.plug(lambda event: None, lambda state, notice: None)
    pbx.stops_spying(pbx.spies(LEG, pbx.agent_of(pbx.call()), f",qg({LEG})d"))
    async with at_a_desk(pbx) as desk:
        await desk.clock.wind(30)
        assert told(desk) == []


async def test_what_happened_while_the_link_was_down_is_found_in_the_lists() -> None:
    async with at_a_desk() as desk:
        first, second = (await desk.call()).uniqueid, (await desk.call(agent="1002", n=2)).uniqueid
        stays = desk.pbx.spies("lab-1.1", desk.pbx.agent_of(first))
        desk.pbx.spies("lab-1.2", desk.pbx.agent_of(first))
        desk.pbx.drop()
        del desk.pbx.chans["lab-1.2"]
        desk.pbx._event = lambda fact: None  # type: ignore[method-assign]
        desk.pbx.spies("lab-1.3", desk.pbx.agent_of(second))
        del desk.pbx._event
        desk.pbx.plug(desk.engine.lines[PBX]._on_event, desk.engine.lines[PBX]._on_state)
        desk.pbx.connect()
        await desk.clock.wind(30)
        assert told(desk)[2:] == [
            ("lab-1.2", "stopped", "a spy from elsewhere"),
            ("lab-1.3", "started", "a spy from elsewhere, up before login"),
        ]
        assert desk.paper.of(Kind.FOREIGN_SPY)[2].end_certainty is Certainty.BOUNDED
        desk.pbx.stops_spying(stays)
        assert last(desk).leg == "lab-1.1"


async def test_a_start_that_no_event_told_is_found_in_a_later_list() -> None:
    async with at_a_desk() as desk:
        customer = (await desk.call()).uniqueid
        heard, desk.pbx._event = desk.pbx._event, lambda fact: None  # type: ignore[method-assign]
        desk.pbx.spies(NOSY, desk.pbx.agent_of(customer))
        desk.pbx._event = heard  # type: ignore[method-assign]
        await desk.clock.wind(30)
        assert told(desk) == [(NOSY, "started", "a spy from elsewhere, found in a list")]


async def test_invented_spies_make_few_questions_and_no_id_of_theirs_reaches_the_pbx() -> None:
    async with at_a_desk() as desk:
        await desk.call()
        desk.pbx.mute_answers = {"Status"}
        before = len(desk.pbx.sent)
        for n in range(MOST + 50):
            desk.pbx._event(SpyStarted(Uniqueid(f"9.{n}"), "PJSIP/9-00000009", Uniqueid("pbx-2.1"), ""))
        desk.pbx._event(SpyStarted(Uniqueid("/.*/"), "PJSIP/9-00000009", Uniqueid("pbx-2.1"), ""))
        desk.pbx._event(SpyStopped(Uniqueid("8.8"), "PJSIP/9-00000009", Uniqueid("pbx-2.1")))
        await settle()
        assert len(desk.pbx.sent) - before == ASKING_AT_MOST
        assert len(told(desk)) == MOST
        desk.pbx.mute_answers = set()
    async with at_a_desk() as desk:
        desk.pbx._event(SpyStarted(Uniqueid("/.*/"), "PJSIP/9-00000009", Uniqueid("pbx-2.1"), ""))
        await settle()
        assert asked(desk, "/.*/") == 0
        assert told(desk) == [("/.*/", "started", "a spy from elsewhere")]
