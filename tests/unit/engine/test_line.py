"""One PBX as the engine holds it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes.clock import WoundClock, settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import INSTALLATION, PBX, AtOnce, Paper
from whisper_tui.ami.actions import Status, encode
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.line import LISTS, READ, RECONCILE, REREAD_AT_MOST, Line, lists_with


@pytest.mark.parametrize("name", ["PCI", "whisper_tags", "X2"])
def test_the_variable_with_tags_is_read_with_the_other_facts(name: str) -> None:
    (status,) = (each for each in lists_with(name) if isinstance(each, Status))
    assert ("Variables", f"MIXMONITOR_FILENAME,SPYGROUP,{name}") in encode(status)


def test_a_variable_is_asked_for_once_and_only_if_there_is_one() -> None:
    assert lists_with("") is lists_with("SPYGROUP") is lists_with("", frozenset({"SPYGROUP"})) is LISTS
    (status,) = (each for each in lists_with("TAGS", frozenset({"TAGS", "B", "A"})) if isinstance(each, Status))
    assert status.variables == ("MIXMONITOR_FILENAME", "SPYGROUP", "TAGS", "A", "B")


NO_NAMES = ["SHELL(id)", "A,B", "A B", "__A", "A\r\nAction: x", "A\n", "${A}", "A:0:3", "1A", "A" * 81, ""]


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_of_a_variable_is_refused(name: str) -> None:
    if name:
        with pytest.raises(UnsafeAction, match="not the name"):
            lists_with(name)
    with pytest.raises(UnsafeAction, match="not the name"):
        lists_with("", frozenset({"CAMPAIGN", name}))


@pytest.mark.parametrize("names", [{f"V{n}" for n in range(99)}, {f"{'V' * 70}{n:03d}" for n in range(20)}])
def test_more_variables_than_asterisk_takes_are_refused(names: set[str]) -> None:
    assert lists_with("", frozenset(sorted(names)[:10]))
    with pytest.raises(UnsafeAction, match=r"too (many|long)"):
        lists_with("", frozenset(names))


@asynccontextmanager
async def a_line(pbx: FakePbx) -> AsyncIterator[tuple[Line, WoundClock]]:
    """One whose lists have been taken, on an engine where nobody sits."""
    clock = WoundClock()
    engine = Engine(Paper(), clock, installation=INSTALLATION, thread=AtOnce())
    line = engine.connect(PBX, pbx.plug)
    await engine.start()
    await settle()
    await clock.wind(REREAD_AT_MOST)
    pbx.sent.clear()
    yield line, clock
    await engine.close()


def asked(pbx: FakePbx) -> list[tuple[str, ...]]:
    """The variables of every Status so far, without those that are always read."""
    every = [tuple(each.variables) for each in pbx.sent if isinstance(each, Status)]
    assert all(each[:2] == READ for each in every)
    return [each[2:] for each in every]


async def test_the_lists_tell_what_is_watched_soon_when_it_is_more_and_from_the_next_on_when_it_is_less() -> None:
    pbx = FakePbx()
    async with a_line(pbx) as (line, clock):
        line.watch_variables(frozenset({"CAMPAIGN"}))
        await clock.wind(REREAD_AT_MOST)
        assert asked(pbx) == [("CAMPAIGN",)]
        line.watch_variables(frozenset({"CAMPAIGN"}))
        await clock.wind(REREAD_AT_MOST)
        assert asked(pbx) == [("CAMPAIGN",)], "nothing new"
        line.watch_variables(frozenset({"CAMPAIGN", "TEAM"}))
        await clock.wind(REREAD_AT_MOST)
        assert asked(pbx) == [("CAMPAIGN",), ("CAMPAIGN", "TEAM")]
        line.watch_variables(frozenset())
        await clock.wind(RECONCILE / 2)
        assert len(asked(pbx)) == 2
        await clock.wind(RECONCILE / 2)
        assert asked(pbx)[2:] == [()]


@pytest.mark.parametrize("name", NO_NAMES)
async def test_what_cannot_be_asked_for_changes_nothing(name: str) -> None:
    pbx = FakePbx()
    async with a_line(pbx) as (line, clock):
        line.watch_variables(frozenset({"CAMPAIGN"}))
        with pytest.raises(UnsafeAction):
            line.watch_variables(frozenset({"TEAM", name}))
        assert line.floor.watched == {"CAMPAIGN"}
        await clock.wind(RECONCILE * 2)
        assert set(asked(pbx)) == {("CAMPAIGN",)}


async def test_a_call_has_the_tags_that_its_variable_held_when_it_was_read() -> None:
    pbx, clock = FakePbx(), WoundClock()
    engine = Engine(Paper(), clock, installation=INSTALLATION, thread=AtOnce())
    line = engine.connect(PBX, pbx.plug, tags_variable="TAGS")
    await engine.start()
    await settle()
    customer = pbx.call()
    pbx.chans[customer].variables["TAGS"] = "pci, hr"
    await clock.wind(30)
    assert line.floor.calls[customer].tags == {"pci", "hr"}
    pbx.tag(customer, "training")
    pbx.chans[customer].variables["TAGS"] = ""
    await clock.wind(30)
    assert line.floor.calls[customer].tags == {"training"}
    await engine.close()
