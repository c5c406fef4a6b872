"""The rows of the agents' view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes.rows import PBX
from whisper_tui.engine.rows import AgentKey, AgentRow, AgentState, MemberRow
from whisper_tui.ui.crew import Crew


def agent(
    name: str, state: AgentState = AgentState.FREE, *queues: str, paused: bool = False, reason: str = ""
) -> AgentRow:
    members = tuple(MemberRow(queue, paused, reason, 2) for queue in queues or ("support",))
    return AgentRow(PBX, f"PJSIP/{name}", name, state, members, None)


def rows(*agents: AgentRow) -> dict[AgentKey, AgentRow | None]:
    return {(row.pbx, row.device): row for row in agents}


def names(crew: Crew) -> list[str]:
    return [row.name for row in crew.window()]


def crew_of(*agents: AgentRow) -> Crew:
    crew = Crew()
    crew.resize(20)
    crew.apply(rows(*agents))
    return crew


@pytest.mark.parametrize(
    ("counts", "taken"),
    [
        (((7, 500), (7, 500)), 7),
        (((7, 500), (3, 600)), 10),
        (((7, 500), (0, 0)), 7),
        (((7, 500), (7, 500), (0, 0)), 7),
        (((0, 0), (0, 0)), 0),
    ],
)
def test_a_call_that_every_queue_of_an_agent_counts_is_one(counts: tuple[tuple[int, int], ...], taken: int) -> None:
    of = tuple(MemberRow(f"q{n}", False, "", calls, last_call=at) for n, (calls, at) in enumerate(counts))
    assert AgentRow(PBX, "PJSIP/1", "Ana", AgentState.FREE, of, None).taken == taken


def test_who_talks_stands_first_and_who_is_away_last_each_by_name() -> None:
    crew = crew_of(agent("zoe", AgentState.TALKING), agent("ana", AgentState.AWAY), agent("ben"), agent("Abe"))
    assert names(crew) == ["zoe", "Abe", "ben", "ana"]


def test_agents_are_sorted_by_any_column_and_turned_round() -> None:
    crew = crew_of(
        replace(agent("zoe", AgentState.TALKING), since=5.0),
        replace(agent("ben", AgentState.TALKING), since=2.0),
        agent("ana", AgentState.AWAY, "vip", "sales"),
        agent("col", AgentState.PAUSED, paused=True, reason="lunch"),
    )
    crew.move(1)
    found = {}
    for _ in range(7):
        found[crew.sorting.by] = names(crew)
        crew.sort(1)
        assert crew.current is not None
        assert crew.current.name == "zoe"
    assert crew.sorting.by == ""
    assert found == {
        "": ["ben", "zoe", "col", "ana"],
        "agent": ["ana", "ben", "col", "zoe"],
        "phone": ["ana", "ben", "col", "zoe"],
        "for": ["ben", "zoe", "col", "ana"],
        "taken": ["ana", "ben", "col", "zoe"],
        "queues": ["ben", "col", "zoe", "ana"],
        "why": ["col", "ana", "ben", "zoe"],
    }
    crew.turn()
    assert names(crew) == ["ana", "col", "zoe", "ben"]
    crew.sort(-1)
    crew.turn()
    assert names(crew) == ["col", "ana", "ben", "zoe"], "without a reason: last, whichever way round"
    crew.sort(-1)
    assert not crew.sorting.turned


def test_the_cursor_stays_on_the_agent_wherever_they_go() -> None:
    crew = crew_of(agent("ana"), agent("ben"))
    crew.move(1)
    crew.apply(rows(agent("ben", AgentState.TALKING)))
    assert names(crew) == ["ben", "ana"]
    assert crew.current is not None
    assert crew.current.name == "ben"
    crew.apply({(PBX, "PJSIP/ben"): None})
    assert crew.current is None, "nobody else takes the place by itself"
    crew.move(1)
    assert crew.current is not None
    assert crew.current.name == "ana"


def test_a_filter_looks_at_names_phones_queues_states_and_reasons() -> None:
    crew = crew_of(
        agent("ana", AgentState.PAUSED, "vip", paused=True, reason="lunch"),
        agent("ben", AgentState.FREE, "vip", "sales"),
    )
    for text, found in (("vip", ["ben", "ana"]), ("LUNCH", ["ana"]), ("!paused vip", ["ben"]), ("pjsip/ana", ["ana"]),
                        ("!", ["ben", "ana"]), ("nobody", [])):  # fmt: skip
        crew.set_filter(text)
        assert names(crew) == found
    crew.set_filter("")
    assert len(crew) == 2


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("apply"), st.sampled_from("abcdef"), st.sampled_from([None, *AgentState])),
            st.tuples(st.just("move"), st.integers(-3, 3), st.none()),
            st.tuples(st.just("filter"), st.sampled_from(["", "a", "!a", "free"]), st.none()),
            st.tuples(st.just("resize"), st.integers(0, 4), st.none()),
        ),
        max_size=30,
    )
)
def test_whatever_happens_the_cursor_is_on_a_row_that_is_shown_or_on_none(
    steps: list[tuple[str, str | int, AgentState | None]],
) -> None:
    crew = Crew()
    for what, which, state in steps:
        match what:
            case "apply":
                key = (PBX, f"PJSIP/{which}")
                crew.apply({key: None if state is None else agent(str(which), state)})
            case "move":
                crew.move(int(which))
            case "filter":
                crew.set_filter(str(which))
            case _:
                crew.resize(int(which))
        shown = crew.window()
        assert crew.cursor is None or crew.rows[crew.cursor] in shown
        assert len(shown) <= crew.height


def test_of_a_list_that_was_emptied_the_next_row_is_not_under_the_cursor_by_itself() -> None:
    crew = crew_of(agent("ana"))
    assert crew.current is not None
    crew.apply({(PBX, "PJSIP/ana"): None})
    assert crew.current is None
    crew.apply(rows(agent("ben")))
    assert crew.current is None
    crew.move(1)
    assert crew.current is not None
    assert crew.current.name == "ben"


def test_a_filter_that_lets_nothing_through_and_is_cleared_gives_the_cursor_back() -> None:
    crew = crew_of(agent("ana"), agent("ben"))
    crew.set_filter("nobody")
    assert crew.current is None
    crew.set_filter("")
    assert crew.current is not None
    assert crew.current.name == "ana"
