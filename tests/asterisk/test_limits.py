"""What is allowed no longer ends by itself, on a real Asterisk: by the clock, by the file, by where a call goes."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.asterisk.console import INSTALLATION, RIGHTS, Console, console_on
from tests.asterisk.kit import SUPERVISOR, Bench, Call, Transfer
from tests.asterisk.ledger import rows_of
from tests.asterisk.test_hearing import parties
from tests.fakes.law import Law
from whisper_tui.audit.records import Kind
from whisper_tui.cli.policy_file import PolicyFile
from whisper_tui.clock import SystemClock
from whisper_tui.engine.backend import Hears, Phase
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.permissions.hours import Hours
from whisper_tui.permissions.limits import FourEyes, Limits
from whisper_tui.permissions.policy import Policy, Profile, Scope
from whisper_tui.supervision.intents import Approve, AskLeave, Barge, Done, Listen, Unmute, Whisper
from whisper_tui.supervision.leg import Leg
from whisper_tui.terms import Microphone, Mode, Right, Subject

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

LEADS = Profile("leads", RIGHTS, os_users=frozenset({"ana"}))


def law(**of: object) -> Policy:
    return Policy((replace(LEADS, **of),), "digest")  # type: ignore[arg-type]


class SetClock(SystemClock):
    """The machine's, set to another time of the day."""

    def __init__(self, shows: datetime) -> None:
        self._ahead = shows.timestamp() - time.time()

    def wall(self) -> float:
        return super().wall() + self._ahead


async def ends(console: Console) -> None:
    """Nobody is heard; a leg that cannot be held as the policy now wants it is hung up."""
    await console.until(lambda view: view.strip.phase in (Phase.IDLE, Phase.NONE))


async def speaks(console: Console, intent: Whisper | Barge) -> None:
    """A leg of one mode rings anew, and begins muted."""
    await console.does(intent)
    if console.strip.microphone is Microphone.MUTED:
        await console.does(Unmute())


async def unheard(bench: Bench, console: Console, call: Call) -> None:
    """A leg of one mode falls silent by its microphone."""
    mode = console.strip.mode
    await bench.hear(parties(call, mode, muted=mode not in (Mode.SILENT, None)))


def ended_by(trail: Path) -> list[str]:
    return [row.cause for row in rows_of(trail) if row.kind is Kind.LEFT]


async def test_a_mode_and_then_the_session_end_when_they_have_lasted_as_long_as_they_may(
    bench: Bench, trail: Path, note: list[str]
) -> None:
    held = replace(law(limits=Limits(longest={Right.WHISPER: 4.0})), max_session=7.0)
    async with console_on(bench.lab.ports.ami, trail, law=Law(held)) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        await console.does(Listen(key))
        began = time.monotonic()
        await speaks(console, Whisper(key))
        whispers = time.monotonic()
        await bench.hear(parties(call, Mode.WHISPER))
        await console.until(lambda view: view.strip.agent_hears is Hears.NO)
        whispered = time.monotonic() - whispers
        await unheard(bench, console, call)
        await ends(console)
        lasted = time.monotonic() - began
        await bench.hear(parties(call, None))
        rules = [each.code for each in console.told if each.code.startswith("denied")]
        assert rules == ["denied.max", "denied.max-session"]
        assert 3.9 < whispered < 5.0
        assert 6.9 < lasted < 8.0
    assert ended_by(trail)[-1] == "denied.max-session"
    note.append(
        f"limits, Asterisk {bench.lab.version_text}: a whisper of 4 s lasted {whispered:.3f} s, a session of 7 s {lasted:.3f} s"
    )


async def test_when_the_hours_are_over_nobody_is_heard_any_more(bench: Bench, trail: Path) -> None:
    almost = datetime(2026, 3, 28, 20, 59, 57, tzinfo=ZoneInfo("Europe/Paris"))
    hours = Hours(frozenset(range(7)), 7 * 60, 21 * 60, ZoneInfo("Europe/Paris"))
    clock = SetClock(almost)
    async with console_on(bench.lab.ports.ami, trail, law=Law(law(hours=hours)), clock=clock) as console:
        call = await bench.call("5550161")
        clock._ahead += almost.timestamp() - clock.wall()
        key = await console.sees(call)
        await console.does(Listen(key))
        await speaks(console, Barge(key))
        await ends(console)
        assert abs(clock.wall() - almost.timestamp() - 3) < 1, "21:00:00, or up to a second later"
        await bench.hear(parties(call, None))
        assert console.seat.view().calls == {}
    assert ended_by(trail) == ["denied.hours"]


