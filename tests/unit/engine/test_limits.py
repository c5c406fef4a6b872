"""What a profile limits, held while a supervisor works: how long, how often, when, why, and whom chance chooses."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.fakes.clock import WoundClock, settle
from tests.unit.engine.desk import Desk, Paper, at_a_desk
from whisper_tui.audit.records import CallRef, Kind, Record, Who, Whom
from whisper_tui.engine.backend import Phase
from whisper_tui.engine.parties import Entries
from whisper_tui.errors import UsageError
from whisper_tui.permissions.hours import Hours
from whisper_tui.permissions.limits import Limits
from whisper_tui.permissions.mistakes import Finding, PolicyRefused
from whisper_tui.permissions.policy import Numbers, Policy, Profile, Scope
from whisper_tui.permissions.spans import Period, Rate
from whisper_tui.supervision.intents import (
    Answer,
    Barge,
    Done,
    Draw,
    Follow,
    Intent,
    Leave,
    Listen,
    Refused,
    Release,
    Reveal,
    TakeOver,
    Whisper,
)
from whisper_tui.supervision.intents import (
    Whom as Following,
)
from whisper_tui.terms import CallKey, Mode, Notice, Right, Subject, Uniqueid

MONTH, HOUR = Period.MONTH, Period.HOUR


def law(limits: Limits | None = None, *, hours: Hours | None = None, **general: object) -> Policy:
    """Everything is allowed to ana, within `limits`."""
    profile = Profile("leads", frozenset(Right), os_users=frozenset({"ana"}), limits=limits or Limits(), hours=hours)
    return Policy((profile,), "digest", **general)  # type: ignore[arg-type]


async def asked(desk: Desk, intent: Intent) -> Answer:
    desk.seat.beat()
    answer = await desk.ask(intent)
    await settle()
    return answer


async def passes(desk: Desk, seconds: float) -> None:
    """Let time pass with somebody at the console."""
    for _ in range(int(seconds)):
        desk.seat.beat()
        await desk.clock.wind(1.0)
    await desk.clock.wind(seconds - int(seconds))


def code(answer: Answer) -> str:
    assert isinstance(answer, Refused)
    return answer.why.code


def hears(desk: Desk) -> bool:
    """Whether the supervisor hears anybody."""
    return desk.pbx.leg is not None and bool(desk.pbx.leg.spyee)


# --- how long


async def test_a_whisper_falls_silent_when_it_has_lasted_as_long_as_it_may() -> None:
    async with at_a_desk(law=law(Limits(longest={Right.WHISPER: 10}))) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        assert desk.strip.limit is None
        await asked(desk, Whisper(call))
        told = [each.strip for each in desk.changes if each.strip is not None][-1]
        assert told.limit == pytest.approx(desk.clock.monotonic() + 10, abs=0.1)
        await passes(desk, 9.5)
        assert desk.pbx.hears_supervisor() == {"PJSIP/1001": "whisper"}
        await passes(desk, 0.6)
        assert (desk.pbx.hears_supervisor(), desk.strip.mode) == ({}, Mode.SILENT)
        assert desk.told[-1].code == "denied.max"
        assert code(await asked(desk, Whisper(call))) == "denied.max"


async def test_two_whispers_on_a_call_count_together_and_another_call_begins_anew() -> None:
    async with at_a_desk(law=law(Limits(longest={Right.WHISPER: 10}))) as desk:
        call, other = await desk.call(), await desk.call(agent="1002", n=2)
        await asked(desk, Listen(call))
        await asked(desk, Whisper(call))
        await passes(desk, 6)
        await asked(desk, Listen(call))
        await asked(desk, Release())
        await asked(desk, Listen(call))
        await asked(desk, Whisper(call))
        assert desk.strip.limit == pytest.approx(desk.clock.monotonic() + 4, abs=0.1)
        await passes(desk, 4.1)
        assert desk.pbx.hears_supervisor() == {}
        await asked(desk, Listen(other))
        assert await asked(desk, Whisper(other)) == Done()


@pytest.mark.parametrize(
    ("held", "cause"),
    [(law(Limits(longest={Right.LISTEN: 30})), "denied.max"), (law(max_session=30.0), "denied.max-session")],
)
async def test_a_session_that_may_last_no_longer_hears_nothing_and_says_why(held: Policy, cause: str) -> None:
    async with at_a_desk(law=held) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await passes(desk, 30.1)
        assert (desk.strip.phase, hears(desk)) == (Phase.IDLE, False)
        assert (desk.told[-1].code, desk.paper.of(Kind.LEFT)[-1].cause) == (cause, cause)
        assert desk.paper.of(Kind.LEFT)[-1].seconds == {"silent": pytest.approx(30, abs=0.1)}
        assert code(await asked(desk, Listen(call))) == cause


async def test_a_call_of_ones_own_is_never_ended_by_a_limit_but_it_is_said_and_written_down() -> None:
    entries = Entries("internal,{number}")
    async with at_a_desk(law=law(Limits(longest={Right.TAKEOVER: 5})), entries=entries) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        assert await asked(desk, TakeOver(call)) == Done()
        await passes(desk, 8)
        assert desk.strip.mode is Mode.TAKEOVER
        assert [each.code for each in desk.told].count("takeover.over_limit") == 1
        assert [(row.deed, row.rule) for row in desk.paper.of(Kind.DENIED)] == [("takeover", "max")]


async def test_who_has_to_listen_first_may_speak_once_they_have() -> None:
    async with at_a_desk(law=law(Limits(listen_first={Right.BARGE: 10}))) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await passes(desk, 4)
        assert await asked(desk, Barge(call)) == Refused(
            Notice("denied.listen-first", {"profile": "leads", "right": "call.barge", "seconds": "6"}), denied=True
        )
        await passes(desk, 6.1)
        assert await asked(desk, Barge(call)) == Done()


# --- how often


async def test_an_agent_is_coached_no_longer_than_the_budget_over_all_their_calls() -> None:
    async with at_a_desk(law=law(Limits(coach_budget=Rate(20, HOUR, "20s/h")))) as desk:
        call, other = await desk.call(), await desk.call(agent="1002", n=2)
        await asked(desk, Listen(call))
        await asked(desk, Whisper(call))
        await passes(desk, 15)
        desk.pbx.hang_up_call(call.uniqueid)
        await settle()
        again = await desk.call(n=3)
        await asked(desk, Listen(again))
        await asked(desk, Barge(again))
        await passes(desk, 5.1)
        assert (desk.strip.mode, desk.told[-1].code) == (Mode.SILENT, "denied.coach-budget")
        await asked(desk, Listen(other))
        assert await asked(desk, Whisper(other)) == Done()


def left(who: int, call: str, agent: str, at: float, **seconds: float) -> Record:
    return Record(
        Kind.LEFT,
        at,
        1.0,
        "boot",
        Who("ana", who),
        whom=Whom(agent=agent),
        call=CallRef("lab", customer=call),
        seconds=seconds,
    )


async def test_what_the_log_knows_of_the_past_counts_and_what_others_did_does_not() -> None:
    now = WoundClock().wall()
    month = datetime.fromtimestamp(now, UTC).replace(day=1, hour=0, minute=0, second=0).timestamp()
    rows = [
        left(1000, "a", "PJSIP/1001", month - 10, silent=5.0),
        left(1000, "b", "PJSIP/1001", month + 10, silent=5.0),
        left(1000, "b", "PJSIP/1001", month + 20, silent=5.0),
        left(1001, "c", "PJSIP/1001", now - 10, silent=5.0),
        left(1000, "d", "PJSIP/1002", now - 10, silent=5.0),
    ]
    held = law(Limits(listens=Rate(2, MONTH, "2/month")))
    async with at_a_desk(law=held, paper=Paper(list(rows))) as desk:
        call = await desk.call()
        assert await asked(desk, Listen(call)) == Done(), "one call of this agent was heard this month"
        await asked(desk, Release())
        assert await asked(desk, Listen(call)) == Done(), "it is the same call"
        desk.pbx.hang_up_call(call.uniqueid)
        await settle()
        assert code(await asked(desk, Listen(await desk.call(n=3)))) == "denied.quota"
        assert await asked(desk, Listen(await desk.call(agent="1002", n=2))) == Done()


# --- when


def working_hours(begins: int, ends: int) -> Hours:
    return Hours(frozenset(range(7)), begins, ends, ZoneInfo("UTC"))


async def test_when_the_hours_are_over_the_session_ends_and_nothing_is_shown_until_they_begin_again() -> None:
    begins = 11 * 60 + 7  # 20 s after the clock's 11:06:40
    async with at_a_desk(law=law(hours=working_hours(begins - 60, begins))) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await asked(desk, Barge(call))
        assert desk.strip.limit == pytest.approx(desk.clock.monotonic() + 20, abs=0.1)
        await passes(desk, 20.1)
        assert (desk.pbx.hears_supervisor(), hears(desk), desk.paper.of(Kind.LEFT)[-1].cause) == (
            {},
            False,
            "denied.hours",
        )
        assert desk.seat.view().calls == {}
        assert [each.hidden for each in desk.changes if call in each.calls][-1] == {call}, "the call goes on"
        assert any(banner.notice.code == "denied.hours" for banner in desk.seat.view().banners)
    async with at_a_desk(law=law(hours=working_hours(begins, begins + 60))) as desk:
        call = await desk.call()
        assert desk.seat.view().calls == {}
        await passes(desk, 20.1)
        assert list(desk.seat.view().calls) == [call]


async def test_a_clock_that_is_set_is_written_down_and_everything_is_decided_anew() -> None:
    async with at_a_desk(law=law(hours=working_hours(11 * 60, 12 * 60))) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        desk.clock.set_wall(+3600)
        await passes(desk, 1.1)
        assert (hears(desk), desk.seat.view().calls) == (False, {})
        assert [row.detail for row in desk.paper.of(Kind.CLOCK)] == ["set by +3600.0 s"]
        desk.clock.set_wall(-3600)
        await passes(desk, 1.1)
        assert list(desk.seat.view().calls) == [call]


# --- why


async def test_a_reason_is_asked_for_written_down_and_kept_for_the_session_and_what_follows_it() -> None:
    limits = Limits(reason_required=frozenset({Right.LISTEN, Right.BARGE}))
    async with at_a_desk(law=law(limits, reasons=("training", "complaint"))) as desk:
        call = await desk.call()
        answer = await asked(desk, Listen(call))
        assert isinstance(answer, Refused)
        assert (answer.why.code, answer.why.values["codes"]) == ("denied.reason", "training, complaint")
        assert code(await asked(desk, Listen(call, "curiosity"))) == "denied.reason"
        assert Kind.REQUESTED not in desk.paper.kinds()
        assert await asked(desk, Listen(call, "training")) == Done()
        assert await asked(desk, Barge(call)) == Done()
        assert [row.reason for row in desk.paper.of(Kind.REQUESTED)] == ["training", "training"]
        await asked(desk, Listen(call))
        await asked(desk, Follow(Following.CALL))
        desk.pbx.move(call.uniqueid, "1002", n=2)
        await passes(desk, 1)
        assert (desk.strip.agent, desk.strip.mode) == ("Agent 1002", Mode.SILENT)
        assert desk.paper.of(Kind.REQUESTED)[-1].reason == "training"


# --- chance


async def test_where_chance_chooses_nobody_can_be_chosen_but_somebody_is_drawn() -> None:
    async with at_a_desk(law=law(Limits(random_pick=True))) as desk:
        calls = {await desk.call(), await desk.call(agent="1002", n=2)}
        assert {code(await asked(desk, Listen(call))) for call in calls} == {"denied.pick"}
        assert desk.seat.why_not(Draw()) is None
        assert await asked(desk, Draw()) == Done()
        first = desk.strip.call
        assert first in calls
        assert await asked(desk, Whisper(first)) == Done(), "whom chance chose may be coached"
        assert await asked(desk, Draw()) == Done()
        assert {first, desk.strip.call} == calls, "not the one that is heard already"
        await asked(desk, Leave())
        assert code(await asked(desk, Listen(first))) == "denied.pick"


async def test_who_may_choose_draws_nothing_and_where_no_call_is_nothing_is_drawn() -> None:
    async with at_a_desk(law=law()) as desk:
        assert desk.seat.why_not(Draw()) == Notice("draw.chosen")
        assert await asked(desk, Draw()) == Refused(Notice("draw.chosen"))
    async with at_a_desk(law=law(Limits(random_pick=True))) as desk:
        assert await asked(desk, Draw()) == Refused(Notice("draw.none"))


# --- another policy, another person


async def test_a_policy_that_forbids_what_is_going_on_silences_it_within_a_second_of_being_saved() -> None:
    async with at_a_desk(law=law()) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await asked(desk, Barge(call))
        lead = replace(law().profiles[0], rights=frozenset(Right) - {Right.BARGE})
        desk.law.becomes(Policy((lead,), "less", "policy.toml"))
        await passes(desk, 1)
        assert (desk.pbx.hears_supervisor(), desk.strip.mode, desk.told[-1].code) == (
            {},
            Mode.SILENT,
            "denied.no-right",
        )
        desk.law.becomes(Policy((replace(lead, deny=Scope(queue=("support",))),), "least", "policy.toml"))
        await passes(desk, 1)
        assert (hears(desk), desk.seat.view().calls) == (False, {})
        assert (desk.paper.of(Kind.LEFT)[-1].cause, desk.told[-1].code) == ("denied.denied-scope",) * 2
        loaded = [row.detail for row in desk.paper.of(Kind.POLICY_LOADED)]
        assert loaded[1:] == ["policy.toml sha256 less", "policy.toml sha256 least"]
        await asked(desk, Leave())
        assert desk.paper.of(Kind.LEG_ENDED)[-1].who == Who("ana", 1000, 1000, "leads", "least")


async def test_a_policy_that_is_wrong_or_gone_leaves_the_one_before_in_force_in_red() -> None:
    async with at_a_desk(law=law()) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        mistakes = (
            Finding(3, "roles.lead.can", "there is no right 'call.lissen'"),
            Finding(9, "profile[x]", "is for nobody"),
        )
        desk.law.becomes(PolicyRefused(mistakes, "/etc/whisper-tui/policy.toml"))
        await passes(desk, 1)
        (banner,) = [each for each in desk.seat.view().banners if each.alarm]
        why = "roles.lead.can: there is no right 'call.lissen' (and 1 more)"
        assert banner.notice == Notice("policy.rejected", {"where": "policy.toml:3", "why": why})
        assert hears(desk)
        desk.law.becomes(None)
        await passes(desk, 1)
        assert [each.notice.code for each in desk.seat.view().banners if each.alarm] == ["policy.gone"]
        desk.law.becomes(law())
        await passes(desk, 1)
        assert [each for each in desk.seat.view().banners if each.alarm] == []
        assert len(desk.paper.of(Kind.POLICY_REJECTED)) == 2


async def test_who_is_taken_out_of_a_group_loses_what_it_gave() -> None:
    groups = {"ana": frozenset({"wt-red"})}
    profile = Profile("leads", frozenset(Right), os_groups=frozenset({"wt-red"}))

    def still(person: Subject) -> Subject:
        return replace(person, groups=groups[person.user])

    async with at_a_desk(law=Policy((profile,), "digest"), still=still) as desk:
        await passes(desk, 16)
        call = await desk.call()
        assert await asked(desk, Listen(call)) == Done()
        groups["ana"] = frozenset()
        await passes(desk, 16)
        assert (hears(desk), desk.seat.view().calls, desk.seat.person.profile) == (False, {}, "")


# --- what is shown


async def test_a_whole_number_is_shown_for_a_while_to_whom_the_profile_lets_see_it_and_that_is_on_disk_before() -> None:
    lead = replace(law().profiles[0], numbers=Numbers.LAST4)
    async with at_a_desk(law=Policy((lead,), "digest")) as desk:
        call = await desk.call()
        hidden = desk.seat.view().calls[call].caller
        desk.paper.full = True
        assert code(await desk.ask(Reveal(call))) == "log.unwritable"
        assert desk.seat.view().calls[call].caller == hidden
        desk.paper.full = False
        assert await desk.ask(Reveal(call)) == Done()
        assert (desk.seat.view().calls[call].caller, hidden[0]) == ("5550142", "…")
        assert desk.paper.of(Kind.REVEALED)[-1].call == CallRef(
            "lab", customer=call.uniqueid, agent=desk.engine.lines[call.pbx].floor.calls[call.uniqueid].agent_channel or "",
            caller="5550142",
        )  # fmt: skip
        assert await desk.ask(Reveal(call)) == Refused(Notice("reveal.whole"))
        await passes(desk, 30.1)
        assert desk.seat.view().calls[call].caller == hidden


async def test_a_call_that_ends_while_its_number_is_shown_is_not_shown_on() -> None:
    lead = replace(law().profiles[0], numbers=Numbers.LAST4)
    async with at_a_desk(law=Policy((lead,), "digest")) as desk:
        call = await desk.call()
        await desk.ask(Reveal(call))
        desk.changes.clear()
        desk.pbx.hang_up_call(call.uniqueid)
        await passes(desk, 1)
        assert [each.hidden for each in desk.changes if each.calls.get(call, call) is None] == [{call}]


async def test_without_the_right_no_number_is_shown_and_the_attempt_is_written_down() -> None:
    lead = replace(law().profiles[0], rights=frozenset({Right.FLOOR_VIEW}))
    async with at_a_desk(law=Policy((lead,), "digest")) as desk:
        call = await desk.call()
        assert code(await desk.ask(Reveal(call))) == "denied.no-right"
        assert code(await desk.ask(Reveal(CallKey(call.pbx, Uniqueid("1.999"))))) == "denied.no-such-call"
        assert [(row.deed, row.rule) for row in desk.paper.of(Kind.DENIED)] == [
            ("reveal", "no-right"),
            ("reveal", "no-such-call"),
        ]


async def test_a_dim_key_that_is_pressed_again_and_again_is_written_down_once_and_then_counted() -> None:
    lead = replace(law().profiles[0], rights=frozenset({Right.FLOOR_VIEW, Right.LISTEN}))
    async with at_a_desk(law=Policy((lead,), "digest")) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        for _ in range(5):
            desk.seat.note_dim(Barge(call), Notice("denied.no-right"))
            await passes(desk, 1)
        assert [row.times for row in desk.paper.of(Kind.DENIED)] == [1]
        await passes(desk, 6)
        desk.seat.note_dim(Barge(call), Notice("denied.no-right"))
    assert [row.times for row in desk.paper.of(Kind.DENIED)] == [1, 4, 1]


async def test_nothing_is_counted_before_the_log_was_read_so_what_is_limited_is_denied() -> None:
    class Unreadable(Paper):
        def records(self, kinds: object, since: float) -> list[Record]:
            raise UsageError("cannot be read", "trail.db")

    async with at_a_desk(law=law(Limits(longest={Right.WHISPER: 10})), paper=Unreadable()) as desk:
        call = await desk.call()
        assert await asked(desk, Listen(call)) == Done()
        assert code(await asked(desk, Whisper(call))) == "denied.uncounted"
