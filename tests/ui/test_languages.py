"""Every word of the screen is in the catalogue, and Spanish has room for all that must not be cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.fakes.rows import ANA, NOW, strip
from tests.ui.languages import foreign, spoken
from tests.ui.test_pictures import POLICIES, SCENES, keys
from tests.ui.work import Work, at_work, in_utc, matches_golden
from tests.unit.ui.test_small import PERSON, SMALL, STRIPS, says_who_hears, text_of
from whisper_tui.terms import Mode
from whisper_tui.ui.keymap import DEFAULT
from whisper_tui.ui.panes import LEAST_WIDTH
from whisper_tui.ui.petitions import News
from whisper_tui.ui.widgets import hearing, small
from whisper_tui.ui.widgets import strip as strips
from whisper_tui.ui.widgets.strip import Scene

DATA = """
    Ana Ruiz Ben Okoro Chloe Martin Farid Haddad Zo Zoë Lindqvist Maximiliane Wolkenstein Trostburg Dubois bold
    ana ben carla dora eve maximil maximiliane support sales retention customer success emea lyon pbx nantes PJSIP SIP
    red leads wt dpo managers reset by peer long break lunch meeting admin
    training quality request complaint compliance emergency note she should have offered the longer warranty before
    spoke of price and tone was fine ask her now com lu barge no right access Mon
"""
"""Names, and codes of the site and of the log, as the scenes have them."""
CODES = "aimed requested left leg listen mic open silent score denied max session takeover view free"
"""Of the log, of rights and of the filter: they are the same in every language."""
CARD = """
    Opening Care Talk Greets says who is calling calls the caller by name Makes sure that they want anything else Lets finish back
    call company good told what with
"""
"""The score card of the site."""
SIGNS = """
    Enter Esc Space Home End PgDn PgUp Tab ctrl alt shift OSC MES ms whisper tui log verify queue state talk
    wait user agent mode day AMI
"""
"""Of keys, of the protocol, and words that are typed as they are."""


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    in_utc()
    yield
    monkeypatch.undo()
    in_utc()


async def act(work: Work, scene: str) -> None:
    POLICIES.get(scene, lambda _backend: None)(work.backend)
    for key in keys(SCENES[scene][1]):
        await (work.wind(1) if key == "wait" else work.strike(key))
    await work.pilot.pause()


@pytest.mark.parametrize("scene", list(SCENES))
async def test_every_word_on_the_screen_is_in_the_catalogue(scene: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {*DATA.split(), *CODES.split(), *CARD.split(), *SIGNS.split()}
    with foreign(monkeypatch):
        async with at_work(SCENES[scene][0], size=(200, 60)) as work:
            await act(work, scene)
            left = {word for word in re.findall(r"\b[A-Za-z]{2,}\b(?!…)", work.text) if word not in known}
    assert not left, f"{sorted(left)} are not in the catalogue"


SPANISH = (
    "idle",
    "whisper",
    "barge-question",
    "third-party",
    "unknown",
    "your-call",
    "takeover-question",
    "lost",
    "agents",
)


@pytest.mark.parametrize("scene", SPANISH)
async def test_the_screen_in_spanish_is_as_it_was_when_somebody_looked_at_it(
    scene: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with spoken("es", monkeypatch):
        async with at_work(SCENES[scene][0], size=(80, 24)) as work:
            await act(work, scene)
            assert matches_golden(f"es-{scene}-80x24", work.text)


@pytest.mark.parametrize("name", list(STRIPS))
def test_who_hears_is_said_whole_in_spanish_too_in_every_size(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    view = STRIPS[name]
    with spoken("es", monkeypatch):
        for width in range(LEAST_WIDTH, 120):
            text = text_of(strips.draw(Scene(view, PERSON, NOW), width, 4))
            assert says_who_hears(text, view), f"{width}: {text}"
            assert not re.search(r"(agente|cliente|demás)…", text), f"{width}: {text}"
        for width, height in SMALL:
            text = text_of(small.draw(Scene(view, PERSON, NOW), News(), DEFAULT, (), width, height))
            assert says_who_hears(text, view), f"{width}x{height}: {text}"


@pytest.mark.parametrize("language", ["C", "es"])
def test_the_parties_of_a_call_have_letters_of_their_own(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with spoken(language, monkeypatch):
        agent, customer = hearing.parties(strip(ANA, Mode.WHISPER))
        assert agent.who[0] != customer.who[0]


async def test_without_unicode_spanish_has_its_letters_without_accents(monkeypatch: pytest.MonkeyPatch) -> None:
    with spoken("es", monkeypatch):
        async with at_work(SCENES["whisper"][0], size=(80, 24), unicode=False) as work:
            assert "LE OYE  * agente SI   o cliente NO" in work.text
            assert "panico" in work.last_line