async def test_a_leg_whose_keys_are_read_no_more_is_hung_up_when_the_policy_closes(
    bench: Bench, trail: Path, note: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Law(law())
    async with console_on(bench.lab.ports.ami, trail, law=source) as console:
        call = await bench.call("5550161")
        await console.does(Listen(await console.sees(call)))
        monkeypatch.setattr(Leg, "_digit", lambda *_: None)  # no news comes of any key
        source.becomes(law(deny=Scope(queue=("*",))))
        await console.soon(lambda _: "denied.denied-scope" in [each.code for each in console.told])
        told = time.monotonic()
        await console.until(lambda view: view.strip.phase is Phase.NONE)
        late = time.monotonic() - told
        await bench.hear(parties(call, None))
        assert late < 1.5  # asked: 1; a shared machine may be late
    assert ended_by(trail) == ["denied.denied-scope"]
    note.append(
        f"policy closed, no key read, Asterisk {bench.lab.version_text}: hung up after {late:.3f} s (asked: <= 1 s)"
    )


FILE = """
[roles.lead]
can = [{can}]
[[profile]]
name = "leads"
os_users = ["ana"]
roles = ["lead"]
deny = {{ agent = [{deny}] }}
"""


async def test_a_policy_that_is_saved_while_somebody_barges_silences_them_and_the_next_one_ends_it(
    bench: Bench, trail: Path, tmp_path: Path, note: list[str]
) -> None:
    file = tmp_path / "policy.toml"
    can = [f'"{each.value}"' for each in RIGHTS]

    def save(allowed: list[str], deny: str = "") -> float:
        draft = file.with_suffix(".new")
        draft.write_text(FILE.format(can=", ".join(allowed), deny=deny))
        draft.replace(file)
        return time.monotonic()

    save(can)
    async with console_on(bench.lab.ports.ami, trail, law=PolicyFile(file)) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        await console.does(Listen(key))
        await speaks(console, Barge(key))
        await bench.hear(parties(call, Mode.BARGE))
        saved = save([each for each in can if "barge" not in each])
        await console.until(lambda view: view.strip.customer_hears is Hears.NO)
        silent = time.monotonic() - saved
        await unheard(bench, console, call)
        saved = save(can, f'"{console.seat.view().calls[key].agent_device}"')
        await ends(console)
        await console.until(lambda view: view.calls == {})
        over = time.monotonic() - saved
        await bench.hear(parties(call, None))
        file.write_text("[roles")
        await console.until(lambda view: any(each.notice.code == "policy.rejected" for each in view.banners))
        assert console.seat.view().calls == {}, "the policy before stays in force"
        assert max(silent, over) < 2.0, "a look a second, and the end within one"
    assert ended_by(trail) in (["denied.denied-scope"], ["leg.open_no_more"])
    note.append(
        f"policy saved, Asterisk {bench.lab.version_text}: silent after {silent:.3f} s, not listening after {over:.3f} s"
    )


@pytest.mark.parametrize("kind", list(Transfer), ids=lambda kind: kind.value)
async def test_who_whispers_is_not_heard_where_a_call_goes_out_of_scope(
    bench: Bench, trail: Path, kind: Transfer
) -> None:
    near = law(
        scope=Scope(agent=("PJSIP/1001", "PJSIP/1003", "PJSIP/1006")), deny=Scope(agent=("PJSIP/1004", "PJSIP/1006"))
    )
    async with console_on(bench.lab.ports.ami, trail, law=Law(near)) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        await console.does(Listen(key))
        await speaks(console, Whisper(key))
        await bench.hear(parties(call, Mode.WHISPER))
        await bench.watch([call.customer])
        new = await bench.transfer(call, kind, "620" if kind is Transfer.BLIND_TO_QUEUE else "1004")
        await ends(console)
        await bench.hear(parties(Call(call.customer, new), None))
        assert (await bench.so_far(call.customer))[SUPERVISOR.tone] == 0
        assert console.seat.view().calls == {}
        answer = await console.ask(Listen(key))
        assert answer.why.code == "denied.no-such-call"  # type: ignore[union-attr]


async def test_a_barge_that_another_person_must_allow_is_heard_once_they_have(bench: Bench, trail: Path) -> None:
    eyes = Limits(four_eyes={Right.BARGE: FourEyes(("ben",), 60.0)})
    sees = Profile("all", frozenset({Right.FLOOR_VIEW}), os_users=frozenset({"ben"}))
    two = Policy((replace(LEADS, limits=eyes), sees), "digest")
    async with console_on(bench.lab.ports.ami, trail, law=Law(two), floor_server=True) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        ben = console.engine.admit(Subject("ben", 1001, login_uid=1001), PhoneRules("PJSIP/2002", INSTALLATION))
        await console.does(Listen(key))
        answer = await console.ask(Barge(key))
        assert answer.why.code == "denied.four-eyes"  # type: ignore[union-attr]
        await unheard(bench, console, call)
        assert key in ben.view().calls, "who comes later is shown what there is"
        await console.does(AskLeave(Barge(key)))
        (asked,) = ben.view().petitions
        assert await ben.ask(Approve(asked)) == Done()
        await speaks(console, Barge(key))
        await bench.hear(parties(call, Mode.BARGE))
    rows = rows_of(trail)
    given = next(row for row in rows if row.kind is Kind.LEAVE_GIVEN)
    barged = next(row for row in rows if row.kind is Kind.REQUESTED and row.deed == "barge")
    assert (given.who and given.who.user, given.other and given.other.user) == ("ben", "ana")
    assert barged.other is not None
    assert barged.other.user == "ben"
