"""What a PBX has now, read from it."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes.ami_server import FakeAmi, Request, error
from tests.fakes.settings import Reachable, devices, queues, settle
from whisper_tui.cli.live import Live, look
from whisper_tui.config import load, paths
from whisper_tui.errors import OutOfReach

SUPPORT = {"support": {"PJSIP/1001": ("PJSIP/1001", "Ana Lima"), "PJSIP/1002": ("", "PJSIP/1002")}}
FREEPBX = {
    "600": {
        "Local/1001@from-queue/n": ("hint:1001@ext-local", "Ana Lima"),
        "Local/1002@from-queue/n": ("PJSIP/1002", "Bruno Costa"),
        "Local/0155@mobiles/n": ("", ""),
    }
}


def denied(request: Request) -> bytes:
    return error(request, "Permission denied")


async def looked(**pbxs: Reachable) -> Live:
    settle(**pbxs)
    return await asyncio.to_thread(look, load.load(paths.config_file()).pbx)


async def test_queues_and_the_phones_of_their_members_are_read_with_one_login() -> None:
    async with FakeAmi(answers={"QueueStatus": queues(SUPPORT)}) as pbx:
        found = await looked(main=pbx)
        assert found == Live(("main",), ("support",), {"PJSIP/1001": "Ana Lima", "PJSIP/1002": ""})
        assert (pbx.connections, len(pbx.named("Login")), len(pbx.named("QueueStatus"))) == (1, 1, 1)
        assert not pbx.named("DeviceStateList")


async def test_a_member_without_a_phone_of_its_own_is_known_by_what_has_its_number_too() -> None:
    answers = {"QueueStatus": queues(FREEPBX), "DeviceStateList": devices("PJSIP/1001", "PJSIP/1003", "Custom:1001")}
    async with FakeAmi(answers=answers) as pbx:
        found = await looked(main=pbx)
    assert found.agents == {
        "Local/0155@mobiles/n": "",
        "Local/1001@from-queue/n": "Ana Lima",
        "PJSIP/1001": "Ana Lima, behind Local/1001@from-queue/n",
        "PJSIP/1002": "Bruno Costa",
    }


async def test_several_pbxs_are_read_as_one_and_a_name_of_any_of_them_is_kept() -> None:
    other = {"vip": {"PJSIP/1002": ("", "Bruno Costa")}, "support": {}}
    lyon = FakeAmi(answers={"QueueStatus": queues(other)})
    async with FakeAmi(answers={"QueueStatus": queues(SUPPORT)}) as main, lyon:
        found = await looked(main=main, lyon=lyon)
    assert found == Live(("main", "lyon"), ("support", "vip"), {"PJSIP/1001": "Ana Lima", "PJSIP/1002": "Bruno Costa"})


async def test_an_account_that_may_do_nothing_else_is_enough() -> None:
    async with FakeAmi(answers={"QueueStatus": queues(FREEPBX), "DeviceStateList": denied}) as pbx:
        assert (await looked(main=pbx)).queues == ("600",)


async def test_a_pbx_that_refuses_or_does_not_tell_is_out_of_reach() -> None:
    async with FakeAmi(answers={"QueueStatus": denied}) as pbx:
        with pytest.raises(OutOfReach, match=r"it does not tell its queues \(Permission denied\)"):
            await looked(main=pbx)
        pbx.secret = "another"
        with pytest.raises(OutOfReach, match="wrong secret"):
            await asyncio.to_thread(look, load.load(paths.config_file()).pbx)
        assert pbx.connections == 2
