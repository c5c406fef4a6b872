"""The screen as text, compared with the pictures in goldens/ (UPDATE_GOLDENS=1 writes them anew: look at what changed)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from msgspec.structs import replace as replace_score

from tests.fakes.backend import FakeBackend
from tests.fakes.past import CARD, entry, scored, session
from tests.fakes.rows import (
    ANA,
    BEN,
    CALLER,
    CHLOE,
    NOW,
    PBX,
    SPY,
    crew,
    floor,
    glass,
    held,
    link,
    members,
    petition,
    petitions,
    queue,
    ringing,
    spies,
    spy,
    strip,
    talking,
    waiting,
)
from tests.ui.work import at_work, in_utc, matches_golden
from whisper_tui.audit.sessions import Attempt
from whisper_tui.engine.backend import Banner, FloorView, Hears, Person, Phase, StripView
from whisper_tui.engine.reading import LogPage
from whisper_tui.engine.rows import AgentRow, AgentState, CallRow, ListenerBadge, Whose
from whisper_tui.supervision.acts import Pause, Raise
from whisper_tui.supervision.intents import Barge, Listen, PetitionId, TakeOver, Whom
from whisper_tui.supervision.quality import Fault, Quality
from whisper_tui.supervision.talk import Talk
from whisper_tui.terms import LegKind, LinkState, Microphone, Mode, Notice, SessionId

MINE = ListenerBadge("PJSIP/2001", Whose.MINE, Mode.SILENT, NOW - 134)
BUSY = (
    replace(ANA, listeners=(MINE,)),
    BEN,
    replace(talking(8, "Zoë Lindqvist", "retention", talked=3723), listeners=(SPY,), caller_name="株式会社サンプル"),
    replace(talking(9, "", "", talked=61), outbound=True, talk_known=False, caller="", caller_name=""),
    held(10, "Maximiliane Wolkenstein-Trostburg", "customer-success-emea", talked=20, parties=3),
    CHLOE,
    ringing(11, "Farid Haddad", "sales", waited=33),
    CALLER,
    waiting(12, "sales", waited=9, position=12, caller_name="[/] [bold]"),
)
QUEUES = (
    queue("support", waiting=2, longest_since=NOW - 72, performance=84.2, talking=5, free=2, paused=1),
    queue("sales", waiting=2, longest_since=NOW - 9, performance=97.0, talking=3),
    queue("retention", talking=1, free=1),
    queue("customer-success-emea", performance=None),
)
IDLE = StripView(Phase.NONE, ended=Notice("leg.phone_hung_up", {"phone": "PJSIP/2001"}))


def busy(view: StripView = IDLE, ana: CallRow = BUSY[0], **fields: object) -> FloorView:
    return floor((ana, *BUSY[1:]), QUEUES, strip=view, **fields)


LOST = link(LinkState.LOST, since=NOW - 12, notice=Notice("link.lost", {"pbx": "lyon-pbx", "error": "reset by peer"}))
RINGING = StripView(Phase.RINGING, phone="PJSIP/2001", call=ANA.key, agent="Ana Ruiz", queue="support", since=NOW - 4)
UNKNOWN = strip(
    ANA,
    Mode.BARGE,
    phase=Phase.UNKNOWN,
    agent_hears=Hears.UNKNOWN,
    customer_hears=Hears.UNKNOWN,
    microphone=Microphone.UNKNOWN,
)
FINE = Quality(0.0, 0.004, 0.03, 86.0, reported=True)
BAD = Quality(0.083, 0.048, 0.18, 46.0, reported=True, faults=(Fault.LOSS, Fault.JITTER, Fault.MES))
SPOKEN = Talk(NOW - 200, True, NOW - 5, NOW - 5, ((NOW - 62, NOW - 44),), 30.0, (NOW - 62, NOW - 44), 18.0)
TAKEN = replace(ANA, agent="", agent_device="", can_be_heard=False)
CROWD = replace(ANA, parties=3)
WAITING_TO_FOLLOW = StripView(
    Phase.IDLE,
    phone="PJSIP/2001",
    kind=LegKind.LOCKED,
    microphone=Microphone.OPEN,
    since=NOW - 5,
    limit=NOW + 295,
    recorded=False,
    following=Whom.CALL,
)
SPIES = spies(
    spy("SIP/99", Whose.FOREIGN, None, BUSY[2]),
    spy("PJSIP/2001", Whose.MINE, Mode.SILENT, ANA, since=NOW - 134),
    spy("PJSIP/2002", Whose.OURS, Mode.WHISPER, BEN, since=NOW - 20),
    spy("PJSIP/2044", Whose.CONSOLE, None, BUSY[4], since=NOW - 3700),
)
MY_PETITION = petition(ANA, mine=True, ident=PetitionId("p-9"))
PETITIONS = petitions(petition(BEN), petition(CHLOE, ident=PetitionId("p-2"), by="dora"))
BROKEN = {"g-1": glass(BEN), "g-2": glass(CHLOE, ident="g-2", by="dora", at=1_794_999_970.0)}
DIRECT = (Banner(Notice("mode.direct")),)

AGENTS = crew(
    AgentRow(PBX, "PJSIP/1042", "Ana Ruiz", AgentState.TALKING, members("support", "sales"), ANA.key, NOW - 391),
    AgentRow(PBX, "PJSIP/1007", "Ben Okoro", AgentState.HELD, members("sales"), BEN.key, NOW - 20),
    AgentRow(PBX, "PJSIP/1003", "Chloe Martin", AgentState.RINGING, members("support"), CHLOE.key),
    AgentRow(PBX, "PJSIP/1011", "Maximiliane Wolkenstein-Trostburg", AgentState.PAUSED,
             members("customer-success-emea", "support", paused=True, reason="a long break"), None, None, 1_795_000_000.0 - 900),
    AgentRow(PBX, "PJSIP/1012", "Farid Haddad", AgentState.FREE,
             (*members("support"), *members("sales", paused=True)), None, None, 1_795_000_000.0 - 12),
    AgentRow(PBX, "PJSIP/1013", "Zoë Lindqvist", AgentState.AWAY, members("support"), None),
)  # fmt: skip
SCENES: dict[str, tuple[FloorView, tuple[str, ...]]] = {
    "idle": (busy(banners=DIRECT), ()),
    "ringing": (busy(RINGING), ()),
    "silent": (busy(strip(ANA)), ("j",)),
    "asking": (busy(strip(ANA, asked=Mode.BARGE)), ()),
    "whisper": (busy(strip(ANA, Mode.WHISPER, talk=SPOKEN, measured=True)), ()),
    "barge": (busy(strip(ANA, Mode.BARGE, measured=False, agent_line=FINE, own_line=FINE)), ()),
    "bad-line-question": (busy(strip(ANA, agent_line=BAD)), ("b",)),
    "bad-line": (busy(strip(ANA, agent_line=BAD, own_line=Quality(0.0, 0.003))), ("enter",)),
    "barge-question": (busy(strip(ANA)), ("b",)),
    "join-question": (busy(strip(ANA), CROWD), ("b",)),
    "third-party": (busy(strip(ANA, Mode.THIRD, kind=None), CROWD), ()),
    "takeover-question": (busy(strip(ANA)), ("T", "1", "1")),
    "taking": (busy(replace(UNKNOWN, phase=Phase.TAKING, mode=None, asked=Mode.TAKEOVER)), ()),
    "your-call": (busy(strip(ANA, Mode.TAKEOVER), TAKEN), ()),
    "handback-question": (busy(strip(ANA, Mode.TAKEOVER), TAKEN), ("H", "s")),
    "following": (busy(strip(ANA, following=Whom.AGENT)), ()),
    "following-idle": (busy(WAITING_TO_FOLLOW), ()),
    "sessions": (busy(strip(ANA), spies=SPIES), ("v", "s")),
    "ends-soon": (busy(strip(ANA, Mode.WHISPER, limit=NOW + 42)), ()),
    "reason-question": (busy(strip(ANA)), ("b", "c", "o", "m")),
    "leave-question": (busy(strip(ANA)), ("T",)),
    "leave-waiting": (busy(strip(ANA), petitions=petitions(MY_PETITION)), ()),
    "leave-given": (busy(strip(ANA), petitions=petitions(replace(MY_PETITION, approved="ben"))), ()),
    "petition": (busy(strip(ANA), petitions=PETITIONS, banners=DIRECT), ()),
    "petition-question": (busy(strip(ANA), petitions=PETITIONS), ("wait", "A")),
    "glass-refused": (busy(strip(ANA)), ("j", "l")),
    "glass-question": (busy(strip(ANA)), ("j", "l", "B", "c")),
    "glass-told": (busy(strip(ANA), glass=BROKEN), ()),
    "glass-behind-petition": (busy(strip(ANA), petitions=PETITIONS, glass=BROKEN, banners=DIRECT), ()),
    "quit-question": (busy(strip(ANA, Mode.WHISPER)), ("q",)),
    "unknown": (busy(UNKNOWN), ()),
    "lost": (busy(strip(ANA, Mode.WHISPER), links={PBX: LOST}), ()),
    "detail": (busy(), ("j", "j", "enter")),
    "keys": (busy(strip(ANA)), ("question_mark",)),
    "filter": (busy(), ("slash", *"!talk wait>10s")),
    "empty": (floor([], []), ()),
    "marks-question": (busy(agents=AGENTS), ("v", "a", "j", "space", "space", "P", "l")),
    "tree": (busy(strip(ANA)), ("t", "j", "j", "j", "right")),
    "frozen": (busy(strip(ANA)), ("j", "p", "wait")),
    "waiting": (busy(strip(ANA)), ("v", "w", "j")),
    "waiting-filter": (busy(), ("v", "w", "/", *"sales !ring")),
    "queues": (busy(strip(ANA)), ("v", "q", "j")),
    "agents": (busy(strip(ANA, Mode.WHISPER), agents=AGENTS), ("v", "a", "j")),
    "pause-question": (busy(strip(ANA, Mode.WHISPER), agents=AGENTS), ("v", "a", "G", "k", "k", "P", "l", "u")),
    "move-question": (busy(strip(ANA, Mode.WHISPER), agents=AGENTS), ("v", "a", "o", *"ret")),
    "raise-question": (busy(), ("v", "w", "j", "^")),
    "hangup-question": (busy(strip(ANA)), ("X", *"114")),
    "agents-filter": (busy(agents=AGENTS), ("v", "a", "/", *"!free sup")),
    "log": (busy(strip(ANA, Mode.WHISPER)), ("v", "l", "wait")),
    "log-denied": (busy(), ("v", "l", "wait")),
    "log-entry": (busy(), ("v", "l", "wait", "enter", "wait")),
    "note-question": (busy(strip(ANA, Mode.WHISPER)), ("i", *"ask her now")),
    "session-hints": (busy(strip(ANA)), ("wait", "wait")),
    "score-sheet": (busy(strip(ANA, Mode.WHISPER)), ("s", "wait", "y", "wait", "y")),
    "score-failed": (busy(strip(ANA)), ("s", "wait", "y", "n")),
    "score-question": (busy(strip(ANA, Mode.WHISPER)), ("s", "wait", "enter")),
    "log-entry-scored": (busy(), ("v", "l", "wait", "enter", "wait")),
}


CODES = "training, quality, customer-request, complaint, compliance, emergency"


def wants_a_reason(backend: FakeBackend) -> None:
    backend.reasons = {Barge: CODES}


def wants_two_people(backend: FakeBackend) -> None:
    backend.refusals[TakeOver] = Notice("denied.four-eyes", {"approvers": "@wt-managers", "limit": "2 min"})


def is_closed(backend: FakeBackend) -> None:
    backend.refusals[Listen] = Notice("denied.hours", {"opens": "Mon 07:00", "glass": "@wt-dpo, carla"})
    backend.glass = Notice("denied.reason", {"codes": CODES})


LOG = LogPage(
    (
        session("aa11", notes=2),
        session("bb22", "eve", seconds={}, ended=""),
        session("cc33", "maximiliane", seconds={"silent": 3700.0}, audible=0.0, ended="denied.max-session"),
        session("dd44", "eve", seconds={"silent": 4.0, "takeover": 90.0}, audible=90.0, ended="takeover.customer_left"),
    ),
    more=True,
)
ATTEMPTS = tuple(
    Attempt(n, 1_795_000_000.0 - 60 * n, "eve", "barge", "no-right", n, "lyon", f"1.{n}", "") for n in (1, 4)
)


def wants_to_know_what_for(backend: FakeBackend) -> None:
    backend.refusals[Pause] = Notice(
        "pause.reason", {"codes": "break, lunch, meeting, training, admin", "queues": "support"}
    )


def wants_a_figure(backend: FakeBackend) -> None:
    values = {"priority": "0", "ahead": "0", "first": "1", "queue": "sales", "place": "1", "most": "99999"}
    backend.refusals[Raise] = Notice("raise.how", values)


def has_a_log(backend: FakeBackend) -> None:
    backend.page = LOG
    notes = ("she should have offered the longer warranty before she spoke of the price", "and the tone was fine")
    backend.entries[SessionId("aa11")] = entry(*notes)


def has_attempts(backend: FakeBackend) -> None:
    backend.page = LogPage(ATTEMPTS, narrowed=Notice("denied.no-right", {"right": "log.view"}), damaged=2)


def has_a_card(backend: FakeBackend) -> None:
    cues = ("slow down", "offer the warranty")
    backend._person = Person("ana", "red-leads", "PJSIP/2001", enforced=True, cues=cues, scorecard=CARD)
    backend.entries[SessionId("s-1")] = entry()


def has_a_score(backend: FakeBackend) -> None:
    has_a_card(backend)
    again = replace_score(scored(100, listens=5), version=2, corrects=5)
    backend.page = LogPage((session("aa11", notes=1, score=100, grade="good"),))
    backend.entries[SessionId("s-1")] = backend.entries[SessionId("aa11")] = entry(scores=(scored(90), again))


POLICIES: dict[str, Callable[[FakeBackend], None]] = {
    "reason-question": wants_a_reason,
    "leave-question": wants_two_people,
    "glass-refused": is_closed,
    "glass-question": is_closed,
    "pause-question": wants_to_know_what_for,
    "raise-question": wants_a_figure,
    "marks-question": wants_to_know_what_for,
    "log": has_a_log,
    "log-denied": has_attempts,
    "log-entry": has_a_log,
    "session-hints": has_a_card,
    "score-sheet": has_a_card,
    "score-failed": has_a_card,
    "score-question": has_a_score,
    "log-entry-scored": has_a_score,
}
"""What the policy wants in a scene."""


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    in_utc()
    yield
    monkeypatch.undo()
    in_utc()


def keys(pressed: tuple[str, ...]) -> list[str]:
    names = {"/": "slash", "!": "exclamation_mark", " ": "space", ">": "greater_than_sign", "^": "circumflex_accent"}
    return [names.get(key, key) for key in pressed]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", list(SCENES))
async def test_the_screen_is_as_it_was_when_somebody_looked_at_it(scene: str, size: tuple[int, int]) -> None:
    view, pressed = SCENES[scene]
    async with at_work(view, size=size) as work:
        POLICIES.get(scene, lambda _backend: None)(work.backend)
        for key in keys(pressed):
            await (work.wind(1) if key == "wait" else work.strike(key))
        await work.pilot.pause()
        assert matches_golden(f"{scene}-{size[0]}x{size[1]}", work.text)


@pytest.mark.parametrize(
    "scene", ["idle", "whisper", "barge-question", "third-party", "your-call", "sessions", "petition"]
)
async def test_the_light_theme_says_the_same_as_the_dark_one(scene: str) -> None:
    texts = []
    for theme in ("dark", "light"):
        async with at_work(SCENES[scene][0], size=(80, 24), theme=theme) as work:
            texts.append(work.text)
    assert texts[0] == texts[1]


async def test_a_terminal_that_shows_ascii_alone_is_shown_ascii_alone() -> None:
    async with at_work(SCENES["whisper"][0], size=(80, 24), unicode=False) as work:
        assert work.text.isascii()
        assert matches_golden("ascii-80x24", work.text)


async def test_a_small_terminal_says_who_hears_and_how_to_leave() -> None:
    async with at_work(SCENES["whisper"][0], size=(20, 5)) as work:
        assert matches_golden("small-20x5", work.text)


async def test_modes_differ_without_their_colours() -> None:
    heads = []
    for mode in Mode:
        async with at_work(busy(strip(ANA, mode)), size=(80, 24)) as work:
            heads.append(work.strip.splitlines()[0])
    words = ("SILENT", "WHISPER", "BARGE", "THIRD PARTY", "YOUR CALL")
    assert all(word in head for word, head in zip(words, heads, strict=True))
    assert len({head[0] for head in heads}) == len(words)
