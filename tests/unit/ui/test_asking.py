"""What the keys for hearing and speaking mean, for every place of the cursor and of the leg."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, PBX, strip
from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.engine.rows import CallRow
from whisper_tui.supervision.intents import (
    Barge,
    Follow,
    HandBack,
    Join,
    Leave,
    Listen,
    Mute,
    Panic,
    Release,
    TakeOver,
    Unfollow,
    Unmute,
    Whisper,
    Whom,
)
from whisper_tui.terms import Microphone, Mode, Notice, Pbx
from whisper_tui.ui import asking
from whisper_tui.ui.asking import Confirm, Sight
from whisper_tui.ui.typed import Typed

NONE = StripView(Phase.NONE)


def sight(view: StripView = NONE, row: CallRow | None = ANA, gone: CallRow | None = None) -> Sight:
    return Sight(view, row, gone, {ANA.key: ANA, BEN.key: BEN, CALLER.key: CALLER})


def code(meant: asking.Meant) -> str:
    assert isinstance(meant, Notice)
    return meant.code


def test_from_nothing_the_keys_are_about_the_call_under_the_cursor() -> None:
    assert asking.listen(sight()) == Listen(ANA.key)
    assert asking.whisper(sight()) == Whisper(ANA.key)
    assert asking.barge(sight()) == Confirm(Barge(ANA.key), "Ana Ruiz", "support", "…0242 M. Dubois")


def test_an_idle_leg_speaks_to_the_call_under_the_cursor() -> None:
    idle = StripView(Phase.IDLE, phone="PJSIP/2001")
    assert asking.whisper(sight(idle, BEN)) == Whisper(BEN.key)


def test_listen_goes_from_call_to_call() -> None:
    assert asking.listen(sight(strip(ANA), BEN)) == Listen(BEN.key)


@pytest.mark.parametrize("mode", [Mode.WHISPER, Mode.BARGE])
def test_while_audible_listen_means_silence_on_the_call_that_hears_us_wherever_the_cursor_is(mode: Mode) -> None:
    assert asking.listen(sight(strip(ANA, mode), BEN)) == Listen(ANA.key)
    assert asking.listen(sight(strip(ANA, mode), None)) == Listen(ANA.key)


def test_while_whisper_is_asked_for_listen_already_means_silence() -> None:
    assert asking.listen(sight(strip(ANA, asked=Mode.WHISPER), BEN)) == Listen(ANA.key)


@pytest.mark.parametrize("key", [asking.whisper, asking.barge])
def test_nobody_is_spoken_to_who_is_not_heard(key: object) -> None:
    assert key is asking.whisper or key is asking.barge
    meant = (asking.whisper if key is asking.whisper else asking.barge)(sight(strip(ANA), BEN))
    assert meant == Notice("session.elsewhere", {"agent": "Ana Ruiz"})


def test_with_no_row_under_the_cursor_one_speaks_to_the_call_one_hears() -> None:
    assert asking.whisper(sight(strip(ANA), None, gone=BEN)) == Whisper(ANA.key)


@pytest.mark.parametrize(
    ("key", "mode"),
    [(asking.listen, Mode.SILENT), (asking.whisper, Mode.WHISPER), (asking.barge, Mode.BARGE)],
)
def test_a_deed_in_force_says_so(key: object, mode: Mode) -> None:
    keys = {asking.listen: asking.listen, asking.whisper: asking.whisper, asking.barge: asking.barge}
    assert key in keys
    assert code(keys[key](sight(strip(ANA, mode)))) == "session.already"  # type: ignore[index]


def test_a_mode_that_is_on_its_way_out_is_not_in_force() -> None:
    assert asking.whisper(sight(strip(ANA, Mode.WHISPER, asked=Mode.BARGE))) == Whisper(ANA.key)


def test_a_call_that_ended_under_the_cursor_is_not_replaced_by_another() -> None:
    assert asking.listen(sight(row=None, gone=BEN)) == Notice("cursor.gone", {"agent": "Ben Okoro"})
    assert code(asking.listen(sight(row=None))) == "cursor.none"


def test_the_microphone_closes_unless_it_is_known_to_be_closed() -> None:
    for known, expected in ((Microphone.OPEN, Mute()), (Microphone.UNKNOWN, Mute()), (Microphone.MUTED, Unmute())):
        assert asking.microphone(sight(strip(ANA, microphone=known))) == expected
    assert code(asking.microphone(sight())) == "session.none"


def test_leaving_works_in_every_phase_in_which_there_is_a_leg() -> None:
    for phase in Phase:
        expected = Notice("session.none") if phase is Phase.NONE else Leave()
        assert asking.leave(sight(replace(strip(ANA), phase=phase))) == expected


def test_hanging_up_on_a_customer_is_a_question() -> None:
    assert asking.leave(sight(strip(ANA, Mode.TAKEOVER))) == Confirm(Leave(), "Ana Ruiz", "support", "…0242")
    assert asking.leave(sight(strip(ANA, Mode.THIRD))) == Leave()


def test_a_barge_into_a_crowd_is_joining_it() -> None:
    crowd = replace(ANA, parties=3)
    meant = asking.barge(Sight(strip(ANA), crowd, None, {ANA.key: crowd}))
    assert isinstance(meant, Confirm)
    assert meant.intent == Join(ANA.key)
    assert code(asking.barge(Sight(strip(ANA, Mode.THIRD), crowd, None, {ANA.key: crowd}))) == "session.already"


def test_a_takeover_is_answered_with_the_number_of_the_agents_phone() -> None:
    meant = asking.take_over(sight(strip(ANA)))
    assert isinstance(meant, Typed)
    assert meant.answers == (("1142", TakeOver(ANA.key)),)
    assert (meant.agent, meant.device, meant.queue) == ("Ana Ruiz", "PJSIP/1142", "support")


def test_nobody_is_taken_over_whose_phone_is_not_known() -> None:
    assert code(asking.take_over(sight(row=CALLER))) == "call.no_agent_channel"
    assert code(asking.take_over(sight(strip(ANA), BEN))) == "session.elsewhere"


def test_a_customer_goes_back_to_the_agent_whom_they_had_or_to_a_queue_of_the_same_pbx() -> None:
    queues = [(PBX, "sales"), (Pbx("paris"), "vip"), (PBX, "support")]
    own = strip(ANA, Mode.TAKEOVER)
    meant = asking.hand_back(sight(own)._replace(heard=ANA, queues=queues))
    assert isinstance(meant, Typed)
    assert meant.answers == (("1142", HandBack()), ("sales", HandBack("sales")), ("support", HandBack("support")))
    unknown = asking.hand_back(sight(own))
    assert isinstance(unknown, Typed)
    assert unknown.answers == (("Ana Ruiz", HandBack()),)
    assert code(asking.hand_back(sight(strip(ANA, Mode.BARGE)))) == "handback.no_call"


def test_the_same_key_follows_and_stays() -> None:
    for whom in Whom:
        key = asking.follow(whom)
        assert key(sight(strip(ANA))) == Follow(whom)
        assert key(sight(strip(ANA, following=whom))) == Unfollow()
        assert key(sight(replace(strip(ANA), phase=Phase.IDLE, call=None, following=whom))) == Unfollow()
        assert code(key(sight())) == "session.none"


def test_a_call_is_let_go_in_every_phase_in_which_one_is_heard() -> None:
    said = {phase: asking.release(sight(replace(strip(ANA), phase=phase))) for phase in Phase}
    assert {phase for phase, meant in said.items() if meant == Release()} == {Phase.AIMING, Phase.ON}
    assert code(said[Phase.IDLE]) == "release.idle"
    assert code(said[Phase.NONE]) == "session.none"


def test_a_call_of_ones_own_holds_the_keys_that_would_leave_it() -> None:
    own = sight(strip(ANA, Mode.TAKEOVER, microphone=Microphone.MUTED))
    keys = (asking.listen, asking.whisper, asking.barge, asking.take_over, asking.release, asking.follow(Whom.CALL))
    assert {code(key(own)) for key in keys} == {"takeover.own_call"}


def test_a_party_of_the_call_is_silent_with_its_microphone() -> None:
    third = strip(ANA, Mode.THIRD)
    muted = replace(third, microphone=Microphone.MUTED)
    assert asking.listen(sight(third)) == asking.listen(sight(third, BEN)) == Mute()
    assert code(asking.listen(sight(muted))) == "party.silent"
    assert asking.listen(sight(muted, BEN)) == Listen(BEN.key)


def test_quiet_is_what_can_only_make_things_quieter() -> None:
    heard = strip(ANA, Mode.BARGE)
    assert all(asking.is_quiet(intent, heard) for intent in (Mute(), Leave(), Panic(), Release(), Listen(ANA.key)))
    loud = (
        Listen(BEN.key), Whisper(ANA.key), Barge(ANA.key), Unmute(), Join(ANA.key), TakeOver(ANA.key), HandBack(),
        Follow(Whom.CALL), Unfollow(),
    )  # fmt: skip
    assert not any(asking.is_quiet(intent, heard) for intent in loud)
    assert not asking.is_quiet(Listen(ANA.key), NONE)
    assert not asking.is_quiet(Listen(ANA.key), strip(ANA, Mode.TAKEOVER))


def test_an_unknown_state_counts_as_audible() -> None:
    assert asking.audible(strip(ANA, phase=Phase.UNKNOWN))
    assert not asking.audible(strip(ANA))
