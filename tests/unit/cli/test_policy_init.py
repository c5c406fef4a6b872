"""`whisper-tui policy init`: a policy to begin with, from what a PBX has."""

from __future__ import annotations

import asyncio
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.fakes.ami_server import FakeAmi, silence
from tests.fakes.settings import devices, queues, settle
from whisper_tui.cli import demo
from whisper_tui.cli.main import root
from whisper_tui.cli.person import subject
from whisper_tui.config import load
from whisper_tui.permissions import lint
from whisper_tui.permissions.decide import decide
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.policy import Allowed, CallFacts, Policy
from whisper_tui.permissions.state import FIRST
from whisper_tui.simulator import server
from whisper_tui.terms import Right

HOSTILE = {
    'q"] # \\': {"PJSIP/1001": ("", 'Ana"\u2028[[profile]] # \u202eamiL')},
    "vip[*]?": {"pjsip/1002": ("", "\x1b]0;x\x07Ben")},
    "none": {"Local/1003@from-queue/n": ("hint:1003@ext-local", "Carla, behind you")},
    "two words": {"1004": ("", ""), "!": ("", "!")},
    "Cafe\u0301": {"Agent/*": ("", "")},
}
PHONES = devices("PJSIP/1003", "Queue:none")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def begun(*words: str | Path) -> Result:
    return CliRunner().invoke(root, ["policy", "init", *map(str, words)])


async def begin(*words: str | Path) -> Result:
    return await asyncio.to_thread(begun, *words)


def nothing_in(folder: Path) -> bool:
    return not list(folder.iterdir())


def policy_of(text: str) -> Policy:
    read = load.policy_text(text.encode(), Path("policy.toml"))
    policy = parse(read.table, read.digest, read.path, read.text)
    assert lint.warnings(policy, read.table, read.text) == ()
    return policy


async def test_a_policy_that_can_be_used_is_printed() -> None:
    async with await server.start(demo.story_file(demo.USUAL)) as pbx:
        settle(phone="PJSIP/2009", main=pbx)
        shown = await begin()
        there = pbx.floor
        assert (shown.exit_code, shown.stderr) == (0, "")
        policy = policy_of(shown.stdout)
        assert [each.match for each in policy.attributes.queue] == sorted(there.queues)
        members = {member.device for queue in there.queues.values() for member in queue.members.values()}
        assert {each.match for each in policy.attributes.agent} >= members
    (profile,) = policy.profiles
    assert profile.os_users == {subject().user}
    staff = {Right.AGENT_PAUSE, Right.AGENT_QUEUE, Right.CALLER_MOVE}
    assert profile.rights == {Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE, Right.SCORE_GIVE} | staff
    assert profile.scope.queue == tuple(sorted(there.queues))
    assert profile.phones == {"PJSIP/2009"}
    assert "from what main had" in shown.stdout


async def test_it_is_written_once_and_found_right_by_the_check_that_it_names(tmp_path: Path) -> None:
    out = tmp_path / "be gun.toml"
    async with FakeAmi(answers={"QueueStatus": queues(HOSTILE), "DeviceStateList": PHONES}) as pbx:
        settle(main=pbx)
        shown = await begin("--out", out)
        assert (shown.exit_code, shown.stderr) == (0, "")
        assert shown.stdout.splitlines() == [
            f"Written: {out}: 5 queues, 7 agents",
            f"Then edit it: whisper-tui policy --file '{out}' check --live",
        ]
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        check = ["policy", "--file", str(out), "check", "--live", "--strict"]
        assert (await asyncio.to_thread(CliRunner().invoke, root, check)).stdout == f"{out}: nothing wrong\n"

        written = out.read_text()
        logins = len(pbx.named("Login"))
        again = await begin("--out", out)
        assert again.exit_code == 2
        assert f"{out}: is there already - --force writes over it" in again.stderr
        assert len(pbx.named("Login")) == logins
        out.write_text("mine")
        assert (await begin("--out", out, "--force")).exit_code == 0
        assert out.read_text() == written


