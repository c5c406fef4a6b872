"""The calls as a tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, CHLOE, NOW, PBX, SPY, talking, waiting
from whisper_tui.engine.rows import CallRow
from whisper_tui.terms import CallKey
from whisper_tui.ui.sheet import Sheet
from whisper_tui.ui.tree import Node, Tree

SUPPORT = (PBX, "support")
OF_ANA, WAITS = ("ana ruiz", "PJSIP/1142"), ("", "")


def tree_of(*rows: CallRow) -> Tree:
    sheet = Sheet()
    sheet.replace({row.key: row for row in rows}, NOW)
    tree = Tree(sheet)
    tree.resize(100)
    return tree


def test_queues_stand_by_name_agents_under_them_and_callers_without_one_first() -> None:
    tree = tree_of(ANA, BEN, CALLER, CHLOE)
    assert tree.window() == [
        Node((PBX, "sales")),
        Node((PBX, "sales"), ("ben okoro", "PJSIP/1177")),
        Node(None, call=BEN.key),
        Node(SUPPORT),
        Node(SUPPORT, WAITS),
        Node(None, call=CALLER.key),
        Node(SUPPORT, OF_ANA),
        Node(None, call=ANA.key),
        Node(SUPPORT, ("chloe martin", "PJSIP/1103")),
        Node(None, call=CHLOE.key),
    ]


def test_the_cursor_stays_with_its_call_when_that_goes_to_another_agent_and_opens_what_it_goes_to() -> None:
    tree = tree_of(ANA, BEN)
    tree.go_to(ANA.key)
    tree.sheet.apply({ANA.key: replace(ANA, agent="Dora", agent_device="PJSIP/7", queue="sales")}, NOW)
    tree.settle()
    assert tree.cursor == Node(None, call=ANA.key)
    assert tree.call is not None
    assert tree.call.agent == "Dora"
    assert Node(SUPPORT) not in tree.window(), "a queue without calls"


def test_who_takes_the_place_of_a_call_that_ended_is_never_under_the_cursor_by_itself() -> None:
    tree = tree_of(ANA, talking(143, "Ana Ruiz", agent_device="PJSIP/1142"))
    tree.go_to(ANA.key)
    tree.sheet.go_to(ANA.key)
    tree.sheet.apply({ANA.key: None}, NOW)
    tree.settle()
    assert tree.cursor is None
    assert tree.call is None
    tree.move(1)
    assert tree.cursor is not None


def test_a_queue_an_agent_and_a_call_open_and_shut_and_left_goes_up_from_what_is_shut() -> None:
    tree = tree_of(replace(ANA, listeners=(SPY,)))
    tree.go_to(ANA.key)
    tree.open()
    assert len(tree) == 6, "customer, agent, listener"
    tree.shut()
    tree.shut()
    assert tree.cursor == Node(SUPPORT, OF_ANA)
    assert tree.call is not None, "the call of an agent who has but one"
    tree.shut()
    assert tree.window() == [Node(SUPPORT), Node(SUPPORT, OF_ANA)]
    tree.shut()
    assert tree.cursor == Node(SUPPORT)
    assert tree.call is None
    assert tree.turn()
    assert tree.window() == [Node(SUPPORT)]


STEP = st.dictionaries(
    st.integers(0, 9), st.none() | st.tuples(st.sampled_from(["", "Ana", "Ben"]), st.sampled_from(["a", "b", ""]))
)


@given(st.lists(STEP, max_size=8), st.lists(st.integers(-9, 9), max_size=8))
def test_looking_only_at_what_changed_finds_the_same_as_looking_at_everything(
    steps: list[dict[int, tuple[str, str] | None]], moves: list[int]
) -> None:
    tree = tree_of()
    for step, move in zip(steps, [*moves, *[0] * len(steps)], strict=False):
        changes: dict[CallKey, CallRow | None] = {}
        for number, to in step.items():
            row = None if to is None else talking(number, *to) if to[0] else waiting(number, to[1])
            changes[talking(number, "").key] = row
        tree.sheet.apply(changes, NOW)
        tree.settle()
        tree.move(move)
        if move % 3 == 0:
            tree.shut()
        elif move % 3 == 1:
            tree.open()
        anew = Tree(tree.sheet)
        anew._closed, anew._with_legs, anew._sizes = tree._closed, tree._with_legs, {}
        tree.sheet.touched = set()
        anew.resize(100)
        assert tree.window() == anew.window()
        assert len(tree) == len(tree.window())
        for at, node in enumerate(tree.window()):
            assert tree._index(node) == at
