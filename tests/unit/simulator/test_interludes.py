"""What happens besides a recording: transfers, tags, others who listen; and that the demo's ordinary day has them all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.ami_client import AmiClient
from tests.fakes.clock import WoundClock
from tests.unit.simulator.floors import Listener, shape
from whisper_tui.config.paths import shipped
from whisper_tui.simulator.server import Simulator, replay, start
from whisper_tui.simulator.stories import StoryUnreadable, load
from whisper_tui.terms import Uniqueid

DAY = shipped("fixtures", "demo/day.toml")
COLLEAGUE = "wt-c0ffee42-"
LISTS = ("QueueStatus", "CoreShowChannels", "Status", "DeviceStateList")


class Visitor:
    """Somebody who watches a wound PBX."""

    def __init__(self, pbx: Simulator, client: AmiClient, clock: WoundClock) -> None:
        self.pbx = pbx
        self.client = client
        self._clock = clock

    @classmethod
    @asynccontextmanager
    async def at(cls, story: Path) -> AsyncIterator[Visitor]:
        clock = WoundClock()
        async with (
            await start(story, clock=clock) as pbx,
            await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
        ):
            for name in LISTS:
                await client.listed(name)
            yield cls(pbx, client, clock)

    async def until(self, second: float) -> None:
        """Let the recording come to that second."""
        while self.pbx.playback.position[0] < second and not self.pbx.playback.loop:
            await self._clock.wind(0.25, step=0.25)
        await self.client.ask("Ping")

    async def rest(self, seconds: float) -> None:
        await self._clock.wind(seconds, step=0.25)
        await self.client.ask("Ping")

    def agrees(self) -> None:
        """Fail unless what was told makes the floor that there is."""
        listener = Listener()
        listener.feed(bytes(self.client.raw).replace(b"Event: DTMF", b"Event: Ignored"))
        assert shape(listener.floor) == shape(self.pbx.floor)


async def test_an_ordinary_day_has_all_that_a_supervisor_should_know() -> None:
    async with Visitor.at(DAY) as here:
        told = here.client
        await here.until(25)
        (foreign,) = told.events("ChanSpyStart")
        assert foreign["SpyeeChannel"].startswith("PJSIP/1007-")
        assert not foreign["SpyerUniqueid"].startswith("wt-")
        rows = {one["Uniqueid"]: one for one in await told.listed("CoreShowChannels")}
        assert rows[foreign["SpyerUniqueid"]]["ApplicationData"] == f"{foreign['SpyeeChannel']},q"

        await here.until(40)
        colleague = told.events("ChanSpyStart")[1]
        leg = Uniqueid(colleague["SpyerUniqueid"])
        assert leg.startswith(COLLEAGUE)
        assert here.pbx.ears()[leg] == set()
        (hand,) = told.events("UserEvent", UserEvent="WhisperHand")
        assert (hand["State"], hand["Text"]) == ("on", "wants to cancel")
        assert hand["Channel"].startswith("PJSIP/1005-")
        worth = told.events("UserEvent", UserEvent="CrmFact")[1]
        assert (worth["Value"], here.pbx.floor.calls[Uniqueid(worth["Uniqueid"])].number) == ("12400", "5550169")
        (tagged,) = told.events("UserEvent", UserEvent="WhisperTag")
        assert (tagged["Tag"], tagged["State"], tagged["CallerIDNum"]) == ("pci", "on", "5550170")
        held = await told.ask("Getvar", Channel=tagged["Uniqueid"], Variable="WHISPER_TAG")
        assert held["Value"] == "pci"
        (blind,) = told.events("BlindTransfer")
        assert blind["TransfererChannel"].startswith("PJSIP/1010-")
        customer = Uniqueid(blind["TransfereeUniqueid"])

        await here.until(50)
        assert here.pbx.floor.calls[customer].agent == "PJSIP/1006"
        assert told.events("DTMFEnd", Uniqueid=leg, Digit="5")
        assert here.pbx.ears()[leg] == {colleague["SpyeeUniqueid"]}
        here.agrees()

        await here.until(70)
        assert [one["State"] for one in told.events("UserEvent", Uniqueid=tagged["Uniqueid"])] == ["on", "off"]
        assert told.events("Hangup", Uniqueid=foreign["SpyerUniqueid"])
        assert told.events("Hangup", Uniqueid=leg)
        into = told.events("BlindTransfer")[1]
        joined = await told.event("QueueCallerJoin", Uniqueid=into["TransfereeUniqueid"])
        assert joined["Queue"] == "sales"
        assert joined["Position"] == "3"

        await here.until(80)
        connected = await told.event("AgentConnect", Uniqueid=into["TransfereeUniqueid"])
        assert connected["MemberName"] == "Hugo Melo", "not Elena Prado, who was free when two more stood before"

        await here.until(170)
        assert len(told.events("BlindTransfer")) == 3, "and the recorded one"
        while not here.pbx.playback.loop:
            await here.rest(0.5)
        await here.rest(1)
        here.agrees()
        assert not [one for one in here.pbx.floor.channels.values() if one.leg]
        begun = len(told.messages)
        await here.rest(20)
        assert told.events("ChanSpyStart", since=begun), "and so it goes on"


async def test_a_replay_leaves_interludes_out() -> None:
    clock = WoundClock()
    async with (
        await replay(DAY, clock=clock) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        while pbx.playback.position[0] < 50:
            await clock.wind(0.5)
        await client.ask("Ping")
        assert client.events("AgentConnect")
        assert client.events("ChanSpyStart") == []


async def test_a_seek_passes_interludes_over() -> None:
    async with Visitor.at(DAY) as here:
        await here.pbx.playback.seek(45)
        async with await AmiClient.log_in(here.pbx.host, here.pbx.port, here.pbx.user, here.pbx.secret) as client:
            await here._clock.wind(30, step=0.25)
            await client.ask("Ping")
            assert client.events("UserEvent", UserEvent="WhisperTag") == []
            assert len(client.events("BlindTransfer")) == 1, "the next one happens"


@pytest.fixture
def asking(busy: Path, tmp_path: Path) -> Path:
    """An agent asks for help from second 2 to second 20."""
    sheet = tmp_path / "story.toml"
    hand = 'does = "hand"\nsecond = 2\nuntil = 20\nagent = "PJSIP/1005"\n'
    sheet.write_text(f'capture = "{busy}"\nuntil = 30\n[[interlude]]\n{hand}')
    return sheet


async def test_a_hand_is_lowered_though_its_call_is_over_before_the_recording_begins_again(asking: Path) -> None:
    async with Visitor.at(asking) as here:
        await here.until(5)
        (up,) = here.client.events("UserEvent", UserEvent="WhisperHand")
        await here.client.ask("Hangup", Channel=up["Uniqueid"])
        await here.until(30)
        assert up["Uniqueid"] not in here.pbx.floor.channels
        told = here.client.events("UserEvent", UserEvent="WhisperHand")
        assert [one["State"] for one in told] == ["on", "off"]
        assert told[1]["Agent"] == "PJSIP/1005"


async def test_a_seek_lowers_hands_before_it_cuts_whoever_watches(asking: Path) -> None:
    async with Visitor.at(asking) as here:
        await here.until(5)
        await here.pbx.playback.seek(0)
        await here.client.until_closed()
        assert [one["State"] for one in here.client.events("UserEvent", UserEvent="WhisperHand")] == ["on", "off"]


@pytest.mark.parametrize(
    "text",
    [
        'does = "nothing"\nsecond = 1',
        'does = "transfer"\nsecond = -1\nagent = "PJSIP/1001"\nto = "600"',
        'does = "transfer"\nsecond = nan\nagent = "PJSIP/1001"\nto = "600"',
        'does = "transfer"\nsecond = 1\nagent = "PJSIP/1001"',
        'does = "listen"\nsecond = 9\nuntil = 3\nagent = "PJSIP/1001"\nphone = "PJSIP/2006"',
        'does = "tag"\nsecond = 1\nuntil = 3\ncaller = "1"\ntag = "pci"\ncolour = "red"',
    ],
)
def test_a_wrong_interlude_is_refused_with_the_sheets_name(text: str, busy: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "story.toml"
    sheet.write_text(f'capture = "{busy}"\n[[interlude]]\n{text}\n')
    with pytest.raises(StoryUnreadable) as caught:
        load(sheet)
    assert caught.value.where == str(sheet)


async def test_where_the_floor_has_gone_another_way_nothing_happens(busy: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "story.toml"
    absent = 'agent = "PJSIP/1099"\nphone = "PJSIP/2006"\nuntil = 3\n'
    sheet.write_text(
        f'capture = "{busy}"\n'
        f'[[interlude]]\ndoes = "listen"\nsecond = 1\n{absent}'
        f'[[interlude]]\ndoes = "console"\nsecond = 1\ninstallation = "c0ffee42"\nwhispers = 2\n{absent}'
        '[[interlude]]\ndoes = "transfer"\nsecond = 1\nagent = "PJSIP/1099"\nto = "600"\n'
        '[[interlude]]\ndoes = "hand"\nsecond = 1\nuntil = 2\nagent = "PJSIP/1099"\n'
        '[[interlude]]\ndoes = "tag"\nsecond = 1\nuntil = 2\ncaller = "0"\ntag = "pci"\n'
    )
    async with Visitor.at(sheet) as here:
        await here.until(5)
        told = {one["Event"] for one in here.client.messages if "Event" in one}
        assert told.isdisjoint({"ChanSpyStart", "BlindTransfer", "UserEvent"})
        here.agrees()