async def test_hostile_names_stay_names_and_each_pattern_means_its_own() -> None:
    async with FakeAmi(answers={"QueueStatus": queues(HOSTILE), "DeviceStateList": PHONES}) as pbx:
        settle(main=pbx)
        text = (await begin()).stdout
    assert all(map(str.isprintable, text.splitlines()))
    policy = policy_of(text)
    assert len(policy.profiles) == 1

    def reaches(queue: str, agent: str = "PJSIP/1001") -> bool:
        call = CallFacts("main", queue, agent)
        answer = decide(subject(), Right.BARGE, call, NOW, policy, "PJSIP/2001", FIRST)
        return isinstance(answer, Allowed)

    assert [name for name in HOSTILE if not reaches(name)] == []
    assert [name for name in ("vip", "vip*x", "vip[x]y", "nones", "two", 'q"]', "q") if reaches(name)] == []
    assert not isinstance(
        decide(subject(), Right.BARGE, CallFacts("main", None, "PJSIP/1001"), NOW, policy, "PJSIP/2001", FIRST), Allowed
    )
    assert 'match = "PJSIP/1003"  # Carla, behind you, behind Local/1003@from-queue/n' in text.splitlines()
    assert {each.match for each in policy.attributes.agent} == {
        "PJSIP/1001",
        "[p]jsip/1002",
        "Local/1003@from-queue/n",
        "PJSIP/1003",
        "[1]004",
        "[]!]",
        "Agent/[*]",
    }


async def test_one_of_several_pbxs_can_be_meant() -> None:
    lyon = FakeAmi(answers={"QueueStatus": queues({"lyon": {}})})
    async with FakeAmi(answers={"QueueStatus": queues({"main": {}})}) as main, lyon:
        settle(main=main, lyon=lyon)
        assert policy_of((await begin()).stdout).profiles[0].scope.queue == ("lyon", "main")
        assert policy_of((await begin("--pbx", "lyon")).stdout).profiles[0].scope.queue == ("lyon",)
        assert (await begin("--pbx", "lion")).exit_code == 2


async def test_a_pbx_out_of_reach_leaves_nothing_written(tmp_path: Path) -> None:
    out = tmp_path / "policy.toml"
    lyon = FakeAmi(answers={"QueueStatus": queues({"support": {}})})
    async with lyon:
        async with FakeAmi() as main:
            settle(lyon=lyon, main=main)
        for words in (("--out", out), ("--out", out, "--force"), ()):
            shown = await begin(*words)
            assert (shown.exit_code, shown.stdout) == (4, "")
            assert f"main (127.0.0.1:{main.port}): Connection refused" in shown.stderr
    assert nothing_in(tmp_path)


async def test_a_pbx_that_hangs_up_in_the_middle_leaves_nothing_written(tmp_path: Path) -> None:
    async with FakeAmi(answers={"QueueStatus": silence}) as pbx:
        settle(main=pbx)
        asked = asyncio.create_task(begin("--out", tmp_path / "policy.toml"))
        await pbx.asked("QueueStatus")
        pbx.drop()
        shown = await asked
    assert shown.exit_code == 4
    assert "it does not tell its queues (" in shown.stderr
    assert nothing_in(tmp_path)


async def test_a_pbx_without_queues_is_nothing_to_begin_with(tmp_path: Path) -> None:
    async with FakeAmi() as pbx:
        settle(main=pbx)
        shown = await begin("--out", tmp_path / "policy.toml")
    assert shown.exit_code == 1
    assert "main: there is no queue to make a policy from" in shown.stderr
    assert nothing_in(tmp_path)


def test_without_settings_there_is_no_pbx_to_ask() -> None:
    shown = begun()
    assert shown.exit_code == 2
    assert "config.toml: no such file" in shown.stderr


@pytest.mark.parametrize("place", ["no-such-folder/policy.toml", "."])
async def test_a_place_where_nothing_can_be_written_is_wrong_use(place: str, tmp_path: Path) -> None:
    async with FakeAmi(answers={"QueueStatus": queues({"support": {}})}) as pbx:
        settle(main=pbx)
        assert (await begin("--out", tmp_path / place, "--force")).exit_code == 2
    assert nothing_in(tmp_path)
