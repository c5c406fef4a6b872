"""One PBX as the engine holds it."""

from __future__ import annotations

import pytest

from tests.fakes.clock import WoundClock, settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import INSTALLATION, PBX, AtOnce, Paper
from whisper_tui.ami.actions import Status, encode
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.line import LISTS, lists_with


@pytest.mark.parametrize("name", ["PCI", "whisper_tags", "X2"])
def test_the_variable_with_tags_is_read_with_the_other_facts(name: str) -> None:
    (status,) = (each for each in lists_with(name) if isinstance(each, Status))
    assert ("Variables", f"MIXMONITOR_FILENAME,SPYGROUP,{name}") in encode(status)


def test_a_variable_is_asked_for_once_and_only_if_there_is_one() -> None:
    assert lists_with("") is lists_with("SPYGROUP") is LISTS


@pytest.mark.parametrize("name", ["SHELL(id)", "A,B", "A B", "__A", "A\r\nAction: x", "${A}", "1A", "A" * 81])
def test_what_is_no_name_of_a_variable_is_refused(name: str) -> None:
    with pytest.raises(UnsafeAction, match="not the name"):
        lists_with(name)


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
