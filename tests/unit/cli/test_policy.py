"""`whisper-tui policy`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.fakes.ami_server import FakeAmi
from tests.fakes.settings import queues, settle
from whisper_tui.cli import accounts, person
from whisper_tui.cli.main import root
from whisper_tui.config import paths
from whisper_tui.terms import Right
from whisper_tui.ui.words import SENTENCES

FIXTURES = Path(__file__).parents[3] / "fixtures" / "policy"
TEAMS = FIXTURES / "two-teams.toml"
RED_CALL = ("--queue", "sales-north", "--agent", "PJSIP/1001")


def line(begin: str, policy: Path = TEAMS) -> int:
    """The first line of `policy` that begins so."""
    return next(n for n, text in enumerate(policy.read_text().splitlines(), 1) if text.startswith(begin))


def run(*words: str | Path, policy: Path | None = TEAMS) -> Result:
    file = ("--file", str(policy)) if policy else ()
    return CliRunner().invoke(root, ["policy", *file, *map(str, words)])


def changed(tmp_path: Path, *swaps: tuple[str, str]) -> Path:
    text = TEAMS.read_text()
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "policy.toml"
    path.write_text(text)
    path.chmod(0o600)
    return path


# --- check


def test_a_policy_without_a_fault_is_said_to_have_none() -> None:
    shown = run("check")
    assert shown.exit_code == 0
    assert shown.stdout.endswith("two-teams.toml: nothing wrong\n")


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("bad-*.toml")), ids=lambda path: path.stem)
def test_all_mistakes_are_named_at_once_each_with_file_and_line(path: Path) -> None:
    shown = run("check", policy=path)
    expected = [each for each in path.read_text().splitlines() if each.startswith("# expect: ")]
    said = shown.stdout.splitlines()
    assert shown.exit_code == 1
    assert len(said) == len(expected)
    for line in said:
        place, kind, words = line.split(": ", 2)
        assert (
            (place.startswith(f"{path}:") and place.rpartition(":")[2].isdigit())
            or "the file" in words
            or "schema" in words
        )
        assert kind == "mistake"


def test_a_warning_fails_only_if_that_is_asked_for(tmp_path: Path) -> None:
    path = changed(tmp_path, ('team = ["red"]', 'team = ["red", "reed"]'))
    shown = run("check", policy=path)
    assert (
        f"{path}:{line('scope', path)}: warning: profile[red-leads].scope.team[2]: 'reed' matches nothing"
        in shown.stdout
    )
    assert "did you mean `red`?" in shown.stdout
    assert (shown.exit_code, run("check", "--strict", policy=path).exit_code) == (0, 1)


def test_a_policy_that_others_can_write_is_warned_of(tmp_path: Path) -> None:
    path = changed(tmp_path)
    path.chmod(0o666)
    assert (
        f"{path}: warning: the file: can be written by others - chmod go-w {path}" in run("check", policy=path).stdout
    )


def test_what_a_check_finds_can_be_read_by_a_program(tmp_path: Path) -> None:
    path = changed(tmp_path, ("os_users", "os_usrs"))
    found = [json.loads(each) for each in run("check", "--json", policy=path).stdout.splitlines()]
    assert {"kind": "mistake", "line": line("os_usrs", path), "key": "profile[quality].os_usrs"}.items() <= found[
        -1
    ].items()


def test_a_file_that_is_no_toml_or_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert run("check", policy=tmp_path / "none.toml").exit_code == 2
    path = tmp_path / "policy.toml"
    path.write_text("[[profile]\n")
    shown = run("check", policy=path)
    assert shown.exit_code == 2
    assert f"{path}:1: not TOML" in shown.stderr


def test_without_a_file_the_policy_of_the_settings_is_meant() -> None:
    folder = paths.private_dir(paths.config_file().parent)
    (folder / "policy.toml").write_text(TEAMS.read_text())
    assert f"{folder / 'policy.toml'}: nothing wrong" in run("check", policy=None).stdout


# --- check --live

RED_FLOOR = queues({"sales-vip": {"PJSIP/1001": ("", "Ana"), "PJSIP/1101": ("", "Ben")}, "card-pay": {}, "suport": {}})


async def live(*words: str, policy: Path = TEAMS) -> Result:
    return await asyncio.to_thread(run, "check", "--live", *words, policy=policy)


async def test_a_check_against_the_pbx_names_what_matches_nothing_there() -> None:
    support = line('  { match = "support"')
    async with FakeAmi(answers={"QueueStatus": RED_FLOOR}) as pbx:
        settle(main=pbx)
        shown = await live()
        assert (shown.exit_code, shown.stderr) == (0, "")
        assert [each for each in shown.stdout.splitlines() if ": note: " not in each] == [
            f"{TEAMS}:{line('exempt_agents')}: warning: policy.exempt_agents[1]: 'PJSIP/1999' matches no queue member"
            " that there is now - did you mean `PJSIP/1101`?",
            f"{TEAMS}:{support}: warning: attributes.queue[2].match: 'support' matches no queue"
            " that there is now - did you mean `suport`?",
            f"{TEAMS}:{line('scope = { queue')}: warning: profile[quality].scope.queue[2]: 'support' matches no queue"
            " that there is now - did you mean `suport`?",
        ]
        assert (await live("--strict")).exit_code == 1
        found = [json.loads(each) for each in (await live("--json")).stdout.splitlines()]
        assert [(each["kind"], each["line"], each["key"]) for each in found if each["kind"] != "note"] == [
            ("warning", line("exempt_agents"), "policy.exempt_agents[1]"),
            ("warning", support, "attributes.queue[2].match"),
            ("warning", line("scope = { queue"), "profile[quality].scope.queue[2]"),
        ]


async def test_what_is_on_one_of_several_pbxs_is_there_unless_one_is_meant() -> None:
    rest = queues({"support": {"PJSIP/1999": ("", "Zoe")}})
    async with FakeAmi(answers={"QueueStatus": RED_FLOOR}) as main, FakeAmi(answers={"QueueStatus": rest}) as lyon:
        settle(main=main, lyon=lyon)
        assert (await live()).stdout.endswith("two-teams.toml: nothing wrong\n")
        assert "PJSIP/1999" in (await live("--pbx", "main")).stdout
        assert (await live("--pbx", "lion")).exit_code == 2


async def test_what_the_file_itself_tells_is_said_even_where_the_pbx_is_out_of_reach(tmp_path: Path) -> None:
    path = changed(tmp_path, ('team = ["red"]', 'team = ["red", "reed"]'))
    async with FakeAmi() as pbx:
        settle(main=pbx)
    shown = await live(policy=path)
    assert shown.exit_code == 4
    assert "'reed' matches nothing" in shown.stdout
    assert "nothing wrong" not in shown.stdout
    assert f"main (127.0.0.1:{pbx.port}): Connection refused - is AMI on there" in shown.stderr


async def test_of_a_policy_that_cannot_be_used_no_pbx_is_asked() -> None:
    async with FakeAmi() as pbx:
        settle(main=pbx)
        assert (await live(policy=FIXTURES / "bad-values.toml")).exit_code == 1
        assert not pbx.connections


async def test_a_hostile_name_on_the_pbx_does_not_move_the_cursor() -> None:
    async with FakeAmi(answers={"QueueStatus": queues({"suppor\x1b[2Jt\u202e": {}})}) as pbx:
        settle(main=pbx)
        shown = await live()
    assert "'support' matches no queue that there is now - did you mean `suppor[2Jt`?" in shown.stdout
    assert all(map(str.isprintable, shown.stdout.splitlines()))


def test_a_pbx_is_named_for_a_check_that_asks_one() -> None:
    shown = run("check", "--pbx", "main")
    assert shown.exit_code == 2
    assert "--pbx: asks a PBX, and the check asks none without --live - add --live" in shown.stderr
    assert "config.toml: no such file" in run("check", "--live").stderr


# --- explain


def test_an_answer_comes_with_the_lines_that_it_comes_from() -> None:
    shown = run("explain", "barge", "--group", "wt-red", *RED_CALL)
    lead = line("[roles.lead]") + 2
    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == [
        "@wt-red may call.barge, by profile red-leads",
        f"  {TEAMS}:{lead}  red-leads  grants   call.barge",
        f"  {TEAMS}:{line('scope')}  red-leads  reaches  scope.team  red",
    ]


def test_a_denial_is_said_in_the_words_of_the_dim_key_and_so_is_what_the_person_is_told() -> None:
    shown = run("explain", "call.listen", "--group", "wt-red", "--queue", "sales-vip", "--agent", "PJSIP/1001")
    first, second, *lines = shown.stdout.splitlines()
    assert first == f"@wt-red may not call.listen: {SENTENCES['denied.denied-scope']} ({TEAMS}:{line('deny')})"
    assert second == f"@wt-red is told: {SENTENCES['denied.no-such-call']}"
    assert any(
        each.split() == [f"{TEAMS}:{line('deny')}", "red-leads", "denies", "deny.queue", "sales-vip"] for each in lines
    )


def test_what_limits_ask_is_said_with_it(tmp_path: Path) -> None:
    limits = (
        'listen_first = { "call.whisper" = "10s" }\nmax = { "call.whisper" = "5m" }\nreason_required = ["call.whisper"]'
    )
    path = changed(tmp_path, ('scope = { team = ["red"] }', f'scope = {{ team = ["red"] }}\n{limits}'))
    shown = run("explain", "whisper", "--group", "wt-red", *RED_CALL, policy=path)
    for said in ("after listening for 10 s", "no longer than 5 min on a call", "for a reason"):
        assert f"red-leads  limits   {said}" in shown.stdout


def test_a_program_gets_the_answer_as_an_object() -> None:
    denied = json.loads(run("explain", "listen", "--user", "quinn", "--agent", "PJSIP/1001", "--json").stdout)
    assert denied["allowed"] is False
    assert (denied["rule"], denied["told"]) == ("out-of-scope", "there is no such call")
    assert {"says": "grants", "key": "call.listen", "profile": "quality"}.items() <= denied["lines"][0].items()
    allowed = json.loads(run("explain", "listen", "--user", "quinn", *RED_CALL, "--json").stdout)
    assert (allowed["allowed"], allowed["profile"]) == (True, "quality")


def test_the_phone_and_the_moment_can_be_said(tmp_path: Path) -> None:
    path = changed(
        tmp_path, ('os_groups = ["wt-blue"]', 'os_groups = ["wt-blue"]\nwhen = { days = ["mon"], tz = "UTC" }')
    )
    call = ("--group", "wt-blue", "--queue", "support", "--agent", "PJSIP/1101")
    assert (
        "PJSIP/9"
        in run("explain", "listen", *call, "--phone", "PJSIP/9", "--at", "2026-11-23T10:00Z", policy=path).stdout
    )
    sunday = run("explain", "listen", *call, "--at", "2026-11-22T10:00Z", policy=path).stdout
    assert "your profile is closed now: it opens Mon 00:00" in sunday
    assert run("explain", "listen", *call, "--at", "soon", policy=path).exit_code == 2


def test_a_right_that_there_is_not_is_wrong_use() -> None:
    shown = run("explain", "brage", "--user", "quinn")
    assert shown.exit_code == 2
    assert "there is no right 'brage' - did you mean `call.barge`?" in shown.stderr
    assert run("explain", "barge").exit_code == 2


@pytest.mark.parametrize("right", Right)
def test_every_right_can_be_asked_for_by_its_whole_name(right: Right) -> None:
    assert run("explain", right.value, "--user", "quinn").exit_code == 0


# --- who-can


def test_the_people_who_may_are_listed_with_their_profile() -> None:
    shown = run("who-can", "listen", *RED_CALL)
    assert shown.stdout.splitlines() == ["quinn    quality", "@wt-red  red-leads"]
    assert run("who-can", "listen", *RED_CALL, "--tag", "pci").stdout == ""
    assert [
        json.loads(each)["person"] for each in run("who-can", "barge", *RED_CALL, "--json").stdout.splitlines()
    ] == ["@wt-red"]


def test_of_a_group_of_this_machine_the_members_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        accounts, "members", lambda groups: {"wt-red": frozenset({"rosa"})} if "wt-red" in groups else {}
    )
    assert run("who-can", "barge", *RED_CALL).stdout == "rosa  red-leads\n"


def test_this_machine_knows_whoever_runs_the_tests() -> None:
    me = person.subject().user
    (group,) = [name for name in accounts.groups_of(me) if accounts.has_group(name)][:1]
    assert accounts.has_user(me)
    assert me in accounts.members([group])[group]
    assert accounts.members(["no-such-group"]) == {}
    assert accounts.groups_of("no-such-user") == frozenset()


# --- test


def test_a_policy_that_meets_what_is_expected_of_it_passes() -> None:
    shown = run("test", FIXTURES / "two-teams.cases.toml")
    assert shown.exit_code == 0
    assert shown.stdout == "19 expectations, 0 missed\n"


def test_what_is_missed_is_named_with_its_line_and_fails(tmp_path: Path) -> None:
    cases = FIXTURES / "two-teams.cases.toml"
    path = changed(tmp_path, ('deny = { queue = ["sales-vip"] }\n', ""))
    shown = run("test", cases, policy=path)
    assert shown.exit_code == 1
    assert shown.stdout.splitlines() == [
        f"{cases}:19: MISSED: nor VIP calls: @wt-red may not call.listen (denied-scope), but profile red-leads lets them",
        "19 expectations, 1 missed",
    ]
    found = [json.loads(each) for each in run("test", "--json", cases, policy=path).stdout.splitlines()]
    assert [each["line"] for each in found if not each["met"]] == [19]


# --- diff


def test_who_gains_and_who_loses_is_said(tmp_path: Path) -> None:
    path = changed(tmp_path, ('"call.whisper", "call.barge"', '"call.whisper"'), ('"quinn"', '"quinn", "rita"'))
    shown = run("diff", TEAMS, path, policy=None)
    assert shown.exit_code == 0
    assert "@wt-red loses call.barge: queue sales-*, support, agent PJSIP/10??" in shown.stdout
    assert "rita gains floor.view: queue sales-*, sales-vip, support" in shown.stdout
    assert "rita: numbers: - -> none" in shown.stdout
    gains = [json.loads(each)["gains"] for each in run("diff", TEAMS, path, "--json", policy=None).stdout.splitlines()]
    assert set(gains) == {True, False, None}


def test_where_nothing_changes_nothing_is_said() -> None:
    shown = run("diff", TEAMS, TEAMS, policy=None)
    assert (shown.stdout, shown.stderr) == ("", "nobody gains or loses anything\n")
