"""What other systems tell of calls: whose it is, that it stays with the call, and what means nothing."""

from __future__ import annotations

from tests.unit.floor.test_callers import a_floor, calls, tell
from whisper_tui.ami.events import ChannelNew, Listed, UserSaid
from whisper_tui.ami.list_rows import StatusRow
from whisper_tui.floor.facts import facts_of
from whisper_tui.floor.model import Floor, Heeds
from whisper_tui.floor.variables import unread
from whisper_tui.terms import Uniqueid

HEEDS = Heeds(fact_events={"crmfact": (("account", "crm"), ("value", "value"))}, fact_variables={"CRM_TIER": "tier"})
KEY = Uniqueid("1.1")


def floor_of_facts() -> Floor:
    floor = a_floor()
    floor.heeds = HEEDS
    return floor


def said(*pairs: tuple[str, str], of: str = "", linked: str = "", event: str = "crmfact") -> UserSaid:
    return UserSaid(event, Uniqueid(of), Uniqueid(linked), "", pairs)


def status(uniqueid: str, **variables: str) -> Listed:
    ident = Uniqueid(uniqueid)
    row = StatusRow(ident, ident, "PJSIP/trunk-00000001", 6, "", "", "", 5, tuple(variables.items()))
    return Listed("Status", "1", (row,))


def test_an_event_tells_of_a_channel_or_of_a_call_and_its_last_word_holds() -> None:
    floor = floor_of_facts()
    call = calls(floor, KEY, 10.0)
    assert tell(floor, 11.0, said(("account", "A-17"), ("other", "x"), of=KEY)).calls == {KEY}
    assert tell(floor, 12.0, said(("value", "900"), linked=KEY)).calls == {KEY}
    assert facts_of(floor, call) == {"crm": "A-17", "value": "900"}
    assert not tell(floor, 13.0, said(("value", "900"), of=KEY))
    tell(floor, 14.0, said(("value", ""), of=KEY))
    assert facts_of(floor, call) == {"crm": "A-17"}


def test_what_was_told_before_the_queue_is_the_calls() -> None:
    floor = floor_of_facts()
    tell(floor, 9.0, ChannelNew(KEY, KEY, "PJSIP/trunk-00000001", 4, "5550142", "", "from-trunk", "600"))
    tell(floor, 9.5, said(("account", "A-17"), of=KEY))
    assert facts_of(floor, calls(floor, KEY, 10.0)) == {"crm": "A-17"}


def test_other_events_and_channels_that_nobody_knows_mean_nothing() -> None:
    floor = floor_of_facts()
    call = calls(floor, KEY, 10.0)
    assert not tell(floor, 11.0, said(("account", "A-17"), of="9.9"), said(("account", "A-17")))
    assert not tell(floor, 11.0, said(("account", "A-17"), of=KEY, event="crm"))
    assert facts_of(floor, call) == {}


def test_a_variable_is_read_once_a_call_is_there_and_an_event_goes_before_it() -> None:
    floor = floor_of_facts()
    floor.heeds = HEEDS._replace(fact_events={"crmfact": (("tier", "tier"),)})
    call = calls(floor, KEY, 10.0)
    assert unread(floor, KEY) == [KEY]
    tell(floor, 11.0, status(KEY, CRM_TIER="gold\x1b[31m"))
    assert facts_of(floor, call) == {"tier": "gold"}
    assert unread(floor, KEY) == []
    tell(floor, 12.0, said(("tier", "platinum"), of=KEY))
    assert facts_of(floor, call) == {"tier": "platinum"}
    tell(floor, 13.0, said(("tier", ""), of=KEY), status(KEY, CRM_TIER=""))
    assert facts_of(floor, call) == {}
